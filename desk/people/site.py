"""Django's admin, let in by the same rules as the desk."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from desk.people.guard import way_in


class DeskAdminSite(AdminSite):
    """Sign-in and password are those of the desk."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and way_in(request, "") is None

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the desk's own sign-in; whoever is signed in there and may not come here is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        elsewhere = way_in(request, request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))
        if elsewhere is None:
            raise PermissionDenied
        return elsewhere

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account:password")
