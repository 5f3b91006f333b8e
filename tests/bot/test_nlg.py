import json
import re
from datetime import date

import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, UserUttered

from bot.errors import ResponseMissing
from bot.nlg import ASKS_FOR_PHONE, CatalogueNLG, Writer, answer_of, known_language, language_of
from bot.topics import response_selector
from desk.content import i18n
from desk.content.schema import MOST_BUTTONS, PROGRAMMES
from desk.content.selectors import handover_topics, topics
from desk.programmes.selectors import fact_get, programmes

PER_PROGRAMME = "money_how_much"
ARABIC = re.compile(r"[\u0600-\u06ff]")
LANGUAGES = ("fr", "ar", "en")


@pytest.fixture
def nlg(domain):
    return CatalogueNLG(None, domain)


@pytest.fixture
def say(nlg, conversation):
    """The reply for a response name in a conversation with these slots and events."""

    async def generate(name, *events, values=None, **slots):
        return await nlg.generate(name, conversation(*events, **slots), "web", **(values or {}))

    return generate


def payloads(reply):
    return [button["payload"] for button in reply.get("buttons", [])]


def answered(name):
    return BotUttered("...", metadata={"utter_action": f"utter_faq/{name}"})


def misunderstood(*ranking):
    data = {
        "intent": {"name": "nlu_fallback", "confidence": 0.8},
        "response_selector": response_selector(list(ranking)),
    }
    return UserUttered("qsdf", data["intent"], [], data)


@pytest.mark.parametrize(
    ("slots", "language"),
    [
        ({}, i18n.DEFAULT_LANGUAGE),
        ({"language": "ar"}, "ar"),
        ({"language": "fr", "language_choice": "en"}, "en"),
        ({"language_choice": "ar"}, "ar"),
    ],
)
def test_the_chosen_language_wins_over_the_written_one(conversation, slots, language):
    assert language_of(conversation(**slots)) == language


@pytest.mark.parametrize("language", LANGUAGES)
async def test_text_and_buttons_are_in_the_language(say, language):
    reply = await say("utter_menu", language=language)
    assert reply["language"] == language
    words = reply["text"] + "".join(button["title"] for button in reply["buttons"])
    assert bool(ARABIC.search(words)) == (language == "ar")
    assert payloads(reply) == payloads(await say("utter_menu", language="en"))


async def test_the_three_languages_differ(say):
    assert len({(await say("utter_menu", language=language))["text"] for language in LANGUAGES}) == 3


async def test_a_missing_response_is_an_error_that_names_it(say):
    with pytest.raises(ResponseMissing, match="utter_nothing"):
        await say("utter_nothing")


# --- where are you now? --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_that_differs_asks_where_first(say, language):
    reply = await say(f"utter_faq/{PER_PROGRAMME}", language=language)
    assert reply["asked"] == "place"
    assert payloads(reply) == [
        f'/faq/{PER_PROGRAMME}{{"programme": "{place}"}}' for place in (*PROGRAMMES, "elsewhere")
    ]


@pytest.mark.parametrize("programme", [*PROGRAMMES, "elsewhere"])
async def test_where_is_not_asked_again_once_the_place_is_known(say, programme):
    reply = await say(f"utter_faq/{PER_PROGRAMME}", programme=programme)
    assert "asked" not in reply
    assert not any("programme" in payload for payload in payloads(reply))


async def test_in_a_form_the_answer_is_given_at_once(say):
    reply = await say(f"utter_faq/{PER_PROGRAMME}", ActiveLoop("eligibility_form"))
    assert "asked" not in reply


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_programme_has_its_own_answer(say, language):
    topic = topics()[PER_PROGRAMME]
    texts = {
        place: (await say(f"utter_faq/{PER_PROGRAMME}", programme=place, language=language))["text"]
        for place in (*PROGRAMMES, "elsewhere")
    }
    assert len(set(texts.values())) == len(topic.texts())


async def test_a_general_answer_never_asks_where(say):
    name = next(name for name, topic in topics().items() if not topic.per_programme and not topic.handover)
    assert "asked" not in await say(f"utter_faq/{name}")


@pytest.fixture
def tapped_more():
    """The button "Read more" was tapped."""
    entities = [{"entity": "part", "value": "more"}]
    return UserUttered("faq", {"name": "faq"}, entities, {"intent": {"name": "faq"}, "entities": entities})


def leads_to(payload: str) -> str:
    """The topic or intent of a button."""
    return payload.removeprefix("/faq/").removeprefix("/")


CALM = [name for name, topic in topics().items() if not topic.handover]
LONG = [(name, place) for name in CALM for place in PROGRAMMES if topics()[name].more.text(place)]


@pytest.mark.parametrize("name", CALM)
async def test_an_answer_offers_its_next_step_first_and_then_the_related_questions(say, name):
    topic = topics()[name]
    offered = [leads_to(payload) for payload in payloads(await say(f"utter_faq/{name}", programme="tanzania"))]
    wanted = [topic.next, *topic.related]
    if topic.more.text("tanzania"):
        assert offered.pop(0) == f'{name}{{"part": "more"}}'
    assert [one for one in offered if one != "ask_question"] == [one for one in wanted if one != "help_menu"]


@pytest.mark.parametrize("name", sorted(topics()))
async def test_the_buttons_of_an_answer_fit_a_phone(say, name):
    assert 1 <= len(payloads(await say(f"utter_faq/{name}", programme="morocco"))) <= MOST_BUTTONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "place"), LONG)
async def test_the_rest_of_a_long_matter_comes_when_it_is_asked_for(say, tapped_more, name, place, language):
    reply = await say(f"utter_faq/{name}", tapped_more, programme=place, language=language)
    first = i18n.translate(language, topics()[name].more.text(place)).split("{")[0].split("\n")[0]
    assert reply["text"].startswith(first)
    assert not [payload for payload in payloads(reply) if "part" in payload]


async def test_where_there_is_nothing_more_the_answer_comes_again(say, tapped_more):
    name = next(name for name in CALM if not topics()[name].more.texts())
    tapped = await say(f"utter_faq/{name}", tapped_more, programme="morocco")
    assert tapped["text"] == (await say(f"utter_faq/{name}", programme="morocco"))["text"]


# --- facts ---------------------------------------------------------------------------------------


def facts_named(text):
    return [fact_get(reference) for reference in re.findall(r"\{(\w+\.\w+)\}", text)]


def variant_with(condition):
    """A topic and a place whose text names a fact for which the condition holds."""
    return next(
        (name, place, fact)
        for name, topic in topics().items()
        for place in PROGRAMMES
        for fact in facts_named(topic.text(place))
        if isinstance(fact.value, str) and condition(fact)
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_verified_fact_stands_in_the_answer(say, language):
    name, place, fact = variant_with(lambda fact: fact.may_be_shown(date.today()) and fact.kind == "short_number")
    reply = await say(f"utter_faq/{name}", programme=place, language=language)
    assert i18n.isolate(language, fact.value) in reply["text"]


@pytest.mark.parametrize("status", ["conflicting", "unverified"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_fact_that_is_not_verified_is_replaced_by_ask_the_office(say, language, status):
    reference, fact = next(
        (f"{place}.{name}", fact)
        for place, programme in programmes().items()
        for name, fact in programme.facts.items()
        if fact.status == status
    )
    values = {"reasons": [f"Go to {{{reference}}}"], "next_steps": ["utter_check_next"]}
    text = (await say("utter_check_perhaps", language=language, values=values))["text"]
    assert f"Go to {i18n.translate(language, i18n.FACT_UNKNOWN)}" in text
    assert i18n.fact_value(language, fact) not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(topics()))
async def test_no_answer_leaves_a_placeholder(say, name, language):
    for place in (*PROGRAMMES, "elsewhere"):
        text = (await say(f"utter_faq/{name}", programme=place, language=language))["text"]
        assert text
        assert not re.search(r"[{}]", text)


# --- danger --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(handover_topics()))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_danger_is_answered_at_once_with_an_urgent_callback(say, name, language):
    reply = await say(f"utter_faq/{name}", language=language)
    assert payloads(reply)[0] == f'/request_callback{{"topic": "{name}"}}'
    assert reply["asked"] == "place"
    assert reply["text"] != (await say("utter_where", language=language))["text"]


async def test_danger_offers_the_numbers_of_each_place(say):
    reply = await say("utter_faq/safety_fear_persecution")
    assert payloads(reply)[1:] == [
        f'/faq/safety_fear_persecution{{"programme": "{place}"}}' for place in (*PROGRAMMES, "elsewhere")
    ]


@pytest.mark.parametrize("name", sorted(handover_topics()))
async def test_danger_in_a_known_place_offers_the_urgent_callback_first_and_once(say, name):
    reply = await say(f"utter_faq/{name}", programme="morocco")
    callback, *others = payloads(reply)
    assert callback == f'/request_callback{{"topic": "{name}"}}'
    assert [leads_to(payload) for payload in others] == [
        step for step in (topics()[name].next, *topics()[name].related) if step != "request_callback"
    ]
    assert "asked" not in reply


# --- not understood, repeat, language ------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_did_you_mean_offers_the_nearest_topics_and_something_else(say, language):
    event = misunderstood(("cost_free", 0.2), ("child_alone", 0.3), ("time_how_long", 0.1), ("money_how_much", 0.05))
    reply = await say("utter_did_you_mean", event, language=language)
    assert payloads(reply) == ["/faq/child_alone", "/faq/cost_free", "/faq/time_how_long", "/ask_question"]
    assert reply["buttons"][0]["title"] == i18n.translate(language, topics()["child_alone"].title)


async def test_did_you_mean_without_a_message_offers_something_else(say):
    assert payloads(await say("utter_did_you_mean")) == ["/ask_question"]


async def test_repeat_says_the_last_answer_again_and_offers_a_person(say):
    events = (
        answered("cost_free"),
        answered("data_who_sees"),
        BotUttered("...", metadata={"utter_action": "utter_thank"}),
    )
    reply = await say("utter_repeat", *events, programme="morocco")
    answer = await say("utter_faq/data_who_sees", programme="morocco")
    assert answer["text"] in reply["text"]
    assert payloads(reply) == [*payloads(answer), "/request_callback"]


async def test_repeat_without_an_answer_shows_the_menu(say):
    assert await say("utter_repeat") == await say("utter_menu")


async def test_the_language_is_asked_in_all_three(say):
    reply = await say("utter_language")
    assert reply["asked"] == "language"
    assert [button["title"] for button in reply["buttons"]] == ["Français", "العربية", "English"]


async def test_a_chosen_language_is_confirmed_in_it(say):
    entities = [{"entity": "language_choice", "value": "ar", "start": 0, "end": 0}]
    event = UserUttered("بالعربية", {"name": "choose_language", "confidence": 1.0}, entities)
    reply = await say("utter_language", event, language_choice="ar")
    assert "asked" not in reply
    assert reply["text"] == (await say("utter_language_set", language="ar"))["text"]


# --- forms ---------------------------------------------------------------------------------------


def controls(reply):
    return [payload.split('"')[3] for payload in payloads(reply)][-4:]


async def test_a_question_of_a_form_has_all_controls(say):
    reply = await say("utter_ask_eligibility_form_nationality")
    assert controls(reply) == ["why", "skip", "back", "stop"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("utter_ask_programme", ["why", "back", "stop"]),
        ("utter_ask_callback_form_callback_consent", ["why", "back", "stop"]),
        ("utter_ask_callback_form_callback_confirmed", ["stop"]),
    ],
)
async def test_a_question_may_have_fewer_controls(say, name, wanted):
    reply = await say(name)
    assert controls(reply)[-len(wanted) :] == wanted
    assert '/inform{"answer": "skip"}' not in payloads(reply)


async def test_a_reply_that_is_no_question_has_no_controls(say):
    assert not any("inform" in payload for payload in payloads(await say("utter_ask_question")))
    assert "buttons" not in await say("utter_form_needed") or payloads(await say("utter_form_needed")) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_summary_shows_what_was_answered_in_the_language(say, language):
    lines = [
        ["utter_label_callback_name", "callback_name", "Aisha"],
        ["utter_label_callback_contact", "callback_contact", "+212612345678"],
        ["utter_label_callback_when", "callback_when", "monday afternoon"],
        ["utter_label_callback_topic", "callback_topic", "child_alone"],
    ]
    reply = await say("utter_ask_callback_form_callback_confirmed", language=language, values={"summary": lines})
    shown = [line for line in reply["text"].splitlines() if line.startswith("• ")]
    assert len(shown) == 4
    assert "\u2068Aisha\u2069" in shown[0]
    assert i18n.phone(language, "+212612345678") in shown[1]
    assert i18n.weekday(language, "monday") in shown[2]
    assert i18n.translate(language, topics()["child_alone"].title) in shown[3]


@pytest.mark.parametrize("value", ["today", "tomorrow", "any", "morning", "tomorrow afternoon", "sunday"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_wish_can_be_shown(say, language, value):
    lines = [["utter_label_callback_when", "callback_when", value]]
    reply = await say("utter_ask_callback_form_callback_confirmed", language=language, values={"summary": lines})
    line = next(line for line in reply["text"].splitlines() if line.startswith("• "))
    assert bool(re.search(r"[a-z]", line)) == (language != "ar")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_promise_is_written_as_a_moment(say, language):
    values = {"reference": "K7M-3PX", "promised_at": "2026-03-09T15:30:00+01:00"}
    text = (await say("utter_callback_saved", language=language, values=values))["text"]
    assert i18n.isolate(language, "K7M-3PX") in text
    assert "15:30" in text


async def test_reasons_of_the_check_are_lines_with_their_facts(say):
    rule = "There is no new return help for {belgium.hotline} after the last one."
    values = {"reasons": [rule, "utter_check_no_rule"], "next_steps": ["utter_check_next"]}
    text = (await say("utter_check_perhaps", language="en", values=values))["text"]
    assert text.count("• ") == 3
    assert i18n.phone("en", fact_get("belgium.hotline").value) in text


async def test_a_value_that_is_missing_leaves_no_empty_lines(say):
    text = (await say("utter_check_likely", language="en"))["text"]
    assert "\n\n\n" not in text
    assert "{" not in text


def test_a_reply_does_not_change_the_responses(nlg, conversation):
    before = repr(nlg.responses["utter_where"])
    Writer(nlg.responses, conversation()).reply(f"utter_faq/{PER_PROGRAMME}", {})
    assert repr(nlg.responses["utter_where"]) == before


# --- the language of the phone ------------------------------------------------------------------


@pytest.mark.parametrize("hint", LANGUAGES)
async def test_until_a_language_is_known_that_of_the_phone_is_written(say, hint):
    reply = await say("utter_menu", values={"hint": hint})
    assert reply == await say("utter_menu", language=hint)


@pytest.mark.parametrize("slots", [{"language": "ar"}, {"language_choice": "ar"}])
async def test_a_known_language_wins_over_that_of_the_phone(say, slots):
    assert (await say("utter_menu", values={"hint": "fr"}, **slots))["language"] == "ar"


async def test_the_language_of_the_phone_is_nothing_about_the_person(say):
    assert "personal" not in await say("utter_menu", values={"hint": "ar"})


@pytest.mark.parametrize(
    ("slots", "language"), [({}, None), ({"language": "ar"}, "ar"), ({"language": "fr", "language_choice": "en"}, "en")]
)
def test_without_a_sign_of_the_person_no_language_is_known(conversation, slots, language):
    assert known_language(conversation(**slots)) == language


# --- what only one person should read -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("utter_callback_saved", {"reference": "K7M-3PX"}),
        ("utter_ask_callback_form_callback_contact_confirmed", {"phone": "+212612345678"}),
        ("utter_check_perhaps", {"reasons": ["utter_check_no_rule"]}),
    ],
)
async def test_a_reply_with_values_of_the_person_is_personal(say, name, values):
    assert (await say(name, values=values))["personal"] is True


@pytest.mark.parametrize("values", [{}, {"reference": ""}, {"reference": None, "reasons": []}])
async def test_a_reply_without_such_values_is_not(say, values):
    assert "personal" not in await say("utter_callback_saved", values=values)


@pytest.mark.parametrize("name", ["utter_menu", f"utter_faq/{PER_PROGRAMME}", "utter_faq/cost_free"])
async def test_answers_for_everybody_are_not_personal(say, name):
    assert not (await say(name, programme="morocco")).get("personal")


# --- the number of the phone --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_for_the_phone_has_the_words_of_a_key_that_sends_it(say, language):
    reply = await say(ASKS_FOR_PHONE, language=language)
    assert reply["share_contact"] == {
        "text": (await say("utter_share_contact", language=language))["text"],
        "title": (await say("utter_share_contact_button", language=language))["text"],
    }
    assert bool(ARABIC.search(reply["share_contact"]["title"])) == (language == "ar")


@pytest.mark.parametrize(
    "name",
    ["utter_ask_callback_form_callback_contact_confirmed", "utter_ask_callback_form_callback_name", "utter_menu"],
)
async def test_no_other_question_has_that_key(say, name):
    assert "share_contact" not in await say(name)


def test_the_answer_of_a_button_is_read_from_its_payload():
    assert answer_of({"title": "Oui", "payload": '/inform{"answer": "yes"}'}) == "yes"


# --- what is not text ---------------------------------------------------------------------------

KINDS = (
    "voice",
    "picture",
    "video",
    "document",
    "sticker",
    "contact",
    "edited",
    "reaction",
    "emoji",
    "empty",
)
CHOICES = [f'/choose_language{{"language_choice": "{language}"}}' for language in LANGUAGES]


def received(**entities):
    """What Rasa heard of something that is not text."""
    found = [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in entities.items()]
    return UserUttered("/received", {"name": "received", "confidence": 1.0}, found)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_has_a_word_of_its_own_and_a_way_on(say, language):
    replies = [await say("utter_received", received(kind=kind), language=language) for kind in (*KINDS, "location")]
    assert len({reply["text"] for reply in replies}) == len(replies)
    assert all(len(reply["buttons"]) >= 2 for reply in replies)


@pytest.mark.parametrize("event", [received(kind="other"), received(kind="thing"), received(), received(kind="")])
async def test_any_other_kind_has_the_general_word(say, event):
    general = (await say("utter_received", received(kind="other"), language="fr"))["text"]
    reply = await say("utter_received", event, language="fr")
    assert reply["text"] == general
    assert reply["text"] not in [
        (await say("utter_received", received(kind=kind), language="fr"))["text"] for kind in KINDS
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["other", "thing"])
async def test_a_channel_may_ask_for_a_kind_that_has_no_word(say, kind, language):
    reply = await say(f"utter_received_{kind}", language=language)
    assert reply["text"] == (await say("utter_received", received(), language=language))["text"]


async def test_a_voice_message_can_lead_to_a_call(say):
    reply = await say("utter_received", received(kind="voice"), language="fr")
    assert '/request_callback{"kind": "voice"}' in payloads(reply)


@pytest.mark.parametrize("kind", [*KINDS, "location", "other"])
async def test_when_no_language_is_known_it_can_be_chosen_too(say, kind):
    known = await say("utter_received", received(kind=kind), language=i18n.DEFAULT_LANGUAGE)
    unknown = await say("utter_received", received(kind=kind))
    assert payloads(unknown) == payloads(known) + CHOICES


@pytest.mark.parametrize("slots", [{"language": "ar"}, {"language_choice": "ar"}])
async def test_when_a_language_is_known_it_is_not_offered_again(say, slots):
    assert not set(CHOICES) & set(payloads(await say("utter_received", received(kind="picture"), **slots)))


# --- a sent place -------------------------------------------------------------------------------

NEAR = "morocco:Oujda|belgium:Charleroi"


def at(places=NEAR, **entities):
    return received(kind="location", places=places, **entities)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_near_an_office_the_person_says_in_which_country_they_are(say, language):
    reply = await say("utter_received", at(), language=language)
    assert reply["text"] == (await say("utter_where", language=language))["text"]
    choices = [json.loads(payload.removeprefix("/received")) for payload in payloads(reply)]
    assert [choice["programme"] for choice in choices] == [*PROGRAMMES, "elsewhere"]
    near = {"morocco": "morocco:Oujda", "belgium": "belgium:Charleroi"}
    assert all(choice["places"] == near.get(choice["programme"], "") for choice in choices)
    assert {choice["kind"] for choice in choices} == {"location"}


@pytest.mark.parametrize("programme", ["belgium", "elsewhere", "yemen"])
async def test_beyond_a_border_the_country_is_asked_again(say, programme):
    assert len(payloads(await say("utter_received", at(), language="fr", programme=programme))) == len(PROGRAMMES) + 1


@pytest.mark.parametrize(("language", "town"), [("fr", "Bruxelles"), ("ar", "بروكسل"), ("en", "Brussels")])
async def test_in_a_known_country_the_nearest_office_is_named(say, language, town):
    reply = await say("utter_received", at("belgium:Brussels|morocco:Rabat"), language=language, programme="belgium")
    assert town in reply["text"]


async def test_the_answer_to_where_names_the_office(say):
    event = at("morocco:Oujda", programme="morocco")
    assert "Oujda" in (await say("utter_received", event, language="fr", programme="morocco"))["text"]


def known_office(shows_address):
    """A programme and a town whose address and phone may be shown now, or that has only a phone."""
    return next(
        (name, town, programme, office)
        for name, programme in programmes().items()
        for town, office in programme.offices.items()
        if bool(office.address) == shows_address
        and programme.phone
        and all(
            fact_get(f"{name}.{fact}").may_be_shown(date.today()) for fact in (office.address, programme.phone) if fact
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shows_address", [True, False])
async def test_as_much_as_is_known_of_street_and_phone_is_said(say, language, shows_address):
    name, town, programme, office = known_office(shows_address)
    reply = await say("utter_received", at(f"{name}:{town}"), language=language, programme=name)
    facts = [f"{name}.{fact}" for fact in (office.address, programme.phone) if fact]
    lines = [line for line in reply["text"].splitlines() if line.startswith("• ")]
    assert lines == [f"• {i18n.fact_value(language, fact_get(fact))}" for fact in facts]


async def test_an_address_that_may_not_be_shown_leaves_no_line(say, monkeypatch):
    name, town, *_ = known_office(shows_address=True)
    monkeypatch.setattr("desk.programmes.schema.Fact.may_be_shown", lambda fact, today: False)
    text = (await say("utter_received", at(f"{name}:{town}"), language="fr", programme=name))["text"]
    assert town in text
    assert "•" not in text
    assert i18n.translate("fr", i18n.FACT_UNKNOWN) not in text


async def test_an_office_is_nothing_about_the_person(say):
    assert (await say("utter_received", at(), language="fr", programme="morocco"))["personal"] is False


@pytest.mark.parametrize("event", [at(""), received(kind="location"), at("", programme="yemen")])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_an_office_a_person_is_offered(say, event, language):
    reply = await say("utter_received", event, language=language)
    assert reply["text"] == (await say("utter_received_location", language=language))["text"]
    assert "/request_callback" in payloads(reply)


async def test_who_answered_where_is_not_asked_again_though_it_is_another_country(say):
    event = at("morocco:Oujda", programme="elsewhere")
    reply = await say("utter_received", event, language="fr", programme="elsewhere")
    assert reply["text"] == (await say("utter_received_location", language="fr"))["text"]
