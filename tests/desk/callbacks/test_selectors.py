"""Reading requests."""

import pytest

from desk.callbacks.selectors import callback_request_open
from desk.callbacks.services import callback_request_cancel, callback_request_save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def test_the_open_request_of_the_conversation_is_found(answers):
    request, _ = callback_request_save(**answers())
    callback_request_save(**answers(conversation_id="web-2"))
    assert callback_request_open(conversation_id="web-1") == request


def test_a_closed_request_is_not_open(answers):
    callback_request_save(**answers())
    callback_request_cancel(conversation_id="web-1")
    assert callback_request_open(conversation_id="web-1") is None
