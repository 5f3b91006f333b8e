"""A conversation that is copied and looked back on without playing all of it again: Rasa plays every event for each reply."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

INTRICATE = {kind.type_name for kind in (ActiveLoop, ActionReverted, UserUtteranceReverted, Restarted)}
TURNS_OF_A_RULE = 2  # the longest rules of data/rules.yml speak of two messages


class SessionTracker(DialogueStateTracker):
    """Rasa's tracker; `stored` events of it are in the database, the last of them in row `last_row`."""

    stored = 0
    last_row = 0

    def copy(self) -> SessionTracker:
        """The same conversation, free to go another way."""
        twin = copy.copy(self)
        twin.events = copy.copy(self.events)
        twin.slots = {name: _twin(slot) for name, slot in self.slots.items()}
        twin.active_loop = copy.copy(self.active_loop)
        return twin

    def applied_events(self) -> list[Event]:
        """Rasa's answer, found quickly while no form ran and nothing was taken back."""
        kinds = [event.type_name for event in self.events]
        if not INTRICATE.isdisjoint(kinds):
            return super().applied_events()
        start = len(kinds) - kinds[::-1].index(SessionStarted.type_name) if SessionStarted.type_name in kinds else 0
        return list(self.events)[start:]

    def generate_all_prior_trackers(self) -> Iterator[tuple[DialogueStateTracker, bool]]:
        """What rules look at: the last turns, with slots as they are now and the form in which they began."""
        past = DialogueStateTracker(self.sender_id, [])
        past.slots = {name: slot for name, slot in self.slots.items() if slot.has_features()}
        past.events.extend(self._recent_events())
        for event in past.applied_events():
            if event.type_name == ActionExecuted.type_name:
                yield past, event.hide_rule_turn
            event.apply_to(past)
        yield past, False

    def _recent_events(self) -> list[Event]:
        events, start = list(self.events), self._start_of_turns(TURNS_OF_A_RULE)
        loop = next((event.name for event in reversed(events[:start]) if event.type_name == ActiveLoop.type_name), None)
        recent = [event for event in events[start:] if event.type_name != SlotSet.type_name]
        return [ActiveLoop(loop), *recent] if loop else recent

    def _start_of_turns(self, turns: int) -> int:
        """The place of the event before the message with which the last turns began; 0 when there are not so many."""
        for index in range(len(self.events) - 1, 0, -1):
            turns -= self.events[index].type_name == UserUttered.type_name
            if turns == 0:
                return index - 1
        return 0


def _twin(slot: Slot) -> Slot:
    """`copy.copy` of a slot, without its detours."""
    twin = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin
