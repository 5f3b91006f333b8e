import pytest

from bot.nlu.classify import danger_first
from bot.topics import candidates, topic_of
from desk.content.selectors import handover_topics


def topic(message):
    return message.get("response_selector")["faq"]["response"]["intent_response_key"].removeprefix("faq/")


@pytest.fixture
def classify(read, classifier):
    return lambda text, typed=True: classifier.process([read(text, typed)])[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("combien d'argent vous donnez", "money_how_much"),
        ("how much money will you give me", "money_how_much"),
        ("كم المبلغ الذي تعطونه", "money_how_much"),
        ("شحال كتعطيو ديال الفلوس", "money_how_much"),
        ("ch7al kat3tiw dyal lflous", "money_how_much"),
        ("j'ai perdu mon passeport", "documents_no_passport"),
        ("my passport is lost", "documents_no_passport"),
    ],
)
def test_a_question_gets_its_topic(classify, text, wanted):
    message = classify(text)
    assert message.get("intent")["name"] == "faq"
    assert topic(message) == wanted


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bonjour", "greet"),
        ("hello", "greet"),
        ("salam", "greet"),
        ("mercii", "thank"),
        ("je veux parler à une personne", "request_callback"),
        ("delete my data", "erase_my_data"),
        ("احذف بياناتي", "erase_my_data"),
        ("quelle est la capitale du Pérou", "out_of_scope"),
    ],
)
def test_other_intents_are_told_from_questions(classify, text, intent):
    assert classify(text).get("intent")["name"] == intent


@pytest.mark.parametrize(
    "text",
    [
        "they will kill me if I go back",
        "on va me tuer si je rentre",
        "سيقتلونني إذا عدت",
        "ghadi y9tlouni ila rje3t",
        "I am in Belgium and they want to kill me",
    ],
)
def test_danger_is_a_question_of_the_handover_topics(classify, text):
    message = classify(text)
    assert message.get("intent")["name"] == "faq"
    assert topic(message) in handover_topics()


@pytest.mark.parametrize("text", ["", "123", "???", "😀😀", "+212 612 345 678"])
def test_a_message_without_letters_is_not_understood(classify, text):
    assert classify(text).get("intent") == {"name": "nlu_fallback", "confidence": 1.0}


@pytest.mark.parametrize("text", ["qsdf wxcv zzz", "xyzzy plugh"])
def test_letters_without_sense_are_no_question(classify, text):
    assert classify(text).get("intent")["name"] in ("nlu_fallback", "out_of_scope")


def test_an_unsure_prediction_is_not_understood_but_keeps_its_ranking(classify, classifier, monkeypatch):
    monkeypatch.setitem(classifier.config, "min_confidence", 1.01)
    message = classify("combien d'argent vous donnez")
    assert message.get("intent")["name"] == "nlu_fallback"
    assert topic_of(message.data) is None
    assert candidates(message.data)[0] == "money_how_much"
    assert len(candidates(message.data)) > 3


def test_danger_comes_first_when_its_topics_together_are_likely():
    scores = {"faq/cost_free": 0.5, "faq/safety_suicide": 0.3, "faq/health_mental": 0.15, "greet": 0.05}
    assert danger_first(scores, 0.5) == scores
    raised = danger_first(scores, 0.44)
    assert max(raised, key=raised.get) == "faq/safety_suicide"
    assert {name: score for name, score in raised.items() if name != "faq/safety_suicide"} == {
        name: score for name, score in scores.items() if name != "faq/safety_suicide"
    }


@pytest.mark.parametrize("text", ["bonjour", "combien d'argent vous donnez", "كم المبلغ"])
def test_the_ranking_is_sorted_and_starts_with_the_intent(classify, text):
    message = classify(text)
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get("intent")
    assert [item["confidence"] for item in ranking] == sorted((item["confidence"] for item in ranking), reverse=True)


def test_topics_of_danger_count_together(classifier, read, monkeypatch):
    """With a threshold below their sum they win; with one above it they do not."""
    text = "I am in Belgium"
    scores = classifier.scores(read(text).get("normalised"))
    danger = sum(scores[f"faq/{name}"] for name in handover_topics())
    assert 0 < danger < 0.5
    monkeypatch.setitem(classifier.config, "handover_confidence", danger * 0.99)
    assert topic(classifier.process([read(text)])[0]) in handover_topics()
    monkeypatch.setitem(classifier.config, "handover_confidence", danger * 1.01)
    assert topic(classifier.process([read(text)])[0]) not in handover_topics()


def test_scores_are_probabilities_of_all_labels(classifier, training_data):
    scores = classifier.scores("combien")
    assert set(scores) == {item.get_full_intent() for item in training_data.intent_examples}
    assert sum(scores.values()) == pytest.approx(1)


def test_a_button_is_not_classified(classify):
    message = classify('/inform{"answer": "yes"}', typed=False)
    assert message.get("intent") == {"name": "inform", "confidence": 1.0}
    assert message.get("response_selector") is None
