"""The outbox, with a real mail server on this machine."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from desk.alerts import delivery
from desk.alerts.delivery import FIRST_WAIT, LEASE, LONGEST_WAIT, MOST_ROUNDS, Outbox, alerts_send
from desk.alerts.models import Alert, Route, Rule
from desk.alerts.selectors import alerts_due
from desk.alerts.services import alerts_resend
from desk.alerts.words import alert_message
from desk.callbacks.services import callback_request_cancel, callback_request_remind, callback_request_save
from tests.desk.together import together

pytestmark = pytest.mark.django_db
MONDAY_NINE = datetime.fromisoformat("2026-11-23 09:00+01:00")
LABELS = {
    "fr": {
        "created": "nouvelle demande",
        "changed": "modifiée",
        "cancelled": "annulée",
        "late": "attend",
        "urgent": "URGENT",
    },
    "ar": {"created": "طلب جديد", "changed": "تعديل", "cancelled": "إلغاء", "late": "ينتظر", "urgent": "عاجل"},
    "en": {
        "created": "new request",
        "changed": "changed",
        "cancelled": "cancelled",
        "late": "waiting",
        "urgent": "URGENT",
    },
}


class DyingBackend(BaseEmailBackend):
    """The worker process ends in the middle of sending."""

    def send_messages(self, messages):
        raise SystemExit("killed")


@pytest.fixture
def saved(answers, settings):
    """Save a request with one alert, in one language."""

    def save(reads: str = "fr", /, **changes):
        settings.ALERT_RECIPIENTS = [("desk@example.org", reads)]
        return callback_request_save(**answers(**changes), now=MONDAY_NINE)[0]

    return save


def wait_over() -> None:
    """Let the time pass until every alert is due."""
    Alert.objects.filter(status=Alert.Status.WAITING).update(due_at=timezone.now())


def body(mail) -> str:
    return mail.get_content()


# --- the mail -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_mail_is_in_the_language_of_the_recipient(saved, mailbox, language):
    request = saved(language)
    assert alerts_send() == 1
    (mail,) = mailbox.mails
    assert mail["To"] == "desk@example.org"
    assert mail["Subject"] == f"{LABELS[language]['created']} {request.reference}"
    assert LABELS[language]["created"] in body(mail)
    assert request.reference in body(mail)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_an_urgent_mail_says_so_first(saved, mailbox, language):
    request = saved(language, topic="safety_fear_persecution")
    alerts_send()
    assert (
        mailbox.mails[0]["Subject"] == f"{LABELS[language]['urgent']} {LABELS[language]['created']} {request.reference}"
    )
    assert LABELS[language]["urgent"] in body(mailbox.mails[0])


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_each_kind_of_alert_has_its_own_words(saved, mailbox, language):
    request = saved(language)
    saved(language, wish="morning")
    callback_request_remind(request=request)
    callback_request_cancel(conversation_id="web-1")
    assert alerts_send() == 4
    subjects = [mail["Subject"] for mail in mailbox.mails]
    for kind in ("created", "changed", "late", "cancelled"):
        assert [subject for subject in subjects if LABELS[language][kind] in subject], kind


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize(
    ("name", "topic"), [("فاطمة", "safety_suicide"), ("Aïssatou", "time_case_status"), ("Sm3il", "safety_trafficking")]
)
def test_the_mail_holds_neither_name_nor_phone_nor_topic(saved, mailbox, language, name, topic):
    saved(language, name=name, topic=topic, phone="+212612345678")
    alerts_send()
    told = f"{mailbox.mails[0]['Subject']} {body(mailbox.mails[0])}"
    assert not [secret for secret in (name, topic, "612345678", "web-1", topic.rpartition("_")[2]) if secret in told]


@pytest.mark.parametrize(("language", "spoken"), [("fr", "Français"), ("ar", "العربية"), ("en", "English")])
def test_the_mail_says_how_and_in_which_language_to_answer(saved, mailbox, language, spoken):
    saved("en", language=language, safety="call_only")
    alerts_send()
    assert spoken in body(mailbox.mails[0])
    assert "no message" in body(mailbox.mails[0])


@pytest.mark.parametrize(
    ("programme", "clock"), [("morocco", "14:00"), ("belgium", "14:00"), ("tanzania", "16:00"), ("yemen", "16:00")]
)
def test_the_mail_promises_in_the_time_of_the_office(saved, mailbox, programme, clock):
    saved("fr", programme=programme)
    alerts_send()
    assert clock in body(mailbox.mails[0])


def test_an_alert_sent_twice_has_one_identity(saved, mailbox):
    saved()
    alerts_send()
    Alert.objects.update(status=Alert.Status.WAITING, due_at=timezone.now())
    alerts_send()
    first, second = (mail["Message-ID"] for mail in mailbox.mails)
    assert first == second
    assert str(Alert.objects.get().pk) in first


# --- sending ------------------------------------------------------------------------------------


def test_a_sent_alert_is_marked_and_not_sent_again(saved, mailbox):
    saved()
    assert (alerts_send(), alerts_send()) == (1, 0)
    alert = Alert.objects.get()
    assert alert.sent_at is not None
    assert (alert.attempts, alert.error, len(mailbox.mails)) == (1, "", 1)


@pytest.mark.usefixtures("recipients")
def test_every_recipient_gets_a_mail_of_their_own(answers, mailbox):
    callback_request_save(**answers())
    assert alerts_send() == 2
    assert sorted(mail["To"] for mail in mailbox.mails) == ["rabat@example.org", "tanger@example.org"]


def test_urgent_alerts_are_sent_first(saved, mailbox, monkeypatch):
    monkeypatch.setattr(delivery, "THREADS", 1)
    saved(conversation_id="web-calm")
    urgent = saved(conversation_id="web-urgent", topic="safety_suicide")
    assert (alerts_send(), alerts_send()) == (1, 1)
    assert urgent.reference in mailbox.mails[0]["Subject"]


def test_nothing_to_send_sends_nothing(mailbox):
    assert alerts_send() == 0
    assert mailbox.mails == []


# --- failing ------------------------------------------------------------------------------------


def failed(attempts: int) -> Alert:
    """The alert after so many attempts."""
    for _ in range(attempts):
        wait_over()
        assert alerts_send() == 0
    return Alert.objects.get()


def waits(attempts: int) -> list[timedelta]:
    """The wait after each attempt."""
    found = []
    for _ in range(attempts):
        alert = failed(1)
        found.append(alert.due_at - timezone.now())
    return found


def test_a_refusing_server_postpones_and_the_error_is_kept(saved, mailbox):
    saved()
    mailbox.refuses = True
    alert = failed(1)
    assert alert.error.startswith("email: SMTPRecipientsRefused")
    assert "550" in alert.error
    assert (alert.sent_at, alert.attempts, mailbox.mails) == (None, 1, [])


def test_an_absent_server_postpones_and_the_error_is_kept(saved, smtp_settings):
    saved()
    alert = failed(1)
    assert alert.error.startswith("email: ConnectionRefusedError")
    assert (alert.sent_at, alert.attempts) == (None, 1)


@pytest.mark.usefixtures("smtp_settings")
def test_waits_grow_and_stay_bounded(saved):
    saved()
    found = waits(14)
    assert abs(found[0] - FIRST_WAIT) < timedelta(seconds=2)
    assert all(later > sooner * 1.5 for sooner, later in zip(found[:7], found[1:8], strict=True))
    assert all(wait <= LONGEST_WAIT for wait in found)
    assert found[-1] > LONGEST_WAIT - timedelta(seconds=2)
    assert Alert.objects.get().attempts == 14


@pytest.mark.usefixtures("smtp_settings")
def test_a_postponed_alert_is_not_tried_before_its_time(saved):
    saved()
    failed(1)
    alerts_send()
    assert Alert.objects.get().attempts == 1


def test_a_postponed_alert_is_sent_when_the_server_is_back_and_the_error_is_gone(saved, mailbox):
    saved()
    mailbox.refuses = True
    failed(2)
    mailbox.refuses = False
    wait_over()
    assert alerts_send() == 1
    alert = Alert.objects.get()
    assert (alert.attempts, alert.error, len(mailbox.mails)) == (3, "", 1)


def test_a_wrong_address_does_not_keep_the_others_from_their_mail(answers, settings, mailbox):
    settings.ALERT_RECIPIENTS = [("rabat@", "fr"), ("desk@example.org", "fr")]
    callback_request_save(**answers())
    assert alerts_send() == 1


# --- several workers ----------------------------------------------------------------------------


def test_a_claimed_alert_is_not_sent_by_a_second_worker(saved, mailbox):
    saved()
    mine, theirs = Outbox(), Outbox()
    mine.round()
    theirs.round()
    assert (mine.finish(), theirs.finish()) == (1, 0)
    assert (len(mailbox.mails), Alert.objects.get().attempts) == (1, 1)


def test_a_worker_with_an_old_list_does_not_send_a_postponed_alert(saved, mailbox):
    saved()
    old = Alert.objects.get()
    mailbox.refuses = True
    alerts_send()
    mailbox.refuses = False
    outbox = Outbox()
    outbox._begin(old)
    assert outbox.finish() == 0
    assert mailbox.mails == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_take_one_alert_at_once_one_has_it(saved):
    for round_ in range(5):
        saved(conversation_id=f"web-{round_}")
        seen = [Alert.objects.get(attempts=0) for _ in range(2)]
        assert sorted(together(2, lambda place, seen=seen: delivery._claim(seen[place]))) == [False, True]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_list_send_each_alert_once(saved, mailbox):
    references = {saved(conversation_id=f"web-{number}").reference for number in range(20)}
    assert sum(together(2, lambda _: sum(alerts_send() for _ in range(3)))) == 20
    assert len(mailbox.mails) == 20
    assert {mail["Subject"].rpartition(" ")[2] for mail in mailbox.mails} == references


@pytest.fixture
def died(saved, settings, mailbox):
    """The only alert, whose sender died after claiming it."""
    saved()
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    with pytest.raises(SystemExit):
        alerts_send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return Alert.objects.get()


def test_an_alert_whose_sender_died_is_left_alone_during_the_lease(died, mailbox):
    assert alerts_send() == 0
    assert mailbox.mails == []
    assert not alerts_due(now=timezone.now() + LEASE - timedelta(seconds=5)).exists()


def test_an_alert_whose_sender_died_is_sent_after_the_lease(died, mailbox):
    assert list(alerts_due(now=timezone.now() + LEASE)) == [died]
    Alert.objects.update(due_at=died.due_at - LEASE)
    assert alerts_send() == 1
    assert (len(mailbox.mails), Alert.objects.get().attempts) == (1, 2)


# --- several routes -----------------------------------------------------------------------------


@pytest.fixture
def by_rule(rule, answers):
    """The alert of a request for which there is a rule with these routes."""

    def build(*routes, **changes):
        rule(*routes)
        callback_request_save(**answers(**changes), now=MONDAY_NINE)
        return Alert.objects.get()

    return build


def test_when_the_first_route_fails_the_next_is_tried_at_once(by_rule, mailbox, telegram):
    by_rule(("telegram", "-1001"), ("email", "desk@example.org"))
    telegram.fail("sendMessage", 403, body={"ok": False, "error_code": 403, "description": "Forbidden: bot was kicked"})
    assert (alerts_send(), alerts_send()) == (0, 1)
    alert = Alert.objects.get()
    assert (alert.status, alert.sent_over, alert.attempts, len(mailbox.mails)) == ("sent", "email", 2, 1)


def test_when_all_routes_fail_there_is_a_wait_and_the_first_comes_again(by_rule, mailbox, telegram):
    by_rule(("telegram", "-1001"), ("email", "desk@example.org"))
    telegram.fail("sendMessage", 502)
    mailbox.refuses = True
    assert (alerts_send(), alerts_send(), alerts_send()) == (0, 0, 0)
    alert = Alert.objects.get()
    assert (alert.status, alert.step, alert.attempts) == ("waiting", 0, 2)
    assert alert.error.startswith("email:")
    assert alert.due_at > timezone.now()
    wait_over()
    assert alerts_send() == 1
    assert Alert.objects.get().sent_over == "telegram"


def test_only_the_first_route_that_works_is_used(by_rule, mailbox, telegram):
    by_rule(("email", "desk@example.org"), ("telegram", "-1001"))
    assert (alerts_send(), alerts_send()) == (1, 0)
    assert (len(mailbox.mails), telegram.shown(-1001)) == (1, [])


def test_a_route_that_hangs_does_not_hold_up_another(saved, by_rule, mailbox, telegram, monkeypatch):
    hanging, going_on = threading.Event(), threading.Event()

    def hang(target, message):
        hanging.set()
        assert going_on.wait(10)
        return ""

    monkeypatch.setitem(delivery.SENDERS, "telegram", hang)
    by_rule(("telegram", "-1001"))
    outbox = Outbox()
    outbox.round()
    assert hanging.wait(10)
    Rule.objects.all().delete()
    saved(conversation_id="web-2")
    deadline = time.monotonic() + 10
    while not mailbox.mails and time.monotonic() < deadline:
        outbox.round()
        time.sleep(0.02)
    assert len(mailbox.mails) == 1
    going_on.set()
    outbox.finish()
    assert set(Alert.objects.values_list("status", flat=True)) == {"sent"}


def test_a_fault_in_a_route_leads_to_the_next_one_too(by_rule, mailbox, monkeypatch, caplog):
    def broken(target, message):
        raise KeyError("desk@example.org")

    monkeypatch.setitem(delivery.SENDERS, "webhook", broken)
    by_rule(("webhook", "https://example.org"), ("email", "desk@example.org"))
    assert (alerts_send(), alerts_send()) == (0, 1)
    assert "KeyError" in caplog.text
    assert "desk@example.org')" not in caplog.text


def test_a_fault_in_the_words_of_one_language_holds_up_nothing(saved, by_rule, mailbox, monkeypatch):
    def broken(alert, language):
        if language == "ar":
            raise KeyError("words")
        return alert_message(alert, language)

    monkeypatch.setattr(delivery, "alert_message", broken)
    by_rule(("webhook", "https://example.org"), ("email", "desk@example.org"))
    Route.objects.filter(means="webhook").update(language="ar")
    assert (alerts_send(), alerts_send()) == (0, 1)
    assert len(mailbox.mails) == 1


def test_a_rule_that_lost_a_route_meanwhile_goes_on_with_its_last(by_rule, mailbox):
    by_rule(("webhook", "https://example.org"), ("email", "desk@example.org"))
    Alert.objects.update(step=1)
    Route.objects.filter(means="webhook").delete()
    assert alerts_send() == 1


# --- given up -----------------------------------------------------------------------------------


@pytest.fixture
def given_up(saved, smtp_settings):
    """An alert whose very many rounds have failed."""
    saved()
    Alert.objects.update(attempts=MOST_ROUNDS)
    alerts_send()
    return Alert.objects.get()


def test_after_very_many_rounds_an_alert_is_given_up_visibly(given_up):
    assert given_up.status == Alert.Status.FAILED
    wait_over()
    alerts_send()
    assert Alert.objects.get().attempts == given_up.attempts


def test_what_was_given_up_can_be_sent_again(given_up, settings, mailbox):
    assert alerts_resend(keys=[given_up.pk]) == 1
    assert alerts_send() == 1
    assert len(mailbox.mails) == 1


def test_what_was_sent_is_not_sent_again(saved, mailbox):
    saved()
    alerts_send()
    assert alerts_resend(keys=[Alert.objects.get().pk]) == 0


# --- arrival ------------------------------------------------------------------------------------

NUMBER = "+212612345679"


def handed_over(by_rule, twilio) -> str:
    """An SMS that Twilio has; its id."""
    by_rule(("sms", NUMBER), ("email", "desk@example.org"))
    assert alerts_send() == 0
    return twilio.messages[-1]["sid"]


def test_an_sms_is_sent_when_twilio_handed_it_on(by_rule, twilio):
    sid = handed_over(by_rule, twilio)
    alert = Alert.objects.get()
    assert (alert.status, alert.receipt) == ("waiting", sid)
    assert alerts_send() == 0, "it is looked at a little later"
    wait_over()
    assert alerts_send() == 1
    assert (Alert.objects.get().sent_over, Alert.objects.get().attempts) == ("sms", 1)
    assert len(twilio.messages) == 1


def test_an_sms_that_did_not_arrive_leads_to_the_next_route(by_rule, twilio, mailbox):
    twilio.status(handed_over(by_rule, twilio), "undelivered", 30005)
    wait_over()
    assert (alerts_send(), alerts_send()) == (0, 1)
    alert = Alert.objects.get()
    assert (alert.sent_over, alert.receipt, len(mailbox.mails)) == ("email", "", 1)


def test_an_sms_that_is_on_its_way_too_long_leads_to_the_next_route(by_rule, twilio, mailbox):
    twilio.status(handed_over(by_rule, twilio), "queued")
    wait_over()
    assert alerts_send() == 0
    assert Alert.objects.get().receipt
    Alert.objects.update(sent_at=timezone.now() - delivery.LOOKS - timedelta(seconds=1), due_at=timezone.now())
    assert (alerts_send(), alerts_send()) == (0, 1)
    assert len(mailbox.mails) == 1
