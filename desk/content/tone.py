"""How an answer must sound, by data/tone.yml: short sentences, plain words, no promise, no push, no blame."""

import re
from collections.abc import Iterator
from functools import cache

import textstat
from pydantic import validator

from desk.datafiles import DATA, parse_record, read_yaml
from desk.programmes.schema import Strict

PLACEHOLDER = re.compile(r"\{[^}]*\}")
SENTENCE_END = re.compile(r"(?<=[.!?؟:])\s+|\n+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
MEASURED_FROM = 15  # words; the measures say nothing about a shorter text
SPELLING = {  # a frequent slip in Arabic, and what it should be
    r"(?:[وفبكل]?ال|لل)\w{2,}ه": "the last letter ه may be a ة",
    r"(?!واحد$)[وف]?(?:الى|او|اذا|انت|انه|انها|اي|اين|اكثر|اول|اولا|امام|اقرب|احد|اخر|اخرى|ايضا|اسرة|اطفال|ارقام|امر|اوراق|ان)": "a hamza is missing (أ or إ)",
    r"[وف]?(?:فى|التى|الذى|علي|الي|حتي|متي)": "ي and ى are mixed up",
    r"\w*ـ+\w*": "no stretched letters (ـ)",
    r"\w*(?:ةا|ىا)\w*": "a letter inside the word that can only end it",
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
    """What is wrong with a text, in words for its writer; placeholders count as one word."""
    rules: Language = getattr(tone(), language)
    plain = PLACEHOLDER.sub("x", text)
    return [
        *_long_sentences(plain),
        *_forbidden(rules, plain, topic),
        *_hard(rules, language, plain),
        *_arabic(language, plain),
    ]


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line of a list is one."""
    parts = (part.strip(" •\u00a0") for part in SENTENCE_END.split(text))
    return [part for part in parts if WORD.search(part)]


def _long_sentences(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        count = len(WORD.findall(sentence))
        if count > tone().longest_sentence:
            yield f"{count} words in one sentence, at most {tone().longest_sentence}: {sentence}"


def _forbidden(rules: Language, text: str, topic: str) -> Iterator[str]:
    for never in rules.never:
        found = re.search(rf"(?<!\w)(?:{never.pattern})(?!\w)", text, re.IGNORECASE)
        if found and topic not in never.except_:
            yield f"never “{found[0]}”: {never.instead}"


def _hard(rules: Language, language: str, text: str) -> Iterator[str]:
    words = WORD.findall(text)
    if len(words) < MEASURED_FROM:
        return
    prose = ". ".join(part.rstrip(".:") for part in sentences(text)) + "."
    if rules.hardest is not None and (grade := _measured("en", "flesch_kincaid_grade", prose)) > rules.hardest:
        yield f"hard to read: school grade {grade}, at most {rules.hardest}"
    if rules.easiest is not None and (ease := _measured("fr", "flesch_reading_ease", prose)) < rules.easiest:
        yield f"hard to read: reading ease {ease}, at least {rules.easiest}"
    if rules.longest_words is not None:
        average = sum(map(len, words)) / len(words)
        if average > rules.longest_words:
            yield f"long words: {average:.1f} letters on average, at most {rules.longest_words}"


def _measured(language: str, measure: str, prose: str) -> float:
    textstat.set_lang(language)
    return getattr(textstat, measure)(prose)


def _arabic(language: str, text: str) -> Iterator[str]:
    if language != "ar":
        return
    for word in WORD.findall(text):
        for pattern, advice in SPELLING.items():
            if re.fullmatch(pattern, word) and not ENDS_IN_HA.fullmatch(word):
                yield f"{word}: {advice}"
    if LATIN_MARKS.search(text):
        yield "Latin punctuation after an Arabic word: use ، ؛ ؟"
