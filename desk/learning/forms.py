"""What editors choose about messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.content.selectors import topics
from desk.learning.models import Message
from desk.learning.words import INTENTS, LANGUAGES, NOT_TAUGHT

LONGEST_EXAMPLE = 300  # characters
PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("a year")}


class InboxFilter(forms.Form):
    """Which messages are shown; nothing chosen shows all."""

    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("all")), *LANGUAGES.items()])
    kind = forms.ChoiceField(
        label=_("What became of it"), required=False, choices=[("", _("all")), *Message.Kind.choices]
    )


class Period(forms.Form):
    """How far back figures go."""

    days = forms.ChoiceField(label=_("Period"), choices=list(PERIODS.items()))


class Keys(forms.Form):
    """The messages of a group."""

    keys = forms.RegexField(r"\A\d+( \d+)*\Z", max_length=20000, error_messages={"invalid": _("Reload the page.")})

    def clean_keys(self) -> list[int]:
        """As numbers."""
        return [int(key) for key in self.cleaned_data["keys"].split()]


class Example(Keys):
    """A training message and what it means."""

    text = forms.CharField(label=_("message"), max_length=LONGEST_EXAMPLE)
    language = forms.ChoiceField(label=_("its language"), choices=list(LANGUAGES.items()))
    label = forms.CharField(label=_("means"), max_length=100)

    def clean_label(self) -> str:
        """Raises ValidationError unless it can be learned."""
        label: str = self.cleaned_data["label"]
        if label not in topics() and (label not in INTENTS or label in NOT_TAUGHT):
            raise forms.ValidationError(_("Choose a question from the list."))
        return label


class OutOfScope(Example):
    """A message that is not our subject."""

    label = None

    def clean(self) -> dict[str, Any]:
        """As the service wants it."""
        return {**super().clean(), "label": "out_of_scope"}
