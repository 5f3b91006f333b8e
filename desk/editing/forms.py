"""What editors fill in about a question, and at each step of its way."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.content.checks import NAME, SERVICES
from desk.content.documents import PARTS, TRANSLATED, Document
from desk.content.i18n import LANGUAGES, SOURCE_LANGUAGE, translate
from desk.content.schema import PROGRAMMES
from desk.content.selectors import topic_groups, topics
from desk.conversations.record import country
from desk.editing.labels import group_label, language_label
from desk.editing.preview import step_title
from desk.editing.services import LONGEST_REMARK
from desk.people.selectors import EDITING
from desk.programmes.selectors import programme_timezone

LONGEST_TEXT = 5000
MOST_RELATED = 2
Choices = list[tuple[str, Any]]


def text_name(part: str, language: str) -> str:
    """The field that holds a text."""
    return f"{part}-{language}"


def direction(language: str) -> str:
    return "rtl" if language == "ar" else "ltr"


class TextField(forms.CharField):
    """A text in lines; browsers send other line ends than the files hold."""

    def to_python(self, value: Any) -> str:
        lines = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(line.rstrip() for line in lines)


def question_choices() -> Choices:
    """Every service and question by its title in the language of the page, in the groups of the files."""
    language = get_language() or SOURCE_LANGUAGE
    groups = [
        (group_label(group), [(name, translate(language, step_title(name))) for name in names if name in topics()])
        for group, names in topic_groups().items()
    ]
    return [*((name, translate(language, step_title(name))) for name in SERVICES), *groups]


class TopicForm(forms.Form):
    """All texts of a question in all languages, and where it leads."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    next = forms.ChoiceField(label=_("next step"))
    related_1 = forms.ChoiceField(label=_("related question"), required=False)
    related_2 = forms.ChoiceField(label=_("second related question"), required=False)
    kept = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, document: Document, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before, choices = document, question_choices()
        related = [*document["related"], "", ""]
        self.fields["next"].choices = choices
        self.initial |= {"next": document["next"], "related_1": related[0], "related_2": related[1]}
        for name in ("related_1", "related_2"):
            self.fields[name].choices = [("", "—"), *choices]
        self.fields["kept"].choices = [(f"{language}:{part}", "") for language in TRANSLATED for part in PARTS]
        if is_new:
            label = _("the answer is not the same in each country: ask first where the person is")
            self.fields["per_programme"] = forms.BooleanField(
                label=label, required=False, initial=document["per_programme"]
            )
        for part in PARTS:
            for language in LANGUAGES:
                self._add_text(part, language)

    def _add_text(self, part: str, language: str) -> None:
        name = text_name(part, language)
        attrs = {"lang": language, "dir": direction(language), "aria-describedby": f"at-{html_name(part, language)}"}
        widget = forms.TextInput(attrs) if part == "title" else forms.Textarea({**attrs, "rows": 6, "data-fills": ""})
        field = TextField(required=False, max_length=LONGEST_TEXT, widget=widget)
        field.initial = (self.before["parts"].get(part) or {}).get(language, "")
        self.fields[name] = field

    def document(self) -> Document:
        """The document with what was written, as far as it could be read."""
        self.is_valid()  # reads what can be read
        values = self.cleaned_data
        written = {part: {lang: values.get(text_name(part, lang), "") for lang in LANGUAGES} for part in PARTS}
        related = [values[name] for name in ("related_1", "related_2") if values.get(name)]
        return {
            **self.before,
            "next": values.get("next", self.before["next"]),
            "related": related,
            "per_programme": values.get("per_programme", self.before["per_programme"]),
            "parts": {part: texts for part, texts in written.items() if any(texts.values())},
        }

    def kept_parts(self) -> dict[str, list[str]]:
        """By language the texts that are still right although the English changed."""
        found: dict[str, list[str]] = {}
        for mark in self.cleaned_data.get("kept", []):
            language, _, part = mark.partition(":")
            found.setdefault(language, []).append(part)
        return found


def html_name(*names: str) -> str:
    """The place of a part or a text on the page, as an id that a style or a script can name."""
    return "-".join(names).replace(".", "-")


class PreviewForm(forms.Form):
    """For whom the preview is."""

    shown_language = forms.ChoiceField(label=_("language"))
    shown_programme = forms.ChoiceField(label=_("place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or SOURCE_LANGUAGE
        self.fields["shown_language"].choices = [(name, language_label(name)) for name in LANGUAGES]
        self.fields["shown_language"].initial = language
        places = [(name, country(name, language)) for name in PROGRAMMES]
        self.fields["shown_programme"].choices = [("", _("not known")), *places]

    def chosen(self) -> tuple[str, str]:
        """Language and programme."""
        values = self.cleaned_data if self.is_valid() else {}
        return values.get("shown_language", self.fields["shown_language"].initial), values.get("shown_programme", "")


class NewTopic(forms.Form):
    """A question that does not exist yet."""

    name = forms.CharField(
        label=_("name"),
        max_length=60,
        help_text=_("Small English letters and underscores, such as money_how_much. It cannot be changed later."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none"}),
    )
    group = forms.ChoiceField(label=_("group"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [(group, group_label(group)) for group in topic_groups()]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise forms.ValidationError(
                _("The name of a question has small letters and underscores only, such as money_how_much.")
            )
        if name in topics():
            raise forms.ValidationError(_("This question exists already."))
        return name


class TopicFilter(forms.Form):
    """Which questions are listed."""

    words = forms.CharField(label=_("words, in any language"), required=False, widget=forms.TextInput({"dir": "auto"}))
    only = forms.ChoiceField(
        label=_("only"),
        required=False,
        choices=[
            ("", _("all")),
            ("mine", _("my drafts")),
            ("review", _("waiting for my review")),
            ("gaps", _("with a missing or outdated language")),
        ],
    )


class Remarking(forms.Form):
    """A step, with what is to be said of it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("comment"),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def values(self, office: str) -> dict[str, Any]:
        """What the service of the step is given."""
        return {"text": self.cleaned_data["text"], "revision": self.cleaned_data["revision"]}


class Comment(Remarking):
    """Words only."""

    revision = None

    def values(self, office: str) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class Silent(Remarking):
    """A step that needs no words."""

    text = None

    def values(self, office: str) -> dict[str, Any]:
        return {"revision": self.cleaned_data["revision"]}


class Unplanning(Silent):
    """The plan is taken back."""

    def values(self, office: str) -> dict[str, Any]:
        return {**super().values(office), "at": None}


class Planning(Silent):
    """When it is to be published, on the clock of the editor's office."""

    at = forms.DateTimeField(
        label=_("publish at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def values(self, office: str) -> dict[str, Any]:
        return {**super().values(office), "at": in_office(self.cleaned_data["at"], office)}


def in_office(chosen: datetime, programme: str) -> datetime:
    """The moment that was chosen, read on the clock of the office."""
    return timezone.make_naive(chosen).replace(tzinfo=programme_timezone(programme))


def office_of(user: AbstractBaseUser) -> str:
    """The programme on whose clock an editor reads times: the first of the account."""
    names = user.staff.programmes if hasattr(user, "staff") else []
    return names[0] if names else "elsewhere"


def may_own(users: Any) -> Any:
    """Of these accounts, those who work on the content."""
    return users.filter(is_active=True, staff__role__in=EDITING).order_by("username")
