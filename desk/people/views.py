"""Signing in, the account of each member of staff, and the record of sensitive actions."""

import time
from base64 import b32encode
from functools import partial

import django_otp
import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.conversations.record import country
from desk.errors import Refused
from desk.people.audit import audit_write
from desk.people.forms import AuditFilter, Code
from desk.people.guard import signed_in
from desk.people.models import Audit, Staff
from desk.people.second_factor import (
    backup_codes_left,
    code_check,
    second_factor_confirm,
    second_factor_draft,
    second_factor_of,
    second_factor_remove,
)
from desk.people.selectors import is_administrator, is_working, may_edit, programmes_of, role_of
from desk.people.services import sessions_end
from desk.people.telegram import telegram_link
from desk.people.trail import lines, trail

PAGE = 50
HALFWAY, HALFWAY_S = "password_given", 300  # in the session: who gave the password, and still has to give the code
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_GET
@signed_in
def start(http: HttpRequest) -> HttpResponse:
    """The first page of each role."""
    if is_working(http.user):
        return redirect("requests:queue")
    return redirect("content:topics" if may_edit(http.user) else "account:home")


class SignIn(LoginView):
    """The password; an account with a second factor is signed in only after its code."""

    template_name = "callbacks/login.html"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second_factor_of(user=user) is None:
            return super().form_valid(form)
        self.request.session[HALFWAY] = {"user": user.pk, "at": time.time(), "to": self.get_redirect_url()}
        return redirect("account:code")


@never_cache
def code(http: HttpRequest) -> HttpResponse:
    """The code after the password."""
    user = _halfway(http)
    if user is None:
        return redirect("login")
    form = Code(http.POST or None, check=lambda text: code_check(user=user, code=text, http=http))
    if not form.is_valid():
        return render(http, "people/code.html", {"form": form})
    to = http.session.pop(HALFWAY)["to"]
    _sign_in(http, user, form.cleaned_data["code"])
    return redirect(to or settings.LOGIN_REDIRECT_URL)


def _halfway(http: HttpRequest) -> AbstractBaseUser | None:
    """Who gave the right password a moment ago."""
    known = http.session.get(HALFWAY)
    if known is None or time.time() - known["at"] > HALFWAY_S:
        return None
    return get_user_model().objects.filter(pk=known["user"], is_active=True).first()


def _sign_in(http: HttpRequest, user: AbstractBaseUser, device: Device) -> None:
    user.otp_device = device  # django_otp notes it in the session
    login(http, user, BACKEND)
    if isinstance(device, StaticDevice):
        left = backup_codes_left(user=user)
        told = ngettext("You have %(left)s backup code left.", "You have %(left)s backup codes left.", left)
        messages.warning(http, told % {"left": left})


@require_GET
@signed_in
def home(http: HttpRequest) -> HttpResponse:
    """What an account is, and what it can do for its safety."""
    role = role_of(http.user)
    return render(
        http,
        "people/home.html",
        {
            "role": Staff.Role(role).label if role else "",
            "programmes": [country(name, get_language() or "en") for name in programmes_of(http.user)],
            "second_factor": second_factor_of(user=http.user),
            "codes_left": backup_codes_left(user=http.user),
            "is_administrator": is_administrator(http.user),
            "has_telegram": bool(settings.CHOSEN["TELEGRAM_TOKEN"]),
            "is_linked": Staff.objects.filter(user=http.user).exclude(telegram_id=None).exists(),
        },
    )


class Password(PasswordChangeView):
    """Django's own change of password; it ends the other sessions of the account."""

    template_name = "people/password.html"
    success_url = reverse_lazy("account:home")

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        audit_write(kind=Audit.Kind.PASSWORD_CHANGED, http=self.request, account=self.request.user)
        messages.success(self.request, _("Your password is changed."))
        return response


password = signed_in(Password.as_view())


@partial(signed_in, setting_up=True)
def second_factor(http: HttpRequest) -> HttpResponse:
    """Set up the app. Once its first code is right, the backup codes are shown this one time."""
    if second_factor_of(user=http.user):
        return redirect("account:home")
    draft = second_factor_draft(user=http.user)
    form = Code(http.POST or None, check=lambda text: second_factor_confirm(draft=draft, code=text))
    if not form.is_valid():
        return render(http, "people/second_factor.html", {"form": form, "draft": draft, **picture_of(draft)})
    django_otp.login(http, draft)
    sessions_end(user=http.user, but=http.session.session_key)
    audit_write(kind=Audit.Kind.FACTOR_SET_UP, http=http, account=http.user)
    return render(http, "people/backup_codes.html", {"codes": form.cleaned_data["code"]})


def picture_of(draft: TOTPDevice) -> dict[str, str]:
    """The app's secret as a QR code and as text in groups of four."""
    secret = b32encode(draft.bin_key).decode()
    picture = segno.make(draft.config_url, error="m").svg_inline(scale=5, light="white", title=_("QR code"))
    return {"picture": mark_safe(picture), "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


@signed_in
def remove(http: HttpRequest) -> HttpResponse:
    """Take the second factor away, for which it is asked once more."""
    if second_factor_of(user=http.user) is None:
        return redirect("account:home")
    form = Code(http.POST or None, check=lambda text: code_check(user=http.user, code=text, http=http))
    if not form.is_valid():
        return render(http, "people/remove.html", {"form": form})
    second_factor_remove(user=http.user)
    audit_write(kind=Audit.Kind.FACTOR_REMOVED, http=http, account=http.user)
    messages.success(http, _("The second step is removed. Your password alone signs you in."))
    return redirect("account:home")


@require_POST
@signed_in
def telegram(http: HttpRequest) -> HttpResponse:
    """Link the account with the Telegram user who was given a code in the counsellors' group; an empty code ends the link."""
    try:
        telegram_link(user=http.user, code=http.POST.get("code", ""))
    except Refused as refused:
        messages.error(http, str(refused))
    else:
        audit_write(kind=Audit.Kind.TELEGRAM_LINKED, http=http, account=http.user)
        messages.success(http, _("Saved."))
    return redirect("account:home")


@require_POST
@signed_in
def sign_out_everywhere(http: HttpRequest) -> HttpResponse:
    """End every session of the account, this one too."""
    audit_write(kind=Audit.Kind.SIGNED_OUT_EVERYWHERE, http=http, account=http.user)
    sessions_end(user=http.user)
    http.session.flush()
    messages.success(http, _("You are signed out on all devices."))
    return redirect("login")


@require_GET
@partial(signed_in, allowed=is_administrator)
def audit(http: HttpRequest) -> HttpResponse:
    """The record of sensitive actions."""
    chosen = AuditFilter(http.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    account = wanted.get("account")
    found = trail(account=account and account.pk, kind=wanted.get("kind", ""))
    page = Paginator(found, PAGE).get_page(http.GET.get("page"))
    return render(http, "people/audit.html", {"chosen": chosen, "page": page, "lines": lines(page)})
