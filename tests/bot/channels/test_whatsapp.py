import json
import logging
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from twilio_peer import error_body

from bot.channels.outbound import content_of
from bot.channels.text import length
from bot.channels.whatsapp import LIMIT, WhatsAppInput, read_form, reason_of
from bot.channels.whatsapp_content import LONGEST_BODY, REPLY_LENGTH
from bot.errors import BotError, NotNow, Refused, SettingMissing, Unreachable, WindowClosed
from desk.content.i18n import LANGUAGES
from desk.conversations.identity import conversation_id
from desk.conversations.models import Contact, Delivery, InboundMessage

PUBLIC_URL = "https://assistant.example.org"
ADDRESS = f"{PUBLIC_URL}/webhooks/whatsapp/webhook"
THEIRS = "+212612345678"
PERSON = conversation_id("whatsapp", THEIRS)
YES, NO = {"title": "Oui", "payload": "/affirm"}, {"title": "Non", "payload": "/deny"}
FRENCH, ARABIC = "HX" + "f" * 32, "HX" + "a" * 32
RIGHT_TO_LEFT_MARK = "\u200f"
SETTINGS = {"account_sid": "AC1", "auth_token": "sample", "number": "+41445550100", "public_url": PUBLIC_URL}


def channel(**settings):
    return WhatsAppInput(**{**SETTINGS, **settings})


@pytest.fixture
async def build(twilio, agent, transactional_db):
    """Opens the channel with these settings."""
    opened = []

    async def start(**settings):
        account = {"account_sid": twilio.account_sid, "auth_token": twilio.auth_token, "api_url": twilio.url}
        made = channel(**{**account, **settings})
        made.agent = agent
        await made.open()
        opened.append(made)
        return made

    yield start
    agent.going_on.set()
    for made in opened:
        await made._stop()


@pytest.fixture
async def line(build, settled):
    made = await build()
    await settled(made)
    return made


@pytest.fixture
def deliver(line, twilio, posted, settled):
    """Posts a form to the webhook, signed for an address; returns the HTTP status when everything it began has ended."""

    async def post(form, address=ADDRESS, key=twilio.auth_token, path="/webhook", **changed):
        signature = RequestValidator(key).compute_signature(address, form)
        body = urlencode({**form, **changed}).encode()
        answer = await line.webhook(posted(body, {"x-twilio-signature": signature}, path))
        await settled(line)
        return answer.status

    return post


@pytest.fixture
def send(line):
    """Sends a text to the person."""

    async def to_phone(text="Où ?", language="fr", buttons=(), by=line):
        return await by.send(THEIRS, content_of({"language": language}, text, buttons=list(buttons)))

    return to_phone


def shown(twilio):
    return twilio.shown(THEIRS)


def titled(*titles):
    return [(title, f"token-{place}") for place, title in enumerate(titles)]


def many(count):
    return titled(*(f"choix {place}" for place in range(count)))


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("credentials", [None, {**SETTINGS, "number": ""}, dict.fromkeys(SETTINGS, "")])
def test_without_a_number_the_channel_is_off_and_nothing_is_missing(credentials):
    assert not WhatsAppInput.from_credentials(credentials).is_on


def test_with_all_settings_the_channel_is_on():
    assert WhatsAppInput.from_credentials(SETTINGS).is_on


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (["auth_token"], ["TWILIO_AUTH_TOKEN"]),
        (["account_sid"], ["TWILIO_ACCOUNT_SID"]),
        (["public_url"], ["PUBLIC_URL"]),
        (["account_sid", "auth_token", "public_url"], ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL"]),
    ],
)
def test_with_a_number_every_missing_setting_is_named_and_no_other(missing, names):
    with pytest.raises(SettingMissing) as caught:
        channel(**dict.fromkeys(missing, ""))
    everything = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL"]
    assert [name for name in everything if name in str(caught.value)] == names


@pytest.mark.parametrize(
    ("language", "sid"), [("fr", FRENCH), ("ar", ARABIC), ("en", FRENCH), ("", FRENCH)], ids=["fr", "ar", "en", "none"]
)
def test_the_template_is_that_of_the_language_else_the_first(language, sid):
    made = channel(templates=f"fr:{FRENCH}, ar:{ARABIC}")
    assert made.template(language)["template"] == sid


def test_without_templates_there_is_none():
    assert channel().template("fr") is None


# --- the signature ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["bonjour", "السلام عليكم", "hello 🙏 & more = 100 % + é", ""])
async def test_a_call_that_twilio_signed_is_taken(deliver, twilio, agent, text):
    assert await deliver(twilio.text(THEIRS, text)) == 200
    assert len(agent.heard) == 1


async def test_twilio_hears_that_there_is_nothing_to_say_at_once(line, twilio, posted):
    form = twilio.text(THEIRS, "bonjour")
    signature = RequestValidator(twilio.auth_token).compute_signature(ADDRESS, form)
    answer = await line.webhook(posted(urlencode(form).encode(), {"x-twilio-signature": signature}))
    assert answer.content_type == "text/xml"
    assert answer.body.endswith(b"<Response/>")


async def test_empty_values_belong_to_what_is_signed(deliver, twilio, agent):
    assert await deliver({**twilio.text(THEIRS, "bonjour"), "Empty": "", "AlsoEmpty": ""}) == 200
    assert agent.texts == ["bonjour"]


async def test_behind_a_proxy_the_public_address_is_signed_with_its_query(deliver, twilio):
    assert (
        await deliver(twilio.text(THEIRS, "bonjour"), f"{ADDRESS}?key=a%20b&x=1", path="/webhook?key=a%20b&x=1") == 200
    )


async def test_a_slash_at_the_end_of_the_public_address_changes_nothing(build, twilio, posted):
    made = await build(public_url=f"{PUBLIC_URL}/")
    form = twilio.text(THEIRS, "bonjour")
    signature = RequestValidator(twilio.auth_token).compute_signature(ADDRESS, form)
    answer = await made.webhook(posted(urlencode(form).encode(), {"x-twilio-signature": signature}))
    assert answer.status == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"key": "another-token"},
        {"address": "http://127.0.0.1:5005/webhook"},
        {"address": f"{ADDRESS}?x=1"},
        {"path": "/webhook?x=1"},
        {"Body": "je veux effacer"},
        {"From": "whatsapp:+32470000000"},
        {"ButtonPayload": "token"},
    ],
    ids=["key", "our own address", "query", "no query", "text", "sender", "button"],
)
async def test_a_call_that_was_changed_or_signed_by_others_is_refused(deliver, twilio, agent, forged):
    assert await deliver(twilio.text(THEIRS, "bonjour"), **forged) == 403
    assert agent.heard == []


@pytest.mark.parametrize("headers", [{}, {"x-twilio-signature": ""}, {"x-twilio-signature": "é"}])
@pytest.mark.parametrize("body", [b"", b"From=whatsapp%3A%2B212612345678&MessageSid=SM1&Body=x", b"\xff\xfe", b"{}"])
async def test_a_call_without_a_signature_is_refused(line, posted, agent, body, headers):
    assert (await line.webhook(posted(body, headers))).status == 403
    assert agent.heard == []


@pytest.mark.parametrize("sender", ["+212612345678", "messenger:123", ""])
async def test_what_does_not_come_from_whatsapp_is_acknowledged_and_ignored(deliver, twilio, agent, sender):
    assert await deliver({**twilio.text(THEIRS, "bonjour"), "From": sender}) == 200
    assert agent.heard == []


@pytest.mark.parametrize("missing", ["From", "MessageSid"])
async def test_a_form_without_sender_or_id_is_acknowledged_and_ignored(deliver, twilio, agent, missing):
    form = twilio.text(THEIRS, "bonjour")
    del form[missing]
    assert await deliver(form) == 200
    assert agent.heard == []


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"Body=a%20b&Empty=", {"Body": "a b", "Empty": ""}),
        ("Body=سلام".encode(), {"Body": "سلام"}),
        (b"", {}),
        (b"no form", {"no form": ""}),
        (b"\xff\xfe", {}),
        (b"&".join(b"x%d=1" % number for number in range(500)), {}),
    ],
    ids=["empty value", "arabic", "nothing", "words", "no text", "too many"],
)
def test_a_form_is_read_with_its_empty_values_and_anything_else_is_none(body, form):
    assert read_form(body) == form


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_message_is_answered_on_the_phone_from_our_number(deliver, twilio, agent, words, language):
    await agent.say(PERSON, language=language)
    await deliver(twilio.text(THEIRS, "salam"))
    (message,) = shown(twilio)
    assert message.text.startswith(await words("utter_menu", language))
    (call,) = twilio.calls_of("messages.create")
    assert (call.fields["From"], call.fields["StatusCallback"]) == (twilio.number, ADDRESS)


async def test_a_repeated_message_is_answered_once(deliver, twilio):
    form = twilio.text(THEIRS, "bonjour")
    assert [await deliver(form) for _ in range(3)] == [200] * 3
    assert len(shown(twilio)) == 1


async def test_a_tapped_button_says_its_payload(deliver, twilio, agent):
    await deliver(twilio.text(THEIRS, "bonjour"))
    await deliver(twilio.tap(THEIRS, shown(twilio)[0].buttons[0][0]))
    assert agent.texts[-1].startswith("/")


@pytest.mark.parametrize("word", ["STOP", "arrêter", "توقف", "unsubscribe"])
async def test_who_opts_out_gets_no_more_messages(deliver, twilio, agent, word):
    await deliver(twilio.text(THEIRS, word))
    assert agent.texts == ["/stop_messages"]


# --- what became of a message of ours -----------------------------------------------------------


@pytest.fixture
def reported(deliver, twilio):
    """The row of a message after Twilio told its status."""

    async def told(status, code=None):
        await deliver(twilio.text(THEIRS, "bonjour"))
        await deliver(twilio.status(shown(twilio)[0].sid, status, code))
        return await Delivery.objects.aget()

    return told


@pytest.mark.parametrize(
    ("status", "kept"), [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("failed", "failed")]
)
async def test_a_status_is_noted(reported, status, kept):
    assert (await reported(status)).status == kept


@pytest.mark.parametrize(
    ("code", "reason"),
    [(63016, "window"), (63024, "blocked"), (21610, "blocked"), (63999, "undelivered"), (None, "undelivered")],
)
async def test_an_undelivered_message_has_its_reason_and_twilios_code(reported, code, reason):
    row = await reported("undelivered", code)
    assert (row.status, row.reason, row.error) == ("failed", reason, str(code or ""))


async def test_a_status_is_no_message(reported, agent):
    await reported("read")
    assert len(agent.heard) == 1


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "canceled", "thing_of_the_future"])
async def test_a_status_that_says_nothing_new_is_no_message_either(reported, agent, status):
    assert (await reported(status)).status == "sent"
    assert len(agent.heard) == 1


async def test_a_status_of_a_message_we_do_not_know_is_acknowledged(deliver, twilio, agent):
    form = {"MessageSid": "SM0", "MessageStatus": "read", "From": twilio.number, "To": f"whatsapp:{THEIRS}"}
    assert await deliver(form) == 200
    assert agent.heard == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [("63016", "window"), ("63003", "blocked"), ("21211", "blocked"), ("1", ""), ("", ""), ("63016x", ""), ("-1", "")],
)
def test_the_reason_is_read_from_the_code(code, reason):
    assert reason_of(code) == reason


# --- how a reply is laid out --------------------------------------------------------------------

SENTENCE = "Un conseiller vous répond bientôt. "


@pytest.fixture
def laid(line):
    return lambda *replies: line.layout(list(replies)).contents


@pytest.mark.parametrize("text", [SENTENCE * 120, "أهلا بك في هذا المكان. " * 160, "🙏" * 2000])
def test_a_long_text_comes_in_parts_that_whatsapp_takes(laid, text):
    parts = [content["text"] for content in laid({"text": text})]
    assert len(parts) > 1
    assert all(0 < length(part) <= LIMIT for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_buttons_stand_below_the_last_part_which_is_short_enough_for_them(laid):
    *first, last = laid({"text": SENTENCE * 60, "buttons": [YES, NO]})
    assert [title for title, _ in last["buttons"]] == ["Oui", "Non"]
    assert length(last["text"]) <= LONGEST_BODY
    assert first
    assert not any(content.get("buttons") for content in first)


def test_a_text_with_buttons_is_split_before_one_without(laid):
    text = "x" * (LONGEST_BODY + 1)
    assert [len(laid(reply)) for reply in ({"text": text}, {"text": text, "buttons": [YES]})] == [1, 2]


def test_every_button_that_is_shown_can_be_recognised(line):
    made = line.layout([{"text": "?", "buttons": [YES]}, {"text": "?", "buttons": [NO]}])
    tokens = [token for content in made.contents for _, token in content["buttons"]]
    assert [(button.token, button.payload) for button in made.buttons] == list(
        zip(tokens, ["/affirm", "/deny"], strict=True)
    )


def test_a_reply_without_anything_is_no_message(laid):
    assert laid({"text": ""}, {}) == []


def test_buttons_without_a_text_stop_nothing(laid):
    assert laid({"text": "", "buttons": [YES]}, {"text": "Merci."})[-1]["text"] == "Merci."


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_about_one_person_does_not_stay_at_twilio(line, laid, twilio, words, language):
    said = f"Numéro +212 6 12 34 56 78. {SENTENCE}" * 30
    for content in laid({"text": said, "buttons": [YES, NO], "language": language, "personal": True}):
        await line.send(THEIRS, content)
    *plain, last = shown(twilio)
    assert " ".join(message.text for message in plain).count("+212 6 12 34 56 78") == 30
    assert (last.text, last.kind) == (await words("utter_pick", language), "quick-reply")
    assert "34 56 78" not in json.dumps(twilio.contents)


def test_what_is_about_one_person_needs_no_more_words_without_buttons(laid):
    assert [content["text"] for content in laid({"text": "Votre numéro.", "personal": True})] == ["Votre numéro."]


# --- buttons ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buttons", "kind"),
    [
        (many(1), "quick-reply"),
        (many(3), "quick-reply"),
        (many(4), "list-picker"),
        (many(10), "list-picker"),
        (titled("x" * 20), "quick-reply"),
        (titled("x" * 21), "list-picker"),
        (titled("م" * 24), "list-picker"),
    ],
)
async def test_few_short_buttons_are_quick_replies_and_others_a_list(send, twilio, buttons, kind):
    await send(buttons=buttons)
    (message,) = shown(twilio)
    assert (message.text, message.kind, message.buttons) == ("Où ?", kind, buttons)


@pytest.mark.parametrize(
    "buttons",
    [many(11), titled("x" * 25), titled("Oui", "y" * 30), titled("Oui", "Oui")],
    ids=["too many", "too long", "one too long", "same title"],
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_whatsapp_cannot_show_is_a_numbered_menu(send, twilio, words, buttons, language):
    await send(buttons=buttons, language=language)
    (message,) = shown(twilio)
    lines = message.text.replace(RIGHT_TO_LEFT_MARK, "").split("\n")
    assert lines[0] == "Où ?"
    assert [line for line in lines if line[:1].isdigit()] == [
        f"{place}. {title}" for place, (title, _) in enumerate(buttons, 1)
    ]
    assert lines[-1] == await words("utter_pick_number", language)
    assert (message.kind, twilio.contents) == ("text", {})


async def test_a_numbered_menu_below_the_longest_text_is_still_taken(send, twilio):
    await send("x" * LONGEST_BODY, buttons=titled(*(f"choix {'y' * 25} {place}" for place in range(12))))
    assert len(shown(twilio)[0].text) <= LIMIT


async def test_buttons_can_be_turned_off(build, send, twilio):
    await send(buttons=many(2), by=await build(buttons="no"))
    assert (shown(twilio)[0].kind, twilio.contents) == ("text", {})


async def test_buttons_as_the_outbox_keeps_them_are_buttons(line, twilio):
    await line.send(THEIRS, json.loads(json.dumps(content_of({"language": "fr"}, "Où ?", buttons=many(2)))))
    assert shown(twilio)[0].buttons == many(2)


async def test_the_button_of_a_list_is_named_in_the_language_and_fits(send, twilio, words):
    for language in LANGUAGES:
        await send(buttons=many(5), language=language)
    names = [content["types"]["twilio/list-picker"]["button"] for content in twilio.contents.values()]
    assert names == [await words("utter_pick_button", language) for language in LANGUAGES]
    assert all(0 < len(name) <= REPLY_LENGTH for name in names)


async def test_the_same_text_with_buttons_is_made_once(send, twilio):
    for _ in range(3):
        await send(buttons=many(2))
    assert len(twilio.contents) == 1
    assert [message.kind for message in shown(twilio)] == ["quick-reply"] * 3


@pytest.mark.parametrize(
    "other", [{"language": "ar"}, {"text": "Quand ?"}, {"buttons": many(3)}], ids=["language", "text", "buttons"]
)
async def test_another_text_language_or_button_is_made_anew(send, twilio, other):
    await send(buttons=many(2))
    await send(**{"buttons": many(2), **other})
    assert len(twilio.contents) == 2


async def test_after_a_restart_it_is_still_known(build, send, twilio):
    await send(buttons=many(2))
    await send(buttons=many(2), by=await build())
    assert len(twilio.calls_of("contents.create")) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 0])
async def test_when_twilio_makes_no_buttons_there_is_a_numbered_menu_and_next_time_buttons(send, twilio, status):
    twilio.fail("contents.create", status)
    for _ in range(2):
        await send(buttons=many(2))
    assert [message.kind for message in shown(twilio)] == ["text", "quick-reply"]


async def test_an_arabic_line_that_begins_with_a_latin_word_reads_from_the_right(send, twilio):
    for buttons in ([], many(2), many(11)):
        await send("IOM المنظمة", buttons=buttons)
    assert [message.text[:5] for message in shown(twilio)] == [f"{RIGHT_TO_LEFT_MARK}IOM "] * 3


# --- sending ------------------------------------------------------------------------------------


async def test_a_message_is_sent_and_its_id_comes_back(send, twilio):
    sid = await send("Bonjour")
    (message,) = shown(twilio)
    assert (message.sid, message.text, message.kind) == (sid, "Bonjour", "text")


async def test_a_template_goes_out_by_its_id(line, twilio):
    line.templates = {"fr": twilio.add_content({"twilio/text": {"body": "Écrivez-nous."}}, "fr")}
    await line.send(THEIRS, line.template("fr"))
    assert [(message.text, message.kind) for message in shown(twilio)] == [("Écrivez-nous.", "template")]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (63016, WindowClosed),
        (21211, Unreachable),
        (21610, Unreachable),
        (21614, Unreachable),
        (63003, Unreachable),
        (63024, Unreachable),
        (63032, Unreachable),
        (21617, Refused),
        (21655, Refused),
    ],
)
async def test_twilios_code_says_what_is_wrong(send, twilio, code, error):
    twilio.refuse(THEIRS, code)
    with pytest.raises(error, match=f"error {code}"):
        await send()


@pytest.mark.parametrize("status", [429, 500, 503, 0])
async def test_when_twilio_is_busy_or_away_the_message_may_be_sent_later(send, twilio, status):
    twilio.fail("messages.create", status)
    with pytest.raises(NotNow):
        await send()


async def test_the_wait_that_twilio_asks_for_is_kept(send, twilio):
    twilio.flood("messages.create", 7)
    with pytest.raises(NotNow) as caught:
        await send()
    assert caught.value.after_s == 7


async def test_a_refused_account_is_named_in_the_log_and_the_message_waits(send, twilio, caplog):
    twilio.fail("messages.create", 401, body=error_body(20003, status=401))
    with pytest.raises(NotNow):
        await send()
    assert "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in caplog.text


@pytest.mark.parametrize("status", [201, 400, 503])
async def test_nobodys_number_or_words_are_in_the_log(send, twilio, caplog, status):
    caplog.set_level(logging.DEBUG)
    if status != 201:
        twilio.fail("messages.create", status)
    with suppress(NotNow, Refused):
        await send("je suis Fatou Diallo")
    assert "Fatou" not in caplog.text
    assert "612345678" not in caplog.text


async def test_an_arabic_text_stays_within_the_limit_with_its_marks(line, laid, twilio):
    with suppress(Refused):
        for content in laid({"text": "IOM المنظمة الدولية\n" * 100}):
            await line.send(THEIRS, content)
    twilio.faults.clear()
    assert max(length(call.fields["Body"]) for call in twilio.calls_of("messages.create")) <= LIMIT


async def test_an_arabic_text_with_buttons_stays_within_the_limit_with_its_marks(line, laid, twilio):
    for content in laid({"text": "IOM المنظمة الدولية\n" * 51, "buttons": [YES], "language": "ar"}):
        await line.send(THEIRS, content)
    twilio.faults.clear()
    (call,) = twilio.calls_of("contents.create")
    assert length(call.fields["types"]["twilio/quick-reply"]["body"]) <= LONGEST_BODY


# --- what came while we were down ---------------------------------------------------------------


def ago(twilio, form, **age):
    """The message of this form came some time ago."""
    message = next(message for message in twilio.messages if message["sid"] == form["MessageSid"])
    message["date_sent"] = format_datetime(datetime.now(timezone.utc) - timedelta(**age))


@pytest.fixture
def start(build, settled):
    """Starts the channel and waits until all that was missed is answered."""

    async def begin():
        await settled(await build())

    return begin


async def test_what_was_missed_is_answered_oldest_first(start, twilio, agent):
    for text in ("un", "deux", "trois"):
        twilio.text(THEIRS, text)
    await start()
    assert agent.texts == ["un", "deux", "trois"]
    assert len(shown(twilio)) == 3


async def test_a_missed_message_that_twilio_posts_again_is_not_answered_twice(start, deliver, twilio, agent):
    form = twilio.text(THEIRS, "bonjour")
    await start()
    assert await deliver(form) == 200
    assert agent.texts == ["bonjour"]


async def test_what_was_answered_before_is_left_alone(start, deliver, twilio, agent):
    await deliver(twilio.text(THEIRS, "bonjour"))
    await start()
    assert (agent.texts, len(shown(twilio))) == (["bonjour"], 1)


async def test_messages_to_another_number_are_left_alone(start, twilio, agent):
    twilio.text(THEIRS, "bonjour")
    twilio.messages[0]["to"] = "whatsapp:+41445550199"
    await start()
    assert agent.heard == []


async def test_messages_that_we_sent_ourselves_are_left_alone(start, twilio, agent):
    twilio.text(THEIRS, "bonjour")
    twilio.messages[0]["direction"] = "outbound-api"
    await start()
    assert agent.heard == []


@pytest.mark.parametrize(("hours", "is_answered"), [(1, True), (23, True), (25, False), (24 * 30, False)])
async def test_only_the_last_day_is_looked_through(start, twilio, agent, hours, is_answered):
    ago(twilio, twilio.text(THEIRS, "bonjour"), hours=hours)
    await start()
    assert agent.texts == (["bonjour"] if is_answered else [])


@pytest.mark.parametrize(
    ("kind", "name"), [("voice", "voice"), ("photo", "picture"), ("video", "video"), ("sticker", "sticker")]
)
async def test_a_missed_file_says_its_kind(start, twilio, agent, kind, name):
    getattr(twilio, kind)(THEIRS)
    await start()
    assert agent.texts == [f'/received{{"kind": "{name}"}}']


@pytest.mark.parametrize("status", [500, 401, 0])
async def test_when_twilio_is_away_at_the_start_it_is_asked_again(start, twilio, agent, caplog, status):
    twilio.fail("messages.list", status)
    twilio.text(THEIRS, "bonjour")
    await start()
    assert agent.texts == ["bonjour"]
    assert "what was missed cannot be read" in caplog.text


async def test_a_missed_message_that_breaks_does_not_stop_the_others(start, twilio, agent, monkeypatch):
    for text in ("un", "deux"):
        twilio.text(THEIRS, text)
    broken, handle = ["un"], agent.handle_message

    async def handles(message):
        if message.text in broken:
            raise KeyError(broken.pop())
        await handle(message)

    monkeypatch.setattr(agent, "handle_message", handles)
    await start()
    assert agent.texts == ["deux"]


# --- voice messages -----------------------------------------------------------------------------


async def test_a_voice_message_comes_by_the_reference_that_rasa_heard(deliver, line, twilio, agent):
    await deliver(twilio.voice(THEIRS, b"OggS-my-voice"))
    reference = json.loads(agent.texts[0].removeprefix("/received"))["voice"]
    assert await line.media(reference) == (b"OggS-my-voice", "audio/ogg")


async def test_a_voice_message_is_looked_for_at_twilio_only(deliver, line, twilio, agent):
    await deliver({**twilio.voice(THEIRS), "MediaUrl0": "https://evil.example/a/Messages/MM0/Media/ME0"})
    reference = json.loads(agent.texts[0].removeprefix("/received"))["voice"]
    with pytest.raises(BotError):
        await line.media(reference)
    assert len(twilio.calls_of("media.fetch")) == 1


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "MM1",
        "/ME1",
        "MM1/",
        "../ME1",
        "MM1/..",
        "MM1/ME1/more",
        "MM1/ME1?x=1",
        "MM1/ME1.json",
        "MM1#/ME1",
        "MM 1/ME1",
    ],
)
async def test_a_reference_that_could_lead_elsewhere_is_refused_without_a_call(line, twilio, reference):
    before = len(twilio.calls)
    with pytest.raises(BotError):
        await line.media(reference)
    assert len(twilio.calls) == before


async def test_the_window_opens_when_the_person_writes(deliver, twilio):
    await deliver(twilio.text(THEIRS, "bonjour"))
    contact = await Contact.objects.aget(conversation_id=PERSON)
    assert datetime.now(timezone.utc) - contact.last_received_at < timedelta(minutes=1)
    assert await InboundMessage.objects.filter(conversation_id=PERSON, finished_at=None).acount() == 0
