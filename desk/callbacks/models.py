"""A person who asked to be contacted, and what counsellors did about it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.encryption import EncryptedTextField


class CallbackRequest(models.Model):
    """One request of one conversation. At most one of a conversation is open."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled by the person")

    class Contact(models.TextChoices):
        PHONE = "phone", _("phone call")
        CHAT = "chat", _("answer in the chat")

    class Safety(models.TextChoices):
        CALL_AND_MESSAGE = "call_and_message", _("safe to call and to leave a message")
        CALL_ONLY = "call_only", _("safe to call, leave no message")
        CHAT_ONLY = "chat_only", _("not safe to call, answer in the chat")

    class Language(models.TextChoices):
        FR = "fr", "Français"
        AR = "ar", "العربية"
        EN = "en", "English"

    class Outcome(models.TextChoices):
        INFORMED = "informed", _("reached and informed")
        REFERRED = "referred", _("referred to another organisation")
        NOT_REACHED = "not_reached", _("not reached")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        NO_LONGER_WANTED = "no_longer_wanted", _("no longer wanted")

    reference = models.CharField(_("reference"), max_length=7, unique=True, editable=False)
    conversation_id = models.CharField(_("conversation"), max_length=255, db_index=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    urgent = models.BooleanField(_("urgent"), default=False)
    programme = models.CharField(_("programme"), max_length=20)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    name = models.CharField(_("name or alias"), max_length=80, blank=True)
    contact = models.CharField(_("how to contact"), max_length=5, choices=Contact)
    phone = EncryptedTextField(_("phone"), blank=True, validators=[MaxLengthValidator(20)])
    language = models.CharField(_("language"), max_length=2, choices=Language)
    wish = models.CharField(_("wished time"), max_length=30, blank=True)
    safety = models.CharField(_("is it safe to call?"), max_length=20, choices=Safety)
    voice = models.CharField(_("voice message"), max_length=255, blank=True)  # the channel's name of it
    promised_at = models.DateTimeField(_("promised by"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="claimed_requests",
        verbose_name=_("taken by"),
    )
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("counsellors told again"), null=True, blank=True)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("callback request")
        verbose_name_plural = _("callback requests")
        ordering = ["-urgent", "promised_at"]
        indexes = [
            models.Index(fields=["status", "-urgent", "promised_at"], name="queue"),
            models.Index(fields=["claimed_by"], condition=models.Q(status="open"), name="queue_mine"),
            models.Index(fields=["status", "-updated_at", "programme"], name="queue_closed"),
            models.Index(fields=["created_at"], name="request_asked"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation_id"], condition=models.Q(status="open"), name="one_open_request_per_conversation"
            ),
            models.CheckConstraint(
                condition=models.Q(contact="chat") | ~models.Q(phone=""), name="a_call_needs_a_phone"
            ),
            models.CheckConstraint(
                condition=~models.Q(contact="phone", safety="chat_only"), name="no_call_when_not_safe"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def expected_at(self) -> datetime:
        """When the person expects to hear from us: the time agreed last, else the one promised."""
        return self.next_attempt_at or self.promised_at


class Entry(models.Model):
    """One line of a request's history. Written once, never changed; it goes when the person's data are erased."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("changed by the person")
        CANCELLED = "cancelled", _("cancelled by the person")
        ESCALATED = "escalated", _("late: counsellors told again")
        MOVED = "moved", _("promise moved")
        CLAIMED = "claimed", _("taken")
        RELEASED = "released", _("given back")
        ASSIGNED = "assigned", _("given to someone")
        NOTE = "note", _("note")
        ATTEMPT = "attempt", _("attempt")
        REFERRED = "referred", _("referred")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("opened again")
        REVEALED = "revealed", _("phone number shown")
        WRITTEN = "written", _("message to the person")

    class Result(models.TextChoices):
        REACHED = "reached", _("reached")
        NO_ANSWER = "no_answer", _("no answer")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        UNSAFE = "unsafe", _("not safe to speak")

    request = models.ForeignKey(CallbackRequest, models.CASCADE, related_name="entries", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    result = models.CharField(_("result"), max_length=20, choices=Result, blank=True)
    about = models.CharField(
        _("about"), max_length=150, blank=True
    )  # another account, an organisation, an outcome, two times
    text = EncryptedTextField(_("text"), blank=True)
    deliveries = models.JSONField(default=list)  # keys of the messages to the person
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("entry of the history")
        verbose_name_plural = _("history")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "at"], name="entry_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.request_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("an entry of the history is never changed")
        super().save(*args, **kwargs)
