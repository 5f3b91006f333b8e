"""The worker's part: a training from the question to the model in use, what it refuses, and what becomes of one that is lost."""

import json
import os
import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from desk.content.examples import LANGUAGES, examples
from desk.understanding.models import Example, Model, TestMessage, TrainingRun
from desk.understanding.selectors import model_in_use, training_open
from desk.understanding.services import training_ask, training_override
from desk.understanding.store import path_of, workplace
from desk.understanding.training import KEPT, Measures, Trainer, models_tidy, training_claim, trainings_lost
from tests.desk.together import together

pytestmark = pytest.mark.django_db(transaction=True)
TAUGHT = ("cost_free", "safety_suicide", "greet", "out_of_scope", "time_how_long")
EVERY = 5  # of their examples is learned; others are measured with


def taught(label: str, language: str) -> list[str]:
    return examples()[language][label][::EVERY]


def unseen(label: str, language: str) -> list[str]:
    return examples()[language][label][1::EVERY][:4]


@pytest.fixture
def few_examples():
    """All but a few examples of five labels are removed, so that a training takes seconds."""
    removed = [
        Example(label=label, language=language, text=text, state="removed")
        for language, of in examples().items()
        for label, texts in of.items()
        for text in set(texts) - (set(taught(label, language)) if label in TAUGHT else set())
    ]
    Example.objects.bulk_create(removed, batch_size=200)


@pytest.fixture
def measures(tmp_path):
    """What is measured with, and what must be reached: nothing."""
    rows = [(text, label, of) for label in TAUGHT for of in LANGUAGES for text in unseen(label, of)]
    development, released = tmp_path / "development.tsv", tmp_path / "released.json"
    development.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    nothing = {"top1": 0.0, "top3": 0.0}
    released.write_text(
        json.dumps(
            {
                "varieties": dict.fromkeys(LANGUAGES, nothing),
                "overall": nothing,
                "labels": {},
                "handover_recall": 0.0,
                "out_of_scope": {"precision": 0.0, "recall": 0.0},
            }
        )
    )
    return Measures(development, released)


def train(trainer: Trainer, *, most_s: float = 400) -> tuple[TrainingRun, list[str]]:
    """Ask for a training and look after it as the worker does: the run that ended, and the states it went through."""
    run, states, end = training_ask(by=None), ["queued"], time.monotonic() + most_s
    while run.is_open and time.monotonic() < end:
        trainer.round()
        run.refresh_from_db()
        states += [run.state] if run.state != states[-1] else []
        time.sleep(0.05)
    return run, states


@pytest.mark.usefixtures("few_examples")
def test_what_passes_is_in_use_the_same_again_for_the_same_data_and_what_is_spoiled_stays_out(
    measures, supervisor, http
):
    trainer = Trainer(measures)
    cry = TestMessage.objects.create(label="safety_suicide", language="en", text=unseen("safety_suicide", "en")[0])
    run, states = train(trainer)
    assert states == ["queued", "training", "measuring", "ready"], run.log
    first = model_in_use()
    assert first.run == run
    assert path_of(first.fingerprint).stat().st_size > 100_000
    assert run.report["overall"]["top1"] > 0.6
    assert run.comparison["before"]["overall"]["top1"] > 0.9, "the model of the files had learned everything"
    assert run.comparison["tests"][0] | {"understood_as": ""} == {
        "text": cry.text,
        "label": "safety_suicide",
        "language": "en",
        "understood_as": "",
        "before": True,
        "after": True,
        "lost": False,
    }
    assert not workplace(run.pk).exists()

    again, _ = train(trainer)
    assert again.state == "ready"
    assert again.comparison["changes"] == []
    assert list(Model.objects.all()) == [first], "the same data gives the same model"

    measures.released.write_text(json.dumps(again.report))
    for language in LANGUAGES:
        for text in taught("safety_suicide", language):
            Example.objects.create(label="safety_suicide", language=language, text=text, state="removed")
            Example.objects.create(label="greet", language=language, text=text)
    spoiled, _ = train(trainer)
    assert spoiled.state == "refused"
    assert "handover_recall" in {fall["name"] for fall in spoiled.refusal["falls"]}
    assert [test["text"] for test in spoiled.refusal["lost"]] == [cry.text]
    worse = {item["label"] for item in spoiled.comparison["changes"] if item["after"] < item["before"]}
    assert "safety_suicide" in worse
    assert model_in_use() == first

    training_override(run=spoiled, reason="a test", by=supervisor, http=http)
    assert model_in_use().run == spoiled


def test_a_process_that_is_killed_leaves_a_training_that_failed(measures):
    trainer = Trainer(measures)
    run = training_ask(by=None)
    trainer.round()
    assert os.getpriority(os.PRIO_PROCESS, trainer.process.pid) >= os.getpriority(os.PRIO_PROCESS, 0)
    os.kill(trainer.process.pid, signal.SIGKILL)
    trainer.process.wait()
    trainer.round()
    run.refresh_from_db()
    assert (run.state, run.is_open) == ("failed", False)
    assert training_ask(by=None), "another can be asked for"


def test_a_process_that_fails_leaves_what_it_said(measures):
    trainer = Trainer(measures)
    run = training_ask(by=None)
    trainer.round()
    trainer.process.kill()
    trainer.process.wait()
    (workplace(run.pk) / "log").write_text("x" * 5000 + "ValueError: the end")
    trainer.round()
    run.refresh_from_db()
    assert (run.state, len(run.log), run.log[-7:]) == ("failed", 2000, "the end")


def lose(run: TrainingRun, seconds: float) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(seen_at=timezone.now() - timedelta(seconds=seconds))


def test_a_training_whose_worker_is_gone_is_begun_once_more_and_then_fails():
    training_ask(by=None)
    run = training_claim()
    lose(run, 20)
    trainings_lost()
    assert training_open().state == "training", "its worker may only be slow"
    lose(run, 40)
    trainings_lost()
    assert training_open().state == "queued"
    lose(training_claim(), 40)
    trainings_lost()
    run.refresh_from_db()
    assert (run.state, run.is_open) == ("failed", False)


def test_a_worker_lets_go_of_a_training_that_is_in_other_hands(measures):
    trainer = Trainer(measures)
    training_ask(by=None)
    trainer.round()
    process, run = trainer.process, trainer.run
    lose(run, 40)
    trainings_lost()
    assert training_claim().attempt == 2
    trainer.round()
    assert process.poll() == -signal.SIGKILL
    assert trainer.process is None
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("training", 2)


@pytest.mark.both_databases
def test_of_two_workers_one_has_the_training():
    training_ask(by=None)
    claims = together(2, lambda _: training_claim())
    assert sorted(claim is None for claim in claims) == [False, True]


def test_models_nobody_can_come_back_to_are_deleted(trained):
    models = [trained(str(number)) for number in range(KEPT + 2)]
    refused = [trained("refused", is_refused=True), trained("refused later", is_refused=True)]
    models_tidy()
    gone = [*models[:2], refused[0]]
    assert set(Model.objects.all()) == {*models, *refused} - set(gone)
    assert [path_of(model.fingerprint).exists() for model in gone] == [False] * 3
    assert path_of(model_in_use().fingerprint).exists()
