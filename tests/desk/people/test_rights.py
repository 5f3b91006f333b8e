"""Who may open which page of the desk; roles; and who is locked out."""

from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from desk.callbacks.models import Entry
from desk.content.documents import topic_document
from desk.conversations.models import Received
from desk.conversations.takeover import received_write
from desk.editing.services import draft_save
from desk.people.models import Staff
from desk.people.selectors import (
    counsellors_of,
    is_administrator,
    is_leading,
    is_working,
    programmes_of,
    role_of,
)
from desk.programmes.selectors import programmes
from desk.understanding.services import training_ask

pytestmark = pytest.mark.django_db

# --- every page, every account -----------------------------------------------------------------------

ROLES = {
    "no role": ("", ["morocco"]),
    "counsellor": ("counsellor", ["morocco"]),
    "counsellor elsewhere": ("counsellor", ["belgium"]),
    "editor": ("editor", ["morocco"]),
    "supervisor": ("supervisor", ["morocco"]),
    "supervisor elsewhere": ("supervisor", ["belgium"]),
    "administrator": ("administrator", []),
}
HERE = {"counsellor", "supervisor", "administrator"}  # who works for Morocco
LEADING_HERE = HERE - {"counsellor"}
LEADING = {"supervisor", "supervisor elsewhere", "administrator"}
EDITING = {"editor", "supervisor", "supervisor elsewhere", "administrator"}
WORKING = {*LEADING, "counsellor", "counsellor elsewhere"}
SIGNED_IN = set(ROLES)
EVERYBODY = {*SIGNED_IN, "nobody"}

# Each page: how it is asked for, and who may see it. A request of Morocco is there; elsewhere it does not exist.
PAGES = {
    "start": ("get", SIGNED_IN),
    "login": ("get", EVERYBODY),
    "logout": ("post", EVERYBODY),
    "account:code": ("get", EVERYBODY),  # leads to the sign-in page unless the password was given just now
    "account:home": ("get", SIGNED_IN),
    "account:password": ("get", SIGNED_IN),
    "account:second_factor": ("get", SIGNED_IN),
    "account:remove": ("get", SIGNED_IN),
    "account:telegram": ("post", SIGNED_IN),
    "account:sign_out_everywhere": ("post", SIGNED_IN),
    "account:audit": ("get", {"administrator"}),
    "learning:inbox": ("get", EDITING),
    "learning:step": ("post", EDITING),
    "learning:figures": ("get", EDITING),
    "learning:export": ("get", EDITING),
    "opening:hours": ("get", WORKING),
    "opening:step": ("post", LEADING_HERE),
    "requests:queue": ("get", WORKING),
    "requests:figures": ("get", LEADING),
    "requests:export": ("get", LEADING),
    "requests:request": ("get", HERE),
    "requests:phone": ("post", HERE),
    "requests:voice": ("get", HERE),
    "requests:received_voice": ("get", HERE),
    "requests:talk": ("get", HERE),
    "requests:back": ("post", HERE),
    "requests:message": ("post", HERE),
    "requests:step": ("post", HERE),
    "trial:page": ("get", EDITING),
    "trial:message": ("post", EDITING),
    "exchange:page": ("get", EDITING),
    "exchange:download": ("get", EDITING),
    "exchange:upload": ("post", EDITING),
    "content:topics": ("get", EDITING),
    "content:topic_new": ("get", EDITING),
    "content:topic": ("get", EDITING),
    "content:check": ("post", EDITING),
    "content:facts": ("get", EDITING),
    "content:fact_new": ("get", EDITING),
    "content:programme": ("get", EDITING),
    "content:fact": ("get", EDITING),
    "content:owner": ("post", EDITING),
    "content:step": ("post", EDITING),
    "content:opened": ("post", EDITING),
    "content:versions": ("get", EDITING),
    "content:restore": ("post", EDITING),
    "chat:page": ("get", EVERYBODY),
    "chat:messages": ("post", EVERYBODY),
    "set_language": ("post", EVERYBODY),
    "understanding:examples": ("get", EDITING),
    "understanding:examples_step": ("post", EDITING),
    "understanding:training": ("get", EDITING),
    "understanding:progress": ("get", EDITING),
    "understanding:ask": ("post", EDITING),
    "understanding:roll_back": ("post", EDITING),
    "understanding:override": ("post", LEADING),
    "model_kept": ("get", EVERYBODY),  # as the next one
    "models/assistant.tar.gz": ("get", EVERYBODY),  # with the password of the dialogue server only
    "health/live": ("get", EVERYBODY),
    "health/ready": ("get", EVERYBODY),
    "metrics": ("get", EVERYBODY),
}
FACTORS = ("without", "not given", "given")
WHO = [("nobody", "without"), *((name, factor) for name in ROLES for factor in FACTORS)]
TOPIC = "money_how_much"
UNNAMED = ("health/live", "health/ready", "metrics", "models/assistant.tar.gz")
SETTING_UP = {"account:second_factor"}  # open also where a second factor is required and missing


def addresses(patterns: list, room: str = "") -> Iterator[tuple[str, list[str]]]:
    """Name of every page (its path when it has none), and what its address holds."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else room
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield (
                f"{room}{pattern.name or pattern.pattern}",
                list(pattern.pattern.converters or pattern.pattern.regex.groupindex),
            )


ADDRESSES = dict(addresses(get_resolver().url_patterns))


ADMIN = [  # but those for signing in and out, and the two addresses that have no name
    page
    for page in ADDRESSES
    if page.startswith("admin:") and page[-1].isalpha() and not page.endswith(("login", "logout"))
]


def test_every_page_has_a_line_in_the_table():
    assert len(ADMIN) > 30
    assert set(PAGES) == {name for name in ADDRESSES if not name.startswith("admin:")}


def outcome(client: Client, method: str, address: str) -> str:
    """How a page answers: with a way to the sign-in or to setting up, with a refusal, or not at all; else "in"."""
    answer = getattr(client, method)(address)
    place = urlparse(answer.get("Location", ""))
    if "next=" in place.query:
        return "sign in"
    if place.path == reverse("account:second_factor"):
        return "set up"
    return {403: "refused", 404: "unknown"}.get(answer.status_code, "in")


def expected(page: str, name: str, factor: str) -> str:
    may = PAGES[page][1]
    if may == EVERYBODY:
        return "in"
    if name == "nobody" or factor == "not given":
        return "sign in"
    if (may == HERE and name in WORKING - HERE) or (may == LEADING_HERE and name in LEADING - HERE):
        return "unknown"
    return "in" if name in may else "refused"


@pytest.fixture
def visitor(client, account, with_app, enter):
    """Builds what gives a client of one account, which is signed in anew each time."""

    def build(name: str, factor: str):
        if name == "nobody":
            return lambda: client
        role, names = ROLES[name]
        user = account(name.replace(" ", "-"), role, names)
        device = None if factor == "without" else with_app(user)
        return lambda: enter(client, user, device if factor == "given" else None)

    return build


@pytest.fixture
def address(waiting, account):
    """The address of a page: about a request of Morocco with voice messages, about a question with a draft, or a training."""
    request = waiting(voice="x")
    received_write(conversation_id=request.conversation_id, message_id="1", text="", voice="x")
    values = {"reference": request.reference, "programme": "morocco", "name": "iom_phone", "kind": "topic"}
    values |= {"fingerprint": "a" * 64}
    fitting = {
        "opening:step": {"step": "close"},
        "learning:step": {"step": "dismiss"},
        "content:step": {"step": "comment", "pk": draft(account("writer"))},
        "understanding:examples_step": {"step": "untest"},
        "understanding:override": {"pk": training_ask(by=None).pk},
    }
    key = Received.objects.get().pk

    def of(page: str) -> str:
        usual = {**values, "step": "claim", "key": TOPIC if page.startswith("content:") else key}
        named = {key: {**usual, **fitting.get(page, {})}[key] for key in ADDRESSES[page]}
        return f"/{page}" if page in UNNAMED else reverse(page, kwargs=named)

    return of


def draft(author) -> int:
    """The key of a draft of a question."""
    return draft_save(kind="topic", key=TOPIC, document=topic_document(TOPIC), by=author, revision=0).pk


@pytest.mark.parametrize(("name", "factor"), WHO)
@pytest.mark.usefixtures("quiet", "recipients")
def test_each_account_on_each_page(visitor, address, name, factor):
    come = visitor(name, factor)
    found = {page: outcome(come(), method, address(page)) for page, (method, _) in PAGES.items()}
    assert found == {page: expected(page, name, factor) for page in PAGES}
    assert Entry.objects.exists() is (name in HERE and factor != "not given")


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", ["editor", "supervisor", "administrator"])
@pytest.mark.usefixtures("quiet", "recipients")
def test_where_a_second_factor_is_required_nothing_opens_without(settings, visitor, address, name, factor):
    settings.SECOND_FACTOR = "required"
    come = visitor(name, factor)
    wanted = {page: expected(page, name, factor) for page in PAGES}
    if factor == "without":
        wanted |= {page: "set up" for page in PAGES if PAGES[page][1] != EVERYBODY and page not in SETTING_UP}
    assert {page: outcome(come(), method, address(page)) for page, (method, _) in PAGES.items()} == wanted


@pytest.mark.parametrize(("name", "factor"), WHO)
@pytest.mark.usefixtures("recipients")
def test_django_s_admin_is_for_administrators(visitor, name, factor):
    client = visitor(name, factor)()
    closed = [page for page in ADMIN if is_closed(client, page)]
    assert closed == ([] if name == "administrator" and factor != "not given" else ADMIN)


def is_closed(client: Client, page: str) -> bool:
    """Whether a page leads to the sign-in; about an object that is not there, when it needs one."""
    values = ["people" if value == "app_label" else "999" for value in ADDRESSES[page]]
    return client.get(reverse(page, args=values)).get("Location", "").startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    ("name", "factor", "leads_to"),
    [
        ("nobody", "without", "sign in"),
        ("administrator", "not given", "sign in"),
        ("counsellor", "without", "refused"),
        ("administrator", "without", "in"),
        ("administrator", "given", "in"),
    ],
)
def test_the_admin_s_own_sign_in_leads_to_ours(visitor, name, factor, leads_to):
    assert outcome(visitor(name, factor)(), "get", reverse("admin:login")) == leads_to


def test_the_admin_leads_to_setting_up_where_that_is_required(settings, visitor):
    settings.SECOND_FACTOR = "required"
    client = visitor("administrator", "without")()
    assert client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0] == reverse("account:second_factor")


# --- roles -------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_or_has_no_role_sees_nothing(account):
    former = account("former")
    former.is_active = False
    for user in (AnonymousUser(), account("nobody", ""), former):
        assert role_of(user) == ""
        assert programmes_of(user) == []


def test_a_counsellor_sees_their_programmes_only(account):
    assert programmes_of(account(programmes=("morocco", "belgium"))) == ["morocco", "belgium"]


def test_an_editor_sees_no_request(account):
    assert programmes_of(account(role="editor")) == []


def test_an_administrator_sees_all(account):
    assert programmes_of(get_user_model().objects.create_superuser("root")) == list(programmes())
    assert programmes_of(account("adam", "administrator", ())) == list(programmes())


@pytest.mark.parametrize(
    ("role", "works", "leads", "administers"),
    [
        ("", False, False, False),
        ("editor", False, False, False),
        ("counsellor", True, False, False),
        ("supervisor", True, True, False),
        ("administrator", True, True, True),
    ],
)
def test_what_each_role_may_do(account, role, works, leads, administers):
    user = account(role=role)
    assert (is_working(user), is_leading(user), is_administrator(user)) == (works, leads, administers)


def test_a_request_can_go_to_active_people_of_its_programme(account):
    here = account("amina")
    for name, role, names in (("bart", "counsellor", ("belgium",)), ("edith", "editor", ("morocco",))):
        account(name, role, names)
    get_user_model().objects.filter(pk=account("former").pk).update(is_active=False)
    assert list(counsellors_of("morocco")) == [here]


@pytest.mark.parametrize("names", [["morocco", "atlantis"], 5, [["x"]], "morocco"])
def test_unknown_programmes_are_refused(account, names):
    staff = Staff(user=account(role=""), programmes=names)
    with pytest.raises(ValidationError, match="programmes"):
        staff.full_clean()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_who_guesses_passwords_is_locked_out(client, account, language):
    account(role="administrator")
    login, headers = reverse("login"), {"accept-language": language}
    for _ in range(5):
        answer = client.post(login, {"username": "amina", "password": "wrong"}, headers=headers)
    assert answer.status_code == 429
    assert f'lang="{language}"' in answer.content.decode()
    right = client.post(login, {"username": "amina", "password": "a-long-password-1"}, headers=headers)
    assert right.status_code == 429
    other = client.post(login, {"username": "somebody", "password": "x"}, headers=headers)
    assert other.status_code == 200
