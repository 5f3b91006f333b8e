"""Who works at the desk, as what, and for which programmes."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

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

    def clean(self) -> None:
        """Somebody must be left who can give roles. Raises ValidationError."""
        others = get_user_model().objects.filter(is_superuser=True, is_active=True).exclude(pk=self.user_id)
        if self.role != self.Role.ADMINISTRATOR and self.user_id and self.user.is_superuser and not others.exists():
            raise ValidationError({"role": _("This is the last administrator: make somebody else one first.")})


class SecondFactor(TOTPDevice):
    """The authenticator app of an account, for Django's admin."""

    class Meta:
        proxy = True
        verbose_name = _("second step at sign-in")
        verbose_name_plural = _("second steps at sign-in")

    def __str__(self) -> str:
        return str(self.user)


class Audit(models.Model):
    """One sensitive action at the desk; never changed, deleted after a year. It holds nothing of the people who write."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        SIGNED_OUT = "signed_out", _("signed out")
        SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", _("signed out on all devices")
        WRONG_PASSWORD = "wrong_password", _("wrong password")
        WRONG_CODE = "wrong_code", _("wrong code")
        LOCKED_OUT = "locked_out", _("locked out")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        FACTOR_SET_UP = "factor_set_up", _("second step set up")
        FACTOR_REMOVED = "factor_removed", _("second step removed")
        BACKUP_CODE_USED = "backup_code_used", _("backup code used")
        TELEGRAM_LINKED = "telegram_linked", _("link with Telegram changed")
        EXPORTED = "exported", _("figures downloaded")
        MODEL_OVERRIDDEN = "model_overridden", _("refused model taken into use")
        MODEL_ROLLED_BACK = "model_rolled_back", _("model rolled back")

    kind = models.CharField(_("kind"), max_length=25, choices=Kind)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    name = models.CharField(max_length=150, blank=True)  # of the account, as it was then
    about = models.CharField(_("about"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("record of an action")
        verbose_name_plural = _("record of actions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("the record of actions is never changed")
        super().save(*args, **kwargs)
