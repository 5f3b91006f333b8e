"""The quick reader gives what scikit-learn gives."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bot.nlu.classify import build_model
from bot.nlu.linear import LinearModel, linear_model

TEXTS = ["bonjour a tous", "bonjour bonjour", "good morning", "good evening to all", "salam", "salam salam khouya"]
LABELS = ["fr", "fr", "en", "en", "ary", "ary"]
UNSEEN = ["bonjour khouya", "good", "to all of them good good good", "xyz", "", "salam " * 40]


@pytest.fixture(scope="module")
def trained():
    return build_model(1.0).fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def model(trained):
    return linear_model(trained, [vectorizer for _, vectorizer in trained["features"].transformer_list])


@pytest.mark.parametrize("text", [*TEXTS, *UNSEEN])
def test_margins_are_those_of_the_pipeline(trained, model, text):
    assert model.margins(text) == pytest.approx(trained.decision_function([text])[0], abs=2e-3)


@pytest.mark.parametrize("text", UNSEEN)
def test_probabilities_sum_to_one_and_follow_the_margins(model, text):
    found = model.probabilities(text, sharpness=3.0)
    assert list(found) == ["ary", "en", "fr"]
    assert sum(found.values()) == pytest.approx(1.0)
    assert max(found, key=found.get) == model.classes[int(np.argmax(model.margins(text)))]


def test_a_sharper_reading_is_surer(model):
    assert max(model.probabilities("bonjour", 6.0).values()) > max(model.probabilities("bonjour", 1.0).values())


def test_a_saved_model_reads_the_same(model, tmp_path):
    model.save(tmp_path / "model.joblib")
    again = LinearModel.load(tmp_path / "model.joblib")
    assert again.margins("bonjour khouya") == pytest.approx(model.margins("bonjour khouya"))


def test_one_vectorizer_is_enough():
    trained = make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC()).fit(TEXTS, LABELS)
    model = linear_model(trained, [trained[0]])
    assert model.margins("good salam") == pytest.approx(trained.decision_function(["good salam"])[0], abs=2e-3)
