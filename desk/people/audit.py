"""Writes the record of sensitive actions. It listens where Django and the lock-out tell of them."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from desk.people.models import Audit


def audit_write(*, kind: str, http: HttpRequest, account: AbstractBaseUser | None, about: str = "") -> None:
    """Record an action of, or at, an account. Nothing of a person who writes to the assistant belongs here."""
    name = account.get_username() if account else ""
    Audit.objects.create(kind=kind, account=account, name=name, about=about, address=get_client_ip_address(http))


def note_sign_in(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    audit_write(kind=Audit.Kind.SIGNED_IN, http=request, account=user)


def note_sign_out(request: HttpRequest, user: AbstractBaseUser | None, **_: Any) -> None:
    if user:
        audit_write(kind=Audit.Kind.SIGNED_OUT, http=request, account=user)


def note_refusal(credentials: dict[str, Any], request: HttpRequest, **_: Any) -> None:
    """A name that no account has is not kept: it may be a password in the wrong field. A lock-out is told once."""
    failures = request.axes_failures_since_start or 0
    if failures > settings.AXES_FAILURE_LIMIT:
        return
    account = get_user_model().objects.filter(username=credentials.get("username")).first()
    kind = Audit.Kind.WRONG_CODE if "code" in credentials else Audit.Kind.WRONG_PASSWORD
    audit_write(kind=kind, http=request, account=account)
    if request.axes_locked_out:
        audit_write(kind=Audit.Kind.LOCKED_OUT, http=request, account=account)


def listen() -> None:
    """Called after the lock-out has begun to listen: its count must be known here."""
    user_logged_in.connect(note_sign_in)
    user_logged_out.connect(note_sign_out)
    user_login_failed.connect(note_refusal)
