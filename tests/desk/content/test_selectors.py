"""The answers that ship, and their flags."""

from pathlib import Path

import pytest

from desk.content import selectors
from desk.content.selectors import file_topics, handover_topics, topic_get, topics
from desk.datafiles import DATA, read_yaml
from desk.errors import DataError

# Topics where a person may be in danger: flag `handover` of the design's list of topics, faq_topics.yml.
HANDOVER = {
    *("child_alone", "health_mental", "detention_can_i_return", "detention_police_risk"),
    *(
        "safety_conflict_country",
        "safety_fear_persecution",
        "safety_trafficking",
        "safety_violence_gbv",
        "safety_debt_smuggler",
    ),
    *("safety_emergency_numbers", "safety_medical_emergency", "safety_suicide", "safety_pressure_to_return"),
    *("safety_missing_family", "safety_staff_abuse"),
    *(
        "asylum_effect_on_claim",
        "asylum_apply_instead",
        "asylum_appeal_or_return",
        "asylum_later_again",
        "asylum_unhcr_contact",
    ),
}
NEUTRAL = {"about_should_i_return"}
PER_PROGRAMME = ("eligibility_", "process_", "cost_", "time_", "money_", "reintegration_", "reentry_", "documents_")
ALSO_PER_PROGRAMME = {"about_who_organises", "contact_office", "contact_hours_phone"}
SAME_EVERYWHERE = {"documents_exit_authorisation_morocco"}
NAMES = sorted(topics())


@pytest.mark.parametrize("name", NAMES)
def test_the_flags_of_every_topic_agree(name):
    topic = topic_get(name)
    differs = name not in SAME_EVERYWHERE and (name.startswith(PER_PROGRAMME) or name in ALSO_PER_PROGRAMME)
    assert (topic.handover, topic.neutral, topic.per_programme) == (name in HANDOVER, name in NEUTRAL, differs)


@pytest.mark.parametrize("name", NAMES)
def test_every_topic_leads_on_to_another_one_or_to_a_service(name):
    following = topic_get(name).next
    assert following in topics() or following in ("check_eligibility", "request_callback", "help_menu")
    assert following != name


@pytest.mark.parametrize("name", sorted(handover_topics()))
def test_topics_of_danger_have_their_own_text_for_every_country(name):
    assert set(topic_get(name).texts()) == {"answer", "morocco", "belgium", "tanzania", "yemen"}


@pytest.mark.parametrize("name", [name for name in NAMES if topics()[name].per_programme])
def test_topics_that_differ_have_more_than_the_general_answer(name):
    assert len(topic_get(name).texts()) > 1


def test_the_topics_of_danger_are_those_with_the_flag():
    assert handover_topics() == {name for name in HANDOVER if name in topics()}
    assert {"safety_suicide", "safety_fear_persecution", "child_alone"} <= handover_topics()


def test_no_topic_of_the_files_is_lost():
    assert sorted(name for path in (DATA / "faq").glob("*.yml") for name in read_yaml(path)) == NAMES


@pytest.mark.parametrize("name", ["about_nothing", "", "time_how_long ", "الوقت"])
def test_an_unknown_topic_is_named(name):
    with pytest.raises(DataError, match=f"no topic {name}:"):
        topic_get(name)


@pytest.fixture
def faq(tmp_path, monkeypatch) -> Path:
    (tmp_path / "faq").mkdir()
    monkeypatch.setattr(selectors, "DATA", tmp_path)
    return tmp_path / "faq"


def test_a_topic_in_two_files_is_refused(faq):
    for name in ("about", "time"):
        (faq / f"{name}.yml").write_text("time_faster: {title: Plus vite ?, next: a, answer: b}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^time\.yml: time_faster"):
        file_topics.__wrapped__()


def test_a_broken_topic_is_named_with_its_file(faq):
    (faq / "time.yml").write_text("time_faster: {title: Plus vite ?, next: a}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^time\.yml: time_faster: answer: "):
        file_topics.__wrapped__()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- time_faster\n"])
def test_a_file_without_topics_is_named(faq, text):
    (faq / "time.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"time\.yml"):
        file_topics.__wrapped__()
