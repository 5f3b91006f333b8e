"""How many messages a person may send: a bucket of tokens each, in memory or in Redis."""

import logging
from enum import Enum

from redis.exceptions import RedisError
from throttled.asyncio import BaseStore, MemoryStore, RateLimiterType, RedisStore, Throttled, rate_limiter

logger = logging.getLogger(__name__)
BURST, PER_MINUTE = 20, 30  # more than anyone writes who waits for the answers
PEOPLE_REMEMBERED = 100_000


class Verdict(Enum):
    """What to do with a message."""

    ANSWER = "answer"
    TELL = "tell"  # once a minute: say that it is too fast
    DROP = "drop"


class Flood:
    """Counts messages of each person."""

    def __init__(self, redis_url: str = "") -> None:
        store: BaseStore = (
            RedisStore(server=redis_url) if redis_url else MemoryStore(options={"MAX_SIZE": 2 * PEOPLE_REMEMBERED})
        )
        bucket = RateLimiterType.TOKEN_BUCKET.value
        self._messages = Throttled(using=bucket, quota=rate_limiter.per_min(PER_MINUTE, burst=BURST), store=store)
        self._notices = Throttled(using=bucket, quota=rate_limiter.per_min(1, burst=1), store=store)

    async def verdict(self, person: str) -> Verdict:
        """Count one message of a person; when Redis is away, nobody is held up."""
        try:
            return await self._count(person)
        except RedisError as error:
            logger.warning("Redis does not answer (%s): messages are not counted", type(error).__name__)
            return Verdict.ANSWER

    async def _count(self, person: str) -> Verdict:
        if not (await self._messages.limit(f"messages:{person}")).limited:
            return Verdict.ANSWER
        is_told = (await self._notices.limit(f"notices:{person}")).limited
        return Verdict.DROP if is_told else Verdict.TELL
