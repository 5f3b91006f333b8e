"""What can be tried before it is published."""

from dataclasses import dataclass
from typing import Any

from desk.content.documents import content_with, written
from desk.content.published import content
from desk.editing.models import Version
from desk.editing.selectors import versions_open
from desk.errors import DataError


@dataclass(frozen=True)
class Drafts:
    """Open versions that can be tried, and for those that cannot yet be, what is wrong."""

    ready: list[Version]
    wrong: list[tuple[Version, str]]

    def content(self) -> dict[str, Any]:
        """All of them as published.json would hold them."""
        return written("draft", {(draft.item.kind, draft.item.key): draft.document for draft in self.ready})


def drafts_get(key: str = "") -> Drafts:
    """All open drafts, or the one of this topic or fact."""
    found = [version for version in versions_open() if key in ("", version.item.key)]
    faults = {version.pk: _fault(version) for version in found}
    return Drafts(
        ready=[version for version in found if not faults[version.pk]],
        wrong=[(version, faults[version.pk]) for version in found if faults[version.pk]],
    )


def _fault(version: Version) -> str:
    try:
        content_with(content(), version.item.kind, version.item.key, version.document)
    except DataError as error:
        return str(error)
    return ""
