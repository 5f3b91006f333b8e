"""Who hears of a request."""

from datetime import datetime

import pytest

from desk.alerts.models import Alert
from desk.alerts.rules import rules_for
from desk.alerts.services import alerts_write
from desk.people.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
MAIL = ("email", "duty@example.org")
OPEN, CLOSED = (datetime.fromisoformat(f"2026-11-23 {clock}+01:00") for clock in ("10:00", "23:00"))


def wanted(rule, request, now=OPEN, kind="created", **values):
    """Whether a rule with these values wants to hear of the request."""
    made = rule(MAIL, **values)
    return made in rules_for(request=request, kind=kind, now=now)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"programmes": ["morocco", "yemen"]}, True),
        ({"programmes": ["belgium"]}, False),
        ({"languages": ["ar"]}, True),
        ({"languages": ["fr", "en"]}, False),
        ({"kinds": ["created", "late"]}, True),
        ({"kinds": ["late"]}, False),
        ({"urgency": "usual"}, True),
        ({"urgency": "urgent"}, False),
        ({"hours": "open"}, True),
        ({"hours": "closed"}, False),
        ({"is_active": False}, False),
        ({"programmes": ["morocco"], "languages": ["fr"]}, False),
    ],
)
def test_a_rule_wants_what_fits_all_its_conditions(rule, waiting, values, expected):
    assert wanted(rule, waiting(), **values) is expected


@pytest.mark.parametrize(("urgency", "expected"), [("urgent", True), ("usual", False), ("all", True)])
def test_an_urgent_request_is_for_the_rules_of_urgent_ones(rule, waiting, urgency, expected):
    assert wanted(rule, waiting(urgent=True), urgency=urgency) is expected


@pytest.mark.parametrize(("hours", "expected"), [("open", False), ("closed", True), ("always", True)])
def test_at_night_the_rules_for_the_night_count(rule, waiting, hours, expected):
    assert wanted(rule, waiting(), now=CLOSED, hours=hours) is expected


def test_a_rule_without_a_route_is_as_none(rule, waiting, recipients):
    rule()
    Alert.objects.all().delete()
    waiting(conversation_id="web-2")
    assert set(Alert.objects.values_list("recipient", "language")) == set(recipients)


def test_each_rule_that_fits_is_told_and_the_addresses_of_the_settings_are_for_when_none_does(rule, waiting):
    rule(MAIL)
    rule(("telegram", "-1001"), ("email", "second@example.org"), urgency="urgent")
    waiting()
    assert list(Alert.objects.values_list("rule__name", "recipient")) == [("rule 0", "")]
    waiting(conversation_id="web-2", urgent=True)
    assert set(Alert.objects.filter(request__urgent=True).values_list("rule__name", flat=True)) == {"rule 0", "rule 1"}


def test_of_a_late_request_its_supervisors_hear_always(rule, waiting, account):
    for name, role, programmes in (
        ("salma", Staff.Role.SUPERVISOR, ["morocco"]),
        ("joris", Staff.Role.SUPERVISOR, ["belgium"]),
        ("amina", Staff.Role.COUNSELLOR, ["morocco"]),
    ):
        user = account(name, role, programmes)
        user.email = f"{name}@example.org"
        user.save()
    rule(MAIL)
    request = waiting()
    Alert.objects.all().delete()
    alerts_write(request, "late")
    assert set(Alert.objects.values_list("rule__name", "recipient")) == {("rule 0", ""), (None, "salma@example.org")}


def test_a_supervisor_among_the_addresses_of_the_settings_hears_once(waiting, account, settings):
    settings.ALERT_RECIPIENTS = [("salma@example.org", "ar")]
    user = account("salma", Staff.Role.SUPERVISOR)
    user.email = "salma@example.org"
    user.save()
    request = waiting()
    Alert.objects.all().delete()
    alerts_write(request, "late")
    assert list(Alert.objects.values_list("recipient", "language")) == [("salma@example.org", "ar")]
