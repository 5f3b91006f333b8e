"""Rules with routes, and the accounts and requests of the callbacks' tests."""

import sys
from pathlib import Path

import pytest

from desk.alerts.models import Route, Rule
from tests.desk.callbacks.conftest import account, waiting  # noqa: F401

sys.path.append(str(Path(__file__).resolve().parents[2] / "e2e"))


@pytest.fixture
def rule(db):
    """Builds a rule from its routes: (means, address) or (means, address, position)."""

    def build(*routes, reads="fr", **values):
        made = Rule.objects.create(name=f"rule {Rule.objects.count()}", **values)
        for place, (means, address, *position) in enumerate(routes):
            Route.objects.create(
                rule=made, means=means, address=address, language=reads, position=position[0] if position else place
            )
        return made

    return build


@pytest.fixture
def chosen(settings):
    """Sets settings of .env."""

    def choose(**values):
        settings.CHOSEN = {**settings.CHOSEN, **values}

    return choose


@pytest.fixture
def telegram(chosen):
    """Telegram, on this machine."""
    from telegram_peer import TelegramPeer

    with TelegramPeer("700000001:" + 35 * "a") as peer:
        chosen(TELEGRAM_TOKEN=peer.token, TELEGRAM_API_URL=peer.url)
        yield peer
    assert peer.faults == []


@pytest.fixture
def twilio(chosen):
    """Twilio, on this machine."""
    from twilio_peer import TwilioPeer

    sid, token, number = "AC" + 32 * "0", 32 * "7", "+14155238886"
    with TwilioPeer(sid, token, number) as peer:
        chosen(
            TWILIO_ACCOUNT_SID=sid,
            TWILIO_AUTH_TOKEN=token,
            TWILIO_API_URL=peer.url,
            WHATSAPP_NUMBER=number,
            ALERT_SMS_FROM="+14155550100",
        )
        yield peer
    assert peer.faults == []
