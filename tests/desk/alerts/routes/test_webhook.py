"""Calls to another system, whose signature a receiver of its own checks."""

import base64
import hashlib
import hmac
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from desk.alerts.models import secret_create
from desk.alerts.routes import webhook as route
from desk.alerts.routes.target import Message, NotSent, Target

EVENT = {"type": "callback_request.created", "data": {"reference": "AAA-333", "note": "عاجل"}}
WORDS = Message("alert-7", "a", "b", "c", event=EVENT)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *args) -> None:
        """Nothing on the screen."""


@pytest.fixture
def other_system():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.status, server.secret = [], 204, secret_create()
    server.target = Target("webhook", f"http://127.0.0.1:{server.server_port}/hook", "fr", server.secret)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the description of Standard Webhooks says it, without our library."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_the_receiver_can_check_who_sent_it(other_system):
    route.send(other_system.target, WORDS)
    ((headers, body),) = other_system.heard
    assert headers["webhook-signature"] == signature(other_system.secret, headers, body)
    assert json.loads(body) == EVENT
    assert Webhook(other_system.secret).verify(body, headers) == EVENT


def test_a_changed_body_or_another_secret_does_not_pass(other_system):
    route.send(other_system.target, WORDS)
    ((headers, body),) = other_system.heard
    for secret, text in ((other_system.secret, body.replace(b"AAA", b"BBB")), (secret_create(), body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(text, headers)


def test_an_old_copy_does_not_pass_and_a_repeat_is_known_by_its_id(other_system):
    route.send(other_system.target, WORDS)
    route.send(other_system.target, WORDS)
    (first, body), (second, _) = other_system.heard
    assert first["webhook-id"] == second["webhook-id"] == "alert-7"
    assert abs(int(first["webhook-timestamp"]) - time.time()) < 5
    old = {**first, "webhook-timestamp": str(int(first["webhook-timestamp"]) - 600)}
    old["webhook-signature"] = signature(other_system.secret, old, body)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(other_system.secret).verify(body, old)


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_every_answer_but_a_yes_is_a_failure_and_nothing_is_followed(other_system, status):
    other_system.status = status
    with pytest.raises(NotSent, match=str(status)):
        route.send(other_system.target, WORDS)
    assert len(other_system.heard) == 1


def test_a_system_that_is_away_is_a_failure(free_port):
    with pytest.raises(NotSent, match="ConnectError"):
        route.send(Target("webhook", f"http://127.0.0.1:{free_port}/", "fr", secret_create()), WORDS)
