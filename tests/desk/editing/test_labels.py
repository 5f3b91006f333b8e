"""Everything that the data name has a name on the editors' pages."""

from typing import get_args

import pytest
from django.utils import translation

from desk.content.documents import FLAGS, PARTS
from desk.content.i18n import LANGUAGES
from desk.content.selectors import topic_groups
from desk.editing import labels
from desk.editing.compare import FACT_FIELDS
from desk.editing.fact_forms import UNIT_NAMES, VALUES
from desk.programmes.schema import VALUE_TYPES, Duration, Fact


def test_the_lists_agree_with_the_data():
    assert set(labels.GROUP_NAMES) == set(topic_groups())
    assert set(labels.KIND_NAMES) == set(VALUES) == set(VALUE_TYPES)
    assert set(labels.STATUS_NAMES) == set(get_args(Fact.__fields__["status"].type_))
    assert set(UNIT_NAMES) == set(get_args(Duration.__fields__["unit"].type_))
    assert set(labels.LANGUAGE_NAMES) == set(LANGUAGES)
    assert set(labels.FLAG_NAMES) == set(FLAGS)
    assert set(FACT_FIELDS) <= set(labels.NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_has_a_name_of_its_own(language):
    with translation.override(language):
        names = [labels.part_label(part) for part in PARTS]
    assert len(set(names)) == len(PARTS)


@pytest.mark.parametrize(("language", "name"), [("fr", "Belgique"), ("ar", "بلجيكا"), ("en", "Belgium")])
def test_a_country_is_named_in_the_language_of_the_page(language, name):
    with translation.override(language):
        assert labels.part_label("belgium") == name
        assert labels.part_label("more.belgium").endswith(f" · {name}")


def test_a_group_without_a_name_is_called_as_its_file():
    assert labels.group_label("weather") == "weather"
