"""What people ask, as bare counts. Nothing here names a person, a conversation or a message."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.callbacks.figures import Bar, bars
from desk.conversations.record import country
from desk.learning.models import Tally
from desk.learning.words import CHANNELS, LANGUAGES, label_name

COLUMNS = ("day", "programme", "language", "topic", "asked", *Tally.COUNTS)
ASKED = ("answered", "suggested", "unanswered")
LEAST = 3  # a rarer combination of day, place, language and question might point to somebody
TOGETHER = "*"
MOST_BARS = 20
LONGEST_BY_DAY = 31


@dataclass(frozen=True)
class Figures:
    """Counts of a period. `unhelpful` names the answers that were rated so, the most often first."""

    asked: int
    answered: int
    suggested: int
    unanswered: int
    helpful: int
    unhelpful: int
    topics: list[Bar]
    missed: list[Bar]
    languages: list[Bar]
    programmes: list[Bar]
    channels: list[Bar]
    days: list[Bar]

    @property
    def share_answered(self) -> int | None:
        """In a hundred; None when nothing was asked."""
        return round(100 * self.answered / self.asked) if self.asked else None


def figures(*, days: int, today: date, language: str) -> Figures:
    """All figures of the page."""
    rows = _since(days, today)
    totals = {name: value or 0 for name, value in rows.aggregate(**{n: Sum(n) for n in Tally.COUNTS}).items()}
    places = {name: country(name, language) for name in _values(rows, "programme") if name} | {"": _("not said")}
    titles = {name: label_name(name, language) for name in _values(rows, "topic")}
    return Figures(
        asked=sum(totals[name] for name in ASKED),
        **totals,
        topics=bars(_asked(rows, "topic"), titles)[:MOST_BARS],
        missed=bars(_summed(rows, "topic", ("unhelpful",)), titles)[:MOST_BARS],
        languages=bars(_asked(rows, "language"), {name: str(words) for name, words in LANGUAGES.items()}),
        programmes=bars(_asked(rows, "programme"), places),
        channels=bars(_asked(rows, "channel"), {name: str(words) for name, words in CHANNELS.items()}),
        days=_by_time(rows, days),
    )


def _since(days: int, today: date) -> QuerySet[Tally]:
    return Tally.objects.filter(day__gt=today - timedelta(days=days), day__lte=today).order_by()


def _values(rows: QuerySet[Tally], field: str) -> list[str]:
    return list(rows.values_list(field, flat=True).distinct())


def _summed(rows: QuerySet[Tally], field: str, counts: tuple[str, ...]) -> dict[Any, int]:
    """The sum of some counts for each value of a field; what was never counted is left out."""
    summed = rows.values_list(field).annotate(*(Sum(name) for name in counts))
    found = {value: sum(numbers) for value, *numbers in summed}
    return {value: count for value, count in found.items() if count > 0}


def _asked(rows: QuerySet[Tally], field: str) -> dict[Any, int]:
    return _summed(rows, field, ASKED)


def _by_time(rows: QuerySet[Tally], days: int) -> list[Bar]:
    """By day, of a longer period by month; the newest first."""
    field, shown = ("day", "j F Y") if days <= LONGEST_BY_DAY else ("month", "F Y")
    counts = _asked(rows.annotate(month=TruncMonth("day")), field)
    most = max(counts.values(), default=1)
    return [
        Bar(date_format(day, shown), counts[day], round(100 * counts[day] / most))
        for day in sorted(counts, reverse=True)
    ]


def export_rows(*, days: int, today: date) -> Iterator[tuple]:
    """A row for each day, place, language and question; rare ones of a day stand together in one row of stars."""
    summed = _since(days, today).values_list("day", "programme", "language", "topic")
    rows = summed.annotate(*(Sum(name) for name in Tally.COUNTS)).order_by("day", "programme", "language", "topic")
    rare: dict[date, Counter[str]] = {}
    for day, programme, language, topic, *numbers in rows:
        counts = dict(zip(Tally.COUNTS, numbers, strict=True))
        asked = sum(counts[name] for name in ASKED)
        if asked >= LEAST:
            yield day, programme, language, topic, asked, *numbers
        else:
            rare.setdefault(day, Counter()).update({**counts, "asked": asked})
    for day, counts in rare.items():
        yield day, TOGETHER, TOGETHER, TOGETHER, *(counts[name] for name in COLUMNS[4:])
