"""The same system with `DATABASE_URL`: desk and tracker store share one PostgreSQL server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from system import Person, System, free_port

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
pytestmark = pytest.mark.skipif(BINARIES is None, reason="PostgreSQL is not installed")
# PostgreSQL refuses to run as root.
AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp(prefix="pg-")), free_port()
    if AS_POSTGRES:
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [str(BINARIES / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **AS_POSTGRES)

    run("initdb", "-D", str(folder / "data"), "-U", "desk", "-A", "trust")
    options = f"-p {port} -k {folder} -h 127.0.0.1"
    run("pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "desk", "assistant")
        yield f"postgres://desk@127.0.0.1:{port}/assistant"
    finally:
        run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_a_callback_is_saved_and_erased_on_postgresql(database_url: str, tmp_path: Path):
    system = System(tmp_path / "var", {"DATABASE_URL": database_url})
    try:
        system.start("dialogue", "actions")
        person = Person(system, "on-postgresql")
        person.types("i want to talk to a person")
        for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"en"', '"any"', '"other"', '"send"'):
            person.taps(answer)
        assert "/callback_change" in person.payloads
        assert system.manage("worker", "--once") == ""
        assert len(system.mails()) == 2
        for _ in range(40):
            person.types("how long does it take")
        person.types("delete my data")
        person.taps("/erase_my_data")
        person.types("when will you call me, nobody called")
        assert "/request_callback" in person.payloads, "nothing is known any more"
        assert not (tmp_path / "var" / "tracker.sqlite3").exists()
    finally:
        system.stop()
