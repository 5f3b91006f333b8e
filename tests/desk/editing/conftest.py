"""Editors, a draft, and a folder of its own for what is published."""

import pytest
from django.test import Client
from django.utils import translation

from desk.content import published
from desk.content.documents import topic_document
from desk.content.published import Layer
from desk.editing.services import draft_save, review_approve, review_ask
from desk.people.models import Staff
from tests.desk.callbacks.conftest import account, open_as  # noqa: F401

KEY = "time_how_long"


@pytest.fixture(autouse=True)
def layer(tmp_path, monkeypatch):
    """What is published lies in a folder of its own and is looked at each time."""
    monkeypatch.setattr(published, "path", lambda: tmp_path / published.NAME)
    monkeypatch.setattr(published, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(published, "_layer", Layer())


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def amina(account):  # noqa: F811
    return account("amina", "editor", [])


@pytest.fixture
def bart(account):  # noqa: F811
    return account("bart", "editor", [])


def with_texts(part: str = "answer", key: str = KEY, **texts: str) -> dict:
    """A topic as it is published, with other words."""
    document = topic_document(key)
    document["parts"] = {**document["parts"], part: {**document["parts"][part], **texts}}
    return document


@pytest.fixture
def draft(amina):
    """Builds a saved draft of amina's."""

    def build(revision=0, key=KEY, kept=None, **texts):
        return draft_save(
            kind="topic", key=key, document=with_texts(key=key, **texts), by=amina, revision=revision, kept=kept
        )

    return build


@pytest.fixture
def approved(draft, amina, bart):
    """Builds a draft that bart approved."""

    def build(**texts):
        version = draft(**texts)
        review_ask(pk=version.pk, by=amina)
        return review_approve(pk=version.pk, by=bart)

    return build


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
