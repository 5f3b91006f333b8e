"""What the person hears in their chat about their request, where that is safe."""

from collections.abc import Callable
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.callbacks.models import CallbackRequest, Entry
from desk.conversations.dialogue import PHONE_CHANNELS
from desk.conversations.identity import channel_of
from desk.conversations.inbox import deliveries_write
from desk.conversations.selectors import is_stopped
from desk.programmes.selectors import programme_timezone

TOLD = (Entry.Result.NO_ANSWER,)  # not when somebody is listening


def may_be_written_to(request: CallbackRequest) -> bool:
    """Whether a message may appear on the person's phone: they allowed it, want messages, and a phone channel leads there."""
    is_safe = request.safety != CallbackRequest.Safety.CALL_ONLY
    is_on_phone = channel_of(request.conversation_id) in PHONE_CHANNELS
    return is_safe and is_on_phone and not is_stopped(conversation_id=request.conversation_id)


def attempt_told(request: CallbackRequest, result: str) -> list[int]:
    """Tell the person of an attempt that failed, in the transaction that records it. Returns the messages' keys."""
    return _tell(request, attempt_text) if result in TOLD else []


def delay_told(request: CallbackRequest) -> list[int]:
    """Tell the person honestly that we are late. Returns the messages' keys."""
    return _tell(request, delay_text)


def move_told(request: CallbackRequest) -> list[int]:
    """Tell the person honestly that the office is closed when they were to hear from us. Returns the messages' keys."""
    return _tell(request, move_text)


def _tell(request: CallbackRequest, words: Callable[[CallbackRequest], str]) -> list[int]:
    if not may_be_written_to(request):
        return []
    with translation.override(request.language):
        content = {"text": words(request), "language": request.language, "name": "counsellor", "push": True}
    return [row.pk for row in deliveries_write(conversation_id=request.conversation_id, contents=[content])]


def with_way_back(text: str, language: str) -> str:
    """A counsellor's first message, with how to get the assistant back: until then it keeps quiet."""
    with translation.override(language):
        way_back = _("To get the automatic assistant back, write: menu")
    return f"{text}\n\n{way_back}"


def delay_text(request: CallbackRequest) -> str:
    """The words when nobody answered by the promised time, in the active language."""
    return _("We are late with our answer to %(reference)s. It is not forgotten.") % {"reference": request.reference}


def move_text(request: CallbackRequest) -> str:
    """The words when the promise was moved, in the active language."""
    return _(
        "The office is closed at the time we told you for %(reference)s. A counsellor will contact you by %(moment)s, "
        "office time. We are sorry that you wait longer."
    ) % {"reference": request.reference, "moment": moment(request.promised_at, request.programme)}


def attempt_text(request: CallbackRequest) -> str:
    """The words, in the active language; a shared phone must not give away what it is about."""
    if request.next_attempt_at is None:
        return _("We tried to reach you and could not. You can write to us here.")
    return _("We tried to reach you and could not. We try again on %(moment)s, office time.") % {
        "moment": moment(request.next_attempt_at, request.programme)
    }


def moment(when: datetime, programme: str) -> str:
    """A moment as the office's clock shows it."""
    local = when.astimezone(programme_timezone(programme))
    return _("%(day)s, %(time)s") % {"day": date_format(local, "l j F"), "time": f"{local:%H:%M}"}
