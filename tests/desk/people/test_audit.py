"""What is recorded, and what is not."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from desk.people.models import Audit

from .conftest import PASSWORD, code_of

pytestmark = pytest.mark.django_db


def recorded(*fields):
    return list(Audit.objects.order_by("pk").values_list(*(fields or ["kind"]), flat=len(fields) < 2))


def test_signing_in_and_out(client, account, give_password):
    user = account()
    before = timezone.now()
    give_password(client)
    client.post(reverse("logout"))
    assert recorded("kind", "account", "name", "address") == [
        ("signed_in", user.pk, "amina", "127.0.0.1"),
        ("signed_out", user.pk, "amina", "127.0.0.1"),
    ]
    assert before <= Audit.objects.first().at <= timezone.now()


def test_the_address_is_the_one_that_asks(client, account):
    account()
    client.post(reverse("login"), {"username": "amina", "password": PASSWORD}, REMOTE_ADDR="2001:db8::7")
    assert recorded("address") == ["2001:db8::7"]


def test_signing_out_without_being_signed_in_is_nothing(client):
    client.post(reverse("logout"))
    assert recorded() == []


def test_a_wrong_password_is_recorded_at_its_account(client, account, give_password):
    user = account()
    give_password(client, password="wrong")
    assert recorded("kind", "account") == [("wrong_password", user.pk)]


def test_a_name_that_no_account_has_is_not_kept(client, give_password):
    give_password(client, name="my-secret-password")
    assert recorded("kind", "account", "name", "about") == [("wrong_password", None, "", "")]


def test_a_lock_out_is_told_once_however_long_they_go_on(client, account, give_password):
    account()
    for _ in range(9):
        give_password(client, password="wrong")
    give_password(client)
    assert recorded() == ["wrong_password"] * 5 + ["locked_out"]


def test_wrong_codes_count_together_with_wrong_passwords(client, account, with_app, give_password, give_code):
    device = with_app(account())
    for _ in range(3):
        give_password(client, password="wrong")
    give_password(client)
    assert give_code(client, code_of(device, 10)).status_code == 200
    assert give_code(client, code_of(device, 10)).status_code == 429
    assert recorded() == ["wrong_password"] * 3 + ["wrong_code"] * 2 + ["locked_out"]
    assert give_code(client, "abcd2345").status_code == 429, "even a right one, until the lock-out is over"
    assert "_auth_user_id" not in client.session


def test_a_wrong_code_is_kept_nowhere(client, account, with_app, give_password, give_code):
    with_app(account())
    give_password(client)
    give_code(client, "abcd2346")
    attempt = AccessAttempt.objects.get()
    assert "code=" in attempt.post_data
    assert "abcd2346" not in attempt.post_data + repr(recorded("name", "about"))


def test_the_right_password_alone_is_not_yet_a_sign_in(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client)
    assert recorded() == []
    give_code(client, code_of(device))
    assert recorded() == ["signed_in"]


def test_a_record_is_never_changed(account):
    row = Audit.objects.create(kind=Audit.Kind.EXPORTED, account=account())
    row.about = "nothing"
    with pytest.raises(TypeError):
        row.save()
    assert recorded("about") == [""]


def test_the_name_stays_when_the_account_goes(client, account, give_password):
    account()
    give_password(client)
    get_user_model().objects.all().delete()
    assert recorded("kind", "account", "name") == [("signed_in", None, "amina")]
