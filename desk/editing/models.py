"""What editors write over the files of data/: drafts, who looked at them, what was published."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desk.content.documents import FACT, TOPIC


class Item(models.Model):
    """A topic or a fact that somebody edited; what nobody edited is in the files of data/ only."""

    class Kind(models.TextChoices):
        TOPIC = TOPIC, _("question")
        FACT = FACT, _("fact")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(_("name"), max_length=100)  # a topic's id, or "programme.fact"
    published = models.ForeignKey("Version", models.SET_NULL, null=True, related_name="+")  # None: the files count
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)  # the owner, that the fact is due

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("content")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="content_once")]

    def __str__(self) -> str:
        return self.key


class Version(models.Model):
    """One writing of a topic or a fact. Each topic or fact has at most one that is open; those published are kept."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("waits for review")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    OPEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    document = models.JSONField()  # desk/content/documents.py
    based_on = models.JSONField(null=True)  # the document that was published when this was begun; None for a new one
    revision = models.PositiveIntegerField(default=1)  # counts each saving
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    publish_at = models.DateTimeField(null=True)  # planned
    published_at = models.DateTimeField(null=True, db_index=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(state__in=["draft", "in_review", "approved"]),
                name="one_open_version",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="published_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Remark(models.Model):
    """What somebody said of a version, or did with it."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        SUBMITTED = "submitted", _("asked for review")
        RETURNED = "returned", _("gave back")
        APPROVED = "approved", _("approved")
        PLANNED = "planned", _("planned")
        PUBLISHED = "published", _("published")
        FAILED = "failed", _("could not be published")
        DISCARDED = "discarded", _("discarded")
        RESTORED = "restored", _("restored")

    version = models.ForeignKey(Version, models.CASCADE, related_name="remarks")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMMENT)
    text = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"
