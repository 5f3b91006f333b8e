"""What is said before the processes start."""

import socket

import pytest
from django.core.management import CommandError, call_command

from desk.registry import read_settings

SERVERS = ("DESK", "RASA", "ACTIONS")


@pytest.fixture
def ports(settings) -> dict[str, int]:
    """A free port for each server, as chosen settings."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in SERVERS]
    found = {f"{name}_PORT": each.getsockname()[1] for name, each in zip(SERVERS, sockets, strict=True)}
    for each in sockets:
        each.close()
    settings.CHOSEN = read_settings({name: str(port) for name, port in found.items()})
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{found['RASA_PORT']}"
    return found


def test_the_addresses_are_those_chosen(ports, capsys):
    call_command("addresses")
    printed = capsys.readouterr().out
    assert f"http://127.0.0.1:{ports['DESK_PORT']}/chat/" in printed
    assert f"http://127.0.0.1:{ports['RASA_PORT']}" in printed


@pytest.mark.parametrize("name", [f"{server}_PORT" for server in SERVERS])
def test_a_port_that_is_taken_is_named(ports, name):
    with socket.create_server(("127.0.0.1", ports[name])), pytest.raises(CommandError, match=f"{name}={ports[name]}"):
        call_command("addresses")
