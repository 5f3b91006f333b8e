"""A process that lives on after its database went away and came back."""

import os
import threading

import pytest
from django.db import Error, IntegrityError, connection

from desk.conversations.models import Stop
from desk.conversations.selectors import is_stopped
from desk.database import in_database

pytestmark = pytest.mark.usefixtures("transactional_db")


def stop(name: str) -> str:
    return Stop.objects.create(conversation_id=name).pk


def break_connection() -> None:
    """As when the server closed it: Django still believes that it is open."""
    connection.ensure_connection()
    connection.connection.close()


def fail() -> None:
    raise ValueError("not the database's fault")


def connection_id() -> int:
    connection.ensure_connection()
    return id(connection.connection)


async def test_a_service_is_called_with_its_values_and_its_answer_comes_back():
    assert await in_database(stop, name="web-1") == "web-1"
    assert await in_database(is_stopped, conversation_id="web-1") is True
    assert await in_database(is_stopped, conversation_id="web-2") is False


async def test_after_a_broken_connection_the_next_call_works():
    await in_database(stop, name="web-1")
    await in_database(break_connection)
    with pytest.raises(Error):
        await in_database(is_stopped, conversation_id="web-1")
    assert await in_database(is_stopped, conversation_id="web-1") is True


async def test_each_time_the_connection_breaks_one_call_fails():
    for _ in range(3):
        await in_database(break_connection)
        with pytest.raises(Error):
            await in_database(is_stopped, conversation_id="web-1")
        assert await in_database(is_stopped, conversation_id="web-1") is False


async def test_an_error_of_the_database_reaches_the_caller_and_writing_goes_on():
    await in_database(stop, name="web-1")
    with pytest.raises(IntegrityError):
        await in_database(stop, name="web-1")
    assert await in_database(stop, name="web-2") == "web-2"


async def test_another_error_reaches_the_caller_and_leaves_the_connection_open():
    before = await in_database(connection_id)
    with pytest.raises(ValueError, match="not the database's fault"):
        await in_database(fail)
    assert await in_database(connection_id) == before


async def test_the_database_is_asked_beside_the_event_loop():
    assert await in_database(threading.get_ident) != threading.get_ident()


@pytest.mark.both_databases
def test_the_tests_run_on_the_database_of_the_settings():
    assert connection.vendor == ("postgresql" if os.environ.get("DATABASE_URL") else "sqlite")
