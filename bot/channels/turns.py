"""One message of a person after the other, also when they arrive together."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


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
