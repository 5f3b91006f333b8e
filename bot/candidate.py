"""Trains and measures a model from a folder that the desk made: `python -m bot.candidate FOLDER`.

The folder holds nlu/, job.json ({"before": the model in use, "development", "released": paths, "tests": messages}). What is
at work is written to progress.jsonl, one line each; result.json is written last, beside candidate.tar.gz. Nothing else of the
installation is touched. It ends when the process that started it does.
"""

import asyncio
import json
import logging
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any

from bot.comparison import changes, rows_of_tests
from bot.evaluate import Judged, judge, read_messages, report
from bot.fingerprint import fingerprint_of
from bot.gate import falls
from bot.train import train
from desk.content.examples import labels

logger = logging.getLogger(__name__)
NICE = 10  # the dialogue server and the alerts come first
CANDIDATE = "candidate.tar.gz"
Row = tuple[str, str, str]


class Progress(logging.Handler):
    """Appends lines to a file; as a handler of Rasa's log it counts the parts that are learned."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.parts = path, 0

    def say(self, step: str, part: int = 0) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "part": part}) + "\n")

    def emit(self, record: logging.LogRecord) -> None:
        if "Starting" in record.getMessage():
            self.parts += 1
            self.say("training", self.parts)


def run(folder: Path) -> None:
    """Train, measure, compare. Writes result.json."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    progress, candidate = Progress(folder / "progress.jsonl"), folder / CANDIDATE
    progress.say("training")
    train([str(folder / "nlu"), "data/rules.yml"], candidate, progress)
    progress.say("measuring")
    result = measure(job, candidate) | {"fingerprint": fingerprint_of(candidate)}
    draft = folder / "result.json.draft"
    draft.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / "result.json")


def measure(job: dict[str, Any], candidate: Path) -> dict[str, Any]:
    """The reports of both models, what changed, and why the new one may not be taken."""
    known, tests = set(labels()), job["tests"]
    rows = [row for row in read_messages(Path(job["development"])) if row[1] in known]
    texts = [(item["text"], item["label"], item["language"]) for item in tests]
    after = asyncio.run(judge([*rows, *texts], str(candidate)))
    before = judged_before(job["before"], [*rows, *texts])
    now, size = report(after[: len(rows)]), len(rows)
    released = json.loads(Path(job["released"]).read_text(encoding="utf-8"))
    return {
        "report": now,
        "before": report(before[:size]) if before else None,
        "changes": [asdict(change) for change in changes(before[:size], after[:size])] if before else [],
        "tests": rows_of_tests(tests, before[size:] if before else None, after[size:]),
        "falls": [asdict(fall) for fall in falls(released, now)],
    }


def judged_before(model: str, rows: list[Row]) -> list[Judged] | None:
    """What the model in use understands; None when it is of another version and cannot be read."""
    try:
        return asyncio.run(judge(rows, model))
    except Exception as error:  # whatever a foreign file brings about
        logger.warning("the model in use cannot be read (%s): nothing to compare with", type(error).__name__)
        return None


def end_with(parent: int) -> None:
    """End this process when its parent is gone: whoever comes next starts anew."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def main() -> None:
    os.nice(NICE)
    end_with(os.getppid())
    run(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
