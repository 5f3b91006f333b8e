"""Stop and erase."""

import pytest

from desk.callbacks.models import Alert, CallbackRequest
from desk.callbacks.services import callback_request_cancel, callback_request_save
from desk.conversations.models import Stop
from desk.conversations.services import conversation_erase, conversation_stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def test_a_stopped_conversation_is_remembered_once():
    conversation_stop(conversation_id="web-1")
    first = Stop.objects.get()
    conversation_stop(conversation_id="web-1")
    assert Stop.objects.get().stopped_at == first.stopped_at


def test_stopping_leaves_the_request(answers):
    callback_request_save(**answers())
    conversation_stop(conversation_id="web-1")
    assert CallbackRequest.objects.get().status == "open"


def test_erasing_takes_requests_alerts_and_the_wish_for_silence(answers):
    callback_request_save(**answers())
    callback_request_cancel(conversation_id="web-1")
    callback_request_save(**answers())
    conversation_stop(conversation_id="web-1")
    conversation_erase(conversation_id="web-1")
    assert [model.objects.count() for model in (CallbackRequest, Alert, Stop)] == [0, 0, 0]


def test_erasing_leaves_other_conversations(answers):
    for name in ("web-1", "web-11"):
        callback_request_save(**answers(conversation_id=name))
        conversation_stop(conversation_id=name)
    conversation_erase(conversation_id="web-1")
    assert [request.conversation_id for request in CallbackRequest.objects.all()] == ["web-11"]
    assert [stop.conversation_id for stop in Stop.objects.all()] == ["web-11"]
    assert Alert.objects.count() == 2


def test_erasing_nothing_is_no_error():
    conversation_erase(conversation_id="web-1")
    assert not CallbackRequest.objects.exists()
