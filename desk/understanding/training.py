"""Runs the trainings that editors asked for, one at a time, each in a process of its own; the worker only looks after it."""

import json
import logging
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.content.examples import examples_write
from desk.registry import ROOT
from desk.understanding.models import Model, TestMessage, TrainingRun
from desk.understanding.selectors import changes, model_in_use
from desk.understanding.services import model_publish
from desk.understanding.store import OF_FILES, path_of, workplace

logger = logging.getLogger(__name__)
State = TrainingRun.State
RUNNING = (State.TRAINING, State.MEASURING)
LOST = timedelta(seconds=30)  # a training that no worker looked after for so long is lost
ATTEMPTS = 2  # a training that was lost is started once more
LOG_CHARS = 2000
KEPT = 5  # models that were in use: as many steps back


@dataclass(frozen=True)
class Measures:
    """What a model is measured with."""

    development: Path = ROOT / "tests" / "understanding" / "development.tsv"
    released: Path = ROOT / "tests" / "understanding" / "released.json"


class Trainer:
    """Starts the training that waits, reads how far it is, and ends it. Never waits itself."""

    def __init__(self, measures: Measures | None = None) -> None:
        self.measures = measures or Measures()
        self.run: TrainingRun | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def round(self) -> None:
        """One look."""
        if self.process is None:
            trainings_lost()
            self._start()
        elif self.process.poll() is None:
            self._watch()
        else:
            self._end()

    def stop(self) -> None:
        """End the process that learns, if there is one; the training is found as lost."""
        if self.process:
            self.process.kill()
            self.process.wait()
        self.run = self.process = None

    def _start(self) -> None:
        self.run = training_claim()
        if self.run is None:
            return
        folder = workplace(self.run.pk)
        job_write(folder, self.measures)
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.candidate", str(folder)],
                cwd=ROOT,
                env=os.environ | environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _watch(self) -> None:
        values = {**progress_of(workplace(self.run.pk)), "seen_at": timezone.now()}
        if not _ours(self.run).update(**values):
            logger.warning("training %s is in other hands", self.run.pk)
            self.stop()

    def _end(self) -> None:
        run, code = self.run, self.process.returncode
        self.run = self.process = None
        folder = workplace(run.pk)
        result = folder / "result.json"
        if code == 0 and result.exists():
            training_finish(run=run, result=json.loads(result.read_text(encoding="utf-8")), candidate=folder)
        else:
            training_fail(run=run, log=log_of(folder))
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path) -> dict[str, str]:
    """For the process that learns: the same content as ours, no chance, nothing kept beside the folder."""
    return {
        "VAR_DIR": str(settings.VAR),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def job_write(folder: Path, measures: Measures) -> None:
    """Everything that the process needs, in a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    examples_write(folder / "nlu", changes())
    current = model_in_use()
    tests = TestMessage.objects.order_by("label", "language", "text").values("label", "language", "text")
    job = {
        "before": str(path_of(current.fingerprint) if current else OF_FILES),
        "development": str(measures.development),
        "released": str(measures.released),
        "tests": list(tests),
    }
    (folder / "job.json").write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")


def progress_of(folder: Path) -> dict[str, Any]:
    """How far the process is, as fields of the run."""
    try:
        last = json.loads((folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    except (OSError, ValueError, IndexError):  # nothing yet, or half a line
        return {}
    return {"state": last["step"], "part": last["part"]}


def log_of(folder: Path) -> str:
    """The end of what the process said."""
    try:
        return (folder / "log").read_text(encoding="utf-8", errors="replace")[-LOG_CHARS:]
    except OSError:
        return ""


def _ours(run: TrainingRun) -> Any:
    """The run while it is in this process's hands."""
    return TrainingRun.objects.filter(pk=run.pk, attempt=run.attempt, is_open=True)


@transaction.atomic
def training_claim() -> TrainingRun | None:
    """The training that waits, which is then ours."""
    run = TrainingRun.objects.select_for_update().filter(state=State.QUEUED).first()
    if run is None:
        return None
    now = timezone.now()
    run.state, run.part, run.attempt, run.started_at, run.seen_at = State.TRAINING, 0, run.attempt + 1, now, now
    run.save()
    return run


@transaction.atomic
def trainings_lost() -> None:
    """A training whose worker is gone waits again, or failed when that happened before."""
    lost = TrainingRun.objects.select_for_update().filter(state__in=RUNNING, seen_at__lt=timezone.now() - LOST)
    for run in lost:
        if run.attempt < ATTEMPTS:
            run.state = State.QUEUED
            run.save(update_fields=["state"])
        else:
            training_fail(run=run, log="")


@transaction.atomic
def training_fail(*, run: TrainingRun, log: str) -> None:
    """No model came of it."""
    _ours(run).update(state=State.FAILED, is_open=False, ended_at=timezone.now(), log=log)


@transaction.atomic
def training_finish(*, run: TrainingRun, result: dict[str, Any], candidate: Path) -> None:
    """Keep the model, and put it in use unless it is refused."""
    refusal = refusal_of(result)
    ended = {
        "state": State.REFUSED if refusal else State.READY,
        "is_open": False,
        "ended_at": timezone.now(),
        "report": result["report"],
        "comparison": {name: result[name] for name in ("before", "changes", "tests")},
        "refusal": refusal,
    }
    if not _ours(run).update(**ended):
        return
    model = model_keep(run=run, fingerprint=result["fingerprint"], candidate=candidate / "candidate.tar.gz")
    if not refusal:
        model_publish(model=model, by=run.asked_by)


def refusal_of(result: dict[str, Any]) -> dict[str, Any] | None:
    """Why a model stays out: figures that fell, and cries for help that were heard before."""
    lost = [test for test in result["tests"] if test["lost"]]
    return {"falls": result["falls"], "lost": lost} if result["falls"] or lost else None


def model_keep(*, run: TrainingRun, fingerprint: str, candidate: Path) -> Model:
    """Put the file where the others are; the same model is kept once."""
    kept = path_of(fingerprint)
    kept.parent.mkdir(parents=True, exist_ok=True)
    candidate.replace(kept)
    model, _ = Model.objects.update_or_create(fingerprint=fingerprint, defaults={"run": run})
    return model


def models_tidy() -> None:
    """Delete the models that nobody can come back to: neither among the last in use nor the last that was refused."""
    stack = Model.objects.filter(published_at__isnull=False).order_by("-published_at")[:KEPT]
    last = Model.objects.order_by("-run_id").values_list("pk", flat=True)[:1]
    kept = {*(model.pk for model in stack), *last, *Model.objects.filter(in_use=True).values_list("pk", flat=True)}
    for model in Model.objects.exclude(pk__in=kept):
        model.delete()
        path_of(model.fingerprint).unlink(missing_ok=True)
