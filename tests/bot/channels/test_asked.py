"""What is noted of messages: with the trained model and the real agent, over the way that every channel takes."""

import asyncio
from pathlib import Path

import pytest
from django.db import OperationalError
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import ActiveLoop, BotUttered, SessionStarted, UserUttered

from bot.channels import asked
from bot.channels.asked import MOST_WAITING, Waiting, language_written, note_of
from bot.channels.inbound import Recorder, receive
from desk.conversations.identity import token
from desk.conversations.services import conversation_erase
from desk.database import in_database
from desk.learning.models import Message, Rating, Tally
from desk.learning.services import REFERENCE

ROOT = Path(__file__).resolve().parents[3]
PERSON = "telegram-abc"
TOPIC = "about_what_is_avrr"
WHAT = {"fr": "c'est quoi le retour volontaire ?", "ar": "ما هي العودة الطوعية؟", "en": "what is voluntary return?"}
UNCLEAR = {
    "fr": "mon ordinateur is very slow, comment je le répare",
    "ar": "محتاج قرض صغير بدون فوائد مين يعطيني",
    "ary": "ch7al kayn bin l2ard w l9amar",
}
LOST = "quelle est la capitale de l'Australie"
DANGER = {"fr": "je veux mourir", "ar": "أريد أن أموت", "en": "i want to kill myself"}


@pytest.fixture(scope="module")
def trained():
    from rasa.shared.core.domain import Domain

    from bot.agent import Agent
    from bot.nlg import CatalogueNLG

    domain = Domain.load(ROOT / "domain.yml")
    agent = Agent(domain=domain, generator=CatalogueNLG(None, domain))
    agent.load_model(str(ROOT / "models"))
    return agent


@pytest.fixture
def waiting(monkeypatch):
    """The notes that wait, in this test alone."""
    monkeypatch.setattr(asked, "WAITING", Waiting())
    yield asked.WAITING
    if asked.WAITING._task:
        asked.WAITING._task.cancel()


@pytest.fixture
def notes(waiting):
    return lambda: list(waiting._notes)


@pytest.fixture
def write(trained, waiting):
    """Send messages, typed ones and payloads, from a person whom nobody knows yet; returns the last replies."""
    from rasa.core.tracker_store import InMemoryTrackerStore

    trained.tracker_store = trained.processor.tracker_store = InMemoryTrackerStore(trained.domain)

    async def send(*texts, channel="rest", person=PERSON):
        for text in texts:
            metadata = {"typed": not text.startswith("/")}
            said = UserMessage(text, Recorder(), person, input_channel=channel, metadata=metadata)
            replies = await receive(trained, said)
        return replies

    return send


# --- what was asked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", WHAT)
async def test_an_answered_question_is_noted_without_its_words_or_person(write, notes, language):
    await write(WHAT[language])
    (note,) = notes()
    assert (note.topic, note.language, note.outcome, note.channel) == (TOPIC, language, "answered", "web")
    assert (note.text, note.reference, note.nearest, note.programme) == ("", "", (), "")


async def test_a_question_that_first_asks_for_the_place_is_noted_once_with_the_place(write, notes):
    await write("combien d'argent je vais recevoir ?")
    assert notes() == []
    await write("maroc", channel="whatsapp")
    (note,) = notes()
    assert (note.topic, note.programme, note.outcome, note.channel) == (
        "money_how_much",
        "morocco",
        "answered",
        "whatsapp",
    )


async def test_a_tapped_question_counts_and_is_no_message(write, notes):
    await write(f"/faq/{TOPIC}")
    assert [(note.topic, note.text) for note in notes()] == [(TOPIC, "")]


@pytest.mark.parametrize(
    "text", ["bonjour", "merci", "/help_menu", "/ask_question", "/choose_language", "السلام عليكم"]
)
async def test_small_talk_asks_nothing(write, notes, text):
    await write(text)
    assert notes() == []


async def test_what_colleagues_try_is_not_noted(write, notes):
    from bot.channels.staff import NAME

    await write(WHAT["fr"], LOST, rate("no"), channel=NAME, person="staff-1")
    assert notes() == []


@pytest.mark.parametrize("language", UNCLEAR)
async def test_a_message_that_is_not_understood_is_kept_scrubbed(write, notes, language):
    known = {"ary": "ar"}.get(language, language)
    await write(f'/choose_language{{"language_choice": "{known}"}}', f"{UNCLEAR[language]} 0612345678")
    (note,) = notes()
    assert (note.topic, note.outcome, note.text_language) == ("nlu_fallback", "suggested", language) or (
        note.topic,
        note.outcome,
        note.text_language,
    ) == ("out_of_scope", "unanswered", language)
    assert note.text.endswith("[…]")
    assert "0612345678" not in repr(note)
    assert note.nearest
    assert note.reference == token(REFERENCE, PERSON)


async def test_a_message_that_is_not_our_subject_has_no_answer(write, notes):
    await write("bonjour, je parle français", LOST)
    assert [(note.outcome, note.text) for note in notes()] == [("unanswered", LOST)]


@pytest.mark.parametrize("language", DANGER)
async def test_of_danger_only_the_count_is_kept(write, notes, language):
    await write(DANGER[language])
    (note,) = notes()
    assert (note.topic, note.outcome) == ("safety_suicide", "answered")
    assert (note.text, note.reference) == ("", "")


async def test_what_is_written_after_danger_is_not_kept(write, notes):
    await write(DANGER["fr"], LOST)
    assert [(note.outcome, note.text, note.reference) for note in notes()][1:] == [("unanswered", "", "")]


@pytest.mark.parametrize(
    "text",
    [
        "lyoum chdit l mouss o bghit n9te3 3ro9i",
        "3te9ouni khti katwled daba w ma3ndna bach nmchiw lsbitar",
        "ghta9bouni f lghaba w ma9dertch n9olha l 7ed",
        "le monsieur qui suit mon dossier chez vous m'a demandé une enveloppe. Je dois faire quoi",
    ],
)
async def test_what_may_be_of_danger_is_not_kept_even_when_it_is_not_understood(write, notes, text):
    await write('/choose_language{"language_choice": "fr"}', text)
    assert all((note.text, note.reference) == ("", "") for note in notes())


# --- ratings ------------------------------------------------------------------------------------------------


def rate(rating, topic=TOPIC):
    return f'/rate{{"rating": "{rating}", "topic": "{topic}"}}'


async def test_the_second_answer_asks_and_a_tap_on_it_is_noted(write, notes):
    await write(WHAT["fr"])
    replies = await write("/faq/fraud_scam")
    taps = [button["payload"] for button in replies[-1]["buttons"] if button["payload"].startswith("/rate")]
    assert taps == [rate("yes", "fraud_scam"), rate("no", "fraud_scam")]
    await write(taps[0])
    note = notes()[-1]
    assert (note.topic, note.is_helpful, note.outcome, note.text) == ("fraud_scam", True, "", "")


@pytest.mark.parametrize("language", WHAT)
async def test_an_answer_that_did_not_help_leaves_the_message_it_answered(write, notes, language):
    await write(WHAT[language], "/faq/fraud_scam", rate("no"))
    note = notes()[-1]
    assert (note.topic, note.is_helpful, note.text_language) == (TOPIC, False, language)
    assert note.text.replace(" ", "") == WHAT[language].replace(" ", "")


async def test_the_place_that_was_written_in_between_is_not_the_message(write, notes):
    await write("combien d'argent je vais recevoir ?", "maroc", rate("no", "money_how_much"))
    assert notes()[-1].text.startswith("combien d'argent")


async def test_a_tapped_question_that_did_not_help_has_no_message(write, notes):
    await write(f"/faq/{TOPIC}", rate("no"))
    note = notes()[-1]
    assert (note.is_helpful, note.text) == (False, "")


async def test_a_rating_is_answered_and_the_conversation_goes_on(write):
    replies = await write(WHAT["fr"], rate("no"))
    assert [button["payload"] for button in replies[0]["buttons"]] == ["/request_callback", "/ask_question"]
    replies = await write(WHAT["fr"])
    assert replies[0]["utter_action"] == f"utter_faq/{TOPIC}"


@pytest.mark.parametrize(
    "payload", ["/rate", '/rate{"rating": "perhaps", "topic": "cost_free"}', '/rate{"rating": "yes"}']
)
async def test_half_a_rating_counts_nothing(write, notes, payload):
    await write(payload)
    assert notes() == []


# --- in forms, over the events of a conversation ---------------------------------------------------------------


def heard(text, intent="nlu_fallback", topic=None):
    full = {"full_retrieval_intent_name": f"faq/{topic}"} if topic else {}
    parsed = {"intent": {"name": intent, "confidence": 1.0, **full}, "entities": []}
    return UserUttered(text, parsed["intent"], [], parsed)


def said(name):
    return BotUttered("...", metadata={"utter_action": name})


FORM = ActiveLoop("callback_form")
ASKS = said("utter_ask_callback_form_callback_contact")


@pytest.mark.parametrize(
    "events",
    [
        [FORM, heard("Fatou"), ASKS],
        [FORM, heard("0612345678", "request_callback"), ASKS],
        [FORM, heard("Fatou"), said("utter_form_not_understood"), ASKS],
        [FORM, heard("je m'appelle Ali", "faq", "cost_free"), ASKS],
        [FORM, heard("stop"), ActiveLoop(None), said("utter_form_stopped")],
        [SessionStarted(), FORM, heard("Fatou"), ASKS],
    ],
)
def test_an_answer_to_a_question_of_a_form_is_not_noted(conversation, events):
    assert note_of(conversation(*events)) is None


def test_a_question_in_a_form_that_is_answered_counts_without_its_words(conversation):
    note = note_of(conversation(FORM, heard("c'est gratuit ?", "faq", "cost_free"), said("utter_faq/cost_free"), ASKS))
    assert (note.topic, note.outcome, note.text, note.reference) == ("cost_free", "answered", "", "")


def test_what_is_not_understood_in_a_form_is_never_kept(conversation):
    note = note_of(conversation(FORM, heard("Fatou Diallo"), said("utter_did_you_mean"), ASKS))
    assert (note.text, note.reference) == ("", "")


@pytest.mark.parametrize("before", [[], [FORM, ActiveLoop(None)], [FORM, SessionStarted()]])
def test_outside_a_form_it_is(conversation, before):
    assert note_of(conversation(*before, heard("machin truc"), said("utter_lost"))).text == "machin truc"


def test_a_wish_that_is_confirmed_counts_once(conversation):
    answer = [{"entity": "answer", "value": "yes"}]
    parsed = {"intent": {"name": "erase_my_data", "confidence": 1.0}, "entities": answer}
    confirmed = UserUttered("erase_my_data", parsed["intent"], answer, parsed)
    asks = [heard("erase", "erase_my_data"), said("utter_erase_confirm")]
    assert note_of(conversation(*asks)).topic == "erase_my_data"
    assert note_of(conversation(*asks, confirmed, said("utter_erased"))) is None


def test_the_message_that_starts_a_form_is_a_wish(conversation):
    note = note_of(conversation(heard("appelez moi", "request_callback"), FORM, ASKS))
    assert (note.topic, note.outcome) == ("request_callback", "answered")


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [("chno", "ar", "ary"), ("شنو", "ar", "ar"), ("quoi", "fr", "fr"), ("", "en", "en")],
)
def test_arabic_in_latin_letters_is_darija(text, language, written):
    assert language_written(text, language) == written


# --- a counsellor writes -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_what_is_written_to_a_counsellor_is_not_noted(trained, write, notes):
    from bot.channels.phone import Incoming
    from desk.conversations.takeover import takeover_end, takeover_extend
    from tests.bot.channels.telephone import PERSON as CALLER
    from tests.bot.channels.telephone import Telephone

    channel = Telephone()
    channel.agent = trained
    await in_database(takeover_extend, conversation_id=CALLER)
    await channel.take(Incoming("1", CALLER, LOST, hint="fr"))
    assert notes() == []
    await in_database(takeover_end, conversation_id=CALLER)
    await channel.take(Incoming("2", CALLER, LOST, hint="fr"))
    assert [(note.channel, note.text) for note in notes()] == [("phone", LOST)]
    await channel._stop()


# --- waiting and writing -----------------------------------------------------------------------------------------


async def settled(waiting):
    await asyncio.wait_for(waiting._task, 5)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(asked, "PAUSE_S", 0.01)


@pytest.mark.django_db(transaction=True)
async def test_what_waits_is_written_soon_in_one_go(write, waiting, quick):
    await write(WHAT["fr"], "/faq/fraud_scam", rate("no"), LOST)
    await settled(waiting)
    assert len(waiting) == 0
    assert await Tally.objects.filter(topic=TOPIC, answered=1, unhelpful=1).acount() == 1
    assert sorted([row.text async for row in Message.objects.all()]) == ["c'est quoi le retour volontaire?", LOST]
    assert await Rating.objects.acount() == 1


@pytest.mark.django_db(transaction=True)
async def test_erasing_takes_what_is_written_and_what_waits(write, waiting, notes, quick):
    await write('/choose_language{"language_choice": "fr"}', LOST)
    await settled(waiting)
    await write(LOST)
    await in_database(conversation_erase, conversation_id=PERSON)
    await settled(waiting)
    assert await Message.objects.acount() == 0


async def test_who_erased_everything_is_forgotten_where_it_still_waits(waiting, notes, conversation):
    for sender in (PERSON, "web-other"):
        tracker = conversation(heard("machin truc"), said("utter_lost"))
        tracker.sender_id = sender
        asked.note_message(tracker)
    gone = conversation(heard("erase", "erase_my_data"), said("utter_erased"), erased=True)
    gone.sender_id = PERSON
    asked.note_message(gone)
    assert [note.reference for note in notes()] == [token(REFERENCE, "web-other"), ""]


@pytest.fixture
def away(monkeypatch):
    """The database, which is away until the test says otherwise."""
    state = {"away": True}

    def write(*, notes):
        if state["away"]:
            raise OperationalError("gone")
        from desk.learning.services import notes_write

        notes_write(notes=notes)

    monkeypatch.setattr(asked, "notes_write", write)
    return state


@pytest.mark.django_db(transaction=True)
async def test_while_the_database_is_away_replies_come_and_notes_wait(write, waiting, quick, away, caplog):
    assert (await write(WHAT["fr"]))[0]["utter_action"] == f"utter_faq/{TOPIC}"
    while "cannot be written (OperationalError)" not in caplog.text:
        await asyncio.sleep(0.01)
    assert "volontaire" not in caplog.text
    away["away"] = False
    await settled(waiting)
    assert await Tally.objects.filter(topic=TOPIC, answered=1).aexists()


async def test_when_too_many_wait_the_oldest_are_lost(conversation, waiting, notes, away):
    tracker = conversation(heard("c'est gratuit ?", "faq", "cost_free"), said("utter_faq/cost_free"))
    first = note_of(tracker)
    waiting.add(first)
    for _ in range(MOST_WAITING):
        asked.note_message(tracker)
    assert not await waiting.write()
    assert len(waiting) == MOST_WAITING
    assert first not in notes()


async def test_a_fault_of_ours_costs_notes_and_never_the_reply(write, waiting, monkeypatch, caplog):
    def breaks(*arguments):
        raise KeyError("secret words")

    monkeypatch.setattr(asked, "note_of", breaks)
    assert (await write(WHAT["fr"]))[0]["utter_action"] == f"utter_faq/{TOPIC}"
    assert "could not be noted (KeyError" in caplog.text
    assert "secret words" not in caplog.text
