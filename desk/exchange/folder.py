"""Where content lies as files: data/ and locales/ of a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from desk.content.documents import FACT, TOPIC, TRANSLATED, Document, fact_document, topic_document
from desk.content.i18n import SOURCE_LANGUAGE
from desk.content.published import Content, content_parse, using
from desk.datafiles import DATA, read_yaml
from desk.errors import DataError

PROJECT = DATA.parent
DOMAIN = "faq"


@dataclass(frozen=True)
class Folder:
    """The files of content below a folder; the project's own by default."""

    root: Path = PROJECT

    @property
    def data(self) -> Path:
        return self.root / "data"

    def topics_file(self, group: str) -> Path:
        """The topics of one group."""
        return self.data / "faq" / f"{group}.yml"

    def programme_file(self, name: str) -> Path:
        """One programme with its facts."""
        return self.data / "programmes" / f"{name}.yml"

    def topics(self) -> list[Path]:
        """The files of topics, one for each group."""
        return sorted(self.topics_file("x").parent.glob("*.yml"))

    def programmes(self) -> list[Path]:
        """The files of programmes."""
        return sorted(self.programme_file("x").parent.glob("*.yml"))

    @property
    def nlu(self) -> Path:
        """The example messages."""
        return self.data / "nlu"

    def yaml(self) -> list[Path]:
        """All files of data/ that hold content."""
        return [*self.topics(), *self.programmes(), *sorted(self.nlu.glob("*/*.yml"))]

    def catalogue(self, language: str) -> Path:
        """The translations of one language."""
        return self.root / "locales" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue_read(written: bytes, language: str) -> Catalog:
    """The texts of a PO file. Raises DataError."""
    try:
        return read_po(BytesIO(written), locale=language, domain=DOMAIN, abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        raise DataError(f"this is not a PO file in UTF-8: {error}") from None


def content_read(folder: Folder) -> Content:
    """All that the files of a folder hold. Raises DataError naming each wrong file and field."""
    faults: list[str] = []
    found: dict[str, Any] = {"stamp": "files", "topics": {}, "facts": {}, "texts": {}}
    for name, read in (("topics", _topics), ("facts", _facts), ("texts", _texts)):
        for key, record in read(folder, faults):
            if key in found[name]:
                faults.append(f"{key}: stands twice in {name}")
            found[name][key] = record
    for name in ("topics", "facts"):
        faults += [fault for key, record in found[name].items() for fault in _faults(name, key, record)]
    if faults:
        raise DataError("\n".join(faults))
    return content_parse(found)


def _faults(name: str, key: str, record: Any) -> list[str]:
    try:
        content_parse({"stamp": "", "topics": {}, "facts": {}, "texts": {}, name: {key: record}})
    except DataError as error:
        return str(error).splitlines()
    except (TypeError, ValueError):
        return [f"{key}: wanted a field and its value on each line"]
    return []


def _mapping(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        read = read_yaml(path)
    except (DataError, OSError) as error:
        faults.append(str(error))
        return {}
    if isinstance(read, dict):
        return read
    faults.append(f"{path.name}: wanted names, each with what belongs to it")
    return {}


def _topics(folder: Folder, faults: list[str]) -> Iterator[tuple[str, Any]]:
    if not folder.topics():
        faults.append(f"{folder.data / 'faq'}: there are no files of questions")
    for path in folder.topics():
        for name, record in _mapping(path, faults).items():
            yield str(name), {"group": path.stem, **record} if isinstance(record, dict) else {"group": path.stem}


def _facts(folder: Folder, faults: list[str]) -> Iterator[tuple[str, Any]]:
    for path in folder.programmes():
        facts = _mapping(path, faults).get("facts") or {}
        if not isinstance(facts, dict):
            faults.append(f"{path.name}: facts: wanted names, each with what belongs to it")
            continue
        yield from ((f"{path.stem}.{name}", record) for name, record in facts.items())


def _texts(folder: Folder, faults: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for language in TRANSLATED:
        path = folder.catalogue(language)
        try:
            found = catalogue_read(path.read_bytes(), language)
        except (DataError, OSError) as error:
            faults.append(f"locales/{language}/{path.name}: {error}")
            continue
        yield language, {m.id: m.string for m in found if m.id and m.string and not m.fuzzy}


def documents_of(layer: Content) -> dict[tuple[str, str], Document]:
    """All that a folder holds by (kind, key); a text without a translation has none. Raises DataError."""
    with using(layer):
        topics = {(TOPIC, name): _untranslated(topic_document(name), layer) for name in layer.topics}
        facts = {(FACT, reference): fact_document(reference) for reference in layer.facts}
    for (_, name), document in topics.items():
        document["group"] = layer.groups[name]
    return {**topics, **facts}


def _untranslated(document: Document, layer: Content) -> Document:
    for texts in document["parts"].values():
        for language in TRANSLATED:
            texts[language] = layer.texts[language].get(texts[SOURCE_LANGUAGE], "")
    return document
