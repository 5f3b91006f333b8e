"""Rasa's SQL tracker store, bounded: a long conversation costs no more per message than a short one, and can be erased."""

import copy
import json
import time
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

MAX_EVENTS = 150  # then the session is closed and a new one starts with the same slots and form
ERASED = "erased"


class SessionTrackerStore(SQLTrackerStore):
    """Named in endpoints.yml; `host` (the entry's url) is a database address as SQLAlchemy writes it."""

    def __init__(self, domain: Domain | None = None, host: str | None = None, **kwargs: Any) -> None:
        super().__init__(domain=domain, host=host, **kwargs)
        if self.engine.dialect.name == "sqlite":
            self._keep_connection()

    def _keep_connection(self) -> None:
        """SQLAlchemy opens and closes an SQLite file for each use, which costs more than all else in a reply."""
        self.engine.dispose()
        options = {"poolclass": sa.pool.QueuePool, "connect_args": {"check_same_thread": False, "timeout": 20}}
        self.engine = sa.create_engine(self.engine.url, **options)
        sa.event.listen(self.engine, "connect", _use_wal)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store new events; erase the conversation when the person confirmed it; close a long session."""
        if tracker.get_slot(ERASED):
            return self.erase(tracker.sender_id)
        await super().save(tracker)
        if len(tracker.events) > MAX_EVENTS:
            await self._start_session(tracker)

    def erase(self, sender_id: str) -> None:
        """Delete every event of a conversation."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()

    async def _start_session(self, tracker: DialogueStateTracker) -> None:
        now = time.time()
        events = carried_over(tracker)
        for order, event in enumerate(events):
            event.timestamp = now + order / 1e6
        with self.session_scope() as session:
            for event in events:
                session.add(self._row(tracker.sender_id, event))
            session.commit()

    def _row(self, sender_id: str, event: Event) -> SQLTrackerStore.SQLEvent:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=event.timestamp,
            action_name=data.get("name"),
            data=json.dumps(data),
        )


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
