"""What is kept of a conversation beside the dialogue server's own tracker."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.encryption import EncryptedTextField


class Stop(models.Model):
    """A person who wants no more messages of ours. Whoever writes to a conversation asks here first."""

    conversation_id = models.CharField(_("conversation"), max_length=255, primary_key=True)
    stopped_at = models.DateTimeField(_("stopped"), auto_now_add=True)

    class Meta:
        verbose_name = _("stopped conversation")
        verbose_name_plural = _("stopped conversations")

    def __str__(self) -> str:
        return self.conversation_id


class Contact(models.Model):
    """Whether and until when a conversation can be reached on its channel."""

    conversation_id = models.CharField(_("conversation"), max_length=255, primary_key=True)
    last_received_at = models.DateTimeField(_("last message of the person"), null=True)
    unreachable = models.CharField(_("why the person cannot be reached"), max_length=40, blank=True)
    template_sent_at = models.DateTimeField(_("asked to write again"), null=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.conversation_id


class InboundMessage(models.Model):
    """A message of a provider: claimed before it is handled, finished after. Its content is kept no longer than that."""

    channel = models.CharField(_("channel"), max_length=20)
    message_id = models.CharField(_("the provider's id"), max_length=80)
    conversation_id = models.CharField(_("conversation"), max_length=255, blank=True)
    content = models.JSONField(null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    claimed_by = models.CharField(max_length=80)
    claimed_at = models.DateTimeField(_("claimed"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("received message")
        verbose_name_plural = _("received messages")
        constraints = [models.UniqueConstraint(fields=["channel", "message_id"], name="one_claim_per_message")]
        indexes = [
            models.Index(fields=["claimed_at"], condition=models.Q(finished_at=None), name="inbound_open"),
            models.Index(fields=["finished_at"], name="inbound_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}"


class Button(models.Model):
    """What a button stands for that was shown in a conversation; `question` is the form's question it answers."""

    conversation_id = models.CharField(max_length=255)
    token = models.CharField(max_length=32)
    payload = models.TextField()
    question = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation_id", "token"], name="one_token_per_conversation"),
        ]

    def __str__(self) -> str:
        return self.token


class Delivery(models.Model):
    """The outbox of the phone channels: one message of ours to one person, and what became of it."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        HELD = "held", _("held back")
        SENT = "sent", _("has been sent")
        DELIVERED = "delivered", _("delivered")
        READ = "read", _("read")
        FAILED = "failed", _("failed")

    class Reason(models.TextChoices):
        WINDOW = "window", _("WhatsApp allows no message: the person last wrote more than 24 hours ago")
        STOPPED = "stopped", _("the person wants no more messages")
        BLOCKED = "blocked", _("the person blocked the assistant or left")
        REFUSED = "refused", _("the provider refused the message")
        TOO_OFTEN = "too_often", _("every attempt failed")
        UNDELIVERED = "undelivered", _("the provider could not deliver the message")
        SERVER_DOWN = "server_down", _("the dialogue server does not answer")

    conversation_id = models.CharField(_("conversation"), max_length=255)
    inbound = models.ForeignKey(InboundMessage, models.SET_NULL, null=True, related_name="replies")
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    error = models.CharField(_("the provider's error"), max_length=200, blank=True)
    content = models.JSONField(null=True)  # until it is sent
    provider_id = models.CharField(_("the provider's id"), max_length=80, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("message to a person")
        verbose_name_plural = _("messages to people")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["conversation_id", "status"], name="delivery_conversation"),
            models.Index(fields=["due_at"], condition=models.Q(status="queued"), name="delivery_due"),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]
        constraints = [models.UniqueConstraint(fields=["inbound", "position"], name="one_delivery_per_reply")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.created_at:%Y-%m-%d %H:%M}"


class ContentTemplate(models.Model):
    """A message with buttons that Twilio already knows: the same text in the same language is made once."""

    key = models.CharField(max_length=64, primary_key=True)
    sid = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.sid


class Takeover(models.Model):
    """A conversation in which a counsellor writes; the assistant keeps quiet until then."""

    conversation_id = models.CharField(max_length=255, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.conversation_id


class Received(models.Model):
    """What a person wrote or said to a counsellor."""

    conversation_id = models.CharField(max_length=255, db_index=True)
    message_id = models.CharField(max_length=80)
    text = EncryptedTextField(blank=True)
    voice = models.TextField(blank=True)  # the channel's name of a voice message
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["conversation_id", "message_id"], name="received_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
