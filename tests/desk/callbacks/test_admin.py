"""The administrators' pages, and where the desk's address leads."""

import pytest
from django.urls import reverse

from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
LISTS = [
    "admin:index",
    "admin:alerts_alert_changelist",
    "admin:alerts_rule_changelist",
    "admin:people_staff_changelist",
    "admin:auth_user_changelist",
]


@pytest.fixture
def request_made(answers) -> CallbackRequest:
    return callback_request_save(**answers())[0]


@pytest.mark.parametrize("name", LISTS[1:])
def test_a_person_without_rights_sees_no_list(client, django_user_model, name):
    client.force_login(django_user_model.objects.create_user("amina", is_staff=True))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens(admin_client, request_made, name, language):
    response = admin_client.get(reverse(name), headers={"accept-language": language})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


def test_nobody_adds_alerts_by_hand(admin_client):
    assert admin_client.get(reverse("admin:alerts_alert_add")).status_code == 403
