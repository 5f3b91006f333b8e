"""The pages of questions: the list, a new one, the texts side by side, and what is said as they are written."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk.content.documents import TOPIC, topic_document
from desk.content.i18n import fact_value
from desk.content.selectors import topics
from desk.editing.models import Item, Version
from desk.editing.selectors import version_open
from desk.people.models import Staff
from desk.programmes.selectors import fact_get
from tests.desk.editing.pages import QUESTION, draft, said, take, topic_save, topic_values, words

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("content:topics"), reverse("content:topic_new")
PAGE, CHECK = reverse("content:topic", args=[QUESTION]), reverse("content:check", args=[QUESTION])
TITLES = {"fr": "Espèces ou services ?", "ar": "نقدا أم أشياء؟", "en": "Cash or things?"}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


# --- the list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_question_is_listed_by_its_title_in_the_language_of_the_page(edith, language):
    answer = edith.get(LIST, headers={"Accept-Language": language})
    shown = words(answer).replace("\u00a0", " ")
    assert f'lang="{language}"' in shown
    assert TITLES[language] in shown
    assert sum(len(lines) for lines in answer.context["groups"].values()) == len(topics())
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "typed", ["Cash or things", "ESPÈCES OU SERVICES", "especes ou services", "أشياء نقدا", "اشياء نقدا", QUESTION]
)
def test_a_question_is_found_by_words_of_any_language_whatever_their_accents(edith, typed):
    groups = edith.get(LIST, {"words": typed}).context["groups"]
    assert QUESTION in [line.key for lines in groups.values() for line in lines]


def test_what_fits_no_question_is_said(edith):
    assert "No question fits." in words(edith.get(LIST, {"words": "xyzzy"}))


def test_what_is_being_worked_on_stands_at_the_top(edith, karim):
    topic_save(karim, **{"answer-fr": "Nous ne savons pas."})
    shown = words(edith.get(LIST))
    assert shown.index("Being worked on") < shown.index(QUESTION)
    assert "karim" in shown
    assert "draft" in shown


@pytest.mark.parametrize(("only", "who"), [("mine", "karim"), ("review", "edith")])
def test_the_list_shows_what_is_mine_and_what_waits_for_my_review(edith, karim, only, who):
    topic_save(karim, **{"answer-fr": "Nous ne savons pas. Demandez au bureau."})
    take(karim, "ask")
    for name, client in {"edith": edith, "karim": karim}.items():
        groups = client.get(LIST, {"only": only}).context["groups"]
        assert [line.key for lines in groups.values() for line in lines] == ([QUESTION] if name == who else [])


def test_the_list_shows_where_a_language_is_missing_or_outdated(edith):
    assert edith.get(LIST, {"only": "gaps"}).context["groups"] == {}
    topic_save(edith, **{"answer-en": "It depends. Please ask the office.", "answer-ar": ""})
    ((line,),) = edith.get(LIST, {"only": "gaps"}).context["groups"].values()
    assert (line.key, line.gaps) == (QUESTION, ["fr", "ar"])


def test_an_editor_lands_on_the_questions_and_finds_no_link_to_requests(edith):
    answer = edith.get("/", follow=True)
    assert answer.request["PATH_INFO"] == LIST
    assert reverse("requests:queue") not in words(answer)
    assert f'href="{LIST}"' in words(answer)


# --- a new question ------------------------------------------------------------------------------------


def test_a_new_question_begins_as_a_draft_in_its_group(edith):
    answer = edith.post(NEW, {"name": "money_bank_card", "group": "money"}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("content:topic", args=["money_bank_card"])
    assert draft(key="money_bank_card").document["group"] == "money"
    assert "money_bank_card" in words(edith.get(LIST))


def test_only_a_new_question_can_be_made_to_differ_per_country(edith):
    edith.post(NEW, {"name": "money_bank_card", "group": "money"})
    topic_save(edith, "money_bank_card", **{"title-en": "A bank card", "per_programme": "on"})
    assert draft(key="money_bank_card").document["per_programme"] is True
    topic_save(edith, **{"per_programme": ""})
    assert draft().document["per_programme"] is topic_document(QUESTION)["per_programme"] is True


@pytest.mark.parametrize("name", ["Money_card", "argent", "money card", "", QUESTION, "money_é"])
def test_a_name_that_cannot_be_is_refused_at_its_field_and_kept(edith, name):
    answer = edith.post(NEW, {"name": name, "group": "money"})
    assert answer.context["form"].errors["name"]
    assert f'value="{name}"' in answer.content.decode() or not name
    assert not Version.objects.exists()


def test_the_words_that_somebody_asked_lead_through_and_are_stored_nowhere(edith):
    asked = {"text": "est-ce que je peux avoir une carte <b>bancaire</b>", "language": "fr"}
    shown = edith.get(NEW, asked).content.decode()
    assert "une carte &lt;b&gt;bancaire&lt;/b&gt;</q>" in shown
    assert 'lang="fr"' in shown
    sent = {"name": "money_bank_card", "group": "money", "asked": asked["text"], "language": "fr"}
    assert "une carte &lt;b&gt;bancaire" in edith.post(NEW, sent, follow=True).content.decode()
    assert "bancaire" not in str(list(Version.objects.values()))


@pytest.mark.parametrize("language", ["", "xx", '"><script>'])
def test_a_language_that_is_none_is_left_out(edith, language):
    assert edith.get(NEW, {"text": "hello", "language": language}).context["asked_in"] == ""


def test_a_question_that_does_not_exist_is_not_found(edith):
    assert edith.get(reverse("content:topic", args=["money_nothing"])).status_code == 404
    assert edith.post(reverse("content:check", args=["money_nothing"])).status_code == 404


# --- the texts side by side ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_each_part_has_its_three_languages_the_arabic_right_to_left(edith, language):
    shown = words(edith.get(PAGE, headers={"Accept-Language": language}))
    for part in ("answer", "morocco", "belgium", "tanzania", "yemen", "more.belgium"):
        for code, direction in (("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")):
            (tag,) = re.findall(rf'<textarea name="{re.escape(part)}-{code}"[^>]*>', shown)
            assert f'lang="{code}"' in tag
            assert f'dir="{direction}"' in tag
    assert {"fr": "Belgique", "ar": "بلجيكا", "en": "Belgium"}[language] in shown


def test_what_is_behind_a_button_is_folded_unless_it_is_filled(edith):
    blocks = {block.part: block for block in edith.get(PAGE).context["sheet"].blocks}
    filled = topic_document(QUESTION)["parts"]
    assert {part for part, block in blocks.items() if block.is_open} == set(filled)


def test_characters_left_count_the_facts_that_are_filled_in(edith):
    sheet = check(edith, topic_values(**{"morocco-en": "Ask: {morocco.iom_phone}."})).context["sheet"]
    cells = {cell.name: cell for block in sheet.blocks for cell in block.cells}
    assert cells["title-en"].left == 24 - len("Cash or things?")
    shown = fact_value("en", fact_get("morocco.iom_phone"))
    assert cells["morocco-en"].left == 600 - len(f"Ask: {shown}.")


def test_facts_stand_in_the_list_with_their_value_and_whether_people_see_it(edith):
    shown = words(edith.get(PAGE))
    (shown_fact,) = re.findall(r'<option value="\{belgium\.hotline\}">([^<]*)', shown)
    (hidden,) = re.findall(r'<option value="\{belgium\.hotline_hours\}">([^<]*)', shown)
    assert "0800" in shown_fact
    assert "not shown now" not in shown_fact
    assert "not shown now" in hidden


def test_a_draft_is_saved_with_all_that_was_written(edith):
    typed = "Nous ne savons pas.\r\n\r\nDemandez au bureau."
    answer = topic_save(edith, **{"answer-fr": typed, "next": "help_menu", "related_1": "money_when_paid"})
    assert said(answer) == ["success"]
    document = draft().document
    assert document["parts"]["answer"]["fr"] == "Nous ne savons pas.\n\nDemandez au bureau."
    assert (document["next"], document["related"]) == ("help_menu", ["money_when_paid"])
    before = topic_document(QUESTION)["parts"]
    assert {part: texts for part, texts in document["parts"].items() if part != "answer"} == {
        part: texts for part, texts in before.items() if part != "answer"
    }


def test_saving_without_a_change_changes_no_text(edith):
    topic_save(edith)
    assert draft().document == topic_document(QUESTION)


def test_what_is_no_choice_is_refused_and_what_was_typed_is_kept(edith):
    answer = topic_save(edith, **{"next": "money_nothing", "answer-fr": "Mes mots à moi"})
    assert answer.context["form"].errors["next"]
    assert "Mes mots à moi" in words(answer)
    assert not Version.objects.exists()


def test_a_change_of_the_english_marks_the_others_until_they_are_said_to_be_right(edith):
    topic_save(edith, **{"answer-en": "It depends. Please ask the office."})
    assert draft().document["stale"] == {"fr": ["answer"], "ar": ["answer"]}
    shown = words(edith.get(PAGE))
    assert 'name="kept" value="ar:answer"' in shown
    assert shown.count("The English changed: look at this text again.") == 2
    topic_save(edith, kept=["ar:answer"])
    assert draft().document["stale"] == {"fr": ["answer"]}
    topic_save(edith, **{"answer-fr": "Cela dépend. Demandez au bureau."})
    assert draft().document["stale"] == {}


def test_a_question_of_money_is_not_reviewed_while_a_language_is_outdated(edith):
    topic_save(edith, **{"answer-en": "It depends. Please ask the office."})
    answer = take(edith, "ask")
    assert said(answer) == ["error"]
    assert "answer: French: The English changed" in words(answer)
    assert draft().state == Version.State.DRAFT


def test_flags_that_protect_people_are_shown_and_cannot_be_changed(edith):
    key = "safety_suicide"
    assert "danger: a person is offered" in words(edith.get(reverse("content:topic", args=[key])))
    topic_save(edith, key, handover="", neutral="", per_programme="on")
    before, after = topic_document(key), draft(key=key).document
    assert [after[flag] for flag in ("handover", "neutral", "per_programme")] == [
        before[flag] for flag in ("handover", "neutral", "per_programme")
    ]


# --- two editors ---------------------------------------------------------------------------------------


def test_who_opens_a_page_that_another_has_open_is_warned_and_so_is_the_other(edith, karim):
    assert "has this page open too" not in words(edith.get(PAGE))
    assert "edith has this page open too" in words(karim.get(PAGE))
    beside = edith.post(reverse("content:opened", args=[TOPIC, QUESTION]))
    assert "karim has this page open too" in words(beside)
    Item.objects.update(opened_at=timezone.now() - timedelta(minutes=3))
    assert "has this page open too" not in words(karim.get(PAGE))


def test_of_two_who_save_the_second_sees_both_texts_and_nothing_is_lost(edith, karim):
    mine = topic_values(**{"answer-fr": "Le texte d'Edith."})
    topic_save(karim, **{"answer-fr": "Le texte de Karim."})
    answer = topic_save(edith, values=mine)
    shown = words(answer)
    assert said(answer) == ["error"]
    assert "Le texte d'Edith.</textarea>" in shown
    assert "What karim saved:" in shown
    assert "Le texte de Karim.</p>" in shown
    assert draft().document["parts"]["answer"]["fr"] == "Le texte de Karim."
    (revision,) = re.findall(r'name="revision" value="(\d+)"[^>]*id="id_revision"', shown)
    topic_save(edith, values={**mine, "revision": revision})
    assert draft().document["parts"]["answer"]["fr"] == "Le texte d'Edith."
    assert str(draft().author) == "edith"


def test_a_draft_that_was_discarded_meanwhile_can_still_be_saved_deliberately(edith, karim):
    topic_save(karim, **{"answer-fr": "Le texte de Karim."})
    mine = topic_values(**{"answer-fr": "Le texte d'Edith."})
    take(karim, "discard")
    answer = topic_save(edith, values=mine)
    assert said(answer) == ["error"]
    assert version_open(kind=TOPIC, key=QUESTION) is None
    assert "Le texte d'Edith.</textarea>" in words(answer)
    topic_save(edith, values={**mine, "revision": answer.context["form"]["revision"].value()})
    assert draft().document["parts"]["answer"]["fr"] == "Le texte d'Edith."


# --- what is said as somebody writes -------------------------------------------------------------------


def check(client: Client, values):
    return client.post(CHECK, values, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("reader", "name", "typed", "told"),
    [
        ("en", "answer-en", "You get 100 euros.", "Numbers are facts: put them in from the list."),
        ("en", "answer-fr", "Vous avez {morocco.nothing}.", "there is no fact"),
        ("en", "answer-ar", "اسأل {", "A curly bracket stands alone"),
        ("en", "answer-ar", "الى المكتب", "a hamza is missing"),
        ("en", "answer-en", "You must return now.", "never “You must return”: you may"),
        ("en", "title-fr", "Un titre beaucoup trop long pour un bouton", "At most 24 characters."),
        ("en", "answer-fr", "", "This text is missing."),
        ("en", "related_1", "help_menu", "A question may not lead to itself, nor twice to another."),
    ],
)
def test_what_is_wrong_is_said_while_it_is_written_and_nothing_is_saved(edith, reader, name, typed, told):
    changes = {name: typed, **({"next": "help_menu"} if name == "related_1" else {})}
    shown = words(check(edith, topic_values(**changes)))
    assert told in shown
    assert not Version.objects.exists()
    if "-" in name:
        place = shown[shown.index(f'id="at-{name}"') :]
        assert told in place[: place.index("</div>")]


def test_the_check_answers_with_parts_of_the_page_only(edith):
    shown = words(check(edith, topic_values()))
    assert "<html" not in shown
    assert shown.count('hx-swap-oob="true"') == 1 + 11 + 33
    assert "Nothing forbids publishing." in shown


def test_a_check_of_a_part_of_the_form_still_answers(edith):
    assert check(edith, {"answer-en": "x\x00", "next": "nothing"}).status_code == 200


def test_the_preview_is_in_the_language_and_of_the_place_chosen(edith):
    values = topic_values(**{"morocco-ar": "اتصل: {morocco.iom_phone}"})
    shown = words(check(edith, {**values, "shown_language": "ar", "shown_programme": "morocco"}))
    bubble = re.search(r'<div class="bubble" lang="ar" dir="rtl"><p>(.*?)</p>', shown)[1]
    assert bubble.startswith("اتصل: \u2066+212")
    assert "{" not in bubble


@pytest.mark.parametrize("name", ["answer-fr", "answer-ar", "title-en", "morocco-en"])
def test_typed_html_is_shown_as_text_everywhere(edith, karim, name):
    values = topic_values(**{name: EVIL, "shown_language": "fr"})
    topic_save(edith, values=values)
    take(edith, "comment", text=EVIL)
    pages = [check(edith, values), edith.get(PAGE), edith.get(LIST), karim.get(PAGE)]
    pages += [topic_save(karim, values={**values, "revision": 0, name: "other"})]
    pages += [edith.get(reverse("content:versions", args=[TOPIC, QUESTION]))]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "<img" not in page.content.decode()
    assert "&lt;script&gt;" in pages[1].content.decode()


def test_counsellors_have_no_way_in(editor):
    client = editor("amina", Staff.Role.COUNSELLOR)
    assert client.get(PAGE).status_code == 403
    assert topic_save(client).status_code == 403
    assert not Version.objects.exists()
