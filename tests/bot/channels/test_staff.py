"""The channel on which staff try drafts: over HTTP, as the desk calls it."""

import copy
import socket

import httpx
import pytest
from sanic import Sanic

from bot.channels.staff import StaffInput
from desk.content.documents import topic_document, written
from desk.content.selectors import topic_get

TOPIC = "time_how_long"
WORDS = {"en": "Only a draft.", "fr": "Un simple essai.", "ar": "هذه مسودة فقط."}


def draft() -> dict:
    document = topic_document(TOPIC)
    parts = {part: WORDS for part in document["parts"] if part != "title"}
    return written("draft", {("topic", TOPIC): {**document, "parts": {**document["parts"], **parts}}})


@pytest.fixture(scope="module")
def agent(processor):
    """An agent of the trained model that writes as the assistant does."""
    from rasa.utils.endpoints import EndpointConfig

    from bot.agent import Agent

    made, own = Agent(generator=EndpointConfig(type="bot.nlg.CatalogueNLG")), copy.copy(processor)
    made.tracker_store = own.tracker_store
    own.nlg, made.domain = made.nlg, own.domain
    made.use(own, None)
    return made


@pytest.fixture
async def ask(agent, settings, monkeypatch):
    """Posts to the channel in a real server of its own, and returns the answer."""
    settings.RASA_TOKEN = "right"
    monkeypatch.setattr(Sanic, "test_mode", True)  # else only one server can be started in a process
    app = Sanic("staff_test", configure_logging=False, register=False)
    app.blueprint(StaffInput().blueprint(None), url_prefix="/webhooks/staff")
    app.ctx.agent = agent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await app.create_server(port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()

    async def post(body, token="right"):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return await client.post("/webhooks/staff/webhook", json=body, headers=headers)

    yield post
    await server.close()


def said(text: str, content: dict | None = None, sender: str = "staff-12345678", typed: bool = False) -> dict:
    return {"sender": sender, "message": text, "metadata": {"typed": typed}, "content": content}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_a_draft_is_said_to_staff_and_to_nobody_else(ask, language):
    await ask(said(f'/greet{{"language_choice": "{language}"}}'))
    button = f'/faq/{TOPIC}{{"programme": "morocco"}}'
    tried = (await ask(said(button, draft()))).json()
    assert tried["replies"][0]["text"] == WORDS[language]
    assert tried["understood"]["topic"] == TOPIC
    published = (await ask(said(button))).json()
    assert published["replies"][0]["text"] != WORDS[language]
    assert topic_get(TOPIC).answer != WORDS["en"]


@pytest.mark.parametrize("token", ["wrong", "rightly", "r"])
async def test_only_the_desk_may_ask(ask, token):
    assert (await ask(said("bonjour"), token)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"sender": "web-1", "message": "bonjour"},
        {"sender": "staff-1"},
        said("bonjour", {"topics": {}}),
        said("bonjour", {"stamp": "1", "topics": {"x": {"group": "y"}}, "facts": {}, "texts": {}}),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(ask, body):
    answer = await ask(body)
    assert answer.status_code == 400
    assert answer.json()["error"]
