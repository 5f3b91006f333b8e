"""Callback requests in Django's admin."""

from django.contrib import admin
from django.db.models import Case, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from desk.callbacks.models import Alert, CallbackRequest
from desk.programmes.selectors import programme_timezone


class AlertInline(admin.TabularInline):
    model = Alert
    extra = 0
    can_delete = False
    readonly_fields = ["kind", "recipient", "language", "attempts", "due_at", "sent_at", "error"]

    def has_add_permission(self, request, obj=None) -> bool:
        return False


SHOWN_AS_THEY_ARE = [field.name for field in CallbackRequest._meta.fields if field.name not in ("promised_at", "phone")]


@admin.register(CallbackRequest)
class CallbackRequestAdmin(admin.ModelAdmin):
    list_display = [
        "reference",
        "urgent",
        "promised",
        "status",
        "programme",
        "language",
        "contact",
        "safety",
        "created_at",
    ]
    list_filter = ["status", "urgent", "programme", "language"]
    search_fields = ["reference"]
    search_help_text = _("reference")
    # The promised time is shown in the office's zone only, the phone from left to right also in Arabic.
    exclude = ["promised_at", "phone"]
    readonly_fields = [*SHOWN_AS_THEY_ARE, "promised", "phone_number"]
    ordering = [Case(When(status=CallbackRequest.Status.OPEN, then=0), default=1), "-urgent", "promised_at"]
    inlines = [AlertInline]
    actions = ["mark_done"]

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("promised by (office time)"), ordering="promised_at")
    def promised(self, request: CallbackRequest) -> str:
        local = request.promised_at.astimezone(programme_timezone(request.programme))
        return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"

    @admin.display(description=_("phone"))
    def phone_number(self, request: CallbackRequest) -> str:
        return format_html('<bdi dir="ltr">{}</bdi>', request.phone) if request.phone else "-"

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def mark_done(self, request, queryset) -> None:
        queryset.filter(status=CallbackRequest.Status.OPEN).update(
            status=CallbackRequest.Status.DONE, updated_at=timezone.now()
        )


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    list_display = ["request", "kind", "recipient", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter)]
    readonly_fields = [field.name for field in Alert._meta.fields]

    def has_add_permission(self, request) -> bool:
        return False
