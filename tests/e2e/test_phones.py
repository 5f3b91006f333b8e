"""People write on Telegram and WhatsApp: the real dialogue server and actions between local stand-ins of both providers."""

import base64
import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.test import override_settings
from peer import post
from phones import NUMBER, PUBLIC_URL, Phones, Telegrammer, WhatsApper, until
from twilio_peer import error_body

from desk.conversations.identity import conversation_id

CHANNELS = pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
HELLO = {"fr": "bonjour à tous", "ar": "السلام عليكم ورحمة الله", "en": "good morning my friend"}
LANGUAGES = pytest.mark.parametrize("language", list(HELLO))
Person = Telegrammer | WhatsApper


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    running = Phones(tmp_path_factory.mktemp("phones"))
    try:
        running.start("dialogue", "actions")
        yield running
        assert running.telegram.faults == []
        assert running.twilio.faults == []
    finally:
        running.stop()


@pytest.fixture
def person(phones: Phones) -> Callable[..., Person]:
    """Someone who has said hello in a language."""

    def build(channel: str, language: str = "") -> Person:
        someone = phones.person(channel, language if channel == "telegram" else "")
        if language:
            someone.writes(HELLO[language])
        return someone

    return build


# --- every kind of message is answered, in the person's language ------------------------------------

KINDS = {
    "voice": {"fr": "message vocal", "ar": "الصوتية", "en": "voice message"},
    "photo": {"fr": "les images", "ar": "الصور", "en": "pictures"},
    "video": {"fr": "les vidéos", "ar": "الفيديو", "en": "videos"},
    "document": {"fr": "les documents", "ar": "الملفات", "en": "documents"},
    "sticker": {"fr": "autocollants", "ar": "الملصقات", "en": "stickers"},
    "location": {"fr": "Où êtes-vous maintenant", "ar": "أين أنت الآن", "en": "Where are you now"},
    "contact": {"fr": "ce contact", "ar": "جهة الاتصال", "en": "this contact"},
}
TELEGRAM_KINDS = {
    "poll": {"fr": "messages écrits", "ar": "المكتوبة", "en": "written messages"},
    "reaction": {"fr": "Merci pour ce signe", "ar": "شكرا على هذه الإشارة", "en": "Thank you for the sign"},
}
ALL_KINDS = [("telegram", kind) for kind in KINDS | TELEGRAM_KINDS] + [
    *(("whatsapp", kind) for kind in KINDS),
    ("whatsapp", "empty"),
]
WORDS = KINDS | TELEGRAM_KINDS | {"empty": {"fr": "sans mots", "ar": "بدون كلمات", "en": "without words"}}


@LANGUAGES
@pytest.mark.parametrize(("channel", "kind"), ALL_KINDS)
def test_what_is_not_text_is_answered_in_the_persons_language(person, channel: str, kind: str, language: str):
    someone = person(channel, language)
    assert WORDS[kind][language] in someone.sends(kind)
    assert len(someone.titles) >= 2, "there is a way on"


@CHANNELS
@LANGUAGES
def test_emoji_alone_are_answered(person, channel: str, language: str):
    assert {"fr": "sans mots", "ar": "بدون كلمات", "en": "without words"}[language] in person(channel, language).writes(
        "🙏🙏"
    )


@LANGUAGES
def test_an_edited_message_is_not_taken_for_a_new_one(person, language: str):
    said = person("telegram", language).sends("edited", "combien d'argent")
    assert {"fr": "un ancien message", "ar": "رسالة قديمة", "en": "old message"}[language] in said


@CHANNELS
def test_a_forwarded_text_is_answered_as_a_text(person, channel: str):
    assert "Où êtes-vous" in person(channel, "fr").sends("forwarded", "combien de temps ça prend pour rentrer")


@CHANNELS
def test_a_very_long_text_is_answered(person, channel: str):
    long = "je veux rentrer dans mon pays avec une aide " * (30 if channel == "whatsapp" else 90)
    assert person(channel, "fr").writes(long)


@CHANNELS
def test_words_below_a_picture_are_not_overlooked(person, channel: str):
    said = person(channel, "fr").sends("photo", caption="je veux mourir, j'en peux plus")
    assert "les images" in said
    assert "votre vie compte" in said


@CHANNELS
@pytest.mark.parametrize(("language", "number"), [("fr", "3"), ("ar", "٣"), ("en", "3.")])
def test_a_number_means_the_button_at_that_place(person, channel: str, language: str, number: str):
    someone = person(channel, language)
    title = someone.titles[2]
    by_number = someone.writes(number)
    assert by_number == person(channel, language).taps(title)


@CHANNELS
def test_the_button_of_an_earlier_question_is_not_taken_for_an_answer(person, channel: str):
    someone = person(channel, "fr")
    someone.taps("Puis-je avoir une aide ?")
    someone.taps("Maroc")
    old = someone.titles
    someone.taps("Mali")
    assert "Stop" in old
    said = tap_first(someone, "Mali")
    assert "question d'avant" in said
    assert "vos papiers" in said, "the question that is open"


def tap_first(someone: Person, title: str) -> str:
    """Tap the oldest button with this title."""
    found = [
        (name, data)
        for message in someone.shown()
        for row in (message.buttons if isinstance(someone, Telegrammer) else [message.buttons])
        for name, data in row
    ]
    token = next(data for name, data in found if name.removeprefix("✓ ") == title)
    if isinstance(someone, Telegrammer):
        return someone.sends("old_tap", token)
    return someone.sends("tapped", title, token, in_list=True)


@CHANNELS
def test_a_button_we_do_not_know_shows_where_the_conversation_is(person, channel: str):
    someone = person(channel, "en")
    said = someone.sends("old_tap", "x" * 64) if channel == "telegram" else someone.sends("tapped", "Old", "x" * 64)
    assert "earlier question" in said
    assert "I am a computer program" in said


@CHANNELS
def test_a_typed_payload_is_a_text(person, phones: Phones, channel: str):
    someone = person(channel, "en")
    someone.writes('/callback_cancel{"answer": "yes"}')
    someone.writes('/greet{"programme": "yemen", "language_choice": "ar"}')
    assert not any("\u0600" <= letter <= "\u06ff" for letter in someone.text)
    events = tracker_events(phones)
    assert '"value": "yemen"' not in "".join(row for row in events if '"event": "slot"' in row and "programme" in row)


def tracker_events(phones: Phones) -> list[str]:
    return [row[0] for row in phones.system.rows("SELECT data FROM events", file="tracker")]


# --- Telegram's own ways ----------------------------------------------------------------------------


@LANGUAGES
def test_start_greets_in_the_language_of_the_phone(phones: Phones, language: str):
    someone = phones.person("telegram", language)
    assert {"fr": "Bonjour", "ar": "مرحبا", "en": "Hello"}[language] in someone.sends("command", "/start")


def test_a_poster_names_programme_and_language(phones: Phones):
    someone = phones.person("telegram", "en")
    assert "Bonjour" in someone.sends("command", "/start belgium-fr")
    assert "0800 32 745" in someone.writes("je n'ai pas de passeport pour rentrer"), "the place is known"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/menu", "Que souhaitez-vous faire"),
        ("/language", "choisissez"),
        ("/human", "d'accord"),
        ("/delete", "supprim"),
    ],
)
def test_commands_of_the_menu_work(person, command: str, words: str):
    assert words in person("telegram", "fr").sends("command", command)


def test_the_commands_are_registered_in_every_language(phones: Phones):
    assert set(phones.telegram.commands) == {"", "fr", "ar", "en"}
    names = {tuple(item["command"] for item in items) for items in phones.telegram.commands.values()}
    assert names == {("start", "menu", "language", "human", "delete")}
    assert len({items[4]["description"] for items in phones.telegram.commands.values()}) == 3


def test_the_webhook_is_registered_with_its_secret(phones: Phones):
    call = phones.telegram.calls_of("setWebhook")[0]
    assert call.fields["url"] == f"{PUBLIC_URL}/webhooks/telegram/webhook"
    assert len(call.fields["secret_token"]) >= 16


def test_a_tap_is_acknowledged_and_the_choice_is_shown(person, phones: Phones):
    someone = person("telegram", "fr")
    before = len(phones.telegram.calls_of("answerCallbackQuery"))
    someone.taps("Langue")
    until(lambda: len(phones.telegram.calls_of("answerCallbackQuery")) > before)
    assert until(lambda: "✓ Langue" in [title for m in someone.shown() for row in m.buttons for title, _ in row])


def test_typing_is_shown_and_link_previews_are_off(person, phones: Phones):
    someone = person("telegram", "en")
    someone.writes("where is the office")
    assert all(message.link_preview_off for message in someone.shown())
    assert phones.telegram.calls_of("sendChatAction")


def test_the_phone_can_be_sent_with_one_tap(person):
    someone = person("telegram", "fr")
    someone.taps("Parler à quelqu'un")
    someone.taps("Oui, je suis d'accord")
    someone.taps("Maroc")
    someone.writes("Awa")
    keyboard = someone.shown()[-1].keyboard
    assert keyboard["keyboard"][0][0]["request_contact"] is True
    assert "+212 6 12 34 56 78" in someone.sends("contact", phone="+212612345678")
    assert {"remove_keyboard": True} in [message.keyboard for message in someone.new]


def test_a_foreign_contact_is_not_taken_for_the_own_number(person):
    someone = person("telegram", "fr")
    someone.taps("Parler à quelqu'un")
    someone.taps("Oui, je suis d'accord")
    someone.taps("Maroc")
    someone.writes("Awa")
    said = someone.sends("contact", phone="+212612345678", own=False)
    assert "+212" not in said
    assert "pas gardé ce contact" in said


def test_groups_are_refused_politely(phones: Phones):
    group = -1002000000000 - random.randrange(10**6)
    assert phones.telegram.deliver(phones.telegram.group_text(group, "bonjour", language_code="fr")) == 200
    assert "dans les groupes" in phones.telegram.shown(group)[0].text
    assert str(group) in [call.fields["chat_id"] for call in phones.telegram.calls_of("leaveChat")]


def test_long_buttons_stand_alone_and_short_ones_in_pairs(person):
    someone = person("telegram", "fr")
    rows = someone.shown()[-1].buttons
    assert [len(row) for row in rows] == [1, 1, 1, 1]
    someone.writes("combien de temps ça prend")
    assert [len(row) for row in someone.shown()[-1].buttons] == [2, 2, 1]


def test_an_unknown_update_is_acknowledged_and_ignored(phones: Phones):
    someone = phones.person("telegram", "fr")
    assert phones.telegram.deliver(phones.telegram.unknown(someone.number)) == 200
    assert someone.shown() == []


# --- WhatsApp's own ways ------------------------------------------------------------------------------


def test_few_buttons_are_quick_replies_and_many_are_a_list(person):
    someone = person("whatsapp", "fr")
    assert someone.shown()[-1].kind == "list-picker"
    someone.sends("sticker")
    assert someone.shown()[-1].kind == "quick-reply"


def test_the_same_text_with_buttons_is_made_once(person, phones: Phones):
    person("whatsapp", "en")
    before = len(phones.twilio.calls_of("contents.create"))
    person("whatsapp", "en")
    assert len(phones.twilio.calls_of("contents.create")) == before


def test_without_the_content_api_there_is_a_numbered_menu(person, phones: Phones):
    phones.twilio.fail("contents.create", 500, times=50)
    try:
        someone = phones.person("whatsapp")
        someone.writes(HELLO["ar"])
        said = someone.writes("اللغة")
    finally:
        phones.twilio.heal()
    assert "1. Français" in said
    assert "رقم اختيارك" in said


def test_no_number_or_name_stays_at_twilio_in_a_text_with_buttons(person, phones: Phones):
    someone = person("whatsapp", "fr")
    someone.taps("Parler à quelqu'un")
    someone.taps("Oui, je suis d'accord")
    someone.taps("Maroc")
    someone.writes("Aminata-Secret")
    someone.writes("0612345679")
    someone.taps("Oui")
    someone.taps("Appel sans message")
    someone.taps("Français")
    someone.taps("N'importe quand")
    assert "Aminata-Secret" in someone.taps("Autre chose")
    kept = json.dumps([call.fields for call in phones.twilio.calls_of("contents.create")], ensure_ascii=False)
    assert "Aminata-Secret" not in kept
    assert "12 34 56 79" not in kept.replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "word"), [("en", "STOP"), ("fr", "Arrêt"), ("ar", "توقف")])
def test_opt_out_words_are_honoured(person, phones: Phones, language: str, word: str):
    someone = person("whatsapp", language)
    said = someone.writes(word)
    assert {"en": "no more messages", "fr": "plus de messages", "ar": "رسائل"}[language] in said
    assert push(phones, someone, "Hello from the office") == ("held", "stopped")
    assert "Hello from the office" not in someone.all()


def test_status_callbacks_are_recorded(person, phones: Phones):
    someone = person("whatsapp", "fr")
    sid = someone.shown()[-1].sid
    for status, code in (("delivered", None), ("read", None), ("sent", None)):
        someone.delivers(phones.twilio.status(sid, status, code))
    assert delivery(phones, sid) == ("read", "")
    someone.sends("sticker")
    sid = someone.shown()[-1].sid
    someone.delivers(phones.twilio.status(sid, "undelivered", 63016))
    assert delivery(phones, sid) == ("failed", "window")


def delivery(phones: Phones, provider_id: str) -> tuple:
    return phones.system.rows("SELECT status, reason FROM conversations_delivery WHERE provider_id = ?", provider_id)[0]


def test_after_a_day_of_silence_a_message_is_held_and_a_template_asks_to_write(person, phones: Phones):
    someone = person("whatsapp", "fr")
    age(phones, someone)
    assert push(phones, someone, "Votre dossier avance.") == ("held", "window")
    assert push(phones, someone, "Encore un mot.") == ("held", "window")
    assert [message.kind for message in someone.shown()].count("template") == 1
    assert "dossier avance" not in someone.all()
    said = someone.writes("oui bonjour je suis là")
    assert said.index("dossier avance") < said.index("Encore un mot"), "what was held comes first"


def age(phones: Phones, someone: Person) -> None:
    """Let the person's last message be two days old."""
    conversation = conversation_of(phones, someone)
    with sqlite3.connect(phones.system.var / "desk.sqlite3", timeout=20) as database:
        database.execute(
            "UPDATE conversations_contact SET last_received_at = datetime('now', '-2 days') WHERE conversation_id = ?",
            (conversation,),
        )


def conversation_of(phones: Phones, someone: Person) -> str:
    """The conversation's id, as the system makes it."""
    key = base64.urlsafe_b64decode((phones.system.var / "conversation_key").read_text())
    with override_settings(CONVERSATION_KEYS=[key]):
        if isinstance(someone, Telegrammer):
            return conversation_id("telegram", str(someone.number))
        return conversation_id("whatsapp", someone.address)


def push(phones: Phones, someone: Person, text: str) -> tuple[str, str]:
    """Write to a person through Rasa's HTTP API, as the desk does; returns what became of the message."""
    conversation = conversation_of(phones, someone)
    channel = conversation.partition("-")[0]
    query = {
        "token": (phones.system.var / "rasa_token").read_text(),
        "output_channel": channel,
        "execute_side_effects": "true",
    }
    event = {"event": "bot", "text": text, "metadata": {"language": "fr"}}
    last = phones.system.rows("SELECT coalesce(max(id), 0) FROM conversations_delivery")[0][0]
    url = f"{phones.system.url('dialogue')}/conversations/{conversation}/tracker/events"
    post(url, params=query, json=event, timeout=60).raise_for_status()
    rows = "SELECT status, reason FROM conversations_delivery WHERE conversation_id = ? AND id > ? ORDER BY id LIMIT 1"
    return phones.system.rows(rows, conversation, last)[0]


def test_a_counsellor_writes_through_the_desk(person, phones: Phones):
    someone = person("telegram", "fr")
    code = (
        "import asyncio; from desk.conversations.dialogue import message_push as f; "
        f"rows = asyncio.run(f(conversation_id={conversation_of(phones, someone)!r}, text='Bonjour', language='fr')); "
        "print([row.status for row in rows])"
    )
    assert "['sent']" in phones.system.manage("shell", "--verbosity", "0", "-c", code)
    assert someone.shown()[-1].text == "Bonjour"


@CHANNELS
def test_while_a_counsellor_writes_words_go_to_the_desk_and_danger_is_answered(person, phones: Phones, channel: str):
    someone = person(channel, "fr")
    conversation = conversation_of(phones, someone)
    take = f"from desk.conversations.takeover import takeover_extend as f; f(conversation_id={conversation!r})"
    phones.system.manage("shell", "--verbosity", "0", "-c", take)
    assert push(phones, someone, "Puis-je vous appeler à cinq heures ?") == ("sent", "")
    before = len(someone.shown())
    someone.sends("text", "oui, à cinq heures")
    assert len(someone.shown()) == before
    received = "SELECT count(*) FROM conversations_received WHERE conversation_id = ?"
    assert phones.system.rows(received, conversation) == [(1,)]
    assert someone.writes("je veux mourir")
    assert someone.writes("menu")
    assert someone.writes("est-ce que c'est gratuit")
    assert phones.system.rows(received, conversation) == [(3,)]


# --- genuine senders only -------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "wrong", "sample-secret-of-the-webhooK"])
def test_a_telegram_call_without_the_secret_is_refused(phones: Phones, secret: str | None):
    someone = phones.person("telegram")
    assert phones.telegram.deliver(phones.telegram.text(someone.number, "bonjour"), secret=secret) == 403
    assert someone.shown() == []


@pytest.mark.parametrize("signature", ["wrong", None])
def test_a_twilio_call_without_its_signature_is_refused(phones: Phones, signature: str | None):
    someone = phones.person("whatsapp")
    form = phones.twilio.text(someone.address, "bonjour")
    address = f"{PUBLIC_URL}/webhooks/whatsapp/webhook"
    assert phones.twilio.deliver(form, phones.whatsapp_webhook, address, signature)[0] == 403
    assert phones.twilio.deliver(form, phones.whatsapp_webhook, address.replace("https", "http"))[0] == 403
    assert phones.twilio.deliver({**form, "Body": "autre"} | {}, phones.whatsapp_webhook, address, None)[0] == 403
    assert someone.shown() == []


def test_the_http_api_wants_its_token(phones: Phones):
    url = f"{phones.system.url('dialogue')}/conversations/x/tracker"
    assert httpx.get(url).status_code == 401
    token = (phones.system.var / "rasa_token").read_text()
    assert httpx.get(url, params={"token": token}).status_code == 200


# --- once and in order ------------------------------------------------------------------------------------


@CHANNELS
def test_a_thousand_repeated_and_shuffled_deliveries_get_one_reply_each(phones: Phones, channel: str):
    people = [phones.person(channel, "fr" if channel == "telegram" else "") for _ in range(200)]
    deliveries = [delivering(someone, "bonjour à tous") for someone in people] * 5
    random.Random(7).shuffle(deliveries)
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda deliver: deliver(), deliveries))
    assert set(statuses) == {200}
    assert {len(someone.shown()) for someone in people} == {1}


def delivering(someone: Person, text: str) -> Callable[[], int]:
    """One message, to be delivered as often as wanted."""
    if isinstance(someone, Telegrammer):
        update = someone.peer.text(someone.number, text, language_code="fr")
        return lambda: someone.peer.deliver(update)
    form = someone.peer.text(someone.address, text)
    address = f"{PUBLIC_URL}/webhooks/whatsapp/webhook"
    return lambda: someone.peer.deliver(form, someone.phones.whatsapp_webhook, address)[0]


def test_messages_of_one_person_that_arrive_together_are_answered_in_order(phones: Phones):
    people = [phones.person("telegram", "fr") for _ in range(10)]
    kinds = ("sticker", "document", "video", "poll")
    updates = [getattr(phones.telegram, kind)(one.number, language_code="fr") for one in people for kind in kinds]
    random.Random(3).shuffle(updates)
    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(phones.telegram.deliver, updates)) == {200}
    words = ("autocollants", "documents", "vidéos", "messages écrits")
    for someone in people:
        assert [word for message in someone.shown() for word in words if word in message.text] == list(words)


# --- outgoing -------------------------------------------------------------------------------------------


@CHANNELS
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_provider_is_asked_again(person, phones: Phones, channel: str, status: int):
    someone = person(channel, "fr")
    peer, call = (phones.telegram, "sendMessage") if channel == "telegram" else (phones.twilio, "messages.create")
    if status == 429:
        peer.flood(call, retry_after=1, times=2)
    else:
        peer.fail(call, status, times=2)
    started = time.monotonic()
    assert "autocollants" in someone.sends("sticker")
    assert status != 429 or time.monotonic() - started >= 2, "Retry-After is kept"


def test_a_person_who_blocked_the_bot_is_marked_and_not_tried_again(person, phones: Phones):
    someone = person("telegram", "fr")
    phones.telegram.block(someone.number)
    someone.sends("sticker")
    before = len(phones.telegram.calls_of("sendMessage"))
    assert push(phones, someone, "Bonjour du bureau") == ("failed", "blocked")
    assert len(phones.telegram.calls_of("sendMessage")) == before
    phones.telegram.unblock(someone.number)
    assert "autocollants" in someone.sends("sticker")
    assert push(phones, someone, "Bonjour du bureau") == ("sent", "")


def test_a_person_who_left_tells_so_by_an_update(person, phones: Phones):
    someone = person("telegram", "fr")
    phones.telegram.deliver(phones.telegram.blocked(someone.number))
    assert push(phones, someone, "Bonjour") == ("failed", "blocked")
    phones.telegram.unblock(someone.number)
    phones.telegram.deliver(phones.telegram.unblocked(someone.number))
    assert push(phones, someone, "Bonjour") == ("sent", "")


@pytest.mark.parametrize(
    ("code", "outcome"), [(63016, ("held", "window")), (21610, ("failed", "blocked")), (21617, ("failed", "refused"))]
)
def test_what_twilio_refuses_is_recorded_with_the_reason(person, phones: Phones, code: int, outcome: tuple):
    someone = person("whatsapp", "fr")
    phones.twilio.fail("messages.create", 400, body=error_body(code))
    assert push(phones, someone, "Bonjour") == outcome


@CHANNELS
def test_a_counsellor_writes_long_and_it_arrives_in_parts_at_sentence_ends(person, phones: Phones, channel: str):
    someone = person(channel, "fr")
    sentence = "Votre dossier avance bien et nous vous appelons bientôt, merci de votre patience."
    long = " ".join([sentence] * 60)
    assert push(phones, someone, long) == ("sent", "")
    parts = [message.text for message in someone.shown() if "dossier" in message.text]
    limit = 4096 if channel == "telegram" else 1600
    assert len(parts) == -(-len(long) // limit)
    assert all(part.endswith("patience.") and len(part) <= limit for part in parts)
    assert " ".join(parts) == long


@CHANNELS
def test_a_reminder_can_be_triggered_by_an_intent(person, phones: Phones, channel: str):
    someone = person(channel, "en")
    token = (phones.system.var / "rasa_token").read_text()
    url = f"{phones.system.url('dialogue')}/conversations/{conversation_of(phones, someone)}/trigger_intent"
    answer = post(url, params={"token": token, "output_channel": "latest"}, json={"name": "help_menu"}, timeout=20)
    assert answer.status_code == 200
    assert "What would you like to do" in someone.shown()[-1].text


# --- a location, a voice message ------------------------------------------------------------------------


@CHANNELS
def test_a_location_finds_the_nearest_office_and_is_not_kept(person, phones: Phones, channel: str):
    someone = person(channel, "fr")
    someone.sends("location", latitude=34.90001, longitude=-1.33331)  # beyond the border from Oujda
    assert "Oujda" in someone.taps("Maroc"), "which country it is, the person says"
    assert "+212 5 37 65 28 81" in someone.text
    said = someone.sends("location", latitude=33.90001, longitude=-6.93331)
    assert "Rabat" in said
    assert "rue Aït Ourir" in said
    kept = "".join(tracker_events(phones)) + dump(phones)
    assert "33.90001" not in kept
    assert "34.90001" not in kept


def dump(phones: Phones) -> str:
    with sqlite3.connect(phones.system.var / "desk.sqlite3", timeout=20) as database:
        return "\n".join(database.iterdump())


def test_a_voice_message_is_attached_to_the_request_and_can_be_heard(person, phones: Phones):
    for channel in ("telegram", "whatsapp"):
        someone = person(channel, "fr")
        someone.sends("voice", content=b"OggS-my-voice")
        someone.taps("Rappelez-moi")
        for title in ("Oui, je suis d'accord", "Maroc", "Je préfère ne pas dire", "Répondre ici"):
            someone.taps(title)
        for title in ("Français", "N'importe quand", "Autre chose", "Oui, envoyer"):
            someone.taps(title)
        assert "enregistrée" in someone.text
        row = phones.system.rows(
            "SELECT conversation_id, voice FROM callbacks_callbackrequest ORDER BY id DESC LIMIT 1"
        )[0]
        code = (
            "import asyncio; from desk.conversations.dialogue import voice_get as f; "
            f"print(asyncio.run(f(conversation_id={row[0]!r}, reference={row[1]!r})))"
        )
        assert "OggS-my-voice" in phones.system.manage("shell", "--verbosity", "0", "-c", code)


# --- nobody is told -------------------------------------------------------------------------------------


@CHANNELS
def test_no_number_is_in_the_databases_or_the_log(person, phones: Phones, channel: str):
    someone = person(channel, "fr")
    someone.writes("combien de temps ça prend")
    address = str(someone.number) if channel == "telegram" else someone.address.lstrip("+")
    log = phones.system.log("dialogue")
    assert address not in dump(phones) + "".join(tracker_events(phones)) + log
    assert NUMBER.lstrip("+") not in log
    assert "combien de temps" not in log
    assert "700000001:" not in log, "the bot's token"


@CHANNELS
def test_erasing_leaves_nothing_of_the_conversation(person, phones: Phones, channel: str):
    someone = person(channel, "en")
    conversation = conversation_of(phones, someone)
    someone.writes("delete my data")
    assert "deleted" in someone.taps("Yes, delete all")
    assert conversation not in dump(phones)
    assert phones.system.rows("SELECT 1 FROM events WHERE sender_id = ?", conversation, file="tracker") == []


# --- too fast -------------------------------------------------------------------------------------------


@CHANNELS
def test_who_writes_too_fast_is_told_once_and_danger_still_passes(person, channel: str):
    someone = person(channel, "en")
    for _ in range(30):
        someone.writes("where is the office")
    notices = [message for message in someone.shown() if "faster than I can read" in message.text]
    assert len(notices) == 1
    assert "your life matters" in someone.writes("i want to kill myself")
