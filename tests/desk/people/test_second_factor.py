"""Codes from the app and from paper: which are taken, how often, and what a wrong one costs."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people.models import Audit
from desk.people.second_factor import (
    backup_codes_left,
    code_check,
    second_factor_confirm,
    second_factor_draft,
    second_factor_of,
    second_factor_remove,
)

from .conftest import code_of

pytestmark = pytest.mark.django_db


def check(user, code):
    return code_check(user=user, code=code, http=RequestFactory().post("/"))


def wait_over(model):
    """The wait after a wrong code is over."""
    model.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))


def test_an_app_counts_only_after_its_first_code(account):
    user = account()
    draft = second_factor_draft(user=user)
    assert second_factor_of(user=user) is None
    assert second_factor_confirm(draft=draft, code=code_of(draft, 10)) == []
    assert second_factor_of(user=user) is None
    wait_over(TOTPDevice)
    codes = second_factor_confirm(draft=draft, code=code_of(draft))
    assert second_factor_of(user=user) == draft
    assert len(set(codes)) == backup_codes_left(user=user) == 10


def test_the_draft_stays_the_same_until_it_is_confirmed(account):
    user = account()
    assert second_factor_draft(user=user).key == second_factor_draft(user=user).key
    assert second_factor_draft(user=account("brahim")).key != second_factor_draft(user=user).key


def test_an_app_that_was_set_up_again_replaces_all_that_was_before(account, with_app):
    user = account()
    old = with_app(user)
    draft = second_factor_draft(user=user)
    codes = second_factor_confirm(draft=draft, code=code_of(draft))
    assert list(TOTPDevice.objects.filter(user=user)) == [draft]
    assert check(user, code_of(old)) is None
    assert check(user, "abcd2345") is None
    assert not set(codes) - set(StaticToken.objects.values_list("token", flat=True))


def test_a_code_of_the_app_is_taken_once(account, with_app):
    user = account()
    device = with_app(user)
    assert check(user, code_of(device)) == device
    assert check(user, code_of(device)) is None


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_wrong(account, with_app, later):
    user = account()
    device = with_app(user)
    assert check(user, code_of(device, later)) == device


@pytest.mark.parametrize("later", [-10, 10])
def test_old_and_early_codes_are_not_taken(account, with_app, later):
    user = account()
    assert check(user, code_of(with_app(user), later)) is None


def test_digits_of_an_arabic_keyboard_are_read(account, with_app):
    user = account()
    device = with_app(user)
    typed = code_of(device).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert check(user, typed) == device


def test_a_backup_code_is_taken_once_and_recorded(account, with_app):
    user = account()
    with_app(user)
    assert isinstance(check(user, "abcd2345"), StaticDevice)
    assert backup_codes_left(user=user) == 0
    assert check(user, "abcd2345") is None
    assert list(Audit.objects.values_list("kind", "account")) == [
        ("wrong_code", user.pk),
        ("backup_code_used", user.pk),
    ]


def test_codes_of_somebody_else_are_not_taken(account, with_app):
    theirs = with_app(account("brahim"))
    user = account()
    assert check(user, code_of(theirs)) is None
    with_app(user)
    StaticToken.objects.filter(device__user=user).delete()
    assert check(user, "abcd2345") is None
    assert check(user, code_of(theirs)) is None


def test_after_a_wrong_code_even_the_right_one_has_to_wait(account, with_app):
    user = account()
    device = with_app(user)
    assert check(user, code_of(device, 10)) is None
    assert check(user, code_of(device)) is None
    wait_over(TOTPDevice)
    assert check(user, code_of(device)) == device


def test_a_wrong_code_of_the_app_does_not_hold_up_backup_codes(account, with_app):
    user = account()
    check(user, code_of(with_app(user), 10))
    assert isinstance(check(user, "abcd2345"), StaticDevice)


def test_an_account_without_a_second_factor_has_no_codes(account):
    assert check(account(), "123456") is None
    assert check(account("brahim"), "abcd2345") is None


def test_a_backup_code_can_be_made_on_the_server(account, with_app):
    user = account()
    with_app(user)
    call_command("addstatictoken", user.username, "--token", "wxyz6723", stdout=StringIO())
    assert check(user, "wxyz6723")


def test_removing_takes_app_and_backup_codes_of_this_account_only(account, with_app):
    user, other = account(), account("brahim")
    with_app(user), with_app(other)
    second_factor_remove(user=user)
    assert second_factor_of(user=user) is None
    assert not StaticDevice.objects.filter(user=user).exists()
    assert second_factor_of(user=other)
    assert backup_codes_left(user=other) == 1


def test_the_secret_is_not_what_an_error_or_list_shows(account, with_app):
    device = with_app(account())
    assert device.key not in f"{device} {device!r}"
