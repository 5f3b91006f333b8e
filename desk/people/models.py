"""Who works at the desk, as what, and for which programmes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.programmes.selectors import programmes


def known_programmes(names: list[str]) -> None:
    """Raises ValidationError unless each is a programme of data/programmes/."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValidationError(_('Write a list of names, such as ["morocco", "belgium"].'))
    unknown = set(names) - set(programmes())
    if unknown:
        raise ValidationError(_("Unknown programmes: %(names)s"), params={"names": ", ".join(sorted(unknown))})


class Staff(models.Model):
    """The role of one account. An account without one sees nothing of the people who write, unless it is a superuser."""

    class Role(models.TextChoices):
        COUNSELLOR = "counsellor", _("counsellor")
        EDITOR = "editor", _("editor")
        SUPERVISOR = "supervisor", _("supervisor")
        ADMINISTRATOR = "administrator", _("administrator")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.COUNSELLOR)
    programmes = models.JSONField(
        _("programmes"), default=list, blank=True, validators=[known_programmes], help_text='["morocco", "belgium"]'
    )

    telegram_id = models.CharField(max_length=20, unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
