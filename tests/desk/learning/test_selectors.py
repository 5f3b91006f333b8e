"""What there is to learn, the largest first."""

from datetime import timedelta

import pytest

from desk.learning.selectors import message_groups
from tests.desk.learning.conftest import missed, rated, write

pytestmark = pytest.mark.django_db


def texts(**wanted) -> list[list[str]]:
    return [[message.text for message in group.messages] for group in message_groups(**wanted)]


@pytest.fixture
def some():
    write(
        missed("où est mon colis", ago=timedelta(hours=3)),
        missed("où est mon colis ?", person="web-2", ago=timedelta(hours=2)),
        missed("je cherche du travail", outcome="unanswered", ago=timedelta(hours=1)),
        missed("فين كاين الباكي ديالي", language="ary"),
        rated(False, text="et pour ma fille ?", text_language="fr", ago=timedelta(hours=5)),
    )


@pytest.mark.usefixtures("some")
def test_the_largest_group_comes_first_and_then_the_newest():
    assert texts() == [
        ["où est mon colis ?", "où est mon colis"],
        ["فين كاين الباكي ديالي"],
        ["je cherche du travail"],
        ["et pour ma fille ?"],
    ]


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ({"language": "ary"}, "فين كاين الباكي ديالي"),
        ({"kind": "unanswered"}, "je cherche du travail"),
        ({"kind": "unhelpful", "language": "fr"}, "et pour ma fille ?"),
    ],
)
def test_one_language_or_kind_is_shown(wanted, first):
    assert texts(**wanted) == [[first]]


def test_the_same_words_in_two_languages_are_two_groups():
    write(missed("visa", language="fr"), missed("visa", language="en"))
    assert len(texts()) == 2


@pytest.mark.usefixtures("some")
def test_a_group_says_what_it_holds():
    group = message_groups()[0]
    assert (group.text, group.wordings, group.count, group.language) == (
        "où est mon colis ?",
        ["où est mon colis"],
        2,
        "fr",
    )
    assert len(group.keys.split()) == 2
    assert [number for _, number in group.kinds] == [2]


def test_what_most_messages_could_mean_comes_first():
    write(
        missed("billet avion", nearest=("travel_ticket", "cost_free")),
        missed("billet avion ?", person="web-2", nearest=("cost_free", "money_how_much")),
        missed("billet avion !", person="web-3", nearest=("cost_free",)),
    )
    assert message_groups()[0].nearest[0] == "cost_free"


def test_the_answers_that_did_not_help_are_named():
    write(rated(False, text="mes enfants", text_language="fr"))
    assert message_groups()[0].unhelpful == ["money_how_much"]
