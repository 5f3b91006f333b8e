import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, SlotSet, UserUttered

from bot.channels.conversation import is_question, last_reply, open_question, replies_to
from bot.nlg import CatalogueNLG

AGE = "utter_ask_eligibility_form_age"
PHONE = "utter_ask_callback_form_callback_contact"
YES = {"title": "Oui", "payload": '/inform{"answer": "yes"}'}
ASK = {"title": "Une question", "payload": "/ask_question"}


def asked(text, message_id):
    return UserUttered(text, {"name": "greet", "confidence": 1.0}, message_id=message_id)


def said(text, *buttons, name="", **metadata):
    data = {"buttons": list(buttons)} if buttons else {}
    return BotUttered(text, data, {"utter_action": name, **metadata} if name else metadata)


# --- what was answered to a message -------------------------------------------------------------


def test_a_message_that_the_conversation_does_not_hold_has_no_replies(conversation):
    assert replies_to(conversation(asked("bonjour", "1"), said("Bonjour !")), "2") is None


def test_an_empty_conversation_holds_no_message(conversation):
    assert replies_to(conversation(), "1") is None


@pytest.mark.parametrize(
    "texts", [["Bonjour !"], ["مرحبا", "كيف يمكنني مساعدتك؟"], ["Hello!", "I can help.", "Ask me."]]
)
def test_all_replies_to_the_last_message_are_found_in_their_order(conversation, texts):
    tracker = conversation(asked("old", "1"), said("old answer"), asked("new", "2"), *map(said, texts))
    assert [reply["text"] for reply in replies_to(tracker, "2")] == texts


def test_a_message_without_a_reply_has_an_empty_list(conversation):
    assert replies_to(conversation(asked("bonjour", "1")), "1") == []


def test_a_reply_keeps_text_buttons_language_and_name(conversation):
    event = said("Vous avez quel âge ?", YES, name=AGE, language="fr", personal=True)
    (reply,) = replies_to(conversation(asked("oui", "1"), event), "1")
    assert reply == {
        "text": "Vous avez quel âge ?",
        "buttons": [YES],
        "language": "fr",
        "personal": True,
        "utter_action": AGE,
    }


def test_slots_and_forms_between_are_no_replies(conversation):
    events = asked("oui", "1"), ActiveLoop("eligibility_form"), SlotSet("age", "adult"), said("Merci.")
    assert [reply["text"] for reply in replies_to(conversation(*events), "1")] == ["Merci."]


def test_a_message_that_was_handled_twice_has_the_replies_of_the_second_time(conversation):
    tracker = conversation(asked("oui", "1"), said("first"), asked("oui", "1"), said("second"))
    assert [reply["text"] for reply in replies_to(tracker, "1")] == ["second"]


async def test_a_reply_of_the_catalogue_comes_back_as_it_was(conversation, domain):
    reply = await CatalogueNLG(None, domain).generate(PHONE, conversation(language="ar"), "telegram")
    metadata = {key: value for key, value in reply.items() if key not in ("text", "buttons")}
    event = BotUttered(reply["text"], {"buttons": reply["buttons"]}, {"utter_action": PHONE, **metadata})
    assert replies_to(conversation(asked("/request_callback", "1"), event), "1") == [{**reply, "utter_action": PHONE}]


# --- the last reply with buttons ----------------------------------------------------------------


def test_the_last_reply_with_buttons_is_found_behind_plain_ones(conversation):
    tracker = conversation(said("old", ASK), said("Quel âge ?", YES), said("Un moment."))
    assert last_reply(tracker)["text"] == "Quel âge ?"


@pytest.mark.parametrize("events", [[], [said("plain")]])
def test_without_buttons_there_is_no_last_reply(conversation, events):
    assert last_reply(conversation(*events)) is None


# --- the open question --------------------------------------------------------------------------


def test_the_question_of_an_active_form_is_open(conversation):
    tracker = conversation(ActiveLoop("eligibility_form"), said("Quel âge ?", YES, name=AGE))
    assert open_question(tracker) == AGE


def test_without_a_form_no_question_is_open(conversation):
    assert open_question(conversation(said("Quel âge ?", YES, name=AGE))) == ""


def test_when_the_form_was_left_no_question_is_open(conversation):
    events = ActiveLoop("eligibility_form"), said("Quel âge ?", YES, name=AGE), ActiveLoop(None)
    assert open_question(conversation(*events)) == ""


def test_an_answer_given_in_a_form_is_no_question(conversation):
    events = ActiveLoop("eligibility_form"), said("Quel âge ?", YES, name=AGE)
    tracker = conversation(*events, said("L'aide est gratuite.", ASK, name="utter_faq/cost_free"))
    assert open_question(tracker) == ""


def test_a_word_without_buttons_leaves_the_question_open(conversation):
    events = ActiveLoop("eligibility_form"), said("Quel âge ?", YES, name=AGE)
    assert open_question(conversation(*events, said("Je n'ai pas compris.", name="utter_form_unclear"))) == AGE


def test_a_form_that_has_not_asked_yet_has_no_open_question(conversation):
    assert open_question(conversation(ActiveLoop("callback_form"))) == ""


@pytest.mark.parametrize("name", [AGE, PHONE, "utter_ask_programme"])
def test_questions_of_forms_are_questions(name):
    assert is_question(name)


@pytest.mark.parametrize("name", ["utter_ask_question", "utter_menu", "utter_faq/cost_free", "utter_where", ""])
def test_other_responses_are_no_questions(name):
    assert not is_question(name)


def test_every_question_of_the_domain_belongs_to_a_form(domain):
    slots = {f"utter_ask_{form}_{slot}" for form in domain.form_names for slot in domain.required_slots_for_form(form)}
    bare = {f"utter_ask_{slot}" for form in domain.form_names for slot in domain.required_slots_for_form(form)}
    assert {name for name in domain.responses if is_question(name)} <= slots | bare
