"""The example messages that editors changed, in files as those of data/nlu/: line by line, all other lines stay."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from desk.content.examples import PREFIX, Change, block, intents, messages_read
from desk.content.selectors import topic_groups
from desk.datafiles import DATA

HEAD = 'version: "3.1"\nnlu:\n'
INTENT, MESSAGE = "- intent: ", "    - "
OTHERS = "conversation"  # the file of what is no question


def messages_changed(changes: Iterable[Change]) -> dict[Path, bytes]:
    """The files of data/nlu/ that the changes concern, as they should be."""
    found: dict[Path, str] = {}
    ordered = sorted(changes, key=lambda change: (change.language, change.label))
    for (language, label), of in groupby(ordered, key=lambda change: (change.language, change.label)):
        path = _home(language, label)
        text = found.get(path) or (path.read_text(encoding="utf-8") if path.exists() else HEAD)
        found[path] = messages_written(text, intent_of(label), language, list(of))
    return {path: text.encode() for path, text in found.items()}


def messages_written(text: str, intent: str, language: str, changes: list[Change]) -> str:
    """A file with the changes of one intent."""
    removed = {change.text for change in changes if change.is_removed}
    added = [change.text for change in changes if not change.is_removed]
    blocks = [_without(part, removed) if _intent_in(part) == intent else part for part in _blocks(text)]
    places = [place for place, part in enumerate(blocks) if _intent_in(part) == intent]
    new = [one for one in added if not any(f"{MESSAGE}{one}\n" in blocks[place] for place in places)]
    if places:
        blocks[places[-1]] += "".join(f"{MESSAGE}{one}\n" for one in new)
    elif new:
        blocks.append(block(intent, language, new))
    return "".join(blocks)


def messages_differing(folder: Path) -> Iterator[Change]:
    """What a folder as data/nlu/ adds to the files of the project and takes from them."""
    wanted, known = messages_read(folder), messages_read(DATA / "nlu")
    for language, intent in sorted({*wanted, *known}):
        label = intent.removeprefix(PREFIX)
        here, there = set(known.get((language, intent), [])), set(wanted.get((language, intent), []))
        yield from (Change(label, language, text) for text in sorted(there - here))
        yield from (Change(label, language, text, is_removed=True) for text in sorted(here - there))


def intent_of(label: str) -> str:
    """The name of a label in the files."""
    return label if label in intents() else PREFIX + label


def _home(language: str, label: str) -> Path:
    group = next((group for group, names in topic_groups().items() if label in names), OTHERS)
    return DATA / "nlu" / language / f"{group}.yml"


def _blocks(text: str) -> list[str]:
    """The head of a file and each of its blocks."""
    found = [""]
    for line in text.splitlines(keepends=True):
        if line.startswith(INTENT):
            found.append("")
        found[-1] += line
    return found


def _intent_in(part: str) -> str:
    first = part.split("\n", 1)[0]
    return first.removeprefix(INTENT).strip() if first.startswith(INTENT) else ""


def _without(part: str, texts: set[str]) -> str:
    lines = part.splitlines(keepends=True)
    return "".join(line for line in lines if not (line.startswith(MESSAGE) and line[len(MESSAGE) :].strip() in texts))
