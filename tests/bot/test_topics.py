import pytest

from bot.topics import candidates, response_selector, topic_of


def parsed(intent, intents, topics):
    return {
        "intent": {"name": intent, "full_retrieval_intent_name": f"faq/{topics[0][0]}" if intent == "faq" else None},
        "intent_ranking": [{"name": name, "confidence": score} for name, score in intents],
        "response_selector": response_selector(topics),
    }


def test_a_question_has_a_topic():
    assert topic_of(parsed("faq", [("faq", 0.9)], [("money_how_much", 0.9)])) == "money_how_much"


@pytest.mark.parametrize("parse_data", [{}, {"intent": None}, {"intent": {"name": "greet"}}])
def test_other_intents_have_no_topic(parse_data):
    assert topic_of(parse_data) is None


def test_candidates_mix_topics_and_intents_likeliest_first():
    data = parsed(
        "faq", [("nlu_fallback", 0.7), ("faq", 0.3), ("greet", 0.2)], [("cost_free", 0.3), ("child_alone", 0.1)]
    )
    assert candidates(data) == ["cost_free", "greet", "child_alone"]


def test_a_button_without_ranking_has_no_candidates():
    assert candidates({"intent": {"name": "greet"}}) == []


def test_the_selector_names_the_response_of_the_likeliest_topic():
    selected = response_selector([("cost_free", 0.8), ("child_alone", 0.1)])
    assert selected["all_retrieval_intents"] == ["faq"]
    assert selected["faq"]["response"]["utter_action"] == "utter_faq/cost_free"
    assert [item["intent_response_key"] for item in selected["faq"]["ranking"]] == ["faq/cost_free", "faq/child_alone"]
