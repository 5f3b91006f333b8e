"""Read the examples, and how training went."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from desk.content import likeness
from desk.content.examples import LANGUAGES, Change, examples
from desk.content.spelling import normalise
from desk.understanding.models import Example, Model, TestMessage, TrainingRun
from desk.understanding.store import path_of

HISTORY = 20


@dataclass(frozen=True)
class Line:
    """One example; `row` is what an editor added, None for one of the files."""

    text: str
    row: Example | None = None


@dataclass(frozen=True)
class Near:
    """A message that is the same, or nearly, and where it stands."""

    label: str
    language: str
    text: str


def changes() -> list[Change]:
    """All that editors changed."""
    rows = Example.objects.order_by("label", "language", "text").values_list("label", "language", "text", "state")
    return [Change(label, language, text, state == Example.State.REMOVED) for label, language, text, state in rows]


def examples_of(label: str) -> dict[str, list[Line]]:
    """The examples of a label by language, those of editors first."""
    rows = list(Example.objects.filter(label=label).select_related("by").order_by("-at", "-pk"))
    gone = {(row.language, row.text) for row in rows}
    return {
        language: [
            *(Line(row.text, row) for row in rows if row.language == language and row.state == Example.State.ADDED),
            *(Line(text) for text in examples()[language].get(label, []) if (language, text) not in gone),
        ]
        for language in LANGUAGES
    }


def is_of_files(label: str, language: str, text: str) -> bool:
    """Whether the example stands in data/nlu/."""
    return text in examples()[language].get(label, [])


def removed_of(label: str) -> list[Example]:
    """What was removed from the examples of the files."""
    return list(Example.objects.filter(label=label, state=Example.State.REMOVED).select_related("by").order_by("-at"))


def same(text: str) -> list[Near]:
    """The examples of any label and language that are the same but for spelling."""
    wanted = normalise(text)
    return [near for near, normal in _known() if normal == wanted]


def nearest(text: str, language: str) -> list[Near]:
    """The examples of a language that are nearly the same, the likest first."""
    known = [(near, normal) for near, normal in _known() if near.language == language]
    places = likeness.nearest(normalise(text), [normal for _, normal in known])
    return [known[place][0] for place in places]


def _known() -> Iterator[tuple[Near, str]]:
    """Every example with its text normalised."""
    rows = changes()
    changed = {(row.label, row.language, row.text) for row in rows}
    for near, normal in _of_files():
        if (near.label, near.language, near.text) not in changed:
            yield near, normal
    for row in rows:
        if not row.is_removed:
            yield Near(row.label, row.language, row.text), normalise(row.text)


@cache
def _of_files() -> list[tuple[Near, str]]:
    return [
        (Near(label, language, text), normalise(text))
        for language, of in examples().items()
        for label, texts in of.items()
        for text in texts
    ]


def is_test_message(text: str) -> bool:
    """Whether it measures, and therefore may not be learned from."""
    wanted = normalise(text)
    return any(normalise(known) == wanted for known in TestMessage.objects.values_list("text", flat=True))


def test_messages_of(label: str) -> list[TestMessage]:
    """The editors' own test messages, the newest first."""
    return list(TestMessage.objects.filter(label=label).select_related("by").order_by("-at", "-pk"))


def trainings() -> list[TrainingRun]:
    """The last trainings, the newest first."""
    return list(TrainingRun.objects.select_related("asked_by", "override_by").prefetch_related("models")[:HISTORY])


def training_open() -> TrainingRun | None:
    """The training that waits or runs."""
    return TrainingRun.objects.filter(is_open=True).first()


def model_in_use() -> Model | None:
    """None: the model of the files."""
    return Model.objects.filter(in_use=True).select_related("run", "published_by").first()


def model_before(model: Model) -> Model | None:
    """What comes back when a model is taken off; None: the model of the files."""
    earlier = Model.objects.filter(published_at__lt=model.published_at).select_related("run")
    return earlier.order_by("-published_at").first()


def models_kept() -> list[Model]:
    """Models that are not in use, such as the last one that was refused; the newest first."""
    found = Model.objects.filter(in_use=False).select_related("run").order_by("-pk")
    return [model for model in found if path_of(model.fingerprint).exists()]


def changed_since_training() -> int:
    """How many examples were added or removed since the last training that succeeded was asked for."""
    last = TrainingRun.objects.filter(state=TrainingRun.State.READY).first()
    return Example.objects.filter(at__gt=last.asked_at).count() if last else Example.objects.count()
