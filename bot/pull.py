"""Pulls the model that the desk published, by Rasa's model server (`models:` in endpoints.yml).

Rasa's own way waits for the server at start-up, loads on the event loop and starts with nothing when the server is away. Here
the model that was pulled last is kept, a new one is loaded beside the conversations, and it is taken over between two messages.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
from pathlib import Path

import aiohttp
from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import EndpointConfig

from bot.agent import FILES, Agent

logger = logging.getLogger(__name__)
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
ENDING = ".tar.gz"
TRIED = "bonjour, je veux rentrer"  # a model that cannot read this is not taken
TIMEOUT = aiohttp.ClientTimeout(total=300, sock_read=30)


def kept_folder() -> Path:
    """Where the model lies that was pulled last."""
    return Path(os.environ.get("VAR_DIR") or "var") / "pulled"


def kept_model(folder: Path) -> tuple[Path, str] | None:
    """The model that was pulled last, and its fingerprint."""
    found = [path for path in folder.glob(f"*{ENDING}") if FINGERPRINT.fullmatch(path.name.removesuffix(ENDING))]
    newest = max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
    return (newest, newest.name.removesuffix(ENDING)) if newest else None


def load_first(agent: Agent, local: str, folder: Path) -> None:
    """The model to begin with: the one pulled last, else the one of the files. Raises ModelMissing."""
    kept = kept_model(folder)
    if kept:
        try:
            return agent.load_model(*kept)
        except Exception as error:  # a damaged file, a model of another version: whatever it brings about
            logger.error("the model that was pulled last cannot be loaded (%s)", type(error).__name__)
            kept[0].unlink(missing_ok=True)
    agent.load_model(local, FILES)


class Pull:
    """Looks for a new model again and again."""

    def __init__(self, agent: Agent, server: EndpointConfig, local: str, folder: Path) -> None:
        self.agent, self.server, self.local, self.folder = agent, server, local, folder
        self.pause_s = float(server.kwargs.get("wait_time_between_pulls", 5))
        self.refused = ""  # the fingerprint of a model that could not be loaded

    async def watch(self) -> None:
        """Until it is cancelled. A server that is away changes nothing."""
        is_away = False
        while True:
            await asyncio.sleep(self.pause_s)
            try:
                await self.round()
                is_away = False
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                if not is_away:
                    logger.warning("no model can be pulled (%s); trying again", type(error).__name__)
                is_away = True

    async def round(self) -> None:
        """One look. Raises aiohttp.ClientError, TimeoutError and OSError."""
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.get(
                self.server.url,
                params=self.server.combine_parameters(),
                headers={
                    "If-None-Match": ", ".join(f'"{tag}"' for tag in (self.agent.fingerprint, self.refused) if tag)
                },
            ) as answer,
        ):
            tag = answer.headers.get("ETag", "").removeprefix("W/").strip('"')
            if tag != self.refused:
                self.refused = ""
            if answer.status in (204, 304) and tag == FILES:
                await self._back_to_files()
            elif (
                answer.status == 200
                and FINGERPRINT.fullmatch(tag)
                and tag not in (self.agent.fingerprint, self.refused)
            ):
                await self._take(tag, await _save(answer, self.folder))

    async def _take(self, fingerprint: str, draft: Path) -> None:
        if not await self._load(draft, fingerprint):
            draft.unlink()
            return
        kept = draft.replace(self.folder / f"{fingerprint}{ENDING}")
        for other in self.folder.glob(f"*{ENDING}"):
            if other != kept:
                other.unlink(missing_ok=True)

    async def _back_to_files(self) -> None:
        if self.agent.fingerprint != FILES and await self._load(Path(self.local), FILES):
            for other in self.folder.glob(f"*{ENDING}"):
                other.unlink(missing_ok=True)

    async def _load(self, path: Path, fingerprint: str) -> bool:
        """Load beside the conversations, try, and take it over in one go: who writes meanwhile is answered by the old one."""
        try:
            processor = await asyncio.to_thread(self.agent.processor_of, path)
            await processor.parse_message(UserMessage(TRIED))
        except Exception as error:  # whatever a damaged file brings about: the model in use stays
            logger.error("the new model cannot be loaded (%s): the one in use stays", type(error).__name__)
            self.refused = fingerprint
            return False
        self.agent.use(processor, fingerprint)
        logger.warning("a new model is in use: %s", fingerprint[:12])
        return True


async def model_fetch(server: EndpointConfig, fingerprint: str, folder: Path) -> Path:
    """A model that the desk keeps but that is not in use; who asked deletes the file. Raises aiohttp.ClientError and OSError."""
    url = f"{server.url.rsplit('/', 1)[0]}/{fingerprint}{ENDING}"
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT, raise_for_status=True) as session,
        session.get(url, params=server.combine_parameters()) as answer,
    ):
        return await _save(answer, folder)


async def _save(answer: aiohttp.ClientResponse, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(suffix=".part", dir=folder)
    try:
        with os.fdopen(number, "wb") as file:
            async for piece in answer.content.iter_chunked(1 << 16):
                file.write(piece)
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)
