"""Threads that do something at the same moment, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads returns that begin at the same moment; the first error is raised here."""
    start, results = Barrier(count), [None] * count

    def run(place: int) -> None:
        try:
            start.wait(timeout=20)
            results[place] = work(place)
        except BaseException as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
