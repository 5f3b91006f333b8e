"""Accounts with a second factor, given or not."""

import pytest
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.desk.callbacks.conftest import account, quiet, waiting  # noqa: F401

PASSWORD = "a-long-password-1"


def code_of(device: TOTPDevice, later: int = 0) -> str:
    """What the app shows now, or some half minutes later; more than one later is wrong now."""
    return f"{totp(device.bin_key, drift=later):06d}"


@pytest.fixture
def with_app():
    """Gives an account a second factor and one backup code: abcd2345."""

    def build(user) -> TOTPDevice:
        StaticToken.objects.create(device=StaticDevice.objects.create(user=user), token="abcd2345")
        return TOTPDevice.objects.create(user=user, confirmed=True)

    return build


@pytest.fixture
def enter():
    """Signs a client in anew, in one go; with the app that verified it."""

    def sign_in(client, user, device=None):
        client.cookies.clear()
        client.force_login(user)
        if device:
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
        return client

    return sign_in


@pytest.fixture
def give_password():
    """The first step of signing in, as a browser does it."""

    def post(client, name="amina", password=PASSWORD, to=""):
        return client.post(reverse("login"), {"username": name, "password": password, "next": to})

    return post


@pytest.fixture
def give_code():
    """The second step of signing in."""

    def post(client, code):
        return client.post(reverse("account:code"), {"code": code})

    return post
