"""`make train`: counts the messages, trains, evaluates, and refuses a model that understands less than the last released one."""

import json
import logging
import os
import sys
import time
from collections import Counter
from pathlib import Path

import structlog

from bot.evaluate import evaluate, read_messages, table
from bot.gate import verdict
from desk.datafiles import read_yaml

DATA = ["data/nlu", "data/rules.yml"]
DEVELOPMENT = Path("tests/understanding/development.tsv")
RELEASED = Path("tests/understanding/released.json")
REPORT = Path("build/development.json")  # what `make released` takes
CANDIDATE = Path("build/candidate.tar.gz")
MODEL = Path("models/assistant.tar.gz")
LANGUAGES = ("en", "fr", "ar", "ary")


def counts() -> Counter[tuple[str, str]]:
    """Number of training messages by (label, language)."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted(Path("data/nlu").glob("*/*.yml")):
        for block in read_yaml(path)["nlu"]:
            found[block["intent"], path.parent.name] += len(block["examples"].splitlines())
    return found


def counts_table(found: Counter[tuple[str, str]]) -> str:
    """The counts as text, the sums last."""
    rows = {label: [found[label, language] for language in LANGUAGES] for label in sorted({key[0] for key in found})}
    rows["together"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    lines = ["messages".ljust(44) + "".join(name.rjust(7) for name in LANGUAGES)]
    lines += [label.ljust(44) + "".join(str(count).rjust(7) for count in row) for label, row in rows.items()]
    return "\n".join(lines)


def train(data: list[str], candidate: Path, progress: logging.Handler) -> None:
    """Train; Rasa says in its log which component is at work."""
    import rasa.model_training

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    hooks = logging.getLogger("rasa.engine.training.hooks")
    hooks.setLevel(logging.INFO)
    hooks.addHandler(progress)
    name = candidate.name.removesuffix(".tar.gz")
    rasa.model_training.train(
        "domain.yml", "config.yml", data, str(candidate.parent), force_training=True, fixed_model_name=name
    )


def on_screen() -> logging.Handler:
    """Shows which component is at work."""
    shown = logging.StreamHandler(sys.stdout)
    shown.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    return shown


def main() -> None:
    """Leaves models/assistant.tar.gz as it was when the new model is refused."""
    start = time.monotonic()
    print(counts_table(counts()), flush=True)
    train(DATA, CANDIDATE, on_screen())
    print(f"Trained in {time.monotonic() - start:.0f} s. Reading {DEVELOPMENT} ...", flush=True)
    result = evaluate(read_messages(DEVELOPMENT), str(CANDIDATE), REPORT)
    print(table(result))
    refused = verdict(json.loads(RELEASED.read_text(encoding="utf-8")), result)
    if refused:
        sys.exit(f"{refused}\nThe model stays in {CANDIDATE}. If it is right so: make released, then make train.")
    MODEL.parent.mkdir(exist_ok=True)
    os.replace(CANDIDATE, MODEL)


if __name__ == "__main__":
    main()
