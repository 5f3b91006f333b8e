"""Callback requests in Django's admin."""

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from desk.callbacks.models import Alert, CallbackRequest
from desk.conversations.dialogue import DialogueServerDown, NotOnPhone, voice_get
from desk.programmes.selectors import programme_timezone


class AlertInline(admin.TabularInline):
    model = Alert
    extra = 0
    can_delete = False
    readonly_fields = ["kind", "recipient", "language", "attempts", "due_at", "sent_at", "error"]

    def has_add_permission(self, request, obj=None) -> bool:
        return False


# The promised time is shown in the office's zone only, the phone from left to right also in Arabic, a voice message as a
# link to listen.
HIDDEN = ("promised_at", "phone", "voice")
SHOWN_AS_THEY_ARE = [field.name for field in CallbackRequest._meta.fields if field.name not in HIDDEN]


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
    exclude = HIDDEN
    readonly_fields = [*SHOWN_AS_THEY_ARE, "promised", "phone_number", "voice_message"]
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

    @admin.display(description=_("voice message"))
    def voice_message(self, request: CallbackRequest) -> str:
        link = reverse("admin:callbacks_voice", args=[request.pk])
        return format_html('<a href="{}">{}</a>', link, _("Listen")) if request.voice else "-"

    def get_urls(self) -> list[Any]:
        listen = path("<int:pk>/voice/", self.admin_site.admin_view(self.listen), name="callbacks_voice")
        return [listen, *super().get_urls()]

    def listen(self, http: HttpRequest, pk: int) -> HttpResponse:
        """The voice message, fetched from the provider for this moment only."""
        request = get_object_or_404(CallbackRequest.objects.exclude(voice=""), pk=pk)
        if not self.has_view_permission(http, request):
            return HttpResponse(status=403)
        try:
            body, kind = async_to_sync(voice_get)(conversation_id=request.conversation_id, reference=request.voice)
        except (DialogueServerDown, NotOnPhone):
            messages.error(http, _("The voice message cannot be fetched now. Please try again later."))
            return redirect("admin:callbacks_callbackrequest_change", pk)
        shown = kind if kind.startswith("audio/") else "application/octet-stream"
        return HttpResponse(body, content_type=shown, headers={"Cache-Control": "no-store"})

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
