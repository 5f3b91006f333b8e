from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.content import i18n
from desk.programmes.schema import Fact
from desk.programmes.selectors import programmes

ISOLATE, END = "\u2066", "\u2069"
LANGUAGES = ("fr", "ar", "en")


def fact(kind, value, source_date="2024-05-02"):
    return Fact(
        kind=kind,
        value=value,
        source="https://example.org",
        source_date=source_date,
        checked_on=date(2026, 1, 1),
        review_by=date(2030, 1, 1),
        status="verified",
    )


def spaced(text):
    """With plain spaces, whatever kind Babel writes."""
    return " ".join(text.split())


def facts_where(condition):
    found = (
        (place, name) for place, data in programmes().items() for name, item in data.facts.items() if condition(item)
    )
    return next((f"{place}.{name}", programmes()[place].facts[name]) for place, name in found)


def shown(language, reference, today, style=""):
    place, name = reference.split(".")
    return f"{{{place}.{name}:{style}}}".format(**{place: i18n.Facts(language, today, place)})


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "lundi 9 mars, 15:30"), ("en", "Monday 9 March, 15:30"), ("ar", "الاثنين 9 مارس، 15:30")],
)
def test_a_moment_is_written_in_the_zone_it_carries(language, text):
    assert i18n.moment(language, datetime(2026, 3, 9, 15, 30, tzinfo=ZoneInfo("Africa/Casablanca"))) == text


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "5 janvier 2026"), ("en", "5 January 2026"), ("ar", "5 يناير 2026")]
)
def test_a_date_is_written_in_words(language, text):
    assert i18n.fact_value(language, fact("date", "2026-01-05")) == text


@pytest.mark.parametrize(
    ("language", "amount", "text"),
    [
        ("fr", {"amount": 1250, "currency": "EUR"}, "1 250 €"),
        ("en", {"amount": 1250, "currency": "EUR"}, "1,250 €"),
        ("ar", {"amount": 1250, "currency": "EUR"}, f"{ISOLATE}1,250 €{END}"),
        ("fr", {"amount": 5000, "currency": "MAD"}, "5 000 MAD"),
    ],
)
def test_an_amount_is_written_in_the_language(language, amount, text):
    assert spaced(i18n.fact_value(language, fact("money", amount))) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("number", "text"),
    [("+212537652881", "+212 5 37 65 28 81"), ("+3280032745", "0800 32 745"), ("+255712345678", "+255 712 345 678")],
)
def test_a_phone_is_grouped_and_a_service_number_is_as_dialled(language, number, text):
    written = i18n.fact_value(language, fact("phone", number))
    assert "".join(written.strip(ISOLATE + END).split()) == "".join(text.split())
    assert written.startswith(ISOLATE) == (language == "ar")


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("fr", 1, "1 jour"),
        ("fr", 2, "2 jours"),
        ("en", 1, "1 day"),
        ("en", 30, "30 days"),
        ("ar", 1, "يوم"),
        ("ar", 2, "يومان"),
        ("ar", 3, "3 أيام"),
        ("ar", 11, "11 يومًا"),
        ("ar", 100, "100 يوم"),
    ],
)
def test_a_duration_has_the_plural_of_its_number(language, count, text):
    assert spaced(i18n.fact_value(language, fact("duration", {"count": count, "unit": "day"}))) == text


@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week", "month", "year"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_duration_keeps_its_unit(language, unit):
    written = i18n.fact_value(language, fact("duration", {"count": 30, "unit": unit}))
    assert written.startswith("30")
    assert (
        len(
            {
                i18n.fact_value(language, fact("duration", {"count": 30, "unit": u}))
                for u in ("minute", "hour", "day", "week", "month", "year")
            }
        )
        == 6
    )


@pytest.mark.parametrize(("language", "text"), [("fr", "2–8 semaines"), ("en", "2–8 weeks")])
def test_a_range_names_its_unit_once(language, text):
    assert spaced(i18n.fact_value(language, fact("duration", {"min": 2, "max": 8, "unit": "week"}))) == text


def test_a_range_in_arabic_is_isolated_whole():
    written = i18n.fact_value("ar", fact("duration", {"min": 2, "max": 8, "unit": "week"}))
    assert f"{ISOLATE}2–8{END}" in written


@pytest.mark.parametrize(
    ("language", "days"), [("fr", "lundi et vendredi"), ("en", "Monday and Friday"), ("ar", "الاثنين والجمعة")]
)
def test_opening_hours_name_days_and_times(language, days):
    written = i18n.fact_value(
        language, fact("hours", {"days": ["monday", "friday"], "times": ["09:00-12:30", "13:30-16:00"]})
    )
    assert written.startswith(days)
    assert "09:00–12:30, 13:30–16:00" in written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+212537652881"),
        ("short_number", "19"),
        ("email", "a@example.org"),
        ("url", "https://example.org"),
        ("address", "Rue Montoyer 40, Brussels"),
        ("money", {"amount": 500, "currency": "EUR"}),
    ],
)
def test_latin_facts_are_isolated_in_arabic_only(kind, value):
    written = i18n.fact_value("ar", fact(kind, value))
    assert written.startswith(ISOLATE)
    assert written.endswith(END)
    assert ISOLATE not in i18n.fact_value("fr", fact(kind, value)) + i18n.fact_value("en", fact(kind, value))


def test_places_are_translated_and_joined():
    places = fact("places", ["Brussels", "Ghent"])
    assert [i18n.fact_value(language, places) for language in LANGUAGES] == [
        "Bruxelles et Gand",
        "بروكسل وغنت",
        "Brussels and Ghent",
    ]


@pytest.mark.parametrize(
    ("source_date", "texts"),
    [
        ("2024-05-02", ("mai 2024", "مايو 2024", "May 2024")),
        ("2024-05", ("mai 2024", "مايو 2024", "May 2024")),
        ("2022", ("2022", "2022", "2022")),
    ],
)
def test_the_date_of_a_fact_is_as_exact_as_its_source(source_date, texts):
    assert tuple(i18n.fact_date(language, fact("count", 1, source_date)) for language in LANGUAGES) == texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_undated_fact_sends_to_the_office(language):
    assert i18n.fact_date(language, fact("count", 1, "undated")) == i18n.translate(language, i18n.FACT_UNKNOWN)


def test_ask_the_office_is_translated():
    assert len({i18n.translate(language, i18n.FACT_UNKNOWN) for language in LANGUAGES}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verified_fact_is_shown_until_its_review_date_and_not_after(language):
    reference, known = facts_where(lambda item: item.status == "verified" and item.kind == "short_number")
    assert known.value in shown(language, reference, known.review_by)
    after = shown(language, reference, known.review_by + timedelta(days=1))
    assert after == i18n.translate(language, i18n.FACT_UNKNOWN)


@pytest.mark.parametrize("status", ["conflicting", "unverified"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_that_is_not_verified_is_not_shown(language, status):
    reference, known = facts_where(lambda item: item.status == status)
    assert shown(language, reference, known.checked_on) == i18n.translate(language, i18n.FACT_UNKNOWN)


def test_the_date_style_shows_when_a_fact_was_true():
    reference, known = facts_where(lambda item: item.status == "verified" and item.source_date.startswith("20"))
    assert known.source_date[:4] in shown("en", reference, known.checked_on, "date")


def test_a_text_without_translation_stays_english():
    assert i18n.translate("ar", "a text that no catalogue has") == "a text that no catalogue has"


def test_weekdays_are_named_in_the_language():
    assert [i18n.weekday(language, "sunday") for language in LANGUAGES] == ["dimanche", "الأحد", "Sunday"]


# --- signs between words ------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "colon"), [("fr", "\u00a0: "), ("en", ": "), ("ar", ": ")])
def test_a_colon_has_the_spaces_of_its_language(language, colon):
    assert i18n.colon(language) == colon


@pytest.mark.parametrize(("language", "comma"), [("fr", ", "), ("en", ", "), ("ar", "، ")])
def test_a_comma_is_that_of_its_language(language, comma):
    assert i18n.comma(language) == comma


def test_opening_hours_have_the_colon_of_their_language():
    hours = fact("hours", {"days": ["monday"], "times": ["09:00-12:30"]})
    assert i18n.fact_value("fr", hours).startswith(f"lundi{i18n.colon('fr')}")


@pytest.mark.parametrize(("language", "text"), [("fr", "a, b et c"), ("en", "a, b and c"), ("ar", "a وb وc")])
def test_a_list_is_joined_in_words(language, text):
    assert i18n.join(language, iter("abc")).replace("،", "").replace(", and", " and") == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("items", "text"), [([], ""), (["Rabat"], "Rabat")])
def test_a_list_of_one_or_none_needs_no_words(language, items, text):
    assert i18n.join(language, items) == text


# --- phones -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["+212537652881", "+3280032745", "+967712345678"])
def test_a_phone_is_never_cut_in_two_lines(language, number):
    assert " " not in i18n.phone(language, number)


@pytest.mark.parametrize("number", ["+212537652881", "+3280032745"])
def test_a_phone_in_arabic_stays_left_to_right(number):
    written = i18n.phone("ar", number)
    assert (written[0], written[-1]) == (ISOLATE, END)


# --- translations -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_text_stays_empty(language):
    assert i18n.translate(language, "") == "", "gettext would give the header of the catalogue"


@pytest.mark.parametrize("text", ["Ask a question", "Talk to a person"])
def test_the_source_language_is_the_text_itself(text):
    assert i18n.translate("en", text) == text
    assert len({i18n.translate(language, text) for language in LANGUAGES}) == 3


def test_a_language_is_named_in_itself():
    assert [i18n.language_name(language) for language in LANGUAGES] == ["Français", "العربية", "English"]
