"""`make evaluate FILE=messages.tsv`: how well messages are understood, per variety.

The file has three columns separated by tabs and no heading: text, label (a topic id or an intent name), variety.
A prediction is the classifier's first choice, also where the assistant would rather ask "did you mean".
"""

import asyncio
import csv
import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sklearn.metrics import f1_score, precision_score, recall_score

from bot.topics import candidates
from desk.content.selectors import handover_topics

REPORT = Path("build/evaluation.json")
OUT = "out_of_scope"
Report = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """One message with its label and what was understood, likeliest first."""

    variety: str
    label: str
    ranking: list[str]

    @property
    def first(self) -> str:
        return self.ranking[0] if self.ranking else ""


def read_messages(path: Path) -> list[tuple[str, str, str]]:
    """Rows of (text, label, variety). Raises ValueError naming the line that is wrong."""
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if not row:
                continue
            if len(row) != 3 or not all(cell.strip() for cell in row):
                raise ValueError(f"{path}, line {number}: wanted text, label and variety separated by tabs")
            rows.append((row[0], row[1].strip().removeprefix("faq/"), row[2].strip()))
    return rows


async def judge(rows: Iterable[tuple[str, str, str]], model: str = "models") -> list[Judged]:
    """Let the trained model read every message, each as the first of a conversation."""
    from rasa.core.channels.channel import UserMessage

    from bot.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = Agent()
    agent.load_model(model)
    judged = []
    for text, label, variety in rows:
        parsed = await agent.processor.parse_message(UserMessage(text, metadata={"typed": True}))
        judged.append(Judged(variety, label, candidates(parsed)))
    return judged


def figures(judged: list[Judged]) -> dict[str, Any]:
    """n, top-1, top-3 and macro-F1 of some messages."""
    labels = [item.label for item in judged]
    first = [item.first for item in judged]
    return {
        "n": len(judged),
        "top1": round(sum(map(str.__eq__, labels, first)) / len(judged), 4),
        "top3": round(sum(item.label in item.ranking[:3] for item in judged) / len(judged), 4),
        "macro_f1": round(
            float(f1_score(labels, first, labels=sorted(set(labels)), average="macro", zero_division=0)), 4
        ),
    }


def recall(judged: list[Judged], label: str) -> float:
    """The share of the messages of a label that are recognised."""
    found = [item.first == label for item in judged if item.label == label]
    return round(sum(found) / len(found), 4)


def report(judged: list[Judged]) -> Report:
    """All figures; a figure with nothing to count is null."""
    danger = [item for item in judged if item.label in handover_topics()]
    truth, guess = ([getattr(item, key) == OUT for item in judged] for key in ("label", "first"))
    varieties = sorted({item.variety for item in judged})
    return {
        "varieties": {name: figures([item for item in judged if item.variety == name]) for name in varieties},
        "overall": figures(judged),
        "labels": {name: recall(judged, name) for name in sorted({item.label for item in judged})},
        "handover_recall": round(sum(item.first in handover_topics() for item in danger) / len(danger), 4)
        if danger
        else None,
        OUT: {
            "precision": round(float(precision_score(truth, guess)), 4) if any(guess) else None,
            "recall": round(float(recall_score(truth, guess)), 4) if any(truth) else None,
        },
    }


def table(result: Report) -> str:
    """The report as text."""
    rows = [*result["varieties"].items(), ("overall", result["overall"])]
    lines = [f"{'variety':<12}{'n':>6}{'top-1':>8}{'top-3':>8}{'macro-F1':>10}"]
    lines += [
        f"{name:<12}{row['n']:>6}{row['top1']:>8.3f}{row['top3']:>8.3f}{row['macro_f1']:>10.3f}" for name, row in rows
    ]
    lines += [
        f"handover recall         {result['handover_recall']}",
        f"out_of_scope precision  {result[OUT]['precision']}",
        f"out_of_scope recall     {result[OUT]['recall']}",
    ]
    return "\n".join(lines)


def evaluate(rows: list[tuple[str, str, str]], model: str = "models", path: Path = REPORT) -> Report:
    """Judge, and write the report to a file."""
    result = report(asyncio.run(judge(rows, model)))
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def main() -> None:
    """Read the file named on the command line, print the table and write build/evaluation.json."""
    try:
        rows = read_messages(Path(sys.argv[1]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    if not rows:
        sys.exit(f"{sys.argv[1]} holds no messages")
    print(table(evaluate(rows)))


if __name__ == "__main__":
    main()
