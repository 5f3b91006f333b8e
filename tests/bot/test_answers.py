import pytest

from bot.answers import Found, country_codes, is_question, place_named, present_place, read_answer, read_country


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("yes_no", "Oui", "yes"),
        ("yes_no", "نعم", "yes"),
        ("yes_no", "wakha", "yes"),
        ("yes_no", "No", "no"),
        ("yes_no", "lla", "no"),
        ("control", "Pourquoi ?", "why"),
        ("control", "علاش؟", "why"),
        ("control", "3lach", "why"),
        ("control", "go back one", "back"),
        ("control", "rje3 lor", "back"),
        ("control", "تخطي", "skip"),
        ("control", "I rather not say", "skip"),
        ("situation", "sans papier", "no_papers"),
        ("situation", "ma3ndich wra9", "no_papers"),
        ("situation", "طالب لجوء", "asylum_pending"),
        ("own_wish", "j'ai peur", "afraid"),
        ("own_wish", "خائف", "afraid"),
        ("own_wish", "bezzez", "pushed"),
        ("health", "enceinte", "pregnant"),
        ("earlier_help", "il y a deux ans", "yes_recent"),
        ("programme", "المغرب", "morocco"),
        ("programme", "Bruxelles", "belgium"),
        ("confirm", "wrong number", "change_callback_contact"),
        ("confirm", "safi sifet", "send"),
    ],
)
def test_a_known_phrase_is_an_exact_answer(question, text, value):
    assert read_answer(question, text) == Found(value, exact=True)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("contact", "I have no phone", "chat"),
        ("contact", "no phone", "chat"),
        ("contact", "j'ai pas de téléphone", "chat"),
        ("contact", "Je n'ai pas de téléphone, désolé", "chat"),
        ("contact", "ليس لدي هاتف", "chat"),
        ("contact", "ما عندي تلفون", "chat"),
        ("part", "le matin si possible", "morning"),
        ("part", "f l3chiya", "afternoon"),
        ("part", "بعد الظهر", "afternoon"),
    ],
)
def test_contact_and_time_are_read_without_a_number(question, text, value):
    assert read_answer(question, text).value == value


def test_a_phrase_inside_a_longer_text_is_not_exact():
    assert read_answer("yes_no", "oui je suis d'accord avec vous") == Found("yes", exact=False)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [("age", "not yet 18", "minor"), ("health", "not pregnant", "none"), ("children", "pas d'enfant", "no")],
)
def test_the_longest_phrase_wins(question, text, value):
    assert read_answer(question, f"{text} monsieur").value == value


@pytest.mark.parametrize(("text", "value"), [("belgiqe", "belgium"), ("marocc", "morocco"), ("tanzanya", "tanzania")])
def test_a_short_misspelt_answer_is_read(text, value):
    assert read_answer("programme", text).value == value


@pytest.mark.parametrize("text", ["", "   ", "?", "bonjour", "سلام", "je voudrais une information sur autre chose"])
def test_other_words_are_no_answer(text):
    assert read_answer("yes_no", text) is None


@pytest.mark.parametrize(
    "text",
    ["combien d'argent", "شحال", "est ce que je peux", "wach bse7", "how long", "أين المكتب", "really?", "صحيح؟"],
)
def test_a_question_is_recognised(text):
    assert is_question(text)


@pytest.mark.parametrize("text", ["Belgium", "je suis ici", "نعم", "I am from Guinea", "wakha", "18"])
def test_a_statement_is_no_question(text):
    assert not is_question(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [("Belgium", "belgium"), ("بلجيكا", "belgium"), ("f lmaghrib", "morocco"), ("je suis au Maroc", "morocco")],
)
def test_a_short_answer_names_a_place(text, place):
    assert place_named(text) == place


def test_a_long_question_that_mentions_a_country_names_no_place():
    assert place_named("how much money do I get if I go back from Belgium to Guinea") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I am in Belgium", "belgium"),
        ("I'm in Morocco now", "morocco"),
        ("je suis au Maroc depuis 2 ans", "morocco"),
        ("j'habite à Bruxelles", "belgium"),
        ("أنا في المغرب", "morocco"),
        ("أنا في اليمن", "yemen"),
        ("ana f lmaghrib", "morocco"),
        ("rani f casa", "morocco"),
        ("I live in Tanzania", "tanzania"),
    ],
)
def test_the_present_place_is_read(text, place):
    assert present_place(text) == place


@pytest.mark.parametrize(
    "text",
    ["what happens in Belgium?", "my brother lives in Morocco", "combien donne la Belgique", "je suis en France"],
)
def test_a_country_that_is_only_mentioned_is_no_present_place(text):
    assert present_place(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Guinean", "GN"),
        ("je suis guinéen", "GN"),
        ("guinée bissau", "GW"),
        ("من السنغال", "SN"),
        ("sénégalais", "SN"),
        ("ivoirien", "CI"),
        ("أنا من ساحل العاج", "CI"),
        ("سوداني", "SD"),
        ("South Sudan", "SS"),
        ("Nigeria", "NG"),
        ("niger", "NE"),
        ("camerounaise", "CM"),
        ("congo kinshasa", "CD"),
        ("republic of congo", "CG"),
    ],
)
def test_nationalities_are_read(text, code):
    assert read_country(text).value == code


def test_the_democratic_republic_of_congo_is_read_in_arabic():
    assert read_country("الكونغو الديمقراطية").value == "CD"


@pytest.mark.parametrize("text", ["blabla", "", "woman", "صديقي"])
def test_other_words_are_no_country(text):
    assert read_country(text) is None


def test_every_nationality_is_a_country_code():
    codes = country_codes()
    assert {"GN", "MA", "SN"} <= set(codes)
    assert all(len(code) == 2 for code in codes)
