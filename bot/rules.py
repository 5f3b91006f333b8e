"""Rasa's RulePolicy, which need not look twice: our rules speak of intents, never of the words of a message."""

import json
from functools import cached_property
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class Rules(RulePolicy):
    """Named in config.yml, with the settings of RulePolicy. What it found for the states of the last turns it remembers."""

    MOST_REMEMBERED = 5000

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        key = (id(lookup), json.dumps(states, sort_keys=True))
        if key not in self._remembered:
            if len(self._remembered) >= self.MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = super()._get_possible_keys(lookup, states)
        return self._remembered[key]

    @cached_property
    def _remembered(self) -> dict[tuple[int, str], set[str]]:
        return {}

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[Any, ...]:
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
