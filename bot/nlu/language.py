"""Which language a message is written in, with care for what the conversation already knows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from bot.nlu.linear import LinearModel, linear_model
from bot.nlu.normalise import NORMALISED
from bot.nlu.payload import entity, is_button

REPLY_LANGUAGE = {"fr": "fr", "en": "en", "ary": "ar"}
LATIN_LANGUAGES = frozenset(REPLY_LANGUAGE)
ANY_LANGUAGE = frozenset(
    {"ok", "okay", "oki", "okey", "salam", "slm", "visa", "passport", "whatsapp", "sms", "telegram"}
)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[a-z]")
_NAMES = {
    "fr": r"francais|fransai[sz]?|francai|french|fransawi\w*|lfransawi\w*|(?:ب?ال)?فرنسي\w*|بالفرنساوي\w*",
    "ar": r"arabe|arabic|arabi|b?e?l?aa?rabi\w*|b?e?l?aa?rbi\w*|darija|(?:ب?ال)?عربي\w*|(?:ب?ال)?عرابي\w*|(?:ب?ال)?دارجه|بالعربي\w*",
    "en": r"anglais|angl|english|inglish|l?ngli[sz]i\w*|inglizi\w*|(?:ب?ال)?ا?نجليزي\w*|(?:ب?ال)?انكليزي\w*|بالانجليزي\w*",
}
_REQUEST = {name: re.compile(rf"\b(?:{names})\b") for name, names in _NAMES.items()}
_NOT_A_REQUEST = re.compile(
    r"interpr|tradu|translat|مترجم|ترجم|mutarjim|tarjam|\b(?:suis|am|im|ana|انا|no|not|pas|لا|ما|machi)\b"
)
LONGEST_REQUEST = 4  # words


@dataclass(frozen=True)
class Guess:
    """A language, and whether a whole sentence speaks clearly for it."""

    language: str
    is_sentence: bool


def requested_language(text: str) -> str | None:
    """The language asked for in a short message such as "parle français"; `text` is normalised."""
    words = text.replace("?", " ").split()
    if len(words) > LONGEST_REQUEST or _NOT_A_REQUEST.search(text):
        return None
    return next((name for name, pattern in _REQUEST.items() if pattern.search(text)), None)


class Detector:
    """Latin script: a model of our own examples, which knows Darija, Pidgin and SMS spelling; Arabic script: Arabic."""

    LIKELY, SURE = 0.45, 0.85  # enough for a first message; enough to switch
    DARIJA_IN_SHORT = 0.3  # a word or two of French or English also stands in Darija: only more words speak for Darija
    SENTENCE_WORDS, ARABIC_SENTENCE_WORDS = 3, 2
    LEAST_MESSAGES = 3  # in which a word stands: a name stands in fewer

    def __init__(self, own: LinearModel, vocabulary: frozenset[str]) -> None:
        self.own, self.vocabulary = own, vocabulary

    def guess(self, text: str) -> Guess | None:
        """The language of a normalised text, None when nothing speaks clearly for one."""
        known = [word for word in text.split() if word in self.vocabulary and word not in ANY_LANGUAGE]
        if len(_ARABIC.findall(text)) > len(_LATIN.findall(text)):
            return Guess("ar", len(known) >= self.ARABIC_SENTENCE_WORDS)
        if not known:
            return None
        scores = self.scores(text)
        best = max(scores, key=lambda name: scores[name])
        if scores[best] < self.LIKELY:
            return None
        return Guess(REPLY_LANGUAGE[best], scores[best] >= self.SURE and len(known) >= self.SENTENCE_WORDS)

    def scores(self, text: str) -> dict[str, float]:
        """Probability of each language of our examples."""
        scores = self.own.probabilities(text)
        if len(text.split()) < self.SENTENCE_WORDS:
            scores["ary"] *= self.DARIJA_IN_SHORT
        total = sum(scores.values())
        return {name: score / total for name, score in scores.items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Adds the entity `language` (clear evidence) or `language_choice` (asked for); the slots remember them."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, detector: Detector | None = None) -> None:
        self._model_storage, self._resource, self.detector = model_storage, resource, detector

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Detector(*joblib.load(folder / "language.joblib")))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, whose `metadata` says the language of each."""
        pairs = [(example.get(NORMALISED), language_of_example(example)) for example in training_data.intent_examples]
        learned = train_detector(pairs)
        self.detector = Detector(*learned)
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(learned, folder / "language.joblib")
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set the entities, in place."""
        for message in messages:
            if not is_button(message):
                self._identify(message, tracker)
            self._follow_hint(message, tracker)
        return messages

    @staticmethod
    def _follow_hint(message: Message, tracker: DialogueStateTracker | None) -> None:
        """Until the person shows a language, that of their phone."""
        hint = (message.get("metadata") or {}).get("hint")
        known = [tracker.get_slot(name) for name in ("language", "language_choice")] if tracker else []
        named = {item["entity"] for item in message.get(ENTITIES) or []} & {"language", "language_choice"}
        if hint and not any(known) and not named:
            add_entity(message, "language", hint)

    def _identify(self, message: Message, tracker: DialogueStateTracker | None) -> None:
        text = message.get(NORMALISED)
        asked = requested_language(text)
        if asked:
            return add_entity(message, "language_choice", asked)
        current, chosen = (tracker.get_slot(name) if tracker else None for name in ("language", "language_choice"))
        guess = self.detector.guess(text)
        if guess and not chosen and (current is None or guess.is_sentence):
            add_entity(message, "language", guess.language)


def language_of_example(example: Message) -> str | None:
    """The language named in the metadata of a training example."""
    return ((example.get("metadata") or {}).get("intent") or {}).get("language")


def train_detector(pairs: list[tuple[str, str | None]]) -> tuple[LinearModel, frozenset[str]]:
    """A model of the Latin-script (text, language) pairs, and the usual words of all pairs: a name is not among them."""
    latin = [(text, language) for text, language in pairs if language in LATIN_LANGUAGES and _LATIN.search(text)]
    own = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=2),
        LogisticRegression(C=30, class_weight="balanced", max_iter=300),
    ).fit(*zip(*latin, strict=True))
    counts = Counter(word for text, _ in pairs for word in set(text.split()) if word.isalpha())
    return linear_model(own, [own[0]]), frozenset(
        word for word, count in counts.items() if count >= Detector.LEAST_MESSAGES
    )


def add_entity(message: Message, name: str, value: str) -> None:
    """Append an entity to the message."""
    message.set(ENTITIES, [*(message.get(ENTITIES) or []), entity(name, value)], add_to_output=True)
