"""All answers with their facts, sources and flags on one page, so that reviewers can read and print them: `make handbook`."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.dates import format_date
from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.content import i18n
from desk.content.schema import Answers, Topic
from desk.content.selectors import topic_get, topic_groups
from desk.programmes.schema import Fact
from desk.programmes.selectors import fact_get, programmes

PAGE = Path("build/handbook.html")
PLACEHOLDER = re.compile(r"\{(\w+\.\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Part:
    """A piece of an answer: plain text, or what a placeholder became with the fact it stands for."""

    text: str
    fact: Fact | None = None


@dataclass(frozen=True)
class Answer:
    """One variant of an answer as a person in this language reads it, with the facts it names by reference."""

    place: str
    is_more: bool
    source: str
    parts: list[Part]
    facts: dict[str, Fact]


@dataclass(frozen=True)
class Section:
    """Everything in one language."""

    language: str
    today: date

    def translate(self, text: str) -> str:
        return i18n.translate(self.language, text)

    def day(self, value: date) -> str:
        return format_date(value, "d MMMM y", locale=self.language)

    def value(self, fact: Fact) -> str:
        return i18n.fact_value(self.language, fact)

    def facts(self, programme: str) -> dict[str, Fact]:
        """All facts of a programme by reference."""
        return {f"{programme}.{name}": fact for name, fact in programmes()[programme].facts.items()}

    def answers(self, topic: Topic) -> Iterator[Answer]:
        """All texts of a topic: the general one, one for each programme, and what can be read after them."""
        yield from self._answers(topic, is_more=False)
        yield from self._answers(topic.more, is_more=True)

    def _answers(self, answers: Answers, is_more: bool) -> Iterator[Answer]:
        for place, text in answers.texts().items():
            names = dict.fromkeys(match[1] for match in PLACEHOLDER.finditer(text))
            facts = {name: fact_get(name) for name in names}
            yield Answer(place, is_more, text, list(self._parts(self.translate(text))), facts)

    def _parts(self, text: str) -> Iterator[Part]:
        end = 0
        for match in PLACEHOLDER.finditer(text):
            yield Part(text[end : match.start()])
            shown = format(i18n.Facts(self.language, self.today, match[1]), match[2] or "")
            yield Part(shown, fact_get(match[1]))
            end = match.end()
        yield Part(text[end:])


def page(today: date) -> str:
    """The page as HTML, with the facts as they are shown on this day."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("handbook.html").render(
        sections=[_section(environment, language, today) for language in i18n.LANGUAGES], names=i18n.language_name
    )


def _section(environment: Environment, language: str, today: date) -> tuple[str, str]:
    """The language and its part of the page."""
    is_source = language == i18n.SOURCE_LANGUAGE
    words = NullTranslations() if is_source else i18n.catalogue(language)
    environment.install_gettext_translations(words, newstyle=True)
    section = environment.get_template("handbook_section.html")
    return language, section.render(
        is_source=is_source,
        section=Section(language, today),
        groups={group: {name: topic_get(name) for name in names} for group, names in topic_groups().items()},
        programmes=programmes(),
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(date.today()), encoding="utf-8")
    sys.stdout.write(f"{PAGE} holds all answers in {len(i18n.LANGUAGES)} languages: open it in a browser.\n")
