"""From the database to the file that every process of the assistant reads."""

import json
import os
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation

from desk.content import published
from desk.editing.models import Remark, Version
from desk.editing.selectors import publication_get, publication_stamp, versions_due
from desk.editing.services import version_publish
from desk.errors import Refused


def publication_round() -> None:
    """What the worker does each second: publish what was planned for now, and bring the file up to date."""
    versions_publish_due()
    publication_write()


def versions_publish_due() -> int:
    """Publish what was planned; what cannot be published any more stays, says why, and loses its plan."""
    done = 0
    for version in versions_due(now=timezone.now()):
        try:
            version_publish(pk=version.pk, by=None, revision=version.revision)
            done += 1
        except Refused as refused:
            _give_up(version.pk, str(refused))
    return done


@transaction.atomic
def _give_up(pk: int, reason: str) -> None:
    Version.objects.filter(pk=pk, state=Version.State.APPROVED).update(publish_at=None)
    Remark.objects.create(version_id=pk, kind=Remark.Kind.FAILED, text=reason)


def publication_write() -> bool:
    """Write the file when it is not what the database holds; whether it was written."""
    file = published.path()
    if stamp_of(file) == publication_stamp():
        return False
    with translation.override("en"):
        found = publication_get()
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(draft, file)
    return True


def stamp_of(file: Path) -> str:
    """The stamp of what a file holds; "" when there is none."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))["stamp"]
    except FileNotFoundError:
        return ""
    except (ValueError, KeyError, TypeError):
        return "broken"
