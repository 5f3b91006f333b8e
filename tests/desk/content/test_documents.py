"""A topic or a fact as an editor works on it."""

import pytest

from desk.content.documents import (
    document_get,
    fact_document,
    fact_record,
    is_critical,
    parts_of,
    stale_after,
    texts_in,
    topic_document,
    topic_new,
    topic_record,
    written,
)
from desk.content.i18n import LANGUAGES, translate
from desk.content.published import content_parse
from desk.content.schema import Topic
from desk.content.selectors import topic_groups, topics
from desk.datafiles import parse_record
from desk.errors import DataError
from desk.programmes.schema import Fact
from desk.programmes.selectors import programmes

FACTS = sorted(f"{name}.{key}" for name, programme in programmes().items() for key in programme.facts)


@pytest.mark.parametrize("name", sorted(topics()))
def test_a_topic_comes_back_whole(name):
    document = topic_document(name)
    assert parse_record(Topic, topic_record(document), name) == topics()[name]
    assert name in topic_groups()[document["group"]]
    for part, texts in parts_of(document).items():
        assert set(texts) == set(LANGUAGES), part


@pytest.mark.parametrize("reference", FACTS)
def test_a_fact_comes_back_whole(reference):
    document = fact_document(reference)
    programme, _, name = reference.partition(".")
    assert parse_record(Fact, fact_record(document), reference) == programmes()[programme].facts[name]


def test_what_is_written_of_unchanged_documents_changes_nothing():
    documents = {("topic", name): topic_document(name) for name in topics()}
    documents |= {("fact", reference): fact_document(reference) for reference in FACTS}
    found = content_parse(written("1", documents))
    assert dict(found.topics) == topics()
    assert set(found.facts) == set(FACTS)
    for language, texts in found.texts.items():
        assert all(translate(language, english) == text for english, text in texts.items())


def test_the_names_of_places_are_translated():
    found = list(texts_in("fact", fact_document("belgium.desk_cities")))
    assert ("fr", "Brussels", "Bruxelles") in found
    assert ("ar", "Brussels", "بروكسل") in found


@pytest.mark.parametrize(("kind", "key"), [("topic", "about_nothing"), ("fact", "morocco.nothing"), ("fact", "x")])
def test_what_is_not_there_is_named(kind, key):
    with pytest.raises(DataError, match=key):
        document_get(kind, key)


@pytest.mark.parametrize(
    ("name", "critical"),
    [("money_how_much", True), ("eligibility_who", True), ("safety_suicide", True), ("time_how_long", False)],
)
def test_danger_eligibility_and_money_are_critical(name, critical):
    document = topic_document(next(topic for topic in topics() if topic.startswith(name)))
    assert is_critical("topic", document) is critical


def edited(**texts) -> dict:
    document = topic_document("time_how_long")
    document["parts"] = {**document["parts"], "answer": {**document["parts"]["answer"], **texts}}
    return document


BEFORE = topic_document("time_how_long")


@pytest.mark.parametrize(
    ("texts", "stale"),
    [
        ({}, {}),
        ({"en": "New."}, {"fr": ["answer"], "ar": ["answer"]}),
        ({"en": "New.", "fr": "Nouveau."}, {"ar": ["answer"]}),
        ({"en": "New.", "fr": "Nouveau.", "ar": "جديد."}, {}),
        ({"fr": "Nouveau."}, {}),
        ({"en": "New.", "fr": "", "ar": "جديد."}, {}),  # missing, not stale
    ],
)
def test_a_changed_english_text_makes_the_others_stale(texts, stale):
    assert stale_after(BEFORE, edited(**texts), {}) == stale


def test_a_stale_text_stays_so_until_it_is_written_anew_or_said_to_be_right():
    first = edited(en="New.")
    first["stale"] = stale_after(BEFORE, first, {})
    assert stale_after(first, edited(en="New."), {}) == {"fr": ["answer"], "ar": ["answer"]}
    assert stale_after(first, edited(en="New.", ar="جديد."), {"fr": ["answer"]}) == {}
    assert stale_after(first, edited(en="Newer."), {"ar": ["answer"]}) == {"fr": ["answer"]}


def test_nothing_of_a_new_topic_is_stale():
    assert stale_after(None, edited(en="New."), {}) == {}
    assert parts_of(topic_new("time")) == {}
