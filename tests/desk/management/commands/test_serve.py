"""What the processes are started with."""

import re

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from desk.management.commands.serve import CHANNEL_SETTINGS, COMMANDS, DEFAULTS, environment, tracker_store_url
from desk.registry import ROOT, read_settings


@pytest.fixture
def chosen():
    return read_settings(
        {
            "ACTIONS_HOST": "10.0.0.7",
            "ACTIONS_PORT": "6055",
            "RASA_PORT": "6005",
            "DESK_PORT": "8080",
            "DEFAULT_LANGUAGE": "ar",
        }
    )


@pytest.mark.parametrize(
    ("database_url", "tracker_url"),
    [
        ("postgres://desk:s3cret@db:5432/assistant", "postgresql://desk:s3cret@db:5432/assistant"),
        ("postgresql://desk:s3cret@db:5432/assistant", "postgresql://desk:s3cret@db:5432/assistant"),
        ("postgres://postgres://@db/postgres", "postgresql://postgres://@db/postgres"),
    ],
)
def test_the_tracker_store_is_on_the_same_postgresql_server(database_url, tracker_url):
    assert tracker_store_url(database_url) == tracker_url


def test_without_a_database_address_the_tracker_store_is_a_file_beside_the_desk(settings, tmp_path):
    settings.VAR = tmp_path
    assert tracker_store_url("") == f"sqlite:///{tmp_path}/tracker.sqlite3"


def test_the_environment_holds_what_was_chosen(chosen, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in CHANNEL_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    assert environment(chosen) == {
        **{name: DEFAULTS[name] for name in CHANNEL_SETTINGS},
        "RASA_TOKEN": django_settings.RASA_TOKEN,
        "ACTION_ENDPOINT_URL": "http://10.0.0.7:6055/webhook",
        "TRACKER_STORE_URL": f"sqlite:///{django_settings.VAR}/tracker.sqlite3",
        "SANIC_HOST": "10.0.0.7",
        "DEFAULT_LANGUAGE": "ar",
        "VAR_DIR": str(django_settings.VAR),
        "MODEL_URL": "http://127.0.0.1:8080/models/assistant.tar.gz",
    }


@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("10.0.0.7", "10.0.0.7")]
)
def test_the_model_is_pulled_from_the_desk_of_this_machine(chosen, host, reached):
    url = environment({**chosen, "DESK_HOST": host})["MODEL_URL"]
    assert url == f"http://{reached}:8080/models/assistant.tar.gz"


def test_the_model_can_be_pulled_from_elsewhere(chosen):
    assert (
        environment({**chosen, "MODEL_URL": "https://desk.example.org/m"})["MODEL_URL"] == "https://desk.example.org/m"
    )


def test_the_environment_follows_the_database_address(chosen, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://desk@db/assistant")
    assert environment(chosen)["TRACKER_STORE_URL"] == "postgresql://desk@db/assistant"


def test_every_value_that_endpoints_reads_is_in_the_environment(chosen):
    text = "\n".join(
        line.partition("#")[0] for line in (ROOT / "endpoints.yml").read_text(encoding="utf-8").splitlines()
    )
    wanted = set(re.findall(r"\$\{(\w+)\}", text))
    assert wanted
    assert wanted <= set(environment(chosen))


def test_every_value_that_credentials_read_is_in_the_environment(chosen):
    text = (ROOT / "credentials.yml").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{([A-Z_]+)\}", text))
    assert {"TELEGRAM_TOKEN", "TWILIO_AUTH_TOKEN"} <= wanted <= set(environment(chosen))


def test_no_secret_is_in_a_command_line(chosen):
    words = " ".join(word for command in COMMANDS.values() for word in command(chosen))
    assert "--port" in words
    assert django_settings.RASA_TOKEN not in words


def test_the_environment_holds_only_texts(chosen):
    assert {type(value) for value in environment(chosen).values()} == {str}


def test_the_procfile_starts_every_process():
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert dict(line.split(": ") for line in lines) == {name: f"python manage.py serve {name}" for name in COMMANDS}


@pytest.mark.parametrize(
    ("process", "ports"),
    [("dialogue", ["--port", "6005"]), ("actions", ["--port", "6055"]), ("desk", ["--port", "8080"])],
)
def test_a_process_listens_on_its_port(chosen, process, ports):
    assert " ".join(ports) in " ".join(COMMANDS[process](chosen))


def test_an_unknown_process_is_refused():
    with pytest.raises(CommandError, match="dialog"):
        call_command("serve", "dialog")
