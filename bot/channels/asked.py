"""Note what people ask and what came of it, beside the reply: it waits for nothing here, whatever the database does."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Any

from django.db import Error
from django.utils import timezone
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.text import has_words
from bot.logs import place_of
from bot.nlg import language_of
from bot.rating import answered_topic
from bot.topics import FAQ, NOT_UNDERSTOOD, candidates, speaks_of_danger, topic_of
from bot.tracker_store import ERASED
from desk.content.scrub import scrub
from desk.content.selectors import handover_topics
from desk.conversations.identity import token
from desk.database import in_database
from desk.learning.notes import Note, Outcome
from desk.learning.services import REFERENCE, notes_write

logger = logging.getLogger(__name__)
MOST_WAITING = 1000
PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
LONGEST_TEXT = 300  # characters; who writes more tells their story
NEAREST = 3
PERHAPS = (
    0.05  # a topic of danger that is as likely: of the test messages of danger that are missed, it names all but one
)
RATE = "rate"
SMALL_TALK = ("greet", "goodbye", "thank", "affirm", "deny", "inform", "help_menu", "ask_question", "choose_language")
OUTCOMES: dict[str, Outcome] = {
    "utter_did_you_mean": "suggested",
    "utter_lost": "unanswered",
    "utter_out_of_scope": "unanswered",
    "utter_received": "unanswered",
    "utter_trouble": "unanswered",
}
CHANNELS = {"rest": "web"}
NOT_NOTED = "staff"  # colleagues who try something


@dataclass(frozen=True)
class Turn:
    """A message of a person, what was before it and what was said to it."""

    message: UserUttered
    before: list[Event]
    replies: list[dict[str, Any]]  # metadata

    @property
    def is_typed(self) -> bool:
        """Whether the person wrote it in their own words."""
        return not self.message.parse_data.get("button") and has_words(self.message.text or "")

    @property
    def is_in_form(self) -> bool:
        """Whether a form was running, so that the message may be a name or a number."""
        known = (event for event in reversed(self.before) if isinstance(event, (ActiveLoop, SessionStarted)))
        last = next(known, None)
        return isinstance(last, ActiveLoop) and last.name is not None


class Waiting:
    """Notes that are still to be written, in memory; when there are too many the oldest are lost."""

    def __init__(self) -> None:
        self._notes: deque[Note] = deque(maxlen=MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._notes)

    def add(self, note: Note) -> None:
        """Keep a note; one task writes all that wait, and ends."""
        self._notes.append(note)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write_soon())

    def forget(self, reference: str) -> None:
        """Drop what is about a person who erased everything."""
        kept = [note for note in self._notes if note.reference != reference]
        self._notes = deque(kept, MOST_WAITING)

    async def _write_soon(self) -> None:
        pause = PAUSE_S
        while self._notes:
            await asyncio.sleep(pause)
            pause = PAUSE_S if await self.write() else min(2 * pause, LONGEST_PAUSE_S)

    async def write(self) -> bool:
        """Write what waits. False when the database is away: then it waits on."""
        batch, self._notes = list(self._notes), deque(maxlen=MOST_WAITING)
        try:
            if batch:
                await in_database(notes_write, notes=batch)
        except Error as error:
            logger.warning("what was asked cannot be written (%s); trying again", type(error).__name__)
            self._notes = deque([*batch, *self._notes], MOST_WAITING)
            return False
        except Exception as error:  # a fault of ours may cost these notes, not those that come
            logger.error("what was asked was lost (%s)", place_of(error))
        return True


WAITING = Waiting()


def note_message(tracker: DialogueStateTracker | None) -> None:
    """Note the last message of a conversation. It never fails: the reply is on its way."""
    try:
        if tracker is None or tracker.get_latest_input_channel() == NOT_NOTED:
            return
        if tracker.get_slot(ERASED):
            WAITING.forget(reference_of(tracker))
        note = note_of(tracker)
        if note:
            WAITING.add(note)
    except Exception as error:
        logger.error("a message could not be noted (%s)", place_of(error))


def note_of(tracker: DialogueStateTracker) -> Note | None:
    """What came of the last message; None when nothing was asked."""
    turn = last_turn(list(tracker.events))
    if turn is None:
        return None
    intent = turn.message.intent.get("name") or NOT_UNDERSTOOD
    if intent == RATE:
        return _rating(tracker, turn)
    is_confirmed = any(item["entity"] == "answer" for item in turn.message.entities)  # "Yes, delete all"
    outcome = "" if intent in SMALL_TALK or is_confirmed else outcome_of(turn)
    if not outcome:
        return None
    asked = topic_of(turn.message.parse_data) or intent
    kept = _to_learn(tracker, turn) if outcome != "answered" else {}
    return _note(tracker, topic=asked, outcome=outcome, **kept)


def outcome_of(turn: Turn) -> Outcome:
    """Whether the message was answered; "" when that is not known yet, or it answered a question of ours."""
    topic = topic_of(turn.message.parse_data)
    if topic:
        return "answered" if topic in map(answered_topic, turn.replies) else ""
    missed = next((OUTCOMES[name] for name in _replied(turn) if name in OUTCOMES), None)
    return missed or ("" if turn.is_in_form or not turn.replies else "answered")


def last_turn(events: list[Event]) -> Turn | None:
    """The last message among the events, with what was said to it."""
    at = next((at for at in range(len(events) - 1, -1, -1) if isinstance(events[at], UserUttered)), None)
    if at is None:
        return None
    said = [event.metadata for event in events[at:] if isinstance(event, BotUttered)]
    return Turn(events[at], events[:at], said)


def _replied(turn: Turn) -> list[str]:
    return [metadata.get("utter_action") or "" for metadata in turn.replies]


# --- ratings ---------------------------------------------------------------------------------------------


def _rating(tracker: DialogueStateTracker, turn: Turn) -> Note | None:
    """The rating of an answer; when it did not help, with the message that it answered."""
    said = {item["entity"]: item["value"] for item in turn.message.entities}
    topic, is_helpful = said.get("topic"), {"yes": True, "no": False}.get(said.get("rating", ""))
    if not topic or is_helpful is None:
        return None
    asked = None if is_helpful else _question_of(turn.before, topic)
    kept = _to_learn(tracker, asked) if asked else {}
    known = {"reference": reference_of(tracker), "is_helpful": is_helpful}
    return _note(tracker, topic=topic, **{**kept, **known})


def _question_of(events: list[Event], topic: str) -> Turn | None:
    """The last message on this topic; what came between it and its answer, such as the place, has the same topic."""
    found, turn = None, last_turn(events)
    while turn:
        if topic_of(turn.message.parse_data) == topic:
            found = turn
        elif found:
            break
        turn = last_turn(turn.before)
    return found


# --- what may be kept --------------------------------------------------------------------------------------


def _to_learn(tracker: DialogueStateTracker, turn: Turn) -> dict[str, Any]:
    """The scrubbed text of a message and what it could mean; nothing where it may be personal or of danger."""
    if not turn.is_typed or turn.is_in_form or _is_of_danger(turn):
        return {}
    text = scrub(turn.message.text or "")[:LONGEST_TEXT]
    return {
        "reference": reference_of(tracker),
        "text": text,
        "text_language": language_written(text, language_of(tracker)),
        "nearest": tuple(candidates(turn.message.parse_data)[:NEAREST]),
    }


def _is_of_danger(turn: Turn) -> bool:
    """Whether the message speaks of danger, may do, or follows one that did."""
    ranking = turn.message.parse_data.get("response_selector", {}).get(FAQ, {}).get("ranking", [])
    perhaps = [item["intent_response_key"].removeprefix(f"{FAQ}/") for item in ranking if item["confidence"] >= PERHAPS]
    before = (answered_topic(event.metadata) for event in reversed(turn.before) if isinstance(event, BotUttered))
    last = next((topic for topic in before if topic), "")
    return speaks_of_danger(turn.message.parse_data) or not handover_topics().isdisjoint([*perhaps, last])


def language_written(text: str, language: str) -> str:
    """As training messages name it: who reads Arabic and writes it with Latin letters writes Darija."""
    is_latin = not any("\u0600" <= letter <= "\u06ff" for letter in text)
    return "ary" if language == "ar" and is_latin else language


def reference_of(tracker: DialogueStateTracker) -> str:
    """What stands for the conversation."""
    return token(REFERENCE, tracker.sender_id)


def _note(tracker: DialogueStateTracker, **said: Any) -> Note:
    channel = tracker.get_latest_input_channel() or ""
    return Note(
        at=timezone.now(),
        language=language_of(tracker),
        programme=tracker.get_slot("programme") or "",
        channel=CHANNELS.get(channel, channel),
        **said,
    )
