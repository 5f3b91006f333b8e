"""Read short written answers: data/answers.yml and the names of countries."""

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale
from rapidfuzz import fuzz, process

from desk.content.spelling import normalise
from desk.datafiles import DATA, read_yaml

LANGUAGES = ("fr", "ar", "en")
ALIKE = 85  # rapidfuzz ratio from which a short misspelt answer is taken
SHORT, FEW = 3, 5  # words; in a longer text a single word may mean anything


@dataclass(frozen=True)
class Found:
    """A value read in a text; exact when the text says nothing else."""

    value: str
    exact: bool


@cache
def phrases(question: str) -> dict[str, str]:
    """Normalised phrase to value, for one question of data/answers.yml."""
    values = read_yaml(DATA / "answers.yml")[question]
    return {normalise(str(phrase)): value for value, items in values.items() for phrase in items}


def read_answer(question: str, text: str) -> Found | None:
    """The value that the text gives to a question: word for word, else the longest phrase in it, else nearly."""
    known = phrases(question)
    said = normalise(text).replace("?", "").strip()
    if said in known:
        return Found(known[said], exact=True)
    words = len(said.split())
    inside = [phrase for phrase in known if f" {phrase} " in f" {said} " and (" " in phrase or words <= FEW)]
    if inside:
        return Found(known[max(inside, key=len)], exact=False)
    if said and words <= SHORT:
        near = process.extractOne(said, [p for p in known if len(p) > 4], scorer=fuzz.ratio, score_cutoff=ALIKE)
        return Found(known[near[0]], exact=True) if near else None
    return None


def is_question(text: str) -> bool:
    """Whether a text asks something: a question mark or a word of asking."""
    said = f" {normalise(text)} "
    return "?" in said or "؟" in text or any(f" {word} " in said for word in _asking())


@cache
def _asking() -> tuple[str, ...]:
    return tuple(normalise(word) for word in read_yaml(DATA / "answers.yml")["asking"])


def place_named(text: str) -> str | None:
    """The programme whose country a short answer names."""
    found = read_answer("programme", text)
    return found.value if found and (found.exact or len(text.split()) <= 2 * SHORT) else None


def present_place(text: str) -> str | None:
    """The programme in a phrase such as "I am in Belgium"; None when a country is only mentioned."""
    match = _present().search(f" {normalise(text)} ")
    return phrases("programme")[match.group("place")] if match else None


def matter(text: str) -> str:
    """What a normalised text is about: without a greeting and without "I am in Belgium" before or after it."""
    for pattern in (_greeting(), _present()):
        rest = " ".join(pattern.sub(" ", f" {text} ").split())
        text = rest if len(rest.split()) >= SHORT else text
    return text


@cache
def _greeting() -> re.Pattern[str]:
    words = sorted(map(normalise, read_yaml(DATA / "answers.yml")["greeting"]), key=len, reverse=True)
    return re.compile(r"^ (?:(?:{})\b\s*)+".format("|".join(map(re.escape, words))))


def without_places(text: str) -> str:
    """A normalised text without the names of the programmes' countries and towns, which outweigh other words."""
    return " ".join(_places().sub(" ", _present().sub(" ", f" {text} ")).split())


@cache
def _places() -> re.Pattern[str]:
    places = sorted(
        (place for place, value in phrases("programme").items() if value != "elsewhere"), key=len, reverse=True
    )
    return re.compile(
        r"(?<= )(?:(?:in|from|en|au|a|du|de|in the|في|من|ب|f|fi|men) )?(?:{})(?= )".format(
            "|".join(map(re.escape, places))
        )
    )


@cache
def _present() -> re.Pattern[str]:
    starts = [normalise(start) for start in read_yaml(DATA / "answers.yml")["present"]]
    places = [place for place, value in phrases("programme").items() if value != "elsewhere"]
    options = [sorted(map(re.escape, items), key=len, reverse=True) for items in (starts, places)]
    return re.compile(r" (?:{}) ?(?P<place>{}) ".format(*map("|".join, options)))


@cache
def _countries() -> dict[str, str]:
    """Normalised name or beginning of a word to country code."""
    names = {
        normalise(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    stems = {normalise(stem): code for code, items in read_yaml(DATA / "nationalities.yml").items() for stem in items}
    return {_bare(f" {name}").strip(): code for name, code in (names | stems).items()}


def _bare(text: str) -> str:
    """Arabic words without the article and the letters written together with it."""
    return re.sub(r" (?:[وفبل]?ال|لل)", " ", text)


def read_country(text: str) -> Found | None:
    """The country code of a nationality or country name in the text."""
    said = f" {normalise(text)}"
    said += _bare(said)
    inside = [name for name in _countries() if f" {name}" in said]
    if not inside:
        return None
    best = max(inside, key=len)
    return Found(_countries()[best], exact=len(normalise(text).split()) <= SHORT)


def country_codes() -> tuple[str, ...]:
    """All two-letter country codes."""
    return tuple(code for code in Locale("en").territories if len(code) == 2 and code.isalpha())
