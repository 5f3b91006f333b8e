"""A PostgreSQL server of our own, for tests and measurements; from the programs that Debian installs."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
# PostgreSQL refuses to run as root.
AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def postgresql() -> Iterator[str]:
    """The server with an empty database, as a DATABASE_URL; both are gone afterwards."""
    folder, port = Path(tempfile.mkdtemp(prefix="pg-")), _free_port()
    if AS_POSTGRES:
        shutil.chown(folder, "postgres")
    options = f"-p {port} -k {folder} -h 127.0.0.1"
    try:
        _run(folder, "initdb", "-D", "data", "-U", "desk", "-A", "trust")
        _run(folder, "pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start")
        _run(folder, "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "desk", "assistant")
        yield f"postgres://desk@127.0.0.1:{port}/assistant"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _run(folder, "pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, program: str, *arguments: str) -> None:
    command = [str(BINARIES / program), *arguments]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **AS_POSTGRES)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
