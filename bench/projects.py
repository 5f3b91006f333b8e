"""The two sides of the comparison: our assistant and the project of `rasa init`, trained on the same messages."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.importer import topic_titles
from desk.content.selectors import topics
from desk.management.commands.serve import CHANNEL_SETTINGS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr", "ar", "ary")
# The first messages of each label and language: with 3, stock is trained in about 12 minutes on 2 cores.
SAMPLE = int(os.environ.get("BENCH_SAMPLE", "3"))
TOKEN = "bench-bench-bench-bench"
ENVIRONMENT = {
    **os.environ,
    **dict.fromkeys(CHANNEL_SETTINGS, ""),
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONPATH": str(ROOT),
    "RASA_TOKEN": TOKEN,
    "ACTION_ENDPOINT_URL": "http://127.0.0.1:1/",
    "MODEL_URL": "http://127.0.0.1:1/",
    "DEFAULT_LANGUAGE": "fr",
}
yaml = YAML()


@dataclass(frozen=True)
class Project:
    """A folder from which one side is trained and served."""

    name: str
    train: list[str]  # the command after `python -m`
    serve: list[str]
    folder: Path
    environment: dict[str, str]

    def run_training(self) -> float:
        """Train; returns the seconds it took, Rasa's start and validation included."""
        start = time.monotonic()
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", *self.train],
            cwd=self.folder,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.monotonic() - start

    def start(self) -> subprocess.Popen[bytes]:
        """Start the dialogue server, without waiting for it."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *self.serve],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def sample() -> Iterator[tuple[str, dict[str, Any]]]:
    """Blocks of training messages, cut short, with the language of each."""
    for language in LANGUAGES:
        for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
            for block in yaml.load(path)["nlu"]:
                examples = "\n".join(block["examples"].splitlines()[:SAMPLE]) + "\n"
                yield language, {"intent": block["intent"], "metadata": {"language": language}, "examples": examples}


def write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)


def ours(folder: Path, port: int, data: str) -> Project:
    """Our assistant, trained on the NLU data of a folder."""
    model = f"{folder.name}.tar.gz"
    options = ["--fixed-model-name", folder.name, "--out", str(folder), "--force"]
    return Project(
        folder.name,
        ["rasa", "train", "--data", data, "data/rules.yml", *options],
        ["bot.server", "--port", str(port), "--model", str(folder / model)],
        ROOT,
        {**ENVIRONMENT, "TRACKER_STORE_URL": f"sqlite:///{folder}/tracker.db"},
    )


def ours_on_all(folder: Path, port: int) -> Project:
    """Our assistant as it is."""
    folder.mkdir()
    return ours(folder, port, "data/nlu")


def ours_on_sample(folder: Path, port: int) -> Project:
    """Our assistant with the sample."""
    for number, (language, block) in enumerate(sample()):
        write(folder / "nlu" / language / f"{number}.yml", {"version": "3.1", "nlu": [block]})
    return ours(folder, port, str(folder / "nlu"))


def stock(folder: Path, port: int) -> Project:
    """A project as `rasa init` makes it, with our intents, answers and the sample; the titles of topics are messages too."""
    blocks = [block for _, block in sample()]
    titles = [{"intent": intent, "examples": f"- {title}\n"} for intent, title in topic_titles()]
    intents = sorted({block["intent"].partition("/")[0] for block in blocks})
    said = {f"utter_{intent}": [{"text": intent}] for intent in intents if intent != "faq"}
    answers = {f"utter_faq/{name}": [{"text": topic.answer}] for name, topic in topics().items()}
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]} for intent in intents]
    domain = {"version": "3.1", "intents": intents, "actions": ["utter_faq"], "responses": said | answers}
    write(
        folder / "config.yml",
        {"recipe": "default.v1", "assistant_id": "stock", "language": "en", "pipeline": None, "policies": None},
    )
    write(folder / "domain.yml", domain)
    write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": [*blocks, *titles]})
    write(folder / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    write(folder / "credentials.yml", {"rest": None})
    store = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")}
    write(folder / "endpoints.yml", {"tracker_store": store})
    serve = ["rasa", "run", "--enable-api", "--auth-token", TOKEN, "--interface", "127.0.0.1", "--port", str(port)]
    return Project("stock", ["rasa", "train"], serve, folder, ENVIRONMENT)


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
