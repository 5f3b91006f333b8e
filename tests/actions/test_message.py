import pytest

from actions.message import is_new_answer, read_message

LISTEN = {"event": "action", "name": "action_listen"}
USER = {"event": "user", "text": "oui"}


def action(name):
    return {"event": "action", "name": name}


def test_a_typed_message_keeps_its_text_and_what_it_was_understood_as(typed):
    said = read_message(typed("كم المبلغ؟", topic="money_how_much", confidence=0.8))
    assert (said.answer, said.text, said.intent) == (None, "كم المبلغ؟", "faq")
    assert (said.topic, said.confidence) == ("money_how_much", 0.8)
    assert said.normalised.startswith("كم المبلغ")


def test_another_intent_has_no_topic(typed):
    assert read_message(typed("bonjour", intent="greet")).topic is None


def test_a_tapped_answer_is_not_text(tapped):
    said = read_message(tapped("yes"))
    assert (said.answer, said.text, said.intent) == ("yes", "", "inform")


@pytest.mark.parametrize("message", [{}, {"text": None, "intent": None, "entities": []}])
def test_a_conversation_without_a_message_says_nothing(typed, message):
    tracker = typed()
    tracker.latest_message = message
    said = read_message(tracker)
    assert (said.answer, said.text, said.intent, said.confidence, said.topic) == (None, "", "", 0.0, None)


def test_a_tapped_answer_arrives_from_rasa(received):
    said = read_message(received('/inform{"answer": "yes"}'))
    assert (said.answer, said.intent, said.confidence) == ("yes", "inform", 1.0)


@pytest.mark.parametrize(
    "payload", ["/faq/money_how_much", "/check_eligibility", '/request_callback{"topic": "child_alone"}']
)
def test_a_button_that_arrives_from_rasa_is_not_text(received, payload):
    assert read_message(received(payload)).text == ""


def test_a_tapped_question_arrives_with_its_topic(received):
    assert read_message(received("/faq/money_how_much")).topic == "money_how_much"


@pytest.mark.parametrize(
    ("events", "is_new"),
    [
        ([LISTEN, USER], True),
        ([LISTEN, USER, action("form")], True),
        ([action("form"), LISTEN, USER], True),
        ([LISTEN, USER, action("action_eligibility_start")], False),
        ([LISTEN, USER, action("action_eligibility_start"), action("form")], False),
        ([LISTEN, USER, action("utter_faq")], False),
        ([], False),
    ],
)
def test_a_form_answers_only_what_was_just_written(typed, events, is_new):
    assert is_new_answer(typed("oui", events=events), "form") is is_new
