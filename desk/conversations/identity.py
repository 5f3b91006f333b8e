"""Who is behind a conversation id: an authenticated encryption of channel and address, so that no table holds numbers.

The id is deterministic (AES-SIV): the same person always has the same conversation, and only who has the key can read
the address back. `CONVERSATION_KEY` holds one key, or several with commas: the first writes, all read.
"""

import base64
import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from desk.errors import DeskError

STAFF = "staff-"  # begins the id of a conversation in which colleagues try something: nothing of it is kept
_BLOCK = 16  # addresses are filled up, so that the length of an id tells nothing
_TOKEN_LETTERS = 16


class ConversationUnknown(DeskError):
    """The id is none of ours, or was made with a key that is no longer in CONVERSATION_KEY."""


def is_staff(conversation_id: str) -> bool:
    """Whether colleagues only try something in this conversation."""
    return conversation_id.startswith(STAFF)


def conversation_id(channel: str, address: str) -> str:
    """The id of the person at this address: conversation_id("telegram", "12345") is "telegram-Xk3..."."""
    plain = address.encode()
    filled = plain.ljust(-(-len(plain) // _BLOCK) * _BLOCK, b"\0")
    hidden = _ciphers()[0].encrypt(filled, [channel.encode()])
    return f"{channel}-{_written(hidden)}"


def channel_of(conversation: str) -> str:
    """The channel's name: "telegram" for "telegram-Xk3..."."""
    return conversation.partition("-")[0]


def address_of(conversation: str) -> str:
    """The address behind an id. Raises ConversationUnknown."""
    channel, _, hidden = conversation.partition("-")
    try:
        data = base64.urlsafe_b64decode(hidden + "=" * (-len(hidden) % 4))
    except ValueError:
        raise ConversationUnknown(conversation) from None
    if _written(data) != hidden:  # base64 passes over foreign letters: nobody may have a second id
        raise ConversationUnknown(conversation)
    for cipher in _ciphers():
        try:
            return cipher.decrypt(data, [channel.encode()]).rstrip(b"\0").decode()
        except (InvalidTag, ValueError):  # ValueError: too short to be one of ours
            continue
    raise ConversationUnknown(conversation)


def conversation_renamed(conversation: str) -> str:
    """The id that the same person has with the first key. Raises ConversationUnknown."""
    return conversation_id(channel_of(conversation), address_of(conversation))


def token(*parts: str) -> str:
    """A short text that stands for the parts; nobody without the key can make or read it."""
    return tokens(*parts)[0]


def tokens(*parts: str) -> list[str]:
    """What `token` gives, and gave with each older key of CONVERSATION_KEY."""
    plain = "\0".join(parts).encode()
    digests = (hmac.new(key, plain, hashlib.sha256).digest() for key in settings.CONVERSATION_KEYS)
    return [base64.urlsafe_b64encode(digest)[:_TOKEN_LETTERS].decode() for digest in digests]


def _written(hidden: bytes) -> str:
    return base64.urlsafe_b64encode(hidden).decode().rstrip("=")


def _ciphers() -> tuple[AESSIV, ...]:
    return _build(tuple(settings.CONVERSATION_KEYS))


@cache
def _build(keys: tuple[bytes, ...]) -> tuple[AESSIV, ...]:
    return tuple(map(AESSIV, keys))
