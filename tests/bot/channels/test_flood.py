import asyncio
import shutil
import socket
import subprocess
import time
from contextlib import suppress

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.channels.flood import BURST, PER_MINUTE, Flood, Verdict

PERSON, OTHER = "telegram-a", "telegram-b"
SERVER = shutil.which("redis-server")


@pytest.fixture
def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def clock(monkeypatch):
    """Time that goes on only when a test says so."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def forward(seconds):
        now[0] += seconds

    return forward


async def verdicts(flood, count, person=PERSON):
    return [await flood.verdict(person) for _ in range(count)]


async def test_a_burst_is_answered_then_told_once_then_dropped(clock):
    said = await verdicts(Flood(), BURST + 4)
    assert said == [Verdict.ANSWER] * BURST + [Verdict.TELL] + [Verdict.DROP] * 3


async def test_one_person_does_not_hold_up_another(clock):
    flood = Flood()
    await verdicts(flood, BURST + 2)
    assert await verdicts(flood, BURST, OTHER) == [Verdict.ANSWER] * BURST
    assert await flood.verdict(OTHER) is Verdict.TELL


async def test_who_waits_is_answered_again(clock):
    flood = Flood()
    await verdicts(flood, BURST + 2)
    clock(60 / PER_MINUTE + 1)
    assert await flood.verdict(PERSON) is Verdict.ANSWER


async def test_after_a_minute_the_whole_burst_is_there_again(clock):
    flood = Flood()
    await verdicts(flood, BURST + 2)
    clock(61)
    assert await verdicts(flood, BURST + 1) == [Verdict.ANSWER] * BURST + [Verdict.TELL]


async def test_it_is_told_at_most_once_a_minute(clock):
    flood = Flood()
    told = 0
    for _ in range(120):  # two minutes of two messages a second
        told += (await verdicts(flood, 2)).count(Verdict.TELL)
        clock(1)
    assert 1 <= told <= 3


async def test_who_writes_as_fast_as_the_bucket_fills_is_always_answered(clock):
    flood = Flood()
    for _ in range(4 * BURST):
        assert await flood.verdict(PERSON) is Verdict.ANSWER
        clock(60 / PER_MINUTE)


async def test_messages_at_once_are_counted_one_by_one(clock):
    flood = Flood()
    said = await asyncio.gather(*(flood.verdict(PERSON) for _ in range(BURST + 3)))
    assert (said.count(Verdict.ANSWER), said.count(Verdict.TELL), said.count(Verdict.DROP)) == (BURST, 1, 2)


# --- with a real server -------------------------------------------------------------------------


@pytest.fixture
def redis_url(tmp_path, free_port):
    if SERVER is None:
        pytest.skip("there is no redis-server here")
    options = ["--port", str(free_port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen([SERVER, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"redis://127.0.0.1:{free_port}/0"
        until_it_answers(url)
        yield url
    finally:
        server.kill()
        server.wait()


def until_it_answers(url):
    with Redis.from_url(url) as client:
        for _ in range(100):
            with suppress(RedisError):
                return client.ping()
            time.sleep(0.05)
    raise AssertionError("the redis-server did not start")


async def test_two_servers_share_one_bucket(redis_url):
    first, second = Flood(redis_url), Flood(redis_url)
    said = await verdicts(first, BURST // 2) + await verdicts(second, BURST // 2)
    assert said == [Verdict.ANSWER] * len(said)
    assert await first.verdict(PERSON) is Verdict.TELL
    assert await second.verdict(PERSON) is Verdict.DROP
    assert await second.verdict(OTHER) is Verdict.ANSWER


async def test_the_buckets_in_redis_do_not_stay_for_ever(redis_url):
    await verdicts(Flood(redis_url), BURST + 2)
    with Redis.from_url(redis_url) as client:
        lasting = [client.ttl(key) for key in client.scan_iter()]
    assert len(lasting) == 2
    assert all(0 < seconds <= 600 for seconds in lasting)
