"""The pages of facts: a value of each kind, source and dates, what is due, and which answers name it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.content.documents import FACT, fact_document
from desk.editing.models import Item, Version
from desk.editing.selectors import version_open
from desk.people.models import Staff
from desk.programmes.selectors import programmes
from tests.desk.editing.pages import PHONE, draft, fact_save, fact_values, said, take, words

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("content:facts"), reverse("content:fact_new")
KINDS = {
    "phone": "morocco.iom_phone",
    "short_number": "belgium.police",
    "url": "belgium.site",
    "address": "belgium.antwerp_desk",
    "hours": "belgium.hotline_hours",
    "money": "belgium.premium_adult",
    "duration": "morocco.wait",
    "places": "belgium.desk_cities",
    "count": "belgium.site_languages",
}


def page(key: str = PHONE) -> str:
    return reverse("content:fact", args=key.split("."))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("address", [LIST, NEW, reverse("content:programme", args=["belgium"]), page()])
def test_the_pages_are_in_the_language_of_the_reader(edith, address, language):
    shown = words(edith.get(address, headers={"Accept-Language": language}))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in shown


@pytest.mark.parametrize("programme", sorted(programmes()))
def test_the_page_of_a_programme_shows_each_fact_with_its_source_and_dates(edith, programme):
    shown = words(edith.get(reverse("content:programme", args=[programme])))
    for name, fact in programmes()[programme].facts.items():
        assert f'id="{name}"' in shown
        assert f'href="{fact.source}"' in shown


def test_a_value_is_shown_in_each_language_with_the_answers_that_name_it(edith):
    lines = {line.name: line for line in edith.get(reverse("content:programme", args=["belgium"])).context["lines"]}
    assert lines["desk_cities"].values["fr"].startswith("Bruxelles")
    assert lines["desk_cities"].values["ar"].startswith("بروكسل")
    assert "money_how_much" in [name for name, _title in lines["hotline"].titles]
    assert lines["hotline"].is_shown
    assert not lines["hotline_hours"].is_shown


def test_the_list_says_which_answers_ask_the_office_for_want_of_a_fact(edith):
    without = edith.get(LIST).context["without"]
    assert without["belgium.hotline_hours"]
    for reference in without:
        assert (
            not programmes()[reference.split(".")[0]].facts[reference.split(".")[1]].may_be_shown(timezone.localdate())
        )


@pytest.mark.parametrize("key", KINDS.values(), ids=KINDS)
def test_saving_without_a_change_keeps_the_value_of_every_kind(edith, key):
    assert said(fact_save(edith, key)) == ["success"]
    assert draft(FACT, key).document == {"note": "", **fact_document(key)}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("phone", {"value": "+212 5 37 65 28 81"}, "+212537652881"),
        ("count", {"value": "0"}, 0),
        ("money", {"amount": "250", "currency": "EUR"}, {"amount": 250, "currency": "EUR"}),
        ("duration", {"count": "3", "min": "", "max": "", "unit": "month"}, {"count": 3, "unit": "month"}),
        ("duration", {"count": "", "min": "2", "max": "4", "unit": "week"}, {"min": 2, "max": 4, "unit": "week"}),
        ("hours", {"days": ["monday"], "times": "9h-12h30"}, {"days": ["monday"], "times": ["09:00-12:30"]}),
    ],
)
def test_a_value_is_written_as_its_kind_wants_it(edith, kind, typed, value):
    assert said(fact_save(edith, KINDS[kind], **typed)) == ["success"]
    assert draft(FACT, KINDS[kind]).document["value"] == value


def test_a_place_is_added_with_its_name_in_each_language(edith):
    key, row = KINDS["places"], {"place_5_en": "Namur", "place_5_fr": "Namur", "place_5_ar": "نامور"}
    fact_save(edith, key, **row)
    document = draft(FACT, key).document
    assert document["value"][-1] == "Namur"
    assert document["names"]["Namur"] == {"fr": "Namur", "ar": "نامور"}
    assert document["names"]["Brussels"] == {"fr": "Bruxelles", "ar": "بروكسل"}


@pytest.mark.parametrize(
    ("kind", "typed", "field", "kept"),
    [
        ("phone", {"value": "call me"}, "value", "call me"),
        ("url", {"value": "nowhere at all"}, "value", "nowhere at all"),
        ("money", {"amount": "much"}, "amount", "much"),
        ("money", {"currency": "euro"}, "currency", "euro"),
        ("duration", {"count": "", "min": "9", "max": "3"}, "count", 'value="9"'),
        ("hours", {"times": "all day"}, "times", "all day"),
        ("places", {"place_0_ar": ""}, "place_0_ar", "Brussels"),
        ("phone", {"source": ""}, "source", "+212"),
        ("phone", {"source": "javascript:alert(1)"}, "source", "javascript:alert(1)"),
        ("phone", {"source_date": "last year"}, "source_date", "last year"),
        ("phone", {"checked_on": ""}, "checked_on", "+212"),
        ("phone", {"checked_on": "2999-01-01"}, "checked_on", "2999-01-01"),
        ("phone", {"review_by": ""}, "review_by", "+212"),
        ("phone", {"review_by": "2001-01-01"}, "review_by", "2001-01-01"),
        ("phone", {"status": "perhaps"}, "status", "+212"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(edith, kind, typed, field, kept):
    answer = fact_save(edith, KINDS[kind], **typed)
    errors = {**answer.context["form"].errors, **answer.context["value"].errors}
    assert list(errors) == [field]
    assert kept in words(answer)
    assert f'id="id_{field}_error"' in words(answer)
    assert not Version.objects.exists()


def test_of_two_who_save_a_fact_the_second_sees_the_difference_and_may_save_again(edith, karim):
    mine = fact_values(note="Ma note.")
    fact_save(karim, note="Sa note.")
    answer = edith.post(page(), mine, follow=True)
    shown = words(answer)
    assert said(answer) == ["error"]
    assert "Ma note.</textarea>" in shown
    assert "What karim saved" in shown
    assert "<del>Ma</del><ins>Sa</ins> note." in shown
    assert draft(FACT, PHONE).document["note"] == "Sa note."
    edith.post(page(), {**mine, "revision": answer.context["form"]["revision"].value()})
    assert draft(FACT, PHONE).document["note"] == "Ma note."


def test_a_new_fact_is_shown_to_nobody_until_it_is_written_reviewed_and_published(edith, karim):
    answer = edith.post(NEW, {"programme": "morocco", "kind": "money", "name": "test_amount"}, follow=True)
    assert answer.request["PATH_INFO"] == page("morocco.test_amount")
    assert "There is no value yet." in words(answer)
    version = draft(FACT, "morocco.test_amount")
    assert version.document["status"] == "unverified"
    assert said(take(edith, "ask", version)) == ["error"]
    today = timezone.localdate()
    about = {"source": "https://example.org/a", "source_date": "2026", "status": "verified"}
    days = {"checked_on": str(today), "review_by": str(today + timedelta(days=90))}
    answer = edith.post(page("morocco.test_amount"), {"revision": 1, "amount": 5, "currency": "MAD", **about, **days})
    assert answer.status_code == 302
    assert "New, not published yet" in words(edith.get(reverse("content:programme", args=["morocco"])))
    version = draft(FACT, "morocco.test_amount")
    assert said(take(edith, "ask", version)) == ["success"]
    take(karim, "approve", version)
    assert said(take(karim, "publish", version)) == ["success"]


@pytest.mark.parametrize("name", ["iom_phone", "IOM phone", "é", ""])
def test_a_name_that_cannot_be_is_refused(edith, name):
    answer = edith.post(NEW, {"programme": "morocco", "kind": "phone", "name": name})
    assert answer.context["form"].errors["name"]
    assert not Version.objects.exists()


def test_what_does_not_exist_is_not_found(edith):
    for address in (
        page("morocco.nothing"),
        page("atlantis.iom_phone"),
        reverse("content:programme", args=["atlantis"]),
    ):
        assert edith.get(address).status_code == 404


def test_a_fact_gets_an_owner_who_works_on_the_content(edith, account):
    owner, other = account("nora", Staff.Role.SUPERVISOR), account("amina", Staff.Role.COUNSELLOR)
    address = reverse("content:owner", args=PHONE.split("."))
    assert said(edith.post(address, {"owner": owner.pk}, follow=True)) == ["success"]
    assert Item.objects.get(key=PHONE).owner == owner
    assert "nora" in words(edith.get(reverse("content:programme", args=["morocco"])))
    assert said(edith.post(address, {"owner": other.pk}, follow=True)) == ["error"]
    edith.post(address, {"owner": ""})
    assert Item.objects.get(key=PHONE).owner is None


def test_typed_html_is_shown_as_text(edith, karim):
    evil = "<script>alert(1)</script>"
    fact_save(edith, KINDS["address"], value=evil, note=evil)
    take(edith, "ask", draft(FACT, KINDS["address"]), text=evil)
    for address in (page(KINDS["address"]), reverse("content:versions", args=[FACT, KINDS["address"]])):
        shown = karim.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;" in shown


def test_counsellors_have_no_way_in(editor):
    client = editor("amina", Staff.Role.COUNSELLOR)
    assert client.get(page()).status_code == 403
    assert fact_save(client).status_code == 403
    assert version_open(kind=FACT, key=PHONE) is None
