"""Examples that editors added or took away, in the files of data/nlu/ and back."""

from pathlib import Path

import pytest

from desk.content.examples import Change, examples
from desk.datafiles import DATA
from desk.exchange.folder import PROJECT, Folder
from desk.exchange.messages import messages_changed, messages_differing, messages_written
from desk.exchange.services import content_export, content_import
from desk.understanding.models import Example
from desk.understanding.selectors import changes

TEXT = """\
version: "3.1"
nlu:
# how much
- intent: faq/money_how_much
  metadata: {language: fr}
  examples: |
    - c'est combien
    - combien d'argent
- intent: greet
  metadata: {language: fr}
  examples: |
    - bonjour
"""
OF_FILES = examples()["fr"]["money_how_much"][0]
CHANGES = [
    Change("money_how_much", "fr", "ça fait combien de sous"),
    Change("money_how_much", "fr", OF_FILES, is_removed=True),
    Change("money_how_much", "ary", "ch7al d lflous ghadi nakhod"),
    Change("out_of_scope", "ar", "ما رأيك في المباراة"),
]


def test_lines_are_added_and_taken_away_and_all_others_stay():
    of = [Change("money_how_much", "fr", "ça fait combien"), Change("money_how_much", "fr", "c'est combien", True)]
    written = messages_written(TEXT, "faq/money_how_much", "fr", of)
    wanted = TEXT.replace("    - c'est combien\n", "").replace(
        "    - combien d'argent\n", "    - combien d'argent\n    - ça fait combien\n"
    )
    assert written == wanted
    assert messages_written(written, "faq/money_how_much", "fr", of) == written


def test_a_new_question_gets_a_block_of_its_own_at_the_end():
    written = messages_written(TEXT, "faq/money_lost", "fr", [Change("money_lost", "fr", "perdu")])
    assert written.startswith(TEXT)
    assert written[len(TEXT) :] == "- intent: faq/money_lost\n  metadata: {language: fr}\n  examples: |\n    - perdu\n"


def test_without_changes_no_file_is_touched():
    assert messages_changed([]) == {}
    assert list(messages_differing(DATA / "nlu")) == []


def test_the_changes_stand_in_the_files_of_their_questions():
    found = {str(path.relative_to(DATA / "nlu")): text.decode() for path, text in messages_changed(CHANGES).items()}
    assert set(found) == {"fr/money.yml", "ary/money.yml", "ar/conversation.yml"}
    assert "    - ça fait combien de sous\n" in found["fr/money.yml"]
    assert f"    - {OF_FILES}\n" not in found["fr/money.yml"]


@pytest.fixture
def taught(db):
    for change in CHANGES:
        state = Example.State.REMOVED if change.is_removed else Example.State.ADDED
        Example.objects.create(label=change.label, language=change.language, text=change.text, state=state)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in Folder(root).nlu.glob("*/*.yml")}


def test_export_import_export_gives_the_same_bytes_and_the_same_changes(taught, tmp_path):
    before = changes()
    content_export(to=tmp_path / "one")
    Example.objects.all().delete()
    assert content_import(source=tmp_path / "one").faults == []
    assert changes() == before
    content_export(to=tmp_path / "two")
    assert bytes_of(tmp_path / "two") == bytes_of(tmp_path / "one")
    different = {name for name, written in bytes_of(tmp_path / "one").items() if written != bytes_of(PROJECT)[name]}
    assert different == {f"data/nlu/{name}" for name in ("fr/money.yml", "ary/money.yml", "ar/conversation.yml")}


@pytest.mark.parametrize(
    ("line", "words"), [("appelle le 0612345678", "fr: money_how_much"), ("[x](y)", "money_how_much")]
)
def test_a_message_that_may_not_be_learned_is_named_and_nothing_is_changed(db, tmp_path, line, words):
    content_export(to=tmp_path)
    path = Folder(tmp_path).nlu / "fr" / "money.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("    - ", f"    - {line}\n    - ", 1), encoding="utf-8")
    (fault,) = content_import(source=tmp_path).faults
    assert words in fault
    assert not Example.objects.exists()


def test_a_file_that_is_none_of_rasa_s_is_named(db, tmp_path):
    content_export(to=tmp_path)
    (Folder(tmp_path).nlu / "fr" / "money.yml").write_text("nlu: 5\n", encoding="utf-8")
    (fault,) = content_import(source=tmp_path).faults
    assert fault.startswith("fr/money.yml: ")
