"""The owner of a fact hears by e-mail that it has to be checked again, once a week until it is done."""

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from desk.content.documents import FACT
from desk.editing.models import Item
from desk.editing.selectors import facts_due
from desk.people.selectors import supervisors_of
from desk.programmes.schema import Fact

logger = logging.getLogger(__name__)
BEFORE = timedelta(days=14)
AGAIN_AFTER = timedelta(days=7)


def reminders_send(*, now: datetime) -> int:
    """Write to everybody who keeps facts that are due; how many were written to."""
    today = timezone.localdate(now)
    waiting = {reference: fact for reference, fact in _due(today).items() if not _reminded(reference, today)}
    sent = 0
    for reader, references in _readers(waiting).items():
        if _mail(reader, {reference: waiting[reference] for reference in references}):
            _note(references, today)
            sent += 1
    return sent


def _due(today: date) -> dict[str, Fact]:
    return facts_due(today=today, within=BEFORE)


def _reminded(reference: str, today: date) -> bool:
    return Item.objects.filter(kind=FACT, key=reference, reminded_on__gt=today - AGAIN_AFTER).exists()


def _readers(references: dict[str, Fact]) -> dict[AbstractBaseUser, list[str]]:
    """Who is written to: the owner of each fact, else those who lead its programme."""
    owners = {item.key: item.owner for item in Item.objects.filter(kind=FACT).select_related("owner") if item.owner}
    found = defaultdict(list)
    for reference in references:
        owner = owners.get(reference)
        for reader in [owner] if owner and owner.is_active else supervisors_of(reference.partition(".")[0]):
            if reader.email:
                found[reader].append(reference)
    return found


def _mail(reader: AbstractBaseUser, facts: dict[str, Fact]) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string("editing/due.txt", {"reader": reader, "facts": facts})
        mail = EmailMessage(_("Facts to check again"), text, to=[reader.email])
    try:
        return bool(mail.send())
    except (SMTPException, OSError, ValueError) as error:  # ValueError: an address that cannot be written
        logger.warning("a reminder could not be sent (%s); trying again in an hour", type(error).__name__)
        return False


def _note(references: list[str], today: date) -> None:
    for reference in references:
        Item.objects.update_or_create(kind=FACT, key=reference, defaults={"reminded_on": today})
