import asyncio
import json
import socket
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from rasa.shared.core.events import ActiveLoop

from bot.channels import phone as phone_module
from bot.channels.flood import BURST
from bot.channels.inbound import LONGEST_TEXT
from bot.channels.outbound import content_of
from bot.channels.phone import ASKS_FOR_PHONE, LARGEST_BODY, MOST_ATTEMPTS, Incoming, received
from bot.errors import MessageBusy
from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Button, Contact, Delivery, InboundMessage
from desk.database import in_database
from tests.bot.channels.telephone import DANGER, OTHER, PERSON, Telephone, message

AGE = "utter_ask_eligibility_form_age"
NATIONALITY = "utter_ask_eligibility_form_nationality"
LANGUAGES = ("fr", "ar", "en")


async def token_of(payload, person=PERSON):
    return (await Button.objects.aget(conversation_id=person, payload=payload)).token


async def row_of(number=1):
    return await InboundMessage.objects.aget(message_id=f"m{number}")


async def in_form(agent, *names, form="eligibility_form", **slots):
    """The person is in a form and was asked these questions."""
    await agent.say(PERSON, *names, events=[ActiveLoop(form)], **slots)


async def too_fast(phone, person=PERSON):
    for _ in range(BURST):
        await phone.flood.verdict(person)


# --- a message is answered ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["bonjour", "السلام عليكم", "hello", "salam, labas?"])
async def test_a_message_is_answered_at_the_address(phone, agent, words, text):
    await phone.take(message(text=text))
    assert agent.texts == [text]
    assert phone.sent == [("+212612345678", await words("utter_menu", "fr"))]


async def test_when_it_is_handled_its_content_is_forgotten(phone):
    await phone.take(message())
    row = await row_of()
    assert row.finished_at
    assert (row.content, row.attempts) == (None, 1)


async def test_no_table_holds_the_number_or_the_words(phone):
    await phone.take(message(text="je suis Fatou Diallo"))
    rows = [await row_of(), await Delivery.objects.aget(), await Contact.objects.aget()]
    kept = " ".join(str(value) for row in rows for value in vars(row).values())
    assert "Fatou" not in kept
    assert "612345678" not in kept


async def test_rasa_hears_that_a_text_was_typed_on_which_channel_and_the_language_of_the_phone(phone, agent):
    await phone.take(message(hint="ar"))
    (heard,) = agent.heard
    assert heard.metadata == {"typed": True, "hint": "ar"}
    assert (heard.input_channel, heard.sender_id, heard.message_id) == ("phone", PERSON, "m1")


async def test_the_buttons_of_an_answer_are_known(phone):
    await phone.take(message())
    assert await Button.objects.filter(conversation_id=PERSON).acount() == len(phone.shown[0]) > 2


async def test_several_replies_go_out_in_their_order(phone, agent, words):
    agent.answers["bonjour"] = ["utter_menu", "utter_goodbye", "utter_thank"]
    await phone.take(message())
    assert phone.texts == [await words(name, "fr") for name in agent.answers["bonjour"]]


async def test_a_channel_can_show_that_it_is_at_work(phone):
    await phone.take(message())
    assert phone.working == ["m1"]


async def test_a_very_long_text_is_cut(phone, agent):
    await phone.take(message(text="ب" * (LONGEST_TEXT + 9)))
    assert agent.texts == ["ب" * LONGEST_TEXT]


# --- once ---------------------------------------------------------------------------------------


async def test_a_repeat_of_a_handled_message_is_not_answered_again(phone, agent):
    for _ in range(3):
        await phone.take(message())
    assert (len(agent.heard), len(phone.sent)) == (1, 1)


async def test_repeats_that_come_while_it_is_handled_end_with_it(phone, agent):
    agent.going_on.clear()
    waiting = [asyncio.create_task(phone.take(message())) for _ in range(3)]
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in waiting)
    agent.going_on.set()
    await asyncio.gather(*waiting)
    assert (len(agent.heard), len(phone.sent)) == (1, 1)


async def test_a_message_is_claimed_before_it_is_handled(phone, agent):
    agent.going_on.clear()
    handled = await phone.accept(message())
    assert (await row_of()).content == asdict(message())
    assert phone.sent == []
    agent.going_on.set()
    await handled
    assert len(phone.sent) == 1


async def test_a_caller_who_hangs_up_does_not_stop_the_answer(phone, agent):
    agent.going_on.clear()
    caller = asyncio.create_task(phone.take(message()))
    await asyncio.sleep(0.05)
    caller.cancel()
    agent.going_on.set()
    await phone.take(message())
    assert (len(agent.heard), len(phone.sent)) == (1, 1)


async def test_a_message_in_another_process_is_busy(phone, agent):
    mine = {"conversation_id": PERSON, "content": asdict(message()), "claimed_at": timezone.now()}
    await InboundMessage.objects.acreate(channel="phone", message_id="m1", claimed_by="elsewhere:1", **mine)
    with pytest.raises(MessageBusy):
        await phone.take(message())
    assert agent.heard == []


async def test_the_same_id_on_another_channel_is_another_message(phone, agent):
    now = timezone.now()
    await InboundMessage.objects.acreate(channel="telegram", message_id="m1", claimed_at=now, finished_at=now)
    await phone.take(message())
    assert len(phone.sent) == 1


# --- in order -----------------------------------------------------------------------------------


async def test_messages_of_one_person_are_handled_in_their_order(phone, agent):
    agent.going_on.clear()
    accepted = [await phone.accept(message(order, f"text {order}", order=order)) for order in (1, 4, 3, 2)]
    agent.going_on.set()
    await asyncio.gather(*accepted)
    assert agent.texts == ["text 1", "text 2", "text 3", "text 4"]


async def test_one_message_after_the_other_is_handled(phone, agent):
    agent.going_on.clear()
    accepted = [await phone.accept(message(number)) for number in (1, 2)]
    await asyncio.sleep(0.05)
    assert len(agent.heard) == 1
    agent.going_on.set()
    await asyncio.gather(*accepted)


async def test_people_do_not_wait_for_each_other(phone, agent):
    agent.going_on.clear()
    accepted = [await phone.accept(message()), await phone.accept(Incoming("m2", OTHER, "hello"))]
    await asyncio.sleep(0.05)
    assert len(agent.heard) == 2
    agent.going_on.set()
    await asyncio.gather(*accepted)


# --- nothing is lost ----------------------------------------------------------------------------


async def test_a_message_whose_handling_failed_is_given_back_and_the_caller_hears(phone):
    phone.layout_errors = [KeyError("broken")]
    with pytest.raises(KeyError):
        await phone.take(message())
    row = await row_of()
    assert (row.claimed_by, row.finished_at) == ("", None)
    assert row.content == asdict(message())


async def test_when_it_comes_again_it_is_answered_without_asking_rasa_twice(phone, agent, words):
    phone.layout_errors = [KeyError("broken")]
    with pytest.raises(KeyError):
        await phone.take(message())
    await phone.take(message())
    assert len(agent.heard) == 1
    assert phone.texts == [await words("utter_menu", "fr")]
    assert (await row_of()).attempts == 2


async def test_the_next_message_is_answered_after_one_that_failed(phone, write):
    phone.layout_errors = [KeyError("broken")]
    with pytest.raises(KeyError):
        await write("first")
    assert await write("second")


async def test_a_message_that_fails_again_and_again_ends_with_an_excuse(phone, agent, words):
    phone.layout_errors = [KeyError("broken")] * MOST_ATTEMPTS
    agent.answers["bonjour"] = ["utter_goodbye"]
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyError):
            await phone.take(message())
    await phone.take(message())
    assert phone.texts == [await words("utter_trouble", "fr")]
    assert (await row_of()).finished_at


async def test_the_excuse_is_in_the_language_of_the_phone(phone, words):
    row = {"conversation_id": PERSON, "content": asdict(message()), "claimed_by": "", "claimed_at": timezone.now()}
    await InboundMessage.objects.acreate(channel="phone", message_id="m1", attempts=MOST_ATTEMPTS, **row)
    await phone.take(message(hint="ar"))
    assert phone.texts == [await words("utter_trouble", "ar")]


async def swept(phone):
    """One sweep, and what it began."""
    await phone._sweep_once()
    await asyncio.gather(*phone._tasks, return_exceptions=True)


DEAD = f"{socket.gethostname()}:999999999"


@pytest.mark.parametrize("owner", ["", DEAD], ids=["given back", "its process died"])
async def test_a_message_that_nobody_handles_any_more_is_taken_up(phone, agent, owner):
    mine = {"conversation_id": PERSON, "content": asdict(message(text="سلام", hint="ar")), "claimed_by": owner}
    await InboundMessage.objects.acreate(channel="phone", message_id="m1", claimed_at=timezone.now(), **mine)
    await swept(phone)
    assert agent.texts == ["سلام"]
    assert len(phone.sent) == 1
    assert (await row_of()).finished_at


async def test_a_message_in_good_hands_is_left_there(phone, agent):
    agent.going_on.clear()
    handled = await phone.accept(message())
    await phone._sweep_once()
    agent.going_on.set()
    await handled
    assert (len(agent.heard), (await row_of()).attempts) == (1, 1)


async def test_messages_of_another_channel_are_left_to_it(phone, agent):
    mine = {"conversation_id": PERSON, "content": asdict(message()), "claimed_by": ""}
    await InboundMessage.objects.acreate(channel="telegram", message_id="m1", claimed_at=timezone.now(), **mine)
    await swept(phone)
    assert agent.heard == []


async def test_what_waits_in_the_outbox_is_sent(phone):
    contents = [content_of({}, "un conseiller vous écrit")]
    await in_database(deliveries_write, conversation_id=PERSON, contents=contents)
    await swept(phone)
    assert phone.texts == ["un conseiller vous écrit"]


async def test_a_message_that_fails_in_a_sweep_is_left_for_the_next(phone, caplog):
    mine = {"conversation_id": PERSON, "content": asdict(message(text="secret words")), "claimed_by": ""}
    await InboundMessage.objects.acreate(channel="phone", message_id="m1", claimed_at=timezone.now(), **mine)
    phone.layout_errors = [KeyError("secret words")]
    await swept(phone)
    assert "KeyError" in caplog.text
    assert "secret words" not in caplog.text
    await swept(phone)
    assert len(phone.sent) == 1


async def test_sweeping_goes_on_after_the_database_was_away(phone, monkeypatch, caplog):
    away, look = [OperationalError("locked")] * 2, phone_module.inbound_abandoned

    def looks(**values):
        if away:
            raise away.pop()
        return look(**values)

    monkeypatch.setattr(phone_module, "inbound_abandoned", looks)
    monkeypatch.setattr(phone_module, "SWEEP_S", 0.01)
    await in_database(deliveries_write, conversation_id=PERSON, contents=[content_of({}, "un mot")])
    phone.in_background(phone._sweep())
    for _ in range(500):
        await asyncio.sleep(0 if phone.sent else 0.01)
    assert phone.texts == ["un mot"]
    assert "the database does not answer (OperationalError)" in caplog.text


# --- buttons ------------------------------------------------------------------------------------


async def test_a_tapped_button_says_its_payload_and_was_not_typed(phone, agent, write):
    await write("bonjour")
    await write(token=await token_of("/ask_question"))
    assert agent.texts[-1] == "/ask_question"
    assert agent.heard[-1].metadata["typed"] is False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("token", ["unknown", "-", "ب" * 99])
async def test_an_unknown_button_is_told_to_be_old_and_where_we_are(agent, write, words, language, token):
    await agent.say(PERSON, "utter_where", language=language)
    expected = [await words("utter_old_button", language), await words("utter_where", language)]
    assert await write(token=token) == expected
    assert agent.heard == []


@pytest.mark.parametrize("hint", LANGUAGES)
async def test_an_old_button_without_a_conversation_leads_to_the_menu_in_the_language_of_the_phone(write, words, hint):
    assert await write(token="old", hint=hint) == [
        await words(name, hint) for name in ("utter_old_button", "utter_menu")
    ]


async def test_the_buttons_that_are_shown_again_work(phone, agent, write):
    await agent.say(PERSON, "utter_menu")
    await write(token="old")
    await write(token=await token_of("/ask_question"))
    assert agent.texts == ["/ask_question"]


async def test_a_button_of_another_conversation_is_not_ours(agent, write):
    await write("bonjour", person=OTHER)
    await write(token=await token_of("/ask_question", OTHER))
    assert agent.texts == ["bonjour"]


ADULT, GUINEA = '/inform{"answer": "adult"}', '/inform{"answer": "GN"}'


async def test_a_button_of_the_open_question_answers_it(agent, write):
    agent.answers["oui"] = [AGE]
    await in_form(agent)
    await write("oui")
    await write(token=await token_of(ADULT))
    assert agent.texts[-1] == ADULT


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_button_of_an_earlier_question_answers_nothing(agent, write, words, language):
    agent.answers = {"un": [NATIONALITY], "deux": [AGE]}
    await in_form(agent, language=language)
    await write("un")
    await write("deux")
    said = await write(token=await token_of(GUINEA))
    assert said == [await words("utter_old_button", language), await words(AGE, language)]
    assert agent.texts == ["un", "deux"]


async def test_a_button_of_a_form_that_was_left_answers_nothing(agent, write):
    agent.answers["un"] = [AGE]
    await in_form(agent)
    await write("un")
    await agent.say(PERSON, "utter_menu", events=[ActiveLoop(None)])
    await write(token=await token_of(ADULT))
    assert agent.texts == ["un"]


async def test_a_button_that_answers_no_question_works_at_any_time(agent, write):
    agent.answers["deux"] = [AGE]
    await write("un")
    await in_form(agent)
    await write("deux")
    await write(token=await token_of("/ask_question"))
    assert agent.texts[-1] == "/ask_question"


# --- typed numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["2", "٢", "2.", "(2)", "2️⃣"])
async def test_a_typed_number_is_the_button_at_that_place(agent, write, number):
    await agent.say(PERSON, "utter_language")
    await write(number)
    assert agent.texts == ['/choose_language{"language_choice": "ar"}']
    assert agent.heard[0].metadata["typed"] is False


@pytest.mark.parametrize("text", ["4", "0", "٩", "22 ans", "2 enfants"])
async def test_a_number_without_a_button_is_a_text(agent, write, text):
    await agent.say(PERSON, "utter_language")
    await write(text)
    assert agent.texts == [text]
    assert agent.heard[0].metadata["typed"] is True


async def test_before_there_were_buttons_a_number_is_a_text(agent, write):
    await write("1")
    assert agent.heard[0].metadata["typed"] is True


async def test_a_number_answers_the_question_of_a_form(agent, write):
    await in_form(agent, AGE)
    await write("1")
    assert agent.texts == [ADULT]


# --- stop ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["STOP", "stop", "Stop.", "unsubscribe", "arrêter", "Désabonner", "توقف", "إيقاف", "قف", "hbso"]
)
async def test_stop_ends_the_messages(agent, write, text):
    await write(text)
    assert agent.texts == ["/stop_messages"]


@pytest.mark.parametrize("text", ["stop", "توقف", "arrêter"])
async def test_in_a_form_that_word_is_left_to_the_form(agent, write, text):
    await in_form(agent, AGE)
    await write(text)
    assert agent.texts == [text]
    assert agent.heard[0].metadata["typed"] is True


@pytest.mark.parametrize(
    "text", ["non-stop", "je veux arrêter ma demande d'asile", "stop them please, they hit me", "stopover"]
)
async def test_a_sentence_with_that_word_is_a_text(agent, write, text):
    await write(text)
    assert agent.texts == [text]


# --- what is not text ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["🙏", "👍🏽👍🏽", "❤️", "🇲🇦", "...", "؟"])
async def test_signs_without_words_are_told_to_be_so(agent, write, text):
    await write(text)
    assert agent.texts == ['/received{"kind": "emoji"}']
    assert agent.heard[0].metadata["typed"] is False


@pytest.mark.parametrize("text", ["merci 🙏", "🙏 شكرا", "ok 👍"])
async def test_signs_with_words_are_a_text(agent, write, text):
    await write(text)
    assert agent.texts == [text]


async def test_a_payload_goes_to_rasa_as_it_is(agent, write):
    await write(payload=received("voice", voice="file-1"))
    assert [json.loads(text.removeprefix("/received")) for text in agent.texts] == [
        {"kind": "voice", "voice": "file-1"}
    ]
    assert agent.heard[0].metadata["typed"] is False


async def test_a_typed_payload_is_a_text(agent, write):
    await write("/erase_my_data")
    assert agent.heard[0].metadata["typed"] is True


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["picture", "video", "document", "voice"])
async def test_words_below_a_picture_are_answered_too(phone, agent, write, words, kind, language):
    await agent.say(PERSON, language=language)
    said = await write("combien ?", payload=received(kind))
    assert said == [await words(f"utter_received_{kind}", language), await words("utter_menu", language)]
    assert agent.texts == ["combien ?"]


async def test_the_word_on_the_picture_has_no_buttons_of_its_own(phone, agent, write):
    await write("combien ?")
    await write("combien ?", payload=received("picture"))
    assert phone.shown[0] == phone.shown[1]


async def test_a_kind_without_a_word_of_its_own_gets_the_general_one(write, words):
    assert (await write("voilà", payload=received("other")))[0] == await words("utter_received", "fr")


async def test_stop_below_a_picture_is_heard(agent, write):
    await write("STOP", payload=received("picture"))
    assert agent.texts == ["/stop_messages"]


# --- the own phone number -----------------------------------------------------------------------


async def test_the_own_number_answers_the_question_for_it(agent, write):
    await in_form(agent, ASKS_FOR_PHONE, form="callback_form")
    await write(phone="+212612345678")
    assert agent.texts == ["+212612345678"]
    assert agent.heard[0].metadata["typed"] is True


@pytest.mark.parametrize("asked", [None, AGE])
async def test_a_number_nobody_asked_for_is_not_kept(agent, write, asked):
    if asked:
        await in_form(agent, asked)
    await write(phone="+212612345678")
    assert agent.texts == ['/received{"kind": "contact"}']


# --- too many messages --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_writes_too_fast_is_told_so_once(phone, agent, write, words, language):
    await agent.say(PERSON, language=language)
    await too_fast(phone)
    assert await write("bonjour") == [await words("utter_too_fast", language)]
    assert await write("bonjour") == []
    assert agent.heard == []
    assert await InboundMessage.objects.filter(finished_at=None).acount() == 0


@pytest.mark.parametrize("hint", LANGUAGES)
async def test_it_is_told_in_the_language_of_the_phone(phone, write, words, hint):
    await too_fast(phone)
    assert await write("bonjour", hint=hint) == [await words("utter_too_fast", hint)]


async def test_others_are_answered_meanwhile(phone, write):
    await too_fast(phone)
    assert await write("bonjour", person=OTHER)


@pytest.mark.parametrize("text", [DANGER, "أريد أن أموت", "i want to die"])
async def test_danger_is_answered_however_many_came_before(phone, agent, write, words, text):
    agent.topics[text], agent.answers[text] = "safety_suicide", ["utter_faq/safety_suicide"]
    await too_fast(phone)
    await write("bonjour")
    assert await write(text) == [await words("utter_faq/safety_suicide", "fr")]


async def test_another_question_is_not_answered_then(phone, agent, write):
    agent.topics["c'est gratuit ?"] = "cost_free"
    await too_fast(phone)
    await write("bonjour")
    assert await write("c'est gratuit ?") == []


async def test_the_emergency_numbers_offered_then_can_be_tapped(phone, agent, write):
    numbers = "/faq/safety_emergency_numbers"
    agent.topics[numbers] = numbers.removeprefix("/faq/")
    await too_fast(phone)
    await write("bonjour")
    assert await write(token=await token_of(numbers))
    assert agent.texts == [numbers]


async def test_an_old_button_is_not_answered_then(phone, agent, write):
    await too_fast(phone)
    await write("bonjour")
    assert await write(token="old") == []


# --- the webhook --------------------------------------------------------------------------------


def posted(body=b"{}", **headers):
    return SimpleNamespace(body=body, headers=headers)


async def test_a_call_is_given_to_the_channel(phone):
    assert (await phone._webhook(posted(b"x" * LARGEST_BODY))).body == b"taken"


async def test_a_body_that_is_too_large_is_refused(phone):
    assert (await phone._webhook(posted(b"x" * (LARGEST_BODY + 1)))).status == 413


async def test_a_busy_message_is_asked_for_again(phone):
    phone.webhook_error = MessageBusy("m1")
    assert (await phone._webhook(posted())).status == 503


async def test_a_fault_is_asked_for_again_and_the_log_has_only_its_kind(phone, caplog):
    phone.webhook_error = ValueError("je suis Fatou Diallo")
    assert (await phone._webhook(posted(b"je suis Fatou Diallo"))).status == 500
    assert "ValueError" in caplog.text
    assert "Fatou" not in caplog.text


# --- voice messages for counsellors -------------------------------------------------------------


def heard(authorization):
    return posted(**({"Authorization": authorization} if authorization else {}))


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "right", "bearer right", "Basic right", "Bearer é"])
async def test_a_voice_message_needs_the_token(phone, settings, given):
    settings.RASA_TOKEN = "right"
    answer = await phone._media(heard(given), "voice-1")
    assert (answer.status, b"OggS" in answer.body) == (403, False)


async def test_with_the_token_it_comes_with_its_type(phone, settings):
    settings.RASA_TOKEN = "right"
    answer = await phone._media(heard("Bearer right"), "voice-1")
    assert (answer.status, answer.body, answer.content_type) == (200, b"OggS", "audio/ogg")


async def test_a_voice_message_that_the_provider_does_not_give_is_not_found(phone, settings):
    settings.RASA_TOKEN = "right"
    assert (await phone._media(heard("Bearer right"), "voice-2")).status == 404


# --- Rasa's side --------------------------------------------------------------------------------


def routes(channel):
    return {route.uri for route in channel.blueprint(None)._future_routes}


def test_a_channel_that_is_off_has_only_its_state():
    assert routes(Telephone(is_on=False)) == {"/"}
    assert Telephone(is_on=False).get_output_channel() is None


def test_a_channel_that_is_on_is_called_and_gives_voice_messages():
    assert routes(Telephone()) == {"/", "/webhook", "/media/<reference:path>"}


async def test_what_rasas_http_api_sends_goes_out(phone):
    await phone.get_output_channel().send_response(PERSON, {"text": "Bonjour"})
    assert phone.sent == [("+212612345678", "Bonjour")]
