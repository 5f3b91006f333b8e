"""While a counsellor talks with a person in their chat, the assistant keeps quiet and the person's words go to the desk."""

from datetime import timedelta

from django.utils import timezone

from desk.conversations.models import Received, Takeover

SILENCE = timedelta(minutes=30)  # after so long without a word from a counsellor the assistant answers again


def takeover_extend(*, conversation_id: str) -> None:
    """A counsellor wrote: the assistant stays quiet for a while from now."""
    Takeover.objects.update_or_create(conversation_id=conversation_id, defaults={"until": timezone.now() + SILENCE})


def takeover_end(*, conversation_id: str) -> None:
    """The assistant answers again."""
    Takeover.objects.filter(conversation_id=conversation_id).delete()


def takeover_active(*, conversation_id: str) -> bool:
    """Whether a counsellor talks with this person now."""
    return Takeover.objects.filter(conversation_id=conversation_id, until__gt=timezone.now()).exists()


def received_write(*, conversation_id: str, message_id: str, text: str, voice: str = "") -> None:
    """Keep what the person wrote to the counsellor, or the channel's name of what they said; a repeat is kept once."""
    row = Received(conversation_id=conversation_id, message_id=message_id, text=text, voice=voice)
    Received.objects.bulk_create([row], ignore_conflicts=True)


def received_seen(*, rows: list[Received]) -> None:
    """A counsellor has read what the person wrote."""
    Received.objects.filter(pk__in=[row.pk for row in rows], seen_at=None).update(seen_at=timezone.now())
