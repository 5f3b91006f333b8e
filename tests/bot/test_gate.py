"""What a new model must reach, and what is named when it does not."""

import copy
import json
from pathlib import Path

import pytest

from bot.evaluate import Judged, report
from bot.gate import fallen_labels, verdict, worse

ROOT = Path(__file__).resolve().parents[2]
RELEASED = json.loads((ROOT / "tests" / "understanding" / "released.json").read_text(encoding="utf-8"))


@pytest.fixture
def now():
    return copy.deepcopy(RELEASED)


def test_the_released_model_passes(now):
    assert verdict(RELEASED, now) == ""


def test_the_released_figures_reach_the_targets():
    assert RELEASED["overall"]["top3"] >= 0.96
    assert RELEASED["handover_recall"] >= 0.98
    assert min(RELEASED["out_of_scope"].values()) >= 0.85
    least = {"en": 0.9, "fr": 0.9, "ar": 0.9}
    assert all(row["top1"] >= least.get(name, 0.85) for name, row in RELEASED["varieties"].items())


@pytest.mark.parametrize("name", ["top1", "top3"])
@pytest.mark.parametrize(("fall", "refused"), [(0.009, False), (0.02, True)])
def test_a_little_less_is_chance_and_more_is_refused(now, name, fall, refused):
    now["overall"][name] -= fall
    assert bool(worse(RELEASED, now)) is refused


def test_missing_cries_for_help_refuses_a_model(now):
    now["handover_recall"] -= 0.02
    (line,) = worse(RELEASED, now)
    assert line.startswith("handover_recall: ")


def test_a_variety_that_falls_refuses_a_model(now):
    now["varieties"]["ary-latn"]["top1"] -= 0.05
    assert "ary-latn top1" in verdict(RELEASED, now)


def test_a_variety_that_is_measured_no_more_refuses_a_model(now):
    del now["varieties"]["fr-sms"]
    assert "fr-sms top1: 0.000" in verdict(RELEASED, now)


def test_a_figure_that_cannot_be_counted_refuses_a_model(now):
    now["out_of_scope"]["precision"] = None
    assert "out_of_scope precision: 0.000" in verdict(RELEASED, now)


def test_better_figures_pass(now):
    now["overall"]["top1"] = 1.0
    assert verdict(RELEASED, now) == ""


def test_the_topics_that_fell_are_named_the_worst_first(now):
    now["overall"]["top1"] -= 0.05
    now["labels"] |= {"cost_free": 0.0, "time_faster": RELEASED["labels"]["time_faster"] - 0.3}
    lines = verdict(RELEASED, now).splitlines()
    named = lines[lines.index("What fell:") + 1 :]
    assert [line.partition(":")[0] for line in named] == ["cost_free", "time_faster"]
    assert fallen_labels(RELEASED, RELEASED) == []


def test_the_report_counts_each_label():
    judged = [Judged("en", "greet", ["greet"]), Judged("en", "greet", ["thank"]), Judged("fr", "thank", ["thank"])]
    assert report(judged)["labels"] == {"greet": 0.5, "thank": 1.0}
