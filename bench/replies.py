"""`make bench`: reply time, training time and memory beside stock Rasa, in one run on one machine.

Stock is the configuration of `rasa init` (DIET, ResponseSelector, TED) with the same intents and answers, trained on a
sample of the same messages; ours is trained on all of them. Only the ratios mean something beyond this machine.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from desk.content.selectors import topics

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "build" / "bench.json"
SAMPLE = 4  # messages for each intent and language: stock must be trained in minutes
LANGUAGES = ("fr", "en", "ar")
ROUNDS = 3
QUESTIONS = (
    "est-ce que c'est gratuit",
    "how do i apply",
    "كم من الوقت تستغرق العودة",
    "bonjour",
    "can i change my mind",
    "j'ai perdu mon passeport",
)
ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
OURS_PORT, STOCK_PORT = 5305, 5306
yaml = YAML()


def blocks() -> list[dict[str, Any]]:
    """The training messages of three languages."""
    paths = (path for language in LANGUAGES for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")))
    return [block for path in paths for block in yaml.load(path)["nlu"]]


def write_stock(folder: Path) -> None:
    """A project as `rasa init` makes it, with our intents and answers."""
    sample = [
        {"intent": block["intent"], "examples": "\n".join(block["examples"].splitlines()[:SAMPLE]) + "\n"}
        for block in blocks()
    ]
    intents = sorted({block["intent"].partition("/")[0] for block in sample})
    said = {f"utter_{intent}": [{"text": intent}] for intent in intents if intent != "faq"}
    answers = {f"utter_faq/{name}": [{"text": topic.answer}] for name, topic in topics().items()}
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]} for intent in intents]
    files = {
        "config.yml": {
            "recipe": "default.v1",
            "assistant_id": "stock",
            "language": "en",
            "pipeline": None,
            "policies": None,
        },
        "domain.yml": {"version": "3.1", "intents": intents, "actions": ["utter_faq"], "responses": said | answers},
        "data/nlu.yml": {"version": "3.1", "nlu": sample},
        "data/rules.yml": {"version": "3.1", "rules": rules},
        "credentials.yml": {"rest": None},
        "endpoints.yml": {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")}},
    }
    (folder / "data").mkdir()
    for name, content in files.items():
        with (folder / name).open("w", encoding="utf-8") as file:
            yaml.dump(content, file)


def run(*command: str, folder: Path) -> float:
    """Run a command to its end; returns the seconds it took."""
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *command],
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - start


def train_stock(folder: Path) -> float:
    write_stock(folder)
    return run("rasa", "train", folder=folder)


def train_ours(folder: Path) -> float:
    return run(
        "rasa",
        "train",
        "--data",
        "data/nlu",
        "data/rules.yml",
        "--out",
        str(folder),
        "--fixed-model-name",
        "ours",
        "--force",
        folder=ROOT,
    )


def serve(port: int, folder: Path, *options: str) -> subprocess.Popen:
    """Start a dialogue server and wait until it answers."""
    environment = {
        **ENVIRONMENT,
        "TRACKER_STORE_URL": f"sqlite:///{folder}/ours.db",
        "ACTION_ENDPOINT_URL": "http://127.0.0.1:1/",
    }
    cwd = ROOT if options else folder
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "rasa",
        "run",
        "--interface",
        "127.0.0.1",
        "--port",
        str(port),
        *options,
    ]
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            reply(port, "start", "bonjour")
            return process
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"the server on port {port} did not start")


def reply(port: int, sender: str, text: str) -> list[dict[str, Any]]:
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def memory_mb(pid: int) -> int:
    """Resident memory, as Linux tells it."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def measure(port: int, process: subprocess.Popen) -> dict[str, float]:
    """Reply times over the REST channel, each conversation short, and the memory of the server."""
    times = []
    for turn in range(ROUNDS * 5):
        for text in QUESTIONS:
            start = time.perf_counter()
            assert reply(port, f"bench-{turn}", text), f"no reply to {text}"
            times.append((time.perf_counter() - start) * 1000)
    times = sorted(times[len(QUESTIONS) :])
    return {
        "reply_p50_ms": round(statistics.median(times), 1),
        "reply_p95_ms": round(times[int(len(times) * 0.95)], 1),
        "memory_mb": memory_mb(process.pid),
    }


def main() -> None:
    """Train and serve both, one after the other, and write build/bench.json."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        (stock_folder := folder / "stock").mkdir()
        result = {
            "ours": {"training_s": round(train_ours(folder), 1)},
            "stock": {"training_s": round(train_stock(stock_folder), 1)},
        }
        ours = (
            "--model",
            str(folder / "ours.tar.gz"),
            "--endpoints",
            "endpoints.yml",
            "--credentials",
            "credentials.yml",
        )
        for name, port, options, home in (("ours", OURS_PORT, ours, folder), ("stock", STOCK_PORT, (), stock_folder)):
            process = serve(port, home, *options)
            result[name] |= measure(port, process)
            process.kill()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result["ratio"] = {key: round(result["stock"][key] / result["ours"][key], 1) for key in result["ours"]}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
