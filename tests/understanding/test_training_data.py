"""The training messages: enough for each label, in both scripts, varied, and none of the development set among them."""

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.evaluate import read_messages
from desk.content.likeness import alike as places_alike
from desk.content.selectors import topics
from desk.content.spelling import normalise

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = ROOT / "tests" / "understanding" / "development.tsv"
LANGUAGES = ("en", "fr", "ar", "ary")
VARIETIES = {"en", "en-pidgin", "fr", "fr-sms", "ar", "ary", "ary-latn", "mixed"}
BUTTON_INTENTS = {"received", "inform", "ask_question", "nlu_fallback", "rate"}
LEAST = 25  # messages of each label in each language
LEAST_IN_ONE_SCRIPT = 9  # of the Darija messages
LEAST_OUT_OF_SCOPE = 400
MOST_LIKE_WITHIN, MOST_LIKE_ACROSS = 0.02, 0.01  # shares of the messages of one language
ARABIC = re.compile("[\u0600-\u06ff]")


def yaml(path: Path):
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def messages(language: str) -> dict[str, list[str]]:
    """Messages by label."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
        for block in yaml(path)["nlu"]:
            assert block["metadata"] == {"language": language}, f"{path}: {block['intent']} must name its language"
            found[block["intent"]] += [line[2:] for line in block["examples"].splitlines() if line.startswith("- ")]
    return dict(found)


def labels() -> set[str]:
    intents = set(yaml(ROOT / "domain.yml")["intents"]) - BUTTON_INTENTS - {"faq"}
    return intents | {f"faq/{name}" for name in topics()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_enough_messages(language: str):
    counts = {label: len(set(map(normalise, texts))) for label, texts in messages(language).items()}
    assert set(counts) == labels()
    assert {label: count for label, count in counts.items() if count < LEAST} == {}


def test_darija_messages_come_in_both_scripts():
    for label, texts in messages("ary").items():
        arabic = sum(bool(ARABIC.search(text)) for text in texts)
        assert min(arabic, len(texts) - arabic) >= LEAST_IN_ONE_SCRIPT, label


def test_much_is_known_that_is_not_ours():
    assert sum(len(messages(language)["out_of_scope"]) for language in LANGUAGES) >= LEAST_OUT_OF_SCOPE


def test_no_message_stands_under_two_labels():
    owners: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for label, texts in messages(language).items():
            for text in texts:
                owners[normalise(text)].add(label)
    assert {text: found for text, found in owners.items() if len(found) > 1} == {}


def alike(language: str) -> list[tuple[str, str, str, str]]:
    """Pairs of messages that are nearly the same: label and text of each."""
    all_of = [(label, text) for label, texts in messages(language).items() for text in set(map(normalise, texts))]
    pairs = places_alike([text for _, text in all_of])
    return [(*all_of[first], *all_of[second]) for first, second in pairs]


def share(language: str, pairs: list[tuple[str, str, str, str]]) -> float:
    touched = {(pair[0], pair[1]) for pair in pairs} | {(pair[2], pair[3]) for pair in pairs}
    return len(touched) / sum(map(len, messages(language).values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_are_no_templates_with_one_word_swapped(language: str):
    pairs = alike(language)
    within = [pair for pair in pairs if pair[0] == pair[2]]
    across = [pair for pair in pairs if pair[0] != pair[2]]
    assert share(language, within) <= MOST_LIKE_WITHIN, within
    assert share(language, across) <= MOST_LIKE_ACROSS, across


def test_templates_would_be_found(monkeypatch: pytest.MonkeyPatch):
    made = {"faq/cost_free": [f"is the return free for my {word}" for word in ("son", "sister", "mother", "wife")]}
    monkeypatch.setitem(globals(), "messages", lambda language: made)
    pairs = alike("en")
    assert len(pairs) == 6
    assert share("en", pairs) == 1.0


# --- the development set ----------------------------------------------------------------------------


@cache
def development() -> list[tuple[str, str, str]]:
    return read_messages(DEVELOPMENT)


def test_no_message_of_the_development_set_is_trained_on():
    trained = {normalise(text) for language in LANGUAGES for texts in messages(language).values() for text in texts}
    copied = [text for text, _, _ in development() if len(normalise(text).split()) > 2 and normalise(text) in trained]
    assert copied == []


def test_the_development_set_covers_every_label_and_variety():
    counts: dict[str, int] = defaultdict(int)
    for _, label, _ in development():
        counts[label] += 1
    assert {variety for _, _, variety in development()} == VARIETIES
    assert set(counts) == {label.removeprefix("faq/") for label in labels()}
    assert min(counts.values()) >= 6


def test_no_message_of_the_development_set_stands_twice():
    texts = [normalise(text) for text, _, _ in development()]
    assert {text: count for text, count in Counter(texts).items() if count > 1} == {}
