"""What a browser sends from the editors' pages."""

from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from desk.content.documents import FACT, TOPIC
from desk.editing.fact_forms import VALUES
from desk.editing.models import Version
from desk.editing.selectors import document_now, version_open

QUESTION = "money_cash_or_kind"
PHONE = "morocco.iom_phone"


def draft(kind: str = TOPIC, key: str = QUESTION) -> Version:
    """The draft, which is there."""
    found = version_open(kind=kind, key=key)
    assert found
    return found


def topic_values(key: str = QUESTION, **changes: Any) -> dict[str, Any]:
    """All fields of a question's page as they are filled, with changes; `more.morocco-ar` is written more__morocco_ar."""
    version = version_open(kind=TOPIC, key=key)
    document = version.document if version else document_now(kind=TOPIC, key=key)
    texts = {f"{part}-{language}": text for part, by in document["parts"].items() for language, text in by.items()}
    related = [*document["related"], "", ""]
    steps = {"next": document["next"], "related_1": related[0], "related_2": related[1]}
    return {"revision": version.revision if version else 0, **steps, **texts, **changes}


def topic_save(client: Client, key: str = QUESTION, values: dict[str, Any] | None = None, **changes: Any):
    return client.post(reverse("content:topic", args=[key]), values or topic_values(key, **changes), follow=True)


def fact_values(key: str = PHONE, **changes: Any) -> dict[str, Any]:
    """All fields of a fact's page as they are filled, with changes."""
    version = version_open(kind=FACT, key=key)
    document = version.document if version else document_now(kind=FACT, key=key)
    value = VALUES[document["kind"]].initial_of(document)
    if "times" in value:
        value["times"] = ", ".join(value["times"])
    about = {name: document[name] for name in ("source", "source_date", "checked_on", "review_by", "status")}
    note = {"note": document.get("note", "")}
    return {"revision": version.revision if version else 0, **about, **note, **value, **changes}


def fact_save(client: Client, key: str = PHONE, **changes: Any):
    return client.post(reverse("content:fact", args=key.split(".")), fact_values(key, **changes), follow=True)


def take(client: Client, step: str, version: Version | None = None, **values: Any):
    """One step of the way of a draft."""
    version = version or draft()
    sent = {"revision": version.revision, "text": "", **values}
    return client.post(reverse("content:step", args=[version.pk, step]), sent, follow=True)


def said(answer) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


def words(answer) -> str:
    return unescape(answer.content.decode())
