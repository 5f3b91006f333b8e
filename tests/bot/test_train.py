"""What `make train` says of its data."""

from collections import Counter

from bot.train import LANGUAGES, counts, counts_table


def test_every_message_of_every_language_is_counted():
    found = counts()
    assert {language for _, language in found} == set(LANGUAGES)
    assert min(found.values()) >= 25


def test_the_table_has_a_row_for_each_label_and_the_sums():
    table = counts_table(Counter({("greet", "en"): 3, ("greet", "ar"): 1, ("thank", "fr"): 2}))
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert rows == {
        "messages": ["en", "fr", "ar", "ary"],
        "greet": ["3", "0", "1", "0"],
        "thank": ["0", "2", "0", "0"],
        "together": ["3", "2", "1", "0"],
    }
