"""One message of a person after the other, also when they arrive together or in the wrong order."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

TICKS = 10  # a patience is counted in so many steps


class Turns:
    """Lines of waiting messages, one a person; the lowest order goes first."""

    def __init__(self) -> None:
        self._lines: dict[str, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def turn(self, person: str, order: int = 0) -> AsyncIterator[None]:
        """Wait for the turn and keep it while inside."""
        if person in self._lines:
            await self._wait(person, order)
        else:
            self._lines[person] = []
        try:
            yield
        finally:
            self._next(person)

    async def _wait(self, person: str, order: int) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._lines[person], (order, next(self._arrivals), called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._next(person)  # called and cancelled at once: the turn goes on to the next
            raise

    def _next(self, person: str) -> None:
        line = self._lines[person]
        while line:
            _, _, called = heapq.heappop(line)
            if not called.done():
                return called.set_result(None)
        del self._lines[person]


class Gaps:
    """For numbered messages: one that is ahead of its number waits for those before it, which are still on their way.

    The patience counts only while the loop has time to read what comes: while it is busy, those before may already wait at the door.
    """

    def __init__(self, patience_s: float) -> None:
        self._tick_s = patience_s / TICKS
        self._left = TICKS  # ticks of patience with the gap we wait for
        self._upto = 0  # everything up to here has arrived, or has not come for too long; 0 before the first
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, number: int) -> None:
        """Return, in the order of the numbers, when every number before has arrived or does not come."""
        if number > self._upto:
            called = self._waiting.setdefault(number, asyncio.get_running_loop().create_future())
            self._go_on()
            await asyncio.shield(called)

    def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        while self._upto and self._upto + 1 in self._waiting:
            self._upto += 1
            self._left = TICKS
            # Not at once: the one that just came would else overtake those that were called before it.
            loop.call_soon(self._waiting.pop(self._upto).set_result, None)
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(self._tick_s, self._tick, loop.time() + self._tick_s)

    def _tick(self, due: float) -> None:
        self._timer = None
        if self._waiting and asyncio.get_running_loop().time() < due + self._tick_s:  # else the loop was busy
            self._left -= 1
        if self._left == 0:  # the numbers before the lowest one here do not come
            self._upto = min(self._waiting) - 1
        self._go_on()
