"""Intent and topic in one pass: one linear model over character and word n-grams, all languages together."""

from __future__ import annotations

import re
from heapq import nlargest
from operator import itemgetter
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from bot.answers import matter, without_places
from bot.nlu.linear import LinearModel, linear_model
from bot.nlu.normalise import NORMALISED
from bot.nlu.payload import is_button
from bot.topics import FAQ, NOT_UNDERSTOOD, response_selector
from desk.content.selectors import handover_topics
from desk.content.spelling import skeleton

Ranking = list[tuple[str, float]]  # name and probability, the likeliest first
KEPT = 5  # of a ranking, in the conversation
PREFIX = f"{FAQ}/"
_LETTERS = re.compile(r"[^\W\d_]")


def build_model(regularisation: float) -> Pipeline:
    """The untrained model: labels are `faq/<topic>` and intent names."""
    features = FeatureUnion(
        [
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)),
            (
                "consonants",  # one spelling of Darija in both scripts
                TfidfVectorizer(
                    preprocessor=skeleton, analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
                ),
            ),
            ("words", TfidfVectorizer(token_pattern=r"(?u)[\w?]+", ngram_range=(1, 2), sublinear_tf=True)),
            (
                "words of consonants",
                TfidfVectorizer(
                    preprocessor=skeleton, token_pattern=r"(?u)[\w?]+", ngram_range=(1, 2), sublinear_tf=True
                ),
            ),
        ]
    )
    return Pipeline([("features", features), ("svm", LinearSVC(C=regularisation, random_state=0))])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Predicts the intent and, for questions, the topic, in Rasa's own structures.

    A question about danger wins when its topics together are likely enough; an unsure prediction
    becomes `nlu_fallback`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"regularisation": 1.0, "sharpness": 6.0, "min_confidence": 0.35, "handover_confidence": 0.45}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        self.config, self._model_storage, self._resource, self.model = config, model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder / "topics.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the normalised examples."""
        examples = training_data.intent_examples
        labels = [example.get_full_intent() for example in examples]
        trained = build_model(self.config["regularisation"]).fit(
            [example.get(NORMALISED) for example in examples], labels
        )
        self.model = linear_model(trained, [vectorizer for _, vectorizer in trained["features"].transformer_list])
        with self._model_storage.write_to(self._resource) as folder:
            self.model.save(folder / "topics.joblib")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and response selector, in place."""
        for message in messages:
            if not is_button(message):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = matter(message.get(NORMALISED))
        if not _LETTERS.search(text):
            return message.set(INTENT, {"name": NOT_UNDERSTOOD, "confidence": 1.0}, add_to_output=True)
        scores = danger_first(self._scores_of_danger(text) or self.scores(text), self.config["handover_confidence"])
        topics = topics_of(scores)
        intents = {FAQ: topics[0][1], **{name: score for name, score in scores.items() if "/" not in name}}
        ranking = ranked(intents)
        if ranking[0][1] < self.config["min_confidence"]:
            ranking.insert(0, (NOT_UNDERSTOOD, 1 - ranking[0][1]))
        message.set(INTENT, {"name": ranking[0][0], "confidence": ranking[0][1]}, add_to_output=True)
        message.set(
            INTENT_RANKING_KEY,
            [{"name": name, "confidence": score} for name, score in ranking],
            add_to_output=True,
        )
        message.set("response_selector", response_selector(topics), add_to_output=True)

    def _scores_of_danger(self, text: str) -> dict[str, float] | None:
        """The scores without the name of a place, which drowns other words, if they then speak of danger; one word is not enough."""
        bare = without_places(text)
        scores = self.scores(bare) if len(bare.split()) > 1 and bare != text else {}
        return scores if sum(dangerous(scores).values()) >= self.config["handover_confidence"] else None

    def scores(self, text: str) -> dict[str, float]:
        """A probability for each label."""
        return self.model.probabilities(text, self.config["sharpness"])


def topics_of(scores: dict[str, float]) -> Ranking:
    """The likeliest topics among the labels."""
    topics = ((name.removeprefix(PREFIX), score) for name, score in scores.items() if name.startswith(PREFIX))
    return nlargest(KEPT, topics, key=itemgetter(1))


def danger_first(scores: dict[str, float], least: float) -> dict[str, float]:
    """When the topics of danger together are likely enough, the likeliest of them stands for all and comes first."""
    danger = dangerous(scores)
    total = sum(danger.values())
    if total < least:
        return scores
    likeliest = max(danger, key=lambda name: danger[name])
    return {**scores, likeliest: max(total, max(scores.values()) * 1.001)}


def dangerous(scores: dict[str, float]) -> dict[str, float]:
    """The labels of danger."""
    return {name: scores[name] for topic in handover_topics() if (name := PREFIX + topic) in scores}


def ranked(scores: dict[str, float]) -> Ranking:
    """The highest first."""
    return nlargest(KEPT, scores.items(), key=itemgetter(1))
