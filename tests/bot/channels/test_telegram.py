import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import RetryAfter, TimedOut

from bot.channels import telegram as telegram_module
from bot.channels.outbound import content_of
from bot.channels.telegram import COMMANDS, LIMIT, LONGEST_ANSWER, SHORT_TITLE, TelegramInput, marked, send_error
from bot.channels.text import length
from bot.errors import BotError, NotNow, Refused, SettingMissing, Unreachable
from bot.nlg import ASKS_FOR_PHONE
from desk.alerts.delivery import alerts_send
from desk.content.i18n import DEFAULT_LANGUAGE, LANGUAGES
from desk.conversations.identity import conversation_id
from desk.conversations.models import Contact, InboundMessage
from desk.people.telegram import telegram_code, telegram_link
from tests.desk.alerts.conftest import rule  # noqa: F401
from tests.desk.callbacks.conftest import account, waiting  # noqa: F401
from tests.desk.conftest import answers  # noqa: F401

SECRET, PUBLIC_URL = "sample-secret", "https://assistant.example.org"
CHAT, GROUP = 424242, -100777
PERSON = conversation_id("telegram", str(CHAT))
YES, NO = {"title": "Oui", "payload": "/affirm"}, {"title": "Non", "payload": "/deny"}
RIGHT_TO_LEFT_MARK = "\u200f"


def channel(**settings):
    return TelegramInput(**{"token": "1:sample", "secret": SECRET, "public_url": PUBLIC_URL, "api_url": "", **settings})


@pytest.fixture
async def build(telegram, agent, transactional_db, monkeypatch):
    """Opens the channel with these settings."""
    monkeypatch.setattr(telegram_module, "GAP_S", 0.01)
    monkeypatch.setattr(telegram_module, "PAUSE_S", 0.01)
    opened = []

    async def start(**settings):
        bot = channel(**{"token": telegram.token, "api_url": telegram.url, **settings})
        bot.agent = agent
        opened.append(bot)
        await bot.open()
        return bot

    yield start
    agent.going_on.set()
    for bot in opened:
        await bot._stop()


@pytest.fixture
async def bot(build):
    return await build()


@pytest.fixture
def deliver(bot, posted, settled):
    """Posts an update to the webhook; returns the HTTP status when everything it began has ended."""

    async def post(update, secret=SECRET):
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {} if secret is None else {"x-telegram-bot-api-secret-token": secret}
        answer = await bot.webhook(posted(body, headers))
        await settled(bot)
        return answer.status

    return post


@pytest.fixture
def send(bot):
    """Sends a text to the person."""

    async def to_chat(text="Bonjour", **more):
        return await bot.send(str(CHAT), content_of({}, text, **more))

    return to_chat


async def called(peer, name, count=1):
    return await asyncio.to_thread(peer.wait_calls, name, count, 5)


async def shown(peer, chat=CHAT, count=1):
    return await asyncio.to_thread(peer.wait_shown, chat, count, 5)


def texts(peer, chat=CHAT):
    return [message.text for message in peer.shown(chat)]


# --- settings -----------------------------------------------------------------------------------


def test_without_credentials_the_channel_is_off():
    assert not TelegramInput.from_credentials(None).is_on


def test_without_a_token_nothing_is_missing_though_whatsapp_has_an_address():
    assert not channel(token="", secret="").is_on


def test_with_a_token_alone_the_channel_is_on():
    assert channel(secret="", public_url="").is_on


def test_a_public_address_without_a_secret_names_what_is_missing():
    with pytest.raises(SettingMissing, match="TELEGRAM_SECRET"):
        channel(secret="")


def test_credentials_are_the_settings():
    given = {"token": "1:sample", "secret": SECRET, "public_url": PUBLIC_URL, "api_url": "http://127.0.0.1:1"}
    made = TelegramInput.from_credentials(given)
    assert (made.is_on, made.secret, made.api_url) == (True, SECRET, "http://127.0.0.1:1")


# --- what Telegram is told at the start ---------------------------------------------------------


async def test_the_commands_are_named_in_every_language_and_for_all_other_phones_in_the_default(bot, telegram, words):
    await called(telegram, "setWebhook")
    for code, language in [("", DEFAULT_LANGUAGE), *((language, language) for language in LANGUAGES)]:
        expected = [(name, await words(f"utter_command_{name}", language)) for name in COMMANDS]
        assert [(item["command"], item["description"]) for item in telegram.commands[code]] == expected


@pytest.mark.parametrize("address", [PUBLIC_URL, f"{PUBLIC_URL}/"])
async def test_the_webhook_is_registered_with_address_and_secret(build, telegram, address):
    await build(public_url=address)
    await called(telegram, "setWebhook")
    assert telegram.webhook["url"] == f"{PUBLIC_URL}/webhooks/telegram/webhook"
    assert telegram.webhook["secret_token"] == SECRET


async def test_telegram_is_asked_for_taps_edits_and_blocks_too(bot, telegram):
    (call,) = await called(telegram, "setWebhook")
    wanted = {"message", "edited_message", "callback_query", "message_reaction", "my_chat_member"}
    assert set(call.fields["allowed_updates"]) == wanted


@pytest.mark.parametrize("method", ["getMe", "setMyCommands", "setWebhook"])
async def test_when_telegram_is_away_at_the_start_it_is_tried_again(telegram, build, caplog, method):
    telegram.fail(method, 502, times=2)
    await build()
    await called(telegram, "setWebhook", 3 if method == "setWebhook" else 1)
    assert "Telegram does not answer (NetworkError)" in caplog.text


async def test_a_refused_token_is_named_in_the_log_and_not_shown(telegram, build, caplog):
    await build(token="700000001:wrong-token")
    for _ in range(100):
        await asyncio.sleep(0 if "TELEGRAM_TOKEN" in caplog.text else 0.01)
    assert "TELEGRAM_TOKEN is refused by Telegram" in caplog.text
    assert "wrong-token" not in caplog.text


# --- without a public address -------------------------------------------------------------------


@pytest.fixture
async def polling(build):
    return await build(public_url="", secret="")


async def test_without_a_public_address_an_old_webhook_is_taken_away(telegram, build):
    telegram.webhook = {"url": "https://old.example.org"}
    await build(public_url="", secret="")
    await called(telegram, "getUpdates")
    assert telegram.webhook == {}


async def test_updates_that_are_asked_for_are_answered(polling, telegram, words):
    telegram.queue(telegram.text(CHAT, "bonjour", "fr"))
    (message,) = await shown(telegram)
    assert message.text == await words("utter_menu", "fr")


async def test_an_update_is_confirmed_when_it_is_claimed(polling, telegram):
    update = telegram.queue(telegram.text(CHAT, "bonjour"))
    calls = await called(telegram, "getUpdates", 2)
    assert int(calls[1].fields["offset"]) == update["update_id"] + 1
    assert await InboundMessage.objects.filter(message_id=str(update["update_id"])).aexists()


async def test_an_update_in_another_process_is_asked_for_until_it_can_be_claimed(polling, telegram, agent):
    update = telegram.text(CHAT, "bonjour")
    number = str(update["update_id"])
    mine = {"claimed_at": timezone.now(), "claimed_by": "elsewhere:1", "content": {}}
    row = await InboundMessage.objects.acreate(channel="telegram", message_id=number, **mine)
    telegram.queue(update)
    calls = await called(telegram, "getUpdates", 3)
    assert "offset" not in calls[-1].fields
    await row.adelete()
    await shown(telegram)
    assert agent.texts == ["bonjour"]


@pytest.mark.parametrize("status", [500, 409, 0], ids=["error", "another asks too", "connection cut"])
async def test_asking_goes_on_after_a_failure(telegram, build, status):
    telegram.fail("getUpdates", status, times=2)
    telegram.queue(telegram.text(CHAT, "bonjour"))
    await build(public_url="", secret="")
    assert await shown(telegram)


async def test_what_needs_no_answer_is_confirmed_too(polling, telegram, agent):
    telegram.queue(telegram.unknown(CHAT))
    telegram.queue(telegram.text(CHAT, "bonjour"))
    await shown(telegram)
    assert agent.texts == ["bonjour"]


# --- the webhook --------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET.upper(), f"{SECRET} ", f"{SECRET}é"])
async def test_a_call_without_the_secret_is_refused(deliver, telegram, agent, secret):
    assert await deliver(telegram.text(CHAT, "bonjour"), secret) == 403
    assert agent.heard == []


async def test_without_a_secret_of_ours_every_call_is_refused(polling, posted, telegram):
    body = json.dumps(telegram.text(CHAT, "bonjour")).encode()
    assert (await polling.webhook(posted(body, {}))).status == 403


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"update_id=7", b"[" * 100_000])
async def test_what_is_no_json_is_refused(deliver, body):
    assert await deliver(body) == 400


@pytest.mark.parametrize(
    "body", [None, [], "text", 7, {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 7}, {"message": {}}]
)
async def test_json_that_is_no_update_is_acknowledged_and_ignored(deliver, agent, body):
    assert await deliver(body) == 200
    assert agent.heard == []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"chat": None},
        {"chat": {"id": "x", "type": "private"}},
        {"text": 7},
        {"date": "yesterday"},
        {"location": {"latitude": "north", "longitude": 6}, "text": None},
        {"photo": 1, "text": None},
    ],
)
async def test_an_update_that_is_not_as_documented_is_acknowledged_and_ignored(deliver, telegram, agent, spoiled):
    update = telegram.text(CHAT, "bonjour")
    update["message"].update(spoiled)
    assert await deliver(update) == 200
    assert agent.heard == []


@pytest.mark.parametrize("kind", ["unknown", "added_to_group"])
async def test_an_update_without_words_is_never_given_to_rasa(deliver, telegram, agent, kind):
    assert await deliver(getattr(telegram, kind)(GROUP)) == 200
    assert agent.heard == []


@pytest.mark.parametrize(
    ("text", "language"), [("bonjour", "fr"), ("السلام عليكم", "ar"), ("hello", "en"), ("salam, labas?", "ar")]
)
async def test_a_message_is_answered_in_the_chat(deliver, agent, telegram, words, text, language):
    await agent.say(PERSON, language=language)
    assert await deliver(telegram.text(CHAT, text)) == 200
    assert agent.texts == [text]
    assert texts(telegram) == [await words("utter_menu", language)]


async def test_an_answer_shows_its_buttons_and_no_preview_of_links(deliver, telegram):
    await deliver(telegram.text(CHAT, "bonjour"))
    (message,) = telegram.shown(CHAT)
    assert [title for row in message.buttons for title, _ in row]
    assert message.link_preview_off


async def test_a_repeated_update_is_answered_once(deliver, telegram):
    update = telegram.text(CHAT, "bonjour")
    assert [await deliver(update) for _ in range(3)] == [200] * 3
    assert len(telegram.shown(CHAT)) == 1


async def test_updates_that_overtook_each_other_are_answered_in_their_order(deliver, telegram, agent):
    first, second, third = (telegram.text(CHAT, f"text {number}") for number in (1, 2, 3))
    await asyncio.gather(*(deliver(update) for update in (second, third, first)))
    assert agent.texts == ["text 1", "text 2", "text 3"]


async def test_the_person_sees_that_we_write(deliver, telegram):
    await deliver(telegram.text(CHAT, "bonjour"))
    (call,) = telegram.calls_of("sendChatAction")
    assert (call.fields["chat_id"], call.fields["action"]) == (str(CHAT), "typing")


async def test_a_sign_of_writing_that_telegram_refuses_stops_nothing(deliver, telegram):
    telegram.fail("sendChatAction", 400)
    await deliver(telegram.text(CHAT, "bonjour"))
    assert len(telegram.shown(CHAT)) == 1


# --- taps ---------------------------------------------------------------------------------------


@pytest.fixture
async def menu(deliver, telegram):
    """The person was shown a menu; returns its titles."""
    await deliver(telegram.text(CHAT, "bonjour"))
    return [title for row in telegram.shown(CHAT)[0].buttons for title, _ in row]


async def test_a_tapped_button_says_its_payload(menu, deliver, telegram, agent):
    await deliver(telegram.tap(CHAT, menu[0]))
    assert agent.texts[-1].startswith("/")


async def test_a_tap_stops_the_clock_of_the_button(menu, deliver, telegram):
    tap = telegram.tap(CHAT, menu[0])
    await deliver(tap)
    (call,) = telegram.calls_of("answerCallbackQuery")
    assert call.fields["callback_query_id"] == tap["callback_query"]["id"]


async def test_the_tapped_button_is_marked_and_no_other(menu, deliver, telegram):
    for title in menu[:2]:
        await deliver(telegram.tap(CHAT, title))
        titles = [shown_title for row in telegram.shown(CHAT)[0].buttons for shown_title, _ in row]
        telegram.messages[CHAT] = telegram.messages[CHAT][:1]  # the next tap is on the same message
        assert titles == [f"✓ {name}" if name == title else name for name in menu]


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageReplyMarkup"])
async def test_a_tap_is_answered_though_its_message_cannot_be_changed(menu, deliver, telegram, agent, method):
    telegram.fail(method, 400)
    assert await deliver(telegram.tap(CHAT, menu[0])) == 200
    assert len(agent.heard) == 2


async def test_a_tap_on_a_message_of_long_ago_is_told_to_be_old(deliver, telegram, words):
    assert await deliver(telegram.old_tap(CHAT, "unknown")) == 200
    assert texts(telegram)[0] == await words("utter_old_button", DEFAULT_LANGUAGE)


def keyboard(*titles):
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=title.strip("✓ "))] for title in titles])


@pytest.mark.parametrize(
    ("before", "token", "after"),
    [
        (["a", "b"], "b", ["a", "✓ b"]),
        (["✓ a", "b"], "b", ["a", "✓ b"]),
        (["✓ a", "b"], "a", ["✓ a", "b"]),
        (["✓ a", "b"], "unknown", ["a", "b"]),
    ],
)
def test_the_mark_is_at_the_last_choice_only(before, token, after):
    rows = marked(keyboard(*before), token).inline_keyboard
    assert [(button.text, button.callback_data) for (button,) in rows] == [
        (title, title.strip("✓ ")) for title in after
    ]


# --- groups, and people who leave ---------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_group_is_told_why_in_the_language_of_the_phone_and_left(deliver, telegram, agent, words, language):
    await deliver(telegram.group_text(GROUP, "bonjour à tous", language))
    assert texts(telegram, GROUP) == [f"{await words('utter_group', language)}\n\n({GROUP})"]
    assert len(telegram.calls_of("leaveChat")) == 1
    assert agent.heard == []


async def test_a_group_without_a_known_language_is_told_in_the_default(deliver, telegram, words):
    await deliver(telegram.added_to_group(GROUP, "sw"))
    assert texts(telegram, GROUP) == [f"{await words('utter_group', DEFAULT_LANGUAGE)}\n\n({GROUP})"]


@pytest.fixture
async def alerted(rule, waiting, account, telegram, settings):  # noqa: F811
    """A group of counsellors under whose alert somebody can tap, and its request."""
    settings.CHOSEN = {**settings.CHOSEN, "TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}

    def build(user="4242"):
        rule(("telegram", str(GROUP)), reads="en")
        if user:
            telegram_link(user=account(), code=telegram_code(telegram_id=user))
        return waiting(conversation_id=PERSON, safety="call_and_message")

    return build


async def taken_by(request):
    await request.arefresh_from_db()
    return request.claimed_by_id


async def test_a_group_of_counsellors_is_not_left_and_nobody_is_answered_there(deliver, telegram, agent, alerted):
    await sync_to_async(alerted)()
    await deliver(telegram.added_to_group(GROUP))
    await deliver(telegram.group_text(GROUP, "je veux rentrer"))
    assert (texts(telegram, GROUP), telegram.calls_of("leaveChat"), agent.heard) == ([], [], [])


async def test_a_tap_under_an_alert_takes_the_request_and_the_group_sees_by_whom(deliver, telegram, bot, alerted):
    request = await sync_to_async(alerted)()
    await sync_to_async(alerts_send)()
    await shown(telegram, GROUP)
    await deliver(telegram.tap(GROUP, "I take it"))
    assert await taken_by(request)
    (message,) = telegram.shown(GROUP)
    assert message.text.endswith("Taken by amina")
    assert message.buttons == []
    (answer,) = telegram.calls_of("answerCallbackQuery")
    assert request.reference in answer.fields["text"]


async def test_a_tap_by_somebody_unknown_takes_nothing_and_says_how_to_be_known(deliver, telegram, alerted):
    request = await sync_to_async(alerted)(user="")
    await sync_to_async(alerts_send)()
    await shown(telegram, GROUP)
    await deliver(telegram.tap(GROUP, "I take it"))
    assert await taken_by(request) is None
    assert telegram_code(telegram_id="4242") in telegram.calls_of("answerCallbackQuery")[0].fields["text"]
    assert len(telegram.calls_of("answerCallbackQuery")[0].fields["text"]) <= LONGEST_ANSWER
    assert telegram.shown(GROUP)[0].buttons != []


async def test_a_tap_in_a_group_that_is_none_of_ours_takes_nothing(deliver, telegram, alerted):
    request = await sync_to_async(alerted)()
    await deliver(telegram.old_tap(GROUP - 1, f"claim:{request.reference}"))
    assert await taken_by(request) is None


@pytest.mark.parametrize("data", ["claim:", "claim:AAA-333", "claim:' OR 1=1", "other"])
async def test_an_old_or_invented_button_in_the_group_does_nothing(deliver, telegram, alerted, data):
    request = await sync_to_async(alerted)()
    assert await deliver(telegram.old_tap(GROUP, data)) == 200
    assert await taken_by(request) is None


async def test_a_group_that_cannot_be_left_now_does_not_fail(deliver, telegram):
    telegram.fail("leaveChat", 500)
    assert await deliver(telegram.group_text(GROUP, "bonjour")) == 200


async def test_a_group_where_the_bot_may_not_write_is_left_too(deliver, telegram):
    telegram.fail("sendMessage", 400)
    await deliver(telegram.group_text(GROUP, "bonjour"))
    assert len(telegram.calls_of("leaveChat")) == 1


async def test_who_blocks_the_bot_is_unreachable_until_they_let_it_in_again(deliver, telegram):
    await deliver(telegram.blocked(CHAT))
    assert (await Contact.objects.aget(conversation_id=PERSON)).unreachable == "blocked"
    await deliver(telegram.unblocked(CHAT))
    assert (await Contact.objects.aget(conversation_id=PERSON)).unreachable == ""
    assert texts(telegram) == []


# --- how a reply is laid out --------------------------------------------------------------------


def laid(*replies, asked=""):
    return channel().layout(list(replies), asked).contents


SENTENCE = "Un conseiller vous répond bientôt. "


@pytest.mark.parametrize("text", [SENTENCE * 300, "أهلا بك في هذا المكان. " * 400, "🙏" * 5000])
def test_a_long_text_comes_in_parts_that_telegram_takes(text):
    parts = [content["text"] for content in laid({"text": text})]
    assert len(parts) > 1
    assert all(0 < length(part) <= LIMIT for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_parts_end_with_a_sentence():
    assert all(content["text"].endswith("bientôt.") for content in laid({"text": SENTENCE * 300}))


def test_the_buttons_stand_below_the_last_part():
    *first, last = laid({"text": SENTENCE * 300, "buttons": [YES, NO]})
    assert [title for title, _ in last["buttons"]] == ["Oui", "Non"]
    assert first
    assert not any(content.get("buttons") for content in first)


def test_every_button_that_is_shown_can_be_recognised():
    made = channel().layout([{"text": "?", "buttons": [YES]}, {"text": "?", "buttons": [NO]}])
    tokens = [token for content in made.contents for _, token in content["buttons"]]
    assert [(button.token, button.payload) for button in made.buttons] == list(
        zip(tokens, ["/affirm", "/deny"], strict=True)
    )


def test_a_reply_without_words_is_no_message():
    assert laid({"text": ""}, {}) == []


async def test_the_question_for_the_phone_shows_a_key_that_sends_it(agent, conversation):
    reply = await agent.nlg.generate(ASKS_FOR_PHONE, conversation(language="fr"), "telegram")
    question, key = laid({**reply, "utter_action": ASKS_FOR_PHONE})
    assert question["text"] == reply["text"]
    assert question["buttons"]
    assert (key["text"], key["keyboard"]) == (reply["share_contact"]["text"], reply["share_contact"]["title"])


def test_the_key_is_taken_away_when_the_phone_is_known():
    removal, answer = laid({"text": "Merci."}, asked=ASKS_FOR_PHONE)
    assert (removal["keyboard"], answer["text"]) == ("remove", "Merci.")
    assert removal["text"].strip()


def test_the_key_stays_while_the_phone_is_asked_for_again():
    asked_again = {"text": "Quel numéro ?", "utter_action": ASKS_FOR_PHONE}
    contents = laid({"text": "Ce numéro est faux."}, asked_again, asked=ASKS_FOR_PHONE)
    assert "remove" not in [content.get("keyboard") for content in contents]


@pytest.mark.parametrize("asked", ["", "utter_ask_eligibility_form_age"])
def test_after_other_questions_there_is_no_key_to_take_away(asked):
    assert [content["text"] for content in laid({"text": "Merci."}, asked=asked)] == ["Merci."]


def test_without_a_reply_nothing_is_said_of_the_key():
    assert laid(asked=ASKS_FOR_PHONE) == []


# --- sending ------------------------------------------------------------------------------------


async def test_a_message_is_sent_and_its_number_comes_back(send, telegram):
    number = await send("Bonjour")
    (message,) = telegram.shown(CHAT)
    assert (str(message.message_id), message.text, message.buttons) == (number, "Bonjour", [])


SHORT, LONG = "x" * SHORT_TITLE, "y" * (SHORT_TITLE + 1)


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["a", "b"], [["a", "b"]]),
        (["a", "b", "c"], [["a", "b"], ["c"]]),
        (["a", "b", "c", "d"], [["a", "b"], ["c", "d"]]),
        ([SHORT, SHORT + "."], [[SHORT], [SHORT + "."]]),
        (["a", SHORT], [["a", SHORT]]),
        ([LONG, "a", "b"], [[LONG], ["a", "b"]]),
        (["a", LONG, "b"], [["a"], [LONG], ["b"]]),
        (["z" * 200], [["z" * 200]]),
    ],
)
async def test_two_short_buttons_share_a_row_and_a_long_one_stands_alone(send, telegram, titles, rows):
    await send(buttons=[(title, f"token-{title[:9]}") for title in titles])
    (message,) = telegram.shown(CHAT)
    assert [[title for title, _ in row] for row in message.buttons] == rows
    assert [data for row in message.buttons for _, data in row] == [f"token-{title[:9]}" for title in titles]


async def test_the_key_asks_for_the_own_number_and_fits_the_screen(send, telegram):
    await send(keyboard="Envoyer mon numéro")
    (message,) = telegram.shown(CHAT)
    assert message.keyboard["keyboard"] == [[{"text": "Envoyer mon numéro", "request_contact": True}]]
    assert message.keyboard["resize_keyboard"] is True


async def test_the_key_can_be_taken_away(send, telegram):
    await send("✓", keyboard="remove")
    (message,) = telegram.shown(CHAT)
    assert message.keyboard["remove_keyboard"] is True


async def test_an_arabic_line_that_begins_with_a_latin_word_reads_from_the_right(send, telegram):
    await send("IOM المنظمة")
    assert texts(telegram) == [f"{RIGHT_TO_LEFT_MARK}IOM المنظمة"]


async def test_an_arabic_text_stays_within_the_limit_with_its_marks(bot, telegram):
    with suppress(Refused):
        for content in laid({"text": "IOM المنظمة الدولية\n" * 250}):
            await bot.send(str(CHAT), content)
    telegram.faults.clear()
    assert max(length(call.fields["text"]) for call in telegram.calls_of("sendMessage")) <= LIMIT


def failure(words):
    return {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, failure("chat not found"), Unreachable),
        (400, failure("message is too long"), Refused),
        (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, NotNow),
        (403, None, Unreachable),
        (500, None, NotNow),
        (502, "<html>Bad gateway</html>", NotNow),
        (0, None, NotNow),
    ],
    ids=["no chat", "refused", "wrong token", "forbidden", "error", "proxy", "connection cut"],
)
async def test_what_telegram_answers_says_whether_to_try_again(send, telegram, status, body, error):
    telegram.fail("sendMessage", status, body=body)
    with pytest.raises(error):
        await send()


async def test_who_blocked_the_bot_is_unreachable(send, telegram):
    telegram.block(CHAT)
    with pytest.raises(Unreachable):
        await send()


async def test_the_wait_that_telegram_asks_for_is_kept(send, telegram):
    telegram.flood("sendMessage", 7)
    with pytest.raises(NotNow) as caught:
        await send()
    assert caught.value.after_s == 7


async def test_an_error_never_holds_the_message(send, telegram):
    telegram.fail("sendMessage", 500)
    with pytest.raises(NotNow) as caught:
        await send("je suis Fatou Diallo")
    assert "Fatou" not in str(caught.value)


@pytest.mark.parametrize("as_timedelta", ["0", "1"])
def test_the_wait_is_seconds_however_the_library_gives_it(monkeypatch, as_timedelta):
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    assert send_error(RetryAfter(timedelta(seconds=90))).after_s == 90


def test_an_answer_that_came_too_late_is_asked_for_again():
    assert isinstance(send_error(TimedOut()), NotNow)


# --- voice messages -----------------------------------------------------------------------------


async def test_a_voice_message_comes_by_its_reference(bot, telegram):
    reference = telegram.voice(CHAT, content=b"OggS-my-voice")["message"]["voice"]["file_id"]
    assert await bot.media(reference) == (b"OggS-my-voice", "audio/ogg")


@pytest.mark.parametrize(("call", "status"), [("getFile", 400), ("getFile", 0), ("file", 404), ("file", 500)])
async def test_a_voice_message_that_telegram_does_not_give_is_an_error_without_the_token(bot, telegram, call, status):
    reference = telegram.voice(CHAT)["message"]["voice"]["file_id"]
    telegram.fail(call, status)
    with pytest.raises(BotError) as caught:
        await bot.media(reference)
    assert telegram.token not in str(caught.value)


@pytest.mark.parametrize("reference", ["unknown", "../getMe", "", "é"])
async def test_an_unknown_reference_is_an_error(bot, reference):
    with pytest.raises(BotError):
        await bot.media(reference)
