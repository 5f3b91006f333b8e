"""What tests of several rooms need."""

from collections.abc import Iterator

import pytest

from tests.postgresql import BINARIES, postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server with an empty database."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql() as url:
        yield url
