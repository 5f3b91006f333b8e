import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.utils import timezone

from bot.channels import outbound
from bot.channels.outbound import Laid, PhoneOutput, Sender, buttons_of, content_of, with_patience
from bot.errors import NotNow, Refused, Unreachable, WindowClosed
from desk.conversations.identity import conversation_id
from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Button, Contact, Delivery, Stop
from desk.conversations.outbox import MOST_ATTEMPTS, contact_lost
from desk.database import in_database

ADDRESS = "12345"
PERSON, OTHER = conversation_id("telegram", ADDRESS), conversation_id("telegram", "67890")
HOURS_24 = timedelta(hours=24)
TEXTS = ["Bonjour, un conseiller vous appelle demain.", "مرحبا، سيتصل بك مستشار غدا.", "Hello 🙏"]
AGE = "utter_ask_eligibility_form_age"


class Post:
    """A carrier that keeps what it sends, or fails as it is told to."""

    def __init__(self, window=None):
        self.window, self.sent, self.errors = window, [], []

    async def send(self, address, content):
        await asyncio.sleep(0)
        if self.errors:
            error = self.errors.pop(0)
            if error:
                raise error
        self.sent.append((address, content["text"] or content["template"]))
        return f"id-{len(self.sent)}"

    def layout(self, replies):
        buttons = [button for reply in replies for _, button in buttons_of(reply)]
        return Laid([content_of(reply, reply["text"]) for reply in replies], buttons)

    def template(self, language):
        return {"text": "", "template": f"template-{language}", "language": language}

    @property
    def texts(self):
        return [text for _, text in self.sent]


class WithoutTemplate(Post):
    def template(self, language):
        return None


@pytest.fixture
def post(transactional_db):
    return Post()


@pytest.fixture
def sender(post):
    return Sender(post)


@pytest.fixture
def window(transactional_db):
    """A sender whose channel allows nothing a day after the person wrote."""
    return Sender(Post(HOURS_24))


async def write(*texts, person=PERSON, **reply):
    """Replies in the outbox."""
    contents = [content_of(reply, text) for text in texts]
    await in_database(deliveries_write, conversation_id=person, contents=contents)


async def rows(person=PERSON):
    return [row async for row in Delivery.objects.filter(conversation_id=person).order_by("pk")]


async def states(person=PERSON):
    return [(row.status, row.reason) for row in await rows(person)]


async def wrote(hours_ago, person=PERSON):
    """The person wrote so long ago."""
    received = {"last_received_at": timezone.now() - timedelta(hours=hours_ago), "template_sent_at": None}
    await Contact.objects.aupdate_or_create(conversation_id=person, defaults=received)


async def come_due():
    await Delivery.objects.aupdate(due_at=timezone.now())


# --- what is sent -------------------------------------------------------------------------------


async def test_messages_go_out_in_order_to_the_hidden_address(post, sender):
    await write(*TEXTS)
    await sender.flush(PERSON)
    assert post.sent == [(ADDRESS, text) for text in TEXTS]


async def test_a_sent_message_is_marked_and_its_text_forgotten(sender):
    await write(*TEXTS)
    await sender.flush(PERSON)
    found = await rows()
    assert [(row.status, row.provider_id, row.content) for row in found] == [
        ("sent", f"id-{number}", None) for number in (1, 2, 3)
    ]


async def test_nothing_is_sent_twice(post, sender):
    await write(*TEXTS)
    await asyncio.gather(*(sender.flush(PERSON) for _ in range(4)))
    await sender.flush(PERSON)
    assert post.texts == TEXTS


async def test_two_processes_send_each_message_once(post, sender):
    await write(*TEXTS)
    await asyncio.gather(sender.flush(PERSON), Sender(post).flush(PERSON))
    assert sorted(post.texts) == sorted(TEXTS)


async def test_only_the_messages_of_this_person_go_out(post, sender):
    await write("à un autre", person=OTHER)
    await sender.flush(PERSON)
    assert post.sent == []


async def test_a_person_whose_provider_is_slow_holds_up_nobody_else(post, sender):
    await write("wait")
    await write("go", person=OTHER)
    post.errors = [NotNow("busy", 300), None]
    await sender.flush(PERSON)
    await sender.flush(OTHER)
    assert post.texts == ["go"]


# --- when it cannot be sent now -----------------------------------------------------------------


async def test_a_long_wait_is_left_to_the_outbox_and_later_messages_wait_too(post, sender):
    await write(*TEXTS)
    post.errors = [NotNow("too many messages", 300)]
    await sender.flush(PERSON)
    first, *later = await rows()
    assert first.due_at > timezone.now() + timedelta(seconds=290)
    assert (first.status, first.error, first.attempts) == ("queued", "too many messages", 1)
    assert [(row.status, row.attempts) for row in later] == [("queued", 0)] * 2
    assert post.sent == []


async def test_a_message_that_is_not_due_keeps_the_later_ones_waiting(post, sender):
    await write(*TEXTS)
    post.errors = [NotNow("too many messages", 300)]
    await sender.flush(PERSON)
    await sender.flush(PERSON)
    assert post.sent == []


async def test_when_the_wait_is_over_all_go_out_in_order(post, sender):
    await write(*TEXTS)
    post.errors = [NotNow("too many messages", 300)]
    await sender.flush(PERSON)
    await come_due()
    await sender.flush(PERSON)
    assert post.texts == TEXTS


async def test_a_short_wait_is_waited_for(post, sender):
    await write(*TEXTS)
    post.errors = [NotNow("busy", 0.01), NotNow("busy", 0.02)]
    await sender.flush(PERSON)
    assert post.texts == TEXTS
    assert [row.attempts for row in await rows()] == [1, 1, 1]


async def test_a_provider_that_stays_away_is_tried_for_a_while_and_then_later(post, sender, monkeypatch):
    monkeypatch.setattr(outbound, "PATIENCE_S", 0.2)
    await write("un mot")
    post.errors = [NotNow("TimedOut")] * 100
    await sender.flush(PERSON)
    (row,) = await rows()
    assert (row.status, row.error) == ("queued", "TimedOut")
    assert row.due_at > timezone.now()
    assert len(post.errors) < 100


async def test_after_too_many_attempts_a_message_fails_and_the_next_goes_out(post, sender):
    await write("first", "second")
    await Delivery.objects.filter(position=0).aupdate(attempts=MOST_ATTEMPTS - 1)
    post.errors = [NotNow("busy", 300)]
    await sender.flush(PERSON)
    assert await states() == [("failed", "too_often"), ("queued", "")]
    await sender.flush(PERSON)
    assert post.texts == ["second"]


async def test_a_fault_of_ours_postpones_and_names_only_its_kind(post, sender):
    await write(*TEXTS)
    post.errors = [KeyError("secret words")]
    await sender.flush(PERSON)
    first, *later = await rows()
    assert (first.status, first.error) == ("queued", "KeyError")
    assert first.due_at > timezone.now()
    assert [row.status for row in later] == ["queued"] * 2


async def test_patience_ends_with_the_last_error(monkeypatch):
    monkeypatch.setattr(outbound, "PATIENCE_S", 0.1)
    tried = []

    async def send(number):
        tried.append(number)
        raise NotNow(f"attempt {len(tried)}", 0.01)

    with pytest.raises(NotNow) as raised:
        await with_patience(send, 7)
    assert str(raised.value) == f"attempt {len(tried)}"
    assert set(tried) == {7}
    assert len(tried) > 1


@pytest.mark.parametrize("error", [Refused("no"), Unreachable("blocked"), WindowClosed("24 hours"), NotNow("busy", 25)])
async def test_what_time_does_not_heal_is_not_tried_again(error):
    errors = [error, AssertionError("tried again")]

    async def send():
        raise errors.pop(0)

    with pytest.raises(type(error)):
        await with_patience(send)


# --- when it will never be sent -----------------------------------------------------------------


async def test_a_refused_message_fails_with_the_providers_error_and_the_next_goes_out(post, sender):
    await write(*TEXTS)
    post.errors = [Refused("Bad Request: message is too long")]
    await sender.flush(PERSON)
    first = (await rows())[0]
    assert (first.status, first.reason, first.content) == ("failed", "refused", None)
    assert first.error == "Bad Request: message is too long"
    assert post.texts == TEXTS[1:]


async def test_a_person_who_is_gone_is_remembered_as_unreachable(post, sender):
    await wrote(hours_ago=1)
    await write("un mot")
    post.errors = [Unreachable("blocked or left")]
    await sender.flush(PERSON)
    (row,) = await rows()
    assert (row.status, row.reason, row.error) == ("failed", "blocked", "blocked or left")
    assert (await Contact.objects.aget(pk=PERSON)).unreachable == "blocked"


async def test_a_person_nothing_is_known_of_may_be_gone_too(post, sender):
    await write("un mot")
    post.errors = [Unreachable("chat not found")]
    await sender.flush(PERSON)
    assert (await Contact.objects.aget(pk=PERSON)).unreachable == "blocked"


async def test_a_closed_window_holds_the_message(post, sender):
    await write("un mot", "encore un mot")
    post.errors = [WindowClosed("63016"), WindowClosed("63016")]
    await sender.flush(PERSON)
    assert await states() == [("held", "window")] * 2
    assert [row.content["text"] for row in await rows()] == ["un mot", "encore un mot"]


async def test_an_id_made_with_a_key_that_is_gone_is_refused_and_says_why(post, sender, settings):
    known = settings.CONVERSATION_KEYS
    settings.CONVERSATION_KEYS = [AESSIV.generate_key(512)]
    stranger = conversation_id("telegram", ADDRESS)
    settings.CONVERSATION_KEYS = known
    await write("un mot", person=stranger)
    await sender.flush(stranger)
    (row,) = await rows(stranger)
    assert (row.status, row.reason) == ("failed", "refused")
    assert "CONVERSATION_KEY" in row.error
    assert post.sent == []


# --- messages of our own accord -----------------------------------------------------------------


def news(text="Un conseiller vous écrit.", **more):
    return {"text": text, "language": "fr", **more}


@pytest.mark.parametrize("text", TEXTS)
async def test_a_push_goes_out(post, sender, text):
    await sender.push(PERSON, news(text))
    assert post.sent == [(ADDRESS, text)]
    assert await states() == [("sent", "")]


async def test_the_buttons_of_a_push_are_known_before_it_goes_out(sender):
    await sender.push(PERSON, news(buttons=[{"title": "Oui", "payload": "/affirm"}]))
    assert (await Button.objects.aget(conversation_id=PERSON)).payload == "/affirm"


async def test_a_push_waits_behind_what_was_there_before(post, sender):
    await write("first")
    await sender.push(PERSON, news("second"))
    assert post.texts == ["first", "second"]


async def test_a_push_to_who_wants_no_messages_is_held(post, sender):
    await Stop.objects.acreate(conversation_id=PERSON)
    await sender.push(PERSON, news())
    assert await states() == [("held", "stopped")]
    assert post.sent == []


async def test_a_push_to_who_is_gone_fails(post, sender):
    await in_database(contact_lost, conversation_id=PERSON)
    await sender.push(PERSON, news())
    assert await states() == [("failed", "blocked")]
    assert post.sent == []


async def test_a_push_after_the_window_is_held(window):
    await wrote(hours_ago=25)
    await window.push(PERSON, news())
    assert (await states())[0] == ("held", "window")
    assert news()["text"] not in window.carrier.texts


async def test_a_push_to_who_never_wrote_is_held(window):
    await window.push(PERSON, news())
    assert await states() == [("held", "window")]
    assert window.carrier.sent == []


async def test_a_push_within_the_window_goes_out(window):
    await wrote(hours_ago=23)
    await window.push(PERSON, news())
    assert window.carrier.texts == [news()["text"]]


async def test_a_channel_without_a_window_writes_at_any_time(post, sender):
    await wrote(hours_ago=24 * 90)
    await sender.push(PERSON, news())
    assert post.texts == [news()["text"]]


async def test_a_reply_is_sent_whatever_is_known_of_the_person(window):
    await wrote(hours_ago=25)
    await Stop.objects.acreate(conversation_id=PERSON)
    await in_database(contact_lost, conversation_id=PERSON)
    await write("Vous ne recevez plus de messages.")
    await window.flush(PERSON)
    assert window.carrier.texts == ["Vous ne recevez plus de messages."]


# --- the template that asks to write again ------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_a_held_message_is_announced_in_its_language(window, language):
    await wrote(hours_ago=25)
    await window.push(PERSON, {"text": "…", "language": language})
    assert window.carrier.texts == [f"template-{language}"]


async def test_the_template_goes_out_once(window):
    await wrote(hours_ago=25)
    for text in TEXTS:
        await window.push(PERSON, news(text))
    await window.flush(PERSON)
    assert window.carrier.texts == ["template-fr"]


async def test_after_the_person_wrote_the_template_may_go_out_again(window):
    for _ in range(2):
        await wrote(hours_ago=25)
        await window.push(PERSON, news())
    assert window.carrier.texts == ["template-fr"] * 2


async def test_a_reply_that_came_too_late_is_announced_too(window):
    await wrote(hours_ago=25)
    await write("un mot", language="ar")
    window.carrier.errors = [WindowClosed("63016")]
    await window.flush(PERSON)
    assert window.carrier.texts == ["template-ar"]


async def test_without_a_template_the_message_only_waits(transactional_db):
    sender = Sender(WithoutTemplate(HOURS_24))
    await wrote(hours_ago=25)
    await sender.push(PERSON, news())
    assert await states() == [("held", "window")]


async def test_when_the_person_writes_the_held_messages_go_out_first(window):
    await wrote(hours_ago=25)
    await window.push(PERSON, news("held first"))
    await window.push(PERSON, news("held second"))
    await wrote(hours_ago=0)
    await write("the answer")
    await window.release(PERSON)
    await window.flush(PERSON)
    assert window.carrier.texts == ["template-fr", "held first", "held second", "the answer"]
    assert {status for status, _ in await states()} == {"sent"}


async def test_who_wants_no_messages_gets_none_by_writing(post, sender):
    await Stop.objects.acreate(conversation_id=PERSON)
    await sender.push(PERSON, news())
    await sender.release(PERSON)
    await sender.flush(PERSON)
    assert post.sent == []


# --- the last word ------------------------------------------------------------------------------


async def test_the_word_that_all_is_erased_leaves_no_row(post, sender):
    await write("Tout est effacé.", "Au revoir.", utter_action="utter_erased")
    await sender.flush(PERSON)
    assert post.texts == ["Tout est effacé.", "Au revoir."]
    assert await rows() == []


# --- buttons ------------------------------------------------------------------------------------

ANSWER, SKIP = '/inform{"answer": "yes"}', '/inform{"answer": "skip"}'


def form_question(name):
    payloads = {"Oui": ANSWER, "Passer": SKIP, "Urgences": "/faq/safety_emergency_numbers"}
    return {"utter_action": name, "buttons": [{"title": t, "payload": p} for t, p in payloads.items()]}


def test_the_answers_to_a_question_belong_to_it_and_other_buttons_to_none():
    found = {title: button.question for title, button in buttons_of(form_question(AGE))}
    assert found == {"Oui": AGE, "Passer": AGE, "Urgences": ""}


@pytest.mark.parametrize("name", ["utter_menu", "utter_ask_question", ""])
def test_the_buttons_of_what_is_no_question_belong_to_none(name):
    assert {button.question for _, button in buttons_of(form_question(name))} == {""}


def test_buttons_keep_their_titles_and_payloads():
    found = buttons_of(form_question(AGE))
    assert [(title, button.payload) for title, button in found][:2] == [("Oui", ANSWER), ("Passer", SKIP)]


def test_the_same_answer_to_two_questions_has_two_tokens():
    first, second = (buttons_of(form_question(name))[0][1] for name in (AGE, "utter_ask_programme"))
    assert first.token != second.token


def test_the_same_button_has_the_same_token_and_one_that_says_nothing():
    first, second = (buttons_of(form_question(AGE))[0][1] for _ in range(2))
    assert first.token == second.token
    assert "yes" not in first.token
    assert len(first.token.encode()) <= 64  # what Telegram allows


@pytest.mark.parametrize("reply", [{}, {"buttons": None}, {"buttons": []}, {"utter_action": AGE}])
def test_a_reply_may_have_no_buttons(reply):
    assert buttons_of(reply) == []


# --- what Rasa's HTTP API sends -----------------------------------------------------------------


async def test_a_message_of_rasas_http_api_is_pushed(post, sender):
    output = PhoneOutput("telegram", sender)
    assert output.name() == "telegram"
    await output.send_response(PERSON, {"text": "مرحبا", "metadata": {"language": "ar"}})
    assert post.sent == [(ADDRESS, "مرحبا")]


async def test_it_is_held_for_who_wants_no_messages(post, sender):
    await Stop.objects.acreate(conversation_id=PERSON)
    await PhoneOutput("telegram", sender).send_response(PERSON, {"text": "مرحبا", "metadata": {"language": "ar"}})
    (row,) = await rows()
    assert (row.status, row.content["language"]) == ("held", "ar")
