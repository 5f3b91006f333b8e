import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML

from bot.tracker_store import FIRST_OF_TWO, MAX_EVENTS, SessionTrackerStore

SENDER = "conversation"
LONG = MAX_EVENTS // 2  # turns of three events


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tracker.sqlite3"


@pytest.fixture
def store(domain, path):
    return SessionTrackerStore(domain, host=f"sqlite:///{path}")


def turn(number):
    return [UserUttered(f"message {number}", {"name": "greet"}), BotUttered("answer"), ActionExecuted("action_listen")]


async def talk(store, turns, *events, sender=SENDER):
    """Each turn reads the tracker, adds events and saves it, as Rasa does."""
    for number in range(turns):
        tracker = await store.get_or_create_tracker(sender)
        for event in (*(events if number == 0 else ()), *turn(number)):
            tracker.update(event, store.domain)
        await store.save(tracker)
    return await store.retrieve(sender)


def rows(path, sender=SENDER):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT count(*) FROM events WHERE sender_id = ?", [sender]).fetchone()[0]


async def test_the_database_writes_ahead(store, path):
    await talk(store, 1)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_short_conversation_is_kept_whole(store):
    tracker = await talk(store, 5)
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == [
        f"message {number}" for number in range(5)
    ]


async def test_a_long_conversation_stays_short_to_read(store, path):
    tracker = await talk(store, LONG)
    assert len(tracker.events) <= MAX_EVENTS
    assert rows(path) > MAX_EVENTS


async def test_no_message_is_lost_when_a_session_is_closed(store):
    await talk(store, LONG)
    whole = await store.retrieve_full_tracker(SENDER)
    said = [event.text for event in whole.events if isinstance(event, UserUttered)]
    assert said == [f"message {number}" for number in range(LONG)]


async def test_a_new_session_keeps_slots_and_the_active_form(store):
    known = SlotSet("language", "ar"), SlotSet("programme", "morocco"), SlotSet("requested_slot", "age")
    tracker = await talk(store, LONG, *known, ActiveLoop("eligibility_form"))
    assert sum(isinstance(event, SessionStarted) for event in tracker.events) == 1
    assert (tracker.get_slot("language"), tracker.get_slot("programme")) == ("ar", "morocco")
    assert tracker.get_slot("requested_slot") == "age"
    assert tracker.active_loop_name == "eligibility_form"
    assert tracker.latest_action_name == "action_listen"


async def test_a_form_that_was_left_stays_left(store):
    tracker = await talk(store, LONG, ActiveLoop("eligibility_form"), ActiveLoop(None))
    assert tracker.active_loop_name is None


async def test_erased_deletes_every_row_of_the_conversation_and_no_other(store, path):
    await talk(store, 3, sender="other")
    tracker = await talk(store, LONG, SlotSet("language", "ar"))
    tracker.update(SlotSet("erased", True), store.domain)
    await store.save(tracker)
    assert rows(path) == 0
    assert rows(path, "other") > 0
    assert await store.retrieve(SENDER) is None


async def test_after_erasing_a_conversation_begins_anew(store):
    await talk(store, 2, SlotSet("language", "ar"), SlotSet("erased", True))
    tracker = await talk(store, 1)
    assert tracker.get_slot("language") is None
    assert tracker.get_slot("erased") is None


async def test_conversations_do_not_mix(store):
    await talk(store, 2, SlotSet("language", "ar"))
    other = await talk(store, 1, sender="other")
    assert isinstance(other, DialogueStateTracker)
    assert other.get_slot("language") is None


async def test_a_yes_to_erasing_is_not_cut_off_from_its_question(store):
    await talk(store, LONG - 1)
    tracker = await store.retrieve(SENDER)
    while len(tracker.events) <= MAX_EVENTS:
        tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("delete my data", {"name": "erase_my_data"}))
    await store.save(tracker)
    again = await store.retrieve(SENDER)
    assert again.latest_message.intent["name"] == "erase_my_data"
    again.update(UserUttered("yes", {"name": "affirm"}))
    await store.save(again)
    assert len((await store.retrieve(SENDER)).events) < MAX_EVENTS


async def test_who_asks_the_same_again_and_again_is_bounded_too(store):
    for number in range(3 * MAX_EVENTS // 2):
        tracker = await store.get_or_create_tracker(SENDER)
        for event in (UserUttered("?", {"name": "nlu_fallback"}), BotUttered("what?"), ActionExecuted("action_listen")):
            tracker.update(event)
        await store.save(tracker)
        assert len((await store.retrieve(SENDER)).events) <= 2 * MAX_EVENTS, number


def test_every_rule_of_two_messages_is_known():
    path = Path(__file__).resolve().parents[2] / "data" / "rules.yml"
    rules = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["rules"]
    said = [[step["intent"] for step in rule["steps"] if "intent" in step] for rule in rules]
    assert {intents[0] for intents in said if len(intents) > 1} == set(FIRST_OF_TWO)


# --- the memory --------------------------------------------------------------------------------------


async def test_a_conversation_that_goes_on_is_not_read_again(store):
    tracker = await talk(store, 1)
    tracker.update(SlotSet("language", "fr"))
    await store.save(tracker)
    assert await store.retrieve(SENDER) is tracker


async def test_what_another_process_wrote_is_seen(store, domain, path):
    other = SessionTrackerStore(domain, host=f"sqlite:///{path}")
    await talk(store, 2)
    await talk(other, 1, SlotSet("language", "ar"))
    tracker = await talk(store, 1)
    assert tracker.get_slot("language") == "ar"
    assert sum(isinstance(event, UserUttered) for event in tracker.events) == 4


async def test_a_message_that_went_wrong_leaves_nothing_behind(store):
    await talk(store, 1)
    broken = await store.retrieve(SENDER)
    broken.update(SlotSet("language", "fr"))  # and then something fails: it is never saved
    assert (await store.retrieve(SENDER)).get_slot("language") is None


async def test_another_model_forgets_the_conversations_in_memory(store, domain):
    await talk(store, 1)
    store.domain = domain
    assert not store._memory
    assert (await store.retrieve(SENDER)).get_slot("language") is None


async def test_the_memory_is_bounded(store, monkeypatch):
    monkeypatch.setattr("bot.tracker_store.MOST_IN_MEMORY", 3)
    for number in range(6):
        tracker = await store.get_or_create_tracker(f"person {number}")
        tracker.update(ActionExecuted("action_listen"))
        await store.save(tracker)
    assert list(store._memory) == ["person 3", "person 4", "person 5"]
    assert await store.retrieve("person 0") is not None


async def test_a_session_that_rasa_starts_is_read_from_its_start(store):
    await talk(store, 3)
    tracker = await store.retrieve(SENDER)
    for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen"), *turn(9)):
        tracker.update(event)
    await store.save(tracker)
    again = await store.retrieve(SENDER)
    assert [event.text for event in again.events if isinstance(event, UserUttered)] == ["message 9"]


async def test_rasas_own_tracker_can_be_saved_too(store, domain):
    tracker = DialogueStateTracker(SENDER, domain.slots)
    for event in turn(0):
        tracker.update(event)
    await store.save(tracker)
    assert len((await store.retrieve(SENDER)).events) == 3
