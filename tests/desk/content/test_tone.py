"""How an answer must sound: what is refused, and what is left alone."""

import pytest

from desk.content import tone as module
from desk.content.tone import faults, sentences, tone
from desk.errors import DataError

LONG = "You may go to the office " + "and ask a person there " * 4 + "today."


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "You must return soon.", "must return"),
        ("en", "Illegal people can ask.", "Illegal"),
        ("en", "You are eligible for this.", "are eligible"),
        ("en", "You will get money.", "will get"),
        ("en", "IOM guarantees a place.", "guarantees"),
        ("en", "It is your fault.", "your fault"),
        ("en", "The police may deport you.", "deport"),
        ("fr", "Vous devez rentrer bientôt.", "devez rentrer"),
        ("fr", "Un clandestin peut demander.", "clandestin"),
        ("fr", "Vous recevrez de l'argent.", "recevrez"),
        ("fr", "Vous êtes arrivé hier.", "êtes arrivé"),
        ("fr", "Si vous êtes seul(e), dites-le.", "seul(e"),
        ("fr", "Tu peux demander ici.", "Tu"),
        ("ar", "يجب أن تعود قريبا.", "يجب أن تعود"),
        ("ar", "المهاجر غير الشرعي يمكنه السؤال.", "غير الشرعي"),
        ("ar", "ستحصل على المال.", "ستحصل"),
        ("ar", "نضمن لك مكانا.", "نضمن"),
    ],
)
def test_words_that_push_promise_or_judge_are_refused(language, text, word):
    assert [fault for fault in faults(language, text) if fault.startswith("never “") and word in fault], faults(
        language, text
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It is not your fault. Nobody can promise a date. You may ask the office."),
        ("fr", "Ce n'est pas votre faute. Personne ne peut promettre une date. Vous pouvez demander au bureau."),
        ("ar", "ليس هذا خطأك. لا أحد يستطيع أن يعد بتاريخ. يمكنك سؤال المكتب."),
        ("ar", "هذه المياه لله. واحد من الاتجاهات. الانتباه إلى الوجه."),
    ],
)
def test_a_plain_text_has_no_fault(language, text):
    assert faults(language, text) == []


def test_a_word_may_be_explained_in_the_topic_about_it():
    text = "Deportation is not your choice. They decide it."
    assert faults("en", text)
    assert faults("en", text, "about_difference_forced_return") == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_long_sentence_is_counted(language):
    count = len(LONG.split())
    assert any(f"{count} words in one sentence" in fault for fault in faults(language, LONG))


def test_each_line_of_a_list_is_a_sentence_of_its_own():
    assert sentences("You may call:\n• Police: {x.y}\n• UNHCR\n\nAsk. Then wait! Really?") == [
        "You may call:", "Police:", "{x.y}", "UNHCR", "Ask.", "Then wait!", "Really?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "measure"),
    [
        (
            "en",
            "Administrative regularisation necessitates documentary verification by competent governmental institutions "
            "and presupposes individual consular authentication of identity.",
            "school grade",
        ),
        (
            "fr",
            "L'administration compétente procédera ultérieurement à la vérification documentaire individualisée, "
            "nonobstant toute régularisation administrative antérieure éventuellement sollicitée préalablement.",
            "reading ease",
        ),
        ("ar", "الإجراءات الإدارية والمستندات القنصلية المطلوبة للمسافرين. " * 3, "letters on average"),
    ],
)
def test_a_hard_text_is_measured(language, text, measure):
    assert any(measure in fault for fault in faults(language, text))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("يمكنك طلب المساعده.", "المساعده: the last letter"),
        ("للعوده إلى البلد", "للعوده: the last letter"),
        ("الذهاب الى المكتب", "الى: a hamza"),
        ("سؤال محامٍ او جمعية", "او: a hamza"),
        ("المكتب فى المدينة", "فى: ي and ى"),
        ("الرقم على الورقة, ثم السؤال", "Latin punctuation"),
        ("هل يمكنني?", "Latin punctuation"),
        ("مرحبـــا", "stretched"),
    ],
)
def test_slips_of_arabic_spelling_are_named(text, advice):
    assert any(advice in fault for fault in faults("ar", text))


def test_a_few_words_are_not_measured():
    assert faults("en", "Administrative documentation authenticity.") == []


def test_placeholders_are_not_read_as_words():
    assert faults("en", "Phone: {belgium.illegal_hotline}.") == []


def test_a_pattern_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "tone.yml").write_text(
        "longest_sentence: 20\nen: {never: [{pattern: '(', instead: x}]}\nfr: {never: []}\nar: {never: []}\n"
    )
    monkeypatch.setattr(module, "DATA", tmp_path)
    tone.cache_clear()
    with pytest.raises(DataError, match="tone.yml.*pattern"):
        tone()
    tone.cache_clear()
