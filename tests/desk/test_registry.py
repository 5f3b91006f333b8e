"""Settings: each wrong one is named, and what is listed is documented and used."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.errors import SettingError
from desk.registry import ROOT, SETTINGS, example, read_settings

NAMES = [setting.name for setting in SETTINGS]
WRONG = {
    "DESK_PORT": ["0", "65536", "-1", "eight", "80.5"],
    "RASA_PORT": ["70000", "http"],
    "ACTIONS_PORT": ["", " 5055x", "١٢٣٤٥٦٧"],
    "DATABASE_URL": ["mysql://u:p@host/name", "desk.sqlite3", "sqlite:///x"],
    "DEBUG": ["true", "1", "oui", "YES"],
    "EMAIL_URL": ["http://mail.example.org", "mail.example.org:25", "smtp://mail.example.org:port"],
    "ALERT_TO": ["a@example.org", "a@example.org:de", "example.org:fr", ",", "a@example.org:fr, b@example.org"],
    "DEFAULT_LANGUAGE": ["de", "ary", "FR", "français", "العربية"],
}
SECRET = ("DATABASE_URL", "EMAIL_URL")  # they hold a password
CASES = [(name, value) for name, values in WRONG.items() for value in values if value]


def constants(path: Path) -> set[str]:
    """All texts written in a source file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def chosen_names(path: Path) -> set[str]:
    """X in CHOSEN["X"] and chosen["X"]."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    subscripts = (
        node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
    )
    return {
        node.slice.value
        for node in subscripts
        if node.value.id.lower() == "chosen" and isinstance(node.slice, ast.Constant)
    }


def users_of_settings() -> list[Path]:
    return [path for path in (ROOT / "desk").rglob("*.py") if path.name != "registry.py"]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_wrong_setting_is_named_with_what_to_do_and_its_value_unless_secret(name, value):
    with pytest.raises(SettingError) as caught:
        read_settings({name: value})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}={'...' if name in SECRET else value}: ")
    assert (value in line) is (name not in SECRET)
    assert ".env" in line


def test_all_wrong_settings_are_named_together():
    with pytest.raises(SettingError) as caught:
        read_settings({name: values[0] or values[1] for name, values in WRONG.items()})
    assert [line.partition("=")[0] for line in str(caught.value).splitlines()] == [
        name for name in NAMES if name in WRONG
    ]


def test_settings_that_are_right_are_not_named_beside_a_wrong_one():
    with pytest.raises(SettingError) as caught:
        read_settings({"DEBUG": "perhaps", "DESK_PORT": "8080"})
    assert "DESK_PORT" not in str(caught.value)


def test_defaults_are_right_and_complete():
    assert list(read_settings({})) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_means_the_default(name):
    assert read_settings({name: ""}) == read_settings({})


def test_recipients_are_read_with_their_languages():
    chosen = read_settings({"ALERT_TO": " rabat@example.org:ar,bruxelles@example.org:fr , "})
    assert chosen["ALERT_TO"] == [("rabat@example.org", "ar"), ("bruxelles@example.org", "fr")]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_is_taken_apart(scheme):
    database = read_settings({"DATABASE_URL": f"{scheme}://desk:secret@db.example.org:5433/assistant"})["DATABASE_URL"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", 5433, "assistant")


@pytest.mark.parametrize(
    ("scheme", "secured"), [("smtp", set()), ("smtp+tls", {"EMAIL_USE_TLS"}), ("smtp+ssl", {"EMAIL_USE_SSL"})]
)
def test_a_mail_address_is_taken_apart(scheme, secured):
    mail = read_settings({"EMAIL_URL": f"{scheme}://desk:secret@mail.example.org:2525"})["EMAIL_URL"]
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_HOST_USER"]) == ("mail.example.org", 2525, "desk")
    assert {name for name in ("EMAIL_USE_TLS", "EMAIL_USE_SSL") if mail.get(name)} == secured


@pytest.mark.parametrize(("value", "expected"), [("yes", True), ("no", False)])
def test_debug_is_yes_or_no(value, expected):
    assert read_settings({"DEBUG": value})["DEBUG"] is expected


@pytest.mark.parametrize("address", ["@", "rabat@", "a@b@example.org"])
def test_a_recipient_that_is_no_address_is_named(address):
    with pytest.raises(SettingError, match="ALERT_TO"):
        read_settings({"ALERT_TO": f"{address}:fr"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://desk:geheim@host/name"),
        ("EMAIL_URL", "mysql://desk:geheim@host/name"),
        ("DATABASE_URL", "postgres://desk:geheim/1@host/name"),
        ("EMAIL_URL", "smtp://desk:geheim/1@host:25"),
        ("EMAIL_URL", "smtp+tls://desk:geheim#1@host:25"),
    ],
)
def test_a_password_in_a_wrong_setting_is_not_repeated(name, value):
    with pytest.raises(SettingError) as caught:
        read_settings({name: value})
    assert "geheim" not in str(caught.value)


def test_env_example_is_written_from_the_list():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example()


@pytest.mark.parametrize("setting", SETTINGS, ids=NAMES)
def test_every_setting_is_documented(setting):
    assert f"# {setting.help}\n#{setting.name}={setting.default}\n" in example()
    assert len(setting.help.split()) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_used(name):
    assert [path for path in users_of_settings() if name in constants(path)]


def test_every_setting_that_is_used_is_in_the_list():
    used = set().union(*map(chosen_names, users_of_settings()))
    assert "DESK_PORT" in used
    assert used <= set(NAMES)


def test_no_setting_is_listed_twice():
    assert len(set(NAMES)) == len(NAMES)


def test_a_wrong_setting_stops_every_command_without_a_traceback(tmp_path):
    env = {**os.environ, "DESK_PORT": "acht", "VAR_DIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("DESK_PORT=acht: ")
    assert "Traceback" not in ended.stderr
