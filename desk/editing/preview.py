"""A draft as a person would see it on WhatsApp and on Telegram."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from desk.content.checks import SERVICES, filled
from desk.content.documents import MORE, SOURCE_LANGUAGE, Document
from desk.content.i18n import translate
from desk.content.schema import PROGRAMMES
from desk.content.selectors import topics
from desk.conversations.record import responses
from desk.errors import DataError

WHATSAPP_LENGTH, TELEGRAM_LENGTH = 1024, 4096  # characters of one message with buttons
MOST_REPLIES, REPLY_LENGTH = 3, 20  # what WhatsApp shows as buttons; else a list
SHORT_TITLE = 16  # two buttons of this length stand in one row on Telegram
BOLD = re.compile(r"(?<![\w*])\*(\S|\S[^*\n]*\S)\*(?![\w*])")


@dataclass(frozen=True)
class Bubble:
    """One message: its text, the characters left, and its buttons in rows; `pick` opens them as a list."""

    text: SafeString
    left: int
    rows: list[list[str]] = field(default_factory=list)
    pick: str = ""


def previews(document: Document, language: str, programme: str, today: date) -> dict[str, list[Bubble]]:
    """The answer, and what "Read more" shows, by channel; `programme` is "" where the person's place is not known."""
    said = [
        (text, buttons_of(document, language, programme, is_rest=False))
        for text in [answer(document, language, programme)]
    ]
    rest = answer(document, language, programme, MORE)
    if rest:
        said.append((rest, buttons_of(document, language, programme, is_rest=True)))
    shown = [(readable(language, text, today), titles) for text, titles in said]
    return {
        "WhatsApp": [whatsapp(text, titles, language) for text, titles in shown],
        "Telegram": [telegram(text, titles) for text, titles in shown],
    }


def answer(document: Document, language: str, programme: str, before: str = "") -> str:
    """The text that is said: that of the country or the general one, in this language or in English."""
    parts = document["parts"]
    for name in ([programme] if programme in PROGRAMMES else []) + ["answer"]:
        texts = parts.get(f"{before}{name}") or {}
        if texts.get(SOURCE_LANGUAGE) or texts.get(language):
            return texts.get(language) or texts[SOURCE_LANGUAGE]
    return ""


def readable(language: str, text: str, today: date) -> str:
    """With its facts; as it is written while a fact in it cannot be found."""
    try:
        return filled(language, text, today)
    except (DataError, ValueError):
        return text


def buttons_of(document: Document, language: str, programme: str, *, is_rest: bool) -> list[str]:
    """The titles of the buttons below an answer."""
    steps = [document["next"], *document["related"]]
    if document["handover"]:
        steps = [name for name in steps if name != "request_callback"]
        first = [response("utter_faq_urgent")["buttons"][0]["title"]]
    else:
        first = (
            [response("utter_faq_more")["text"]] if not is_rest and answer(document, language, programme, MORE) else []
        )
    return [translate(language, title) for title in [*first, *map(step_title, steps)]]


def step_title(name: str) -> str:
    """The English title of the button that leads to a question or a service."""
    if name in SERVICES:
        menu = {button["payload"].lstrip("/"): button["title"] for button in response("utter_menu")["buttons"]}
        return menu.get(name, menu["ask_question"])
    return topics()[name].title if name in topics() else name


def response(name: str) -> dict:
    """A text of domain.yml."""
    return responses()[name]


def whatsapp(text: str, titles: list[str], language: str) -> Bubble:
    """Few short buttons stand below the message; else one button opens them as a list. Stars make text bold."""
    is_quick = len(titles) <= MOST_REPLIES and all(len(title) <= REPLY_LENGTH for title in titles)
    pick = "" if is_quick else translate(language, response("utter_pick_button")["text"])
    bold = BOLD.sub(r"<b>\1</b>", escape(text))
    return Bubble(mark_safe(bold), WHATSAPP_LENGTH - length(text), [[title] for title in titles], pick)


def telegram(text: str, titles: list[str]) -> Bubble:
    """Two short buttons stand in a row, a long one alone."""
    rows: list[list[str]] = []
    for title in titles:
        before = rows[-1] if rows else []
        if len(before) == 1 and max(len(title), len(before[0])) <= SHORT_TITLE:
            before.append(title)
        else:
            rows.append([title])
    return Bubble(escape(text), TELEGRAM_LENGTH - length(text), rows)


def length(text: str) -> int:
    """Characters as the providers count them: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
