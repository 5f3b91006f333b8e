"""The second factor: a code from an authenticator app after the password, or one of ten codes on paper."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people.audit import audit_write
from desk.people.models import Audit

BACKUP_CODES = 10
DIGITS = 6  # of a code from the app; a backup code has eight letters and digits


def second_factor_of(*, user: AbstractBaseUser) -> TOTPDevice | None:
    """The app that an account must give codes from."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def backup_codes_left(*, user: AbstractBaseUser) -> int:
    """How many backup codes were not used."""
    return StaticToken.objects.filter(device__user=user).count()


def code_check(*, user: AbstractBaseUser, code: str, http: HttpRequest) -> Device | None:
    """What took the code; None when it is wrong or comes too fast. A wrong code counts like a wrong password."""
    credentials = {"username": user.get_username(), "code": "***"}
    device = _device_for(user, code)
    allowed = AxesProxyHandler.is_allowed(http, credentials)
    taken = verify_token(user, device.persistent_id, code) if device and allowed else None
    if taken is None:
        user_login_failed.send(sender=__name__, credentials=credentials, request=http)
    elif isinstance(taken, StaticDevice):
        audit_write(kind=Audit.Kind.BACKUP_CODE_USED, http=http, account=user)
    return taken


def _device_for(user: AbstractBaseUser, code: str) -> Device | None:
    """By the form of the code: a wrong one of the app must not slow down backup codes."""
    model = TOTPDevice if code.isdecimal() and len(code) == DIGITS else StaticDevice
    return model.objects.filter(user=user, confirmed=True).first()


def second_factor_draft(*, user: AbstractBaseUser) -> TOTPDevice:
    """The app that an account is setting up. It stays the same until a code from it is given."""
    draft = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return draft or TOTPDevice.objects.create(user=user, confirmed=False)


def second_factor_confirm(*, draft: TOTPDevice, code: str) -> list[str]:
    """From now on the app counts. Returns the backup codes; none, and nothing is changed, when the code is wrong."""
    if verify_token(draft.user, draft.persistent_id, code) is None:
        return []
    codes = [StaticToken.random_token() for _ in range(BACKUP_CODES)]
    with transaction.atomic():
        second_factor_remove(user=draft.user, but=draft.pk)
        TOTPDevice.objects.filter(pk=draft.pk).update(confirmed=True)
        paper = StaticDevice.objects.create(user=draft.user)
        StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    return codes


def second_factor_remove(*, user: AbstractBaseUser, but: int | None = None) -> None:
    """Take away the app and the backup codes."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).exclude(pk=but).delete()
        StaticDevice.objects.filter(user=user).delete()
