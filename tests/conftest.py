"""What tests of several rooms need."""

import gc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from desk.content import published
from tests.postgresql import BINARIES, postgresql

gc.set_threshold(100_000, 50, 100)  # a model is a great many objects: else they are looked through again and again
EMPTY = TemporaryDirectory()
# What was published on this machine is no matter of the tests.
published.path = lambda: Path(EMPTY.name, published.NAME)
LONGEST = [f"test_{name}" for name in ("rasa", "phone_failures", "failures", "phones", "accessibility", "postgresql")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that two workers end together."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server with an empty database."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql() as url:
        yield url


published.path = lambda: Path(EMPTY.name, published.NAME)
