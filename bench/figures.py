"""What is measured of a dialogue server, over HTTP, as one of its users."""

import json
import statistics
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.projects import TOKEN, Project
from bot.evaluate import read_messages
from bot.topics import FAQ, NOT_UNDERSTOOD

QUESTIONS = (
    "est-ce que c'est gratuit",
    "how do i apply",
    "كم من الوقت تستغرق العودة",
    "bonjour",
    "can i change my mind",
    "j'ai perdu mon passeport",
    "bghit nrje3 l bladi walakin ma3ndich passport",
    "they will kill me if i go back",
    "واش كتعطيو الفلوس",
    "who reads what i write here",
)
PEOPLE, TURNS = 20, 25  # at once, and how often each writes
LONG = 500  # turns of one conversation
STARTS_WITHIN_S = 240
Figures = dict[str, float]


class Server:
    """A running dialogue server."""

    def __init__(self, project: Project, port: int) -> None:
        self.host, start = f"127.0.0.1:{port}", time.monotonic()
        self._local = threading.local()
        self.process = project.start()
        self.start_s = self._wait(start)

    def _wait(self, start: float) -> float:
        while time.monotonic() - start < STARTS_WITHIN_S and self.process.poll() is None:
            try:
                self.reply("first", QUESTIONS[0])
                return time.monotonic() - start
            except (OSError, HTTPException):
                del self._local.connection
                time.sleep(0.2)
        raise TimeoutError(f"the server at {self.host} did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Over one connection a thread, as a proxy keeps it."""
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection(self.host, timeout=120)
        self._local.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return json.load(self._local.connection.getresponse())

    def reply(self, sender: str, text: str) -> float:
        """Milliseconds until the reply is here. Raises AssertionError when there is none."""
        start = time.perf_counter()
        assert self.post("/webhooks/rest/webhook", {"sender": sender, "message": text}), f"no reply to {text}"
        return (time.perf_counter() - start) * 1000

    def understand(self, text: str) -> str:
        """The first choice of the model: a topic or an intent."""
        parsed = self.post(f"/model/parse?token={TOKEN}", {"text": text})
        names = [item["name"] for item in parsed["intent_ranking"] if item["name"] != NOT_UNDERSTOOD]
        if names[:1] != [FAQ]:
            return names[0] if names else ""
        selectors = [found for name, found in parsed["response_selector"].items() if name != "all_retrieval_intents"]
        return selectors[0]["ranking"][0]["intent_response_key"].removeprefix(f"{FAQ}/")

    def memory_mb(self) -> int:
        """Resident memory, as Linux tells it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def measure(project: Project, port: int, development: Path) -> Figures:
    """All figures of one side; it must be trained."""
    server = Server(project, port)
    try:
        return {
            "start_s": round(server.start_s, 1),
            **alone(server),
            **together(server),
            **long_conversation(server),
            "floor_ms": floor(server),
            "memory_mb": server.memory_mb(),
            "top1": top1(server, development),
        }
    finally:
        server.stop()


def talk(server: Server, sender: str, turns: int) -> list[float]:
    return [server.reply(sender, text) for text in islice(cycle(QUESTIONS), turns)]


def alone(server: Server) -> Figures:
    """One person after the other, each for one round of questions."""
    talk(server, "warm", len(QUESTIONS))
    return percentiles([ms for person in range(20) for ms in talk(server, f"alone-{person}", len(QUESTIONS))], 1)


def together(server: Server) -> Figures:
    """Many people at once."""
    start = time.monotonic()
    with ThreadPoolExecutor(PEOPLE) as pool:
        times = list(pool.map(lambda person: talk(server, f"together-{person}", TURNS), range(PEOPLE)))
    seconds = time.monotonic() - start
    return {
        **percentiles([ms for person in times for ms in person], PEOPLE),
        "messages_per_s": round(PEOPLE * TURNS / seconds, 1),
    }


def long_conversation(server: Server) -> Figures:
    """The same questions at the start and at the end of one conversation: medians of the first and the last 30 turns."""
    times, part = talk(server, "long", LONG), 3 * len(QUESTIONS)
    return {
        "turn_1_ms": round(statistics.median(times[:part]), 1),
        "turn_500_ms": round(statistics.median(times[-part:]), 1),
    }


def floor(server: Server) -> float:
    """Milliseconds of an answer that needs no assistant."""
    times = []
    connection = HTTPConnection(server.host, timeout=10)
    for _ in range(200):
        start = time.perf_counter()
        connection.request("GET", "/webhooks/rest/")
        connection.getresponse().read()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 2)


def top1(server: Server, development: Path) -> float:
    """The share of the messages of the development set that are understood."""
    rows = read_messages(development)
    return round(sum(server.understand(text) == label for text, label, _ in rows) / len(rows), 3)


def percentiles(times: Iterable[float], people: int) -> Figures:
    ordered = sorted(times)
    return {
        f"reply_p50_{people}_ms": round(statistics.median(ordered), 1),
        f"reply_p95_{people}_ms": round(ordered[int(len(ordered) * 0.95)], 1),
    }
