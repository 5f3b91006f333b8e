"""What became of the messages to people, in Django's admin."""

from django.contrib import admin

from desk.conversations.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    list_display = ["created_at", "status", "reason", "attempts", "error", "updated_at", "conversation_id"]
    list_filter = ["status", "reason"]
    search_fields = ["conversation_id"]
    readonly_fields = ["conversation_id", "status", "reason", "error", "attempts", "due_at", "created_at", "updated_at"]
    fields = readonly_fields

    def has_add_permission(self, request) -> bool:
        return False
