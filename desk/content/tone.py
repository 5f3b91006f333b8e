"""How an answer must sound, by data/tone.yml: short sentences, plain words, no promise, no push, no blame."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import validator

from desk.content.words import N_
from desk.datafiles import DATA, parse_record, read_yaml
from desk.programmes.schema import Strict

PLACEHOLDER = re.compile(r"\{[^}]*\}")
Finding = tuple[str, dict[str, Any]]  # words for gettext, and what fills them
SENTENCE_END = re.compile(r"(?<=[.!?؟:])\s+|\n+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
MEASURED_FROM = 15  # words; the measures say nothing about a shorter text
SPELLING = {  # a frequent slip in Arabic, and what it should be
    r"(?:[وفبكل]?ال|لل)\w{2,}ه": N_("%(word)s: the last letter ه may be a ة"),
    r"(?!واحد$)[وف]?(?:الى|او|اذا|انت|انه|انها|اي|اين|اكثر|اول|اولا|امام|اقرب|احد|اخر|اخرى|ايضا|اسرة|اطفال|ارقام|امر|اوراق|ان)": N_(
        "%(word)s: a hamza is missing (أ or إ)"
    ),
    r"[وف]?(?:فى|التى|الذى|علي|الي|حتي|متي)": N_("%(word)s: ي and ى are mixed up"),
    r"\w*ـ+\w*": N_("%(word)s: no stretched letters (ـ)"),
    r"\w*(?:ةا|ىا)\w*": N_("%(word)s: a letter inside the word that can only end it"),
}
LATIN_MARKS = re.compile(r"[\u0600-\u06ff]\s*[,;?]")
ENDS_IN_HA = re.compile(
    r"(?:[وفبكل]?ال|لل)(?:له|وجه|مياه|انتباه|اتجاه|توجه|تنبيه|شبه|كره|فقه|جاه|تيه|موجه|مشابه|مكروه)"
)


class Never(Strict):
    """Words that no text uses, what to write instead, and the topics that speak about the word itself."""

    pattern: str
    instead: str
    except_: list[str] = []

    class Config:
        fields = {"except_": "except"}

    @validator("pattern")
    def pattern_can_be_read(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return pattern


class Language(Strict):
    """The limits of one language."""

    never: list[Never]
    hardest: float | None = None
    easiest: float | None = None
    longest_words: float | None = None


class Tone(Strict):
    longest_sentence: int
    en: Language
    fr: Language
    ar: Language


@cache
def tone() -> Tone:
    """The rules of data/tone.yml. Raises DataError."""
    return parse_record(Tone, read_yaml(DATA / "tone.yml"), "tone.yml")


def faults(language: str, text: str, topic: str = "") -> list[str]:
    """What is wrong with a text, in English words for its writer; placeholders count as one word."""
    return [words % values for words, values in (*forbidden(language, text, topic), *hints(language, text))]


def forbidden(language: str, text: str, topic: str = "") -> list[Finding]:
    """Words of a text that push, promise or judge."""
    return list(_forbidden(getattr(tone(), language), PLACEHOLDER.sub("x", text), topic))


def hints(language: str, text: str) -> list[Finding]:
    """What makes a text hard to read."""
    plain = PLACEHOLDER.sub("x", text)
    return [*_long_sentences(plain), *_hard(getattr(tone(), language), language, plain), *_arabic(language, plain)]


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line of a list is one."""
    parts = (part.strip(" •\u00a0") for part in SENTENCE_END.split(text))
    return [part for part in parts if WORD.search(part)]


def _long_sentences(text: str) -> Iterator[Finding]:
    for sentence in sentences(text):
        count = len(WORD.findall(sentence))
        if count > tone().longest_sentence:
            values = {"count": count, "most": tone().longest_sentence, "sentence": sentence}
            yield N_("%(count)s words in one sentence, at most %(most)s: %(sentence)s"), values


def _forbidden(rules: Language, text: str, topic: str) -> Iterator[Finding]:
    for never in rules.never:
        found = re.search(rf"(?<!\w)(?:{never.pattern})(?!\w)", text, re.IGNORECASE)
        if found and topic not in never.except_:
            yield N_("never “%(words)s”: %(instead)s"), {"words": found[0], "instead": never.instead}


def _hard(rules: Language, language: str, text: str) -> Iterator[Finding]:
    words = WORD.findall(text)
    if len(words) < MEASURED_FROM:
        return
    prose = ". ".join(part.rstrip(".:") for part in sentences(text)) + "."
    if rules.hardest is not None and (grade := _measured("en", "flesch_kincaid_grade", prose)) > rules.hardest:
        yield N_("hard to read: school grade %(grade)s, at most %(most)s"), {"grade": grade, "most": rules.hardest}
    if rules.easiest is not None and (ease := _measured("fr", "flesch_reading_ease", prose)) < rules.easiest:
        yield N_("hard to read: reading ease %(ease)s, at least %(least)s"), {"ease": ease, "least": rules.easiest}
    if rules.longest_words is not None:
        average = sum(map(len, words)) / len(words)
        if average > rules.longest_words:
            values = {"average": f"{average:.1f}", "most": rules.longest_words}
            yield N_("long words: %(average)s letters on average, at most %(most)s"), values


def _measured(language: str, measure: str, prose: str) -> float:
    import textstat  # takes two seconds, which every process of the desk would wait for at its start

    textstat.set_lang(language)
    return getattr(textstat, measure)(prose)


def _arabic(language: str, text: str) -> Iterator[Finding]:
    if language != "ar":
        return
    for word in WORD.findall(text):
        for pattern, advice in SPELLING.items():
            if re.fullmatch(pattern, word) and not ENDS_IN_HA.fullmatch(word):
                yield advice, {"word": word}
    if LATIN_MARKS.search(text):
        yield N_("Latin punctuation after an Arabic word: use ، ؛ ؟"), {}
