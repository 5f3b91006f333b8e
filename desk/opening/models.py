"""What colleagues say of the opening hours of an office; it overrules data/programmes/ and the public holidays."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Said(models.Model):
    """Who said it, and when."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        abstract = True


class DecidedDay(Said):
    """A day on which the office of a programme is closed, or open although it is a holiday."""

    programme = models.CharField(_("programme"), max_length=20)
    day = models.DateField(_("day"))
    is_closed = models.BooleanField(_("the office is closed"))
    reason = models.CharField(_("reason"), max_length=100)  # for colleagues

    class Meta:
        verbose_name = _("decided day")
        verbose_name_plural = _("decided days")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["programme", "day"], name="one_decision_per_day")]

    def __str__(self) -> str:
        return f"{self.programme} {self.day}"


class WeeklyHours(Said):
    """The opening hours of a week, written as in data/programmes/; with days they count from the first to the last."""

    programme = models.CharField(_("programme"), max_length=20)
    hours = models.JSONField(_("hours"))  # {"monday": ["09:00-12:30", "13:30-16:00"], ...}
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(first_day=None), name="one_usual_week_per_programme"
            ),
            models.UniqueConstraint(fields=["programme", "first_day", "last_day"], name="weekly_hours_once"),
            models.CheckConstraint(
                condition=models.Q(first_day=None, last_day=None)
                | models.Q(first_day__isnull=False, last_day__isnull=False, first_day__lte=models.F("last_day")),
                name="both_days_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.first_day or ''}"
