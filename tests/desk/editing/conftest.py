"""Accounts of editors."""

import pytest
from django.test import Client

from desk.people.models import Staff
from tests.desk.callbacks.conftest import account, open_as  # noqa: F401


@pytest.fixture
def editor(account):  # noqa: F811
    """Builds a signed-in client of an editor, by name."""

    def build(name="edith", role=Staff.Role.EDITOR, programmes=("morocco",)) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(account(name, role, programmes))
        return client

    return build


@pytest.fixture
def edith(editor):
    return editor()


@pytest.fixture
def karim(editor):
    return editor("karim")
