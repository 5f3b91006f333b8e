"""What the answers of a callback request mean: numbers, times, names, and what one answer changes in others."""

import re

import phonenumbers

from actions.form import Answers
from bot.answers import Found, is_question, read_answer
from desk.content.selectors import handover_topics
from desk.content.spelling import normalise_digits

CHAT = "chat"
LONGEST_NAME = 60
_NUMBER = re.compile(r"[+(]?\d[\d\s().\-/]{5,}")


def is_urgent(answers: Answers) -> bool:
    """Whether the request is about danger: then only what is needed is asked."""
    return answers["callback_topic"] in handover_topics()


def is_calm(answers: Answers) -> bool:
    return not is_urgent(answers)


def has_phone(answers: Answers) -> bool:
    return answers["callback_contact"] != CHAT


def read_name(text: str) -> Found | None:
    """Any short text that is not a question."""
    name = " ".join(text.split())
    return (
        Found(name, exact=len(name.split()) <= 2)
        if name and len(name) <= LONGEST_NAME and not is_question(name)
        else None
    )


def read_phone(text: str, region: str | None) -> str | None:
    """The valid number in a text, in E.164 form; `region` is the country for numbers without a country code."""
    for written in _NUMBER.findall(normalise_digits(text)):
        try:
            number = phonenumbers.parse(re.sub(r"^\s*00", "+", written), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def read_when(text: str) -> Found | None:
    """A day, a part of the day, or both: "monday afternoon"."""
    found = [item for item in (read_answer("day", text), read_answer("part", text)) if item]
    return Found(" ".join(item.value for item in found), exact=True) if found else None


def consequences(slot: str, value: str) -> Answers | None:
    """Answers that change more than their own slot."""
    if (slot, value) == ("callback_contact_confirmed", "no"):
        return {"callback_contact": None}
    if (slot, value) == ("callback_safe", "chat_only"):
        return {"callback_contact": CHAT, "callback_safe": "chat_only"}
    if slot == "callback_confirmed" and value == "change_callback_contact":
        return {"callback_contact": None, "callback_contact_confirmed": None, "callback_safe": None}
    if slot == "callback_confirmed" and value != "send":
        return {value.removeprefix("change_"): None}
    return None


def contact_in(text: str, region: str | None) -> Found | None:
    """A phone number, or the wish to be answered in the chat."""
    number = read_phone(text, region)
    if number:
        return Found(number, exact=True)
    return None if any(char.isdigit() for char in text) else read_answer("contact", text)


def topic_in(text: str, understood: str | None) -> Found | None:
    """What the request is about: words of the buttons, else the topic that the text was understood as."""
    return read_answer("topic", text) or Found(understood or "other", exact=False)
