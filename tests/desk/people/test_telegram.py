"""An account is linked with a user of Telegram by a code that only this user was shown."""

import pytest
from django.utils import translation

from desk.errors import Refused
from desk.people.selectors import account_of_telegram
from desk.people.telegram import telegram_code, telegram_link
from tests.desk.callbacks.conftest import account  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_the_code_of_the_group_links_the_account(account):  # noqa: F811
    user = account()
    telegram_link(user=user, code=f" {telegram_code(telegram_id='777')} ")
    assert account_of_telegram(telegram_id="777") == user


@pytest.mark.parametrize("code", ["777", "777-", "777-AAAAAAAA", "-", "a code"])
def test_an_invented_code_is_refused(account, code):  # noqa: F811
    with pytest.raises(Refused, match="not the code"):
        telegram_link(user=account(), code=code)
    assert account_of_telegram(telegram_id="777") is None


def test_a_code_of_another_user_is_refused(account):  # noqa: F811
    code = telegram_code(telegram_id="778").replace("778", "777")
    with pytest.raises(Refused):
        telegram_link(user=account(), code=code)


def test_one_telegram_belongs_to_one_account(account):  # noqa: F811
    code = telegram_code(telegram_id="777")
    telegram_link(user=account(), code=code)
    with pytest.raises(Refused, match="Another account"):
        telegram_link(user=account("brahim"), code=code)


def test_an_empty_code_ends_the_link(account):  # noqa: F811
    user = account()
    telegram_link(user=user, code=telegram_code(telegram_id="777"))
    telegram_link(user=user, code="")
    assert account_of_telegram(telegram_id="777") is None


def test_an_account_without_a_role_cannot_be_linked(account):  # noqa: F811
    with pytest.raises(Refused, match="no role"):
        telegram_link(user=account(role=None), code=telegram_code(telegram_id="777"))
