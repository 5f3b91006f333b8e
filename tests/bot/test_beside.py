"""What staff try stays beside the live conversation."""

import copy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import EndpointConfig

from bot import beside
from bot.beside import Beside, agent_beside, forget_some, understood
from bot.channels.inbound import Recorder, receive, tracker_get
from bot.errors import ModelMissing
from tests.bot.conftest import ROOT

KEPT = "a" * 64


@pytest.fixture(scope="module")
def live():
    from bot.agent import Agent

    agent = Agent()
    agent.load_model(str(ROOT / "models"))
    return agent


async def say(agent, text: str, sender: str = "staff-1"):
    message = UserMessage(text, Recorder(), sender, input_channel="staff", metadata={"typed": True})
    await receive(agent, message)
    return await tracker_get(agent, sender)


@pytest.mark.parametrize(
    ("text", "language", "topic", "normalised"),
    [
        ("Combien d'argent je peux avoir ?", "fr", "money_how_much", "combien d argent je peux avoir ?"),
        ("How much money can I get?", "en", "money_how_much", "how much money can i get?"),
        ("كم من المال يمكنني أن أحصل عليه؟", "ar", "money_how_much", "كم من المال يمكنني ان احصل عليه"),
        ("ch7al dyal lflous kay3tiw", "ar", "money_how_much", "chhal dyal lflous kayatiw"),
    ],
)
async def test_what_was_understood_is_told(live, text, language, topic, normalised):
    found = understood(await say(agent_beside(live, live.processor), text))
    assert (found["topic"], found["language"]) == (topic, language)
    assert found["scores"][0] == [topic, found["confidence"]]
    assert [score for _, score in found["scores"]] == sorted((score for _, score in found["scores"]), reverse=True)
    assert found["normalised"].replace("?", " ?").split() == normalised.replace("?", " ?").split()


async def test_the_live_conversations_know_nothing_of_it(live):
    await say(agent_beside(live, live.processor), "bonjour")
    assert await live.tracker_store.retrieve("staff-1") is None
    assert live.processor.tracker_store is live.tracker_store


async def test_conversations_are_forgotten_when_there_are_many(live, monkeypatch):
    monkeypatch.setattr(beside, "MOST_CONVERSATIONS", 2)
    agent = agent_beside(live, live.processor)
    for number in range(3):
        await say(agent, "bonjour", f"staff-{number}")
    forget_some(agent)
    assert await agent.tracker_store.retrieve("staff-0") is None


async def test_the_agent_of_staff_is_that_of_the_model_in_use(live):
    beside = Beside()
    first = await beside.agent(live)
    assert await beside.agent(live) is first
    live.use(copy.copy(live.processor), None)
    assert await beside.agent(live) is not first


@pytest.fixture
def desk(live):
    """A desk that keeps one model."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            is_kept = self.path.startswith(f"/models/{KEPT}.tar.gz?token=right")
            self.send_response(200 if is_kept else 404)
            self.end_headers()
            if is_kept:
                self.wfile.write((ROOT / "models" / "assistant.tar.gz").read_bytes())

        def log_message(self, *args):
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/models/assistant.tar.gz"
    live.model_server = EndpointConfig(url, token="right")
    yield server
    live.model_server = None
    server.shutdown()
    server.server_close()


async def test_a_model_that_the_desk_keeps_is_tried_beside_the_one_in_use(live, desk, tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    beside, before = Beside(), live.processor
    tried = await beside.agent(live, KEPT)
    assert tried.processor.graph_runner is not live.processor.graph_runner
    assert understood(await say(tried, "How much money can I get?"))["topic"] == "money_how_much"
    assert await beside.agent(live, KEPT) is tried
    assert live.processor is before
    assert list((tmp_path / "pulled" / "tried").iterdir()) == []


@pytest.mark.parametrize("fingerprint", ["b" * 64, "../../etc/passwd", "x"])
async def test_a_model_that_nobody_keeps_is_named(live, desk, tmp_path, monkeypatch, fingerprint):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with pytest.raises(ModelMissing):
        await Beside().agent(live, fingerprint)


def test_before_a_word_nothing_was_understood(conversation):
    assert understood(conversation())["scores"] == []
