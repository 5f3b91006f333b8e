"""Accounts, roles and lost phones in Django's admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from desk.people.models import Audit, Staff
from desk.people.second_factor import backup_codes_left, second_factor_of
from desk.people.trail import lines, trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(account):
    return account("root", "administrator", ())


@pytest.fixture
def admin(client, root, enter):
    return enter(client, root)


def staff_change(staff, **changes):
    values = {"role": staff.role, "programmes": '["morocco"]', **changes}
    return reverse("admin:people_staff_change", args=[staff.pk]), values


def account_change(user, **changes):
    return reverse("admin:auth_user_change", args=[user.pk]), {"username": user.username, "is_active": "on", **changes}


def last_change() -> str:
    return LogEntry.objects.first().get_change_message()


# --- roles -------------------------------------------------------------------------------------------


def test_a_role_given_here_opens_the_admin_and_its_values_are_recorded(admin, account):
    user = account()
    admin.post(*staff_change(user.staff, role="administrator", programmes='["morocco", "belgium"]'))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (True, True)
    assert last_change() == "role: counsellor → administrator, programmes: ['morocco'] → ['morocco', 'belgium']"


def test_a_role_that_is_added_is_recorded_with_its_values(admin, account):
    user = account(role="")
    admin.post(reverse("admin:people_staff_add"), {"user": user.pk, "role": "counsellor", "programmes": '["morocco"]'})
    assert user.staff.role == "counsellor"
    assert last_change() == "role: counsellor, programmes: ['morocco']"


def test_the_last_administrator_cannot_take_the_role_from_themself(admin, root):
    answer = admin.post(*staff_change(root.staff, role="counsellor"))
    assert answer.context["adminform"].form.errors["role"]
    assert Staff.objects.get(user=root).role == "administrator"
    assert admin.get(reverse("admin:index")).status_code == 200


def test_beside_another_one_they_can(admin, root, account):
    account("salma", "administrator")
    admin.post(*staff_change(root.staff, role="counsellor"))
    assert admin.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("many", [True, False])
def test_nobody_deletes_their_own_role(admin, root, account, many):
    other = account("salma", "administrator")
    if many:
        picked = {"action": "delete_selected", "_selected_action": [root.staff.pk, other.staff.pk], "post": "yes"}
        answer = admin.post(reverse("admin:people_staff_changelist"), picked)
    else:
        answer = admin.post(reverse("admin:people_staff_delete", args=[root.staff.pk]), {"post": "yes"})
    assert answer.status_code == 403
    assert Staff.objects.count() == 2


def test_the_role_of_a_colleague_can_be_deleted(admin, account):
    user = account("salma", "administrator")
    admin.post(reverse("admin:people_staff_delete", args=[user.staff.pk]), {"post": "yes"})
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert LogEntry.objects.first().is_deletion()


def test_a_role_stays_with_its_account(admin, account):
    first, second = account(), account("brahim", role="")
    admin.post(*staff_change(first.staff, user=second.pk))
    assert Staff.objects.get(pk=first.staff.pk).user == first


# --- accounts ----------------------------------------------------------------------------------------


def test_an_account_is_made_and_its_password_is_not_recorded(admin):
    values = {"username": "brahim", "password1": "a-long-password-9", "password2": "a-long-password-9"}
    admin.post(reverse("admin:auth_user_add"), {**values, "usable_password": "true"})
    assert get_user_model().objects.get(username="brahim").check_password("a-long-password-9")
    assert last_change() == "username: brahim"


def test_rights_are_not_given_here_but_by_the_role(admin, account):
    user = account()
    admin.post(*account_change(user, is_staff="on", is_superuser="on", first_name="Amina"))
    user.refresh_from_db()
    assert (user.first_name, user.is_staff, user.is_superuser) == ("Amina", False, False)
    assert last_change() == "first_name"


def test_disabling_is_recorded_as_such(admin, account):
    user = account()
    admin.post(*account_change(user, is_active=""))
    user.refresh_from_db()
    assert not user.is_active
    assert last_change() == "is_active: True → False"


def test_nobody_disables_themself(admin, root):
    admin.post(*account_change(root, is_active=""))
    root.refresh_from_db()
    assert root.is_active


def test_a_password_set_for_a_colleague_is_recorded_without_it(admin, account):
    user = account()
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    values = {"password1": "a-long-password-9", "password2": "a-long-password-9", "usable_password": "true"}
    admin.post(address, {**values, "set-password": "1"})
    user.refresh_from_db()
    assert user.check_password("a-long-password-9")
    assert last_change() == "password"


def test_an_account_is_never_deleted(admin, account):
    user = account()
    assert admin.post(reverse("admin:auth_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    picked = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    admin.post(reverse("admin:auth_user_changelist"), picked)
    assert get_user_model().objects.filter(pk=user.pk).exists()


def test_one_s_own_password_is_changed_at_my_account(admin):
    assert admin.get(reverse("admin:password_change")).url == reverse("account:password")


def test_what_is_done_here_is_on_the_audit_page_and_written_once(admin, account):
    user = account()
    before = Audit.objects.count()
    admin.post(*account_change(user, is_active=""))
    (line,) = lines(trail(kind="administration"))
    assert (line.who, "is_active: True → False" in line.about) == ("root", True)
    assert Audit.objects.count() == before


# --- a lost phone ------------------------------------------------------------------------------------


@pytest.fixture
def colleague(account, with_app):
    user = account()
    return user, with_app(user)


@pytest.mark.parametrize("many", [True, False])
def test_a_lost_phone_is_removed_with_its_backup_codes_and_sessions(admin, colleague, enter, many):
    user, device = colleague
    phone = enter(Client(), user, device)
    assert phone.get(reverse("account:home")).status_code == 200
    if many:
        picked = {"action": "delete_selected", "_selected_action": [device.pk], "post": "yes"}
        admin.post(reverse("admin:people_secondfactor_changelist"), picked)
    else:
        admin.post(reverse("admin:people_secondfactor_delete", args=[device.pk]), {"post": "yes"})
    assert second_factor_of(user=user) is None
    assert backup_codes_left(user=user) == 0
    assert phone.get(reverse("account:home")).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr, entry.is_deletion()) == ("root", "amina", True)


def test_secrets_are_nobody_s_to_read(admin, colleague):
    _, device = colleague
    pages = [reverse("admin:people_secondfactor_changelist"), reverse("admin:index")]
    pages.append(reverse("admin:people_secondfactor_change", args=[device.pk]))
    shown = "".join(admin.get(page).content.decode() for page in pages)
    assert "amina" in shown
    assert device.key not in shown
    assert "abcd2345" not in shown
    assert "otp_static" not in shown
    assert "otp_totp" not in shown


def test_a_phone_is_neither_added_nor_changed_here(admin, colleague):
    _, device = colleague
    assert admin.get(reverse("admin:people_secondfactor_add")).status_code == 403
    change = reverse("admin:people_secondfactor_change", args=[device.pk])
    assert admin.post(change, {"key": "00"}).status_code == 403


def test_one_s_own_is_removed_with_a_code_only(client, root, with_app, enter):
    device = with_app(root)
    enter(client, root, device)
    page = reverse("admin:people_secondfactor_delete", args=[device.pk])
    assert client.post(page, {"post": "yes"}).status_code == 403
    assert second_factor_of(user=root)


def test_an_app_that_is_only_being_set_up_is_not_listed(admin, account):
    from desk.people.second_factor import second_factor_draft

    second_factor_draft(user=account())
    assert "amina" not in admin.get(reverse("admin:people_secondfactor_changelist")).content.decode()
