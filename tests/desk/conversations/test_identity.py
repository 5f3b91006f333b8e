"""Conversation ids: the same person has the same one, and nobody without the key reads an address from it."""

import base64
import secrets

import pytest

from desk.conversations.identity import ConversationUnknown, address_of, channel_of, conversation_id, token

NUMBER, CHAT = "+212612345678", "123456789"
PEOPLE = [
    ("whatsapp", NUMBER),
    ("whatsapp", "+33612345678"),
    ("telegram", CHAT),
    ("telegram", "-1001234567890"),
    ("telegram", "1"),
    ("telegram", "1234567890123456"),
    ("telegram", "12345678901234567"),
    ("telegram", "اسم"),
]
KEYS = [secrets.token_bytes(64) for _ in range(3)]
TELEGRAM_BYTES = 64  # of what a button may carry


@pytest.fixture
def keys(settings):
    """Choose the keys of the installation: keys(first, ...)."""

    def choose(*chosen: bytes) -> None:
        settings.CONVERSATION_KEYS = list(chosen)

    choose(KEYS[0])
    return choose


@pytest.fixture(autouse=True)
def _one_key(keys):
    """Every test begins with one key of its own."""


def hidden_part(conversation: str) -> bytes:
    text = conversation.partition("-")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_hidden(channel: str, hidden: bytes) -> str:
    return f"{channel}-{base64.urlsafe_b64encode(hidden).decode().rstrip('=')}"


# --- ids ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "address"), PEOPLE)
def test_the_address_is_read_back(channel, address):
    conversation = conversation_id(channel, address)
    assert address_of(conversation) == address
    assert channel_of(conversation) == channel


@pytest.mark.parametrize(("channel", "address"), PEOPLE)
def test_a_person_always_has_the_same_conversation(channel, address):
    assert conversation_id(channel, address) == conversation_id(channel, address)


def test_people_have_different_conversations():
    assert len({conversation_id(*person) for person in PEOPLE}) == len(PEOPLE)


def test_the_same_address_on_another_channel_is_another_conversation():
    assert hidden_part(conversation_id("telegram", CHAT)) != hidden_part(conversation_id("whatsapp", CHAT))


def test_neighbouring_addresses_look_unrelated():
    first, second = (hidden_part(conversation_id("whatsapp", f"+21261234567{end}")) for end in "89")
    assert sum(a == b for a, b in zip(first, second, strict=True)) < len(first) / 2


@pytest.mark.parametrize("address", [NUMBER, CHAT])
def test_the_address_stands_nowhere_in_the_id(address):
    conversation = conversation_id("whatsapp", address)
    digits = address.lstrip("+")
    coded = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
    assert digits not in conversation
    assert digits[-4:] not in conversation
    assert coded[:6] not in conversation
    assert digits.encode() not in hidden_part(conversation)


def test_the_id_tells_nothing_of_the_length_of_the_address():
    assert len({len(conversation_id("telegram", "7" * length)) for length in range(1, 17)}) == 1


def test_the_id_of_a_long_address_is_longer_by_a_block():
    assert (
        len(hidden_part(conversation_id("telegram", "7" * 17)))
        == len(hidden_part(conversation_id("telegram", "7"))) + 16
    )


@pytest.mark.parametrize(("channel", "address"), PEOPLE)
def test_an_id_fits_in_its_column_and_in_an_address_of_the_web(channel, address):
    conversation = conversation_id(channel, address)
    assert len(conversation) <= 255
    assert conversation.replace("-", "").replace("_", "").isalnum()
    assert conversation.isascii()


# --- what is none of ours -----------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 7, 15, 16, 31])
def test_a_changed_id_is_unknown(place):
    hidden = bytearray(hidden_part(conversation_id("telegram", CHAT)))
    hidden[place] ^= 1
    with pytest.raises(ConversationUnknown):
        address_of(with_hidden("telegram", bytes(hidden)))


@pytest.mark.parametrize(
    "change", [lambda hidden: hidden[:-1], lambda hidden: hidden + b"\0", lambda hidden: hidden[16:]]
)
def test_an_id_that_is_cut_or_grown_is_unknown(change):
    hidden = hidden_part(conversation_id("telegram", CHAT))
    with pytest.raises(ConversationUnknown):
        address_of(with_hidden("telegram", change(hidden)))


@pytest.mark.parametrize("channel", ["whatsapp", "Telegram", "web", ""])
def test_an_id_under_the_name_of_another_channel_is_unknown(channel):
    with pytest.raises(ConversationUnknown):
        address_of(with_hidden(channel, hidden_part(conversation_id("telegram", CHAT))))


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "-",
        "telegram",
        "telegram-",
        "telegram-A",
        "telegram-AAAA",
        "telegram-AAAAAAAAAAAAAAAAAAAAAA",
        "telegram-" + "A" * 43,
        "telegram-123456789",
        "telegram-مرحبا",
        "telegram-\0\0\0\0",
        "web-1",
        "web-0f8fad5b-d9cb-469f-a165-70867728950e",
        "whatsapp-+212612345678",
    ],
)
def test_garbage_is_unknown(garbage):
    with pytest.raises(ConversationUnknown):
        address_of(garbage)


def test_an_id_with_foreign_letters_is_unknown():
    conversation = conversation_id("telegram", CHAT)
    with pytest.raises(ConversationUnknown):
        address_of(f"{conversation[:20]} .{conversation[20:]}")


def test_an_id_with_another_last_letter_is_unknown():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    conversation = conversation_id("telegram", CHAT)
    with pytest.raises(ConversationUnknown):
        address_of(conversation[:-1] + letters[letters.index(conversation[-1]) + 1])


# --- keys ---------------------------------------------------------------------------------------


def test_an_id_made_with_another_key_is_unknown(keys):
    conversation = conversation_id("telegram", CHAT)
    keys(KEYS[1])
    with pytest.raises(ConversationUnknown):
        address_of(conversation)
    assert conversation_id("telegram", CHAT) != conversation


def test_of_several_keys_the_first_writes(keys):
    alone = conversation_id("telegram", CHAT)
    keys(KEYS[0], KEYS[1])
    assert conversation_id("telegram", CHAT) == alone
    keys(KEYS[1], KEYS[0])
    assert conversation_id("telegram", CHAT) != alone


@pytest.mark.parametrize("place", [0, 1, 2])
def test_of_several_keys_all_read(keys, place):
    keys(KEYS[place])
    conversation = conversation_id("whatsapp", NUMBER)
    keys(*KEYS)
    assert address_of(conversation) == NUMBER


# --- tokens of buttons --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts", [("/affirm",), ("/inform" + "x" * 3000, "utter_ask_" + "y" * 200), ("/inform", "عربي")]
)
def test_a_token_is_short_enough_for_a_button_of_telegram(parts):
    assert 12 <= len(token(*parts).encode()) <= TELEGRAM_BYTES


def test_the_same_parts_have_the_same_token():
    assert token("/affirm", "utter_ask_x") == token("/affirm", "utter_ask_x")


def test_other_parts_have_other_tokens():
    parts = [
        ("a",),
        ("b",),
        ("a", ""),
        ("", "a"),
        ("a", "b"),
        ("b", "a"),
        ("ab",),
        ("ab", "c"),
        ("a", "bc"),
        ("a", "b", "c"),
    ]
    assert len({token(*each) for each in parts}) == len(parts)


def test_a_token_cannot_be_made_without_the_key(keys):
    made = token("/affirm")
    keys(KEYS[1])
    assert token("/affirm") != made


def test_a_token_is_made_with_the_first_key(keys):
    made = token("/affirm")
    keys(KEYS[0], KEYS[1])
    assert token("/affirm") == made
