"""A text that stands encrypted in the database. The key comes from CONVERSATION_KEY, which is kept apart from it."""

import base64
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


class Unreadable(str):
    """Shown for a text whose key is no longer in CONVERSATION_KEY; it is written back as it was."""

    token: str


class EncryptedTextField(models.TextField):
    """Empty stays empty; the same text is written differently each time, so it cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.token
        text = super().get_prep_value(value)
        return _cipher(tuple(settings.CONVERSATION_KEYS)).encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value:
            return value
        try:
            return _cipher(tuple(settings.CONVERSATION_KEYS)).decrypt(value).decode()
        except InvalidToken:
            return _unreadable(value)


def _unreadable(token: str) -> Unreadable:
    shown = Unreadable("?")
    shown.token = token
    return shown


@cache
def _cipher(keys: tuple[bytes, ...]) -> MultiFernet:
    """The first key writes, all read."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"encrypted text").derive(key)
