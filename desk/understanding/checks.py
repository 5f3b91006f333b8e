"""What an example or a test message must be."""

import re
import unicodedata

from django.utils.translation import gettext as _

from desk.content.examples import LANGUAGES, labels
from desk.content.spelling import normalise, normalise_digits
from desk.errors import Refused

LONGEST = 200
DIGITS = re.compile(r"(?:\d[\s().\-/]*){5,}")  # a phone number, a document number: never learned
MARKS = frozenset("[]{}$")  # mean something else to Rasa in training messages


def message_clean(label: str, language: str, text: str) -> str:
    """The text in one line, ready to be saved. Raises Refused."""
    if label not in labels():
        raise Refused(_("There is no such question."), "label")
    if language not in LANGUAGES:
        raise Refused(_("Choose the language of the message."), "language")
    text = " ".join(text.split())
    if not normalise(text).replace("?", ""):
        raise Refused(_("Write a message with words in it."), "text")
    if len(text) > LONGEST:
        raise Refused(_("A message has at most %(most)s characters.") % {"most": LONGEST}, "text")
    if DIGITS.search(normalise_digits(text)):
        raise Refused(_("Take the number out: nobody's phone or document number may be kept here."), "text")
    if text[0] in "/-" or MARKS & set(text) or any(unicodedata.category(char) == "Cc" for char in text):
        raise Refused(_("Leave out brackets, $, and a / or - at the beginning."), "text")
    return text
