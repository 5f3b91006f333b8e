"""What editors change about how messages are understood, and the models that were trained of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What a person writes; Darija is answered in Arabic."""

    EN = "en", _("English")
    FR = "fr", _("French")
    AR = "ar", _("Arabic")
    ARY = "ary", _("Darija")


class Message(models.Model):
    """A message as people write it, and what it is to be understood as."""

    label = models.CharField(_("question"), max_length=100, db_index=True)  # id of a topic, or name of an intent
    language = models.CharField(_("language"), max_length=3, choices=Language)
    text = models.CharField(_("message"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.label} {self.language}"


class Example(Message):
    """An example that the assistant learns from, added to those of data/nlu/ or, among these, removed."""

    class State(models.TextChoices):
        ADDED = "added", _("added")
        REMOVED = "removed", _("removed")

    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ADDED)

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        constraints = [models.UniqueConstraint(fields=["label", "language", "text"], name="example_once")]


class TestMessage(Message):
    """A message that the assistant never learns from: it measures with it."""

    __test__ = False  # for pytest: no test

    class Meta:
        verbose_name = _("test message")
        verbose_name_plural = _("test messages")
        constraints = [models.UniqueConstraint(fields=["language", "text"], name="test_message_once")]


class TrainingRun(models.Model):
    """One training: asked for by an editor, done by the worker. At most one is open."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits for the worker")
        TRAINING = "training", _("learns")
        MEASURING = "measuring", _("is measured")
        REFUSED = "refused", _("refused")
        READY = "ready", _("in use since then")
        FAILED = "failed", _("failed")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    is_open = models.BooleanField(default=True)
    part = models.PositiveSmallIntegerField(default=0)  # of the model, that is learned
    attempt = models.PositiveSmallIntegerField(default=0)  # how often it was started
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # when the worker last looked after it
    ended_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)  # of bot.evaluate
    comparison = models.JSONField(null=True)  # before, changes, tests: of bot.candidate
    refusal = models.JSONField(null=True)  # falls, and texts of cries for help that are lost
    override_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    override_reason = models.CharField(max_length=200, blank=True)
    log = models.TextField(blank=True)  # the end of what a failed training said

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=models.Q(is_open=True), name="one_open_training"),
            models.CheckConstraint(
                condition=models.Q(is_open=True, state__in=["queued", "training", "measuring"])
                | models.Q(is_open=False, state__in=["refused", "ready", "failed"]),
                name="open_until_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Model(models.Model):
    """A trained model, kept as a file. Those that were in use form a stack: rolling back takes the newest off."""

    fingerprint = models.CharField(max_length=64, unique=True)
    run = models.ForeignKey(TrainingRun, models.SET_NULL, null=True, related_name="models")
    in_use = models.BooleanField(default=False)  # none: the model of the files is in use
    published_at = models.DateTimeField(null=True)  # None: never, or taken off by a roll back
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=models.Q(in_use=True), name="one_model_in_use"),
            models.CheckConstraint(
                condition=models.Q(in_use=False) | models.Q(published_at__isnull=False), name="in_use_since_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]
