"""Rules for alerts, and the outbox with what was given up, in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from desk.alerts.models import Alert, Kind, Route, Rule
from desk.alerts.services import alerts_resend
from desk.callbacks.models import CallbackRequest
from desk.conversations.record import country
from desk.programmes.selectors import programmes


class Several(forms.MultipleChoiceField):
    """Boxes to tick; none means all."""

    def __init__(self, **options: Any) -> None:
        help_text = _("Tick none for all.")
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text, **options)


def countries() -> list[tuple[str, str]]:
    """Programmes with their names in the reader's language."""
    return [(name, country(name, get_language() or "en")) for name in programmes()]


class RuleForm(forms.ModelForm):
    kinds = Several(label=capfirst(_("of what")), choices=Kind.choices)
    programmes = Several(label=capfirst(_("programmes")), choices=countries)
    languages = Several(label=capfirst(_("languages of the person")), choices=CallbackRequest.Language.choices)

    class Meta:
        model = Rule
        fields = ["name", "is_active", "kinds", "programmes", "languages", "urgency", "hours"]


class RouteInline(admin.StackedInline):  # a table would be wider than a screen
    model = Route
    extra, min_num, validate_min = 0, 1, True
    formfield_overrides = {Route._meta.get_field("secret").__class__: {"widget": forms.TextInput(attrs={"size": 24})}}


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    inlines = [RouteInline]
    list_display = ["name", "is_active", "urgency", "hours", "ways"]

    @admin.display(description=_("routes"))
    def ways(self, rule: Rule) -> str:
        return " → ".join(str(route.get_means_display()) for route in rule.routes.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return super().get_queryset(request).prefetch_related("routes")


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    list_display = ["request", "kind", "status", "rule", "sent_over", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["status", "kind", "rule"]
    list_select_related = ["request", "rule"]
    readonly_fields = [field.name for field in Alert._meta.fields]
    actions = ["send_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Alert]) -> None:
        count = alerts_resend(keys=list(chosen.values_list("pk", flat=True)))
        text = ngettext("%(count)d alert is sent again.", "%(count)d alerts are sent again.", count)
        messages.info(request, text % {"count": count})
