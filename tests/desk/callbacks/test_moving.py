"""The office closes after a promise was given: what moves, what stays, and what the person hears."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from desk.alerts.models import Alert
from desk.callbacks.escalation import requests_escalate
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.moving import _move, promises_move
from desk.callbacks.notices import move_text
from desk.callbacks.services import callback_request_cancel, callback_request_save
from desk.callbacks.work import attempt_record, request_claim, request_close, written_record
from desk.conversations.models import Delivery, Stop
from desk.opening.models import DecidedDay, WeeklyHours
from desk.opening.selectors import opening_times_get
from desk.programmes.selectors import programme_get, programmes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]
PERSON = "telegram-Xk3"
ASKED = datetime.fromisoformat("2026-11-23 15:00+01:00")  # a Monday in Rabat and in Brussels
PROMISED = datetime.fromisoformat("2026-11-24 12:00+01:00")
AGAIN = datetime.fromisoformat("2026-11-25 12:00+01:00")
NOW = ASKED + timedelta(hours=1)


@pytest.fixture
def asked(answers):
    """Builds a request of a person who asked at a moment."""

    def build(at=ASKED, **changes) -> CallbackRequest:
        values = {"conversation_id": PERSON, "safety": "call_and_message", **changes}
        request, _ = callback_request_save(**answers(**values), now=at)
        CallbackRequest.objects.filter(pk=request.pk).update(created_at=at)
        return request

    return build


def close(day="2026-11-24", programme="morocco", is_closed=True) -> None:
    DecidedDay.objects.create(programme=programme, day=date.fromisoformat(day), is_closed=is_closed, reason="strike")


def promised(request: CallbackRequest) -> datetime:
    request.refresh_from_db()
    return request.promised_at


def test_a_promise_moves_once_and_is_in_the_history_with_both_times(asked):
    request = asked()
    assert promised(request) == PROMISED
    close()
    assert [promises_move(programme="morocco", now=NOW) for _ in range(3)] == [1, 0, 0]
    assert promised(request) == AGAIN
    entry = request.entries.get()
    assert (entry.kind, entry.author) == ("moved", None)
    assert [datetime.fromisoformat(part) for part in entry.about.split()] == [PROMISED, AGAIN]


def test_the_person_is_told_once_of_the_new_time(asked):
    request = asked()
    close()
    for _ in range(2):
        promises_move(programme="morocco", now=NOW)
    delivery = Delivery.objects.get()
    assert request.entries.get().deliveries == [delivery.pk]
    assert (delivery.conversation_id, delivery.content["language"], delivery.content["push"]) == (PERSON, "ar", True)
    assert request.reference in delivery.content["text"]
    assert "12:00" in delivery.content["text"]


def test_the_words_are_honest_and_give_nothing_away(asked):
    request = asked(topic="safety_violence_gbv", name="Fatima")
    with translation.override("en"):
        words = move_text(request)
    assert words.startswith(f"The office is closed at the time we told you for {request.reference}.")
    assert "Fatima" not in words
    assert "violence" not in words


@pytest.mark.parametrize(
    "changes",
    [
        {"safety": "call_only"},
        {"conversation_id": "web-1"},
        {"conversation_id": "telegram-stopped"},
    ],
    ids=["no message is safe", "web chat", "stopped"],
)
def test_where_a_message_is_not_safe_the_promise_moves_in_silence(asked, changes):
    Stop.objects.create(conversation_id="telegram-stopped")
    request = asked(**changes)
    close()
    assert promises_move(programme="morocco", now=NOW) == 1
    assert promised(request) == AGAIN
    assert not Delivery.objects.exists()


def test_an_urgent_promise_moves_to_the_first_open_hour(asked):
    request = asked(at=ASKED + timedelta(hours=2), urgent=True)
    close()
    promises_move(programme="morocco", now=NOW + timedelta(hours=2))
    assert promised(request) == datetime.fromisoformat("2026-11-25 10:00+01:00")


@pytest.mark.parametrize(
    ("wish", "closed", "again"),
    [
        ("morning", "2026-11-24", "2026-11-25 12:30+01:00"),
        ("tomorrow afternoon", "2026-11-24", "2026-11-25 16:00+01:00"),
        ("tuesday", "2026-11-24", "2026-12-01 12:30+01:00"),
        ("today", "2026-11-23", "2026-11-24 14:00+01:00"),
    ],
)
def test_the_wish_of_the_person_still_counts(asked, wish, closed, again):
    request = asked(wish=wish)
    close(closed)
    promises_move(programme="morocco", now=ASKED + timedelta(minutes=30))
    assert promised(request) == datetime.fromisoformat(again)


@pytest.mark.parametrize(
    ("programme", "at", "was", "closed", "again"),
    [
        ("belgium", "2026-03-27 15:30+01:00", "2026-03-30 12:30+02:00", "2026-03-30", "2026-03-31 12:30+02:00"),
        ("belgium", "2026-10-23 15:30+02:00", "2026-10-26 12:30+01:00", "2026-10-26", "2026-10-27 12:30+01:00"),
        # Ramadan: Morocco's clock goes back on 15 February, and forward on 22 March, after the feast of the 20th.
        ("morocco", "2026-02-12 15:30+01:00", "2026-02-13 12:30+01:00", "2026-02-13", "2026-02-16 12:30+00:00"),
        ("morocco", "2026-03-18 15:30+00:00", "2026-03-19 12:30+00:00", "2026-03-19", "2026-03-23 12:30+01:00"),
    ],
)
def test_the_clock_of_the_office_counts_when_the_time_changes(asked, programme, at, was, closed, again):
    request = asked(at=datetime.fromisoformat(at), programme=programme)
    assert promised(request) == datetime.fromisoformat(was)
    close(closed, programme)
    promises_move(programme=programme, now=datetime.fromisoformat(at))
    assert promised(request) == datetime.fromisoformat(again)


def test_other_weekly_hours_move_what_they_do_not_keep(asked):
    request = asked()
    WeeklyHours.objects.create(programme="morocco", hours={"thursday": ["10:00-16:00"]})
    assert promises_move(programme="morocco", now=NOW) == 1
    assert promised(request) == datetime.fromisoformat("2026-11-26 14:00+01:00")


def test_a_new_data_file_moves_it_too(asked, monkeypatch):
    request = asked()
    changed = programme_get("morocco").copy(update={"closed_on": [date(2026, 11, 24)]})
    monkeypatch.setitem(programmes(), "morocco", changed)
    assert promises_move(programme="morocco", now=NOW) == 1
    assert promised(request) == AGAIN


# --- what stays --------------------------------------------------------------------------------------


def test_a_promise_does_not_move_back_when_the_office_opens_after_all(asked):
    request = asked()
    close()
    promises_move(programme="morocco", now=NOW)
    DecidedDay.objects.all().delete()
    assert promises_move(programme="morocco", now=NOW) == 0
    assert promised(request) == AGAIN


def test_what_is_late_stays_and_escalates(asked):
    request = asked()
    close()
    assert promises_move(programme="morocco", now=PROMISED) == 0
    assert promised(request) == PROMISED
    assert requests_escalate(now=PROMISED + timedelta(seconds=1)) == 1


def test_what_moved_escalates_at_the_new_time_only(asked):
    asked()
    close()
    promises_move(programme="morocco", now=NOW)
    assert requests_escalate(now=PROMISED + timedelta(minutes=1)) == 0
    assert requests_escalate(now=AGAIN + timedelta(minutes=1)) == 1


def test_what_somebody_took_moves_too_and_stays_in_their_hands(asked, account):
    request = request_claim(pk=asked().pk, by=account())
    close()
    assert promises_move(programme="morocco", now=NOW) == 1
    assert promised(request) == AGAIN
    assert request.claimed_by is not None
    assert Delivery.objects.count() == 1


@pytest.fixture
def taken(asked, account):
    """Lets amina take a request and do something with it; nothing lies in the past of the tests' clock."""

    def build(do) -> CallbackRequest:
        request = request_claim(pk=asked().pk, by=account())
        do(request.pk, request.claimed_by)
        Delivery.objects.all().delete()
        return request

    return build


ANSWERED = {
    "reached": lambda pk, by: attempt_record(pk=pk, by=by, result="reached"),
    "another time is agreed": lambda pk, by: attempt_record(
        pk=pk, by=by, result="no_answer", next_at=timezone.now() + timedelta(days=1)
    ),
    "written to": lambda pk, by: written_record(pk=pk, by=by, text="Hello", deliveries=[]),
    "closed": lambda pk, by: request_close(pk=pk, by=by, outcome="informed"),
}


@pytest.mark.parametrize("do", ANSWERED.values(), ids=ANSWERED)
def test_who_was_answered_waits_for_no_promise(taken, do):
    request = taken(do)
    close()
    assert promises_move(programme="morocco", now=NOW) == 0
    assert promised(request) == PROMISED
    assert not Delivery.objects.exists()


def test_who_was_not_reached_still_waits(taken):
    taken(lambda pk, by: attempt_record(pk=pk, by=by, result="no_answer"))
    close()
    assert promises_move(programme="morocco", now=NOW) == 1


def test_who_changed_the_request_after_an_answer_waits_again(taken, asked):
    request = taken(ANSWERED["reached"])
    callback_request_save(
        conversation_id=PERSON,
        programme="morocco",
        language="fr",
        contact="chat",
        safety="chat_only",
        now=ASKED,
    )
    close()
    assert promises_move(programme="morocco", now=NOW) == 1
    assert promised(request) > PROMISED


def test_other_programmes_and_what_is_over_stay(asked):
    other = asked(conversation_id="telegram-other", programme="belgium")
    asked()
    callback_request_cancel(conversation_id=PERSON)
    close()
    assert promises_move(programme="morocco", now=NOW) == 0
    assert promised(other) == PROMISED


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda request: request.delete(),
        lambda request: callback_request_cancel(conversation_id=PERSON),
        lambda request: promises_move(programme="morocco", now=NOW),
    ],
    ids=["deleted", "cancelled", "moved"],
)
def test_what_happens_meanwhile_counts(asked, meanwhile):
    request = asked()
    pk = request.pk
    close()
    meanwhile(request)
    before = Entry.objects.filter(kind="moved").count()
    assert _move(pk, opening_times_get("morocco"), NOW) is False
    assert Entry.objects.filter(kind="moved").count() == before


# --- how it is asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 20])
def test_looking_for_promises_that_fell_costs_three_queries(asked, many, django_assert_num_queries):
    for number in range(many):
        asked(conversation_id=f"telegram-{number}")
    close("2026-12-24")
    with django_assert_num_queries(3):
        assert promises_move(programme="morocco", now=NOW) == 0


def test_nobody_is_alerted_of_a_promise_that_moved(asked):
    asked()
    Alert.objects.all().delete()
    close()
    promises_move(programme="morocco", now=NOW)
    assert not Alert.objects.exists()
