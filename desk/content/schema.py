"""The shape of data/faq/*.yml."""

from pydantic import validator

from desk.programmes.schema import Strict

TITLE_LENGTH = 24  # what a WhatsApp list shows


class Topic(Strict):
    """One question: its button title, its answers, and the one next step offered."""

    title: str
    next: str
    answer: str
    morocco: str = ""
    belgium: str = ""
    tanzania: str = ""
    yemen: str = ""
    per_programme: bool = False
    handover: bool = False
    neutral: bool = False

    @validator("title")
    def title_fits_a_button(cls, title: str) -> str:
        if len(title) > TITLE_LENGTH:
            raise ValueError(f"a title has at most {TITLE_LENGTH} characters, this has {len(title)}")
        return title

    def text(self, programme: str | None) -> str:
        """The answer for a programme, or the general one (English source)."""
        return getattr(self, programme, "") or self.answer if programme in PROGRAMMES else self.answer

    def texts(self) -> dict[str, str]:
        """All answers by variant name, "answer" first."""
        return {name: getattr(self, name) for name in ("answer", *PROGRAMMES) if getattr(self, name)}


PROGRAMMES = ("morocco", "belgium", "tanzania", "yemen")
