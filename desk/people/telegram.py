"""An account is linked with a user of Telegram, so that a tap in the counsellors' group is known to be theirs."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from desk.conversations.identity import token
from desk.errors import Refused
from desk.people.models import Staff

LETTERS = 8


def telegram_code(*, telegram_id: str) -> str:
    """What a person on Telegram writes at the desk to show that this account of Telegram is theirs."""
    return f"{telegram_id}-{token('staff', telegram_id)[:LETTERS]}"


def telegram_link(*, user: AbstractBaseUser, code: str) -> None:
    """Know the account by its Telegram, or no longer when the code is empty. Raises Refused."""
    number = code.strip().partition("-")[0]
    if code.strip() and not constant_time_compare(code.strip(), telegram_code(telegram_id=number)):
        raise Refused(_("This is not the code that the assistant gave you in the Telegram group."))
    try:
        with transaction.atomic():
            known = Staff.objects.filter(user=user).update(telegram_id=number or None)
    except IntegrityError:
        raise Refused(_("Another account is linked with this Telegram already.")) from None
    if not known:
        raise Refused(_("Your account has no role at the desk yet: ask an administrator."))
