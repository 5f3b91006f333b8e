"""Who hears of a request, over which route, and what became of each alert."""

import base64
import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.alerts.addresses import address_checked
from desk.callbacks.models import CallbackRequest
from desk.encryption import EncryptedTextField
from desk.errors import Refused


class Kind(models.TextChoices):
    CREATED = "created", _("new request")
    CHANGED = "changed", _("request changed")
    CANCELLED = "cancelled", _("request cancelled")
    LATE = "late", _("the person is waiting")


class Rule(models.Model):
    """For which requests its routes are used. An empty list means: all."""

    class Urgency(models.TextChoices):
        ALL = "all", _("urgent or not")
        URGENT = "urgent", _("only urgent")
        USUAL = "usual", _("only not urgent")

    class Hours(models.TextChoices):
        ALWAYS = "always", _("at any time")
        OPEN = "open", _("while the office is open")
        CLOSED = "closed", _("while the office is closed")

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)
    kinds = models.JSONField(_("of what"), default=list, blank=True)
    programmes = models.JSONField(_("programmes"), default=list, blank=True)
    languages = models.JSONField(_("languages of the person"), default=list, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency, default=Urgency.ALL)
    hours = models.CharField(_("when"), max_length=6, choices=Hours, default=Hours.ALWAYS)

    class Meta:
        verbose_name = _("rule for alerts")
        verbose_name_plural = _("rules for alerts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def secret_create() -> str:
    """A secret for signing, as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Route(models.Model):
    """One way of a rule to reach somebody. The first route is tried first; the next is for when it fails."""

    class Means(models.TextChoices):
        EMAIL = "email", _("e-mail")
        TELEGRAM = "telegram", _("Telegram group")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", _("WhatsApp")
        WEBHOOK = "webhook", _("another system (webhook)")

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="routes", verbose_name=_("rule"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    means = models.CharField(_("by"), max_length=10, choices=Means, default=Means.EMAIL)
    address = models.CharField(
        _("address"),
        max_length=200,
        help_text=_("An e-mail address, the number of a Telegram group, a phone number, or a web address."),
    )
    language = models.CharField(_("language"), max_length=2, choices=CallbackRequest.Language, default="fr")
    secret = EncryptedTextField(
        _("secret"), default=secret_create, help_text=_("Signs what is sent to another system; give it to its owner.")
    )

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_means_display()} {self.address}"

    def clean(self) -> None:
        """Raises ValidationError unless the address fits and the settings for it are there."""
        try:
            self.address = address_checked(self.means, self.address.strip(), self.language)
        except Refused as refused:
            raise ValidationError({"address": str(refused)}) from None


class Alert(models.Model):
    """The outbox: written with the request in one transaction, kept until a route took it or somebody looked at it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("has been sent")
        FAILED = "failed", _("given up")

    request = models.ForeignKey(
        "callbacks.CallbackRequest", models.CASCADE, related_name="alerts", verbose_name=_("request")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, blank=True, verbose_name=_("rule"))
    recipient = models.EmailField(_("recipient"), blank=True)  # when there is no rule
    language = models.CharField(_("language"), max_length=2, default="fr")
    step = models.PositiveSmallIntegerField(_("route"), default=0)  # which of the rule's routes is next
    receipt = models.CharField(
        _("the provider's id"), max_length=80, blank=True
    )  # handed over, not yet known to arrive
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_over = models.CharField(_("sent by"), max_length=10, choices=Route.Means, blank=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(status="waiting"), name="alerts_outbox"),
            models.Index(fields=["created_at"], condition=models.Q(status="failed"), name="alerts_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"
