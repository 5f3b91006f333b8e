import pytest

from actions.eligibility import (
    FORM_SLOTS,
    ActionEligibilityResult,
    ActionEligibilityStart,
    read_age,
    read_children,
)
from actions.form import DONE, STOPPED
from desk.content.selectors import handover_topics


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17", "minor"),
        ("I am 17", "minor"),
        ("عمري ١٦", "minor"),
        ("not yet 18", "minor"),
        ("I am not yet 18 years old", "minor"),
        ("under 18", "minor"),
        ("pas encore 18 ans", "minor"),
        ("moins de 18 ans", "minor"),
        ("أقل من 18", "minor"),
        ("ما كملت 18", "minor"),
        ("ma kmlt 18", "minor"),
        ("mineur", "minor"),
        ("قاصر", "minor"),
        ("18", "adult"),
        ("j'ai 25 ans", "adult"),
        ("عندي ٢٢ سنة", "adult"),
        ("3andi 20 3am", "adult"),
        ("older than 18", "adult"),
        ("j'ai plus de 18 ans", "adult"),
        ("majeur", "adult"),
        ("بالغ", "adult"),
    ],
)
def test_ages_are_read_in_words_and_digits(text, value):
    assert read_age(text).value == value


@pytest.mark.parametrize("text", ["0", "130", "950", "17 or 18", "I am 17 and my brother is 20", "", "bonjour"])
def test_what_gives_no_single_age_is_asked_again(text):
    assert read_age(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text)
        for text in ("almost 18", "bientôt 18 ans", "I will be 18 soon", "I turn 18 next year", "presque 18")
    ],
)
def test_almost_eighteen_is_not_adult(text):
    found = read_age(text)
    assert found is None or found.value == "minor"


@pytest.mark.parametrize("text", ["seventeen", "dix-sept ans", "سبعة عشر"])
def test_ages_up_to_seventeen_are_read_spelled_out(text):
    found = read_age(text)
    assert found is not None
    assert found.value == "minor"


@pytest.mark.parametrize(
    "text",
    [
        "vingt-cinq ans",
        "twenty-seven",
        "خمسة وعشرين عاما",
    ],
)
def test_ages_above_seventeen_spelled_out_are_asked_again(text):
    assert read_age(text) is None


def test_no_one_is_999_years_old():
    assert read_age("999") is None


def test_a_number_of_children_is_no_age():
    assert read_age("I have 2 children") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("oui deux", "yes"),
        ("mes enfants", "yes"),
        ("my daughter", "yes"),
        ("عندي ابنتي", "yes"),
        ("wladi", "yes"),
        ("no", "no"),
        ("pas d'enfants", "no"),
        ("I have no children", "no"),
        ("ليس لدي أطفال", "no"),
        ("ma3ndich wlad", "no"),
    ],
)
def test_children_are_read(text, value):
    assert read_children(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my two daughters", "yes"),
        ("I have two children", "yes"),
        ("j'ai deux filles", "yes"),
        ("عندي ولدين", "yes"),
        ("I don't have children", "no"),
    ],
)
def test_children_in_other_words_are_read(text, value):
    found = read_children(text)
    assert found is not None
    assert found.value == value


# --- start and result ----------------------------------------------------------------------------


async def test_a_new_check_forgets_the_last_one_but_not_the_place(dispatcher, typed, texts, changes):
    slots = changes(await ActionEligibilityStart().run(dispatcher, typed("check"), {}))
    assert set(slots) == {*FORM_SLOTS, "form_end"}
    assert set(slots.values()) == {None}
    assert texts() == ["utter_check_intro"]


async def test_a_check_that_runs_is_not_started_again(dispatcher, typed, texts):
    assert await ActionEligibilityStart().run(dispatcher, typed("check", form="eligibility_form"), {}) == []
    assert texts() == []


@pytest.mark.parametrize("topic", sorted(handover_topics()))
async def test_a_protection_case_gets_its_safe_text_and_no_result(dispatcher, typed, texts, changes, topic):
    events = await ActionEligibilityResult().run(dispatcher, typed(slots={"form_end": topic}), {})
    assert texts() == [f"utter_faq/{topic}"]
    assert changes(events) == {"form_end": None}


async def test_a_stopped_check_says_so(dispatcher, typed, texts):
    await ActionEligibilityResult().run(dispatcher, typed(slots={"form_end": STOPPED}), {})
    assert texts() == ["utter_form_stopped"]


@pytest.mark.parametrize(
    ("slots", "response"),
    [
        (
            {"programme": "belgium", "situation": "no_papers", "own_wish": "yes", "nationality": "GN"},
            "utter_check_likely",
        ),
        (
            {"programme": "belgium", "situation": "no_papers", "own_wish": "yes", "earlier_help": "yes_recent"},
            "utter_check_unlikely",
        ),
        ({"programme": "belgium", "situation": "no_papers", "own_wish": "unsure"}, "utter_check_perhaps"),
        ({"programme": "elsewhere"}, "utter_check_perhaps"),
        ({"programme": None}, "utter_check_perhaps"),
    ],
)
async def test_the_result_is_the_most_cautious_with_reasons_and_next_steps(dispatcher, typed, texts, slots, response):
    known = {slot: None for slot in FORM_SLOTS} | slots
    await ActionEligibilityResult().run(dispatcher, typed(slots={**known, "form_end": DONE}), {})
    assert texts() == [response]
    (message,) = dispatcher.messages
    assert message["reasons"]
    assert message["next_steps"]


async def test_a_child_with_family_is_never_likely_without_a_counsellor(dispatcher, typed, texts):
    slots = {slot: None for slot in FORM_SLOTS} | {"situation": "no_papers", "own_wish": "yes", "age": "minor"}
    await ActionEligibilityResult().run(
        dispatcher, typed(slots={**slots, "programme": "belgium", "form_end": DONE}), {}
    )
    assert texts() == ["utter_check_perhaps"]


@pytest.mark.parametrize("text", ["soixante-dix-sept ans", "quatre-vingt-quinze ans"])
def test_a_number_that_ends_like_a_childs_age_is_no_childs_age(text):
    assert read_age(text).value == "adult"
