import json

import pytest
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from bot.channels.phone import Incoming, received
from bot.channels.whatsapp_messages import from_history, incoming, kind_of_media
from bot.nlu.payload import PAYLOAD
from desk.content.schema import PROGRAMMES
from desk.conversations.identity import conversation_id

NUMBER = "+212612345678"
PERSON = conversation_id("whatsapp", NUMBER)


@pytest.fixture(scope="module")
def phone():
    """Builds the forms that Twilio posts; it need not run for that."""
    from twilio_peer import TwilioPeer

    return TwilioPeer("AC" + "1" * 32, "sample-auth-token", "+41445550100")


@pytest.fixture
def said(phone):
    """What a form of this kind says, with some of its values changed."""
    return lambda kind, *values, **changed: incoming(getattr(phone, kind)(NUMBER, *values) | changed)


def details(message):
    return json.loads(message.payload.removeprefix("/received"))


# --- texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Je veux rentrer", "أريد العودة إلى بلدي", "I want to go back", "bghit nrje3", "🙏"])
def test_a_text_is_its_words_in_the_persons_conversation(phone, text):
    form = phone.text(NUMBER, text)
    assert incoming(form) == Incoming(message_id=form["MessageSid"], conversation_id=PERSON, text=text)


def test_nothing_of_the_persons_name_or_number_is_kept(said):
    kept = repr(said("text", "bonjour", ProfileName="Fatou Diallo"))
    assert "Fatou" not in kept
    assert "612345678" not in kept


def test_a_text_keeps_its_lines_and_signs(said):
    text = 'Bonjour\n\n  "ça va" ? {programme} <b>&amp;</b> 🙏'
    assert said("text", text).text == text


def test_a_forwarded_text_is_a_text(said):
    assert said("forwarded", "bonjour").text == "bonjour"


def test_a_text_of_an_old_account_without_a_kind_is_a_text(phone):
    form = phone.text(NUMBER, "bonjour")
    del form["MessageType"], form["NumMedia"]
    assert incoming(form).text == "bonjour"


def test_a_very_long_id_is_cut_so_that_it_fits_the_table(phone):
    assert len(incoming({**phone.text(NUMBER, "x"), "MessageSid": "S" * 500}).message_id) == 80


# --- buttons ------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_list", [False, True], ids=["quick reply", "list"])
def test_a_tapped_button_is_its_token_and_not_its_title(said, in_list):
    message = said("tapped", "Oui", "token-1", in_list, "SM1")
    assert (message.token, message.text, message.payload) == ("token-1", "", "")


def test_a_very_long_token_is_cut(said):
    assert said("text", "Oui", ButtonPayload="t" * 500).token == "t" * 100


# --- what is not text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [("voice", "voice"), ("photo", "picture"), ("video", "video"), ("document", "document"), ("sticker", "sticker")],
)
def test_what_is_not_text_says_its_kind(said, kind, name):
    assert details(said(kind))["kind"] == name


def test_a_contact_is_not_read(said):
    message = said("contact", "Fatou Diallo", "+221770000000")
    assert details(message) == {"kind": "contact"}
    assert "Fatou" not in repr(message)


def test_a_message_without_anything_is_told_to_be_empty(said):
    assert details(said("empty")) == {"kind": "empty"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("audio", "voice"),
        ("image", "picture"),
        ("video", "video"),
        ("document", "document"),
        ("sticker", "sticker"),
        ("contacts", "contact"),
        ("reaction", "reaction"),
        ("order", "other"),
        ("thing_of_the_future", "empty"),
    ],
)
def test_without_a_file_twilios_word_says_the_kind(said, kind, name):
    assert details(said("empty", MessageType=kind))["kind"] == name


@pytest.mark.parametrize("body", ["👍", "Fatou Diallo", "merci"])
@pytest.mark.parametrize(("kind", "name"), [("reaction", "reaction"), ("contacts", "contact"), ("order", "other")])
def test_the_body_of_what_nobody_wrote_is_no_text(said, kind, name, body):
    message = said("empty", MessageType=kind, Body=body)
    assert (details(message)["kind"], message.text) == (name, "")


@pytest.mark.parametrize("kind", ["photo", "video"])
@pytest.mark.parametrize("caption", ["combien ?", "كم المبلغ؟", "how much?"])
def test_words_below_it_are_kept_beside_it(said, kind, caption):
    message = said(kind, caption)
    assert (message.text, message.payload) == (caption, received("picture" if kind == "photo" else "video"))


@pytest.mark.parametrize("name", ["paper.pdf", "Passeport Fatou Diallo.PDF", "جواز السفر.docx"])
def test_the_name_of_a_document_is_not_taken_for_words(said, name):
    assert said("document", name).text == ""


@pytest.mark.parametrize("kind", ["photo", "video"])
@pytest.mark.parametrize("caption", ["j'en peux plus.aide", "je veux rentrer.svp", "help me.pls"])
def test_words_below_a_picture_are_kept_though_they_end_like_a_file_name(said, kind, caption):
    assert said(kind, caption).text == caption


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("audio/ogg", "voice"),
        ("audio/ogg; codecs=opus", "voice"),
        ("image/jpeg", "picture"),
        ("image/webp", "sticker"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
        ("text/plain", "document"),
        ("text/vcard", "contact"),
        ("text/x-vcard", "contact"),
        ("model/obj", "other"),
        ("nonsense", "other"),
        ("", "other"),
    ],
)
def test_the_type_of_a_file_says_its_kind(content_type, kind):
    assert kind_of_media(content_type) == kind


# --- voice messages -----------------------------------------------------------------------------


def test_a_voice_message_has_its_reference(phone):
    form = phone.voice(NUMBER)
    media = form["MediaUrl0"].rpartition("/")[2]
    assert details(incoming(form)) == {"kind": "voice", "voice": f"{form['MessageSid']}/{media}"}


def test_the_address_of_a_voice_message_is_not_kept_whatever_host_it_names(said):
    message = said("voice", MediaUrl0="https://evil.example/a/Messages/MM1/Media/ME1")
    assert details(message)["voice"] == "MM1/ME1"
    assert "evil" not in repr(message)


@pytest.mark.parametrize("url", ["", "ME1", "Media/ME1", "https://evil.example/ME1", "https://api.twilio.com/x/y/z"])
def test_another_address_is_no_reference(said, url):
    assert details(said("voice", MediaUrl0=url)) == {"kind": "voice", "voice": ""}


@pytest.mark.parametrize("kind", ["photo", "document", "video"])
def test_nothing_else_has_a_reference(said, kind):
    assert "voice" not in details(said(kind))


# --- places -------------------------------------------------------------------------------------


def test_a_place_becomes_the_nearest_offices_and_is_not_kept_itself(said):
    message = said("location", 34.90001, -1.33331)
    places = [place.split(":") for place in details(message)["places"].split("|")]
    assert places[0] == ["morocco", "Oujda"]
    assert {programme for programme, _ in places} <= set(PROGRAMMES)
    assert "34.9" not in repr(message)
    assert "Geneva" not in repr(message), "nor the address that WhatsApp names"


@pytest.mark.parametrize(("latitude", "longitude"), [("north", "6"), ("46.2", "east"), ("inf", "0")])
def test_a_place_that_cannot_be_read_is_a_place_without_offices(said, latitude, longitude):
    message = said("location", latitude, longitude)
    assert details(message) == {"kind": "location", "places": ""}


@pytest.mark.parametrize("kind", ["voice", "photo", "document", "location", "contact", "empty"])
def test_what_is_said_can_be_read_as_a_payload(said, kind):
    assert PAYLOAD.fullmatch(said(kind).payload)


# --- what came while we were down ---------------------------------------------------------------


def listed(**values):
    about = {"sid": "SM1", "from": f"whatsapp:{NUMBER}", "body": "bonjour", **values}
    return MessageInstance(Client("AC1", "sample").api.v2010, about, account_sid="AC1")


@pytest.mark.parametrize("text", ["bonjour", "السلام عليكم", "hello", "Oui"])
def test_a_listed_text_is_the_same_message_as_the_posted_one(phone, text):
    form = {**phone.text(NUMBER, text), "MessageSid": "SM1"}
    assert from_history(listed(body=text), "") == incoming(form)


def test_a_listed_picture_keeps_the_words_below_it():
    message = from_history(listed(body="combien ?"), "picture")
    assert (message.text, message.payload) == ("combien ?", received("picture"))


def test_the_name_of_a_listed_document_is_not_taken_for_words():
    assert from_history(listed(body="paper.pdf"), "document").text == ""


@pytest.mark.parametrize("kind", ["voice", "picture", "other"])
@pytest.mark.parametrize("body", ["", None])
def test_a_listed_file_says_its_kind(kind, body):
    message = from_history(listed(body=body), kind)
    assert (message.text, details(message)["kind"]) == ("", kind)


@pytest.mark.parametrize("body", ["", None])
def test_a_listed_message_without_anything_is_told_to_be_empty(body):
    assert details(from_history(listed(body=body), "")) == {"kind": "empty"}
