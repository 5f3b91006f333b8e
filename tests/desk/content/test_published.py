"""What editors published lies over the files; a file that cannot be read changes nothing."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from desk.content import published
from desk.content.i18n import translate
from desk.content.published import Content, Layer, content, content_parse, using
from desk.content.selectors import handover_topics, topic_get, topic_groups, topics
from desk.datafiles import DATA
from desk.programmes.selectors import fact_get, programme_get

TOPIC = {"group": "time", "title": "How long?", "next": "help_menu", "answer": "It depends."}
FACT = {
    "kind": "phone", "value": "+212537000000", "source": "https://example.org", "source_date": "2026",
    "checked_on": "2026-11-01", "review_by": "2027-05-01", "status": "verified",
}  # fmt: skip
TEXTS = {"fr": {"It depends.": "Cela dépend."}, "ar": {"It depends.": "هذا يختلف."}}


def written(stamp="1", **changes) -> dict:
    return {"stamp": stamp, "topics": {"time_how_long": TOPIC}, "facts": {}, "texts": TEXTS, **changes}


@pytest.fixture
def layer(tmp_path, monkeypatch):
    """A layer that looks at its file each time."""
    monkeypatch.setattr(published, "path", lambda: tmp_path / published.NAME)
    monkeypatch.setattr(published, "LOOK_EVERY_S", 0)
    found = Layer()
    monkeypatch.setattr(published, "_layer", found)
    return found


def put(found: object) -> None:
    draft = published.path().with_suffix(".draft")
    draft.write_text(found if isinstance(found, str) else json.dumps(found), encoding="utf-8")
    os.replace(draft, published.path())


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize(("language", "text"), [("fr", "Cela dépend."), ("ar", "هذا يختلف."), ("en", "It depends.")])
def test_what_was_published_is_said_in_each_language(language, text):
    put(written())
    assert translate(language, topic_get("time_how_long").answer) == text


@pytest.mark.usefixtures("layer")
def test_other_topics_and_texts_stay_those_of_the_files():
    before = dict(topics())
    put(written())
    assert {name for name in before if topics()[name] != before[name]} == {"time_how_long"}
    assert translate("fr", topic_get("money_how_much").title) != topic_get("money_how_much").title


@pytest.mark.usefixtures("layer")
def test_a_new_topic_is_the_last_of_its_group_and_may_be_one_of_danger():
    put(written(topics={"time_lost": {**TOPIC, "handover": True}}))
    assert topic_groups()["time"][-1] == "time_lost"
    assert "time_lost" in handover_topics()


@pytest.mark.usefixtures("layer")
def test_a_fact_is_changed_for_its_programme_only():
    before = fact_get("belgium.hotline")
    put(written(topics={}, facts={"morocco.iom_phone": FACT, "morocco.new_phone": FACT}))
    assert fact_get("morocco.iom_phone").value == fact_get("morocco.new_phone").value == FACT["value"]
    assert fact_get("belgium.hotline") == before
    assert programme_get("morocco").timezone == "Africa/Casablanca"


@pytest.mark.usefixtures("layer")
def test_what_was_published_last_counts_and_taking_the_file_away_brings_back_the_files():
    put(written())
    put(written("2", topics={"time_how_long": {**TOPIC, "answer": "Later."}}))
    assert topic_get("time_how_long").answer == "Later."
    published.path().unlink()
    assert topic_get("time_how_long").answer not in ("Later.", "It depends.")


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps(written(topics={"time_how_long": {"group": "time", "title": "x" * 50}})),
        json.dumps(written(topics={"time_how_long": {k: v for k, v in TOPIC.items() if k != "group"}})),
        json.dumps(written(facts={"morocco.iom_phone": {**FACT, "value": "no number"}})),
        json.dumps({"stamp": "3"}),
    ],
    ids=["empty", "half", "list", "null", "bad topic", "no group", "bad fact", "no parts"],
)
def test_a_broken_file_leaves_what_was_published_and_is_logged_without_its_words(broken, caplog):
    put(written())
    assert topic_get("time_how_long").answer == "It depends."
    put(broken)
    assert topic_get("time_how_long").answer == "It depends."
    assert "published.json cannot be read" in caplog.text
    assert "no number" not in caplog.text


@pytest.mark.usefixtures("layer")
def test_a_broken_file_is_told_once(caplog):
    put("{")
    for _ in range(3):
        content()
    assert caplog.text.count("cannot be read") == 1


def test_the_file_is_looked_at_once_a_second_at_most(tmp_path, monkeypatch):
    monkeypatch.setattr(published, "path", lambda: tmp_path / published.NAME)
    layer = Layer()
    layer.now()
    put(written())
    assert layer.now().stamp == ""


@pytest.mark.usefixtures("layer")
def test_a_reply_under_way_keeps_its_content():
    put(written())
    with using(content()):
        put(written("2", topics={}, texts={"fr": {}, "ar": {}}))
        assert translate("fr", topic_get("time_how_long").answer) == "Cela dépend."
    assert content().stamp == "2"


def test_a_trial_is_seen_by_nobody_else():
    seen = []
    with using(content_parse(written("trial"))):
        thread = threading.Thread(target=lambda: seen.append(topic_get("time_how_long").answer))
        thread.start()
        thread.join()
        assert topic_get("time_how_long").answer == "It depends."
    assert seen != ["It depends."]


WATCHER = """
import sys, time
from desk.content.selectors import topic_get
end = time.monotonic() + 30
print("ready", flush=True)
while time.monotonic() < end and topic_get("time_how_long").answer != "It depends.":
    time.sleep(0.05)
print(topic_get("time_how_long").answer, flush=True)
"""


def test_every_process_says_it_within_five_seconds(tmp_path):
    env = {**os.environ, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WATCHER]
    watchers = [
        subprocess.Popen(command, env=env, cwd=DATA.parent, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [watcher.stdout.readline().strip() for watcher in watchers] == ["ready"] * 3
    began = time.monotonic()
    (tmp_path / "draft").write_text(json.dumps(written()), encoding="utf-8")
    os.replace(tmp_path / "draft", tmp_path / "published.json")
    said = [watcher.communicate(timeout=30)[0].strip() for watcher in watchers]
    assert said == ["It depends."] * 3
    assert time.monotonic() - began < 5


def test_without_a_file_nothing_is_published(tmp_path, monkeypatch):
    monkeypatch.setattr(published, "path", lambda: tmp_path / "not there" / published.NAME)
    assert Layer().now().topics == Content().topics == {}
