"""Accounts, roles and lost phones in Django's admin."""

from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people.models import SecondFactor, Staff
from desk.people.second_factor import second_factor_remove
from desk.people.services import sessions_end

# Rights follow from roles; who signs in is in our own record; secrets are nobody's to read.
admin.site.unregister([User, Group, AccessLog, AccessFailureLog, StaticDevice, TOTPDevice])


class WithValues(admin.ModelAdmin):
    """Django's record of a change names the fields; for what gives rights it needs the values too."""

    recorded: tuple[str, ...] = ()

    def construct_change_message(self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False) -> str:
        if add:
            return ", ".join(
                f"{name}: {form.cleaned_data[name]}" for name in self.recorded if name in form.cleaned_data
            )
        return ", ".join(self._change(form, name) for name in form.changed_data)

    def _change(self, form: ModelForm, name: str) -> str:
        return f"{name}: {form.initial[name]} → {form.cleaned_data[name]}" if name in self.recorded else name


@admin.register(Staff)
class StaffAdmin(WithValues):
    list_display = ["user", "role", "programmes"]
    list_filter = ["role"]
    recorded = ("role", "programmes")

    def get_readonly_fields(self, request: HttpRequest, obj: Staff | None = None) -> list[str]:
        return ["user"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Staff | None = None) -> bool:
        """Nobody takes their own role away: somebody must be left to give it back."""
        is_own = obj is not None and obj.user_id == request.user.pk
        return super().has_delete_permission(request, obj) and not is_own


@admin.register(User)
class AccountAdmin(WithValues, UserAdmin):
    """An account is disabled, not deleted: the record names it."""

    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        *(part for part in UserAdmin.fieldsets[1:] if "is_superuser" not in part[1]["fields"]),
    ]
    list_display = ["username", "staff", "is_active", "last_login"]
    list_filter = ["is_active", "staff__role"]
    list_select_related = ["staff"]
    recorded = ("username", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody disables themself."""
        return ["last_login", "date_joined", *(["is_active"] if obj == request.user else [])]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(SecondFactor)
class SecondFactorAdmin(admin.ModelAdmin):
    """For a colleague who lost the phone: only removing; one's own is removed at "My account", with a code."""

    list_display = ["account", "since", "last_use"]
    fields = readonly_fields = list_display

    @admin.display(description=_("account"), ordering="user__username")
    def account(self, obj: SecondFactor) -> str:
        return str(obj.user)

    @admin.display(description=_("set up"), ordering="created_at")
    def since(self, obj: SecondFactor) -> Any:
        return obj.created_at

    @admin.display(description=_("last used"), ordering="last_used_at")
    def last_use(self, obj: SecondFactor) -> Any:
        return obj.last_used_at

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecondFactor]:
        return super().get_queryset(request).filter(confirmed=True).select_related("user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:
        is_own = obj is not None and obj.user_id == request.user.pk
        return super().has_delete_permission(request, obj) and not is_own

    def delete_model(self, request: HttpRequest, obj: SecondFactor) -> None:
        """Whoever has the phone may be signed in with it."""
        second_factor_remove(user=obj.user)
        sessions_end(user=obj.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SecondFactor]) -> None:
        for device in list(queryset):
            self.delete_model(request, device)
