import pytest

from desk.content.spelling import normalise, skeleton


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Élève", "eleve"),
        ("cœur", "coeur"),
        ("J'ai  une\tQUESTION !", "j ai une question"),
        ("أنا إلى القرية", "انا الي القريه"),
        ("ﻻ", "لا"),
        ("اَلسَّلام", "السلام"),
        ("گاع ڭاع", "كاع كاع"),
        ("جـــواز", "جواز"),
        ("\u200fسلام\u200e", "سلام"),
        ("٠٦١٢", "0612"),
        ("۰۶۱۲", "0612"),
    ],
)
def test_letters_have_one_form(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("3andi", "aandi"), ("7it", "hit"), ("nrje3", "nrjea"), ("9bel", "qbel"), ("ch7al", "chhal"), ("5oya", "khoya")],
)
def test_arabizi_digits_become_letters(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize("text", ["18 ans", "passport 2026", "100dh", "6h30", "19", "112"])
def test_real_numbers_stay(text):
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("text", "plain"), [("baaaaaa", "baa"), ("nooooon", "noon"), ("رجوووووع", "رجووع"), ("merci!!!!", "merci")]
)
def test_stretched_letters_are_shortened(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize("text", ["1000 euro", "5000 dh", "10000"])
def test_amounts_keep_their_zeros(text):
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["Où es-tu ?", "أين المكتب؟", "3lach m3a 9bel", "Çà et là", "٠٦ ١٢"])
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


def test_a_question_mark_stays():
    assert normalise("combien ?").endswith("?")


@pytest.mark.parametrize(
    "spellings",
    [
        ("nrje3", "nrja3", "nerjaa", "نرجع"),
        ("flous", "flos", "fluss", "فلوس"),
        ("chhal", "ch7al", "شحال"),
        ("kifach", "kifash", "kifech", "كيفاش"),
        ("khouya", "5ouya", "khoya", "خويا"),
        ("ghadi", "ghady", "غادي"),
        ("lmaghrib", "lmeghrib", "لمغرب"),
        ("daba", "dabaa", "دابا"),
    ],
)
def test_a_word_of_darija_has_one_skeleton_in_both_scripts(spellings):
    assert len({skeleton(normalise(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("ana", "nta"), ("bladi", "wladi"), ("نرجع", "نخرج")])
def test_different_words_keep_different_skeletons(one, other):
    assert skeleton(normalise(one)) != skeleton(normalise(other))


def test_a_skeleton_of_nothing_is_nothing():
    assert skeleton("") == ""
    assert skeleton(normalise("😀 ?")) == "?"
