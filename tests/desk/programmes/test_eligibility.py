"""The guided check: people and what they are told."""

from itertools import product

import pytest

from desk.programmes.eligibility import CAUTION, Assessment, assess
from desk.programmes.schema import SLOTS, Rule
from desk.programmes.selectors import programme_get, programmes

OLD_EU = ("AT", "DE", "DK", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT", "SE")
NEW_EU = ("BG", "CY", "CZ", "EE", "HR", "HU", "LT", "LV", "MT", "PL", "RO", "SI", "SK")
SITUATIONS = ("no_papers", "permit", "asylum_pending", "asylum_refused", "refugee", "order_to_leave")
# nationality, situation, own_wish, age, children, health, earlier_help ("-": not said); result; ids of the rules that gave the reasons.
PERSONAS = {
    "morocco": [
        ("CI no_papers yes adult no none no", "likely", "wants_to_return"),
        ("GN permit yes adult no none no", "likely", "wants_to_return"),
        ("SN asylum_refused yes adult no none no", "likely", "wants_to_return"),
        ("ML order_to_leave yes adult no none no", "likely", "wants_to_return"),
        ("CM asylum_pending yes adult no none no", "perhaps", "asylum_or_refugee"),
        ("SY refugee yes adult no none no", "perhaps", "asylum_or_refugee return_may_not_be_organised"),
        ("CI no_papers unsure adult no none no", "perhaps", "not_sure"),
        ("CI no_papers yes adult yes none no", "likely", "wants_to_return children_first"),
        ("NG no_papers yes adult no ill no", "likely", "wants_to_return ill_first"),
        ("CG no_papers yes adult no pregnant no", "likely", "wants_to_return pregnant"),
        ("CI permit yes adult yes ill no", "likely", "wants_to_return children_first ill_first"),
        ("GN no_papers yes adult no none yes_recent", "perhaps", "earlier_help wants_to_return"),
        ("GN no_papers yes adult no none yes_long_ago", "perhaps", "earlier_help wants_to_return"),
        ("YE no_papers yes adult no none no", "perhaps", "return_may_not_be_organised wants_to_return"),
        ("LY permit yes adult yes none no", "perhaps", "return_may_not_be_organised wants_to_return children_first"),
        ("MA no_papers yes adult no none no", "unlikely", "own_country wants_to_return"),
        ("ML no_papers yes minor_with_family - none no", "perhaps", "child_with_family wants_to_return"),
        ("- - - - - - -", "perhaps", ""),
        ("CI - yes adult no none no", "perhaps", ""),
        ("CI no_papers - adult no none no", "perhaps", ""),
        ("CI - - adult yes ill no", "perhaps", ""),
        ("- no_papers yes - - - -", "likely", "wants_to_return"),
        (
            "CM asylum_pending yes adult yes pregnant yes_recent",
            "perhaps",
            "asylum_or_refugee earlier_help children_first pregnant",
        ),
        ("LY - unsure adult no none no", "perhaps", "not_sure return_may_not_be_organised"),
        (
            "MA refugee unsure minor_with_family - ill yes_long_ago",
            "unlikely",
            "own_country asylum_or_refugee earlier_help not_sure child_with_family",
        ),
    ],
    "belgium": [
        ("CM no_papers yes adult no none no", "likely", "no_papers"),
        ("GN asylum_pending yes adult no none no", "likely", "asylum_pending"),
        ("AF asylum_refused yes adult no none no", "likely", "asylum_refused"),
        ("CD order_to_leave yes adult no none no", "likely", "order_to_leave"),
        ("TR permit yes adult no none no", "perhaps", "permit_or_protection"),
        ("ER refugee yes adult no none no", "perhaps", "permit_or_protection"),
        ("GN no_papers yes adult no none yes_recent", "unlikely", "earlier_help_recent no_papers"),
        ("GN no_papers yes adult no none yes_long_ago", "perhaps", "earlier_help_long_ago no_papers"),
        ("FR no_papers yes adult no none no", "unlikely", "old_eu_states no_papers"),
        ("GB no_papers yes adult no none no", "unlikely", "united_kingdom no_papers"),
        ("BE permit yes adult no none no", "unlikely", "belgian permit_or_protection"),
        ("RO no_papers yes adult no none no", "perhaps", "little_help no_papers"),
        ("XK order_to_leave yes adult no none no", "perhaps", "little_help order_to_leave"),
        ("BR no_papers yes adult yes none no", "perhaps", "brazil_moldova no_papers children"),
        ("MD asylum_refused yes adult no none no", "perhaps", "brazil_moldova asylum_refused"),
        ("SY asylum_pending yes adult no none no", "perhaps", "syria asylum_pending"),
        ("GN no_papers yes adult yes ill no", "likely", "no_papers children ill_or_pregnant"),
        ("SO asylum_pending yes adult no pregnant no", "likely", "asylum_pending ill_or_pregnant"),
        ("MA no_papers unsure adult no none no", "perhaps", "not_sure"),
        ("YE asylum_refused yes adult no none no", "perhaps", "return_may_not_be_organised asylum_refused"),
        ("LY no_papers yes adult no none no", "perhaps", "return_may_not_be_organised no_papers"),
        ("SO asylum_pending yes minor_with_family - none no", "perhaps", "child_with_family asylum_pending"),
        ("- - - - - - -", "perhaps", ""),
        ("GN - yes adult yes none no", "perhaps", ""),
        ("GN no_papers - adult yes ill no", "perhaps", ""),
        ("PT - - - - - -", "unlikely", "old_eu_states"),
        ("- - - - - - yes_recent", "unlikely", "earlier_help_recent"),
        (
            "SY refugee unsure adult no none yes_recent",
            "unlikely",
            "earlier_help_recent permit_or_protection syria not_sure",
        ),
    ],
    "tanzania": [
        ("ET no_papers yes adult no none no", "perhaps", "little_known ethiopia"),
        ("ET no_papers yes adult yes ill no", "perhaps", "little_known ethiopia"),
        ("BI refugee yes adult no none no", "perhaps", "little_known asylum_or_refugee"),
        ("KE permit yes adult no none no", "perhaps", "little_known"),
        ("TZ no_papers yes adult no none no", "unlikely", "own_country little_known"),
        ("YE no_papers yes adult no none no", "perhaps", "little_known return_may_not_be_organised"),
        ("SO no_papers unsure adult no none no", "perhaps", "little_known not_sure"),
        (
            "ET asylum_pending yes minor_with_family - none no",
            "perhaps",
            "little_known ethiopia asylum_or_refugee child_with_family",
        ),
        ("CD order_to_leave yes adult no none yes_recent", "perhaps", "little_known"),
        ("- - - - - - -", "perhaps", "little_known"),
    ],
    "yemen": [
        ("ET no_papers yes adult no none no", "perhaps", "flights_stop ethiopia"),
        (
            "SO refugee yes adult no none no",
            "perhaps",
            "flights_stop somali_refugees other_nationality asylum_or_refugee",
        ),
        ("SO no_papers yes adult yes none no", "perhaps", "flights_stop other_nationality"),
        ("YE permit yes adult no none no", "unlikely", "own_country flights_stop"),
        ("SY no_papers yes adult no none no", "perhaps", "flights_stop other_nationality return_may_not_be_organised"),
        ("SS no_papers yes adult no ill no", "perhaps", "flights_stop other_nationality return_may_not_be_organised"),
        (
            "ER asylum_pending unsure adult no none no",
            "perhaps",
            "flights_stop other_nationality asylum_or_refugee not_sure",
        ),
        ("ET no_papers yes minor_with_family - none no", "perhaps", "flights_stop ethiopia child_with_family"),
        ("- no_papers yes adult no none no", "perhaps", "flights_stop"),
        ("- - - - - - -", "perhaps", "flights_stop"),
    ],
    "elsewhere": [
        ("SN no_papers yes adult no none no", "perhaps", "unknown_country"),
        ("FR permit yes adult yes ill yes_recent", "perhaps", "unknown_country"),
        ("SY refugee yes adult no none no", "perhaps", "unknown_country asylum_or_refugee return_may_not_be_organised"),
        ("GN asylum_pending yes adult no none no", "perhaps", "unknown_country asylum_or_refugee"),
        ("GN no_papers unsure adult no none no", "perhaps", "unknown_country not_sure"),
        ("CM no_papers yes minor_with_family - none no", "perhaps", "unknown_country child_with_family"),
        ("YE no_papers yes adult no none no", "perhaps", "unknown_country return_may_not_be_organised"),
        ("KP no_papers yes adult no none no", "perhaps", "unknown_country return_may_not_be_organised"),
        ("- - - - - - -", "perhaps", "unknown_country"),
    ],
}
TABLE = [(place, *row) for place, rows in PERSONAS.items() for row in rows]
GRID = {
    "nationality": ("CI", "ET", "unsaid"),
    "situation": (*SITUATIONS, "unsaid", None),
    "own_wish": ("yes", "unsure", "unsaid", None),
    "age": ("adult", "minor_with_family", "unsaid"),
    "children": ("yes", "no", "unsaid"),
    "health": ("pregnant", "ill", "none", "unsaid"),
    "earlier_help": ("no", "yes_recent", "yes_long_ago", "unsaid"),
}


def answers(words: str, unsaid: str | None = "unsaid") -> dict[str, str | None]:
    return {slot: unsaid if word == "-" else word for slot, word in zip(SLOTS, words.split(), strict=True)}


def grid(**fixed: str | None) -> list[dict[str, str | None]]:
    choices = [(fixed[slot],) if slot in fixed else GRID[slot] for slot in SLOTS]
    return [dict(zip(SLOTS, values, strict=True)) for values in product(*choices)]


def caution(place: str, said: dict[str, str | None]) -> int:
    return CAUTION.index(assess(programme_get(place), said).result)


def reasons(place: str, ids: str) -> tuple[str, ...]:
    known = {rule.id: rule.reason for rule in programme_get(place).eligibility}
    return tuple(known[name] for name in ids.split())


def rule(result: str, **when: list[str]) -> Rule:
    return Rule(
        id=f"new_{result}", when=when, result=result, reason="A new rule.", next="Ask.", source="https://example.org"
    )


def test_the_table_holds_enough_people_of_every_place():
    assert len(TABLE) >= 60
    assert set(PERSONAS) == set(programmes())


@pytest.mark.parametrize(("place", "words", "result", "ids"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_a_person_is_told_the_result_and_all_its_reasons(place, words, result, ids):
    assessment = assess(programme_get(place), answers(words))
    assert assessment.result == result
    assert assessment.reasons == reasons(place, ids)


@pytest.mark.parametrize(("place", "words"), [row[:2] for row in TABLE if "-" in row[1]])
@pytest.mark.parametrize("unsaid", [None, "missing"])
def test_unsaid_none_and_missing_are_the_same(place, words, unsaid):
    said = answers(words, unsaid=None)
    if unsaid == "missing":
        said = {slot: value for slot, value in said.items() if value is not None}
    assert assess(programme_get(place), said) == assess(programme_get(place), answers(words))


@pytest.mark.parametrize(
    ("place", "words", "reason", "next_step"),
    [
        ("morocco", "CI no_papers yes adult no none no", "IOM", "not certain"),
        ("morocco", "CM asylum_pending yes adult no none no", "UNHCR", "{morocco.unhcr_phone}"),
        ("morocco", "SY refugee yes adult no none no", "protection", "UNHCR"),
        ("belgium", "CD order_to_leave yes adult no none no", "order to leave", "{belgium.hotline}"),
        ("belgium", "AF asylum_refused yes adult no none no", "asylum", "lawyer"),
        ("belgium", "GN no_papers yes adult no none yes_recent", "{belgium.earlier_help_wait}", "counsellor"),
        ("belgium", "SY asylum_pending yes adult no none no", "entry ban", "lawyer"),
        ("belgium", "BR no_papers yes adult no none no", "ended", "{belgium.hotline}"),
        ("tanzania", "BI refugee yes adult no none no", "protection", "UNHCR"),
        ("yemen", "ET no_papers yes adult no none no", "flights", "counsellor"),
        ("yemen", "SO refugee yes adult no none no", "Somalia", "{yemen.unhcr_cities}"),
        ("elsewhere", "SY refugee yes adult no none no", "protection", "{elsewhere.unhcr_site}"),
    ],
)
def test_reasons_and_next_steps_name_what_matters(place, words, reason, next_step):
    assessment = assess(programme_get(place), answers(words))
    assert any(reason in text for text in assessment.reasons)
    assert any(next_step in text for text in assessment.next_steps)


@pytest.mark.parametrize("country", OLD_EU)
def test_citizens_of_old_eu_states_are_told_unlikely_in_belgium(country):
    assert assess(programme_get("belgium"), answers(f"{country} no_papers yes adult no none no")).result == "unlikely"


@pytest.mark.parametrize("country", NEW_EU)
def test_citizens_of_newer_eu_states_are_told_of_little_help_in_belgium(country):
    assessment = assess(programme_get("belgium"), answers(f"{country} no_papers yes adult no none no"))
    assert (assessment.result, assessment.reasons[0]) == ("perhaps", *reasons("belgium", "little_help"))


@pytest.mark.parametrize("place", ["tanzania", "yemen", "elsewhere"])
def test_nothing_is_likely_where_little_is_known(place):
    assert {assess(programme_get(place), said).result for said in grid()} == {"perhaps"}


@pytest.mark.parametrize("place", PERSONAS)
@pytest.mark.parametrize(
    ("slot", "unsaid"), [("situation", "unsaid"), ("situation", None), ("own_wish", "unsaid"), ("own_wish", None)]
)
def test_without_situation_or_wish_nothing_is_likely(place, slot, unsaid):
    assert "likely" not in {assess(programme_get(place), said).result for said in grid(**{slot: unsaid})}


@pytest.mark.parametrize("place", ["morocco", "belgium"])
def test_likely_is_told_to_nobody_who_is_not_sure(place):
    results = {assess(programme_get(place), said).result for said in grid(own_wish="unsure")}
    assert results
    assert "likely" not in results


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(
            place,
        )
        if place in ("morocco", "belgium")
        else place
        for place in PERSONAS
    ],
)
@pytest.mark.parametrize("wish", ["pushed", "afraid"])
def test_likely_is_told_to_nobody_who_is_pushed_or_afraid(place, wish):
    assert "likely" not in {assess(programme_get(place), said).result for said in grid(own_wish=wish)}


@pytest.mark.parametrize("nationality", ["LY", "YE", "SY", "SS", "PS", "KP"])
def test_nobody_is_told_likely_in_morocco_for_a_country_where_returns_may_not_be_organised(nationality):
    assert assess(programme_get("morocco"), answers(f"{nationality} no_papers yes adult no none no")).result != "likely"


@pytest.mark.parametrize("place", PERSONAS)
@pytest.mark.parametrize(
    ("slot", "before", "after"),
    [
        ("own_wish", "yes", "unsure"),
        ("own_wish", "unsaid", "unsure"),
        ("age", "adult", "minor_with_family"),
        ("age", "unsaid", "minor_with_family"),
        ("earlier_help", "no", "yes_long_ago"),
        ("earlier_help", "no", "yes_recent"),
        ("earlier_help", "unsaid", "yes_recent"),
        ("nationality", "CI", "YE"),
        ("nationality", "CI", "MA"),
        ("nationality", "unsaid", "LY"),
        ("situation", "no_papers", "refugee"),
        ("situation", "order_to_leave", "refugee"),
    ],
)
def test_a_more_cautious_answer_never_makes_the_result_more_hopeful(place, slot, before, after):
    worse = [said for said in grid(**{slot: before}) if caution(place, {**said, slot: after}) < caution(place, said)]
    assert worse == []


@pytest.mark.parametrize(("place", "words"), [row[:2] for row in TABLE])
@pytest.mark.parametrize("result", ["perhaps", "unlikely"])
def test_adding_a_caution_never_makes_the_result_more_hopeful(place, words, result):
    programme, said = programme_get(place), answers(words)
    more = programme.copy(update={"eligibility": [*programme.eligibility, rule(result)]})
    before, after = assess(programme, said), assess(more, said)
    assert CAUTION.index(after.result) == max(CAUTION.index(before.result), CAUTION.index(result))
    assert set(before.reasons) < set(after.reasons)


def test_the_reason_of_the_result_comes_first():
    programme = programme_get("elsewhere").copy(
        update={"eligibility": [rule("likely"), rule("unlikely"), rule("perhaps")]}
    )
    distinct = [each.copy(update={"reason": each.id}) for each in programme.eligibility]
    assessment = assess(programme.copy(update={"eligibility": distinct}), {})
    assert assessment.reasons == ("new_unlikely", "new_perhaps", "new_likely")


def test_the_same_words_are_said_once():
    twice = programme_get("elsewhere").copy(
        update={"eligibility": [rule("perhaps"), rule("perhaps", own_wish=["yes"])]}
    )
    assert assess(twice, {"own_wish": "yes"}) == Assessment("perhaps", ("A new rule.",), ("Ask.",))


def test_without_rules_the_result_is_perhaps():
    assert assess(
        programme_get("morocco").copy(update={"eligibility": []}), answers("CI no_papers yes adult no none no")
    ) == Assessment("perhaps", (), ())
