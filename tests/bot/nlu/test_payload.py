import pytest

from bot.nlu.payload import COMMANDS, is_button
from bot.topics import topic_of


def entities(message):
    return {item["entity"]: item["value"] for item in message.get("entities") or []}


@pytest.mark.parametrize(
    ("payload", "intent", "values"),
    [
        ("/check_eligibility", "check_eligibility", {}),
        ('/inform{"answer": "yes"}', "inform", {"answer": "yes"}),
        ('/choose_language{"language_choice": "ar"}', "choose_language", {"language_choice": "ar"}),
        ('/request_callback{"topic": "child_alone"}', "request_callback", {"topic": "child_alone"}),
        ('/erase_my_data{"answer": "yes"}', "erase_my_data", {"answer": "yes"}),
    ],
)
def test_a_button_says_what_it_means(read, payload, intent, values):
    message = read(payload, typed=False)
    assert message.get("intent") == {"name": intent, "confidence": 1.0}
    assert entities(message) == values
    assert is_button(message)


def test_a_button_of_a_question_names_its_topic_and_place(read):
    message = read('/faq/money_how_much{"programme": "belgium"}', typed=False)
    assert message.get("intent")["name"] == "faq"
    assert message.get("response_selector")["faq"]["response"]["intent_response_key"] == "faq/money_how_much"
    assert entities(message) == {"programme": "belgium"}


def test_a_button_of_a_question_that_is_gone_asks_for_a_question(read):
    message = read("/faq/topic_that_is_gone", typed=False)
    assert message.get("intent")["name"] == "ask_question"
    assert topic_of(message.data) is None


@pytest.mark.parametrize(
    "text",
    [
        '/erase_my_data{"answer": "yes"}',
        '/inform{"answer": "send"}',
        "/faq/money_how_much",
        "/erase_my_data",
        '/callback_cancel{"answer": "yes"}',
        '//inform{"answer": "yes"}',
    ],
)
def test_a_typed_payload_is_never_read(read, text):
    message = read(text, typed=True)
    assert not is_button(message)
    assert message.get("intent") is None
    assert not message.get("entities")


@pytest.mark.parametrize("text", ["/inform", "/faq/x", "/hello", "//menu", "/"])
def test_no_text_keeps_its_slash_for_rasas_own_reader(read, text):
    assert not read(text).get("text").startswith("/")


@pytest.mark.parametrize(("command", "intent"), COMMANDS.items())
@pytest.mark.parametrize("typed", [True, False])
def test_commands_are_read_whoever_sends_them(read, command, intent, typed):
    message = read(f"/{command}", typed)
    assert message.get("intent")["name"] == intent
    assert is_button(message)


def test_a_typed_command_carries_no_values(read):
    assert not read('/language{"language_choice": "ar"}', typed=True).get("entities")


@pytest.mark.parametrize("text", ["/no_such_intent", '/inform{"answer": }', "/Inform", "inform", "/inform now"])
def test_what_is_no_payload_is_left_to_the_classifier(read, text):
    assert not is_button(read(text, typed=False))


def test_a_message_without_text_is_left_alone(read):
    message = read("", typed=False)
    assert not is_button(message)
    assert message.get("normalised") == ""
