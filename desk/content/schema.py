"""The shape of data/faq/*.yml."""

from typing import Any

from pydantic import root_validator, validator

from desk.programmes.schema import Strict

PROGRAMMES = ("morocco", "belgium", "tanzania", "yemen")
TITLE_LENGTH = 24  # what a WhatsApp list shows
MOST_BUTTONS = 3  # what WhatsApp shows as buttons, and a small screen without scrolling


class Answers(Strict):
    """One answer in its variants: the general one, and one for each programme whose facts differ (English source)."""

    answer: str
    morocco: str = ""
    belgium: str = ""
    tanzania: str = ""
    yemen: str = ""

    def text(self, programme: str | None) -> str:
        """The answer for a programme, or the general one."""
        return getattr(self, programme, "") or self.answer if programme in PROGRAMMES else self.answer

    def texts(self) -> dict[str, str]:
        """All answers by variant name, "answer" first."""
        return {name: getattr(self, name) for name in ("answer", *PROGRAMMES) if getattr(self, name)}


class More(Answers):
    """The rest of a long matter; a variant without any shows no button for it."""

    answer: str = ""


class Topic(Answers):
    """One question: its button title, its answers with what can be read after them, and where to go on."""

    title: str
    next: str
    related: list[str] = []
    more: More = More()
    per_programme: bool = False
    handover: bool = False
    neutral: bool = False

    @validator("title")
    def title_fits_a_button(cls, title: str) -> str:
        if len(title) > TITLE_LENGTH:
            raise ValueError(f"a title has at most {TITLE_LENGTH} characters, this has {len(title)}")
        return title

    @validator("more", always=True)
    def buttons_fit_a_phone(cls, more: More, values: dict[str, Any]) -> More:
        count = 1 + len(values.get("related", [])) + bool(more.texts())
        if count > MOST_BUTTONS:
            raise ValueError(f"next, related and more make {count} buttons, at most {MOST_BUTTONS} fit")
        return more

    @root_validator(skip_on_failure=True)
    def danger_is_answered_at_once(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["handover"] and values["more"].texts():
            raise ValueError("more: a topic of danger says everything in its answer, it has no button for the rest")
        return values
