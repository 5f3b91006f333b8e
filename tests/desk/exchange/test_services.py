"""Content out of the database into files, and back."""

import subprocess
from copy import deepcopy
from io import StringIO
from pathlib import Path
from shutil import copy, copytree

import pytest
from django.core.management import CommandError, call_command

from desk.content.documents import TOPIC, TRANSLATED, document_get
from desk.datafiles import read_yaml
from desk.editing.models import Item, Remark, Version
from desk.editing.selectors import document_now
from desk.exchange.folder import PROJECT, Folder
from desk.exchange.services import comparable, content_export, content_import

pytestmark = pytest.mark.django_db


def bytes_of(root: Path) -> dict[str, bytes]:
    paths = [*Folder(root).yaml(), *map(Folder(root).catalogue, TRANSLATED)]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


SHIPPED = bytes_of(PROJECT)


def changed(root: Path) -> set[str]:
    return {name for name, written in bytes_of(root).items() if SHIPPED.get(name) != written}


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def exported(work, out, once) -> Path:
    """A folder with all that was published."""
    if "folder" not in once:
        call_command("content_export", to=once["root"] / "out", stdout=once["said"])
        once["folder"] = once["root"] / "out"
    return copytree(once["folder"], out)


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> dict:
    """An export takes some seconds: all tests share one."""
    return {"root": tmp_path_factory.mktemp("exported"), "said": StringIO()}


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder with one topic only, whose texts differ."""
    files = {
        "data/faq/cost.yml": "cost_free:\n  title: Is it free?\n  next: help_menu\n  answer: |-\n    Yes. Ask the office.\n",
        "data/programmes/yemen.yml": "facts: {}\n",
        "locales/fr/LC_MESSAGES/faq.po": po("C'est gratuit ?", "Oui. Demandez au bureau."),
        "locales/ar/LC_MESSAGES/faq.po": po("هل هي مجانية؟", "نعم. يمكنك سؤال المكتب."),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def po(title: str, answer: str) -> str:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return f'{head}msgid "Is it free?"\nmsgstr "{title}"\n\nmsgid "Yes. Ask the office."\nmsgstr "{answer}"\n'


def published() -> dict:
    return {
        (item.kind, item.key): comparable(item.kind, item.published.document)
        for item in Item.objects.filter(published__isnull=False).select_related("published")
    }


def test_with_nothing_published_every_file_is_byte_for_byte_the_shipped_one(out):
    assert content_export(to=out).warnings == []
    assert bytes_of(out) == SHIPPED
    assert content_export(to=out).files == []


def test_what_is_published_and_says_what_the_files_say_changes_no_byte(out, publish):
    for kind, key in ((TOPIC, "money_how_much"), ("fact", "morocco.wait"), ("fact", "belgium.desk_cities")):
        publish(kind, key, document_get(kind, key))
    content_export(to=out)
    assert bytes_of(out) == SHIPPED


def test_only_the_files_and_the_entries_that_changed_are_written(exported, once):
    assert changed(exported) == {
        "data/faq/about.yml",
        "data/faq/cost.yml",
        "data/programmes/morocco.yml",
        "locales/fr/LC_MESSAGES/faq.po",
        "locales/ar/LC_MESSAGES/faq.po",
    }
    before, after = read_yaml(PROJECT / "data/faq/about.yml"), read_yaml(exported / "data/faq/about.yml")
    assert {name for name in after if after[name] != before[name]} == {"about_what_is_avrr"}
    assert after["about_what_is_avrr"]["answer"].endswith("You may say no.")
    assert list(read_yaml(exported / "data/faq/cost.yml"))[-1] == "cost_any_fee"
    facts = (exported / "data/programmes/morocco.yml").read_text(encoding="utf-8")
    assert '    value: "+212537652882"\n' in facts
    assert "# IOM Morocco\n  iom_phone:\n" in facts
    assert f"written: {once['folder']}/data/faq/about.yml" in once["said"].getvalue()
    assert ", 0 texts to look at" in once["said"].getvalue()


def test_the_catalogues_are_as_make_translations_leaves_them(exported):
    written = bytes_of(exported)
    (exported / "desk").symlink_to(PROJECT / "desk")
    copy(PROJECT / "locales/babel.cfg", exported / "locales")
    script = (PROJECT / "locales/update.sh").read_text().replace("extract bot domain.yml bot", "")
    subprocess.run(["sh", "-c", script.replace("extract django desk", "")], cwd=exported, check=True)
    assert bytes_of(exported) == written
    for language, text in (("fr", "Faut-il payer ?"), ("ar", "هل توجد رسوم؟")):
        found = written[f"locales/{language}/LC_MESSAGES/faq.po"].decode()
        assert f'msgid "Is there a fee?"\nmsgstr "{text}"\n' in found
        assert "#, fuzzy" not in found
        assert '\nmsgstr ""\n\n' not in found
        assert '#~ "Return help is for people who decide on their own to go back to their country.' in found


def test_export_import_export_gives_the_same_bytes_and_the_same_documents(exported, tmp_path):
    documents, first = published(), bytes_of(exported)
    Item.objects.all().delete()
    assert len(content_import(source=exported).published) == 4
    assert published() == documents
    content_export(to=tmp_path / "again")
    assert bytes_of(tmp_path / "again") == first


def test_importing_the_shipped_files_publishes_nothing():
    assert content_import().published == []
    assert not Item.objects.exists()


def test_what_is_imported_says_where_it_came_from_and_leaves_drafts_alone(small, account, capsys):
    item = Item.objects.create(kind=TOPIC, key="cost_free")
    document = document_get(TOPIC, "cost_free")
    draft = Version.objects.create(item=item, document=document, based_on=document, author=account())
    call_command("content_import", source=small)
    assert capsys.readouterr().out == "published: topic cost_free\n1 published from the files.\n"
    item.refresh_from_db()
    assert item.published.document["parts"]["answer"]["fr"] == "Oui. Demandez au bureau."
    assert item.published.author is None
    assert item.published.based_on == document
    assert [remark.kind for remark in item.published.remarks.all()] == [Remark.Kind.PUBLISHED]
    assert item.published.remarks.get().text
    draft.refresh_from_db()
    assert (draft.state, draft.document, draft.revision) == ("draft", document, 1)
    assert content_import(source=small).published == []


def test_a_fuzzy_or_empty_translation_is_none(small):
    path = Folder(small).catalogue("ar")
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace('msgid "Yes.', '#, fuzzy\nmsgid "Yes.'), encoding="utf-8")
    content_import(source=small)
    assert document_now(kind=TOPIC, key="cost_free")["parts"]["answer"]["ar"] == ""


def test_stale_and_missing_translations_are_written_and_listed(out, publish):
    document = deepcopy(document_get(TOPIC, "about_what_is_avrr"))
    document["parts"]["answer"] = {**document["parts"]["answer"], "en": "It is help.\n\nYou may say no."}
    document["parts"]["belgium"] = {"en": "Ask here.", "fr": "Demandez ici.", "ar": ""}
    publish(TOPIC, "about_what_is_avrr", {**document, "per_programme": True, "stale": {"fr": ["answer"]}})
    assert content_export(to=out).warnings == [
        "fr: about_what_is_avrr: answer: the English changed since this was translated",
        "ar: not translated: 'Ask here.'",
    ]
    written = Folder(out).catalogue("fr").read_text(encoding="utf-8")
    assert 'msgid "Ask here."\nmsgstr "Demandez ici."' in written
    assert "#, fuzzy" not in written


BROKEN = {
    "not YAML": ("data/faq/cost.yml", "cost_is_it_free: [", ["cost.yml: this is not valid YAML"]),
    "not UTF-8": ("data/faq/cost.yml", "cost_é: {}".encode("latin-1"), ["cost.yml: this is not valid YAML in UTF-8"]),
    "no topic": ("data/faq/cost.yml", "cost_a_b: text", ["cost_a_b: title: field required"]),
    "a list": ("data/faq/cost.yml", "- a", ["cost.yml: wanted names"]),
    "twice": (
        "data/faq/zz.yml",
        "cost_free: {title: A, next: help_menu, answer: A}",
        ["cost_free: stands twice in topics"],
    ),
    "fields": (
        "data/faq/zz.yml",
        "zz_one: {title: A, next: help_menu, answer: A, colour: red}\nzz_two: {next: help_menu}",
        ["zz_one: colour: extra fields", "zz_two: title: field required", "zz_two: answer: field required"],
    ),
    "checks": (
        "data/faq/zz.yml",
        "zz_one: {title: A, next: nowhere_at_all, answer: 'Call 112.'}",
        ["zz_one: answer: en: Numbers are facts", "zz_one: next: The question nowhere_at_all does not exist"],
    ),
    "a fact": ("data/programmes/yemen.yml", "facts: {phone: {kind: phone, value: '12'}}", ["yemen.phone: value: 12"]),
    "facts": ("data/programmes/yemen.yml", "facts: [1]", ["yemen.yml: facts: wanted names"]),
    "another country": (
        "data/programmes/atlantis.yml",
        "facts: {phone: {kind: count, value: 1, source: 'https://a.example', source_date: undated, "
        "checked_on: 2026-11-01, review_by: 2027-01-01, status: verified}}",
        ["there is no fact atlantis.phone"],
    ),
    "no PO": ("locales/fr/LC_MESSAGES/faq.po", "topic,text\n", ["locales/fr/faq.po: this is not a PO file"]),
    "PO not in UTF-8": (
        "locales/ar/LC_MESSAGES/faq.po",
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "é"\nmsgstr "é"\n'.encode("latin-1"),
        ["locales/ar/faq.po: this is not a PO file"],
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_files_that_are_wrong_are_refused_with_file_and_field_and_nothing_is_changed(small, name):
    path, text, wanted = BROKEN[name]
    (small / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CommandError, match="nothing was changed") as refused:
        call_command("content_import", source=small)
    for words in wanted:
        assert words in str(refused.value)
    assert not Item.objects.exists()


def test_a_folder_without_content_is_refused(tmp_path):
    assert "there are no files of questions" in "\n".join(content_import(source=tmp_path).faults)
