"""Notes as the dialogue server makes them, and what was learned from them."""

from datetime import timedelta

from django.utils import timezone

from desk.conversations.identity import token
from desk.learning.notes import Note
from desk.learning.services import REFERENCE, notes_write
from desk.understanding.models import Example
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


def taught() -> list[dict]:
    """The examples that editors added."""
    rows = Example.objects.order_by("pk")
    return [{"label": row.label, "language": row.language, "text": row.text, "by": row.by.username} for row in rows]
