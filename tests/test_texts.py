"""Every sentence a person reads, in every language: how it sounds and how it is written."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from ruamel.yaml import YAML

from desk.content import i18n
from desk.content.selectors import topics
from desk.content.tone import faults
from desk.programmes.selectors import programmes

DOMAIN = YAML(typ="safe", pure=True).load(Path(__file__).resolve().parent.parent / "domain.yml")
ANSWERS = [
    (name, f"{name} {part}{variant}", text)
    for name, topic in topics().items()
    for part, answers in (("", topic), ("more ", topic.more))
    for variant, text in answers.texts().items()
]
SAID = [("", name, items[0]["text"]) for name, items in DOMAIN["responses"].items() if name != "utter_language"]
REASONS = [
    ("", f"{name} {rule.id}", text)
    for name, programme in programmes().items()
    for rule in programme.eligibility
    for text in (rule.reason, rule.next)
    if text
]
TEXTS = pytest.mark.parametrize(
    ("topic", "place", "text"), ANSWERS + SAID + REASONS, ids=[place for _, place, _ in ANSWERS + SAID + REASONS]
)
ISOLATED = re.compile("\u2066[^\u2069]*\u2069")
TURNED_ROUND = re.compile(r"[+\d][\d\s()+.–-]{3,}\d|https?:|@")  # what reads wrongly from right to left


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@TEXTS
def test_a_text_is_plain_neutral_and_promises_nothing(topic: str, place: str, text: str, language: str):
    assert faults(language, i18n.translate(language, text), topic) == []


@TEXTS
def test_numbers_and_addresses_read_rightly_in_arabic(topic: str, place: str, text: str):
    facts = {name: i18n.Facts("ar", date(2026, 11, 24), name) for name in programmes()}
    filled = Formatter().vformat(i18n.translate("ar", text), (), _Named(facts))
    assert not TURNED_ROUND.search(ISOLATED.sub("", filled))


class _Named(dict):
    def __missing__(self, key: str) -> str:
        return key
