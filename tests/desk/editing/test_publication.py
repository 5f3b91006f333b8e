"""From the database to the file that every process reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.content import published
from desk.content.i18n import translate
from desk.content.selectors import topic_get
from desk.editing.models import Item, Version
from desk.editing.publication import publication_round, publication_write
from desk.editing.selectors import versions_due
from desk.editing.services import publication_plan, version_publish
from tests.desk.editing.conftest import KEY, with_texts
from tests.desk.editing.test_services import NEW

pytestmark = pytest.mark.django_db


def test_without_a_publication_there_is_no_file():
    assert publication_write() is False
    assert not published.path().exists()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_is_published_is_said_without_a_restart(approved, bart, language):
    version_publish(pk=approved(**NEW).pk, by=bart)
    assert publication_write() is True
    assert translate(language, topic_get(KEY).answer) == NEW[language]


def test_the_file_is_written_once_for_each_publication(approved, bart):
    version_publish(pk=approved(**NEW).pk, by=bart)
    assert [publication_write(), publication_write()] == [True, False]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"stamp": "old"}'])
def test_a_file_that_is_damaged_or_old_is_written_anew(approved, bart, damage):
    version_publish(pk=approved(**NEW).pk, by=bart)
    publication_write()
    published.path().write_text(damage)
    assert publication_write() is True
    assert topic_get(KEY).answer == NEW["en"]


def test_what_was_planned_is_published_when_its_time_has_come(approved, bart):
    version = approved(**NEW)
    publication_plan(pk=version.pk, by=bart, at=timezone.now() + timedelta(hours=1))
    publication_round()
    assert Version.objects.get().state == "approved"
    Version.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    publication_round()
    done = Version.objects.get()
    assert (done.state, done.published_by) == ("published", bart)
    assert topic_get(KEY).answer == NEW["en"]


def test_a_plan_that_cannot_be_kept_says_why_and_holds_nothing_up(approved, bart):
    version = approved(**NEW)
    Version.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    other = Version.objects.create(
        item=version.item, document=with_texts(en="Other."), state="published", published_at=timezone.now()
    )
    Item.objects.update(published=other)
    publication_round()
    version.refresh_from_db()
    assert (version.state, version.publish_at) == ("approved", None)
    assert (version.remarks.last().kind, version.remarks.last().author) == ("failed", None)
    assert "changed since" in version.remarks.last().text
    assert versions_due(now=timezone.now()) == []


def test_two_publications_lie_side_by_side(approved, draft, amina, bart):
    version_publish(pk=approved(**NEW).pk, by=bart)
    title = {"en": "Waiting?", "fr": "Attendre ?", "ar": "انتظار؟"}
    other = with_texts("title", "money_when_paid", **title)
    item = Item.objects.create(kind="topic", key="money_when_paid")
    item.published = Version.objects.create(item=item, document=other, state="published", published_at=timezone.now())
    item.save()
    publication_write()
    assert (topic_get(KEY).answer, topic_get("money_when_paid").title) == (NEW["en"], "Waiting?")
