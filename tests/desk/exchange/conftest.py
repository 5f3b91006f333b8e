"""Content that was published over the files."""

from copy import deepcopy

import pytest
from django.utils import timezone, translation

from desk.content.documents import TOPIC, document_get, topic_new
from desk.editing.models import Item, Version
from tests.desk.callbacks.conftest import account, open_as  # noqa: F401

NEW = {
    "title": {"en": "Is there a fee?", "fr": "Faut-il payer ?", "ar": "هل توجد رسوم؟"},
    "answer": {
        "en": "No. Nobody may ask you for money.\n\nAsk the office: {morocco.iom_phone}.",
        "fr": "Non. Personne ne peut vous demander de l'argent.\n\nDemandez au bureau : {morocco.iom_phone}.",
        "ar": "لا. لا يحق لأحد أن يطلب منك مالا.\n\nيمكنك سؤال المكتب: {morocco.iom_phone}.",
    },
}


@pytest.fixture(autouse=True)
def english():
    """What is said outside a request is said in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def publish():
    """Makes a document what is published."""

    def build(kind, key, document):
        item, _ = Item.objects.get_or_create(kind=kind, key=key)
        now = timezone.now()
        item.published = Version.objects.create(item=item, document=document, state="published", published_at=now)
        item.save()

    return build


@pytest.fixture
def work(publish):
    """A changed topic, a new one, a changed fact and a new one."""
    changed = deepcopy(document_get(TOPIC, "about_what_is_avrr"))
    changed["parts"]["answer"] = {
        "en": "Return help is for people who decide on their own to go back.\n\nYou may say no.",
        "fr": "L'aide au retour est pour les personnes qui décident seules de rentrer.\n\nVous pouvez dire non.",
        "ar": "المساعدة على العودة هي لمن يقررون بأنفسهم الرجوع.\n\nيمكنك الرفض.",
    }
    changed["related"] = ["cost_free"]
    publish(TOPIC, "about_what_is_avrr", changed)
    publish(TOPIC, "cost_any_fee", {**topic_new("cost"), "next": "cost_free", "parts": NEW})
    phone = document_get("fact", "morocco.iom_phone")
    publish("fact", "morocco.iom_phone", {**phone, "value": "+212537652882", "checked_on": "2026-11-28"})
    cities = document_get("fact", "morocco.iom_cities")
    names = {"Fes": {"fr": "Fès", "ar": "فاس"}}
    publish("fact", "morocco.new_cities", {**cities, "value": ["Fes"], "names": names})


@pytest.fixture
def half(publish):
    """A topic whose Arabic answer is missing, and whose French one is stale."""
    document = deepcopy(document_get(TOPIC, "time_how_long"))
    document["parts"]["answer"] |= {"en": "It takes some weeks.", "fr": "Cela prend du temps.", "ar": ""}
    publish(TOPIC, "time_how_long", {**document, "stale": {"fr": ["answer"]}})
    return "time_how_long"


@pytest.fixture
def editor(account):  # noqa: F811
    return account("edith", "editor")


@pytest.fixture
def other(account):  # noqa: F811
    return account("omar", "editor")
