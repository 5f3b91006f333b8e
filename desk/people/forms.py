"""What members of staff fill in about themselves, and the filters of the audit page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from desk.callbacks.models import Entry
from desk.people.models import Audit


class Code(forms.Form):
    """A code; `check` gives what it opens, or nothing when it is wrong."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )

    def __init__(self, *args: Any, check: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = check

    def clean_code(self) -> Any:
        found = self.check("".join(self.cleaned_data["code"].lower().replace("-", "").split()))
        if not found:
            raise forms.ValidationError(
                _("This code is wrong, or was used already. Please wait a moment, then try a new one.")
            )
        return found


class AuditFilter(forms.Form):
    """The filters above the record; each may be empty."""

    account = forms.ModelChoiceField(
        label=_("account"),
        queryset=get_user_model().objects.order_by("username"),
        required=False,
        empty_label=_("all"),
    )
    kind = forms.ChoiceField(
        label=_("kind"),
        required=False,
        choices=[
            ("", _("all")),
            *Audit.Kind.choices,
            ("administration", _("changed in the administration")),
            ("revealed", Entry.Kind.REVEALED.label),
        ],
    )
