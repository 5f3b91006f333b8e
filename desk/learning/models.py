"""What is asked, as bare counts; and for a while the messages from which the assistant can learn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.encryption import EncryptedTextField


class Tally(models.Model):
    """How often something was asked on a day, and what came of it. It knows no person and no conversation."""

    KEY = ("day", "topic", "language", "programme", "channel")
    COUNTS = ("answered", "suggested", "unanswered", "helpful", "unhelpful")

    day = models.DateField()
    topic = models.CharField(max_length=100)  # the id of a topic, or the name of an intent
    language = models.CharField(max_length=5)
    programme = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=20)
    answered = models.PositiveIntegerField(default=0)
    suggested = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    helpful = models.IntegerField(default=0)
    unhelpful = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "topic", "language", "programme", "channel"], name="one_tally_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.topic}"


class OfPerson(models.Model):
    """What a person can have erased: `reference` stands for the conversation and cannot be turned back into it."""

    reference = models.CharField(max_length=32, db_index=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True


class Message(OfPerson):
    """A scrubbed message that was not understood, or whose answer did not help."""

    class Kind(models.TextChoices):
        SUGGESTED = "suggested", _("not sure: asked “did you mean”")
        UNANSWERED = "unanswered", _("no answer")
        UNHELPFUL = "unhelpful", _("answer not helpful")

    kind = models.CharField(max_length=12, choices=Kind)
    text = EncryptedTextField()
    language = models.CharField(max_length=5)
    topic = models.CharField(max_length=100, blank=True)  # the answer that did not help
    nearest = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Rating(OfPerson):
    """What a person said of an answer; who says it again, or otherwise, is counted once. The rest names the tally."""

    is_helpful = models.BooleanField()
    day = models.DateField()
    topic = models.CharField(max_length=100)
    language = models.CharField(max_length=5)
    programme = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference", "topic"], name="one_rating_per_answer")]

    def __str__(self) -> str:
        return f"{self.topic} {self.is_helpful}"


class Erased(models.Model):
    """A conversation that was erased a short while ago: what was noted of it before and comes later is not kept."""

    reference = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
