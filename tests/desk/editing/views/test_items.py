"""The way from draft to publication by two accounts, and the versions of a question or a fact."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.content.documents import FACT, TOPIC, topic_document
from desk.content.published import content_parse, using
from desk.content.selectors import topic_get
from desk.editing.models import Remark, Version
from desk.editing.publication import versions_publish_due
from desk.editing.selectors import document_now, publication_get, version_open
from desk.people.models import Staff
from tests.desk.editing.pages import PHONE, QUESTION, draft, fact_save, said, take, topic_save, topic_values, words

pytestmark = pytest.mark.django_db
PAGE = reverse("content:topic", args=[QUESTION])
VERSIONS = reverse("content:versions", args=[TOPIC, QUESTION])
TEXTS = {
    "fr": "Cela dépend du pays. Demandez au bureau.",
    "ar": "يختلف الأمر من بلد إلى آخر. اسأل المكتب.",
    "en": "It depends on the country. Please ask the office.",
}
WRITTEN = {f"answer-{language}": text for language, text in TEXTS.items()}
State = Version.State


@pytest.fixture
def reviewed(edith, karim) -> Version:
    """Written by Edith, approved by Karim."""
    topic_save(edith, **WRITTEN)
    take(edith, "ask")
    take(karim, "approve")
    return draft()


# --- the way -------------------------------------------------------------------------------------------


def test_a_text_is_written_reviewed_by_a_second_person_and_published(edith, karim):
    topic_save(edith, **WRITTEN)
    assert said(take(edith, "ask", text="Merci de relire.")) == ["success"]
    shown = words(karim.get(PAGE))
    assert "Merci de relire." in shown
    assert "waits for review" in shown
    assert said(take(karim, "approve")) == ["success"]
    version = draft()
    assert (version.state, str(version.reviewer)) == (State.APPROVED, "karim")
    assert said(take(edith, "publish")) == ["success"]
    assert version_open(kind=TOPIC, key=QUESTION) is None
    assert document_now(kind=TOPIC, key=QUESTION)["parts"]["answer"] == TEXTS
    with using(content_parse(publication_get())):
        assert topic_get(QUESTION).answer == TEXTS["en"]


@pytest.mark.parametrize("role", [Staff.Role.EDITOR, Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR])
def test_nobody_approves_their_own_text_and_no_button_offers_it(editor, role):
    client = editor("nora", role)
    topic_save(client, **WRITTEN)
    answer = take(client, "ask")
    assert "Somebody else has to read your text" in words(answer)
    assert reverse("content:step", args=[draft().pk, "approve"]) not in words(answer)
    assert said(take(client, "approve")) == ["error"]
    assert draft().state == State.IN_REVIEW


def test_the_reviewer_sees_at_once_what_changes_against_what_is_published(edith, karim):
    topic_save(edith, **{"answer-fr": topic_document(QUESTION)["parts"]["answer"]["fr"].replace("dépend", "varie")})
    take(edith, "ask")
    shown = words(karim.get(PAGE))
    part = shown[shown.index("What changes against what is published") :]
    assert "<details open>" in shown[: shown.index("What changes")][-60:]
    assert "<del>dépend</del><ins>varie</ins>" in part


def test_a_text_is_given_back_with_the_reason(edith, karim):
    topic_save(edith, **WRITTEN)
    take(edith, "ask")
    answer = take(karim, "return", text="")
    assert answer.context["steps"]["return"].errors["text"]
    assert said(take(karim, "return", text="Trop court.")) == ["success"]
    assert draft().state == State.DRAFT
    assert "Trop court." in words(edith.get(PAGE))


def test_what_was_written_at_a_step_is_kept_when_it_is_refused(edith):
    topic_save(edith, **{**WRITTEN, "answer-ar": ""})
    answer = take(edith, "ask", text="J'ai tout relu")
    assert said(answer) == ["error"]
    assert "This text is missing." in words(answer)
    assert "J'ai tout relu</textarea>" in words(answer)


def test_a_comment_needs_words(edith, karim):
    topic_save(edith, **WRITTEN)
    assert take(karim, "comment").context["steps"]["comment"].errors["text"]
    take(karim, "comment", text="Et le visa ?")
    assert Remark.objects.get().text == "Et le visa ?"


def test_a_step_on_a_text_that_was_saved_meanwhile_is_refused(edith, karim):
    topic_save(edith, **WRITTEN)
    take(edith, "ask")
    seen = draft()
    topic_save(edith, **{"answer-fr": "Autre chose."})
    take(edith, "ask")
    assert said(take(karim, "approve", version=seen)) == ["error"]
    assert draft().state == State.IN_REVIEW


def test_saving_again_after_approval_needs_a_new_review(edith, reviewed):
    assert "it has to be reviewed again" in words(edith.get(PAGE))
    topic_save(edith, **{"answer-fr": "Autre chose. Demandez au bureau."})
    assert draft().state == State.DRAFT
    assert said(take(edith, "publish")) == ["error"]


def test_a_discarded_draft_stays_among_the_versions(edith):
    topic_save(edith, **WRITTEN)
    pk = draft().pk
    assert said(take(edith, "discard")) == ["success"]
    assert version_open(kind=TOPIC, key=QUESTION) is None
    assert f'value="{pk}"' in words(edith.get(VERSIONS))


def test_after_a_new_question_is_discarded_the_list_opens(edith):
    edith.post(reverse("content:topic_new"), {"name": "money_bank_card", "group": "money"})
    answer = take(edith, "discard", draft(key="money_bank_card"))
    assert answer.request["PATH_INFO"] == reverse("content:topics")


@pytest.mark.parametrize("step", ["delete", "draft_save", "publish_now"])
def test_a_step_that_does_not_exist_is_not_found(edith, step):
    topic_save(edith, **WRITTEN)
    assert take(edith, step).status_code == 404


def test_steps_and_restoring_need_a_post(edith, reviewed):
    for address in (
        reverse("content:step", args=[reviewed.pk, "publish"]),
        reverse("content:restore", args=[TOPIC, QUESTION]),
        reverse("content:opened", args=[TOPIC, QUESTION]),
        reverse("content:check", args=[QUESTION]),
    ):
        assert edith.get(address).status_code == 405
    assert draft().state == State.APPROVED


# --- publication at a time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "zone"), [("morocco", "Africa/Casablanca"), ("tanzania", "Africa/Dar_es_Salaam")]
)
def test_a_publication_is_planned_on_the_clock_of_the_editor_s_office(edith, editor, reviewed, programme, zone):
    planner = editor("planner", programmes=(programme,))
    assert zone in words(planner.get(PAGE))
    at = (timezone.now() + timedelta(days=2)).astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    assert said(take(planner, "plan", at=f"{at:%Y-%m-%dT%H:%M}")) == ["success"]
    assert draft().publish_at == at
    assert f"{at:%H:%M}" in words(planner.get(reverse("content:topics")))
    assert said(take(planner, "unplan")) == ["success"]
    assert draft().publish_at is None


@pytest.mark.parametrize("at", ["2001-01-01T09:00", "soon", ""])
def test_a_time_that_cannot_be_is_refused_at_its_field_and_kept(edith, reviewed, at):
    answer = take(edith, "plan", at=at)
    assert answer.context["steps"]["plan"].errors["at"]
    assert not at or f'value="{at}"' in words(answer)
    assert draft().publish_at is None


def test_what_is_planned_is_published_when_its_time_has_come(edith, reviewed):
    take(edith, "plan", at=f"{datetime.now(ZoneInfo('Africa/Casablanca')) + timedelta(days=1):%Y-%m-%dT%H:%M}")
    Version.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    assert versions_publish_due() == 1
    assert document_now(kind=TOPIC, key=QUESTION)["parts"]["answer"] == TEXTS


# --- versions ------------------------------------------------------------------------------------------


@pytest.fixture
def published(edith, reviewed) -> Version:
    take(edith, "publish")
    return Version.objects.get(pk=reviewed.pk)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_two_versions_are_compared_word_by_word(edith, published, language):
    topic_save(edith, **{"answer-fr": TEXTS["fr"].replace("au bureau", "à la ligne verte")})
    asked = {"old": str(published.pk), "new": str(draft().pk)}
    shown = words(edith.get(VERSIONS, asked, headers={"Accept-Language": language}))
    assert "Demandez <del>au bureau</del><ins>à la ligne verte</ins>." in shown
    assert TEXTS["ar"] not in shown, "what is the same is not shown"


def test_without_a_choice_the_newest_is_compared_with_the_one_before(edith, published):
    answer = edith.get(VERSIONS, {"old": "999", "new": "x"})
    assert (answer.context["old"], answer.context["new"]) == ("files", str(published.pk))
    assert {change.part for change in answer.context["changes"]} == {"answer"}


def restore(client, version, kind=TOPIC, key=QUESTION):
    return client.post(reverse("content:restore", args=[kind, key]), {"version": version}, follow=True)


def test_an_earlier_version_and_the_text_of_the_files_are_restored_as_drafts(edith, published):
    restore(edith, "files")
    assert draft().document["parts"] == topic_document(QUESTION)["parts"]
    assert document_now(kind=TOPIC, key=QUESTION)["parts"]["answer"] == TEXTS, "people still read what is published"
    take(edith, "discard")
    restore(edith, str(published.pk))
    assert draft().document["parts"]["answer"] == TEXTS
    assert draft().state == State.DRAFT


def test_nothing_is_restored_over_a_draft(edith, published):
    topic_save(edith, **{"answer-fr": "Autre chose."})
    assert said(restore(edith, "files")) == ["error"]
    assert draft().document["parts"]["answer"]["fr"] == "Autre chose."
    assert re.search(r"<button>Restore", words(edith.get(VERSIONS))) is None


@pytest.mark.parametrize("version", ["999", "x", "", "-1"])
def test_a_version_that_is_not_there_is_not_restored(edith, published, version):
    assert said(restore(edith, version)) == ["error"]


def test_a_version_of_another_question_is_not_restored(edith, published):
    assert said(restore(edith, str(published.pk), key="money_how_much")) == ["error"]
    assert version_open(kind=TOPIC, key="money_how_much") is None


@pytest.mark.parametrize(("kind", "key"), [("topic", "money_nothing"), ("fact", "morocco.nothing"), ("x", QUESTION)])
def test_versions_of_what_does_not_exist_are_not_found(edith, kind, key):
    assert edith.get(reverse("content:versions", args=[kind, key])).status_code == 404
    assert edith.post(reverse("content:opened", args=[kind, key])).status_code == 404


def test_a_fact_takes_the_same_way(edith, karim):
    fact_save(edith, note="Appelé ce matin.")
    version = draft(FACT, PHONE)
    take(edith, "ask", version)
    take(karim, "approve", version)
    assert said(take(karim, "publish", version)) == ["success"]
    assert document_now(kind=FACT, key=PHONE)["note"] == "Appelé ce matin."
    assert "Appelé" in words(edith.get(reverse("content:versions", args=[FACT, PHONE])))


def test_the_second_of_two_planners_is_told_that_somebody_was_faster(edith, karim, reviewed):
    take(karim, "publish")
    answer = take(edith, "publish", version=reviewed)
    assert said(answer) == ["error"]
    assert "Somebody was faster" in words(answer)


def test_saving_takes_what_is_published_now_as_its_ground(edith, reviewed):
    Version.objects.filter(pk=reviewed.pk).update(based_on={**reviewed.based_on, "next": "help_menu"})
    answer = take(edith, "publish")
    assert "What is published changed since this draft was begun." in words(answer)
    topic_save(edith, values=topic_values())
    assert draft().based_on == topic_document(QUESTION)
