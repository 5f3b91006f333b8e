"""One running system for all end-to-end tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from system import Person, System

MODEL = Path(__file__).resolve().parents[2] / "models" / "assistant.tar.gz"


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    assert MODEL.exists(), "no model: run make test, or make train first"
    running = System(tmp_path_factory.mktemp("var"), {"RASA_TOKEN": "-a-password-may-begin-like-an-option"})
    try:
        running.start("dialogue", "actions", "desk", "worker")
        yield running
    finally:
        running.stop()


@pytest.fixture
def person(people: Callable[[], Person]) -> Person:
    return people()


@pytest.fixture
def people(system: System) -> Callable[[], Person]:
    return lambda: Person(system, f"person-{os.urandom(6).hex()}")
