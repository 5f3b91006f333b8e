"""Sessions, and what time erases."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people.models import Audit

KEEP_AUDIT = timedelta(days=365)
KEEP_ATTEMPTS = KEEP_DRAFTS = timedelta(days=1)


def sessions_end(*, user: AbstractBaseUser, but: str | None = None) -> None:
    """Sign an account out everywhere, except in the session of this key."""
    running = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    theirs = [row.pk for row in running if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()


def people_tidy() -> None:
    """Delete what is kept for a time only."""
    now = timezone.now()
    Audit.objects.filter(at__lt=now - KEEP_AUDIT).delete()
    LogEntry.objects.filter(action_time__lt=now - KEEP_AUDIT).delete()
    AccessLog.objects.filter(attempt_time__lt=now - KEEP_AUDIT).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - KEEP_ATTEMPTS).delete()
    TOTPDevice.objects.filter(confirmed=False, created_at__lt=now - KEEP_DRAFTS).delete()
    Session.objects.filter(expire_date__lt=now).delete()
