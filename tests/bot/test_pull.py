"""The dialogue server takes over a published model while people write, and keeps the one it has when something is wrong."""

import asyncio
import logging
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlparse

import aiohttp
import pytest
import structlog
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig

from bot.agent import FILES, Agent
from bot.channels.inbound import Recorder, receive
from bot.pull import Pull, kept_model, load_first

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "assistant.tar.gz"
FIRST, SECOND = "a" * 64, "b" * 64
TOKEN = "token-of-the-tests"


class Desk(ThreadingHTTPServer):
    """Plays the desk: one model in use, or none."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), DeskHandler)
        self.tag, self.body, self.length, self.given, self.tokens = FILES, b"", None, 0, set()


class DeskHandler(BaseHTTPRequestHandler):
    server: Desk

    def do_GET(self) -> None:  # noqa: N802
        desk = self.server
        desk.tokens |= set(parse_qs(urlparse(self.path).query).get("token", []))
        has_it = f'"{desk.tag}"' in self.headers.get("If-None-Match", "").split(", ")
        self.send_response(204 if has_it or desk.tag == FILES else 200)
        self.send_header("ETag", f'"{desk.tag}"')
        if not has_it and desk.tag != FILES:
            desk.given += 1
            self.send_header("Content-Length", str(desk.length or len(desk.body)))
            self.end_headers()
            self.wfile.write(desk.body)
        else:
            self.end_headers()

    def log_message(self, *args) -> None:
        """Nothing on the screen."""


@pytest.fixture
def desk():
    server = Desk()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """As in the dialogue server."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def loaded():
    """The processor of the model of the files."""
    return Agent().processor_of(MODEL)


@pytest.fixture
def agent(domain, loaded):
    agent = Agent(
        generator=EndpointConfig(type="bot.nlg.CatalogueNLG"),
        tracker_store=InMemoryTrackerStore(domain),
        lock_store=InMemoryLockStore(),
        domain=domain,
    )
    loaded.nlg, loaded.tracker_store, loaded.lock_store = agent.nlg, agent.tracker_store, agent.lock_store
    agent.use(loaded, FILES)
    return agent


@pytest.fixture
def pull(agent, desk, tmp_path):
    server = EndpointConfig(
        url=f"http://127.0.0.1:{desk.server_port}/models/assistant.tar.gz", token=TOKEN, wait_time_between_pulls=0.05
    )
    return Pull(agent, server, str(MODEL), tmp_path / "pulled")


def publish(desk: Desk, tag: str, body: bytes | None = None, length: int | None = None) -> None:
    desk.body, desk.length, desk.tag = MODEL.read_bytes() if body is None else body, length, tag


async def test_while_nothing_is_published_the_files_count(pull, agent, desk, loaded):
    await pull.round()
    assert (agent.processor, agent.fingerprint, desk.given) == (loaded, FILES, 0)
    assert desk.tokens == {TOKEN}


QUESTIONS = {
    "fr": ("c'est gratuit ?", "Je peux rentrer sans passeport ?"),
    "ar": ("هل العودة مجانية؟", "هل أحتاج إلى جواز سفر للعودة؟"),
    "en": ("is it free?", "can i go home without a passport?"),
}


async def ask(agent: Agent, number: int) -> bool:
    """Whether a person who asks gets an answer, and no word of trouble."""
    language = list(QUESTIONS)[number % 3]
    text = QUESTIONS[language][number % 2]
    message = UserMessage(text, Recorder(), f"person-{number}", input_channel="web", metadata={"typed": True})
    said = {reply["utter_action"] for reply in await receive(agent, message)}
    return bool(said) and "utter_trouble" not in said


async def test_a_thousand_messages_are_answered_while_models_change(pull, agent, desk):
    answered: dict[str, list[bool]] = {FILES: [], FIRST: [], SECOND: []}
    is_over = asyncio.Event()

    async def people(first: int) -> None:
        number = first
        while not is_over.is_set() or number < 1000:
            answered[agent.fingerprint].append(await ask(agent, number))
            number += 10
            await asyncio.sleep(0.1)

    async def editors() -> None:
        for tag in (FIRST, SECOND):
            publish(desk, tag)
            while agent.fingerprint != tag:
                await asyncio.sleep(0.05)
        is_over.set()

    watch = asyncio.create_task(pull.watch())
    await asyncio.gather(editors(), *(people(number) for number in range(10)))
    watch.cancel()
    assert sum(map(len, answered.values())) >= 1000
    assert not any(False in of for of in answered.values())
    assert all(answered[tag] for tag in (FILES, FIRST)), "people wrote all the while"
    assert (agent.fingerprint, desk.given) == (SECOND, 2)
    assert kept_model(pull.folder) == (pull.folder / f"{SECOND}.tar.gz", SECOND)
    assert len(list(pull.folder.iterdir())) == 1


async def test_a_message_ends_with_the_model_it_began_with(agent, loaded, monkeypatch):
    began, may_end = asyncio.Event(), asyncio.Event()
    used = []

    class Slow(Recorder):
        async def send_response(self, recipient_id, message) -> None:
            began.set()
            await may_end.wait()
            used.append(agent.processor)
            await super().send_response(recipient_id, message)

    message = UserMessage("c'est gratuit ?", Slow(), "slow", input_channel="web", metadata={"typed": True})
    answer = asyncio.create_task(receive(agent, message))
    await began.wait()
    other = Agent(tracker_store=agent.tracker_store, domain=agent.domain).processor_of(MODEL)
    other.nlg = agent.nlg
    agent.use(other, FIRST)
    may_end.set()
    assert [reply["text"] for reply in await answer]
    assert used[0] is other is not loaded


@pytest.mark.parametrize("body", [b"", b"not a model", MODEL.read_bytes()[:100_000] if MODEL.exists() else b"x"])
async def test_a_broken_model_is_refused_and_asked_for_once(pull, agent, desk, loaded, body, caplog):
    publish(desk, FIRST, body)
    for _ in range(3):
        await pull.round()
    assert (agent.processor, agent.fingerprint) == (loaded, FILES)
    assert desk.given == 1
    assert "cannot be loaded" in caplog.text
    assert list(pull.folder.iterdir()) == []
    publish(desk, SECOND, b"broken too")
    await pull.round()
    assert desk.given == 2, "another model is tried"


async def test_a_download_that_breaks_off_changes_nothing(pull, agent, desk, loaded):
    publish(desk, FIRST, b"half", length=100)
    with pytest.raises(aiohttp.ClientError):
        await pull.round()
    assert (agent.processor, pull.refused) == (loaded, "")
    assert list(pull.folder.iterdir()) == []


async def test_a_desk_that_is_away_changes_nothing_and_is_asked_again(pull, agent, desk, loaded):
    there, pull.server.url = pull.server.url, "http://127.0.0.1:1/"
    watch = asyncio.create_task(pull.watch())
    await asyncio.sleep(0.3)
    assert agent.processor is loaded
    pull.server.url = there
    while not desk.tokens:
        await asyncio.sleep(0.05)
    watch.cancel()


async def test_a_roll_back_to_the_files_takes_the_model_of_the_files_again(pull, agent, desk, loaded):
    pull.folder.mkdir()
    (pull.folder / f"{FIRST}.tar.gz").write_bytes(b"pulled before")
    agent.use(loaded, FIRST)
    await pull.round()
    assert agent.fingerprint == FILES
    assert agent.processor is not loaded
    assert kept_model(pull.folder) is None
    assert await ask(agent, 0)


# --- at the start --------------------------------------------------------------------------------------


class Remembers:
    """What an agent is told to load; a file of another model cannot be."""

    def __init__(self) -> None:
        self.loaded: list[tuple[str, str]] = []

    def load_model(self, path, fingerprint) -> None:
        if Path(path).read_bytes() == b"broken":
            raise ValueError
        self.loaded.append((str(path), fingerprint))


def test_it_begins_with_the_model_that_was_pulled_last(tmp_path):
    agent = Remembers()
    (tmp_path / f"{FIRST}.tar.gz").write_bytes(b"fine")
    load_first(agent, str(MODEL), tmp_path)
    assert agent.loaded == [(str(tmp_path / f"{FIRST}.tar.gz"), FIRST)]


@pytest.mark.parametrize("name", [f"{FIRST}.tar.gz", "other.tar.gz", f"{FIRST}.part"])
def test_without_one_that_works_it_begins_with_the_one_of_the_files(tmp_path, name):
    agent = Remembers()
    (tmp_path / name).write_bytes(b"broken")
    shutil.copy(ROOT / "config.yml", tmp_path / "local.tar.gz")
    load_first(agent, str(tmp_path / "local.tar.gz"), tmp_path)
    assert agent.loaded == [(str(tmp_path / "local.tar.gz"), FILES)]
    assert not (tmp_path / f"{FIRST}.tar.gz").exists()
