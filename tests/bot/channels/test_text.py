import random

import pytest

from bot.channels.text import choice, directed, has_words, length, numbered, split

RIGHT_TO_LEFT_MARK = "\u200f"
FRENCH = (
    "Vous pouvez demander une aide. Un conseiller lit votre demande et vous répond !\n"
    "Où êtes-vous maintenant ?\n\n"
    "• Maroc\n• Belgique\n\n"
    "L'aide est gratuite… Personne ne vous force à partir."
)
ARABIC = (
    "يمكنك أن تطلب المساعدة. مستشار يقرأ طلبك ويرد عليك!\n"
    "أين أنت الآن؟ المساعدة مجانية.\n\n"
    "• المغرب\n• بلجيكا\n\n"
    "لا أحد يجبرك على العودة…"
)
ENGLISH = (
    "You can ask for help. A counsellor reads your request and answers!\n"
    "Where are you now? The help is free.\n\n"
    "• Morocco\n• Belgium\n\n"
    "Nobody forces you to go back…"
)
DARIJA = "Bghit nrje3 l bladi. Wach t9dro t3awnouni?\n\nCh7al dyal lflous ghadi ta3tiwni?"
EMOJI = "Merci 🙏🙏 beaucoup 👍🏽 pour tout ❤️ 🇲🇦 au revoir 👨‍👩‍👧 🙂"
TEXTS = {"fr": FRENCH, "ar": ARABIC, "en": ENGLISH, "ary": DARIJA, "emoji": EMOJI}


def letters(text):
    """The text without the spaces that may fall away at a cut."""
    return "".join(text.split())


# --- length -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("été", 3), ("مرحبا", 5), ("🙏", 2), ("a🙏b", 4), ("👍🏽", 4), ("𝔘", 2)]
)
def test_length_counts_utf_16_units(text, units):
    assert length(text) == units


# --- split --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_within_the_limit_stays_whole(text):
    assert split(text, length(text)) == [text]


def test_nothing_to_say_has_no_parts():
    assert split("", 10) == []


def test_a_long_stretch_of_spaces_has_no_parts():
    assert split(" " * 30, 10) == []


@pytest.mark.parametrize("limit", [20, 33, 60, 100, 4096])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_part_is_longer_than_the_limit_and_no_letter_is_lost_or_doubled(text, limit):
    parts = split(text, limit)
    assert max(map(length, parts)) <= limit
    assert letters("".join(parts)) == letters(text)


@pytest.mark.parametrize("limit", [20, 33, 60])
@pytest.mark.parametrize("name", ["fr", "ar", "en", "ary"])
def test_no_word_is_cut(name, limit):
    words = [word for part in split(TEXTS[name], limit) for word in part.split()]
    assert words == TEXTS[name].split()


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_of_texts_is_split_without_loss(seed):
    chance = random.Random(seed)
    pieces = [*" \n🙏é🇲🇦مx.؟!", "\n\n", *TEXTS.values(), "Aéroport-de-Casablanca-Mohammed-V", "مساعدة" * 9]
    text = "".join(chance.choices(pieces, k=chance.randint(1, 30)))
    limit = chance.randint(10, 200)
    parts = split(text, limit)
    assert letters("".join(parts)) == letters(text)
    assert all(length(part) <= limit for part in parts)
    assert all(part == part.strip() for part in parts) or parts == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Un premier mot.\n\nUn autre mot.\nEncore un mot. Et voilà", "Un premier mot."),
        ("Un premier mot.\nUn autre mot. Encore un mot et voilà", "Un premier mot."),
        ("Un premier mot. Encore un mot et voilà", "Un premier mot."),
        ("Un premier mot et encore un mot", "Un premier mot et encore"),
        ("كلمة أولى.\n\nكلمة ثانية.\nوكلمة أخرى بعدها", "كلمة أولى."),
        ("أين أنت الآن؟ أجب من فضلك بسرعة", "أين أنت الآن؟"),
        ("A first word… and one more after it", "A first word…"),
    ],
)
def test_the_cut_is_at_the_end_of_the_largest_unit_that_fits(text, first):
    assert split(text, 26)[0] == first


def test_an_early_paragraph_does_not_make_a_tiny_part():
    text = "Oui.\n\n" + "Un conseiller vous répond. " * 4
    assert split(text, 60)[0] == "Oui.\n\nUn conseiller vous répond. Un conseiller vous répond."


@pytest.mark.parametrize("text", ["a" * 95, "م" * 95, "🙏" * 48, "é🙏" * 30], ids=["latin", "arabic", "emoji", "mixed"])
def test_a_text_without_spaces_is_cut_at_the_limit_and_signs_stay_whole(text):
    parts = split(text, 31)
    assert "".join(parts) == text
    assert {length(part) for part in parts[:-1]} <= {30, 31}
    assert all(part.encode("utf-16-le").decode("utf-16-le") == part for part in parts)


def test_a_long_text_is_split_in_good_time():
    assert len(split(FRENCH * 400, 1600)) > 40


# --- a typed number -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2", "٢", "۲", "2.", "2)", "(2)", " 2 ", "2 .", "02", "2\ufe0f\u20e3", "٢.", "(٢)", "2\n", "\n 2"]
)
def test_a_typed_number_is_the_choice_at_that_place(text):
    assert choice(text, 3) == 1


@pytest.mark.parametrize(("text", "place"), [("1", 0), ("٣", 2), ("10", 9), ("١٠", 9), ("1\ufe0f\u20e3", 0)])
def test_the_first_and_the_last_number_count(text, place):
    assert choice(text, place + 1) == place


@pytest.mark.parametrize("text", ["0", "٠", "4", "٤", "11", "99", "-1", "100", "1000000", "1.5"])
def test_a_number_that_is_no_choice_is_none(text):
    assert choice(text, 3) is None


@pytest.mark.parametrize(
    "text",
    [
        "22 ans",
        "J'ai 2 enfants",
        "2 enfants",
        "عندي ٢ أطفال",
        "2 years",
        "3andi 2",
        "3",
        "nrje3",
        "1 2",
        "1/2",
        "",
        "?",
    ],
)
def test_words_around_a_number_are_words(text):
    assert choice(text, 2) is None


def test_without_choices_no_number_is_one():
    assert choice("1", 0) is None


# --- a menu of numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "titles", "hint", "menu"),
    [
        ("Où ?", ["Maroc", "Belgique"], "Écrivez le numéro.", "Où ?\n\n1. Maroc\n2. Belgique\n\nÉcrivez le numéro."),
        ("أين؟", ["المغرب"], "اكتب الرقم.", "أين؟\n\n1. المغرب\n\nاكتب الرقم."),
        ("", ["Yes", "No"], "Write the number.", "1. Yes\n2. No\n\nWrite the number."),
    ],
)
def test_a_menu_is_the_text_its_numbered_lines_and_a_hint(text, titles, hint, menu):
    assert numbered(text, titles, hint) == menu


@pytest.mark.parametrize("place", range(12))
def test_every_number_of_a_menu_means_its_line(place):
    titles = [f"choix {name}" for name in "abcdefghijkl"]
    line = numbered("Où ?", titles, "").split("\n")[2 + place]
    number, _, title = line.partition(" ")
    assert titles[choice(number, len(titles))] == title


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["bonjour", "سلام", "ok 🙏", "🙏 لا", "2", "٢", "wakha", "?a", "é"])
def test_letters_and_digits_are_words(text):
    assert has_words(text)


@pytest.mark.parametrize("text", ["", " ", "🙏", "👍🏽", "❤️", "🇲🇦", "👨‍👩‍👧", "...", "؟!", "…", "\u200f", ":-)", "—"])
def test_signs_are_no_words(text):
    assert not has_words(text)


# --- right to left ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "IOM: المنظمة الدولية للهجرة",
        "• WhatsApp متاح",
        "WhatsApp: +212 5 37 65 28 81 اتصل",
        '"IOM" هي المنظمة',
        "1. IOM في المغرب",
    ],
)
def test_an_arabic_line_that_begins_with_a_latin_word_is_marked(line):
    assert directed(line) == RIGHT_TO_LEFT_MARK + line


@pytest.mark.parametrize("line", ["المنظمة IOM", "• المغرب", "1. المغرب", "(نعم)", "19 أو 177", "٢. بلجيكا"])
def test_a_line_that_phones_set_right_to_left_anyway_is_not_changed(line):
    assert directed(line) == line


@pytest.mark.parametrize("text", [FRENCH, ENGLISH, DARIJA, EMOJI, "", "+212 5 37 65 28 81", "1. Maroc\n2. Belgique"])
def test_a_text_without_arabic_is_not_changed(text):
    assert directed(text) == text


def test_each_line_is_marked_for_itself():
    text = "أهلا\n\nIOM المغرب\nBelgium\nWhatsApp واتساب\n• نعم"
    assert directed(text).split("\n") == [
        "أهلا",
        "",
        f"{RIGHT_TO_LEFT_MARK}IOM المغرب",
        "Belgium",
        f"{RIGHT_TO_LEFT_MARK}WhatsApp واتساب",
        "• نعم",
    ]


@pytest.mark.parametrize("line", ["• \u2066+212 5 37\u2069", "• \u2066https://help.unhcr.org\u2069", "19", "• 19"])
def test_a_line_of_an_arabic_text_with_only_a_number_or_address_is_marked(line):
    assert directed(f"الهاتف:\n{line}") == f"الهاتف:\n{RIGHT_TO_LEFT_MARK}{line}"
    assert directed(line) == line


def test_marking_twice_marks_once():
    once = directed("IOM المغرب")
    assert directed(once) == once
