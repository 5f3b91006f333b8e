"""What forbids publishing, and what a writer is only asked to look at again."""

from datetime import date, timedelta

import pytest

from desk.content.checks import Fault, faults_of, topics_naming
from desk.content.documents import fact_document, topic_document, topic_new
from desk.content.selectors import topics
from desk.programmes.selectors import programmes

TODAY = date(2026, 11, 24)
FACTS = sorted(f"{name}.{key}" for name, programme in programmes().items() for key in programme.facts)


def told(name: str, document: dict) -> list[tuple[str, str, str, bool]]:
    return [
        (str(fault), fault.part, fault.language, fault.forbids) for fault in faults_of("topic", name, document, TODAY)
    ]


def with_text(part: str = "answer", name: str = "time_how_long", **texts: str) -> dict:
    document = topic_document(name)
    document["parts"] = {**document["parts"], part: {**document["parts"].get(part, {}), **texts}}
    return document


@pytest.mark.parametrize("name", sorted(topics()))
def test_every_topic_that_ships_may_be_published(name):
    assert told(name, topic_document(name)) == []


@pytest.mark.parametrize("reference", FACTS)
def test_every_fact_that_ships_may_be_published(reference):
    assert faults_of("fact", reference, fact_document(reference), TODAY) == []


@pytest.mark.parametrize(
    ("texts", "language", "words"),
    [
        ({"en": "Wait 3 weeks."}, "en", "Numbers are facts"),
        ({"ar": "انتظر ٣ أسابيع."}, "ar", "Numbers are facts"),
        ({"en": "Call {morocco.nothing}."}, "en", "no fact morocco.nothing"),
        ({"fr": "Appelez {atlantis.phone}."}, "fr", "no fact"),
        ({"fr": "Appelez {morocco.iom_phone."}, "fr", "curly bracket"),
        ({"fr": "Appelez {morocco.iom_phone}."}, "fr", "not those of the English"),
        ({"en": "You will get money."}, "en", "never “You will get”"),
        ({"fr": "Vous recevrez de l'argent."}, "fr", "never “Vous recevrez”"),
        ({"ar": "ستحصل على المال."}, "ar", "never “ستحصل"),
        ({"en": "Please ask. " * 60}, "en", "at most 600"),
        ({"en": ""}, "en", "missing"),
        ({"en": "{}"}, "en", "no fact"),
    ],
)
def test_what_could_do_harm_forbids_publishing(texts, language, words):
    found = told("time_how_long", with_text(**texts))
    assert [fault for fault in found if words in fault[0] and fault[1:] == ("answer", language, True)], found


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"en": "You may go to the office " + "and ask a person there " * 4 + "today."}, "words in one sentence"),
        ({"ar": "يمكنك طلب المساعده."}, "المساعده"),
    ],
)
def test_a_text_that_is_hard_to_read_is_a_hint(texts, words):
    found = [fault for fault in told("time_how_long", with_text(**texts)) if words in fault[0]]
    assert found
    assert not any(forbids for *_, forbids in found)


@pytest.mark.parametrize(("name", "forbids"), [("time_how_long", False), ("money_how_much", True)])
def test_a_missing_or_stale_language_forbids_publishing_where_it_is_critical(name, forbids):
    missing = with_text(name=name, ar="")
    assert ("This text is missing.", "answer", "ar", forbids) in told(name, missing)
    stale = {**topic_document(name), "stale": {"fr": ["answer"]}}
    assert told(name, stale) == [("The English changed: look at this text again.", "answer", "fr", forbids)]


def test_what_forbids_comes_first():
    found = told("time_how_long", with_text(ar="", en="You will get it. Wait 3 weeks."))
    forbids = [fault[-1] for fault in found]
    assert forbids == sorted(forbids, reverse=True)
    assert set(forbids) == {True, False}


@pytest.mark.parametrize("name", ["time_how_long", "money_how_much"])
def test_a_title_is_needed_in_every_language_and_fits_a_button(name):
    assert ("This text is missing.", "title", "ar", True) in told(name, with_text("title", name, ar=""))
    assert ("At most 24 characters.", "title", "fr", True) in told(name, with_text("title", name, fr="x" * 25))


@pytest.mark.parametrize("steps", [["time_how_long"], ["help_menu", "help_menu"], ["about_nothing"]])
def test_steps_that_lead_nowhere_in_a_circle_or_twice_are_refused(steps):
    document = {**topic_document("time_how_long"), "next": steps[0], "related": steps[1:]}
    assert [fault for fault in told("time_how_long", document) if fault[1] == "next" and fault[3]]


def test_a_topic_of_danger_needs_a_text_for_every_country():
    document = topic_document("safety_suicide")
    document["parts"] = {part: texts for part, texts in document["parts"].items() if part != "yemen"}
    assert [fault[2] for fault in told("safety_suicide", document) if fault[1] == "yemen"] == ["fr", "ar", "en"]


def test_a_new_topic_says_all_that_it_lacks():
    found = told("time_lost", topic_new("time"))
    assert {(part, language) for _, part, language, _ in found} >= {("title", "fr"), ("answer", "en"), ("answer", "ar")}
    assert [part for _, part, *_ in told("Zeit verloren", topic_new("time")) if part == "name"] == ["name"]


# --- facts -----------------------------------------------------------------------------------------------


def fact_told(reference: str, **changes) -> list[tuple[str, str]]:
    found = faults_of("fact", reference, {**fact_document(reference), **changes}, TODAY)
    return [(fault.part, str(fault)) for fault in found]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"source": ""}, "source"),
        ({"source": "a friend"}, "source"),
        ({"checked_on": ""}, "checked_on"),
        ({"review_by": "2020-01-01"}, "review_by"),
        ({"value": "not a number"}, "value"),
        ({"value": 5}, "value"),
        ({"status": "sure"}, "status"),
        ({"kind": "guess"}, "kind"),
        ({"value": "+21253700" + "0" * 600}, "value"),
    ],
)
def test_a_wrong_fact_is_refused_and_its_field_named(changes, part):
    assert part in [where for where, _ in fact_told("morocco.iom_phone", **changes)]


@pytest.mark.parametrize("value", [{"amount": 350}, {"amount": "much", "currency": "EUR"}, 350])
def test_a_wrong_sum_is_refused(value):
    assert [part for part, _ in fact_told("belgium.premium_adult", value=value) if part.startswith("value")]


def test_a_place_that_an_office_stands_in_cannot_be_taken_away():
    document = fact_document("belgium.desk_cities")
    places = document["value"][1:]
    assert [words for part, words in fact_told("belgium.desk_cities", value=places) if document["value"][0] in words]


@pytest.mark.parametrize("reference", ["morocco.Phone", "atlantis.phone", "morocco.", "phone"])
def test_a_fact_has_a_plain_name_in_a_programme(reference):
    found = faults_of("fact", reference, fact_document("morocco.iom_phone"), TODAY)
    assert [fault.part for fault in found] == ["name"]


def test_answers_that_would_be_too_long_are_named():
    document = fact_document("morocco.iom_phone")
    long = {**document, "kind": "address", "value": "x" * 500}
    found = [str(fault) for fault in faults_of("fact", "morocco.iom_phone", long, TODAY)]
    assert any("too long" in words and "money_how_much" in words for words in found)


def test_the_topics_that_name_a_fact_are_known():
    assert "money_how_much" in topics_naming("morocco.iom_phone")
    assert topics_naming("morocco.iom") == []


def test_a_date_is_not_made_up():
    later = TODAY + timedelta(days=100)
    assert fact_told("morocco.iom_phone", checked_on=str(TODAY), review_by=str(later)) == []
    assert str(Fault("100 %%")) == "100 %"
