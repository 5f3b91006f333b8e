"""`make bench-desk`: how fast the counsellors' pages are with 100,000 closed and 500 open requests.

On SQLite and, where it is installed, on PostgreSQL, each with a database made for this run; about three minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgresql import BINARIES, postgresql

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "build" / "bench-desk.json"


def main() -> None:
    """Prints and writes build/bench-desk.json."""
    report = {"sqlite": pages("")}
    if BINARIES:
        with postgresql() as url:
            report["postgresql"] = pages(url)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def pages(database_url: str) -> dict[str, dict[str, float]]:
    """The figures of each page, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        chosen = {"DATABASE_URL": database_url, "VAR_DIR": folder, "RASA_PORT": "1", "DEBUG": "no"}
        command = [sys.executable, "-W", "ignore", "-m", "bench.desk_pages"]
        run = subprocess.run(command, cwd=ROOT, env={**os.environ, **chosen}, check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


if __name__ == "__main__":
    main()
