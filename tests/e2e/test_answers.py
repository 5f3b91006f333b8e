"""Every question through the running assistant: the right text with the right facts, for two programmes, in each language."""

import re
from datetime import date

import pytest
from system import Person, System

from desk.content.i18n import LANGUAGES, translate
from desk.content.selectors import topics
from desk.programmes.schema import Fact
from desk.programmes.selectors import fact_get

PLACEHOLDER = re.compile(r"\{(\w+\.\w+)(?::\w+)?\}")
CHOICES = {"fr": "Français", "ar": "العربية", "en": "English"}


@pytest.fixture(scope="module")
def people(system: System) -> dict[tuple[str, str], Person]:
    """A person of each language in each of the two places, who already chose a language."""
    found = {}
    for language in LANGUAGES:
        for place in ("morocco", "belgium"):
            person = found[language, place] = Person(system, f"answers-{language}-{place}")
            person.types(CHOICES[language])
            assert person.language == language
    return found


def pattern(text: str) -> re.Pattern[str]:
    """The text with anything at all where a fact stands."""
    parts = (re.escape(re.sub(r"\s+", " ", part)) for part in re.split(r"\{[^}]*\}", text))
    return re.compile("(.+?)".join(part.replace(r"\ ", r"\s+") for part in parts) + r"\s*")


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def shows(fact: Fact, shown: str) -> bool:
    """Whether a number, address or amount stands in the words, whatever its spelling; "ask the office" shows no digit."""
    if not fact.may_be_shown(date.today()):
        return not digits(shown)
    if fact.kind in ("url", "email", "address"):
        return fact.value in shown
    if fact.kind in ("phone", "short_number"):
        national = re.sub(r"^\+(212|32|967)", "", fact.value)
        return digits(shown).endswith(digits(national))
    if fact.kind == "money":
        return digits(shown) == str(fact.value.amount)
    return bool(shown.strip())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["morocco", "belgium"])
@pytest.mark.parametrize("name", sorted(topics()))
def test_a_question_gets_its_text_with_its_facts(people, name: str, place: str, language: str):
    person, topic = people[language, place], topics()[name]
    person.replies = person.system.say(person.name, f'/faq/{name}{{"programme": "{place}"}}', typed=False)
    said = translate(language, topic.text(place))
    match = pattern(said).fullmatch(re.sub(r"\s+", " ", person.text).strip())
    assert match, person.text
    for reference, shown in zip(PLACEHOLDER.finditer(said), match.groups(), strict=True):
        if ":" not in reference[0]:
            assert shows(fact_get(reference[1]), shown), (reference[0], shown)
    assert topic.handover == any("request_callback" in payload and name in payload for payload in person.payloads)


LONG = [
    (name, place)
    for name, topic in sorted(topics().items())
    for place in ("morocco", "belgium")
    if topic.more.text(place)
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "place"), LONG)
def test_the_rest_of_a_long_matter_is_one_tap_away(people, name: str, place: str, language: str):
    person, rest = people[language, place], topics()[name].more.text(place)
    person.replies = person.system.say(person.name, f'/faq/{name}{{"programme": "{place}"}}', typed=False)
    person.taps('"part": "more"')
    assert pattern(translate(language, rest)).fullmatch(re.sub(r"\s+", " ", person.text).strip())
    assert not any('"part"' in payload for payload in person.payloads)
