"""One spelling for many: Arabic letters, French accents, Arabizi digits, stretched letters."""

import re
import unicodedata

_ARABIC_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ء": None,
        "ـ": None,
        "گ": "ك",
        "ڭ": "ك",
        "ک": "ك",
        "پ": "ب",
        "ڤ": "ف",
        "ی": "ي",
        "چ": "ش",
    }
)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
# Latin letters that Moroccans write as digits, beside letters only: "7it", "3andi", "nrje3".
_ARABIZI = str.maketrans({"2": "a", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "q"})
_ARABIZI_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[2356789])(?:[a-z]+[2356789]|[235679][a-z]{2,})\w*\b")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_NOT_WORD = re.compile(r"[^\w?]+")

# How Moroccans write Arabic letters in Latin ones; vowels are left out of a skeleton, so short and long ones are the same.
_IN_LATIN = str.maketrans(
    {
        **dict(zip("ابتجحدذرزسصضطظعفقكلمنهوي", "abtjhddrzssdtdafkklmnhwi", strict=True)),
        **{"ث": "t", "خ": "kh", "ش": "ch", "غ": "gh", "q": "k", "x": "ch", "y": "i"},
    }
)
_LATIN_PAIRS = (("ou", "w"), ("sh", "ch"))
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<!^)[aeiouw]")


def normalise_digits(text: str) -> str:
    """Arabic-Indic digits as Western ones."""
    return text.translate(_DIGITS)


def normalise(text: str) -> str:
    """Lower case, no accents or marks, one form for each Arabic letter, words between single spaces."""
    text = (
        unicodedata.normalize("NFKC", text).lower().translate(_DIGITS).translate(_LIGATURES).translate(_ARABIC_LETTERS)
    )
    text = "".join(
        char
        for char in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )
    text = _ARABIZI_WORD.sub(lambda word: word.group().translate(_ARABIZI), text)
    text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(_NOT_WORD.sub(" ", text).split())


def skeleton(text: str) -> str:
    """The first letter and the consonants of each word of a normalised text, the same from both scripts:
    "nrja3", "nerje3" and "نرجع" are all "nrj"."""
    for pair, letter in _LATIN_PAIRS:
        text = text.replace(pair, letter)
    text = _DOUBLED.sub(r"\1", text.translate(_IN_LATIN))
    return " ".join(_VOWELS.sub("", word) for word in text.split())
