"""Reading requests and alerts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.callbacks.models import Alert
from desk.callbacks.selectors import alerts_due, callback_request_open
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


def test_urgent_alerts_come_first_then_the_oldest(answers):
    names = ["web-calm", "web-late", "web-urgent"]
    for name in names:
        callback_request_save(**answers(conversation_id=name, urgent=name == "web-urgent"))
    Alert.objects.filter(request__conversation_id="web-late").update(due_at=timezone.now() - timedelta(hours=1))
    due = [alert.request.conversation_id for alert in alerts_due(now=timezone.now())]
    assert list(dict.fromkeys(due)) == ["web-urgent", "web-late", "web-calm"]


def test_alerts_sent_or_not_yet_due_are_not_due(answers, recipients):
    callback_request_save(**answers())
    now = timezone.now()
    first, second = Alert.objects.order_by("pk")
    Alert.objects.filter(pk=first.pk).update(sent_at=now)
    Alert.objects.filter(pk=second.pk).update(due_at=now + timedelta(seconds=5))
    assert list(alerts_due(now=now)) == []
    assert list(alerts_due(now=now + timedelta(seconds=5))) == [second]
