"""A request that nobody takes in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.escalation import _escalate, requests_escalate
from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_cancel, callback_request_save
from desk.callbacks.work import attempt_record, request_claim
from desk.conversations.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
PERSON = "whatsapp-Xk3"


@pytest.fixture
def late(waiting):
    """A request whose time is over."""

    def build(**changes):
        request = waiting(**{"conversation_id": PERSON, "safety": "call_and_message", **changes})
        CallbackRequest.objects.filter(pk=request.pk).update(promised_at=timezone.now() - timedelta(minutes=1))
        return request

    return build


def test_everybody_hears_of_it_once_and_it_is_in_the_history(late, recipients):
    request = late()
    assert requests_escalate(now=timezone.now()) == 1
    assert requests_escalate(now=timezone.now()) == 0
    assert Alert.objects.filter(kind="late").count() == len(recipients)
    assert list(request.entries.values_list("kind", flat=True)) == ["escalated"]


def test_the_person_hears_honestly_that_we_are_late(late):
    request = late()
    requests_escalate(now=timezone.now())
    delivery = Delivery.objects.get()
    assert request.reference in delivery.content["text"]
    assert request.entries.get().deliveries == [delivery.pk]


def test_the_person_hears_nothing_where_a_message_is_not_safe(late):
    late(safety="call_only")
    assert requests_escalate(now=timezone.now()) == 1
    assert not Delivery.objects.exists()


def test_of_what_somebody_took_the_counsellors_hear_but_not_the_person(late, account):
    request_claim(pk=late().pk, by=account())
    assert requests_escalate(now=timezone.now()) == 1
    assert not Delivery.objects.exists()


def test_the_time_agreed_last_counts(late, account):
    request = request_claim(pk=late().pk, by=account())
    attempt_record(pk=request.pk, by=request.claimed_by, result="reached", next_at=timezone.now() + timedelta(days=1))
    assert requests_escalate(now=timezone.now()) == 0
    assert requests_escalate(now=timezone.now() + timedelta(days=2)) == 1


def test_a_changed_request_can_be_late_again(late, answers):
    late()
    requests_escalate(now=timezone.now())
    callback_request_save(**answers(conversation_id=PERSON, safety="call_and_message"))
    assert requests_escalate(now=timezone.now() + timedelta(days=9)) == 1


def test_who_has_their_data_erased_meanwhile_stops_nothing(late):
    request = late()
    request.delete()
    assert _escalate(request.pk, timezone.now()) is False


def test_what_is_over_is_not_escalated(late):
    late()
    callback_request_cancel(conversation_id=PERSON)
    assert requests_escalate(now=timezone.now()) == 0


def test_what_still_has_time_is_not_escalated(waiting):
    waiting()
    assert requests_escalate(now=timezone.now()) == 0
