"""The real processes, on free ports, with their data in a folder of their own."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_S = 300


def free_port() -> int:
    """One that nobody takes before we do: of a range that the kernel gives to no connection, another for each worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", 20_000 + worker % 10 * 1_000 + random.randrange(1_000)))
            return probe.getsockname()[1]


@dataclass
class System:
    """Start, stop and kill the processes; talk to the assistant as a channel does."""

    var: Path
    extra: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in ("desk", "dialogue", "actions")}
        self.env = {
            **os.environ,
            "VAR_DIR": str(self.var),
            "DESK_PORT": str(self.ports["desk"]),
            "RASA_PORT": str(self.ports["dialogue"]),
            "ACTIONS_PORT": str(self.ports["actions"]),
            "ALERT_TO": "fr@example.org:fr, ar@example.org:ar",
            **self.extra,
        }
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def start(self, *names: str) -> None:
        for name in names:
            command = [sys.executable, "manage.py", "serve", name]
            self.running[name] = subprocess.Popen(command, cwd=ROOT, env=self.env)
        for name in names:
            if name in self.ports:
                self.wait_for(name)

    def wait_for(self, name: str) -> None:
        path = {"desk": "/chat/", "dialogue": "/webhooks/rest/", "actions": "/health"}[name]
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.running[name].poll() is None, f"{name} ended: {self.log(name)[-2000:]}"
            try:
                urllib.request.urlopen(self.url(name) + path, timeout=2)
                return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError(f"{name} did not start: {self.log(name)[-2000:]}")

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        process = self.running.pop(name)
        process.send_signal(how)
        process.wait(30)

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def log(self, name: str) -> str:
        path = self.var / "log" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def say(self, sender: str, text: str, *, typed: bool = True) -> list[dict[str, Any]]:
        body = {"sender": sender, "message": text, "metadata": {"typed": typed}}
        request = urllib.request.Request(
            f"{self.url('dialogue')}/webhooks/rest/webhook",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def rows(self, query: str, *values: str, file: str = "desk") -> list[tuple]:
        with sqlite3.connect(self.var / f"{file}.sqlite3", timeout=20) as database:
            return database.execute(query, values).fetchall()

    def mails(self) -> list[EmailMessage]:
        """What the file e-mail backend wrote: messages with a line of dashes between them."""
        found = []
        for path in sorted((self.var / "mail").glob("*.log")):
            parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
            found += [message_from_bytes(part, policy=policy.default) for part in parts if part.strip()]
        return found


class Person:
    """One conversation with the assistant; remembers the last replies."""

    def __init__(self, system: System, name: str) -> None:
        self.system, self.name = system, name
        self.replies: list[dict[str, Any]] = []

    def types(self, text: str) -> str:
        self.replies = self.system.say(self.name, text)
        return self.text

    def taps(self, fragment: str) -> str:
        """Tap the first button whose payload contains the fragment."""
        payload = next(payload for payload in self.payloads if fragment in payload)
        self.replies = self.system.say(self.name, payload, typed=False)
        return self.text

    @property
    def text(self) -> str:
        assert self.replies, "silence"
        return (
            "\n\n".join(reply["text"] for reply in self.replies)
            .replace("\u00a0", " ")
            .replace("\u2066", "")
            .replace("\u2069", "")
        )

    @property
    def payloads(self) -> list[str]:
        return [button["payload"] for reply in self.replies for button in reply.get("buttons", [])]

    @property
    def language(self) -> str:
        return self.replies[-1]["language"]
