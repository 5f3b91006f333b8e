"""A counsellor and a person write to each other in the person's chat, through the assistant."""

from asgiref.sync import async_to_sync
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from desk.callbacks.models import CallbackRequest
from desk.callbacks.notices import may_be_written_to, with_way_back
from desk.callbacks.work import must_be_theirs, written_record
from desk.conversations.dialogue import DialogueServerDown, NotOnPhone, message_push
from desk.conversations.models import Delivery
from desk.conversations.takeover import takeover_active, takeover_end, takeover_extend
from desk.errors import Refused


def message_write(*, request: CallbackRequest, by: AbstractBaseUser, text: str) -> None:
    """Send a message and note it; from here on the assistant keeps quiet. Raises Refused when it was not sent."""
    must_be_theirs(request, by)
    if not may_be_written_to(request):
        raise Refused(_("This person cannot be written to here: see how to reach them."))
    sent = _push(request, text)
    written_record(pk=request.pk, by=by, text=text, deliveries=[row.pk for row in sent])


def _push(request: CallbackRequest, text: str) -> list[Delivery]:
    """The assistant is silenced before: the answer may come at once."""
    conversation = request.conversation_id
    is_first = not takeover_active(conversation_id=conversation)
    takeover_extend(conversation_id=conversation)
    shown = with_way_back(text, request.language) if is_first else text
    try:
        return async_to_sync(message_push)(conversation_id=conversation, text=shown, language=request.language)
    except (DialogueServerDown, NotOnPhone):
        if is_first:
            takeover_end(conversation_id=conversation)
        raise Refused(_("The assistant does not answer: the message was not sent. Please try again.")) from None


def conversation_hand_back(*, request: CallbackRequest, by: AbstractBaseUser) -> None:
    """Let the assistant answer again. Raises Refused."""
    must_be_theirs(request, by)
    takeover_end(conversation_id=request.conversation_id)
