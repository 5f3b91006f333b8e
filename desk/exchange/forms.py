"""What a translator chooses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.content.selectors import topic_groups
from desk.exchange.rows import ALL, MOST_BYTES, OPEN

LANGUAGES = [("fr", _("French")), ("ar", _("Arabic"))]
FORMATS = [("xlsx", _("spreadsheet (XLSX)")), ("po", _("PO file, for Poedit and the like"))]


class Download(forms.Form):
    """Which texts, in which kind of file."""

    language = forms.ChoiceField(label=_("translation into"), choices=LANGUAGES)
    format = forms.ChoiceField(label=_("kind of file"), choices=FORMATS)
    which = forms.ChoiceField(label=_("texts"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        groups = [(name, name.replace("_", " ")) for name in topic_groups()]
        self.fields["which"].choices = [
            (OPEN, _("only those that are missing or stale")),
            (ALL, _("all")),
            (_("one group"), groups),
        ]


class Upload(forms.Form):
    """A file that comes back."""

    language = forms.ChoiceField(label=_("translation into"), choices=LANGUAGES)
    file = forms.FileField(
        label=_("file"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".xlsx,.po"})
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large."))
        return file
