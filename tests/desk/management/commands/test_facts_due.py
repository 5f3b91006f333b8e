"""The list of facts to review."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from desk.programmes.selectors import facts_to_review, programmes


@pytest.fixture
def printed(monkeypatch):
    """What the command prints on a day."""

    def run(today: date, **options: int) -> str:
        monkeypatch.setattr(timezone, "localdate", lambda: today)
        out = StringIO()
        call_command("facts_due", stdout=out, **options)
        return out.getvalue()

    return run


ALL = {f"{name}.{fact}": record for name, there in programmes().items() for fact, record in there.facts.items()}
DAY = date(2026, 11, 24)


def test_a_fact_that_is_not_verified_is_always_listed():
    listed = facts_to_review(DAY, timedelta(days=1))
    assert set(listed) == {name for name, fact in ALL.items() if fact.status != "verified"}


def test_a_verified_fact_is_listed_from_so_many_days_before_its_review_day():
    fact = ALL["morocco.iom_phone"]
    early, near = fact.review_by - timedelta(days=31), fact.review_by - timedelta(days=30)
    assert "morocco.iom_phone" not in facts_to_review(early, timedelta(days=30))
    assert "morocco.iom_phone" in facts_to_review(near, timedelta(days=30))


def test_the_earliest_review_day_comes_first():
    days = [fact.review_by for fact in facts_to_review(date(2029, 1, 1), timedelta()).values()]
    assert len(days) == len(ALL)
    assert days == sorted(days)


def test_the_list_tells_source_days_and_whether_people_see_the_fact(printed):
    fact = ALL["morocco.iom_phone"]
    near = printed(fact.review_by)
    assert "morocco.iom_phone  (verified, shown)" in near
    assert f"{fact.source}, source of {fact.source_date}, checked on {fact.checked_on}" in near
    assert "morocco.iom_phone  (verified, not shown" in printed(fact.review_by + timedelta(days=1))


def test_the_days_ahead_can_be_chosen(printed):
    day = ALL["morocco.iom_phone"].review_by - timedelta(days=90)
    assert "morocco.iom_phone" not in printed(day)
    assert "morocco.iom_phone" in printed(day, days=90)
