"""A new key for conversation ids."""

import pytest
from django.core.management import call_command

from desk.conversations.identity import address_of, conversation_id
from desk.registry import conversation_keys, read_settings


@pytest.fixture
def printed_key(capsys):
    def run() -> str:
        call_command("conversation_key")
        return capsys.readouterr().out

    return run


def test_the_printed_key_can_be_used_as_it_is(printed_key, settings):
    settings.CONVERSATION_KEYS = read_settings({"CONVERSATION_KEY": printed_key().strip()})["CONVERSATION_KEY"]
    assert address_of(conversation_id("whatsapp", "+212612345678")) == "+212612345678"


def test_nothing_but_the_key_is_printed_on_one_line(printed_key):
    (line,) = printed_key().splitlines()
    assert line == line.strip()
    assert not set(line) & set(" ,#'\"$\\")  # what .env or a list of keys would read otherwise


def test_a_new_key_can_stand_before_the_old_one(printed_key):
    new, old = printed_key().strip(), printed_key().strip()
    assert conversation_keys(f"{new},{old}") == conversation_keys(new) + conversation_keys(old)


def test_every_key_is_another(printed_key):
    assert len({printed_key() for _ in range(50)}) == 50
