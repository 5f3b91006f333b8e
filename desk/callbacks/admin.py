"""The outbox of alerts in Django's admin; requests have pages of their own."""

from django.contrib import admin

from desk.callbacks.models import Alert


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    list_display = ["request", "kind", "recipient", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter)]
    readonly_fields = [field.name for field in Alert._meta.fields]

    def has_add_permission(self, request) -> bool:
        return False
