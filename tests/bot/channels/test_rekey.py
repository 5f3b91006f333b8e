"""A new CONVERSATION_KEY: everybody keeps their conversation, and the old key is no longer needed."""

import os

import pytest
import sqlalchemy as sa

from bot.channels.rekey import trackers_rename
from desk.conversations.identity import ConversationUnknown, address_of, conversation_id
from desk.conversations.inbox import inbound_claim
from desk.conversations.models import Contact, InboundMessage, Stop
from desk.conversations.services import conversation_stop, conversations_rename

OLD, NEW = os.urandom(64), os.urandom(64)


@pytest.fixture
def old_id(settings) -> str:
    settings.CONVERSATION_KEYS = [OLD]
    return conversation_id("whatsapp", "+212612345678")


@pytest.mark.django_db
def test_the_desks_conversations_get_the_id_of_the_new_key(old_id: str, settings):
    inbound_claim(channel="whatsapp", message_id="SM1", conversation_id=old_id, content={"conversation_id": old_id})
    conversation_stop(conversation_id=old_id)
    conversation_stop(conversation_id="web-abc")
    settings.CONVERSATION_KEYS = [NEW, OLD]
    assert conversations_rename() == 1
    settings.CONVERSATION_KEYS = [NEW]
    new_id = conversation_id("whatsapp", "+212612345678")
    assert Contact.objects.get().pk == new_id
    assert set(Stop.objects.values_list("pk", flat=True)) == {new_id, "web-abc"}
    row = InboundMessage.objects.get()
    assert (row.conversation_id, row.content) == (new_id, {"conversation_id": new_id})
    assert address_of(new_id) == "+212612345678"
    with pytest.raises(ConversationUnknown):
        address_of(old_id)


@pytest.mark.django_db
def test_a_second_run_renames_nothing(old_id: str, settings):
    conversation_stop(conversation_id=old_id)
    settings.CONVERSATION_KEYS = [NEW, OLD]
    assert conversations_rename() == 1
    assert conversations_rename() == 0


def test_the_trackers_get_the_id_of_the_new_key(old_id: str, settings, tmp_path):
    address = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    assert trackers_rename(address) == 0, "no dialogue server has run yet"
    with sa.create_engine(address).begin() as database:
        database.execute(sa.text("CREATE TABLE events (sender_id TEXT, data TEXT)"))
        for sender in (old_id, old_id, "web-abc"):
            database.execute(sa.text("INSERT INTO events VALUES (:sender, '{}')"), {"sender": sender})
    settings.CONVERSATION_KEYS = [NEW, OLD]
    assert trackers_rename(address) == 1
    settings.CONVERSATION_KEYS = [NEW]
    with sa.create_engine(address).begin() as database:
        rows = [row[0] for row in database.execute(sa.text("SELECT sender_id FROM events"))]
    assert sorted(rows) == sorted([conversation_id("whatsapp", "+212612345678")] * 2 + ["web-abc"])
