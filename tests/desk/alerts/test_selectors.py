"""Which alerts are due, and where they go."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.alerts.models import Alert
from desk.alerts.selectors import alerts_due, route_of_group, targets_of
from desk.callbacks.services import callback_request_save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


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
    Alert.objects.filter(pk=first.pk).update(status=Alert.Status.SENT)
    Alert.objects.filter(pk=second.pk).update(due_at=now + timedelta(seconds=5))
    assert list(alerts_due(now=now)) == []
    assert list(alerts_due(now=now + timedelta(seconds=5))) == [second]


def test_an_alert_of_a_rule_goes_over_its_routes_in_their_order(rule, answers):
    rule(("webhook", "https://example.org/2", 2), ("email", "first@example.org", 1))
    callback_request_save(**answers())
    assert [(target.means, target.address) for target in targets_of(Alert.objects.get())] == [
        ("email", "first@example.org"),
        ("webhook", "https://example.org/2"),
    ]


def test_a_route_that_is_corrected_counts_for_what_waits(rule, answers):
    kept = rule(("email", "wrong@example.org"))
    callback_request_save(**answers())
    kept.routes.update(address="right@example.org")
    assert [target.address for target in targets_of(Alert.objects.get())] == ["right@example.org"]


def test_an_alert_whose_rule_is_gone_goes_to_the_addresses_of_the_settings(rule, answers, recipients):
    kept = rule(("email", "gone@example.org"))
    callback_request_save(**answers())
    kept.delete()
    assert [(target.address, target.language) for target in targets_of(Alert.objects.get())] == recipients


def test_a_group_is_known_by_its_number_while_its_rule_is_in_use(rule):
    kept = rule(("telegram", "-1001"))
    assert route_of_group(group="-1001").rule == kept
    assert route_of_group(group="-1002") is None
    kept.is_active = False
    kept.save()
    assert route_of_group(group="-1001") is None
