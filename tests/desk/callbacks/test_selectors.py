"""Reading requests."""

import pytest

from desk.callbacks.selectors import Wanted, callback_queue, callback_queue_keys, callback_request_open
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


# --- the queue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "INDEX queue "),
        ({"language": "ar", "topic": "cost_free"}, "INDEX queue "),
        ({"status": "done"}, "COVERING INDEX queue_closed "),
        ({"status": "cancelled"}, "COVERING INDEX queue_closed "),
        ({"status": "done", "programme": "morocco"}, "COVERING INDEX queue_closed "),
        ({"status": "done", "language": "ar"}, "INDEX queue_closed "),
    ],
)
def test_an_index_tells_which_requests_come_first(account, wanted, index):
    plan = callback_queue_keys(user=account(programmes=["morocco", "belgium"]), wanted=Wanted(**wanted)).explain()
    assert f"SEARCH callbacks_callbackrequest USING {index}" in plan
    assert "SCAN" not in plan
    assert ("TEMP B-TREE" in plan) == ("status" not in wanted), "a hundred thousand are not sorted"


def test_the_rows_of_a_page_are_found_by_their_keys(account, waiting):
    later, sooner = waiting(conversation_id="web-1"), waiting(conversation_id="web-2", urgent=True)
    page = callback_queue(user=account(), wanted=Wanted())
    assert [row.reference for row in page.rows] == [sooner.reference, later.reference]
    assert (page.number, page.has_next) == (1, False)
