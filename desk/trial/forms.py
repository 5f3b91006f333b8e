"""What a member of staff writes or taps."""

import re
import secrets

from django import forms
from django.core.validators import RegexValidator

from desk.conversations.identity import STAFF

LONGEST = 2000


def conversation_new() -> str:
    """An id for a conversation that is not kept."""
    return f"{STAFF}{secrets.token_urlsafe(12)}"


class Said(forms.Form):
    """One message to both: typed text, or a button with the words it shows."""

    conversation = forms.CharField(validators=[RegexValidator(re.compile(rf"{STAFF}[\w-]{{8,40}}", re.ASCII))])
    draft = forms.CharField(required=False)
    model = forms.RegexField("[0-9a-f]{64}", required=False)
    text = forms.CharField(max_length=LONGEST, required=False)
    payload = forms.CharField(max_length=LONGEST, required=False)
    title = forms.CharField(max_length=100, required=False)

    def clean(self) -> dict[str, str]:
        values = super().clean()
        if not (values.get("text") or values.get("payload")):
            raise forms.ValidationError("text or payload")
        return values
