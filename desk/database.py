"""Call a service from a process that lives on after the database went away and came back."""

from collections.abc import Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import Error, connection

Result = TypeVar("Result")


async def in_database(service: Callable[..., Result], **values: Any) -> Result:
    """Run a service in the database thread. A broken connection is closed, so that the next call opens a new one."""
    return await sync_to_async(_run)(service, values)


def _run(service: Callable[..., Result], values: dict[str, Any]) -> Result:
    try:
        return service(**values)
    except Error:
        connection.close()
        raise
