"""Accounts of the desk, and a request that waits."""

import pytest
from django.contrib.auth import get_user_model

from desk.callbacks.services import callback_request_save
from desk.people.models import Staff


@pytest.fixture
def account():
    """Builds an account with a role; no role gives one without."""

    def build(name="amina", role=Staff.Role.COUNSELLOR, programmes=("morocco",)):
        user = get_user_model().objects.create_user(name, password="a-long-password-1")
        if role:
            Staff.objects.create(user=user, role=role, programmes=list(programmes))
        return user

    return build


@pytest.fixture
def waiting(answers):
    """Builds an open request."""

    def build(**changes):
        request, _ = callback_request_save(**answers(**changes))
        return request

    return build


@pytest.fixture
def open_as(client, account):
    """The client, signed in with a role."""

    def sign_in(**values):
        client.force_login(account(**values))
        return client

    return sign_in


@pytest.fixture
def quiet(settings):
    """No dialogue server answers."""
    settings.DIALOGUE_SERVER_URL = "http://127.0.0.1:1"
