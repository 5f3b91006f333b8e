import pytest

from bot.nlu.language import Guess, language_of_example, requested_language
from desk.content.spelling import normalise

SENTENCES = [
    ("je veux rentrer dans mon pays", "fr"),
    ("combien d'argent je vais recevoir", "fr"),
    ("je vx rentré ché moi", "fr"),
    ("i want to go back to my country", "en"),
    ("how much money will i get", "en"),
    ("abeg i wan go back to my country", "en"),
    ("bghit nrje3 l bladi", "ar"),
    ("ch7al dyal lflous ghadi ta3tiwni", "ar"),
    ("wach t9dro t3awnouni nrje3", "ar"),
    ("أريد العودة إلى بلدي", "ar"),
    ("بغيت نرجع لبلادي", "ar"),
    ("كم المبلغ؟", "ar"),
]


@pytest.fixture
def guess(identifier):
    return lambda text: identifier.detector.guess(normalise(text))


@pytest.fixture
def identify(read, identifier):
    def entities(text, tracker=None, typed=True, hint=""):
        message = read(text, typed)
        message.set("metadata", {**message.get("metadata"), "hint": hint})
        message = identifier.process([message], tracker)[0]
        return {item["entity"]: item["value"] for item in message.get("entities") or []}

    return entities


def test_every_example_says_its_language(training_data):
    assert {language_of_example(item) for item in training_data.intent_examples} == {"fr", "ar", "en", "ary"}


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_a_sentence_speaks_for_its_language(guess, text, language):
    assert guess(text) == Guess(language, is_sentence=True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("oui", "fr"),
        ("bonjour", "fr"),
        ("merci", "fr"),
        ("yes", "en"),
        ("hello", "en"),
        ("thanks", "en"),
        ("wakha", "ar"),
        ("safi", "ar"),
        ("سلام", "ar"),
        ("نعم", "ar"),
    ],
)
def test_a_word_is_a_hint_and_never_a_sentence(guess, text, language):
    assert guess(text) == Guess(language, is_sentence=False)


@pytest.mark.parametrize("text", ["no", "non", "oui merci", "what documents", "comment faire", "ok merci beaucoup"])
def test_two_words_never_switch_the_language(guess, text):
    assert not guess(text).is_sentence


@pytest.mark.parametrize(
    "text",
    ["ok", "OK", "salam", "visa", "passport", "whatsapp", "Mohamed", "Aisha Diallo", "Fatou", "123", "😀", ""],
)
def test_names_and_words_of_all_languages_say_nothing(guess, text):
    assert guess(text) is None


def test_a_question_mark_says_nothing(guess):
    assert guess("?") is None


@pytest.mark.parametrize("text", ["محمد", "فاطمة"])
def test_a_name_in_arabic_letters_is_no_sentence(guess, text):
    assert not guess(text).is_sentence


@pytest.mark.parametrize("text", ["محمد علي", "فاطمة الزهراء"])
def test_a_full_name_in_arabic_letters_is_no_sentence(guess, text):
    assert not guess(text).is_sentence


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("parle français", "fr"),
        ("en français svp", "fr"),
        ("بالفرنسية", "fr"),
        ("b lfransawiya", "fr"),
        ("بالعربية", "ar"),
        ("هضر معايا بالعربية", "ar"),
        ("hder b l3arbiya", "ar"),
        ("darija", "ar"),
        ("بالدارجة", "ar"),
        ("english please", "en"),
        ("speak english", "en"),
        ("anglais", "en"),
        ("بالإنجليزية", "en"),
    ],
)
def test_a_language_can_be_asked_for(text, language):
    assert requested_language(normalise(text)) == language


@pytest.mark.parametrize("text", ["3arabi", "bl3arbiya", "bel3arbiya"])
def test_arabic_can_be_asked_for_in_arabizi(text):
    assert requested_language(normalise(text)) == "ar"


@pytest.mark.parametrize(
    "text",
    [
        "interprète arabe",
        "is there an interpreter",
        "arabic interpreter?",
        "traducteur arabe",
        "مترجم عربي",
        "mutarjim arabi",
        "french translation",
    ],
)
def test_a_question_about_an_interpreter_is_no_request(text):
    assert requested_language(normalise(text)) is None


@pytest.mark.parametrize(
    "text", ["does the counsellor speak french with me today", "est-ce que vous parlez bien arabe", "bonjour", "الفلوس"]
)
def test_other_messages_are_no_request(text):
    assert requested_language(normalise(text)) is None


@pytest.mark.parametrize("text", ["je suis français", "I am french", "no french"])
def test_a_nationality_or_a_refusal_is_no_request(text):
    assert requested_language(normalise(text)) is None


@pytest.mark.parametrize(("text", "language"), [("bonjour", "fr"), ("hello", "en"), ("سلام", "ar"), *SENTENCES])
def test_a_first_message_sets_the_language(identify, conversation, text, language):
    assert identify(text, conversation()) == {"language": language}


@pytest.mark.parametrize("text", ["hello", "سلام", "wakha", "thanks"])
def test_a_word_does_not_switch_the_language(identify, conversation, text):
    assert identify(text, conversation(language="fr")) == {}


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_a_sentence_switches_the_language(identify, conversation, text, language):
    other = "en" if language != "en" else "fr"
    assert identify(text, conversation(language=other)) == {"language": language}


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_a_chosen_language_is_never_switched_by_detection(identify, conversation, text, language):
    assert identify(text, conversation(language_choice="fr" if language != "fr" else "en")) == {}


def test_a_request_replaces_the_chosen_language(identify, conversation):
    assert identify("english please", conversation(language_choice="fr", language="fr")) == {"language_choice": "en"}


def test_a_button_says_nothing_about_the_language(identify, conversation):
    assert identify('/inform{"answer": "yes"}', conversation(), typed=False) == {"answer": "yes"}


def test_the_scores_are_probabilities(identifier):
    scores = identifier.detector.scores("je veux rentrer")
    assert set(scores) == {"fr", "en", "ary"}
    assert sum(scores.values()) == pytest.approx(1)


# --- the language of the phone ------------------------------------------------------------------

SAYS_NOTHING = ["ok", "salam", "Mohamed", "123", "😀", "?"]
VOICE = '/received{"kind": "voice"}'


@pytest.mark.parametrize("hint", ["fr", "ar", "en"])
@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_a_message_that_shows_no_language_has_that_of_the_phone(identify, conversation, text, hint):
    assert identify(text, conversation(), hint=hint) == {"language": hint}


@pytest.mark.parametrize("hint", ["fr", "ar", "en"])
@pytest.mark.parametrize("text", [VOICE, "/ask_question"])
def test_a_button_or_a_voice_message_has_that_of_the_phone(identify, conversation, text, hint):
    assert identify(text, conversation(), typed=False, hint=hint)["language"] == hint


def test_the_first_message_to_nobody_known_has_that_of_the_phone(identify):
    assert identify("ok", None, hint="ar") == {"language": "ar"}


@pytest.mark.parametrize(("text", "language"), [("hello", "en"), ("سلام", "ar"), ("bonjour", "fr"), *SENTENCES])
def test_what_the_person_writes_wins_over_the_phone(identify, conversation, text, language):
    hint = "en" if language != "en" else "fr"
    assert identify(text, conversation(), hint=hint) == {"language": language}


def test_a_language_that_is_asked_for_wins_over_the_phone(identify, conversation):
    assert identify("english please", conversation(), hint="fr") == {"language_choice": "en"}


@pytest.mark.parametrize("chosen", ['/greet{"language": "ar"}', '/choose_language{"language_choice": "ar"}'])
def test_the_language_of_a_poster_or_of_a_button_wins_over_the_phone(identify, conversation, chosen):
    assert list(identify(chosen, conversation(), typed=False, hint="fr").values()) == ["ar"]


@pytest.mark.parametrize("slots", [{"language": "ar"}, {"language_choice": "ar"}])
@pytest.mark.parametrize(("text", "typed"), [("ok", True), ("😀", True), (VOICE, False)])
def test_once_a_language_is_known_the_phone_says_nothing(identify, conversation, slots, text, typed):
    named = identify(text, conversation(**slots), typed=typed, hint="fr")
    assert not named.keys() & {"language", "language_choice"}


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_a_phone_in_another_language_says_nothing(identify, conversation, text):
    assert identify(text, conversation(), hint="") == {}
