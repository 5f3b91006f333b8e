"""What counsellors fill in."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.callbacks.models import CallbackRequest, Entry
from desk.content.selectors import topics
from desk.conversations.record import country, title
from desk.people.selectors import Account, counsellors_of
from desk.programmes.selectors import programme_timezone, programmes

LONGEST = 2000


class QueueFilter(forms.Form):
    """The filters above the queue; each may be empty."""

    status = forms.ChoiceField(label=_("status"), choices=CallbackRequest.Status, required=False)
    who = forms.ChoiceField(
        label=_("whose"), choices=[("", _("all")), ("mine", _("mine")), ("free", _("not taken"))], required=False
    )
    programme = forms.ChoiceField(label=_("programme"), required=False)
    language = forms.ChoiceField(
        label=_("language"), choices=[("", _("all")), *CallbackRequest.Language.choices], required=False
    )

    topic = forms.ChoiceField(label=_("subject"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        asked = ((name, title(name, get_language() or "en")) for name in topics())
        self.fields["topic"].choices = [("", _("all")), *sorted(asked, key=lambda choice: choice[1])]
        self.fields["programme"].choices = [
            ("", _("all")),
            *((name, country(name, get_language() or "en")) for name in programmes()),
        ]


class Words(forms.Form):
    """A note or a message."""

    text = forms.CharField(label=_("text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))


class WithNote(forms.Form):
    """A step with a note for colleagues, which may stay empty; it comes last."""

    text = forms.CharField(
        label=_("note"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "text"), "text"])


class Attempt(WithNote):
    """What came of an attempt."""

    result = forms.ChoiceField(label=_("result"), choices=Entry.Result)
    next_at = forms.DateTimeField(
        label=_("next attempt (office time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def next_in_office(self, programme: str) -> datetime | None:
        """The moment that was chosen, read on the clock of the office."""
        chosen = self.cleaned_data["next_at"]
        return timezone.make_naive(chosen).replace(tzinfo=programme_timezone(programme)) if chosen else None


class Referral(WithNote):
    """Where a person was sent."""

    organisation = forms.CharField(label=_("organisation"), max_length=150)


class Closing(WithNote):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=CallbackRequest.Outcome)


class Handing(forms.Form):
    """To whom a request goes."""

    to = forms.ModelChoiceField(label=_("to"), queryset=None)

    def __init__(self, *args: object, programme: str, user: Account, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = counsellors_of(programme).exclude(pk=user.pk)


def complaint(form: forms.Form) -> str:
    """Which field is wrong and why."""
    return " ".join(f"{form[name].label}: {' '.join(errors)}" for name, errors in form.errors.items())
