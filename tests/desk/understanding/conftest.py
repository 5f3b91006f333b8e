"""Accounts, a call over HTTP, and models that were trained."""

import hashlib

import pytest
from django.test import RequestFactory
from django.utils import translation

from desk.understanding.models import Model, TrainingRun
from desk.understanding.services import model_publish
from desk.understanding.store import path_of
from tests.desk.callbacks.conftest import account, open_as  # noqa: F401


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


@pytest.fixture
def editor(account):  # noqa: F811
    return account("amina", "editor", [])


@pytest.fixture
def supervisor(account):  # noqa: F811
    return account("salma", "supervisor", ["morocco"])


@pytest.fixture
def http():
    return RequestFactory().post("/")


FALL = {"name": "top1", "before": 0.96, "after": 0.9, "margin": 0.01}
REPORT = {
    "varieties": {"fr": {"n": 10, "top1": 0.9, "top3": 1.0, "macro_f1": 0.9}},
    "overall": {"n": 10, "top1": 0.9, "top3": 1.0, "macro_f1": 0.9},
    "labels": {"cost_free": 0.9},
    "handover_recall": 1.0,
    "out_of_scope": {"precision": 1.0, "recall": 1.0},
}
COMPARISON = {
    "before": {**REPORT, "varieties": {"fr": {**REPORT["varieties"]["fr"], "top1": 0.8}}},
    "changes": [
        {"label": "cost_free", "variety": "fr", "n": 5, "before": 3, "after": 5},
        {"label": "time_faster", "variety": "ary-latn", "n": 4, "before": 4, "after": 3},
    ],
    "tests": [
        {
            "text": "je paie combien",
            "label": "cost_free",
            "language": "fr",
            "understood_as": "greet",
            "before": True,
            "after": False,
            "lost": False,
        }
    ],
}


@pytest.fixture
def trained():
    """Builds a model that was trained; published unless refused."""

    def build(name: str, *, is_refused: bool = False) -> Model:
        run = TrainingRun.objects.create(
            state="refused" if is_refused else "ready",
            is_open=False,
            report=REPORT,
            comparison=COMPARISON,
            refusal={"falls": [FALL], "lost": []} if is_refused else None,
        )
        model = Model.objects.create(fingerprint=hashlib.sha256(name.encode()).hexdigest(), run=run)
        path_of(model.fingerprint).parent.mkdir(exist_ok=True)
        path_of(model.fingerprint).write_bytes(name.encode() * 1000)
        return model if is_refused else model_publish(model=model, by=None)

    return build
