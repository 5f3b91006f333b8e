"""What is listed in one place is there in the others: responses, topics, translations, messages, buttons."""

import json
import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from actions.callback import ValidateCallbackForm
from actions.callback_answers import contact_in, topic_in
from actions.eligibility import ValidateEligibilityForm
from bot.answers import read_answer
from desk.content import i18n
from desk.content.schema import TITLE_LENGTH
from desk.content.selectors import topics
from desk.programmes.selectors import fact_get, programmes

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr", "ar")
MOST_CHARACTERS = 600


def yaml(path: str):
    return YAML(typ="safe", pure=True).load((ROOT / path).read_text(encoding="utf-8"))


DOMAIN = yaml("domain.yml")
RESPONSES = DOMAIN["responses"]
CATALOGUES = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
ANSWERS = [
    (name, f"{part}{variant}", text)
    for name, topic in topics().items()
    for part, answers in (("", topic), ("more ", topic.more))
    for variant, text in answers.texts().items()
]
REASONS = [
    (name, text)
    for name, programme in programmes().items()
    for rule in programme.eligibility
    for text in (rule.reason, rule.next)
    if text
]


def placeholders(text: str) -> list[str]:
    return sorted(f"{name}:{style}" for _, name, style, _ in Formatter().parse(text) if name)


def filled(language: str, text: str) -> str:
    facts = {name: i18n.Facts(language, date(2026, 11, 23), name) for name in programmes()}
    return Formatter().vformat(i18n.translate(language, text), (), facts)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_text_is_translated_and_no_translation_is_fuzzy(path: Path):
    catalogue = read_po(path.open("rb"))
    open_texts = [message.id for message in catalogue if message.id and (message.fuzzy or not message.string)]
    assert open_texts == []
    assert len(catalogue) > 20


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_translation_has_the_placeholders_of_its_source(path: Path):
    for message in read_po(path.open("rb")):
        if message.id and "%(" not in str(message.id):
            assert placeholders(message.id) == placeholders(message.string), message.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_has_a_text_in_every_language(name: str, language: str):
    (variation,) = RESPONSES[name]
    text = i18n.translate(language, variation["text"])
    assert text.strip()
    if language != "en" and name not in ("utter_language", "utter_label_callback_contact"):
        assert text != variation["text"] or text in ("Contact",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_title_fits_a_phone(language: str):
    titles = [button["title"] for name in RESPONSES for button in RESPONSES[name][0].get("buttons", [])]
    titles += [topic.title for topic in topics().values()]
    too_long = [title for title in titles if len(i18n.translate(language, title)) > TITLE_LENGTH]
    assert titles
    assert too_long == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "variant", "text"), ANSWERS, ids=[f"{name}-{variant}" for name, variant, _ in ANSWERS]
)
def test_an_answer_is_short_and_holds_no_number_of_its_own(name: str, variant: str, text: str, language: str):
    translated = i18n.translate(language, text)
    assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", translated)), "numbers are facts: data/programmes/"
    assert len(filled(language, text)) <= MOST_CHARACTERS


@pytest.mark.parametrize(("name", "text"), [(f"{name} {variant}", text) for name, variant, text in ANSWERS] + REASONS)
def test_every_fact_named_in_a_text_exists(name: str, text: str):
    for placeholder in placeholders(text):
        assert fact_get(placeholder.split(":")[0])


def test_every_next_step_and_related_question_exists():
    known = {*topics(), "check_eligibility", "request_callback", "help_menu"}
    assert {name for topic in topics().values() for name in (topic.next, *topic.related)} <= known


def test_no_question_leads_to_itself_or_twice_to_another():
    for name, topic in topics().items():
        steps = [topic.next, *topic.related]
        assert name not in steps
        assert len(steps) == len(set(steps)), name


def test_every_question_of_the_shared_list_is_answered():
    assert set(topics()) == set(shared_topics())


def payloads() -> list[str]:
    """What the buttons of domain.yml send; those of utter_where are filled in later."""
    return [
        button["payload"]
        for name in RESPONSES
        for button in RESPONSES[name][0].get("buttons", [])
        if name != "utter_where"
    ]


def test_every_button_leads_to_an_intent_or_topic():
    names = {re.match(r"/([a-z_]+)(?:/([a-z_]+))?", payload).groups() for payload in payloads()}
    assert {intent for intent, _ in names} <= set(DOMAIN["intents"])
    assert {topic for _, topic in names if topic} <= set(topics())


def shared_topics() -> dict[str, dict]:
    shared = ROOT.parent / "shared" / "faq_topics.yml"
    if not shared.exists():
        pytest.skip("the shared list of topics is not beside this checkout")
    groups = YAML(typ="safe", pure=True).load(shared.read_text()).values()
    return {name: flags for group in groups for name, flags in group.items()}


def test_the_flags_agree_with_the_shared_list():
    listed = shared_topics()
    for name, topic in topics().items():
        for flag in ("handover", "neutral", "per_programme"):
            assert getattr(topic, flag) == bool(listed[name].get(flag)), (name, flag)


# --- what a button says can also be typed ----------------------------------------------------------

READERS = {"callback_contact": lambda text: contact_in(text, "MA"), "callback_topic": lambda text: topic_in(text, None)}
STEPS = [(form.form, step) for form in (ValidateEligibilityForm, ValidateCallbackForm) for step in form.steps]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "step"), STEPS, ids=[f"{form}-{step.slot}" for form, step in STEPS])
def test_a_typed_button_title_means_what_the_button_means(form: str, step, language: str):
    name = next(name for name in (f"utter_ask_{form}_{step.slot}", f"utter_ask_{step.slot}") if name in RESPONSES)
    read = READERS.get(step.slot, step.read)
    for button in RESPONSES[name][0].get("buttons", []):
        answer = json.loads(button["payload"][button["payload"].index("{") :])["answer"]
        title = i18n.translate(language, button["title"])
        assert answer in step.values
        assert getattr(read(title), "value", None) == answer, title


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_control_means_what_its_button_means(language: str):
    for button in RESPONSES["utter_form_controls"][0]["buttons"]:
        answer = json.loads(button["payload"][button["payload"].index("{") :])["answer"]
        found = read_answer("control", i18n.translate(language, button["title"]))
        assert (found.value, found.exact) == (answer, True)


@pytest.mark.parametrize("step", [step for _, step in STEPS], ids=[form + step.slot for form, step in STEPS])
def test_every_question_can_say_why_it_is_asked(step):
    assert f"utter_why_{step.slot}" in RESPONSES
