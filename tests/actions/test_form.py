import pytest

from actions.callback import ValidateCallbackForm
from actions.eligibility import PROTECTION, ValidateEligibilityForm
from actions.form import DONE, STOPPED, UNSAID
from desk.content.selectors import handover_topics

ASKED = [step.slot for step in ValidateEligibilityForm.steps]
KNOWN = {"programme": "morocco", "nationality": "GN", "situation": "no_papers", "own_wish": "yes"}


@pytest.fixture
def check(dispatcher):
    """Run the guided check on a conversation."""
    return lambda tracker: ValidateEligibilityForm().run(dispatcher, tracker, {})


def at(slot, **slots):
    return {**slots, "requested_slot": slot}


def is_interrupted(events):
    return [event["event"] for event in events] == ["action_execution_rejected"]


# --- answers -------------------------------------------------------------------------------------


async def test_the_form_starts_with_its_first_question(check, typed, changes):
    events = [{"event": "action", "name": "action_eligibility_start"}]
    assert changes(await check(typed("je veux savoir", events=events))) == {
        "programme": None,
        "requested_slot": "programme",
    }


async def test_a_known_place_is_not_asked_again(check, typed, changes):
    events = [{"event": "action", "name": "action_eligibility_start"}]
    found = changes(await check(typed("check", slots={"programme": "belgium"}, events=events)))
    assert found["requested_slot"] == "nationality"


async def test_a_tapped_answer_is_kept_and_the_next_question_asked(check, tapped, changes):
    found = changes(await check(tapped("morocco", slots=at("programme"))))
    assert (found["programme"], found["requested_slot"]) == ("morocco", "nationality")


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("programme", "au Maroc", "morocco"),
        ("programme", "فالمغرب", "morocco"),
        ("nationality", "je suis guinéen", "GN"),
        ("nationality", "من السنغال", "SN"),
        ("situation", "ma3ndich wra9", "no_papers"),
        ("situation", "j'attends l'asile", "asylum_pending"),
        ("own_wish", "c'est moi", "yes"),
        ("own_wish", "ana bghit", "yes"),
        ("age", "j'ai 25 ans", "adult"),
        ("health", "enceinte", "pregnant"),
        ("earlier_help", "jamais", "no"),
        ("detained", "لا", "no"),
    ],
)
async def test_a_written_answer_is_kept(check, typed, changes, slot, text, value):
    assert changes(await check(typed(text, slots=at(slot, programme="elsewhere"))))[slot] == value


@pytest.mark.parametrize("answer", ["DROP TABLE", "", "guilty", "yes_recent"])
async def test_a_tapped_answer_of_another_question_is_not_taken(check, tapped, changes, texts, answer):
    found = changes(await check(tapped(answer, slots=at("own_wish", **{**KNOWN, "own_wish": None}))))
    assert found == {"own_wish": None, "requested_slot": "own_wish"}
    assert texts() == ["utter_form_not_understood"]


async def test_what_a_statement_was_understood_as_is_an_answer(check, typed, changes):
    tracker = typed(
        "ma demande traîne depuis", topic="eligibility_asylum_pending", slots=at("situation", programme="belgium")
    )
    assert changes(await check(tracker))["situation"] == "asylum_pending"


async def test_only_children_are_asked_who_is_with_them(check, tapped, changes):
    assert changes(await check(tapped("minor", slots=at("age", **KNOWN))))["requested_slot"] == "company"
    assert changes(await check(tapped("adult", slots=at("age", **KNOWN))))["requested_slot"] == "children"


async def test_the_last_answer_ends_the_form(check, tapped, changes):
    slots = {**KNOWN, "age": "adult", "children": "no", "health": "none", "earlier_help": "no"}
    found = changes(await check(tapped("no", slots=at("detained", **slots))))
    assert (found["detained"], found["form_end"], found["requested_slot"]) == ("no", DONE, None)


@pytest.mark.parametrize("text", ["qsdfgh", "je comprends pas la question posée", "بلا بلا", "xx"])
async def test_an_answer_that_is_not_understood_is_asked_again(check, typed, changes, texts, text):
    found = changes(await check(typed(text, intent="nlu_fallback", slots=at("health", **KNOWN))))
    assert found == {"health": None, "requested_slot": "health"}
    assert texts() == ["utter_form_not_understood"]


async def test_not_understanding_is_not_taken_for_good_health(check, typed, changes):
    tracker = typed("je ne comprends rien du tout", intent="nlu_fallback", slots=at("health", **KNOWN))
    assert changes(await check(tracker))["health"] is None


# --- controls ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["pourquoi ?", "why do you ask", "لماذا", "علاش", "3lach"])
@pytest.mark.parametrize("slot", ["nationality", "situation", "age", "detained"])
async def test_why_explains_and_asks_again(check, typed, changes, texts, slot, text):
    assert changes(await check(typed(text, slots=at(slot, programme="morocco")))) == {
        slot: None,
        "requested_slot": slot,
    }
    assert texts() == [f"utter_why_{slot}"]


@pytest.mark.parametrize("slot", ASKED)
async def test_every_question_can_say_why(check, tapped, texts, slot, domain):
    await check(tapped("why", slots=at(slot)))
    (name,) = texts()
    assert name in domain["responses"]


@pytest.mark.parametrize("text", ["retour", "back", "رجوع", "rje3 lor"])
async def test_back_asks_the_question_before(check, typed, changes, text):
    slots = at("age", **KNOWN)
    assert changes(await check(typed(text, slots=slots))) == {"own_wish": None, "requested_slot": "own_wish"}


async def test_back_skips_questions_that_were_not_asked(check, tapped, changes):
    slots = at("children", **KNOWN, age="adult")
    assert changes(await check(tapped("back", slots=slots))) == {"age": None, "requested_slot": "age"}


async def test_back_at_the_first_question_says_so(check, tapped, changes, texts):
    assert changes(await check(tapped("back", slots=at("programme")))) == {
        "programme": None,
        "requested_slot": "programme",
    }
    assert texts() == ["utter_form_first"]


@pytest.mark.parametrize("text", ["je préfère ne pas dire", "skip", "لا أعرف", "ma3reftch"])
async def test_skip_leaves_a_question_unsaid(check, typed, changes, text):
    found = changes(await check(typed(text, slots=at("nationality", programme="morocco"))))
    assert (found["nationality"], found["requested_slot"]) == (UNSAID, "situation")


async def test_a_needed_question_cannot_be_skipped(check, tapped, changes, texts):
    found = changes(await check(tapped("skip", slots=at("programme"))))
    assert found == {"programme": None, "requested_slot": "programme"}
    assert texts() == ["utter_form_needed"]


@pytest.mark.parametrize("text", ["stop", "arrête", "توقف", "7bes", "safi"])
@pytest.mark.parametrize("slot", ["nationality", "detained"])
async def test_stop_ends_the_form(check, typed, changes, slot, text):
    assert changes(await check(typed(text, slots=at(slot, programme="morocco")))) == {
        "form_end": STOPPED,
        "requested_slot": None,
    }


# --- interruptions and danger --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("combien d'argent je reçois ?", {"topic": "money_how_much"}),
        ("كم المبلغ؟", {"topic": "money_how_much"}),
        ("ch7al kat3tiw", {"topic": "money_how_much"}),
        ("english please", {"intent": "choose_language"}),
        ("delete my data", {"intent": "erase_my_data"}),
        ("bonjour", {"intent": "greet"}),
    ],
)
async def test_another_wish_interrupts_the_form(check, typed, text, options):
    assert is_interrupted(await check(typed(text, slots=at("nationality", programme="morocco"), **options)))


async def test_an_unsure_prediction_does_not_interrupt(check, typed, texts):
    tracker = typed("hmm", topic="money_how_much", confidence=0.4, slots=at("health", **KNOWN))
    assert not is_interrupted(await check(tracker))
    assert texts() == ["utter_form_not_understood"]


async def test_a_question_with_a_word_of_an_answer_is_answered_first(check, typed):
    text = "est-ce que le Maroc donne de l'argent ?"
    assert is_interrupted(await check(typed(text, topic="money_how_much", slots=at("programme"))))


async def test_an_answer_is_not_an_interruption(check, typed, changes):
    tracker = typed("pas de papiers", topic="documents_no_passport", slots=at("situation", programme="morocco"))
    assert changes(await check(tracker))["situation"] == "no_papers"


@pytest.mark.parametrize("topic", sorted(handover_topics()))
async def test_danger_ends_the_check_with_its_topic(check, typed, changes, topic):
    tracker = typed(
        "ils vont me tuer si je rentre", topic=topic, confidence=0.4, slots=at("nationality", programme="morocco")
    )
    assert changes(await check(tracker)) == {"form_end": topic, "requested_slot": None}


@pytest.mark.parametrize(("answer", "topic"), PROTECTION.items())
async def test_an_answer_that_needs_protection_ends_the_check(check, tapped, changes, answer, topic):
    slot, value = answer
    assert changes(await check(tapped(value, slots=at(slot, **{**KNOWN, "own_wish": None}, age="minor")))) == {
        "form_end": topic,
        "requested_slot": None,
    }


@pytest.mark.parametrize("text", ["j'ai peur", "I am afraid", "خائف", "kankhaf"])
async def test_fear_in_words_needs_protection(check, typed, changes, text):
    tracker = typed(text, topic="safety_fear_persecution", slots=at("own_wish", programme="morocco"))
    assert changes(await check(tracker))["form_end"] == "safety_fear_persecution"


def test_every_protection_ends_with_a_handover_topic():
    assert set(PROTECTION.values()) <= handover_topics()


# --- the same rules in a form of free words --------------------------------------------------------


@pytest.fixture
def request_form(dispatcher):
    return lambda tracker: ValidateCallbackForm().run(dispatcher, tracker, {})


async def test_a_wish_is_not_taken_for_a_name(request_form, typed):
    slots = at("callback_name", programme="morocco", callback_consent="yes")
    tracker = typed("je veux annuler ma demande de rappel", intent="callback_cancel", slots=slots)
    assert is_interrupted(await request_form(tracker))


@pytest.mark.parametrize("text", ["stop", "توقف", "arrête"])
async def test_stop_is_not_taken_for_a_name(request_form, typed, changes, text):
    slots = at("callback_name", programme="morocco", callback_consent="yes")
    assert changes(await request_form(typed(text, slots=slots)))["form_end"] == STOPPED


@pytest.mark.parametrize("payload", ["/faq/money_how_much", "/callback_status", "/choose_language"])
async def test_a_tapped_button_is_not_taken_for_a_name(request_form, received, payload):
    tracker = received(payload, requested_slot="callback_name", programme="morocco", callback_consent="yes")
    assert is_interrupted(await request_form(tracker))


async def test_danger_makes_a_request_urgent_and_is_answered_first(request_form, typed, changes):
    slots = at("callback_name", programme="morocco", callback_consent="yes")
    events = await request_form(typed("ils vont me tuer demain matin", topic="safety_fear_persecution", slots=slots))
    assert changes(events) == {"callback_topic": "safety_fear_persecution"}
    assert events[-1]["event"] == "action_execution_rejected"
