"""Signing in, and the pages of one's own account."""

from base64 import b32decode
from binascii import hexlify

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.people import views
from desk.people.models import Audit
from desk.people.second_factor import second_factor_of
from desk.people.selectors import account_of_telegram
from desk.people.telegram import telegram_code

from .conftest import PASSWORD, code_of

pytestmark = pytest.mark.django_db
HOME, QUEUE, LOGIN, SETUP, REMOVE = map(
    reverse, ("account:home", "requests:queue", "login", "account:second_factor", "account:remove")
)


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def kinds():
    return list(Audit.objects.order_by("pk").values_list("kind", flat=True))


# --- signing in --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "page"),
    [("counsellor", QUEUE), ("supervisor", QUEUE), ("administrator", QUEUE), ("editor", "/content/"), ("", HOME)],
)
def test_the_first_page_of_each_role(client, account, enter, role, page):
    assert enter(client, account(role=role)).get(reverse("start")).url == page


def test_without_a_second_factor_the_password_is_enough(client, account, give_password):
    account()
    assert give_password(client).url == reverse("start")
    assert is_in(client)


def test_with_one_the_code_has_to_follow(client, account, with_app, give_password, give_code):
    device = with_app(account())
    assert give_password(client, to="/requests/figures/").url == reverse("account:code")
    assert not is_in(client)
    assert SESSION_KEY not in client.session
    assert give_code(client, code_of(device)).url == "/requests/figures/"
    assert is_in(client)


def test_a_code_is_read_as_people_write_it(client, account, with_app, give_password, give_code):
    with_app(account())
    give_password(client)
    assert give_code(client, " ABCD-2345 ").status_code == 302
    assert is_in(client)


def test_a_backup_code_signs_in_and_says_how_many_are_left(client, account, with_app, give_password, give_code):
    with_app(account())
    give_password(client)
    give_code(client, "abcd2345")
    answer = client.get(HOME)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert kinds() == ["backup_code_used", "signed_in"]


def test_a_wrong_code_says_so_and_lets_nobody_in(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client)
    answer = give_code(client, code_of(device, 10))
    assert answer.context["form"].errors["code"]
    assert not is_in(client)


def test_a_code_without_a_password_leads_to_the_password(client, account, with_app, give_code):
    device = with_app(account())
    assert give_code(client, code_of(device)).url == LOGIN
    assert not is_in(client)


def test_a_code_does_not_help_after_a_wrong_password(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client, password="wrong")
    assert give_code(client, code_of(device)).url == LOGIN


def test_who_waits_too_long_starts_again(client, account, with_app, give_password, give_code, monkeypatch):
    device = with_app(account())
    monkeypatch.setattr(views, "HALFWAY_S", -1)
    give_password(client)
    assert give_code(client, code_of(device)).url == LOGIN


def test_who_is_disabled_between_the_two_steps_is_not_let_in(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client)
    get_user_model().objects.update(is_active=False)
    assert give_code(client, code_of(device)).url == LOGIN


def test_no_other_site_is_led_to(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client, to="https://elsewhere.example.org/")
    assert give_code(client, code_of(device)).url == reverse("start")


def test_the_key_of_the_session_changes_at_sign_in(client, account, with_app, give_password, give_code):
    device = with_app(account())
    give_password(client)
    before = client.session.session_key
    give_code(client, code_of(device))
    assert client.session.session_key != before


def test_a_session_from_before_the_second_factor_no_longer_counts(client, account, enter, with_app):
    user = account()
    enter(client, user)
    assert is_in(client)
    with_app(user)
    assert client.get(HOME).url.startswith(LOGIN)
    assert client.get(QUEUE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


# --- losing access -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_a_disabled_account_is_out_at_once(client, account, enter, role):
    enter(client, account(role=role))
    assert client.get(QUEUE).status_code == 200
    get_user_model().objects.update(is_active=False)
    assert client.get(QUEUE).url.startswith(LOGIN)
    assert client.get(reverse("admin:index")).url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("role", ["counsellor", "supervisor", "administrator"])
def test_a_role_that_is_taken_is_gone_at_once(client, account, enter, role):
    user = account(role=role)
    enter(client, user)
    assert client.get(QUEUE).status_code == 200
    user.staff.delete()
    assert client.get(QUEUE).status_code == 403
    assert client.get(reverse("admin:index")).url.startswith(reverse("admin:login"))


def test_a_programme_that_is_taken_is_gone_at_once(client, account, enter, waiting, recipients, quiet):
    page = reverse("requests:request", args=[waiting().reference])
    user = account()
    assert enter(client, user).get(page).status_code == 200
    user.staff.programmes = ["belgium"]
    user.staff.save()
    assert client.get(page).status_code == 404


def test_signing_out_everywhere(account, enter):
    user = account()
    here, there = enter(Client(), user), enter(Client(), user)
    other = enter(Client(), account("brahim"))
    assert here.post(reverse("account:sign_out_everywhere")).url == LOGIN
    assert [is_in(client) for client in (here, there, other)] == [False, False, True]
    assert kinds()[-1] == "signed_out_everywhere"


def test_signing_out_everywhere_needs_a_post(client, account, enter):
    assert enter(client, account()).get(reverse("account:sign_out_everywhere")).status_code == 405
    assert is_in(client)


# --- the password ------------------------------------------------------------------------------------


def change(client, old=PASSWORD, new="another-long-password-2"):
    return client.post(reverse("account:password"), {"old_password": old, "new_password1": new, "new_password2": new})


def test_a_new_password_ends_the_other_sessions(account, enter):
    user = account()
    here, there = enter(Client(), user), enter(Client(), user)
    assert change(here).url == HOME
    assert [is_in(here), is_in(there)] == [True, False]
    user.refresh_from_db()
    assert user.check_password("another-long-password-2")
    assert kinds()[-1] == "password_changed"


def test_a_new_password_leaves_the_second_factor_given(client, account, enter, with_app):
    user = account()
    enter(client, user, with_app(user))
    change(client)
    assert is_in(client)


@pytest.mark.parametrize(("old", "new"), [("wrong", "another-long-password-2"), (PASSWORD, "short")])
def test_a_password_that_is_refused_changes_nothing(client, account, enter, old, new):
    user = account()
    assert change(enter(client, user), old, new).context["form"].errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert kinds() == ["signed_in"]


# --- the second factor -------------------------------------------------------------------------------


def test_setting_up_by_the_text_that_is_shown(client, account, enter):
    user = account()
    shown = enter(client, user).get(SETUP)
    assert "<svg" in shown.content.decode()
    key = hexlify(b32decode(shown.context["secret"].replace(" ", ""))).decode()
    answer = client.post(SETUP, {"code": code_of(TOTPDevice(key=key))})
    codes = answer.context["codes"]
    assert len(codes) == 10
    assert all(code in answer.content.decode() for code in codes)
    assert "no-store" in answer["Cache-Control"]
    assert second_factor_of(user=user).key == key
    assert is_in(client), "this session goes on"
    assert kinds()[-1] == "factor_set_up"


def test_the_secret_is_for_no_cache(client, account, enter):
    assert "no-store" in enter(client, account()).get(SETUP)["Cache-Control"]


def test_backup_codes_and_the_secret_are_not_shown_again(client, account, enter, with_app):
    user = account()
    device = with_app(user)
    enter(client, user, device)
    assert client.get(SETUP).url == HOME
    assert client.post(SETUP, {"code": code_of(device)}).url == HOME
    shown = client.get(HOME).content.decode()
    assert "abcd2345" not in shown
    assert device.key not in shown


def test_a_wrong_first_code_sets_nothing_up(client, account, enter):
    user = account()
    enter(client, user).get(SETUP)
    answer = client.post(SETUP, {"code": code_of(TOTPDevice.objects.get(), 10)})
    assert answer.context["form"].errors
    assert second_factor_of(user=user) is None
    assert not StaticToken.objects.exists()


def test_setting_up_ends_the_other_sessions(account, enter):
    user = account()
    here, there = enter(Client(), user), enter(Client(), user)
    here.get(SETUP)
    here.post(SETUP, {"code": code_of(TOTPDevice.objects.get())})
    assert is_in(here)
    assert not Session.objects.filter(pk=there.cookies["sessionid"].value).exists()


@pytest.mark.parametrize("with_paper", [True, False])
def test_removing_asks_for_a_code(client, account, enter, with_app, with_paper):
    user = account()
    device = with_app(user)
    enter(client, user, device)
    code = "abcd2345" if with_paper else code_of(device)
    assert client.post(REMOVE, {"code": code}).url == HOME
    assert second_factor_of(user=user) is None
    assert is_in(client)
    assert kinds()[-1] == "factor_removed"


def test_removing_without_the_code_removes_nothing(client, account, enter, with_app):
    user = account()
    device = with_app(user)
    enter(client, user, device)
    assert client.post(REMOVE, {"code": code_of(device, 10)}).context["form"].errors
    assert client.post(REMOVE).status_code == 200
    assert second_factor_of(user=user)
    assert kinds()[-1] == "wrong_code"


def test_where_it_is_required_setting_up_opens_the_desk(settings, client, account, give_password):
    settings.SECOND_FACTOR = "required"
    account()
    assert give_password(client).url == reverse("start")
    assert client.get(reverse("start"), follow=True).redirect_chain == [(SETUP, 302)]
    client.post(SETUP, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get(reverse("start"), follow=True).redirect_chain == [(QUEUE, 302)]


# --- the record --------------------------------------------------------------------------------------


@pytest.fixture
def record(client, account, enter):
    """A client of an administrator, and sixty lines."""
    enter(client, account("root", "administrator"))
    amina = account()
    Audit.objects.bulk_create(Audit(kind="exported", account=amina, name="amina") for _ in range(59))
    return client


def test_the_record_has_pages(record):
    first = record.get(reverse("account:audit"))
    second = record.get(reverse("account:audit"), {"page": 2})
    assert [len(first.context["lines"]), len(second.context["lines"])] == [50, 10]


def test_the_record_can_be_searched(record):
    amina = get_user_model().objects.get(username="amina")
    wanted = {"kind": "signed_in", "account": ""}
    assert len(record.get(reverse("account:audit"), wanted).context["lines"]) == 1
    assert record.get(reverse("account:audit"), {**wanted, "account": amina.pk}).context["lines"] == []


@pytest.mark.parametrize("query", [{"account": "999"}, {"kind": "nonsense"}, {"page": "999"}])
def test_a_search_that_makes_no_sense_breaks_nothing(record, query):
    assert record.get(reverse("account:audit"), query).status_code == 200


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_opens_in_every_language(client, account, enter, language):
    enter(client, account(role="administrator"))
    for name in ("home", "password", "second_factor", "audit"):
        answer = client.get(reverse(f"account:{name}"), headers={"accept-language": language})
        assert (answer.status_code, answer["Content-Language"]) == (200, language)


# --- Telegram ---------------------------------------------------------------------------------------


def test_the_code_of_the_group_links_the_account_and_the_link_can_end(client, account, enter):
    user = account()
    come = enter(client, user, None)
    come.post(reverse("account:telegram"), {"code": telegram_code(telegram_id="777")})
    assert account_of_telegram(telegram_id="777") == user
    assert reverse("account:telegram") in come.get(reverse("account:home")).content.decode()
    come.post(reverse("account:telegram"), {"code": ""})
    assert account_of_telegram(telegram_id="777") is None
    assert Audit.objects.filter(kind=Audit.Kind.TELEGRAM_LINKED, account=user).count() == 2


def test_a_wrong_code_of_the_group_is_said_and_links_nothing(client, account, enter):
    come = enter(client, account(), None)
    answer = come.post(reverse("account:telegram"), {"code": "777-wrong"}, follow=True)
    assert [message.tags for message in answer.context["messages"]] == ["error"]
    assert account_of_telegram(telegram_id="777") is None
