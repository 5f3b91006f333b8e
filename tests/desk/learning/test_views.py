"""The editors' pages of what people ask."""

import csv
import io
from html import unescape

import pytest
from django.urls import reverse

from desk.learning.models import Message
from desk.people.models import Audit, Staff
from tests.desk.learning.conftest import missed, note, rated, taught, write

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
EDITS = (Staff.Role.EDITOR, Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)
INBOX = reverse("learning:inbox")


@pytest.fixture
def editor(open_as):
    return open_as(name="edith", role=Staff.Role.EDITOR)


def page(client, **query) -> str:
    return unescape(client.get(INBOX, query, headers=ENGLISH).content.decode())


def decide(client, step, query="", **values):
    return client.post(reverse("learning:step", args=[step]) + query, values, headers=ENGLISH, follow=True)


def keys() -> str:
    return " ".join(str(pk) for pk in Message.objects.order_by("-at", "-pk").values_list("pk", flat=True))


def said(answer) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


@pytest.mark.parametrize("role", [*Staff.Role.values, ""])
@pytest.mark.parametrize("name", ["inbox", "figures", "export"])
def test_who_edits_reads_the_pages(open_as, role, name):
    answer = open_as(role=role).get(reverse(f"learning:{name}"))
    assert answer.status_code == (200 if role in EDITS else 403)


@pytest.mark.parametrize("role", [Staff.Role.COUNSELLOR, ""])
def test_nobody_else_decides(open_as, role):
    write(missed())
    assert decide(open_as(role=role), "dismiss", keys=keys()).status_code == 403
    assert Message.objects.exists()


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "c koi l'histoire"), ("ar", "ما هي القصة"), ("ary", "chno l9issa"), ("en", "what story")],
)
def test_a_message_is_shown_with_what_it_could_mean_and_a_way_to_a_new_question(editor, language, text):
    write(missed(text, language=language, nearest=("cost_free", "out_of_scope")))
    shown = page(editor)
    assert text in shown
    assert f"&language={language}" in shown
    assert "/content/topics/new/?text=" in shown
    assert '<optgroup label="likely">' in shown
    assert shown.index('<option value="cost_free"') < shown.index('<optgroup label="all questions">')


def test_what_people_write_is_never_read_as_html(editor):
    write(missed("<script>alert(1)</script>"))
    assert "<script>alert" not in editor.get(INBOX).content.decode()


def test_only_one_language_and_kind_is_shown(editor):
    write(missed("en français"), missed("بالعربية", language="ar"), rated(False, text="pas clair", text_language="fr"))
    assert "بالعربية" not in page(editor, language="fr")
    assert "en français" not in page(editor, kind="unhelpful")
    assert "pas clair" in page(editor, kind="unhelpful")
    assert "en français" in page(editor, language="nonsense")


def test_many_groups_are_shown_in_pages(editor):
    words = [
        "avion",
        "bateau",
        "camion",
        "école",
        "fleuve",
        "guitare",
        "hôpital",
        "imprimante",
        "jardin",
        "kiosque",
        "lampe",
        "montagne",
    ]
    write(*(missed(word, person=f"web-{word}") for word in words))
    assert page(editor).count('class="group"') == 10
    assert page(editor, page=2).count('class="group"') == 2


def test_a_group_becomes_an_example(editor):
    write(missed("combien le billet"), missed("combien le billet ?", person="web-2"))
    answer = decide(editor, "example", keys=keys(), text="combien coûte le billet ?", language="fr", label="cost_free")
    assert said(answer) == ["success"]
    assert taught() == [{"label": "cost_free", "language": "fr", "text": "combien coûte le billet ?", "by": "edith"}]
    assert not Message.objects.exists()


def test_a_message_that_is_not_our_subject_becomes_an_example_of_that(editor):
    write(missed("qui a gagné le match"))
    decide(editor, "outside", keys=keys(), text="qui a gagné le match", language="fr", label="cost_free")
    assert taught()[0]["label"] == "out_of_scope"


def test_a_removed_message_is_gone_and_nothing_is_learned(editor):
    write(missed())
    assert said(decide(editor, "dismiss", keys=keys())) == ["success"]
    assert not Message.objects.exists()
    assert taught() == []


def test_after_a_step_the_editor_is_where_they_were(editor):
    write(missed())
    answer = decide(editor, "dismiss", "?language=fr&page=2", keys=keys())
    assert answer.redirect_chain[0][0] == f"{INBOX}?language=fr&page=2"


@pytest.mark.parametrize(
    "changes",
    [
        {"label": "nonsense"},
        {"label": "nlu_fallback"},
        {"label": ""},
        {"language": "es"},
        {"text": ""},
        {"text": "x" * 301},
        {"text": "call 0800 32 745"},
        {"text": "je suis […]"},
        {"keys": "1; DROP"},
        {"keys": "999999"},
        {"keys": ""},
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_is_lost(editor, changes):
    write(missed())
    values = {"keys": keys(), "text": "mon exemple", "language": "fr", "label": "cost_free", **changes}
    answer = decide(editor, "example", **values)
    assert said(answer) == ["error"]
    assert Message.objects.count() == 1
    assert taught() == []
    if values["keys"] == keys():
        assert f'value="{values["text"]}"' in unescape(answer.content.decode())


def test_a_step_that_does_not_exist_is_not_found(editor):
    assert decide(editor, "explode").status_code == 404


# --- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_figures_are_shown_in_the_language_of_the_reader(editor, language):
    from desk.conversations.record import title

    write(*[note()] * 4, rated(False))
    answer = editor.get(reverse("learning:figures"), headers={"Accept-Language": language})
    assert title("money_how_much", language) in unescape(answer.content.decode())
    assert answer.context["figures"].asked == 4


@pytest.mark.parametrize(("days", "wanted"), [("7", 7), ("365", 365), ("8", 30), ("x", 30), ("", 30)])
def test_another_period_can_be_chosen(editor, days, wanted):
    assert editor.get(reverse("learning:figures"), {"days": days}).context["days"] == wanted


def test_the_export_holds_counts_only_and_is_recorded(editor):
    write(*[note()] * 4, missed("mon secret"))
    Audit.objects.all().delete()
    text = editor.get(reverse("learning:export"), {"days": "7"}).content.decode()
    heading, often, rare = csv.reader(io.StringIO(text))
    assert heading[:5] == ["day", "programme", "language", "topic", "asked"]
    assert often[1:5] == ["morocco", "fr", "money_how_much", "4"]
    assert rare[1:5] == ["*", "*", "*", "1"]
    assert "secret" not in text
    assert list(Audit.objects.values_list("kind", "about")) == [("exported", "asked.csv")]
