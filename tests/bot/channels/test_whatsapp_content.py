import pytest

from bot.channels.whatsapp_content import (
    ITEM_LENGTH,
    MOST_ITEMS,
    MOST_REPLIES,
    REPLY_LENGTH,
    content_key,
    content_types,
    is_pickable,
    is_quick,
)


def buttons(*titles):
    return [(title, f"token {title}") for title in titles]


def many(count):
    return buttons(*(f"choix {number}" for number in range(count)))


FEW = many(MOST_REPLIES)


@pytest.mark.parametrize(
    "some", [many(1), FEW, buttons("x" * REPLY_LENGTH), buttons("م" * REPLY_LENGTH, "لا"), buttons("Oui", "Non")]
)
def test_few_short_buttons_stand_below_the_message(some):
    assert is_quick(some)
    assert is_pickable(some)


@pytest.mark.parametrize(
    "some",
    [
        many(MOST_REPLIES + 1),
        many(MOST_ITEMS),
        buttons("x" * (REPLY_LENGTH + 1)),
        buttons("Oui", "م" * (REPLY_LENGTH + 1)),
        buttons("x" * ITEM_LENGTH),
    ],
)
def test_more_or_longer_buttons_are_a_list(some):
    assert not is_quick(some)
    assert is_pickable(some)


@pytest.mark.parametrize(
    "some",
    [many(MOST_ITEMS + 1), buttons("x" * (ITEM_LENGTH + 1)), buttons("Oui", "م" * (ITEM_LENGTH + 1)), [*FEW, *many(1)]],
    ids=["too many", "too long", "one too long", "same title"],
)
def test_what_whatsapp_cannot_show_is_not_pickable(some):
    assert not is_pickable(some)


def test_two_quick_replies_with_the_same_title_are_not_pickable():
    assert not is_pickable([("Oui", "a"), ("Oui", "b")])


def test_quick_replies_keep_order_titles_and_tokens():
    types = content_types("Où ?", [("Maroc", "t1"), ("Yémen", "t2")], "Choisir")
    actions = [
        {"type": "QUICK_REPLY", "title": title, "id": token} for title, token in (("Maroc", "t1"), ("Yémen", "t2"))
    ]
    assert types == {"twilio/quick-reply": {"body": "Où ?", "actions": actions}}


def test_a_list_keeps_order_titles_and_tokens_and_names_its_button():
    types = content_types("أين؟", many(4), "اختر")
    items = [{"item": title, "id": token} for title, token in many(4)]
    assert types == {"twilio/list-picker": {"body": "أين؟", "button": "اختر", "items": items}}


def key(language="fr", body="Où ?", some=FEW, title="Choisir"):
    return content_key(language, content_types(body, some, title))


def test_the_same_message_has_the_same_key_whatever_the_order_of_its_names():
    types = content_types("Où ?", FEW, "Choisir")
    body = types["twilio/quick-reply"]
    assert content_key("fr", types) == content_key("fr", {"twilio/quick-reply": dict(reversed(body.items()))})


@pytest.mark.parametrize(
    "other",
    [
        {"language": "ar"},
        {"body": "Où?"},
        {"some": FEW[:2]},
        {"some": FEW[::-1]},
        {"some": [(title, "other token") for title, _ in FEW]},
    ],
    ids=["language", "text", "fewer buttons", "order", "tokens"],
)
def test_another_message_has_another_key(other):
    assert key() != key(**other)


def test_a_list_with_another_name_is_another_message():
    assert key(some=many(5)) != key(some=many(5), title="Ouvrir")
