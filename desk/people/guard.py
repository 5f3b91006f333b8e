"""Who is let in, for every page of the desk and for Django's admin."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from desk.people.second_factor import second_factor_of
from desk.people.selectors import Account, is_leading, is_working, may_edit

View = Callable[..., HttpResponse]


def way_in(http: HttpRequest, to: str, *, setting_up: bool = False) -> HttpResponse | None:
    """Where somebody who wants `to` must go first; None lets them in.

    An account with a second factor that it has not given in this session counts as not signed in.
    """
    if http.user.is_authenticated and http.user.is_verified():
        return None
    if not http.user.is_authenticated or second_factor_of(user=http.user):
        return redirect_to_login(to)
    is_missing = settings.SECOND_FACTOR == "required" and not setting_up
    return redirect("account:second_factor") if is_missing else None


def signed_in(view: View, allowed: Callable[[Account], bool] | None = None, setting_up: bool = False) -> View:
    """Only for accounts that are signed in, and of these only who is allowed."""

    @wraps(view)
    def guarded(http: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        elsewhere = way_in(http, http.get_full_path(), setting_up=setting_up)
        if elsewhere:
            return HttpResponseClientRefresh() if http.htmx else elsewhere
        if allowed and not allowed(http.user):
            raise PermissionDenied
        response = view(http, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"  # a shared computer
        patch_vary_headers(response, ["HX-Request"])
        return response

    return guarded


for_counsellors = partial(signed_in, allowed=is_working)
for_editors = partial(signed_in, allowed=may_edit)
for_supervisors = partial(signed_in, allowed=is_leading)
