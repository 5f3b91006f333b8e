"""Notes as the dialogue server makes them, and a room of training messages that only remembers."""

import sys
from datetime import timedelta
from types import ModuleType

import pytest
from django.utils import timezone

from desk.conversations.identity import token
from desk.learning.notes import Note
from desk.learning.services import REFERENCE, notes_write
from tests.desk.callbacks.conftest import account, open_as, waiting  # noqa: F401
from tests.desk.people.conftest import enter, with_app  # noqa: F401

PERSON = "telegram-abc"


def reference_of(person: str = PERSON) -> str:
    return token(REFERENCE, person)


def note(topic="money_how_much", outcome="answered", *, ago=timedelta(0), **more) -> Note:
    values = {"language": "fr", "programme": "morocco", "channel": "web", **more}
    return Note(at=timezone.now() - ago, topic=topic, outcome=outcome, **values)


def missed(text="c koi le truc", person=PERSON, language="fr", outcome="suggested", **more) -> Note:
    return note("nlu_fallback", outcome, reference=reference_of(person), text=text, text_language=language, **more)


def rated(is_helpful, topic="money_how_much", person=PERSON, **more) -> Note:
    return note(topic, "", is_helpful=is_helpful, reference=reference_of(person), **more)


def write(*notes) -> None:
    notes_write(notes=notes)


@pytest.fixture
def taught(monkeypatch) -> list[dict]:
    """What was handed to the room of training messages, which stands in for the real one; it refuses what says "refuse"."""
    from desk.errors import Refused

    found: list[dict] = []

    def example_add(*, label, language, text, by) -> None:
        if text == "refuse":
            raise Refused("It is an example already.", "text")
        found.append({"label": label, "language": language, "text": text, "by": by.username})

    module = ModuleType("desk.understanding.services")
    module.example_add = example_add
    monkeypatch.setitem(sys.modules, "desk.understanding", ModuleType("desk.understanding"))
    monkeypatch.setitem(sys.modules, "desk.understanding.services", module)
    return found
