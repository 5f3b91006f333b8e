"""Take out of a message what may name a person: numbers, addresses, dates, names. Better one word too many than a name."""

import re
import unicodedata
from functools import cache

from desk.datafiles import DATA, read_yaml

GAP = "[…]"
MOST_WORDS = 3  # of a name

_ADDRESS = re.compile(r"(?:https?://|www\.|(?:t|wa|fb)\.me/)\S+|[^\s@]+@[^\s@]+\.\w+|(?<!\w)@\w{2,}", re.IGNORECASE)
_MONTH = (
    r"jan\w*|f[eé]v\w*|feb\w*|mars|march|avr\w*|apr\w*|mai|may|juin|june?|juil\w*|july?|ao[uû]t|aug\w*|sept?\w*|oct\w*|nov\w*"
    r"|d[eé]c\w*|يناير|فبراير|مارس|[اأ]بريل|ما[يى]و?|يوني[وه]|يولي[وه]|يوليوز|غشت|[اأ]غسطس|شتنبر|سبتمبر|[اأ]كتوبر|نونبر|نوفمبر|دجنبر|ديسمبر"
)
_DATE = re.compile(
    rf"\d{{1,4}}\s?[/.\-]\s?\d{{1,2}}\s?[/.\-]\s?\d{{1,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:{_MONTH})\.?(?:\s+\d{{2,4}})?|(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?P<before>\b(?:n[eé]+(?:\s+en)?|naissance|born(?:\s+in|\s+on)?|birth|مواليد|ولدت|ولادت?ي?|الميلاد|تزاديت|tzadit)\b\D{0,12})"
    r"\d{2,4}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]*\d){6,}(?!\w)")  # a phone, however it is written
_DOCUMENT = re.compile(r"\b(?=\w*[^\W\d_])(?:\w*\d){4,}\w*|\b[A-Z]{1,3}[\s\-]?\d{4,}\b")
_LONG = re.compile(r"\+?\d{5,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")

_NAMED = re.compile(  # the next words are a name, whatever they are
    r"\b(?:je\s+m['’\s]?\s?(?:appell?e?|apel)|mon\s+(?:pr[eé])?nom\s+(?:est|c['’\s]?est)|moi\s+c['’\s]?est|my\s+(?:full\s+)?name\s*(?:is|['’]s)"
    r"|i\s+am\s+called|call\s+me|nom\s*:|pr[eé]nom\s*:|name\s*:|sm[iy]*t[iy]|ism[iy]|اسمي(?:\s+هو)?|سميتي|سميتى|الاسم\s*:?|انا\s+اسمي)\s*:?\s+",
    re.IGNORECASE,
)
_PERHAPS = re.compile(  # the next words are a name if they look like one
    r"\b(?:je\s+suis|chui|i\s+am|i['’]?m|this\s+is|ici|c['’]est|ana|انا|m(?:me|lle|rs?|onsieur|adame)|السيده?"
    r"|(?:mon|ma|my)\s+(?:fils|fille|mari|femme|fr[eè]re|s(?:oe|œ)ur|p[eè]re|m[eè]re|ami[es]?|son|daughter|husband|wife|brother|sister|friend))\.?\s+",
    re.IGNORECASE,
)
_ENDS = frozenset(  # words with which a name is over
    [
        "et",
        "je",
        "j",
        "ai",
        "and",
        "i",
        "im",
        "am",
        "want",
        "from",
        "of",
        "in",
        "de",
        "du",
        "au",
        "aux",
        "en",
        "a",
        "le",
        "la",
        "les",
        "un",
        "une",
        "mon",
        "ma",
        "my",
        "ou",
        "where",
        "how",
        "is",
        "suis",
        "veux",
        "qui",
        "est",
        "ana",
        "men",
        "mn",
        "f",
        "fi",
        "w",
        "o",
        "bghit",
        "bghiti",
        "3andi",
        "andi",
        "انا",
        "من",
        "في",
        "عمري",
        "اريد",
        "عندي",
        "بغيت",
        "كنت",
        "هل",
        "كيف",
        "و",
        "ابغي",
        "عايش",
        "ساكن",
    ]
)
_FOLDED = str.maketrans({**dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ة": "ه", "ئ": "ي", "ؤ": "و"})
_PREFIXES = "وفبلك"


def scrub(text: str) -> str:
    """The text with […] for what may name a person, with single spaces."""
    plain = _without_named(_without_numbers(_ADDRESS.sub(f" {GAP} ", _plain(text))))
    plain = _WORD.sub(lambda match: GAP if is_name(match.group()) else match.group(), plain)
    return _joined(plain)


def _without_numbers(text: str) -> str:
    if not any(char.isdigit() for char in text):
        return text
    for pattern in (_DOCUMENT, _NUMBER, _DATE, _LONG):
        text = pattern.sub(f" {GAP} ", text)
    return _BIRTH.sub(rf"\g<before>{GAP} ", text)


def _plain(text: str) -> str:
    """Without marks that hide or split letters."""
    composed = unicodedata.normalize("NFKC", text).replace("ـ", "").replace("[...]", GAP)
    return "".join(char for char in composed if unicodedata.category(char) not in ("Cf", "Mn"))


def _joined(text: str) -> str:
    once = re.sub(rf"(?:{re.escape(GAP)}[\s,.'’\-]*)+(?={re.escape(GAP)})", "", text)
    return re.sub(r"\s+([,.!?؟،])", r"\1", " ".join(once.split()))


def _without_named(text: str) -> str:
    """Take out what follows "my name is" and, where it looks like a name, "I am"."""
    for pattern, is_sure in ((_NAMED, True), (_PERHAPS, False)):
        place = 0
        while match := pattern.search(_folded_alef(text), place):
            place = match.end()
            end = _end_of_name(text, place, is_sure)
            text = text[:place] + (GAP if end > place else "") + text[end:]
    return text


def _end_of_name(text: str, start: int, is_sure: bool) -> int:
    """Where the name that begins here is over; `start` when there is none."""
    end, count = start, 0
    while count < MOST_WORDS and (match := _WORD.match(text, end + (count > 0))):
        if count and (text[end] != " " or _is_over(match.group())):
            break
        if not is_sure and not _looks_like_name(match.group()):
            break
        if is_sure and not count and fold(match.group()) in _ENDS:
            break
        end, count = match.end(), count + 1
    return end


def _is_over(word: str) -> bool:
    return fold(word) in _ENDS or (word[0] == "و" and not is_name(word[1:]) and not is_name(word))


def _looks_like_name(word: str) -> bool:
    """A listed name, or a capital letter that no known people or country explains."""
    is_capital = word[0].isupper() and word[1:].islower() and fold(word) not in _ENDS
    return is_name(word) or (is_capital and not fold(word).startswith(_peoples()))


def is_name(word: str) -> bool:
    """Whether a word is a listed name; in Arabic also with up to two of the small words of one letter before it."""
    folded, names = fold(word), _names()
    bare = (folded[count:] for count in (1, 2) if set(folded[:count]) <= set(_PREFIXES))
    return folded in names["anywhere"] or word in names["capitalised"] or any(rest in names["arabic"] for rest in bare)


def fold(word: str) -> str:
    """Lower case, no accents, one form for each Arabic letter."""
    bare = unicodedata.normalize("NFD", word.lower().translate(_FOLDED))
    return "".join(char for char in bare if not unicodedata.combining(char))


def _folded_alef(text: str) -> str:
    """The same length, so that places in it are places in the text."""
    return text.translate(_FOLDED)


@cache
def _names() -> dict[str, frozenset[str]]:
    found = {kind: frozenset(names) for kind, names in read_yaml(DATA / "names.yml").items()}
    return {**found, "anywhere": found["anywhere"] | found["arabic"]}


@cache
def _peoples() -> tuple[str, ...]:
    """Beginnings of the names of peoples, and names of places."""
    peoples = [name for names in read_yaml(DATA / "nationalities.yml").values() for name in names]
    places = [name for names in read_yaml(DATA / "answers.yml")["programme"].values() for name in names]
    return tuple(map(str, peoples + places))
