"""`make bench`: our assistant beside stock Rasa, in one run on one machine; about half an hour on 2 cores.

Both are trained on one fixed sample of our messages (stock needs about 15 minutes for it), ours on all of them as well,
and each is asked over its REST channel while nothing else runs. Only the ratios mean something beyond this machine:
each says how many times better ours, trained on all messages, is (training: on the same sample).
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figures, measure
from bench.projects import ROOT, Project, ours_on_all, ours_on_sample, remove, stock

REPORT = ROOT / "build" / "bench.json"
DEVELOPMENT = ROOT / "tests" / "understanding" / "development.tsv"
SIDES: dict[str, tuple[Callable[[Path, int], Project], int]] = {
    "ours": (ours_on_all, 5305),
    "ours_on_sample": (ours_on_sample, 5306),
    "stock": (stock, 5307),
}
MORE_IS_BETTER = ("messages_per_s", "top1")


def main() -> None:
    """One side after the other; prints and writes build/bench.json."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        result = {name: side(folder / name, name) for name in SIDES}
    finally:
        remove(folder)
    report = {**result, "ratio": ratios(result)}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def side(folder: Path, name: str) -> Figures:
    """Train and measure one side."""
    build, port = SIDES[name]
    project = build(folder, port)
    print(f"training {name} ...", flush=True)
    training_s = round(project.run_training(), 1)
    print(f"{training_s} s. Asking {name} ...", flush=True)
    figures = {"training_s": training_s, **measure(project, port, DEVELOPMENT)}
    print(json.dumps(figures), flush=True)
    return figures


def ratios(result: dict[str, Figures]) -> Figures:
    """How many times better ours is."""
    ours = {**result["ours"], "training_s": result["ours_on_sample"]["training_s"]}
    found = {
        key: ours[key] / stock_value if key in MORE_IS_BETTER else stock_value / ours[key]
        for key, stock_value in result["stock"].items()
    }
    return {key: round(value, 2) for key, value in found.items()}


if __name__ == "__main__":
    main()
