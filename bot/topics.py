"""Read topics out of what the classifier understood (Rasa's parse data)."""

from typing import Any

from rasa.shared.nlu.constants import FULL_RETRIEVAL_INTENT_NAME_KEY

from desk.content.selectors import handover_topics

FAQ = "faq"
NOT_UNDERSTOOD = "nlu_fallback"


def topic_of(parse_data: dict[str, Any]) -> str | None:
    """The topic id of a question, None for any other intent."""
    name = (parse_data.get("intent") or {}).get(FULL_RETRIEVAL_INTENT_NAME_KEY) or ""
    return name.removeprefix(f"{FAQ}/") or None


def speaks_of_danger(parse_data: dict[str, Any]) -> bool:
    """Whether a message asks one of the questions of danger."""
    return (parse_data.get("intent") or {}).get("name") == FAQ and topic_of(parse_data) in handover_topics()


def scores_of(parse_data: dict[str, Any]) -> dict[str, float]:
    """Topic ids and intent names with how likely each is."""
    topics = parse_data.get("response_selector", {}).get(FAQ, {}).get("ranking", [])
    scores = {item["intent_response_key"].removeprefix(f"{FAQ}/"): item["confidence"] for item in topics}
    intents = parse_data.get("intent_ranking", [])
    return scores | {item["name"]: item["confidence"] for item in intents if item["name"] not in (FAQ, NOT_UNDERSTOOD)}


def candidates(parse_data: dict[str, Any]) -> list[str]:
    """Topic ids and intent names, the likeliest first."""
    scores = scores_of(parse_data)
    return sorted(scores, key=lambda name: -scores[name])


def response_selector(ranking: list[tuple[str, float]]) -> dict[str, Any]:
    """Rasa's own structure for a retrieval intent; `ranking` is (topic id, probability), likeliest first."""
    keys = [{"intent_response_key": f"{FAQ}/{name}", "confidence": score} for name, score in ranking]
    best = {"responses": None, **keys[0], "utter_action": f"utter_{keys[0]['intent_response_key']}"}
    return {"all_retrieval_intents": [FAQ], FAQ: {"response": best, "ranking": keys}}
