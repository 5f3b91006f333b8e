"""Rasa's SQL tracker store, bounded and quick: a long conversation costs no more per message than a short one.

A conversation that goes on stays in memory. Before each message the database says in one small query whether another
process wrote to it meanwhile; then it is read anew.
"""

import copy
import itertools
import json
import time
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker import SessionTracker

MAX_EVENTS = 80  # then the session is closed and a new one starts with the same slots and form
MOST_IN_MEMORY = 200  # conversations
FIRST_OF_TWO = (
    "nlu_fallback",
    "callback_cancel",
    "erase_my_data",
)  # intents after which data/rules.yml waits for another
ERASED = "erased"
LAST_ROW = sa.text("SELECT id FROM events WHERE sender_id = :sender ORDER BY id DESC LIMIT 1")
Row = dict[str, Any]


class SessionTrackerStore(SQLTrackerStore):
    """Named in endpoints.yml; `host` (the entry's url) is a database address as SQLAlchemy writes it."""

    def __init__(self, domain: Domain | None = None, host: str | None = None, **kwargs: Any) -> None:
        self._memory: OrderedDict[str, SessionTracker] = OrderedDict()
        super().__init__(domain=domain, host=host, **kwargs)
        self._events = self.SQLEvent.__table__
        if self.engine.dialect.name == "sqlite":
            self._keep_connection()

    def _keep_connection(self) -> None:
        """SQLAlchemy opens and closes an SQLite file for each use, which costs more than all else in a reply."""
        self.engine.dispose()
        options = {"poolclass": sa.pool.QueuePool, "connect_args": {"check_same_thread": False, "timeout": 20}}
        self.engine = sa.create_engine(self.engine.url, **options)
        sa.event.listen(self.engine, "connect", _use_wal)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    @property
    def domain(self) -> Domain:
        """The domain of the model in use."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._memory.clear()  # another model may have other slots
        self._domain = domain or Domain.empty()

    def init_tracker(self, sender_id: str) -> SessionTracker:
        """An empty conversation."""
        return SessionTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The present session. It leaves the memory: only `save` puts back what went well."""
        known = self._memory.pop(sender_id, None)
        with self.engine.connect() as database:
            last_row = self._last_row(database, sender_id)
        if known and known.last_row == last_row:
            return known
        return await self._read(sender_id, last_row) if last_row else None

    async def _read(self, sender_id: str, last_row: int) -> DialogueStateTracker | None:
        stored = await super().retrieve(sender_id)
        if stored is None:
            return None
        tracker = self.init_tracker(sender_id)
        for event in stored.events:
            tracker.update(event)
        tracker.stored, tracker.last_row = len(tracker.events), last_row
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store new events; erase the conversation when the person confirmed it; close a long session."""
        if tracker.get_slot(ERASED):
            return self.erase(tracker.sender_id)
        if isinstance(tracker, SessionTracker):
            await self._append(tracker)
        else:
            await super().save(tracker)
        if is_full(tracker):
            self._start_session(tracker)

    async def _append(self, tracker: SessionTracker) -> None:
        await self.stream_events(tracker)
        rows = [_row(tracker.sender_id, event) for event in itertools.islice(tracker.events, tracker.stored, None)]
        if rows:
            tracker.last_row = self._write(tracker.sender_id, rows)
            is_same_session = not tracker.stored or all(row["type_name"] != SessionStarted.type_name for row in rows)
            tracker.stored = len(tracker.events)
            if is_same_session:  # else only what came after its start is read again
                self._keep(tracker)

    def _write(self, sender_id: str, rows: list[Row]) -> int:
        with self.engine.begin() as database:
            database.execute(self._events.insert(), rows)
            return self._last_row(database, sender_id)

    def _last_row(self, database: Any, sender_id: str) -> int:
        """The number of the last event of a conversation; 0 when there is none."""
        return database.execute(LAST_ROW, {"sender": sender_id}).scalar() or 0

    def _keep(self, tracker: SessionTracker) -> None:
        self._memory[tracker.sender_id] = tracker
        self._memory.move_to_end(tracker.sender_id)
        if len(self._memory) > MOST_IN_MEMORY:
            self._memory.popitem(last=False)

    def erase(self, sender_id: str) -> None:
        """Delete every event of a conversation."""
        self._memory.pop(sender_id, None)
        with self.engine.begin() as database:
            database.execute(self._events.delete().where(self._events.c.sender_id == sender_id))

    def _start_session(self, tracker: DialogueStateTracker) -> None:
        self._memory.pop(tracker.sender_id, None)
        now = time.time()
        events = carried_over(tracker)
        for order, event in enumerate(events):
            event.timestamp = now + order / 1e6
        self._write(tracker.sender_id, [_row(tracker.sender_id, event) for event in events])


def is_full(tracker: DialogueStateTracker) -> bool:
    """Whether the session is to be closed: not between two messages of which a rule speaks, unless that goes on and on."""
    intent = tracker.latest_message.intent.get("name") if tracker.latest_message else None
    most = 2 * MAX_EVENTS if intent in FIRST_OF_TWO else MAX_EVENTS
    return len(tracker.events) > most


def _row(sender_id: str, event: Event) -> Row:
    """An event as Rasa's table keeps it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": event.timestamp,
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def carried_over(tracker: DialogueStateTracker) -> list[Event]:
    """The events of a new session that knows what the old one knew: slots, the active form, the last reply."""
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    loop = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    said = [event for event in tracker.events if isinstance(event, BotUttered)][-1:]
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *slots,
        *loop,
        *copy.deepcopy(said),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _use_wal(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
