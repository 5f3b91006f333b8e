"""What a role brings with it."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from desk.people.models import Staff

pytestmark = pytest.mark.django_db


def opens_admin(user) -> tuple[bool, bool]:
    user = get_user_model().objects.get(pk=user.pk)
    return user.is_staff, user.is_superuser


@pytest.mark.parametrize("role", Staff.Role.values)
def test_administrators_and_nobody_else_may_use_django_s_admin(account, role):
    assert opens_admin(account(role=role)) == ((role == "administrator"),) * 2


def test_what_the_role_opened_closes_with_it(account):
    user = account(role="administrator")
    user.staff.role = "supervisor"
    user.staff.save()
    assert opens_admin(user) == (False, False)


@pytest.mark.parametrize("many", [True, False])
def test_without_a_role_nothing_is_open(account, many):
    user = account(role="administrator")
    Staff.objects.filter(user=user).delete() if many else user.staff.delete()
    assert opens_admin(user) == (False, False)


def test_an_account_can_go_with_its_role(account):
    account(role="administrator").delete()
    assert not Staff.objects.exists()


@pytest.mark.parametrize("role", ["counsellor", "editor", "supervisor"])
def test_the_last_administrator_keeps_the_role(account, role):
    staff = account(role="administrator").staff
    staff.role = role
    with pytest.raises(ValidationError) as caught:
        staff.full_clean()
    assert list(caught.value.error_dict) == ["role"]


def test_a_disabled_administrator_does_not_count(account):
    staff = account("amina", "administrator").staff
    get_user_model().objects.filter(pk=account("former", "administrator").pk).update(is_active=False)
    staff.role = "editor"
    with pytest.raises(ValidationError):
        staff.full_clean()


def test_one_of_two_administrators_may_step_down(account):
    account("former", "administrator")
    staff = account("amina", "administrator").staff
    staff.role = "editor"
    staff.full_clean()
    staff.save()
    assert set(get_user_model().objects.filter(is_superuser=True).values_list("username", flat=True)) == {"former"}


def test_the_first_superuser_cannot_become_something_less_while_alone():
    user = get_user_model().objects.create_superuser("root")
    with pytest.raises(ValidationError):
        Staff(user=user, role="counsellor").full_clean()
    Staff(user=user, role="administrator").full_clean()
