"""What an upgrade does with requests that are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest

pytestmark = pytest.mark.both_databases
BEFORE = [("callbacks", "0002_voice")]


@pytest.fixture
def upgraded(transactional_db):
    """Goes back, lets the test write rows, and upgrades."""
    executor = MigrationExecutor(connection)
    executor.migrate([("alerts", None), *BEFORE])
    old = executor.loader.project_state(BEFORE).apps.get_model("callbacks", "CallbackRequest")

    def upgrade():
        last = MigrationExecutor(connection)
        last.migrate(last.loader.graph.leaf_nodes())

    yield old, upgrade
    upgrade()


def test_a_plain_number_is_encrypted_and_nobody_reads_that_we_are_late(upgraded):
    old, upgrade = upgraded
    values = {"programme": "morocco", "language": "fr", "safety": "call_only", "promised_at": timezone.now()}
    for number, phone in enumerate(("+212612345678", "")):
        contact = "phone" if phone else "chat"
        old.objects.create(
            reference=f"AAA-00{number}", conversation_id=f"web-{number}", phone=phone, contact=contact, **values
        )
    upgrade()
    with connection.cursor() as database:
        database.execute("SELECT phone FROM callbacks_callbackrequest ORDER BY reference")
        stored = [value for (value,) in database.fetchall()]
    assert "612345678" not in stored[0]
    assert stored[1] == ""
    assert [request.phone for request in CallbackRequest.objects.order_by("reference")] == ["+212612345678", ""]
    assert not CallbackRequest.objects.filter(escalated_at=None).exists()


def test_alerts_that_wait_are_still_sent_and_those_that_were_sent_are_not(upgraded):
    old, upgrade = upgraded
    values = {"programme": "morocco", "language": "fr", "safety": "call_only", "promised_at": timezone.now()}
    request = old.objects.create(reference="AAA-000", conversation_id="web-1", contact="chat", **values)
    alert = {"kind": "created", "recipient": "desk@example.org", "language": "fr", "due_at": timezone.now()}
    request.alerts.create(**alert)
    request.alerts.create(**alert, sent_at=timezone.now())
    upgrade()
    assert list(Alert.objects.order_by("pk").values_list("status", "recipient", "sent_over")) == [
        ("waiting", "desk@example.org", ""),
        ("sent", "desk@example.org", "email"),
    ]
