"""No model that understands less than the last released one: compares two reports of bot.evaluate."""

from dataclasses import dataclass

from bot.evaluate import OUT, Report

# How much a figure may fall: a few messages more or less of the development set are chance.
MARGINS = {"top1": 0.01, "top3": 0.01, "handover_recall": 0.01, OUT: 0.05}
VARIETY_MARGIN = 0.03
LABEL_MARGIN = 0.2  # a topic is named when it fell by more: there are about 17 messages of each


@dataclass(frozen=True)
class Fall:
    """A figure that fell by more than it may."""

    name: str
    before: float
    after: float
    margin: float

    def __str__(self) -> str:
        return f"{self.name}: {self.after:.3f}, released {self.before:.3f}, may fall by {self.margin}"


def figures_of(report: Report) -> dict[str, tuple[float, float]]:
    """Each figure that counts, with how much it may fall."""
    found = {name: (report["overall"][name], MARGINS[name]) for name in ("top1", "top3")}
    found["handover_recall"] = (report["handover_recall"], MARGINS["handover_recall"])
    found |= {f"{OUT} {name}": (report[OUT][name], MARGINS[OUT]) for name in ("precision", "recall")}
    return found | {f"{name} top1": (row["top1"], VARIETY_MARGIN) for name, row in report["varieties"].items()}


def falls(released: Report, now: Report) -> list[Fall]:
    """Each figure that fell by more than its margin; a figure that is not measured any more fell to 0."""
    after = {name: value or 0.0 for name, (value, _) in figures_of(now).items()}
    return [
        Fall(name, before, after.get(name, 0.0), margin)
        for name, (before, margin) in figures_of(released).items()
        if before - after.get(name, 0.0) > margin
    ]


def worse(released: Report, now: Report) -> list[str]:
    """The falls as lines."""
    return list(map(str, falls(released, now)))


def fallen_labels(released: Report, now: Report) -> list[str]:
    """The topics and intents that are recognised less often, the worst first."""
    lost = {name: before - now["labels"].get(name, 0.0) for name, before in released["labels"].items()}
    names = sorted((name for name, fall in lost.items() if fall > LABEL_MARGIN), key=lambda name: -lost[name])
    return [f"{name}: {now['labels'].get(name, 0.0):.2f}, released {released['labels'][name]:.2f}" for name in names]


def verdict(released: Report, now: Report) -> str:
    """Why the model is refused; empty when it is not."""
    lines = worse(released, now)
    if not lines:
        return ""
    return "\n".join(["It understands less than the released model:", *lines, *_named(fallen_labels(released, now))])


def _named(labels: list[str]) -> list[str]:
    return ["What fell:", *labels] if labels else []
