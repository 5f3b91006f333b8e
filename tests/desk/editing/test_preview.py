"""A draft as a person would see it on WhatsApp and on Telegram."""

from datetime import date

import pytest

from bot.channels import telegram as telegram_channel
from bot.channels import whatsapp_content
from desk.content.documents import topic_document
from desk.editing import preview
from desk.editing.preview import buttons_of, previews, telegram, whatsapp

TODAY = date(2026, 11, 29)
KEY = "money_how_much"


def test_the_limits_are_those_of_the_channels():
    assert preview.WHATSAPP_LENGTH == whatsapp_content.LONGEST_BODY
    assert (preview.MOST_REPLIES, preview.REPLY_LENGTH) == (
        whatsapp_content.MOST_REPLIES,
        whatsapp_content.REPLY_LENGTH,
    )
    assert preview.TELEGRAM_LENGTH == telegram_channel.LIMIT
    assert preview.SHORT_TITLE == telegram_channel.SHORT_TITLE


@pytest.mark.parametrize(("language", "more"), [("fr", "Lire la suite"), ("ar", "قراءة المزيد"), ("en", "Read more")])
def test_an_answer_stands_with_its_facts_and_buttons_and_so_does_its_rest(language, more):
    found = previews(topic_document(KEY), language, "belgium", TODAY)
    for bubbles in found.values():
        first, rest = bubbles
        titles = [title for row in first.rows for title in row]
        assert titles[0] == more
        assert more not in [title for row in rest.rows for title in row]
        assert "{" not in first.text + rest.text
        assert "0800" in first.text


def test_where_the_place_is_not_known_the_general_answer_is_said():
    document = topic_document(KEY)
    (bubble,) = previews(document, "en", "", TODAY)["Telegram"]
    assert bubble.text.startswith("We do not know the amounts where you are.")
    assert bubble.text == previews(document, "en", "elsewhere", TODAY)["Telegram"][0].text


def test_while_a_translation_is_missing_the_english_is_said():
    document = topic_document(KEY)
    document["parts"]["morocco"]["ar"] = ""
    (bubble,) = previews(document, "ar", "morocco", TODAY)["Telegram"]
    assert bubble.text.startswith("We know no amount")


@pytest.mark.parametrize("text", ["Ask {", "Ask {morocco.nothing}", "Ask {0}", ""])
def test_a_text_that_is_not_right_yet_is_shown_as_it_stands(text):
    document = topic_document(KEY)
    document["parts"]["answer"]["fr"] = text
    document["parts"]["answer"]["en"] = ""
    assert previews(document, "fr", "", TODAY)["WhatsApp"][0].text == text


def test_where_there_is_danger_a_person_is_offered_first():
    document = topic_document("safety_suicide")
    titles = buttons_of(document, "en", "", is_rest=False)
    assert titles[0] == "Contact me urgently"
    assert "Talk to a person" not in titles


@pytest.mark.parametrize(
    ("titles", "pick"),
    [(["Yes", "No"], ""), (["A title of over twenty"], "Choose"), (["1", "2", "3", "4"], "Choose")],
)
def test_whatsapp_shows_few_short_buttons_below_and_else_a_list(titles, pick):
    bubble = whatsapp("Text", titles, "en")
    assert bubble.pick == pick
    assert bubble.rows == [[title] for title in titles]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Important* now", "<b>Important</b> now"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("*<i>*", "<b>&lt;i&gt;</b>"),
        ("*مهم*", "<b>مهم</b>"),
        ("a*b*c", "a*b*c"),
    ],
)
def test_stars_make_bold_on_whatsapp_only_and_html_is_text(text, shown):
    assert whatsapp(text, [], "en").text == shown
    assert "<" not in telegram(text, []).text


def test_telegram_puts_two_short_buttons_in_a_row():
    assert telegram("Text", ["One", "Two", "A title that is long", "Three"]).rows == [
        ["One", "Two"],
        ["A title that is long"],
        ["Three"],
    ]


def test_characters_left_are_counted_as_the_providers_do():
    assert whatsapp("🙂" * 10, [], "en").left == 1024 - 20
    assert telegram("x" * 5000, []).left < 0
