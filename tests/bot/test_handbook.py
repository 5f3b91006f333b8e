"""The page for reviewers: every answer and every fact with its source, in three languages."""

import html
import re
from datetime import date, timedelta

import pytest

from bot.handbook import page
from desk.content import i18n
from desk.content.selectors import topics
from desk.programmes.selectors import programmes

DAY = date(2026, 11, 24)
FACTS = {f"{place}.{name}": fact for place, there in programmes().items() for name, fact in there.facts.items()}


@pytest.fixture(scope="module")
def written() -> str:
    return page(DAY)


def section(written: str, language: str) -> str:
    return re.search(rf'<section id="{language}".*?</section>', written, re.S)[0]


def rows_of(part: str, name: str) -> list[str]:
    """The table rows about a fact."""
    return re.findall(rf"<tr[^>]*>\s*<td><code>{re.escape(name)}</code>.*?</tr>", part, re.S)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_topic_is_there_with_each_of_its_texts(written, language):
    part = re.sub(r"</?mark[^>]*>", "", html.unescape(section(written, language)))
    for name, topic in topics().items():
        assert f"<code>{name}</code>" in part
        for text in topic.texts().values():
            first_line = i18n.translate(language, text).split("\n")[0]
            assert first_line.split("{")[0] in part, (name, first_line)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_fact_is_there_with_its_source(written, language):
    part = section(written, language)
    for name, fact in FACTS.items():
        rows = rows_of(part, name)
        assert rows, name
        assert all(html.escape(fact.source) in row for row in rows), name


def test_a_fact_that_people_do_not_see_is_marked(written):
    for name, fact in FACTS.items():
        marked = ['class="hidden"' in row for row in rows_of(section(written, "en"), name)]
        assert set(marked) == {fact.status != "verified"}, name


def test_an_overdue_fact_is_marked_and_its_answers_say_to_ask_the_office():
    fact = FACTS["morocco.iom_phone"]
    part = section(page(fact.review_by + timedelta(days=1)), "en")
    assert all('class="hidden"' in row for row in rows_of(part, "morocco.iom_phone"))
    assert f'<mark class="hidden">{i18n.FACT_UNKNOWN}</mark>' in part


def test_the_flags_of_a_topic_stand_beside_it(written):
    part = section(written, "en")
    assert part.count("urgent: a person at once") == sum(topic.handover for topic in topics().values())
    assert part.count("differs per country") == sum(topic.per_programme for topic in topics().values())
    assert part.count("never advise") == sum(topic.neutral for topic in topics().values())


def test_arabic_is_set_from_right_to_left_and_no_placeholder_is_left(written):
    assert 'dir="rtl"' in section(written, "ar").partition(">")[0]
    assert 'dir="ltr"' in section(written, "fr").partition(">")[0]
    shown = re.sub(r"<details>.*?</details>|<style>.*?</style>", "", section(written, "ar"), flags=re.S)
    answers = re.findall(r'<div class="text">(.*?)</div>', shown, re.S)
    assert answers
    assert not [answer for answer in answers if re.search(r"[{}]", answer)]


def test_what_a_writer_typed_cannot_break_the_page(monkeypatch):
    name, topic = next(iter(topics().items()))
    monkeypatch.setitem(topics(), name, topic.copy(update={"answer": "<script>alert()</script>"}))
    assert "<script>" not in page(DAY)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_rule_of_the_guided_check_is_there(written, language):
    part = html.unescape(section(written, language))
    for there in programmes().values():
        for rule in there.eligibility:
            assert f"<code>{rule.id}</code>" in part
            assert i18n.translate(language, rule.reason) in part
