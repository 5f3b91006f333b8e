"""The guided check: answers in, a careful result out. It never decides."""

from dataclasses import dataclass

from desk.programmes.schema import Outcome, Programme, Rule

CAUTION: tuple[Outcome, ...] = ("likely", "perhaps", "unlikely")


@dataclass(frozen=True)
class Assessment:
    """What is likely, why, and what to do next (source texts in English)."""

    result: Outcome
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...]


def assess(programme: Programme, answers: dict[str, str | None]) -> Assessment:
    """The most cautious of all rules that match; "perhaps" when none does.

    `answers` maps the questions of the check to their values; a question that was not answered
    is missing, None or "unsaid" and matches no rule that asks for a value.
    """
    matching = [rule for rule in programme.eligibility if _matches(rule, answers)]
    result = max((rule.result for rule in matching), key=CAUTION.index, default="perhaps")
    matching.sort(key=lambda rule: -CAUTION.index(rule.result))
    return Assessment(
        result=result,
        reasons=tuple(dict.fromkeys(rule.reason for rule in matching)),
        next_steps=tuple(dict.fromkeys(rule.next for rule in matching if rule.next)),
    )


def _matches(rule: Rule, answers: dict[str, str | None]) -> bool:
    return all(_fits(wanted, answers.get(slot)) for slot, wanted in rule.when.items())


def _fits(wanted: list[str] | dict[str, list[str]], answer: str | None) -> bool:
    if isinstance(wanted, dict):
        return answer not in (None, "unsaid") and answer not in wanted["not_in"]
    return answer in wanted
