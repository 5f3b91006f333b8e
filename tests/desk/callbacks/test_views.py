"""The counsellors' pages: who sees what, what is shown, what a step does."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.moving import promises_move
from desk.callbacks.notices import moment
from desk.callbacks.services import callback_request_cancel
from desk.callbacks.work import attempt_record, request_claim
from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Delivery
from desk.conversations.takeover import received_write
from desk.opening.models import DecidedDay, WeeklyHours
from desk.programmes.schema import WEEKDAYS
from desk.programmes.selectors import programme_timezone

pytestmark = pytest.mark.django_db
PERSON = "telegram-Xk3"
TRACKER = (
    b'{"slots": {"situation": "no_papers", "children": null, "age": "adult"}, "events": ['
    b'{"event": "bot", "text": "It is free.", "metadata": {"utter_action": "utter_faq/cost_free"}},'
    b'{"event": "bot", "text": "Hello.", "metadata": {"utter_action": "utter_greet"}}]}'
)


def page(client, request, **options):
    return client.get(reverse("requests:request", args=[request.reference]), **options)


def do(client, request, step, **values):
    return client.post(reverse("requests:step", args=[request.reference, step]), values, follow=True)


# --- who sees what -----------------------------------------------------------------------------------


def test_a_counsellor_signs_in_and_out(client, account):
    account()
    answer = client.post(reverse("login"), {"username": "amina", "password": "a-long-password-1"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("requests:queue")
    client.post(reverse("logout"))
    assert client.get(reverse("requests:queue")).status_code == 302


def test_a_page_that_reloads_itself_says_so_when_the_session_has_ended(client):
    answer = client.get(reverse("requests:queue"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")


@pytest.mark.usefixtures("quiet")
def test_no_page_with_people_is_kept_by_the_browser(open_as, waiting):
    request, client = waiting(), open_as()
    for answer in (client.get(reverse("requests:queue")), page(client, request)):
        assert "no-store" in answer["Cache-Control"]
        assert "HX-Request" in answer["Vary"]


def test_the_queue_shows_only_the_programmes_of_the_account(open_as, waiting):
    waiting(conversation_id="web-1")
    belgian = waiting(conversation_id="web-2", programme="belgium")
    shown = open_as(programmes=["belgium"]).get(reverse("requests:queue")).content.decode()
    assert shown.count("<li ") == 1
    assert belgian.reference in shown


def test_a_superuser_sees_everything(client, waiting):
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    assert waiting(programme="yemen").reference in client.get(reverse("requests:queue")).content.decode()


# --- the queue ---------------------------------------------------------------------------------------


def references(answer):
    return [item.reference for item in answer.context["page"].rows]


def test_urgent_first_then_overdue_then_by_promise(open_as, waiting):
    usual, late, urgent, again = (waiting(conversation_id=f"web-{number}") for number in range(4))
    now = timezone.now()
    for request, values in (
        (usual, {"promised_at": now + timedelta(hours=2)}),
        (late, {"promised_at": now - timedelta(hours=2)}),
        (urgent, {"promised_at": now + timedelta(hours=9), "urgent": True}),
        (again, {"promised_at": now - timedelta(days=1), "next_attempt_at": now + timedelta(hours=5)}),
    ):
        CallbackRequest.objects.filter(pk=request.pk).update(**values)
    answer = open_as().get(reverse("requests:queue"))
    assert references(answer) == [item.reference for item in (urgent, late, usual, again)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"who": "mine"}, ["mine"]),
        ({"who": "free"}, ["free", "french", "topic"]),
        ({"language": "fr"}, ["french"]),
        ({"topic": "cost_free"}, ["topic"]),
        ({"status": "done"}, []),
        ({"status": "nonsense"}, ["mine", "free", "french", "topic"]),
    ],
)
def test_filters(open_as, waiting, query, wanted):
    kinds = {"mine": {}, "free": {}, "french": {"language": "fr"}, "topic": {"topic": "cost_free"}}
    made = {name: waiting(conversation_id=f"web-{name}", **values) for name, values in kinds.items()}
    client = open_as()
    request_claim(pk=made["mine"].pk, by=get_user_model().objects.get())
    shown = references(client.get(reverse("requests:queue"), query))
    assert sorted(shown) == sorted(made[name].reference for name in wanted)


def test_htmx_gets_the_rows_only(open_as, waiting):
    waiting()
    client = open_as()
    whole = client.get(reverse("requests:queue")).content.decode()
    rows = client.get(reverse("requests:queue"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in rows
    assert 'data-free="1"' in rows


def queries(view):
    """What one page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert view().status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def test_the_queue_asks_the_database_as_often_for_many_as_for_few(open_as, waiting):
    client, address = open_as(), reverse("requests:queue")
    waiting(conversation_id="web-first")
    few = queries(lambda: client.get(address))
    user = get_user_model().objects.get()
    for number in range(40):
        request_claim(pk=waiting(conversation_id=f"web-{number}").pk, by=user)
    assert len(queries(lambda: client.get(address))) == len(few) <= 10


def test_the_closed_requests_are_not_counted(open_as, waiting):
    client = open_as()
    asked = queries(lambda: client.get(reverse("requests:queue"), {"status": "done"}))
    assert any("'done'" in sql for sql in asked)
    assert not [sql for sql in asked if "COUNT" in sql and "'done'" in sql]


@pytest.mark.parametrize(("number", "shown"), [("1", 50), ("2", 3), ("3", 0)])
def test_the_queue_has_pages(open_as, waiting, number, shown):
    for place in range(53):
        waiting(conversation_id=f"web-{place}")
    answer = open_as().get(reverse("requests:queue"), {"page": number, "language": "ar"})
    assert len(references(answer)) == shown
    links = {int(page) for page in re.findall(r'<a href="[^"]*[?;&]page=(\d+)', answer.content.decode())}
    assert links == {"1": {2}, "2": {1}, "3": {2}}[number]
    assert "language=ar" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "1.5", "٢", "9" * 30])
def test_a_page_that_is_none_is_the_first(open_as, waiting, number):
    request = waiting()
    assert references(open_as().get(reverse("requests:queue"), {"page": number})) == [request.reference]


# --- one request -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Pas de papiers"), ("ar", "ليس لدي أوراق"), ("en", "No papers")]
)
def test_the_page_shows_what_the_person_said_and_read(open_as, waiting, dialogue_server, language, words):
    dialogue_server.body = TRACKER
    answer = page(open_as(), waiting(conversation_id=PERSON), headers={"Accept-Language": language})
    shown = answer.content.decode()
    record = answer.context["record"]
    assert len(record.answers) == 2
    assert [item.text for item in record.shown] == ["It is free."]
    assert "It is free." in shown
    assert words in shown
    assert dialogue_server.calls[0][1].startswith(f"/conversations/{PERSON}/tracker")


@pytest.mark.usefixtures("quiet")
def test_the_page_works_without_the_assistant(open_as, waiting):
    answer = page(open_as(), waiting())
    assert answer.status_code == 200
    assert answer.context["record"] is None


@pytest.mark.usefixtures("quiet")
def test_the_number_is_not_in_the_page_but_shown_on_demand(open_as, waiting):
    request, client = waiting(safety="call_and_message"), open_as()
    assert "612345678" not in page(client, request).content.decode()
    shown = client.post(reverse("requests:phone", args=[request.reference]))
    assert "tel:+212612345678" in shown.content.decode()
    assert "wa.me/212612345678" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert request.entries.get().kind == "revealed"


@pytest.mark.usefixtures("quiet")
def test_where_no_message_is_safe_none_is_offered(open_as, waiting):
    shown = open_as().post(reverse("requests:phone", args=[waiting(safety="call_only").reference])).content.decode()
    assert "tel:" in shown
    assert "wa.me" not in shown


@pytest.mark.usefixtures("quiet")
def test_the_whole_way_of_a_request(open_as, waiting):
    request, client = waiting(conversation_id=PERSON, safety="call_and_message"), open_as()
    assert "claim" in page(client, request).content.decode()
    do(client, request, "claim")
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    do(client, request, "attempt", result="no_answer", next_at=tomorrow, text="rang long")
    do(client, request, "note", text="try in the evening")
    do(client, request, "refer", organisation="Caritas")
    answer = do(client, request, "close", outcome="referred")
    kinds = [entry.kind for entry in answer.context["entries"]]
    assert kinds == ["claimed", "attempt", "note", "referred", "closed"]
    assert Delivery.objects.get().get_status_display() in unescape(answer.content.decode())
    do(client, request, "reopen")
    request.refresh_from_db()
    assert request.status == "open"


@pytest.mark.usefixtures("quiet")
def test_the_next_attempt_is_read_on_the_clock_of_the_office(open_as, waiting):
    request, client = waiting(programme="tanzania"), open_as(programmes=["tanzania"])
    do(client, request, "claim")
    do(client, request, "attempt", result="no_answer", next_at="2030-06-01T09:00")
    request.refresh_from_db()
    assert request.next_attempt_at.isoformat() == "2030-06-01T06:00:00+00:00"


@pytest.mark.parametrize(
    ("step", "values"),
    [
        ("attempt", {}),
        ("attempt", {"result": "no_answer", "next_at": "soon"}),
        ("attempt", {"result": "no_answer", "next_at": "2001-01-01T09:00"}),
        ("close", {"outcome": "x"}),
        ("note", {"text": " "}),
        ("refer", {}),
        ("assign", {"to": "999"}),
    ],
)
@pytest.mark.usefixtures("quiet")
def test_what_is_wrong_is_said_and_nothing_is_changed(open_as, waiting, step, values):
    request, client = waiting(), open_as()
    do(client, request, "claim")
    answer = do(client, request, step, **values)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert request.entries.count() == 1


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("attempt", {"result": "no_answer", "next_at": "2001-01-01T09:00"}, "attempt_next_at"),
        ("attempt", {"result": "x"}, "attempt_result"),
        ("close", {"outcome": "x"}, "close_outcome"),
        ("note", {"text": " "}, "note_text"),
        ("refer", {}, "refer_organisation"),
        ("assign", {"to": "999"}, "assign_to"),
    ],
)
@pytest.mark.usefixtures("quiet")
def test_what_is_wrong_is_said_at_its_field(open_as, waiting, step, values, field):
    request, client = waiting(), open_as()
    do(client, request, "claim")
    shown = do(client, request, step, **values).content.decode()
    assert f'<ul class="errorlist" id="{field}_error">' in shown
    (wrong,) = re.findall(r"<(?:input|select|textarea)[^>]* aria-invalid[^>]*>", shown)
    assert f'id="{field}"' in wrong
    assert f'aria-describedby="{field}_error"' in wrong
    assert "autofocus" in wrong
    before = shown[: shown.index(f"{field}_error")]
    assert before.rfind("<details open") > before.rfind("</details>"), "it is not folded away"


@pytest.mark.usefixtures("quiet")
def test_a_message_that_cannot_be_sent_stays_in_its_field_with_the_reason(open_as, waiting):
    request, client = waiting(conversation_id=PERSON, safety="call_and_message"), open_as()
    do(client, request, "claim")
    answer = client.post(reverse("requests:message", args=[request.reference]), {"text": "Can I call you?"})
    assert answer.context["forms"]["message"].non_field_errors()
    assert "Can I call you?</textarea>" in answer.content.decode()


@pytest.mark.usefixtures("quiet")
def test_an_unknown_step_does_nothing(open_as, waiting):
    request, client = waiting(), open_as()
    assert client.post(reverse("requests:step", args=[request.reference, "delete"])).status_code == 404


def test_a_step_needs_a_post(open_as, waiting):
    assert open_as().get(reverse("requests:step", args=[waiting().reference, "claim"])).status_code == 405


@pytest.mark.usefixtures("quiet")
def test_a_request_asks_the_database_as_often_for_much_as_for_little(open_as, waiting, account):
    request, client = waiting(conversation_id=PERSON, safety="call_and_message"), open_as()
    authors = [get_user_model().objects.get(), *(account(f"person{number}") for number in range(5))]

    def work(times, since=0):
        for number in range(since, since + times):
            (delivery,) = deliveries_write(conversation_id=PERSON, contents=[{"text": "x"}])
            written = {"author": authors[number % 6], "text": "x", "deliveries": [delivery.pk]}
            Entry.objects.create(request=request, kind="written", **written)
            Entry.objects.create(request=request, kind="note", author=authors[number % 6], text="x")
            received_write(conversation_id=PERSON, message_id=str(number), text="x")

    work(1)
    few = queries(lambda: page(client, request))
    work(20, since=1)
    assert len(queries(lambda: page(client, request))) == len(few) <= 15


def test_what_was_written_is_not_lost_when_a_step_is_refused(open_as, waiting, quiet):
    request, client = waiting(), open_as()
    do(client, request, "claim")
    answer = do(client, request, "attempt", result="no_answer", next_at="2001-01-01T09:00", text="rang for long")
    assert "rang for long" in answer.content.decode()


def test_earlier_requests_of_other_programmes_are_not_shown(open_as, waiting, dialogue_server):
    earlier = waiting(conversation_id=PERSON, programme="belgium")
    callback_request_cancel(conversation_id=PERSON)
    request = waiting(conversation_id=PERSON)
    assert earlier.reference not in page(open_as(), request).content.decode()


# --- the office is closed ----------------------------------------------------------------------------

CLOSED_THEN = "the office is closed then"
ENGLISH = {"Accept-Language": "en"}


def agreed(request, user, days=9):
    """Amina agrees on another time; on that day the office is closed, whatever day of the week it is."""
    request_claim(pk=request.pk, by=user)
    moment = timezone.now() + timedelta(days=days)
    attempt_record(pk=request.pk, by=user, result="no_answer", next_at=moment)
    day = moment.astimezone(programme_timezone("morocco")).date()
    DecidedDay.objects.create(programme="morocco", day=day, is_closed=True, reason="strike")
    return moment


@pytest.mark.usefixtures("quiet")
def test_a_time_agreed_for_a_closed_day_is_marked_and_stays(open_as, waiting):
    request, client = waiting(), open_as()
    moment = agreed(request, get_user_model().objects.get())
    assert CLOSED_THEN in client.get(reverse("requests:queue"), headers=ENGLISH).content.decode()
    assert CLOSED_THEN in page(client, request, headers=ENGLISH).content.decode()
    assert promises_move(programme="morocco", now=timezone.now()) == 0
    request.refresh_from_db()
    assert request.next_attempt_at == moment


def over() -> None:
    """The time agreed and the closed day lie a week ago."""
    past = timezone.now() - timedelta(days=7)
    CallbackRequest.objects.update(next_attempt_at=past)
    DecidedDay.objects.update(day=past.astimezone(programme_timezone("morocco")).date())


NOT_MARKED = {
    "the office is open": lambda: DecidedDay.objects.update(is_closed=False),
    "the request is closed": lambda: CallbackRequest.objects.update(status="done"),
    "nothing is agreed": lambda: CallbackRequest.objects.update(next_attempt_at=None),
    "the time is over": over,
}


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("change", NOT_MARKED.values(), ids=NOT_MARKED)
def test_nothing_is_marked_otherwise(open_as, waiting, change):
    WeeklyHours.objects.create(programme="morocco", hours={day: ["09:00-12:00"] for day in WEEKDAYS})
    request, client = waiting(), open_as()
    agreed(request, get_user_model().objects.get())
    change()
    assert (
        CLOSED_THEN
        not in client.get(reverse("requests:queue"), {"status": "nonsense"}, headers=ENGLISH).content.decode()
    )
    assert CLOSED_THEN not in page(client, request, headers=ENGLISH).content.decode()


def test_marks_cost_the_same_for_many_as_for_few(open_as, waiting):
    client = open_as()
    user = get_user_model().objects.get()

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("requests:queue"))
        return len(asked)

    agreed(waiting(conversation_id="web-first"), user)
    few = queries()
    for number in range(10):
        agreed(waiting(conversation_id=f"web-{number}"), user, days=10 + number)
    assert queries() == few <= 12


@pytest.mark.usefixtures("quiet")
def test_the_history_shows_the_old_and_the_new_time_of_a_promise(open_as, waiting):
    request = waiting()
    day = request.promised_at.astimezone(programme_timezone("morocco")).date()
    DecidedDay.objects.create(programme="morocco", day=day, is_closed=True, reason="strike")
    with translation.override("en"):
        old = moment(request.promised_at, "morocco")
        assert promises_move(programme="morocco", now=timezone.now()) == 1
        request.refresh_from_db()
        new = moment(request.promised_at, "morocco")
    shown = page(open_as(), request, headers=ENGLISH).content.decode()
    assert f"promise moved · it was {old}, it is now {new}" in shown
