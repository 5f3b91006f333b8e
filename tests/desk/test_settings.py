"""Secrets that an installation makes for itself: once, and for its owner's eyes only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk import settings
from desk.registry import ROOT

NAMES = {
    "SECRET_KEY": "secret_key",
    "CONVERSATION_KEY": "conversation_key",
    "RASA_TOKEN": "rasa_token",
}
SHOW = """
from desk import settings
print(settings.SECRET_KEY, settings.CONVERSATION_KEYS, settings.RASA_TOKEN, sep="\\n")
"""
# Each process is already making its secret when the others are; the second is done only after the first has read its own.
MAKE = """
import os, pathlib, sys, time
from desk import settings
name, others, before = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def make():
    (settings.VAR / f"making-{name}").touch()
    wait(lambda: len(list(settings.VAR.glob("making-*"))) == others and (settings.VAR / before).exists())
    return f"secret of {name}"
def wait(is_over):
    end = time.monotonic() + 20
    while not is_over():
        assert time.monotonic() < end
        time.sleep(0.01)
print(settings._made_once("common", make))
(settings.VAR / f"done-{name}").touch()
"""


def start(var: Path, code: str, *arguments: str, **env: str) -> subprocess.Popen:
    """A process of an installation with no secrets chosen but these; it ends by itself."""
    chosen = {**os.environ, **dict.fromkeys(NAMES, ""), **env, "VAR_DIR": str(var)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=chosen, stdout=subprocess.PIPE, text=True)


def printed(process: subprocess.Popen) -> str:
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return out.strip()


@pytest.fixture
def var(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    return tmp_path


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request):
    """What the system takes away of the rights of new files."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("umask")
def test_the_file_of_a_secret_is_readable_by_its_owner_only(var):
    settings._made_once("token", lambda: "secret")
    assert rights(var / "token") == 0o600


@pytest.mark.usefixtures("umask")
def test_at_no_moment_can_another_user_read_the_secret(var):
    seen = []

    def make() -> str:
        seen.extend(rights(path) for path in var.iterdir())
        return "secret"

    settings._made_once("token", make)
    assert set(seen) <= {0o600}


def test_a_secret_is_made_once(var):
    secrets = iter(["first", "second"])
    assert {settings._made_once("token", lambda: next(secrets)) for _ in range(3)} == {"first"}
    assert next(secrets) == "second"


def test_secrets_of_other_names_are_others(var):
    for name in ("a", "b"):
        assert settings._made_once(name, lambda name=name: f"secret of {name}") == f"secret of {name}"


def test_a_secret_that_could_not_be_made_leaves_no_file_behind_its_name(var):
    with pytest.raises(OSError, match="no entropy"):
        settings._made_once("token", lambda: (_ for _ in ()).throw(OSError("no entropy")))
    assert settings._made_once("token", lambda: "secret") == "secret"


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path):
    first = start(tmp_path, MAKE, "first", "3", "making-first")
    others = [start(tmp_path, MAKE, name, "3", "done-first") for name in ("second", "third")]
    said = [printed(process) for process in (first, *others)]
    assert said == ["secret of first"] * 3
    assert (tmp_path / "common").read_text() == "secret of first"
    assert [path.name for path in tmp_path.glob("common*")] == ["common"]


def test_real_first_starts_at_once_have_the_same_secrets_and_keep_them(tmp_path):
    said = {printed(process) for process in [start(tmp_path, SHOW) for _ in range(4)]}
    assert len(said) == 1
    assert said == {printed(start(tmp_path, SHOW))}
    assert {path.name: rights(path) for path in tmp_path.iterdir()} == dict.fromkeys(NAMES.values(), 0o600)


def test_two_installations_have_different_secrets(tmp_path):
    first, second = (printed(process).splitlines() for process in [start(tmp_path / name, SHOW) for name in "ab"])
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_secrets_that_were_chosen_are_used_and_none_is_made(tmp_path):
    key = "A" * 86 + "=="
    chosen = {"SECRET_KEY": "chosen", "CONVERSATION_KEY": key, "RASA_TOKEN": "chosen-for-rasa-1"}
    said = printed(start(tmp_path, SHOW, **chosen)).splitlines()
    assert said == ["chosen", str([bytes(64)]), "chosen-for-rasa-1"]
    assert list(tmp_path.iterdir()) == []
