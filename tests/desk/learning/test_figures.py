"""What people ask, as counts that point to nobody."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from desk.learning.figures import COLUMNS, LEAST, TOGETHER, export_rows, figures
from desk.learning.models import Tally

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)


def tally(topic="money_how_much", day=TODAY, **more):
    values = {"language": "fr", "programme": "morocco", "channel": "web", "answered": 1, **more}
    return Tally.objects.create(topic=topic, day=day, **values)


def of(days=30, language="en"):
    with translation.override(language):
        return figures(days=days, today=TODAY, language=language)


def names(bars):
    return [(bar.name, bar.count) for bar in bars]


@pytest.fixture
def busy():
    tally(answered=6, helpful=2, unhelpful=1)
    tally("nlu_fallback", answered=0, suggested=2, unanswered=1, programme="", language="ar", channel="telegram")
    tally("cost_free", answered=3, day=TODAY - timedelta(days=1), unhelpful=2)
    tally("cost_free", answered=50, day=TODAY - timedelta(days=30))


@pytest.mark.usefixtures("busy")
def test_the_figures_of_a_period():
    found = of()
    assert (found.asked, found.answered, found.suggested, found.unanswered) == (12, 9, 2, 1)
    assert (found.helpful, found.unhelpful, found.share_answered) == (2, 3, 75)
    assert names(found.languages) == [("French", 9), ("Arabic", 3)]
    assert names(found.programmes) == [("Morocco", 9), ("not said", 3)]
    assert names(found.channels) == [("Web chat", 9), ("Telegram", 3)]
    assert [bar.count for bar in found.days] == [9, 3]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Combien d'argent ?"), ("ar", "كم المبلغ؟"), ("en", "How much money?")]
)
def test_questions_have_the_title_that_people_see(language, title):
    from desk.conversations.record import title as title_of

    assert names(of(language=language).topics)[0] == (title_of("money_how_much", language), 6)


@pytest.mark.usefixtures("busy")
def test_answers_that_did_not_help_are_named_the_worst_first():
    assert [bar.count for bar in of().missed] == [2, 1]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("days", "asked"), [(1, 9), (7, 12), (30, 12), (31, 62)])
def test_older_days_are_not_counted(days, asked):
    assert of(days).asked == asked


@pytest.mark.usefixtures("busy")
def test_a_long_period_is_shown_by_month():
    assert names(of(90).days) == [("November 2026", 12), ("October 2026", 50)]


def test_without_any_there_are_figures_too():
    found = of()
    assert (found.asked, found.share_answered, found.topics, found.days) == (0, None, [], [])


# --- export -------------------------------------------------------------------------------------------------


def rows(days=30):
    return [dict(zip(COLUMNS, row, strict=True)) for row in export_rows(days=days, today=TODAY)]


def test_a_combination_that_is_asked_often_has_a_row_with_all_channels_together():
    tally(answered=2)
    tally(answered=1, suggested=1, channel="telegram")
    (row,) = rows()
    assert (row["day"], row["programme"], row["language"], row["topic"]) == (TODAY, "morocco", "fr", "money_how_much")
    assert (row["asked"], row["answered"], row["suggested"]) == (4, 3, 1)


def test_rare_combinations_of_a_day_stand_together_and_the_sum_stays():
    tally(answered=LEAST)
    tally("safety_suicide", answered=1, language="ar", programme="yemen")
    tally("health_medicine", answered=2, unhelpful=1)
    often, rare = rows()
    assert (often["topic"], often["asked"]) == ("money_how_much", LEAST)
    assert {rare[name] for name in ("programme", "language", "topic")} == {TOGETHER}
    assert (rare["asked"], rare["unhelpful"]) == (3, 1)
    assert sum(row["asked"] for row in rows()) == of().asked
