"""When an answer asks whether it helped, and what the person then reads."""

import json

import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, UserUttered

from bot.nlg import CatalogueNLG
from bot.nlu.context import pending_topic
from bot.rating import answered_topic, has_room, is_due
from desk.content.schema import MOST_BUTTONS
from desk.content.selectors import handover_topics, topics

CALM = [name for name, topic in topics().items() if not topic.handover and not topic.per_programme]
SHORT, LONG = [{"title": "Oui", "payload": "/affirm"}], [{"title": "Puis-je avoir une aide ?", "payload": "/faq/x"}]
RATING = [{"title": "👍 Utile", "payload": "/rate"}, {"title": "👎 Pas utile", "payload": "/rate"}]


def answer(name="cost_free", **metadata):
    return BotUttered("...", metadata={"utter_action": f"utter_faq/{name}", **metadata})


def on(channel):
    return UserUttered("c'est gratuit ?", {"name": "faq"}, input_channel=channel)


@pytest.fixture
def say(domain, conversation):
    async def generate(name, *events, **slots):
        return await CatalogueNLG(None, domain).generate(name, conversation(*events, **slots), "collector")

    return generate


def ratings(reply):
    return [
        json.loads(b["payload"].removeprefix("/rate")) for b in reply["buttons"] if b["payload"].startswith("/rate")
    ]


# --- when ---------------------------------------------------------------------------------------------------


def asked_at(conversation, count):
    """The places, from 1, of the answers that ask in a conversation of so many."""
    said, places = [], []
    for place in range(1, count + 1):
        due = is_due(conversation(*said))
        said.append(answer(asks_rating=True) if due else answer())
        places += [place] if due else []
    return places


def test_the_second_answer_asks_and_then_every_fifth(conversation):
    assert asked_at(conversation, 18) == [2, 7, 12, 17]


def test_other_replies_and_the_question_for_the_place_are_no_answers(conversation):
    said = [BotUttered("...", metadata={"utter_action": "utter_menu"}), answer(asked="place"), BotUttered("...")]
    assert not is_due(conversation(*said))
    assert is_due(conversation(*said, answer()))


@pytest.mark.parametrize("danger", sorted(handover_topics()))
def test_after_danger_it_is_never_asked(conversation, danger):
    assert not is_due(conversation(answer(), answer(), answer(danger)))
    assert not is_due(conversation(answer(danger, asked="place"), answer(), answer()))


def test_an_answer_of_danger_counts_as_answered_although_it_asks_for_the_place():
    assert answered_topic({"utter_action": "utter_faq/safety_suicide", "asked": "place"}) == "safety_suicide"


@pytest.mark.parametrize(
    ("channel", "buttons", "room"),
    [
        ("whatsapp", [], True),
        ("whatsapp", SHORT, True),
        ("whatsapp", SHORT * 2, False),
        ("whatsapp", SHORT * MOST_BUTTONS, False),
        ("whatsapp", SHORT + LONG, True),  # a list already
        ("telegram", SHORT * MOST_BUTTONS, True),
        ("rest", SHORT * MOST_BUTTONS, True),
    ],
)
def test_on_whatsapp_it_is_asked_only_where_buttons_stay_buttons(conversation, channel, buttons, room):
    assert has_room(buttons, RATING, conversation(on(channel))) is room


# --- how ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("name", CALM)
async def test_the_buttons_name_the_answer_and_come_last(say, name, language):
    first = await say(f"utter_faq/{name}", on("rest"), language=language)
    second = await say(f"utter_faq/{name}", answer(), on("rest"), language=language)
    assert ratings(first) == []
    assert ratings(second) == [{"rating": "yes", "topic": name}, {"rating": "no", "topic": name}]
    assert second["buttons"][:-2] == first["buttons"]
    assert second["asks_rating"]


@pytest.mark.parametrize("name", sorted(handover_topics()))
async def test_an_answer_of_danger_does_not_ask(say, name):
    assert ratings(await say(f"utter_faq/{name}", answer(), programme="morocco")) == []


async def test_the_question_for_the_place_does_not_ask(say):
    reply = await say("utter_faq/money_how_much", answer())
    assert reply["asked"] == "place"
    assert ratings(reply) == []


async def test_in_a_form_it_is_not_asked(say):
    assert ratings(await say("utter_faq/cost_free", answer(), ActiveLoop("callback_form"))) == []


async def test_an_answer_that_is_repeated_does_not_ask(say):
    assert ratings(await say("utter_repeat", answer(), answer())) == []


# --- what is said to a rating ---------------------------------------------------------------------------------


def tapped(rating):
    entities = [{"entity": "rating", "value": rating}, {"entity": "topic", "value": "cost_free"}]
    return UserUttered("rate", {"name": "rate"}, entities, {"intent": {"name": "rate"}, "entities": entities})


@pytest.mark.parametrize(("rating", "offered"), [("yes", []), ("no", ["/request_callback", "/ask_question"])])
async def test_a_rating_is_thanked_for_and_who_was_not_helped_is_offered_a_person(say, rating, offered):
    reply = await say("utter_rated", answer(), tapped(rating), language="en")
    assert reply["text"].startswith("Thank you")
    assert [button["payload"] for button in reply.get("buttons", [])] == offered


def test_a_question_that_waits_for_the_place_waits_on(conversation):
    thanks = BotUttered("...", metadata={"utter_action": "utter_rated"})
    where = BotUttered("...", metadata={"utter_action": "utter_faq/money_how_much", "asked": "place"})
    assert pending_topic(conversation(where, thanks)) == "money_how_much"
    assert pending_topic(conversation(thanks)) is None
