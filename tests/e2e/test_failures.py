"""What a person and a counsellor see when a part is down, killed or broken."""

import os
import re
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from system import Person, System

REFERENCE = re.compile(r"[A-Z3-9]{3}-[A-Z3-9]{3}")


@contextmanager
def stopped(system: System, *names: str) -> Iterator[None]:
    for name in names:
        system.kill(name)
    try:
        yield
    finally:
        system.start(*names)


def ask_for_callback(person: Person) -> str:
    person.types("i want to talk to a person")
    for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"en"', '"any"', '"other"', '"send"'):
        person.taps(answer)
    return person.text


def wait_for_mail(system: System, reference: str, seconds: float = 30) -> list[str]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = [mail["To"] for mail in system.mails() if reference in mail["Subject"]]
        if len(found) >= 2:
            return found
        time.sleep(0.2)
    return []


def test_with_the_action_server_down_the_person_hears_so_and_questions_are_still_answered(
    person: Person, system: System
):
    person.types("bonjour")
    with stopped(system, "actions"):
        person.types("je veux parler à quelqu'un")
        assert "+212 5 37 65 28 81" in person.text, "a number to call"
        assert person.language == "fr"
        person.types("combien de temps ça prend pour rentrer")
        assert "/faq/time_how_long" in person.payloads[0]
        person.taps('"morocco"')
        assert "+212 5 37 65 28 81" in person.text
    person.types("je veux parler à quelqu'un")
    assert any("/inform" in payload for payload in person.payloads), "it works again"


def test_a_question_in_the_middle_of_a_form_is_answered_with_the_action_server_down(person: Person, system: System):
    person.types("good morning")
    person.taps("/check_eligibility")
    person.taps('"belgium"')
    with stopped(system, "actions"):
        person.types("how much money will i get")
        assert "2022" in person.text
        person.types("Guinea")
        assert "0800 32 745" in person.text
    person.types("Guinea")
    assert any("asylum_pending" in payload for payload in person.payloads), "the check goes on where it was"


def test_a_request_and_its_alert_survive_a_killed_worker(person: Person, system: System):
    with stopped(system, "worker"):
        reference = REFERENCE.search(ask_for_callback(person)).group()
        assert wait_for_mail(system, reference, seconds=1) == []
    assert sorted(wait_for_mail(system, reference)) == ["ar@example.org", "fr@example.org"]


def test_a_request_survives_a_kill_of_every_process(person: Person, system: System):
    reference = REFERENCE.search(ask_for_callback(person)).group()
    with stopped(system, "worker", "actions", "desk", "dialogue"):
        pass
    assert reference in person.types("when will you call me, nobody called")
    assert len(wait_for_mail(system, reference)) >= 2


def test_an_action_server_killed_while_saving_tells_no_lie(person: Person, system: System):
    """Frozen in the middle, then killed: either the request is there, or the person heard that it failed."""
    person.types("i want to talk to a person")
    for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"en"', '"any"', '"other"'):
        person.taps(answer)
    actions = system.running["actions"]
    freeze = os.fork()
    if freeze == 0:
        time.sleep(0.02)
        os.kill(actions.pid, signal.SIGKILL)
        os._exit(0)
    person.taps('"send"')
    os.waitpid(freeze, 0)
    actions.wait(10)
    said_saved = REFERENCE.search(person.text)
    saved = system.rows("SELECT reference FROM callbacks_callbackrequest WHERE conversation_id=?", person.name)
    system.running.pop("actions")
    system.start("actions")
    assert not said_saved or saved == [(said_saved.group(),)]
    assert person.text


def test_when_saving_fails_the_person_is_told_so_and_given_a_number(person: Person, system: System):
    with sqlite3.connect(system.var / "desk.sqlite3", timeout=20) as database:
        database.execute("ALTER TABLE alerts_alert RENAME TO away")
    try:
        text = ask_for_callback(person)
    finally:
        with sqlite3.connect(system.var / "desk.sqlite3", timeout=20) as database:
            database.execute("ALTER TABLE away RENAME TO alerts_alert")
    assert not REFERENCE.search(text)
    assert "+212 5 37 65 28 81" in text
    assert system.rows("SELECT count(*) FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [
        (0,)
    ], "all or nothing"


def test_while_the_database_does_not_answer_what_was_published_is_still_said(person: Person, system: System):
    system.manage("shell", "--verbosity", "0", "-c", PUBLISH)
    wait_until(lambda: "Nobody decides for you." in person.types("who are you"))
    with sqlite3.connect(system.var / "desk.sqlite3", timeout=20) as database:
        database.execute("ALTER TABLE editing_item RENAME TO away")
    try:
        wait_until(lambda: "the database does not answer" in system.log("worker"))
        assert "Nobody decides for you." in person.types("are you a robot or a person")
    finally:
        with sqlite3.connect(system.var / "desk.sqlite3", timeout=20) as database:
            database.execute("ALTER TABLE away RENAME TO editing_item")
    system.manage(
        "shell", "--verbosity", "0", "-c", "from desk.editing.models import *; Version.objects.all().delete()"
    )
    wait_until(lambda: "Nobody decides for you." not in person.types("who are you"))


def wait_until(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.5)


PUBLISH = """
from django.utils import timezone
from desk.content.documents import topic_document
from desk.editing.models import Item, Version
document = topic_document("about_bot_limits")
document["parts"]["answer"]["en"] = "Nobody decides for you."
item = Item.objects.create(kind="topic", key="about_bot_limits")
item.published = Version.objects.create(item=item, document=document, state="published", published_at=timezone.now())
item.save()
"""


def test_the_logs_hold_nothing_of_what_people_wrote(person: Person, system: System):
    secret = "xyzzysecret"
    person.types(f"bonjour je m'appelle {secret}")
    person.types(f"/{secret}")
    with stopped(system, "actions"):
        person.types(f"je veux parler à quelqu'un {secret} +212612345678")
    logs = "".join(system.log(name) for name in ("dialogue", "actions", "desk", "worker"))
    assert secret not in logs
    assert "612345678" not in logs


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"sender": 1, "message": "x"}',
        b'{"sender": "a"}',
        b'{"sender": "", "message": "x"}',
        b"\xff\xfe",
        b'{"sender": "a", "message": "x", "metadata": 3}',
    ],
)
def test_a_malformed_body_gets_an_error_that_says_what_is_wrong(system: System, body: bytes):
    request = urllib.request.Request(
        f"{system.url('dialogue')}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=20)
    assert caught.value.code == 400
    assert b'"error"' in caught.value.read()


def test_servers_listen_on_loopback_only(system: System):
    """Reads the kernel's tables: local address in column 1, state 0A (listening) in column 3."""
    rows = [line.split() for path in ("tcp", "tcp6") for line in Path("/proc/net", path).read_text().splitlines()[1:]]
    for port in system.ports.values():
        hosts = {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
        assert hosts == {"0100007F"}
