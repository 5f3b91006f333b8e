"""From a draft to what the assistant says: two people, and nothing overwritten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from desk.content.documents import fact_document, topic_document, topic_new
from desk.editing.models import Item, Remark, Version
from desk.editing.publication import publication_write
from desk.editing.selectors import document_now, version_open, versions_published
from desk.editing.services import (
    Overtaken,
    draft_discard,
    draft_save,
    file_restore,
    publication_plan,
    remark_add,
    review_approve,
    review_ask,
    review_return,
    version_publish,
    version_restore,
)
from desk.errors import Refused
from tests.desk.editing.conftest import KEY, with_texts
from tests.desk.together import together

pytestmark = pytest.mark.django_db
NEW = {"en": "Nobody knows. Please ask.", "fr": "Personne ne le sait. Demandez.", "ar": "لا أحد يعرف. يمكنك السؤال."}


def test_a_draft_changes_nothing_of_what_is_said(draft):
    draft(**NEW)
    publication_write()
    assert document_now(kind="topic", key=KEY) == topic_document(KEY)


def test_the_whole_way_of_an_answer(draft, amina, bart):
    version = draft(**NEW)
    review_ask(pk=version.pk, by=amina, text="Please read the Arabic.")
    review_approve(pk=version.pk, by=bart)
    done = version_publish(pk=version.pk, by=bart)
    assert (done.state, done.author, done.reviewer, done.published_by) == ("published", amina, bart, bart)
    assert document_now(kind="topic", key=KEY)["parts"]["answer"] == NEW
    assert [(remark.kind, remark.author, remark.text) for remark in done.remarks.all()] == [
        ("submitted", amina, "Please read the Arabic."), ("approved", bart, ""), ("published", bart, ""),
    ]  # fmt: skip
    assert version_open(kind="topic", key=KEY) is None


def test_nobody_approves_their_own_text(draft, amina):
    version = draft(**NEW)
    review_ask(pk=version.pk, by=amina)
    with pytest.raises(Refused, match="Somebody else"):
        review_approve(pk=version.pk, by=amina)
    assert Version.objects.get().state == "in_review"


def test_a_text_that_was_changed_after_the_approval_is_read_again(approved, draft, bart):
    version = approved(**NEW)
    changed = draft(revision=version.revision, **{**NEW, "en": "Nobody knows it. Please ask."})
    assert (changed.state, changed.reviewer) == ("draft", None)
    with pytest.raises(Refused, match="faster"):
        version_publish(pk=version.pk, by=bart)


def test_a_reviewer_approves_only_what_they_saw(draft, amina, bart):
    version = draft(**NEW)
    seen = version.revision
    draft(revision=seen, **{**NEW, "fr": "Autre chose."})
    review_ask(pk=version.pk, by=amina)
    with pytest.raises(Overtaken):
        review_approve(pk=version.pk, by=bart, revision=seen)


@pytest.mark.parametrize("step", [review_approve, version_publish, publication_plan, review_return])
def test_no_step_is_left_out(draft, bart, step):
    version = draft(**NEW)
    more = {"at": None} if step is publication_plan else {"text": "x"}
    with pytest.raises(Refused, match="not in that state"):
        step(pk=version.pk, by=bart, **more)
    assert Version.objects.get().state == "draft"
    assert not Remark.objects.exists()


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"en": "You will get money."}, "answer: en: never"),
        ({"fr": "Attendez 3 semaines."}, "answer: fr: Numbers are facts"),
    ],
)
def test_what_could_do_harm_does_not_come_to_review(draft, amina, texts, words):
    version = draft(**texts)
    with pytest.raises(Refused, match=words):
        review_ask(pk=version.pk, by=amina)


@pytest.mark.parametrize(("key", "is_published"), [("time_how_long", True), ("money_how_much", False)])
def test_a_critical_answer_is_not_published_with_a_stale_language(draft, amina, bart, key, is_published):
    english = with_texts(key=key)["parts"]["answer"]["en"]
    version = draft(key=key, en=f"{english} Please ask.")
    assert version.document["stale"] == {"fr": ["answer"], "ar": ["answer"]}
    if not is_published:
        with pytest.raises(Refused, match="The English changed"):
            review_ask(pk=version.pk, by=amina)
        kept = {"fr": ["answer"], "ar": ["answer"]}
        version = draft(key=key, revision=version.revision, kept=kept, en=f"{english} Please ask.")
    review_ask(pk=version.pk, by=amina)
    review_approve(pk=version.pk, by=bart)
    assert version_publish(pk=version.pk, by=bart).state == "published"


# --- two on one text -----------------------------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(draft, bart):
    draft(**NEW)
    with pytest.raises(Overtaken, match="amina") as caught:
        draft_save(kind="topic", key=KEY, document=with_texts(en="Mine."), by=bart, revision=0)
    assert caught.value.version.document["parts"]["answer"] == NEW
    assert Version.objects.get().document["parts"]["answer"] == NEW


def test_who_saw_the_other_text_may_save_over_it(draft, bart):
    seen = draft(**NEW).revision
    mine = draft_save(kind="topic", key=KEY, document=with_texts(en="Mine."), by=bart, revision=seen)
    assert (mine.revision, mine.author) == (seen + 1, bart)


def test_a_draft_that_is_gone_is_not_begun_again_by_saving(draft, amina):
    version = draft(**NEW)
    draft_discard(pk=version.pk, by=amina)
    with pytest.raises(Refused, match="discarded"):
        draft(revision=version.revision, **NEW)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_several_who_save_at_once_one_wins_and_the_others_see_it(draft, amina, begun):
    revision = draft(**NEW).revision if begun else 0

    def save(place: int) -> str:
        try:
            draft_save(
                kind="topic", key=KEY, document=with_texts(en=f"Text {'abc'[place]}."), by=amina, revision=revision
            )
        except Overtaken as overtaken:
            return overtaken.version.document["parts"]["answer"]["en"]
        return "won"

    results = together(3, save)
    assert results.count("won") == 1
    kept = Version.objects.get().document["parts"]["answer"]["en"]
    assert set(results) == {"won", kept}


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_several_who_publish_at_once_publish_once(approved, bart):
    version = approved(**NEW)

    def publish(_: int) -> bool:
        try:
            version_publish(pk=version.pk, by=bart)
        except Refused:
            return False
        return True

    assert sorted(together(3, publish)) == [False, False, True]
    assert Remark.objects.filter(kind="published").count() == 1


def test_the_database_itself_allows_one_open_version(draft, amina):
    version = draft(**NEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(item=version.item, document={}, author=amina)


def test_a_draft_begun_before_another_publication_is_not_published_over_it(approved, amina, bart):
    version = approved(**NEW)
    other = Version.objects.create(
        item=version.item, document=with_texts(en="Other."), state="published", published_at=timezone.now()
    )
    Item.objects.update(published=other)
    with pytest.raises(Refused, match="changed since this draft was begun"):
        version_publish(pk=version.pk, by=bart)


# --- planned, given back, restored ------------------------------------------------------------------------


def test_a_plan_is_for_the_future_and_can_be_taken_back(approved, bart):
    version = approved(**NEW)
    with pytest.raises(Refused, match="past"):
        publication_plan(pk=version.pk, by=bart, at=timezone.now() - timedelta(minutes=1))
    later = timezone.now() + timedelta(days=1)
    assert publication_plan(pk=version.pk, by=bart, at=later).publish_at == later
    assert publication_plan(pk=version.pk, by=bart, at=None).publish_at is None


def test_a_draft_is_given_back_with_a_reason(draft, amina, bart):
    version = draft(**NEW)
    review_ask(pk=version.pk, by=amina)
    with pytest.raises(Refused, match="Say what"):
        review_return(pk=version.pk, by=bart, text="  ")
    returned = review_return(pk=version.pk, by=bart, text="العبارة طويلة")
    assert (returned.state, returned.remarks.last().text) == ("draft", "العبارة طويلة")


@pytest.mark.parametrize(("text", "words"), [(" ", "Write"), ("x" * 2001, "At most")])
def test_a_comment_has_words_and_not_too_many(draft, bart, text, words):
    with pytest.raises(Refused, match=words):
        remark_add(pk=draft(**NEW).pk, by=bart, text=text)


def test_an_earlier_version_comes_back_as_a_draft(approved, draft, amina, bart):
    first = version_publish(pk=approved(**NEW).pk, by=bart)
    publication_write()
    again = draft(**{**NEW, "en": "Something else. Please ask."})
    with pytest.raises(Refused, match="There is a draft"):
        version_restore(pk=first.pk, by=amina)
    draft_discard(pk=again.pk, by=amina)
    restored = version_restore(pk=first.pk, by=amina)
    assert (restored.state, restored.document, restored.remarks.get().kind) == ("draft", first.document, "restored")
    assert versions_published(kind="topic", key=KEY) == [first]


def test_the_text_of_the_files_comes_back_as_a_draft(approved, amina, bart):
    of_files = topic_document(KEY)
    version_publish(pk=approved(**NEW).pk, by=bart)
    publication_write()
    assert topic_document(KEY)["parts"]["answer"] == NEW
    assert file_restore(kind="topic", key=KEY, by=amina).document == of_files
    with pytest.raises(Refused, match="hold no such text"):
        file_restore(kind="topic", key="time_lost", by=amina)


def test_a_new_topic_and_a_new_fact_take_the_same_way(amina, bart):
    texts = {"title": {"en": "Lost?", "fr": "Perdu ?", "ar": "ضائع؟"}, "answer": NEW}
    document = {**topic_new("time"), "parts": texts}
    version = draft_save(kind="topic", key="time_lost", document=document, by=amina, revision=0)
    fact = draft_save(
        kind="fact", key="morocco.night_phone", document=fact_document("morocco.iom_phone"), by=amina, revision=0
    )
    for made in (version, fact):
        review_ask(pk=made.pk, by=amina)
        review_approve(pk=made.pk, by=bart)
        version_publish(pk=made.pk, by=bart)
    publication_write()
    assert topic_document("time_lost")["parts"]["answer"] == NEW
    assert fact_document("morocco.night_phone")["value"] == fact_document("morocco.iom_phone")["value"]
