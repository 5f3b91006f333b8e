"""Rules are made, and what was given up is sent again, in the administrators' pages."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from desk.alerts.models import Alert, Rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def form(**changes):
    """A rule with one route, as the page posts it."""
    return {
        "name": "Night duty",
        "is_active": "on",
        "kinds": ["created", "late"],
        "programmes": ["morocco"],
        "urgency": "urgent",
        "hours": "closed",
        "routes-TOTAL_FORMS": "1",
        "routes-INITIAL_FORMS": "0",
        "routes-0-position": "1",
        "routes-0-means": "email",
        "routes-0-address": "duty@example.org",
        "routes-0-language": "ar",
        "routes-0-secret": "whsec_" + "A" * 43 + "=",
        **changes,
    }


def post(client, **changes):
    return client.post(reverse("admin:alerts_rule_add"), form(**changes))


def test_a_rule_is_made_with_its_route(admin_client):
    assert post(admin_client).status_code == 302
    rule = Rule.objects.get()
    assert (rule.kinds, rule.programmes, rule.languages) == (["created", "late"], ["morocco"], [])
    assert str(rule.routes.get().address) == "duty@example.org"


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_of_a_rule_opens_in_every_language(admin_client, rule, language):
    made = rule(("email", "duty@example.org"))
    for address in (reverse("admin:alerts_rule_add"), reverse("admin:alerts_rule_change", args=[made.pk])):
        assert admin_client.get(address, headers={"accept-language": language}).status_code == 200


def test_a_rule_without_a_route_is_refused(admin_client):
    answer = post(admin_client, **{"routes-0-address": ""})
    assert answer.status_code == 200
    assert not Rule.objects.exists()


def test_a_wrong_address_is_named_at_its_field(admin_client):
    answer = post(admin_client, **{"routes-0-address": "duty@"})
    (errors,) = answer.context["inline_admin_formsets"][0].formset.errors
    assert "@example.org" in str(errors["address"])
    assert not Rule.objects.exists()


def test_a_route_whose_setting_is_missing_is_refused_with_its_name(admin_client, chosen):
    chosen(TELEGRAM_TOKEN="")
    answer = post(admin_client, **{"routes-0-means": "telegram", "routes-0-address": "-1001"})
    assert "TELEGRAM_TOKEN" in answer.content.decode()


def test_the_secret_does_not_stand_in_the_database_in_plain_letters(admin_client):
    post(admin_client)
    with connection.cursor() as database:
        database.execute("SELECT secret FROM alerts_route")
        assert "A" * 43 not in database.fetchone()[0]


def test_what_was_given_up_is_sent_again(admin_client, waiting):
    waiting()
    Alert.objects.update(status=Alert.Status.FAILED, attempts=60)
    keys = list(Alert.objects.values_list("pk", flat=True))
    chosen = {"action": "send_again", "_selected_action": keys}
    assert admin_client.post(reverse("admin:alerts_alert_changelist"), chosen).status_code == 302
    assert set(Alert.objects.values_list("status", "attempts", "step")) == {("waiting", 0, 0)}
    assert all(alert.due_at <= timezone.now() for alert in Alert.objects.all())


def test_the_list_of_alerts_shows_what_was_given_up(admin_client, waiting):
    waiting()
    Alert.objects.update(status=Alert.Status.FAILED, error="telegram: Forbidden")
    page = admin_client.get(reverse("admin:alerts_alert_changelist") + "?status__exact=failed").content.decode()
    assert "telegram: Forbidden" in page
