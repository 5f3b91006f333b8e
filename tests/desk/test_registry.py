"""Settings: each wrong one is named, and what is listed is documented and used."""

import ast
import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.errors import SettingError
from desk.registry import ROOT, SETTINGS, TOGETHER, example, read_settings

NAMES = [setting.name for setting in SETTINGS]
KEY = base64.urlsafe_b64encode(bytes(range(64))).decode()
CONTENT = "HX" + 32 * "f"
GOOD = {
    "PUBLIC_URL": "https://assistant.example.org",
    "TELEGRAM_TOKEN": "123456:" + 35 * "a",
    "TELEGRAM_SECRET": 16 * "s",
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "0",
    "TWILIO_AUTH_TOKEN": 32 * "7",
    "WHATSAPP_NUMBER": "+14155238886",
}
WRONG = {
    "DESK_PORT": ["0", "65536", "-1", "eight", "80.5"],
    "RASA_PORT": ["70000", "http"],
    "ACTIONS_PORT": ["", " 5055x", "١٢٣٤٥٦٧"],
    "DATABASE_URL": ["mysql://u:p@host/name", "desk.sqlite3", "sqlite:///x"],
    "DEBUG": ["true", "1", "oui", "YES"],
    "SECOND_FACTOR": ["yes", "Required", "never"],
    "EMAIL_URL": ["http://mail.example.org", "mail.example.org:25", "smtp://mail.example.org:port"],
    "ALERT_TO": ["a@example.org", "a@example.org:de", "example.org:fr", ",", "a@example.org:fr, b@example.org"],
    "DEFAULT_LANGUAGE": ["de", "ary", "FR", "français", "العربية"],
    "PUBLIC_URL": [
        "assistant.example.org",
        "ftp://assistant.example.org",
        "https://",
        "https://assistant.example.org/webhooks",
        "https://assistant.example.org?x=1",
        "https://assistant example.org",
    ],
    "CONVERSATION_KEY": ["c2hvcnQ=", f"{KEY[4:]}", f"{KEY},c2hvcnQ=", "no key!", "مفتاح"],
    "RASA_TOKEN": ["fifteen-letters", "with sixteen letters", "sixteen/letters?or-more"],
    "REDIS_URL": ["http://redis.example.org", "localhost:6379", "unix:///run/redis"],
    "TELEGRAM_TOKEN": ["no-number:" + 35 * "a", "7654321", "7654321:" + 29 * "a", "7654321:" + 30 * "a" + " "],
    "TELEGRAM_SECRET": [15 * "s", 257 * "s", "sixteen.letters.or.more", "seventeen letters"],
    "TELEGRAM_API_URL": ["api.telegram.org", "https://api telegram.org", "https://api.telegram.org?x=1"],
    "TWILIO_ACCOUNT_SID": ["AC123", "SK" + 32 * "0", "AC" + 31 * "0" + "g", "AC" + 33 * "0"],
    "TWILIO_AUTH_TOKEN": [31 * "7", 33 * "7", 31 * "7" + "-"],
    "WHATSAPP_NUMBER": [
        "14155238880",
        "+1 415 523 8880",
        "whatsapp:+14155238880",
        "+0155238880",
        "+14155",
        "+1415523888012345",
    ],
    "ALERT_SMS_FROM": ["whatsapp:+14155550100", "4155550100"],
    "ALERT_TEMPLATES": ["fr:HX1", CONTENT],
    "DESK_URL": ["desk.example.org", "https://desk.example.org/requests"],
    "WHATSAPP_BUTTONS": ["true", "YES", "oui"],
    "WHATSAPP_TEMPLATES": [CONTENT, f"de:{CONTENT}", "fr:HX1", "fr", f"fr:{CONTENT}, ar:", f"fr={CONTENT}"],
    "TWILIO_API_URL": ["localhost:8080", "proxy", "ftp://proxy.example.org"],
}
SECRET = (  # they hold a password or a key
    "DATABASE_URL",
    "EMAIL_URL",
    "CONVERSATION_KEY",
    "RASA_TOKEN",
    "REDIS_URL",
    "TELEGRAM_TOKEN",
    "TELEGRAM_SECRET",
    "TWILIO_AUTH_TOKEN",
)
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


@pytest.mark.parametrize("value", ["optional", "required"])
def test_a_second_factor_is_optional_or_required(value):
    assert read_settings({"SECOND_FACTOR": value})["SECOND_FACTOR"] == value


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


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("PUBLIC_URL", "https://assistant.example.org/", "https://assistant.example.org"),
        ("PUBLIC_URL", "https://assistant.example.org:8443", "https://assistant.example.org:8443"),
        ("RASA_TOKEN", "-sixteen_Letters", "-sixteen_Letters"),
        ("REDIS_URL", "redis://:geheim@redis:6379/0", "redis://:geheim@redis:6379/0"),
        ("REDIS_URL", "rediss://redis.example.org", "rediss://redis.example.org"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("TELEGRAM_API_URL", "https://proxy.example.org/telegram/", "https://proxy.example.org/telegram"),
        ("TWILIO_API_URL", "https://proxy.example.org/twilio", "https://proxy.example.org/twilio"),
        ("WHATSAPP_BUTTONS", "no", False),
        ("WHATSAPP_TEMPLATES", f" fr:{CONTENT} ,ar:{CONTENT},", {"fr": CONTENT, "ar": CONTENT}),
        ("CONVERSATION_KEY", KEY, [bytes(range(64))]),
        ("CONVERSATION_KEY", f" {KEY} ,{KEY},", [bytes(range(64))] * 2),
    ],
)
def test_a_setting_is_read_as_it_is_needed(name, value, read):
    assert read_settings({name: value})[name] == read


def test_of_several_conversation_keys_the_order_stays():
    other = base64.urlsafe_b64encode(bytes(64)).decode()
    assert read_settings({"CONVERSATION_KEY": f"{other},{KEY}"})["CONVERSATION_KEY"] == [bytes(64), bytes(range(64))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASA_TOKEN", "كلمة_سر_طويلة_جدا"),
        ("TELEGRAM_SECRET", "clé-très-très-secrète"),
        ("TELEGRAM_TOKEN", "١٢٣٤٥٦:" + 35 * "a"),
        ("WHATSAPP_NUMBER", "+2١٢٦١٢٣٤٥٦٧٨"),
    ],
)
def test_letters_that_the_provider_does_not_take_are_refused(name, value):
    with pytest.raises(SettingError):
        read_settings({**GOOD, name: value})


# --- settings that need each other --------------------------------------------------------------


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in GOOD.items() if name not in names}


def only(*names: str) -> dict[str, str]:
    return {name: GOOD[name] for name in names}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        GOOD,
        only("TELEGRAM_TOKEN"),
        only("TELEGRAM_TOKEN", "TELEGRAM_SECRET", "PUBLIC_URL"),
        without("TELEGRAM_TOKEN", "TELEGRAM_SECRET"),
        only("PUBLIC_URL"),
        only("TELEGRAM_SECRET"),
        only("TWILIO_AUTH_TOKEN"),
        {**only("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), "ALERT_SMS_FROM": "+14155550100"},
    ],
    ids=["nothing", "all", "telegram polled", "telegram called", "whatsapp", "address", "secret", "auth token", "sms"],
)
def test_settings_that_go_together_are_taken(chosen):
    found = read_settings(chosen)
    assert {name: found[name] for name in chosen} == chosen


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [
        (only("TELEGRAM_TOKEN", "PUBLIC_URL"), {"TELEGRAM_SECRET"}),
        (only("TWILIO_ACCOUNT_SID"), {"TWILIO_AUTH_TOKEN", "WHATSAPP_NUMBER"}),
        ({"ALERT_SMS_FROM": "+14155550100"}, {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}),
        ({"ALERT_TEMPLATES": f"fr:{CONTENT}"}, {"WHATSAPP_NUMBER"}),
        (only("WHATSAPP_NUMBER"), {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL"}),
        (without("TWILIO_AUTH_TOKEN"), {"TWILIO_AUTH_TOKEN"}),
        (without("WHATSAPP_NUMBER"), {"WHATSAPP_NUMBER"}),
        (without("TWILIO_ACCOUNT_SID"), {"TWILIO_ACCOUNT_SID"}),
        (without("PUBLIC_URL"), {"PUBLIC_URL"}),
        (without("TELEGRAM_SECRET", "TWILIO_AUTH_TOKEN"), {"TELEGRAM_SECRET", "TWILIO_AUTH_TOKEN"}),
    ],
)
def test_what_a_chosen_setting_needs_is_named_once_with_the_reason(chosen, missing):
    with pytest.raises(SettingError) as caught:
        read_settings(chosen)
    lines = str(caught.value).splitlines()
    assert sorted(line.partition(" is missing: ")[0] for line in lines) == sorted(missing)
    assert all(".env" in line and any(name in line.partition(": ")[2] for name in chosen) for line in lines)


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "WHATSAPP_NUMBER", "PUBLIC_URL", "TELEGRAM_SECRET"])
def test_what_is_there_but_wrong_is_not_called_missing(name):
    with pytest.raises(SettingError) as caught:
        read_settings({**GOOD, name: "?"})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}=")


def test_a_missing_setting_is_named_beside_a_wrong_one():
    with pytest.raises(SettingError) as caught:
        read_settings({**without("TELEGRAM_SECRET"), "DESK_PORT": "eight"})
    assert [line.split("=")[0].split(" ")[0] for line in str(caught.value).splitlines()] == [
        "DESK_PORT",
        "TELEGRAM_SECRET",
    ]


def test_settings_that_need_each_other_are_settings_that_may_be_empty():
    defaults = {setting.name: setting.default for setting in SETTINGS}
    for given, wanted in TOGETHER:
        assert {defaults[name] for name in (*given, *wanted)} == {""}


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
