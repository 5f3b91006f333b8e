"""The example messages of data/nlu/, and what editors added and removed laid over them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML, YAMLError

from desk.content.selectors import topics
from desk.datafiles import DATA
from desk.errors import DataError

LANGUAGES = ("en", "fr", "ar", "ary")
PREFIX = "faq/"  # in the files, before the id of a topic
Examples = dict[str, dict[str, list[str]]]  # texts by language and label: the id of a topic, or the name of an intent


@dataclass(frozen=True)
class Change:
    """One example that is added, or removed."""

    label: str
    language: str
    text: str
    is_removed: bool = False


@cache
def _files() -> dict[tuple[str, str], list[str]]:
    return messages_read(DATA / "nlu")


def messages_read(folder: Path) -> dict[tuple[str, str], list[str]]:
    """The texts of files as in data/nlu/, by language and intent, as these write it. Raises DataError naming the file."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*/*.yml")):
        # The quick reader: 24,000 messages take it a fifth of a second.
        try:
            blocks = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]
            for block in blocks:
                lines = block["examples"].splitlines()
                found[path.parent.name, block["intent"]] += [line[2:].strip() for line in lines if line[:2] == "- "]
        except (YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path.parent.name}/{path.name}: no training messages of Rasa: {error}") from None
    return dict(found)


@cache
def examples() -> Mapping[str, Mapping[str, list[str]]]:
    """The texts of the files, by language and label."""
    found: Examples = {language: {} for language in LANGUAGES}
    for (language, intent), texts in _files().items():
        found[language][intent.removeprefix(PREFIX)] = texts
    return found


@cache
def intents() -> tuple[str, ...]:
    """Names of what a person may write that is no question of data/faq/."""
    return tuple(sorted({intent for _, intent in _files() if not intent.startswith(PREFIX)}))


def labels() -> list[str]:
    """All that a message can be understood as."""
    return [*topics(), *intents()]


def laid_over(changes: Iterable[Change]) -> Examples:
    """The texts of the files with the changes, each once and in order; labels that are no more are left out."""
    found = {(language, label): set(texts) for language, of in examples().items() for label, texts in of.items()}
    for change in changes:
        texts = found.setdefault((change.language, change.label), set())
        (texts.discard if change.is_removed else texts.add)(change.text)
    known = set(labels())
    result: Examples = {language: {} for language in LANGUAGES}
    for (language, label), texts in sorted(found.items()):
        if texts and label in known:
            result[language][label] = sorted(texts)
    return result


def examples_write(folder: Path, changes: Iterable[Change]) -> None:
    """Write training files of Rasa, one for each language; the same changes give the same bytes."""
    known_intents = set(intents())
    folder.mkdir(parents=True, exist_ok=True)
    for language, of in laid_over(changes).items():
        blocks = [
            block(label if label in known_intents else PREFIX + label, language, texts) for label, texts in of.items()
        ]
        (folder / f"{language}.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")


def block(intent: str, language: str, texts: Iterable[str]) -> str:
    """The messages of one intent as in data/nlu/."""
    lines = "".join(f"    - {text}\n" for text in texts)
    return f"- intent: {intent}\n  metadata: {{language: {language}}}\n  examples: |\n{lines}"
