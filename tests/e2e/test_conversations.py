"""Whole conversations over HTTP through the real servers, in three languages."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from system import Person, System

from desk.content import i18n
from desk.content.selectors import topic_get


@dataclass(frozen=True)
class Words:
    """What a person writes in one language."""

    language: str
    hello: str
    how_long: str
    morocco: str
    belgium: str
    trafficked: str
    person: str
    yes: str
    name: str
    monday_afternoon: str
    subject: str
    money: str
    no_papers: str
    own_wish: str
    age: str
    status: str
    erase: str
    cancel: str


ENGLISH = Words(
    "en",
    "good morning",
    "how long does it take to go home",
    "Morocco",
    "belgium",
    "my boss took my passport and makes me work without pay, he locks me in",
    "i want to talk to a person",
    "yes",
    "Sam",
    "monday afternoon",
    "my papers",
    "how much money will i get?",
    "i have no papers",
    "it is my own wish",
    "i am 31",
    "when will you call me, nobody called",
    "delete my data",
    "i dont want the call anymore",
)
FRENCH = Words(
    "fr",
    "bonjour",
    "ça prend combien de temps pour rentrer",
    "Maroc",
    "je suis en belgique",
    "mon patron a pris mon passeport, je travaille sans salaire et il m'enferme",
    "je veux parler à quelqu'un",
    "oui",
    "Awa",
    "lundi après-midi",
    "mes papiers",
    "je vais recevoir combien d'argent ?",
    "g pa de papiers",
    "c'est mon choix",
    "j'ai 31 ans",
    "personne ne m'a appelé, c'est quand le rappel",
    "supprimez mes données",
    "je ne veux plus être rappelé",
)
ARABIC = Words(
    "ar",
    "السلام عليكم",
    "كم من الوقت تستغرق العودة",
    "المغرب",
    "انا في بلجيكا",
    "صاحب العمل اخذ جوازي ويجبرني على العمل بدون راتب ويقفل علي الباب",
    "اريد التحدث مع شخص",
    "نعم",
    "سامي",
    "الاثنين بعد الظهر",
    "اوراقي",
    "كم المال الذي ساحصل عليه؟",
    "ليس لدي اوراق",
    "برغبتي",
    "عمري ٣١",
    "لم يتصل بي احد متى ستتصلون",
    "احذف بياناتي",
    "الغوا طلب الاتصال من فضلكم",
)
EVERY_LANGUAGE = pytest.mark.parametrize("words", [ENGLISH, FRENCH, ARABIC], ids=lambda words: words.language)


def answer_start(words: Words, topic: str, variant: str) -> str:
    """How an answer begins in this language."""
    return i18n.translate(words.language, topic_get(topic).texts()[variant])[:40]


@EVERY_LANGUAGE
def test_the_first_message_is_answered_in_its_language_and_says_what_this_is(person: Person, words: Words):
    person.types(words.hello)
    assert person.language == words.language
    assert {"/ask_question", "/check_eligibility", "/request_callback", "/choose_language"} <= set(person.payloads)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bghit nrje3 l bladi walakin ma3ndich passport", "ar"),
        ("بغيت نرجع لبلادي واش فابور", "ar"),
        ("jveu rentré o bled c gratuit", "fr"),
        ("abeg how i go take go back my country", "en"),
    ],
)
def test_darija_pidgin_and_sms_spelling_get_a_language_they_can_read(person: Person, text: str, language: str):
    person.types(text)
    assert person.language == language


def test_an_unclear_first_message_gets_one_prompt_in_three_languages(person: Person):
    text = person.types("ok")
    assert all(word in text for word in ("Français", "العربية", "English"))
    assert len([payload for payload in person.payloads if "language_choice" in payload]) == 3
    person.types("Mamadou")
    assert "العربية" not in person.text, "the prompt comes once"


def test_a_chosen_language_stays_and_short_words_never_switch(person: Person):
    person.types("bonjour")
    person.types("english please")
    assert person.language == "en"
    person.types("est-ce que je peux revenir au Maroc plus tard, je voudrais bien savoir")
    assert person.language == "en", "an explicit choice sticks"
    person.types("بالعربية")
    assert person.language == "ar"
    for word in ("ok", "Mamadou", "merci"):
        person.types(word)
        assert person.language == "ar"


def test_a_whole_sentence_switches_the_language_when_none_was_chosen(person: Person):
    person.types("bonjour")
    person.types("how long does it take to go back to my country please")
    assert person.language == "en"


@EVERY_LANGUAGE
def test_where_are_you_is_asked_once_and_remembered(person: Person, words: Words):
    person.types(words.how_long)
    assert [payload.partition("{")[0] for payload in person.payloads] == ["/faq/time_how_long"] * 5
    assert person.types(words.morocco).startswith(answer_start(words, "time_how_long", "morocco")[:25])
    assert person.types(words.money).startswith(answer_start(words, "money_how_much", "morocco")[:25])


@EVERY_LANGUAGE
def test_the_place_can_be_tapped_and_facts_come_with_the_answer(person: Person, words: Words):
    person.types(words.money)
    person.taps('"belgium"')
    assert all(figure in person.text for figure in ("0800 32 745", "2022"))
    person.taps('"part": "more"')
    assert all(figure in person.text for figure in ("350", "175", "2022"))


@EVERY_LANGUAGE
def test_a_cry_for_help_gets_safe_text_numbers_and_an_urgent_callback(person: Person, words: Words):
    person.types(words.trafficked)
    assert person.language == words.language
    assert "0800 00 47 47" in person.text
    assert "078" in person.text
    assert '/request_callback{"topic": "safety_trafficking"}' in person.payloads


@EVERY_LANGUAGE
def test_the_check_is_interrupted_corrected_and_finished(person: Person, words: Words):
    person.types(words.hello)
    person.taps("/check_eligibility")
    person.types(words.belgium)
    person.types("Cameroun")
    assert any("asylum_pending" in payload for payload in person.payloads)
    person.taps('"why"')
    assert any("asylum_pending" in payload for payload in person.payloads), "the question comes again"
    person.types(words.money)
    assert "2022" in person.text
    assert any("asylum_pending" in payload for payload in person.payloads), "the check goes on where it was"
    person.taps('"back"')
    person.types("Guinea")
    person.types(words.no_papers)
    person.types(words.own_wish)
    person.types(words.age)
    person.taps('"no"')
    person.taps('"none"')
    person.taps('"skip"')
    person.taps('"no"')
    assert {"/request_callback", "/faq/process_how_apply"} <= set(person.payloads)
    reason = "In Belgium people without papers may ask for return help."
    assert i18n.translate(words.language, reason) in person.text


@pytest.mark.parametrize(
    ("answers", "topic"),
    [
        (["pushed"], "safety_pressure_to_return"),
        (["afraid"], "safety_fear_persecution"),
        (["yes", "minor", "alone"], "child_alone"),
        (["yes", "adult", "no", "none", "no", "yes"], "detention_can_i_return"),
    ],
)
def test_a_protection_answer_ends_the_check_with_safe_text_and_an_urgent_offer(
    person: Person, answers: list[str], topic: str
):
    person.types("good morning")
    person.taps("/check_eligibility")
    for answer in ("morocco", "ML", "no_papers", *answers):
        person.taps(f'"{answer}"')
    assert person.payloads[0] == f'/request_callback{{"topic": "{topic}"}}'
    assert not any("/inform" in payload for payload in person.payloads), "no further question"


def test_a_cry_for_help_in_the_middle_of_the_check_ends_it(person: Person):
    person.types("bonjour")
    person.taps("/check_eligibility")
    person.types("maroc")
    person.types("mon mari me frappe et j'ai peur de lui")
    assert person.payloads[0].startswith('/request_callback{"topic": "safety_')
    assert "8350" in person.text


def test_stop_ends_the_check(person: Person):
    person.types("good morning")
    person.taps("/check_eligibility")
    person.types("stop")
    assert "/check_eligibility" in person.payloads
    assert not any("/inform" in payload for payload in person.payloads)


def request_callback(person: Person, words: Words) -> None:
    person.types(words.person)
    person.types(words.yes)
    person.types(words.morocco)
    person.types(words.name)
    person.types("06 12")
    assert "/inform" in person.payloads[0], "a wrong number is asked again"
    person.types("٠٦ ١٢ ٣٤ ٥٦ ٧٨")
    assert "+212 6 12 34 56 78" in person.text
    person.types(words.yes)
    person.taps('"call_only"')
    person.taps(f'"{words.language}"')
    person.types(words.monday_afternoon)
    person.types(words.subject)


@EVERY_LANGUAGE
def test_a_callback_is_asked_corrected_saved_and_alerted(person: Person, words: Words, system: System):
    request_callback(person, words)
    assert "+212 6 12 34 56 78" in person.text
    assert words.name in person.text
    person.taps("change_callback_contact")
    person.types("+32 470 12 34 56")
    person.types(words.yes)
    person.taps('"call_and_message"')
    person.taps('"send"')
    reference = re.search(r"[A-Z3-9]{3}-[A-Z3-9]{3}", person.text).group()
    ((phone, name, wish, status),) = system.rows(
        "SELECT phone, name, wish, status FROM callbacks_callbackrequest WHERE reference=?", reference
    )
    number = "+32470123456"
    assert phone
    assert number not in phone, "it stands encrypted"
    assert (name, wish, status) == (words.name, "monday afternoon", "open")
    assert reference in person.types(words.status)
    person.types(words.cancel)
    person.types(words.yes)
    assert system.rows("SELECT status FROM callbacks_callbackrequest WHERE reference=?", reference) == [("cancelled",)]
    assert_alerted(system, reference, words.name, number)


def assert_alerted(system: System, reference: str, *secrets: str) -> None:
    deadline = time.monotonic() + 20
    while (
        len(mails := [mail for mail in system.mails() if reference in mail["Subject"]]) < 4
        and time.monotonic() < deadline
    ):
        time.sleep(0.2)
    assert {mail["To"] for mail in mails} == {"fr@example.org", "ar@example.org"}
    for mail in mails:
        assert not any(secret in mail.as_string() for secret in secrets)


def test_a_second_request_updates_the_open_one(person: Person, system: System):
    for wish in ('"morning"', '"afternoon"'):
        person.types("i want to talk to a person")
        person.types("yes")
        if "morocco" in "".join(person.payloads):
            person.taps('"morocco"')
        person.taps('"skip"')
        person.taps('"chat"')
        person.taps('"en"')
        person.taps(wish)
        person.taps('"other"')
        person.taps('"send"')
    assert system.rows("SELECT wish, contact FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [
        ("afternoon", "chat")
    ]


def test_without_consent_nothing_is_kept(person: Person, system: System):
    person.types("i want to talk to a person")
    person.types("no")
    assert "/ask_question" in person.payloads
    assert system.rows("SELECT count(*) FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [(0,)]


def test_an_urgent_callback_asks_only_what_is_needed(person: Person, system: System):
    person.types("i want to die, i have no reason to live")
    person.taps("/request_callback")
    for answer in ('"yes"', '"morocco"', '"chat"', '"send"'):
        person.taps(answer)
    assert system.rows("SELECT urgent, topic FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [
        (1, "safety_suicide")
    ]


@EVERY_LANGUAGE
def test_erase_takes_two_taps_and_leaves_nothing(person: Person, words: Words, system: System):
    person.types(words.person)
    for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"fr"', '"any"', '"other"', '"send"'):
        person.taps(answer)
    person.types(words.erase)
    assert system.rows("SELECT count(*) FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [
        (1,)
    ], "one tap is not enough"
    person.taps("/erase_my_data")
    assert system.rows("SELECT count(*) FROM callbacks_callbackrequest WHERE conversation_id=?", person.name) == [(0,)]
    assert system.rows("SELECT count(*) FROM events WHERE sender_id=?", person.name, file="tracker") == [(0,)]
    assert system.rows(
        "SELECT count(*) FROM alerts_alert WHERE request_id NOT IN (SELECT id FROM callbacks_callbackrequest)"
    ) == [(0,)]


def test_stop_is_honoured(person: Person, system: System):
    person.types("bonjour")
    person.types("/stop")
    assert system.rows("SELECT count(*) FROM conversations_stop WHERE conversation_id=?", person.name) == [(1,)]


def test_what_is_not_understood_is_asked_back_then_a_person_is_offered(person: Person):
    person.types("bonjour")
    person.types("et pour ça alors")
    assert sum(payload.startswith("/faq/") or payload.startswith("/") for payload in person.payloads) >= 2
    person.types("12345")
    assert "/request_callback" in person.payloads


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙏🙏",
        "????",
        "a" * 5000,
        '/inform{"answer": "yes"}',
        "/unknown{bad json",
        "\u202e\u0000x",
        "{0}{x.y}",
        "<script>alert(1)</script>",
    ],
)
def test_nothing_is_answered_with_silence_or_an_error(person: Person, text: str):
    assert person.types(text)
    assert "Traceback" not in person.text


def test_a_typed_payload_is_only_text(person: Person, system: System):
    person.types("good morning")
    person.types('/erase_my_data{"answer": "yes"}')
    assert system.rows("SELECT count(*) FROM events WHERE sender_id=?", person.name, file="tracker")[0][0] > 0


def test_a_long_conversation_stays_short_in_the_store(people: Callable[[], Person], system: System):
    person = people()
    for _ in range(40):
        person.types("how long does it take")
    person.taps('"morocco"')
    starts = system.rows(
        "SELECT count(*) FROM events WHERE sender_id=? AND type_name='session_started'", person.name, file="tracker"
    )[0][0]
    assert starts >= 2
    assert "+212" in person.types("how long does it take"), "what was said before is still known"
