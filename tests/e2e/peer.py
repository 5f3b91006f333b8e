"""What the stand-ins for the two providers share: a server in a thread, calls, faults, failures."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from aiohttp import web
from judge import Fields

PATIENCE_S = 10
MAX_BODY = 50 * 1024 * 1024
ANY = "*"
CUT = 0


@dataclass(frozen=True)
class Call:
    """One call that arrived; `at` is the time of day in seconds."""

    name: str
    fields: Fields
    at: float


@dataclass
class Failure:
    """An answer that a test prepared; `taken` says that the call takes effect all the same."""

    name: str
    status: int
    times: int
    headers: dict[str, str] | None
    body: Any
    match: Callable[[Fields], bool] | None
    taken: bool

    def meets(self, name: str, fields: Fields) -> bool:
        return self.times > 0 and self.name in (name, ANY) and (self.match is None or self.match(fields))


class Refusal(Exception):
    """The provider says no, with this body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(body)
        self.status, self.body = status, body


class Peer:
    """A provider on a free loopback port, in a thread with its own event loop."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self.changed = threading.Condition()
        self.port = 0
        self.stopping = False
        self._failures: list[Failure] = []

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def shown(self, who: Any) -> list[Any]:
        raise NotImplementedError

    def failure_body(self, status: int) -> Any:
        """How this provider words a failure that has no body of its own."""
        raise NotImplementedError

    def rejection(self, faults: list[str]) -> web.Response:
        """How this provider answers a call that it cannot accept."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Peer":
        """Serve; after a stop, again on the same port."""
        self.stopping = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(PATIENCE_S)
        return self

    def stop(self) -> None:
        self.stopping = True
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(PATIENCE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def __enter__(self) -> Any:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _open(self) -> None:
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    def fail(
        self,
        name: str,
        status: int,
        times: int = 1,
        headers: dict[str, str] | None = None,
        body: Any = None,
        match: Callable[[Fields], bool] | None = None,
        taken: bool = False,
    ) -> None:
        """Let the next calls of that name ("*": of any) fail; status 0 cuts the connection."""
        with self.changed:
            self._failures.append(Failure(name, status, times, headers, body, match, taken))

    def heal(self) -> None:
        """Forget the prepared failures."""
        with self.changed:
            self._failures.clear()

    def calls_of(self, name: str) -> list[Call]:
        with self.changed:
            return [call for call in self.calls if call.name == name]

    def wait_calls(self, name: str, count: int, timeout_s: float = 20) -> list[Call]:
        """Wait until that many calls of that name have arrived."""
        return self._wait(lambda: self.calls_of(name), count, timeout_s)

    def wait_shown(self, who: Any, count: int, timeout_s: float = 20) -> list[Any]:
        """Wait until a person's phone shows at least that many messages."""
        return self._wait(lambda: self.shown(who), count, timeout_s)

    def _wait(self, look: Callable[[], list[Any]], count: int, timeout_s: float) -> list[Any]:
        with self.changed:
            if self.changed.wait_for(lambda: len(look()) >= count, timeout_s):
                return look()
            raise TimeoutError(f"{len(look())} of {count} after {timeout_s} s: {look()}")

    def arrive(self, name: str, fields: Fields, faults: list[str]) -> Failure | None:
        """Note a call; the failure that a test prepared for it."""
        with self.changed:
            self.calls.append(Call(name, fields, time.time()))
            self.faults += faults
            self.changed.notify_all()
            failure = next((f for f in self._failures if f.meets(name, fields)), None)
            if failure:
                failure.times -= 1
            return failure

    def finish(
        self,
        request: web.Request,
        failure: Failure | None,
        faults: list[str],
        work: Callable[[], web.StreamResponse],
    ) -> web.StreamResponse:
        """Answer a call that arrived."""
        if failure and not failure.taken:
            return self._failed(request, failure)
        with self.changed:
            answer = self.rejection(faults) if faults else self._worked(work)
            self.changed.notify_all()
        return self._failed(request, failure) if failure else answer

    def _worked(self, work: Callable[[], web.StreamResponse]) -> web.StreamResponse:
        try:
            return work()
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status)

    def _failed(self, request: web.Request, failure: Failure) -> web.Response:
        if failure.status == CUT:
            if request.transport:
                request.transport.abort()
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        body = self.failure_body(failure.status) if failure.body is None else failure.body
        if isinstance(body, str):
            return web.Response(text=body, status=failure.status, headers=failure.headers)
        return web.json_response(body, status=failure.status, headers=failure.headers)


def post(address: str, **options: Any) -> httpx.Response:
    """A call on this machine, without TLS: to read the certificates of the world would take longer than the call."""
    return httpx.post(address, trust_env=False, verify=False, **options)


async def read_fields(request: web.Request) -> Fields:
    """Query and body as sent: texts, several of one name as a list, files as bytes; JSON as it is."""
    fields: Fields = {}
    for name in request.query:
        fields[name] = one_or_all(request.query.getall(name))
    if request.content_type == "application/json":
        return {**fields, **json_object(await request.text())}
    form = await request.post()
    for name in form:
        fields[name] = one_or_all([plain_part(part) for part in form.getall(name)])
    return fields


def json_object(text: str) -> Fields:
    """A body that is no JSON object becomes a field that no judge knows."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"(not a JSON object)": text}


def one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def plain_part(part: Any) -> Any:
    return part.file.read() if isinstance(part, web.FileField) else part


def reason(status: int) -> str:
    return HTTPStatus(status).phrase
