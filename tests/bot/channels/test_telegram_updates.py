import json

import pytest
from telegram import Update

from bot.channels.phone import Incoming
from bot.channels.telegram_updates import ALLOWED, group_of, incoming, language_of
from bot.nlu.payload import PAYLOAD
from desk.content.schema import PROGRAMMES
from desk.conversations.identity import conversation_id

CHAT, UPDATE = 424242, 7001
PERSON = {"id": CHAT, "is_bot": False, "first_name": "Fatou", "last_name": "Diallo", "language_code": "fr"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Fatou"}
FILE = {"file_id": "file-1", "file_unique_id": "u1", "file_size": 100}
BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}


def message(chat=PRIVATE, sender=PERSON, **content):
    return {"message_id": 5, "date": 1700000000, "chat": chat, "from": sender, **content}


def update(kind="message", **content):
    return Update.de_json({"update_id": UPDATE, kind: content}, None)


def arrived(**content):
    """A message in a private chat."""
    return update(**message(**content))


def from_phone(code):
    sender = {**PERSON, "language_code": code} if code else {k: v for k, v in PERSON.items() if k != "language_code"}
    return arrived(sender=sender, text="bonjour")


def payload(said):
    return json.loads(said.payload.removeprefix("/received"))


# --- texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Je veux rentrer", "أريد العودة إلى بلدي", "I want to go back", "bghit nrje3", "🙏"])
def test_a_text_is_its_words_in_the_persons_conversation(text):
    assert incoming(arrived(text=text)) == Incoming(
        message_id=str(UPDATE),
        conversation_id=conversation_id("telegram", str(CHAT)),
        text=text,
        hint="fr",
        order=UPDATE,
    )


def test_nothing_of_the_persons_name_is_kept():
    assert "Fatou" not in repr(incoming(arrived(text="bonjour")))


def test_a_forwarded_text_is_a_text():
    origin = {"type": "hidden_user", "sender_user_name": "Other", "date": 1700000000}
    assert incoming(arrived(text="bonjour", forward_origin=origin)).text == "bonjour"


def test_a_text_keeps_its_lines_and_signs():
    text = 'Bonjour\n\n  "ça va" ? {programme} <b>&amp;</b> 🙏'
    assert incoming(arrived(text=text)).text == text


@pytest.mark.parametrize("text", ["/start", "/menu", "/language", "/human", "/delete", "/help"])
def test_a_command_is_a_text(text):
    assert incoming(arrived(text=text)).text == text


# --- links from posters -------------------------------------------------------------------------


def linked(words):
    return incoming(arrived(text=f"/start {words}"))


@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize(
    "link", ["{programme}-{language}", "{language}_{programme}", "poster-{programme}-12-{language}"]
)
def test_a_link_names_programme_and_language(link, programme, language):
    said = linked(link.format(programme=programme, language=language))
    assert (said.text, said.payload) == ("", f'/greet{{"programme": "{programme}", "language": "{language}"}}')


@pytest.mark.parametrize(
    ("words", "payload"),
    [
        ("belgium", '/greet{"programme": "belgium"}'),
        ("ar", '/greet{"language": "ar"}'),
        ("hello", "/greet{}"),
        ("france-de", "/greet{}"),
        ("morocco-belgium", '/greet{"programme": "morocco"}'),
        ("fr-ar", '/greet{"language": "fr"}'),
        ("Belgium-FR", "/greet{}"),
        ("-_-", "/greet{}"),
        ("a" * 64, "/greet{}"),
    ],
)
def test_a_link_with_other_words_still_greets(words, payload):
    assert linked(words).payload == payload


@pytest.mark.parametrize("words", ["belgium", "fr", "morocco-ar", "nothing"])
def test_what_a_link_becomes_can_be_read_as_a_payload(words):
    match = PAYLOAD.match(linked(words).payload)
    assert match["intent"] == "greet"
    assert isinstance(json.loads(match["entities"]), dict)


@pytest.mark.parametrize(
    "words",
    [
        'belgium", "language_choice": "en',
        'fr"}',
        "belgium fr",
        "بلجيكا",
        "belgium/fr",
        "{}",
        "a" * 65,
        "belgium\nfr",
    ],
)
def test_a_text_that_only_looks_like_a_link_stays_a_text(words):
    said = linked(words)
    assert (said.text, said.payload) == (f"/start {words}", "")


# --- what is not text ---------------------------------------------------------------------------

KINDS = {
    "voice": ("voice", {**FILE, "duration": 2, "mime_type": "audio/ogg"}),
    "audio": ("voice", {**FILE, "duration": 2, "mime_type": "audio/mpeg"}),
    "photo": ("picture", [{**FILE, "width": 90, "height": 90}]),
    "video": ("video", {**FILE, "width": 1, "height": 1, "duration": 2}),
    "video_note": ("video", {**FILE, "length": 1, "duration": 2}),
    "animation": ("video", {**FILE, "width": 1, "height": 1, "duration": 2}),
    "document": ("document", {**FILE, "file_name": "passport.pdf", "mime_type": "application/pdf"}),
    "sticker": (
        "sticker",
        {**FILE, "width": 1, "height": 1, "type": "regular", "is_animated": False, "is_video": False},
    ),
    "dice": ("other", {"emoji": "🎲", "value": 3}),
    "poll": (
        "other",
        {
            "id": "1",
            "question": "?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        },
    ),
    "story": ("other", {"id": 1, "chat": PRIVATE}),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_not_text_says_its_kind(name):
    kind, content = KINDS[name]
    said = incoming(arrived(**{name: content}))
    assert payload(said)["kind"] == kind
    assert (said.text, said.hint, said.order) == ("", "fr", UPDATE)


@pytest.mark.parametrize("name", ["voice", "audio"])
def test_a_voice_message_has_its_reference(name):
    assert payload(incoming(arrived(**{name: KINDS[name][1]}))) == {"kind": "voice", "voice": "file-1"}


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("voice", "audio")])
def test_nothing_else_has_a_reference(name):
    assert set(payload(incoming(arrived(**{name: KINDS[name][1]})))) == {"kind"}


def test_a_moving_picture_is_a_video_though_telegram_calls_it_a_document_too():
    content = {name: KINDS[name][1] for name in ("document", "animation")}
    assert payload(incoming(arrived(**content))) == {"kind": "video"}


@pytest.mark.parametrize("name", ["photo", "video", "document", "voice"])
@pytest.mark.parametrize("caption", ["C'est quoi ce papier ?", "ما هذه الورقة؟", "What is this paper?", "chno hadi?"])
def test_words_below_it_are_kept_beside_it(name, caption):
    said = incoming(arrived(**{name: KINDS[name][1]}, caption=caption))
    assert said.text == caption
    assert payload(said)["kind"] == KINDS[name][0]


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_title": "x"},
        {"group_chat_created": True},
        {"pinned_message": message(text="old")},
        {"delete_chat_photo": True},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"left_chat_member": PERSON},
        {"write_access_allowed": {}},
        {},
    ],
    ids=["title", "group", "pinned", "photo", "timer", "left", "access", "nothing"],
)
def test_a_note_of_telegrams_own_needs_no_answer(content):
    assert incoming(arrived(**content)) is None


# --- contacts and places ------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["212612345678", "+212612345678"])
def test_the_own_contact_is_the_phone_number(number):
    contact = {"phone_number": number, "first_name": "Fatou", "user_id": CHAT}
    said = incoming(arrived(contact=contact))
    assert (said.phone, said.text, said.payload) == ("+212612345678", "", "")


@pytest.mark.parametrize("owner", [{"user_id": CHAT + 1}, {}], ids=["another user", "no user"])
def test_the_contact_of_another_person_is_not_kept(owner):
    contact = {"phone_number": "32470000000", "first_name": "Someone", **owner}
    said = incoming(arrived(contact=contact))
    assert (payload(said), said.phone, said.text) == ({"kind": "contact"}, "", "")
    assert "32470000000" not in repr(said)


PLACES = {
    "Oujda": (34.68, -1.91, "morocco:Oujda"),
    "Liège": (50.63, 5.57, "belgium:Liège"),
    "Aden": (12.78, 45.04, "yemen:Aden"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_becomes_the_nearest_offices_and_is_not_kept_itself(name):
    latitude, longitude, nearest = PLACES[name]
    said = incoming(arrived(location={"latitude": latitude, "longitude": longitude}))
    assert payload(said)["kind"] == "location"
    offices = payload(said)["places"].split("|")
    assert nearest.partition(":")[0] not in [item.partition(":")[0] for item in offices] or offices[0] == nearest
    assert str(latitude) not in repr(said)
    assert str(longitude) not in repr(said)


def test_a_named_venue_is_a_place():
    place = {"latitude": 34.68, "longitude": -1.91}
    venue = {"location": place, "title": "Gare", "address": "Rue 1"}
    assert payload(incoming(arrived(location=place, venue=venue)))["kind"] == "location"


# --- taps, changes, signs -----------------------------------------------------------------------


def tapped(**changes):
    query = {"id": "9", "from": PERSON, "chat_instance": "1", "message": message(text="?"), "data": "token-1"}
    return update("callback_query", **{**query, **changes})


def test_a_tapped_button_is_its_token():
    said = incoming(tapped())
    assert (said.token, said.text, said.payload) == ("token-1", "", "")
    assert said.conversation_id == conversation_id("telegram", str(CHAT))


def test_a_button_below_a_message_of_long_ago_is_its_token():
    assert incoming(tapped(message={"chat": PRIVATE, "message_id": 1, "date": 0})).token == "token-1"


def test_a_button_without_a_token_is_no_known_one():
    assert incoming(tapped(data=None)).token == "-"


def test_a_button_that_belongs_to_no_chat_needs_no_answer():
    assert incoming(tapped(message=None, inline_message_id="1")) is None


def test_a_changed_message_is_told_to_be_so():
    said = incoming(update("edited_message", **message(text="new words", edit_date=1700000001)))
    assert (payload(said), said.text) == ({"kind": "edited"}, "")


def reacted(new):
    about = {"chat": PRIVATE, "message_id": 5, "date": 1700000000, "user": PERSON, "old_reaction": []}
    return update("message_reaction", **about, new_reaction=new)


def test_a_sign_on_a_message_is_told_to_be_so():
    said = incoming(reacted([{"type": "emoji", "emoji": "👍"}]))
    assert (payload(said), said.hint) == ({"kind": "reaction"}, "fr")


def test_a_sign_taken_away_needs_no_answer():
    assert incoming(reacted([])) is None


@pytest.mark.parametrize("kind", ["channel_post", "thing_of_the_future", "edited_channel_post"])
def test_what_we_do_not_ask_for_needs_no_answer(kind):
    assert incoming(update(kind, **message(text="bonjour"))) is None
    assert kind not in ALLOWED


# --- the language of the phone ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("fr", "fr"),
        ("fr-BE", "fr"),
        ("ar", "ar"),
        ("ar-MA", "ar"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", ""),
        ("es-419", ""),
        ("sw", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_language_of_the_phone_counts_if_it_is_one_of_ours(code, language):
    assert language_of(from_phone(code)) == language
    assert incoming(from_phone(code)).hint == language


def test_an_update_without_a_person_has_no_language():
    assert language_of(update("poll_answer", poll_id="1", option_ids=[], option_persistent_ids=[])) == ""


# --- groups -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_a_group_is_known_as_one(kind):
    chat = {"id": -100123, "type": kind, "title": "Group"}
    assert group_of(arrived(chat=chat, text="bonjour")) == -100123


def test_being_added_to_a_group_comes_from_a_group():
    members = {name: {"user": BOT, "status": "member"} for name in ("old_chat_member", "new_chat_member")}
    about = {"chat": {"id": -5, "type": "group", "title": "x"}, "from": PERSON, "date": 1700000000}
    assert group_of(update("my_chat_member", **about, **members)) == -5


def test_a_private_chat_is_no_group():
    assert group_of(arrived(text="bonjour")) is None
