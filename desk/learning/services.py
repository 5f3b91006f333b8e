"""Write down what was asked; make training messages of what was not understood; forget."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.content.scrub import GAP
from desk.conversations.identity import tokens
from desk.errors import Refused
from desk.learning.models import Erased, Message, Rating, Tally
from desk.learning.notes import Note

KEEP_ERASED = timedelta(days=1)  # longer than a note waits anywhere
OUT_OF_SCOPE = "out_of_scope"
REFERENCE = "learning"
Counts = Counter[tuple[tuple[str, ...], str]]  # (key of a tally, what is counted)


# --- what the dialogue server noted ------------------------------------------------------------------


def notes_write(*, notes: Sequence[Note]) -> None:
    """Count, and keep the messages to learn from. What was noted before its person erased everything is not kept."""
    now = timezone.now()
    with transaction.atomic():
        counts: Counts = Counter((key_of(note), note.outcome) for note in notes if note.outcome)
        for note in sorted(_fresh(notes, now), key=lambda note: (note.reference, note.topic)):
            if note.is_helpful is not None:
                _rate(note, counts)
        _add(counts)
        Message.objects.bulk_create([_message(note) for note in _fresh(notes, now) if _is_to_learn(note)])
    erased_sweep()


def key_of(note: Note | Rating) -> tuple[str, ...]:
    """The values of the key of the tally to which a note belongs; the day as text, so that keys have an order."""
    day = note.at.date() if isinstance(note, Note) else note.day
    return (day.isoformat(), note.topic, note.language, note.programme, note.channel)


def _fresh(notes: Iterable[Note], now: datetime) -> list[Note]:
    """Notes about a person that did not wait so long that an erasure may be forgotten."""
    return [note for note in notes if note.reference and note.at > now - KEEP_ERASED]


def _is_to_learn(note: Note) -> bool:
    return bool(note.text) and settings.LEARNING_DAYS > 0


def _message(note: Note) -> Message:
    return Message(
        reference=note.reference,
        at=note.at,
        kind=note.outcome or Message.Kind.UNHELPFUL,
        text=note.text,
        language=note.text_language,
        topic="" if note.outcome else note.topic,
        nearest=list(note.nearest),
    )


def _rate(note: Note, counts: Counts) -> None:
    """The last word of a person on an answer counts, once."""
    values = dict(zip(Tally.KEY, key_of(note), strict=True))
    said = {**values, "at": note.at, "is_helpful": note.is_helpful}
    row, is_new = Rating.objects.get_or_create(reference=note.reference, topic=note.topic, defaults=said)
    if not is_new and row.is_helpful == note.is_helpful:
        return
    if not is_new:
        counts[key_of(row), _rated(row.is_helpful)] -= 1
        Message.objects.filter(reference=note.reference, topic=note.topic).delete()
        Rating.objects.filter(pk=row.pk).update(**said)
    counts[key_of(note), _rated(note.is_helpful)] += 1


def _rated(is_helpful: bool | None) -> str:
    return "helpful" if is_helpful else "unhelpful"


def _add(counts: Counts) -> None:
    """In the order of the keys, so that two processes never wait for each other."""
    keys = sorted({key for key, _ in counts})
    for key in keys:
        values = dict(zip(Tally.KEY, key, strict=True))
        more = {name: F(name) + counts[key, name] for name in Tally.COUNTS if counts[key, name]}
        row, _is_new = Tally.objects.get_or_create(**values)
        Tally.objects.filter(pk=row.pk).update(**more)


# --- what editors do with the messages ---------------------------------------------------------------


def messages_teach(*, keys: Sequence[int], label: str, language: str, text: str, by: AbstractBaseUser) -> None:
    """Make a training message of what people wrote; the messages are then done with. Raises Refused."""
    if GAP in text:
        raise Refused(_("Write something in place of %(gap)s, or leave it out.") % {"gap": GAP}, "text")
    with transaction.atomic():
        messages_dismiss(keys=keys)
        _example_add(label=label, language=language, text=text, by=by)


def messages_dismiss(*, keys: Sequence[int]) -> None:
    """There is nothing to learn from these messages. Raises Refused."""
    if not Message.objects.filter(pk__in=keys).delete()[0]:
        raise Refused(_("Somebody else has dealt with these messages already."))


def _example_add(*, label: str, language: str, text: str, by: AbstractBaseUser) -> None:
    """The one door to the room of training messages. Raises Refused."""
    from desk.understanding.services import NearDuplicate, example_add

    try:
        example_add(label=label, language=language, text=text, by=by)
    except NearDuplicate as near:
        where = _("The page “Examples” asks whether you are.")
        raise Refused(f"{near} {where}", "text") from None


# --- forgetting ----------------------------------------------------------------------------------------


def person_forget(*, conversation_id: str) -> None:
    """Delete what is kept of a conversation to learn from. First it is written down that it is erased, so that what
    another process still has of it is deleted by whoever comes last: this service, or `notes_write` after its writing."""
    references = tokens(REFERENCE, conversation_id)
    for reference in references:
        Erased.objects.update_or_create(reference=reference, defaults={"at": timezone.now()})
    for model in (Message, Rating):
        model.objects.filter(reference__in=references).delete()


def erased_sweep() -> None:
    """Delete what came in after its person erased everything but was noted before."""
    erased = Erased.objects.filter(reference=OuterRef("reference"), at__gte=OuterRef("at"))
    if Erased.objects.exists():
        for model in (Message, Rating):
            model.objects.filter(Exists(erased)).delete()


def messages_forget_all() -> None:
    """The key of the references changes: nobody could erase these messages any more."""
    for model in (Message, Rating):
        model.objects.all().delete()


def learning_tidy(*, now: datetime) -> None:
    """Delete what is kept for a time only."""
    erased_sweep()
    for model in (Message, Rating):
        model.objects.filter(at__lt=now - timedelta(days=settings.LEARNING_DAYS)).delete()
    Erased.objects.filter(at__lt=now - KEEP_ERASED).delete()
