"""The worker command."""

import pytest
from django.core.management import call_command

from desk.callbacks.models import Alert
from desk.callbacks.services import callback_request_save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def test_once_sends_what_is_due_and_ends(answers, mailbox):
    callback_request_save(**answers())
    call_command("worker", once=True)
    assert len(mailbox.mails) == 2
    assert not Alert.objects.filter(sent_at=None).exists()


def test_once_with_nothing_to_send_ends(mailbox):
    call_command("worker", "--once")
    assert mailbox.mails == []


def test_once_ends_also_when_the_mail_server_is_away(answers, smtp_settings):
    callback_request_save(**answers())
    call_command("worker", "--once")
    assert set(Alert.objects.values_list("attempts", "sent_at")) == {(1, None)}
