"""The process that trains for the desk; whole trainings are in tests/desk/understanding/test_training.py."""

import json
import logging
import os
import signal
import subprocess
import sys
import time

from bot.candidate import NICE, Progress, judged_before

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import os, time; from bot.candidate import end_with; os.nice(%d); end_with(os.getppid()); print('ready', flush=True); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_it_steps_back_and_ends_when_the_worker_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", PARENT % NICE], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "ready\n"
    assert os.getpriority(os.PRIO_PROCESS, child) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert is_gone(child, within_s=20)


def is_gone(pid: int, within_s: float) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().split()[2] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_progress_is_written_line_by_line(tmp_path):
    progress = Progress(tmp_path / "progress.jsonl")
    log = logging.getLogger("of-this-test")
    log.addHandler(progress)
    log.warning("Starting to train component 'Rules'.")
    log.warning("Finished training component 'Rules'.")
    log.warning("Starting to train component 'TopicClassifier'.")
    progress.say("measuring")
    lines = map(json.loads, (tmp_path / "progress.jsonl").read_text().splitlines())
    assert [(line["step"], line["part"]) for line in lines] == [("training", 1), ("training", 2), ("measuring", 0)]


def test_with_a_model_that_cannot_be_read_there_is_nothing_to_compare(tmp_path):
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"of another version")
    assert judged_before(str(broken), [("bonjour", "greet", "fr")]) is None
    assert judged_before(str(tmp_path / "nothing.tar.gz"), []) is None
