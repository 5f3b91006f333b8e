"""A request is taken by the button in the counsellors' Telegram group."""

import pytest

from desk.alerts.claim import claim_tapped, is_alert_group
from desk.callbacks.services import callback_request_cancel, callback_requests_delete
from desk.callbacks.work import request_claim
from desk.people.telegram import telegram_code, telegram_link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
GROUP, USER = "-1001", "777"


@pytest.fixture(autouse=True)
def group(rule):
    return rule(("telegram", GROUP), reads="en")


@pytest.fixture
def amina(account):
    user = account()
    telegram_link(user=user, code=telegram_code(telegram_id=USER))
    return user


def tap(request, telegram_id=USER, group=GROUP):
    return claim_tapped(group=group, telegram_id=telegram_id, reference=request.reference)


def test_who_taps_has_the_request(waiting, amina):
    request = waiting()
    tapped = tap(request)
    request.refresh_from_db()
    assert request.claimed_by == amina
    assert request.reference in tapped.text
    assert tapped.taken == "Taken by amina"
    assert list(request.entries.values_list("kind", "author__username")) == [("claimed", "amina")]


def test_the_second_is_told_who_was_first(waiting, amina, account):
    request = waiting()
    request_claim(pk=request.pk, by=account("brahim"))
    tapped = tap(request)
    assert "brahim" in tapped.text
    assert tapped.taken == "Taken by brahim"


def test_a_second_tap_of_the_same_person_changes_nothing(waiting, amina):
    request = waiting()
    tap(request)
    assert tap(request).taken == "Taken by amina"
    assert request.entries.count() == 1


def test_who_is_not_known_reads_how_to_become_so(waiting):
    request = waiting()
    tapped = tap(request)
    assert telegram_code(telegram_id=USER) in tapped.text
    assert tapped.taken == ""
    request.refresh_from_db()
    assert request.claimed_by is None


def test_a_request_of_another_programme_is_not_taken(waiting, amina):
    request = waiting(programme="belgium")
    assert tap(request).taken == ""
    request.refresh_from_db()
    assert request.claimed_by is None


def test_a_request_that_is_over_says_so(waiting, amina):
    request = waiting()
    callback_request_cancel(conversation_id=request.conversation_id)
    tapped = tap(request)
    assert "cancelled" in tapped.text
    assert "cancelled" in tapped.taken


def test_a_request_that_is_erased_is_gone(waiting, amina):
    request = waiting()
    callback_requests_delete(conversation_id=request.conversation_id)
    assert "gone" in tap(request).text


def test_another_group_claims_nothing(waiting, amina):
    request = waiting()
    assert tap(request, group="-1002") is None
    assert (is_alert_group(group=GROUP), is_alert_group(group="-1002")) == (True, False)


def test_an_account_that_was_closed_claims_nothing(waiting, amina):
    amina.is_active = False
    amina.save()
    assert tap(waiting()).taken == ""
