"""Roles, and who is locked out."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.urls import reverse

from desk.people.models import Staff
from desk.people.selectors import counsellors_of, is_leading, programmes_of, role_of
from desk.programmes.selectors import programmes

pytestmark = pytest.mark.django_db


def account(name: str, role: str = "", names: tuple[str, ...] = ("morocco",), **values):
    user = get_user_model().objects.create_user(name, password="a-long-password-1", **values)
    if role:
        Staff.objects.create(user=user, role=role, programmes=list(names))
    return user


def test_who_is_not_signed_in_or_has_no_role_sees_nothing():
    for user in (AnonymousUser(), account("nobody"), account("former", "counsellor", is_active=False)):
        assert role_of(user) == ""
        assert programmes_of(user) == []


def test_a_counsellor_sees_their_programmes_only():
    assert programmes_of(account("amina", "counsellor", ("morocco", "belgium"))) == ["morocco", "belgium"]


def test_an_editor_sees_no_request():
    assert programmes_of(account("edith", "editor")) == []


def test_an_administrator_sees_all():
    assert programmes_of(account("root", is_superuser=True)) == list(programmes())
    assert programmes_of(account("adam", "administrator", ())) == list(programmes())


@pytest.mark.parametrize(("role", "leads"), [("counsellor", False), ("supervisor", True), ("administrator", True)])
def test_who_may_act_for_others(role, leads):
    assert is_leading(account("somebody", role)) is leads


def test_a_request_can_go_to_active_people_of_its_programme():
    here = account("amina", "counsellor")
    for name, role, names in (("bart", "counsellor", ("belgium",)), ("edith", "editor", ("morocco",))):
        account(name, role, names)
    account("former", "counsellor", is_active=False)
    assert list(counsellors_of("morocco")) == [here]


@pytest.mark.parametrize("names", [["morocco", "atlantis"], 5, [["x"]], "morocco"])
def test_unknown_programmes_are_refused(names):
    staff = Staff(user=account("amina"), programmes=names)
    with pytest.raises(ValidationError, match="programmes"):
        staff.full_clean()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_who_guesses_passwords_is_locked_out(client, language):
    account("amina", "administrator", is_staff=True)
    login, headers = reverse("login"), {"accept-language": language}
    for _ in range(5):
        answer = client.post(login, {"username": "amina", "password": "wrong"}, headers=headers)
    assert answer.status_code == 429
    assert f'lang="{language}"' in answer.content.decode()
    right = client.post(login, {"username": "amina", "password": "a-long-password-1"}, headers=headers)
    assert right.status_code == 429
    other = client.post(login, {"username": "somebody", "password": "x"}, headers=headers)
    assert other.status_code == 200
