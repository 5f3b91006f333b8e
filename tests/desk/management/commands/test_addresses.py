"""What is said before the processes start."""

from django.core.management import call_command

from desk.registry import read_settings


def test_the_addresses_are_those_chosen(settings, capsys):
    settings.CHOSEN = read_settings({"DESK_HOST": "192.168.1.5", "DESK_PORT": "8080"})
    settings.DIALOGUE_SERVER_URL = "http://127.0.0.1:6005"
    call_command("addresses")
    printed = capsys.readouterr().out
    assert "http://192.168.1.5:8080/chat/" in printed
    assert "http://127.0.0.1:6005" in printed
