"""The model server, as Rasa asks it: the model in use, told apart by its ETag."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET

from desk.understanding.selectors import model_in_use
from desk.understanding.store import path_of

NAME = "assistant.tar.gz"
FILES = "files"  # the ETag while no model is published: each dialogue server uses the one of its own files
CHUNK = 1 << 20
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@require_GET
def model(http: HttpRequest) -> HttpResponseBase:
    """The model in use; 204 when the dialogue server has it, or when none is published."""
    if not may_pull(http):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    current = model_in_use()
    tag = f'"{current.fingerprint if current else FILES}"'
    if current is None or tag in parse_etags(http.headers.get("If-None-Match", "")):
        return HttpResponse(status=204, headers={"ETag": tag})
    path = path_of(current.fingerprint)
    if not path.exists():
        return HttpResponse(status=503)
    headers = {"ETag": tag, "filename": NAME, "Content-Length": str(path.stat().st_size)}
    return StreamingHttpResponse(chunks(path), content_type="application/gzip", headers=headers)


@require_GET
def model_kept(http: HttpRequest, fingerprint: str) -> HttpResponseBase:
    """A model that is not in use, for colleagues who try it."""
    if not may_pull(http):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    path = path_of(fingerprint)
    if not FINGERPRINT.fullmatch(fingerprint) or not path.exists():
        return HttpResponse(status=404)
    headers = {"Content-Length": str(path.stat().st_size)}
    return StreamingHttpResponse(chunks(path), content_type="application/gzip", headers=headers)


def may_pull(http: HttpRequest) -> bool:
    """Whether the call has the password of the dialogue server, as Rasa sends it or as a bearer."""
    bearer = http.headers.get("Authorization", "").removeprefix("Bearer ")
    given = http.GET.get("token") or bearer
    return compare_digest(given.encode(), settings.RASA_TOKEN.encode())


async def chunks(path: Path) -> AsyncIterator[bytes]:
    """The file, piece by piece."""
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
