"""What tests of several rooms need."""

import os
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest

from tests.postgresql import BINARIES, postgresql

EMPTY = TemporaryDirectory()
os.environ["VAR_DIR"] = EMPTY.name  # what was published on this machine is no matter of the tests


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server with an empty database."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql() as url:
        yield url
