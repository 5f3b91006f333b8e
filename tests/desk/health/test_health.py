"""What monitoring reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.services import callback_request_save
from desk.health.models import Heartbeat
from desk.health.services import heartbeat_write

pytestmark = pytest.mark.django_db


def test_the_process_says_that_it_lives(client):
    assert client.get("/health/live").json() == {"desk": "ok"}


def test_ready_when_all_parts_work(client, dialogue_server):
    heartbeat_write(name="worker")
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})
    assert set(answer.json()) == {"database", "dialogue server", "worker", "alerts"}


def test_a_dialogue_server_that_is_away_is_named(client, settings, free_port):
    settings.DIALOGUE_SERVER_URL = f"http://127.0.0.1:{free_port}"
    heartbeat_write(name="worker")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert {part for part, state in answer.json().items() if state != "ok"} == {"dialogue server"}


def test_a_worker_that_is_silent_is_named(client, dialogue_server):
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=2))
    assert client.get("/health/ready").json()["worker"] != "ok"


@pytest.mark.usefixtures("recipients")
def test_alerts_that_are_stuck_are_named(client, dialogue_server, answers):
    callback_request_save(**answers())
    assert client.get("/health/ready").json()["alerts"] == "ok"
    Alert.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert "waits" in client.get("/health/ready").json()["alerts"]


@pytest.mark.usefixtures("recipients")
def test_alerts_that_were_given_up_are_named(client, dialogue_server, answers):
    callback_request_save(**answers())
    Alert.objects.update(status=Alert.Status.FAILED)
    assert "2 could not be sent" in client.get("/health/ready").json()["alerts"]
    assert "desk_alerts_given_up 2.0" in client.get("/metrics").content.decode()


def test_a_sign_of_life_is_written_every_few_seconds_only():
    heartbeat_write(name="worker")
    first = Heartbeat.objects.get().at
    heartbeat_write(name="worker")
    assert Heartbeat.objects.get().at == first
    Heartbeat.objects.update(at=first - timedelta(seconds=11))
    heartbeat_write(name="worker")
    assert Heartbeat.objects.get().at >= first


def test_metrics_are_not_for_who_comes_through_a_proxy(client):
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404


@pytest.mark.usefixtures("recipients")
def test_metrics_count_and_name_nobody(client, answers):
    request, _ = callback_request_save(**answers(urgent=True))
    shown = client.get("/metrics").content.decode()
    assert "desk_requests_free_urgent 1.0" in shown
    assert "desk_alerts_waiting 2.0" in shown
    for secret in (request.reference, request.conversation_id, request.phone, request.name):
        assert secret not in shown
