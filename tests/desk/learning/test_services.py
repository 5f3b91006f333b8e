"""What was asked is counted without a person; messages are kept for a time, and erased with their conversation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from desk.callbacks.management.commands.worker import tidy
from desk.conversations.identity import tokens
from desk.conversations.services import conversation_erase, conversations_rename
from desk.errors import Refused
from desk.learning.models import Erased, Message, Rating, Tally
from desk.learning.services import (
    KEEP_ERASED,
    erased_sweep,
    learning_tidy,
    messages_dismiss,
    messages_teach,
    person_forget,
)
from tests.desk.learning.conftest import PERSON, missed, note, rated, reference_of, taught, write
from tests.desk.together import together

pytestmark = pytest.mark.django_db
OTHER = "web-other"


def tallies(**wanted) -> list[tuple]:
    return list(Tally.objects.filter(**wanted).order_by("topic").values_list("topic", *Tally.COUNTS))


# --- counting ---------------------------------------------------------------------------------------------


def test_what_was_asked_is_counted_by_day_question_language_place_and_channel():
    write(note(), note(), note(language="ar"), missed(outcome="unanswered"))
    write(note())
    assert tallies(language="fr") == [("money_how_much", 3, 0, 0, 0, 0), ("nlu_fallback", 0, 0, 1, 0, 0)]
    assert tallies(language="ar") == [("money_how_much", 1, 0, 0, 0, 0)]


def test_a_count_knows_no_person():
    write(note(), missed("je suis perdu"), rated(True))
    stored = " ".join(str(value) for row in Tally.objects.values() for value in row.values())
    assert reference_of() not in stored
    assert "perdu" not in stored
    assert not any(field.is_relation for field in Tally._meta.get_fields())


def test_an_answer_alone_leaves_nothing_of_the_person():
    write(note())
    assert not Message.objects.exists()
    assert not Rating.objects.exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_processes_that_count_at_once_lose_nothing():
    notes = [note(topic) for topic in ("money_how_much", "cost_free", "time_how_long")]
    together(6, lambda place: write(*(notes if place % 2 else reversed(notes))))
    assert tallies() == [(topic, 6, 0, 0, 0, 0) for topic in ("cost_free", "money_how_much", "time_how_long")]


# --- ratings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "helpful", "unhelpful"),
    [([True], 1, 0), ([False], 0, 1), ([True, True], 1, 0), ([True, False], 0, 1), ([False, True, False], 0, 1)],
)
def test_the_last_word_of_a_person_on_an_answer_counts_once(said, helpful, unhelpful):
    for is_helpful in said:
        write(rated(is_helpful))
    assert tallies() == [("money_how_much", 0, 0, 0, helpful, unhelpful)]


def test_ratings_of_one_writing_count_as_if_they_came_apart():
    write(rated(True), rated(False), rated(False, "cost_free"), rated(True, person=OTHER))
    assert tallies() == [("cost_free", 0, 0, 0, 0, 1), ("money_how_much", 0, 0, 0, 1, 1)]


def test_who_says_that_it_did_not_help_leaves_the_message_and_takes_it_back():
    write(rated(False, text="et mes enfants ?", text_language="fr"))
    assert list(Message.objects.values_list("kind", "topic")) == [("unhelpful", "money_how_much")]
    write(rated(True))
    assert not Message.objects.exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_same_rating_that_comes_twice_at_once_counts_once():
    together(4, lambda _: write(rated(False)))
    assert tallies() == [("money_how_much", 0, 0, 0, 0, 1)]


# --- messages ---------------------------------------------------------------------------------------------


def test_a_message_is_not_readable_in_the_database():
    write(missed("kifach ndir l3awda"))
    with connection.cursor() as database:
        database.execute("SELECT text, reference FROM learning_message")
        ((text, reference),) = database.fetchall()
    assert "kifach" not in text
    assert PERSON not in reference
    assert Message.objects.get().text == "kifach ndir l3awda"


def test_where_nothing_may_be_kept_it_is_counted_all_the_same(settings):
    settings.LEARNING_DAYS = 0
    write(missed())
    assert not Message.objects.exists()
    assert tallies() == [("nlu_fallback", 0, 1, 0, 0, 0)]


# --- erasing ----------------------------------------------------------------------------------------------


def test_erasing_a_conversation_takes_its_messages_and_ratings_and_leaves_others_and_counts():
    write(missed(), rated(False, text="x y", text_language="fr"), missed(person=OTHER), rated(True, person=OTHER))
    before = tallies()
    conversation_erase(conversation_id=PERSON)
    assert set(Message.objects.values_list("reference", flat=True)) == {reference_of(OTHER)}
    assert set(Rating.objects.values_list("reference", flat=True)) == {reference_of(OTHER)}
    assert tallies() == before


def test_what_was_still_on_its_way_when_the_person_erased_is_not_kept():
    late = [missed(), rated(False, text="x y", text_language="fr"), missed(person=OTHER)]
    conversation_erase(conversation_id=PERSON)
    write(*late)
    assert set(Message.objects.values_list("reference", flat=True)) == {reference_of(OTHER)}
    assert not Rating.objects.exists()


def test_who_writes_again_after_erasing_is_a_person_like_others():
    conversation_erase(conversation_id=PERSON)
    write(missed())
    assert Message.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_erasing_while_it_is_written_leaves_nothing():
    for _ in range(5):
        late = [missed(f"message {number}") for number in range(20)]
        together(2, lambda place, late=late: write(*late) if place else person_forget(conversation_id=PERSON))
        assert not Message.objects.exists()


def test_with_an_older_key_it_is_erased_too(settings):
    write(missed())
    settings.CONVERSATION_KEYS = [b"n" * 64, *settings.CONVERSATION_KEYS]
    assert len(tokens("a")) == len(settings.CONVERSATION_KEYS)
    conversation_erase(conversation_id=PERSON)
    assert not Message.objects.exists()


def test_with_a_new_key_for_all_nothing_stays_that_nobody_could_erase():
    write(missed(), rated(True))
    conversations_rename()
    assert not Message.objects.exists()
    assert not Rating.objects.exists()
    assert Tally.objects.exists()


# --- time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_after_the_set_time_messages_and_ratings_are_deleted(settings, days, left):
    settings.LEARNING_DAYS = 90
    write(missed(), rated(True))
    learning_tidy(now=timezone.now() + timedelta(days=days))
    assert (Message.objects.count(), Rating.objects.count()) == (left, left)
    assert Tally.objects.exists()


def test_a_message_that_waited_so_long_that_an_erasure_may_be_forgotten_is_not_kept():
    write(missed(ago=KEEP_ERASED + timedelta(minutes=1)))
    assert not Message.objects.exists()


def test_that_a_conversation_was_erased_is_forgotten_after_a_day():
    conversation_erase(conversation_id=PERSON)
    learning_tidy(now=timezone.now() + timedelta(hours=23))
    assert Erased.objects.exists()
    learning_tidy(now=timezone.now() + timedelta(hours=25))
    assert not Erased.objects.exists()


def test_the_tidy_deletes_what_a_process_left_that_died_after_writing():
    conversation_erase(conversation_id=PERSON)
    early = timezone.now() - timedelta(minutes=1)
    Message.objects.create(reference=reference_of(), at=early, kind="suggested", text="x", language="fr")
    erased_sweep()
    assert not Message.objects.exists()


# --- teaching ---------------------------------------------------------------------------------------------


def keys() -> list[int]:
    return list(Message.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "c koi ça"), ("ar", "ما هذا البرنامج بالضبط"), ("ary", "chno hadchi"), ("en", "what is this whole thing")],
)
def test_messages_become_an_example_and_are_done_with(account, language, text):
    write(missed(text, language=language), missed("autre chose", person=OTHER))
    messages_teach(keys=keys()[:1], label="about_what_is_avrr", language=language, text=text, by=account())
    assert taught() == [{"label": "about_what_is_avrr", "language": language, "text": text, "by": "amina"}]
    assert [message.text for message in Message.objects.all()] == ["autre chose"]


@pytest.mark.parametrize("text", ["call 0800 32 745", "appelle […]"])
def test_what_is_refused_leaves_the_messages(account, text):
    write(missed())
    with pytest.raises(Refused):
        messages_teach(keys=keys(), label="cost_free", language="fr", text=text, by=account())
    assert Message.objects.count() == 1
    assert taught() == []


def test_what_somebody_else_dealt_with_is_refused(account):
    with pytest.raises(Refused):
        messages_dismiss(keys=[4711])
    with pytest.raises(Refused):
        messages_teach(keys=[4711], label="cost_free", language="fr", text="combien ?", by=account())
    assert taught() == []


def test_the_worker_tidies_here_too(settings):
    settings.LEARNING_DAYS = 7
    write(missed(ago=timedelta(hours=1)))
    Message.objects.update(at=timezone.now() - timedelta(days=8))
    tidy()
    assert not Message.objects.exists()
