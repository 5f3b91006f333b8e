"""What editors fill in about the understanding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.content.examples import intents
from desk.content.selectors import topics
from desk.understanding.models import Language
from desk.understanding.words import label_name

WRITTEN = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})


def label_choices() -> list[tuple[str, Any]]:
    """Questions by their titles, then what else a person may write."""
    by_name = [
        sorted(((name, label_name(name)) for name in of), key=lambda pair: pair[1]) for of in (topics(), intents())
    ]
    return [("", "…"), (_("Questions"), by_name[0]), (_("Anything else"), by_name[1])]


class Chosen(forms.Form):
    """The question whose examples are shown."""

    label = forms.ChoiceField(label=_("question"), choices=label_choices)


class Written(forms.Form):
    """A message for a question, in a language."""

    label = forms.CharField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("language"), choices=Language)
    text = forms.CharField(label=_("message, as people write it"), max_length=200, widget=WRITTEN)


class Added(Written):
    """A new example; `is_sure` is sent by the button that confirms."""

    is_sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class Removed(forms.Form):
    """The example that is taken away."""

    label, language, text = forms.CharField(), forms.ChoiceField(choices=Language), forms.CharField()


class Row(forms.Form):
    """The test message that is taken away."""

    label, pk = forms.CharField(), forms.IntegerField()


class Override(forms.Form):
    """Why a refused model is right all the same."""

    reason = forms.CharField(
        label=_("why this model is right all the same"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
