"""The web chat, with a real HTTP peer in the place of the dialogue server."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.test import Client
from django.urls import reverse

PAGE, MESSAGES = reverse("chat:page"), reverse("chat:messages")
REPLIES = [{"text": "Bonjour. أهلا", "language": "fr", "buttons": [{"title": "Oui", "payload": "/affirm"}]}]
TEXTS = [
    "Combien de temps ?",
    "كم من الوقت؟",
    "How long does it take?",
    "ch7al dial lwe9t",
    "شحال ديال الوقت",
    "/restart",
    "<b>x</b>",
]
LETTERS = {"fr": r"[éèàç]", "ar": r"[\u0621-\u064a]{3}", "en": r"^[ -~]+$"}


class Peer(ThreadingHTTPServer):
    """Answers as the dialogue server would, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PeerHandler)
        self.received: list[tuple[str, dict]] = []
        self.status, self.body = 200, json.dumps(REPLIES).encode()


class PeerHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args) -> None:
        """Nothing on the screen."""


@pytest.fixture
def peer(settings):
    server = Peer()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def chat(client) -> Client:
    """A browser that has opened the page."""
    client.get(PAGE)
    return client


def send(client: Client, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(MESSAGES, data, content_type="application/json", headers=headers)


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("way", ["address", "browser"])
def test_the_page_is_in_the_language_asked_for(client, language, direction, way):
    options = (
        {"data": {"lang": language}}
        if way == "address"
        else {"headers": {"accept-language": f"{language}-MA,{language};q=0.9"}}
    )
    page = client.get(PAGE, **options).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert re.search(
        LETTERS[language], re.search(r"<h1>(.*)</h1>", page)[1] + re.search(r'data-offline="([^"]*)"', page)[1]
    )


@pytest.mark.parametrize("language", ["de", "xx", "", "ary"])
def test_the_page_in_an_unknown_language_is_in_the_default_one(client, settings, language):
    page = client.get(PAGE, {"lang": language}, headers={"accept-language": "de"}).content.decode()
    assert f'<html lang="{settings.LANGUAGE_CODE}"' in page


def test_the_address_wins_over_the_browser(client):
    assert (
        '<html lang="ar" dir="rtl">'
        in client.get(PAGE, {"lang": "ar"}, headers={"accept-language": "en"}).content.decode()
    )


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_offers_every_language_in_its_own_name(client, language):
    page = client.get(PAGE, {"lang": language}).content.decode()
    found = re.findall(r"<button[^>]*lang=\"(..)\" dir=\"(...)\" data-payload='/greet(\{.*?\})'>(.*?)</button>", page)
    assert [
        (code, direction, json.loads(value)["language_choice"], name) for code, direction, value, name in found
    ] == [
        ("fr", "ltr", "fr", "Français"),
        ("ar", "rtl", "ar", "العربية"),
        ("en", "ltr", "en", "English"),
    ]


def test_the_conversation_is_kept_in_a_signed_cookie_that_scripts_can_not_read(client):
    cookie = client.get(PAGE).cookies["conversation"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert re.fullmatch(r"web-[\w-]{22}:.+", cookie.value)


def test_opening_the_page_again_keeps_the_conversation(chat):
    before = chat.cookies["conversation"].value
    assert "conversation" not in chat.get(PAGE).cookies
    assert chat.cookies["conversation"].value == before


def test_two_browsers_have_two_conversations():
    assert Client().get(PAGE).cookies["conversation"].value != Client().get(PAGE).cookies["conversation"].value


def test_the_page_is_only_read_and_messages_are_only_posted(chat):
    assert (chat.post(PAGE).status_code, chat.get(MESSAGES).status_code) == (405, 405)


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_is_handed_over_as_typed(chat, peer, text):
    response = send(chat, {"text": text})
    ((path, body),) = peer.received
    assert (response.status_code, response.json()) == (200, {"messages": REPLIES})
    assert path == "/webhooks/rest/webhook"
    assert (body["message"], body["metadata"]) == (text, {"typed": True})


@pytest.mark.parametrize(
    "payload", ["/affirm", '/greet{"language_choice": "ar"}', '/faq/time_how_long{"programme": "belgium"}']
)
def test_what_is_tapped_is_handed_over_as_not_typed(chat, peer, payload):
    assert send(chat, {"payload": payload}).status_code == 200
    ((_, body),) = peer.received
    assert (body["message"], body["metadata"]) == (payload, {"typed": False})


def test_messages_of_a_browser_share_the_conversation_of_its_cookie(chat, peer):
    send(chat, {"text": "salam"})
    send(chat, {"payload": "/affirm"})
    senders = {body["sender"] for _, body in peer.received}
    assert senders == {chat.cookies["conversation"].value.split(":")[0]}


def test_a_message_needs_the_csrf_token(peer):
    client = Client(enforce_csrf_checks=True)
    client.get(PAGE)
    assert send(client, {"text": "salam"}).status_code == 403
    assert peer.received == []
    token = client.cookies["csrftoken"].value
    assert send(client, {"text": "salam"}, **{"x-csrftoken": token}).status_code == 200


@pytest.mark.parametrize("cookie", [None, "web-of-another-person", "web-x:1abc:forged", "", ":"])
def test_a_cookie_that_we_did_not_sign_is_refused(client, peer, cookie):
    if cookie is not None:
        client.cookies["conversation"] = cookie
    response = send(client, {"text": "salam"})
    assert response.status_code == 400
    assert response.json()["error"]
    assert peer.received == []


def test_a_cookie_changed_to_another_conversation_is_refused(chat, peer):
    signed = chat.cookies["conversation"].value
    chat.cookies["conversation"] = "web-aaaaaaaaaaaaaaaaaaaaaa:" + signed.partition(":")[2]
    assert send(chat, {"text": "salam"}).status_code == 400
    assert peer.received == []


def test_reloading_the_page_helps_after_a_refused_cookie(client, peer):
    client.cookies["conversation"] = "web-1:signed-with:an-older-key"
    assert send(client, {"text": "salam"}).status_code == 400
    client.get(PAGE)
    assert send(client, {"text": "salam"}).status_code == 200


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"salam",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"3",
        b'"salam"',
        b"{}",
        b'{"text": ""}',
        b'{"text": " \\n"}',
        b'{"text": 3}',
        b'{"text": ["a"]}',
        b'{"payload": null}',
    ],
)
def test_a_body_that_is_not_understood_is_refused_with_words(client, peer, body, language):
    client.get(PAGE, {"lang": language})
    response = send(client, body)
    assert response.status_code == 400
    assert re.search(LETTERS[language], response.json()["error"])
    assert peer.received == []


def test_a_deeply_nested_body_is_refused_with_words(chat, peer):
    assert send(chat, b"[" * 100_000).status_code == 400


def test_an_error_is_in_the_language_of_the_page(client):
    client.get(PAGE, {"lang": "ar"}, headers={"accept-language": "fr"})
    assert re.search(LETTERS["ar"], send(client, {"text": ""}, **{"accept-language": "fr"}).json()["error"])


# --- the dialogue server fails ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_dialogue_server_that_is_down_is_told_with_words(client, settings, free_port, language):
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{free_port}"
    client.get(PAGE, {"lang": language})
    response = send(client, {"text": "salam"})
    assert response.status_code == 503
    assert re.search(LETTERS[language], response.json()["error"])


@pytest.mark.parametrize("status", [400, 404, 500, 502, 302])
def test_a_dialogue_server_that_fails_is_told_with_words(chat, peer, status):
    peer.status = status
    response = send(chat, {"text": "salam"})
    assert response.status_code == 503
    assert response.json()["error"]


@pytest.mark.parametrize("body", [b"", b"<html>starting</html>"])
def test_a_dialogue_server_that_answers_nonsense_is_told_with_words(chat, peer, body):
    peer.body = body
    assert send(chat, {"text": "salam"}).status_code == 503


def test_no_replies_are_an_empty_list(chat, peer):
    peer.body = b"[]"
    assert send(chat, {"text": "salam"}).json() == {"messages": []}
