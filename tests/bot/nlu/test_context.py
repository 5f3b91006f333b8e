import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered

from bot.nlu.context import pending_topic, was_asked
from desk.content.selectors import handover_topics


def asked(question, topic="money_how_much"):
    return BotUttered("?", metadata={"asked": question, "utter_action": f"utter_faq/{topic}"})


def said():
    return BotUttered("...", metadata={"utter_action": "utter_menu"})


def entities(message):
    return {item["entity"]: item["value"] for item in message.get("entities") or []}


def topic(message):
    return message.get("response_selector")["faq"]["response"]["intent_response_key"].removeprefix("faq/")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Belgium", "belgium"),
        ("Maroc", "morocco"),
        ("je suis au Maroc", "morocco"),
        ("بلجيكا", "belgium"),
        ("أنا في اليمن", "yemen"),
        ("f lmaghrib", "morocco"),
        ("belgiqe", "belgium"),
        ("Tanzanie", "tanzania"),
        ("ailleurs", "elsewhere"),
    ],
)
def test_the_answer_to_where_gives_the_place_and_returns_to_the_question(understand, conversation, text, place):
    message = understand(text, conversation(asked("place"), language="fr"))
    assert entities(message)["programme"] == place
    assert message.get("intent") == {"name": "faq", "confidence": 1.0}
    assert topic(message) == "money_how_much"


def test_another_question_after_where_is_answered_itself(understand, conversation):
    message = understand("j'ai perdu mon passeport", conversation(asked("place"), language="fr"))
    assert "programme" not in entities(message)
    assert topic(message) == "documents_no_passport"


def test_where_is_over_after_another_reply(understand, conversation):
    message = understand("Maroc", conversation(asked("place"), said(), language="fr"))
    assert "programme" not in entities(message)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I am in Belgium", "belgium"),
        ("je suis au Maroc", "morocco"),
        ("أنا في المغرب", "morocco"),
        ("ana f lmaghrib", "morocco"),
    ],
)
def test_the_place_in_a_statement_is_kept(understand, conversation, text, place):
    assert entities(understand(text, conversation(language="fr")))["programme"] == place


@pytest.mark.parametrize(
    "text",
    ["how much does Belgium give", "combien on donne en Belgique", "mon frère est au Maroc", "شحال كيعطيو فبلجيكا"],
)
def test_a_country_in_a_question_is_no_place(understand, conversation, text):
    assert "programme" not in entities(understand(text, conversation(language="fr")))


@pytest.mark.parametrize(
    "text",
    [
        "I am in Belgium and they want to kill me",
        "they want to kill me in Yemen",
        "سيقتلونني في اليمن",
        "ghadi y9tlouni f lmaghrib",
        "on me frappe au Maroc",
        *(
            pytest.param(text)
            for text in (
                "je suis au Maroc et on va me tuer",
                "on va me tuer au Maroc",
                "je suis en danger au Maroc",
                "I am in Morocco and I am afraid to go back",
                "الحوثيون يريدون قتلي في اليمن",
            )
        ),
    ],
)
def test_danger_is_answered_before_the_question_that_waits(understand, conversation, text):
    message = understand(text, conversation(asked("place"), language="fr"))
    assert topic(message) in handover_topics()


def test_in_a_form_the_form_reads_places(understand, conversation):
    tracker = conversation(asked("place"), ActiveLoop("eligibility_form"), language="fr")
    assert "programme" not in entities(understand("Maroc", tracker))


@pytest.mark.parametrize("text", ["english please", "بالعربية", "parle français"])
def test_a_request_for_a_language_is_an_intent_of_its_own(understand, conversation, text):
    message = understand(text, conversation(ActiveLoop("callback_form"), language="fr"))
    assert message.get("intent")["name"] == "choose_language"
    assert "language_choice" in entities(message)


@pytest.mark.parametrize("text", ["ok", "Aisha Diallo", "123", "salam"])
def test_an_unclear_first_message_asks_for_the_language_once(understand, conversation, text):
    assert understand(text, conversation()).get("intent")["name"] == "choose_language"
    assert understand(text, conversation(asked("language"))).get("intent")["name"] != "choose_language"


def test_a_clear_first_message_is_not_asked_for_the_language(understand, conversation):
    assert understand("combien d'argent vous donnez", conversation()).get("intent")["name"] == "faq"


def test_a_button_is_left_alone(understand, conversation):
    message = understand("/check_eligibility", conversation(), typed=False)
    assert message.get("intent")["name"] == "check_eligibility"


def test_the_waiting_topic_is_that_of_the_last_reply(conversation):
    assert pending_topic(conversation(asked("place", "cost_free"))) == "cost_free"
    assert pending_topic(conversation(asked("place"), said())) is None
    assert pending_topic(conversation()) is None


def test_a_question_asked_earlier_is_remembered(conversation):
    assert was_asked(conversation(asked("language"), said()), "language")
    assert not was_asked(conversation(asked("place")), "language")
