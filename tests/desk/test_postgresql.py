"""The tests marked with `both_databases`, once more on a PostgreSQL server: above all who is first when many are at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_what_must_hold_on_both_databases_holds_on_postgresql(postgresql_url: str, tmp_path: Path):
    chosen = {"DATABASE_URL": postgresql_url, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-m", "both_databases", "-p", "no:cacheprovider", "tests/desk"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **chosen}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-5000:]
    assert int(re.search(r"(\d+) passed", run.stdout)[1]) >= 10
    assert "skipped" not in run.stdout
