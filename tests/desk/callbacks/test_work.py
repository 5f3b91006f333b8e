"""What counsellors do with a request, what is refused, and what the history keeps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from desk.callbacks.models import Entry
from desk.callbacks.services import callback_request_cancel, callback_requests_delete
from desk.callbacks.work import (
    attempt_record,
    note_add,
    phone_reveal,
    request_assign,
    request_claim,
    request_close,
    request_refer,
    request_release,
    request_reopen,
)
from desk.conversations.models import Delivery, Stop
from desk.conversations.services import conversations_rename
from desk.conversations.takeover import takeover_active, takeover_extend
from desk.errors import Refused
from desk.people.models import Staff
from tests.desk.together import together

pytestmark = pytest.mark.django_db
PERSON = "telegram-Xk3"
LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def history(request):
    return list(request.entries.values_list("kind", "author__username"))


@pytest.fixture
def taken(waiting, account):
    """A request that amina works on."""
    return request_claim(pk=waiting(conversation_id=PERSON, safety="call_and_message").pk, by=account())


@pytest.fixture
def amina(taken):
    return taken.claimed_by


@pytest.fixture
def other(account):
    return account("brahim")


@pytest.fixture
def supervisor(account):
    return account("salma", Staff.Role.SUPERVISOR)


def test_who_takes_a_request_has_it(taken, amina):
    taken.refresh_from_db()
    assert (taken.claimed_by, taken.status) == (amina, "open")
    assert taken.claimed_at is not None
    assert history(taken) == [("claimed", "amina")]


def test_taking_twice_changes_nothing(taken, amina):
    request_claim(pk=taken.pk, by=amina)
    assert history(taken) == [("claimed", "amina")]


def test_the_second_is_told_who_was_first(taken, other):
    with pytest.raises(Refused, match="amina"):
        request_claim(pk=taken.pk, by=other)
    taken.refresh_from_db()
    assert taken.claimed_by.username == "amina"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_refusal_is_in_the_language_of_the_page(taken, other, language):
    with translation.override(language), pytest.raises(Refused) as refused:
        request_claim(pk=taken.pk, by=other)
    assert "amina" in str(refused.value)
    assert "has taken" not in str(refused.value)


def test_a_request_given_back_is_free(taken, amina, other):
    request_release(pk=taken.pk, by=amina)
    request_claim(pk=taken.pk, by=other)
    assert history(taken) == [("claimed", "amina"), ("released", "amina"), ("claimed", "brahim")]


STEPS = {
    "release": lambda pk, by: request_release(pk=pk, by=by),
    "attempt": lambda pk, by: attempt_record(pk=pk, by=by, result="reached"),
    "refer": lambda pk, by: request_refer(pk=pk, by=by, organisation="Caritas"),
    "close": lambda pk, by: request_close(pk=pk, by=by, outcome="informed"),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_only_who_has_it_works_on_it(taken, other, step):
    with pytest.raises(Refused, match="amina"):
        step(taken.pk, other)
    assert history(taken) == [("claimed", "amina")]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_supervisor_may_step_in(taken, supervisor, step):
    step(taken.pk, supervisor)
    assert history(taken)[-1][1] == "salma"


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_nobody_works_on_what_nobody_took(waiting, account, step):
    with pytest.raises(Refused, match="Take the request first"):
        step(waiting().pk, account())


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_nothing_is_done_to_a_closed_request(taken, amina, step):
    request_close(pk=taken.pk, by=amina, outcome="informed")
    with pytest.raises(Refused):
        step(taken.pk, amina)


def test_a_request_that_the_person_cancelled_cannot_be_taken(waiting, account):
    request = waiting()
    callback_request_cancel(conversation_id=request.conversation_id)
    with pytest.raises(Refused):
        request_claim(pk=request.pk, by=account())


def test_closing_needs_an_outcome(taken, amina):
    with pytest.raises(Refused):
        request_close(pk=taken.pk, by=amina, outcome="whatever")
    request = request_close(pk=taken.pk, by=amina, outcome="referred", text="Rang twice.")
    assert (request.status, request.outcome) == ("done", "referred")
    assert request.closed_at is not None
    assert request.entries.last().text == "Rang twice."


def test_a_closed_request_can_be_opened_again(taken, amina, other):
    request_close(pk=taken.pk, by=amina, outcome="not_reached")
    request = request_reopen(pk=taken.pk, by=other)
    assert (request.status, request.outcome, request.closed_at, request.claimed_by) == ("open", "", None, other)


def test_an_open_request_is_not_opened_again(taken, amina):
    with pytest.raises(Refused):
        request_reopen(pk=taken.pk, by=amina)


def test_a_newer_request_of_the_person_comes_first(taken, amina, waiting):
    request_close(pk=taken.pk, by=amina, outcome="informed")
    waiting(conversation_id=PERSON)
    with pytest.raises(Refused, match="newer"):
        request_reopen(pk=taken.pk, by=amina)


def test_a_request_goes_to_a_colleague_of_its_programme(taken, amina, other):
    request = request_assign(pk=taken.pk, by=amina, to=other)
    assert request.claimed_by == other
    assert request.entries.last().about == "brahim"


def test_a_request_goes_to_nobody_of_another_programme(taken, amina, account):
    with pytest.raises(Refused, match="programme"):
        request_assign(pk=taken.pk, by=amina, to=account("bart", programmes=["belgium"]))


def test_an_editor_is_given_no_request(taken, amina, account):
    with pytest.raises(Refused):
        request_assign(pk=taken.pk, by=amina, to=account("edith", Staff.Role.EDITOR))


def test_only_who_has_it_or_a_supervisor_gives_it_on(taken, other, supervisor):
    with pytest.raises(Refused):
        request_assign(pk=taken.pk, by=other, to=other)
    assert request_assign(pk=taken.pk, by=supervisor, to=other).claimed_by == other


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_note_is_refused(taken, amina, text):
    with pytest.raises(Refused):
        note_add(pk=taken.pk, by=amina, text=text)


def test_a_note_and_the_phone_number_stand_encrypted_in_the_database(taken, amina):
    note_add(pk=taken.pk, by=amina, text="lives with her aunt")
    with connection.cursor() as database:
        database.execute("SELECT text FROM callbacks_entry UNION SELECT phone FROM callbacks_callbackrequest")
        stored = [value for (value,) in database.fetchall() if value]
    assert len(stored) == 2
    assert not any("aunt" in value or "612345678" in value for value in stored)
    assert taken.entries.last().text == "lives with her aunt"


def test_each_look_at_the_number_is_recorded(taken, amina, other):
    assert phone_reveal(pk=taken.pk, by=other) == "+212612345678"
    assert history(taken)[-1] == ("revealed", "brahim")


def test_without_a_number_there_is_nothing_to_show(waiting, account):
    request = waiting(contact="chat", phone="", safety="chat_only")
    with pytest.raises(Refused):
        phone_reveal(pk=request.pk, by=account())
    assert history(request) == []


def test_history_is_never_changed(taken):
    entry = taken.entries.get()
    entry.text = "something else"
    with pytest.raises(TypeError):
        entry.save()


def test_a_request_whose_person_had_it_erased_is_gone(taken, amina):
    callback_requests_delete(conversation_id=PERSON)
    with pytest.raises(Refused):
        note_add(pk=taken.pk, by=amina, text="x")


@pytest.mark.parametrize("step", [STEPS["release"], STEPS["close"]], ids=["release", "close"])
def test_the_assistant_answers_again_when_the_work_ends(taken, amina, step):
    takeover_extend(conversation_id=PERSON)
    step(taken.pk, amina)
    assert not takeover_active(conversation_id=PERSON)


def test_a_lost_key_loses_nothing_for_good(taken, amina, settings):
    before, settings.CONVERSATION_KEYS = settings.CONVERSATION_KEYS, [bytes(64)]
    request_release(pk=taken.pk, by=amina)
    taken.refresh_from_db()
    assert taken.phone == "?"
    taken.save()
    settings.CONVERSATION_KEYS = before
    taken.refresh_from_db()
    assert taken.phone == "+212612345678"


def test_a_new_key_writes_and_the_old_one_still_reads(taken, settings):
    old = settings.CONVERSATION_KEYS
    settings.CONVERSATION_KEYS = [bytes(range(64)), *old]
    conversations_rename()
    settings.CONVERSATION_KEYS = [bytes(range(64))]
    taken.refresh_from_db()
    assert taken.phone == "+212612345678"


def test_history_goes_with_the_data_of_the_person(taken):
    callback_requests_delete(conversation_id=PERSON)
    assert not Entry.objects.exists()


# --- what the person hears ---------------------------------------------------------------------------


def test_the_person_hears_of_an_attempt_and_of_the_next_one(taken, amina):
    tomorrow = timezone.now() + LATER
    request = attempt_record(pk=taken.pk, by=amina, result="no_answer", next_at=tomorrow)
    delivery = Delivery.objects.get(conversation_id=PERSON)
    assert request.next_attempt_at == tomorrow
    assert request.entries.last().deliveries == [delivery.pk]
    assert delivery.content["language"] == "ar"
    assert delivery.content["push"] is True
    assert any("\u0600" <= letter <= "\u06ff" for letter in delivery.content["text"])


@pytest.mark.parametrize("result", ["reached", "wrong_number", "unsafe"])
def test_nothing_is_said_when_it_went_well_to_a_stranger_or_when_somebody_listens(taken, amina, result):
    attempt_record(pk=taken.pk, by=amina, result=result)
    assert not Delivery.objects.exists()


def test_nothing_is_said_where_a_message_is_not_safe(waiting, account):
    request = request_claim(pk=waiting(conversation_id=PERSON, safety="call_only").pk, by=account())
    attempt_record(pk=request.pk, by=request.claimed_by, result="no_answer")
    assert not Delivery.objects.exists()


def test_nothing_is_said_to_who_wants_no_messages(taken, amina):
    Stop.objects.create(conversation_id=PERSON)
    attempt_record(pk=taken.pk, by=amina, result="no_answer")
    assert not Delivery.objects.exists()


def test_the_next_attempt_lies_ahead(taken, amina):
    with pytest.raises(Refused):
        attempt_record(pk=taken.pk, by=amina, result="no_answer", next_at=timezone.now() - LATER)
    assert not Delivery.objects.exists()


# --- at the same time --------------------------------------------------------------------------------


def take(pk, user):
    """Who took the request, or why it was refused."""
    try:
        return request_claim(pk=pk, by=user).claimed_by.username
    except Refused as refused:
        return f"refused: {refused}"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_at_once_one_wins_and_the_others_are_told(waiting, account):
    people = [account(f"person{number}") for number in range(6)]
    for round_ in range(5):
        request = waiting(conversation_id=f"web-{round_}")
        said = together(len(people), lambda place, pk=request.pk: take(pk, people[place]))
        request.refresh_from_db()
        winner = request.claimed_by.username
        assert [word for word in said if not word.startswith("refused")] == [winner]
        assert all(winner in word for word in said)
        assert history(request) == [("claimed", winner)]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_request_cancelled_while_it_is_taken_stays_cancelled(waiting, account):
    amina = account()

    def work(place):
        return take(request.pk, amina) if place else callback_request_cancel(conversation_id=conversation).status

    for conversation in (f"web-{round_}" for round_ in range(10)):
        request = waiting(conversation_id=conversation)
        cancelled, taken = together(2, work)
        request.refresh_from_db()
        assert (request.status, cancelled) == ("cancelled", "cancelled")
        by_amina = [("claimed", "amina")] if taken == "amina" else []
        assert history(request) == [*by_amina, ("cancelled", None)]
        assert request.claimed_by == (amina if by_amina else None)
