"""The translators' page."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from desk.content.selectors import topic_groups
from desk.editing.models import Version
from desk.exchange.rows import MOST_BYTES

pytestmark = pytest.mark.django_db
CHOICES = {"language": "fr", "format": "xlsx", "which": "cost"}


@pytest.fixture
def come(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def fetch(come):
    english = {"accept-language": "en"}
    return lambda **changes: come.get(reverse("exchange:download"), {**CHOICES, **changes}, headers=english)


@pytest.fixture
def send(come):
    """Sends a file; returns the page."""

    def post(written: bytes, name="texts.xlsx", language="fr", says="en"):
        data = {"language": language, "file": SimpleUploadedFile(name, written)}
        return come.post(reverse("exchange:upload"), data, headers={"accept-language": says}).content.decode()

    return post


def changed(written: bytes, *texts: str) -> bytes:
    """A spreadsheet with other translations of its first questions' titles and answers."""
    book = load_workbook(BytesIO(written))
    for number, text in enumerate(texts, start=2):
        book.worksheets[0][f"D{number}"] = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_offers_both_languages_both_kinds_and_all_groups(come, language):
    page = come.get(reverse("exchange:page"), headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}"' in page
    assert page.count('<option value="ar" selected>') == (2 if language == "ar" else 0)
    for value in ("fr", "ar", "xlsx", "po", "open", "all", *topic_groups()):
        assert f'<option value="{value}"' in page


@pytest.mark.parametrize(("kind", "start"), [("xlsx", b"PK"), ("po", b"# French translations")])
def test_a_file_is_called_after_what_it_holds(fetch, kind, start):
    answer = fetch(format=kind)
    assert answer.content.startswith(start)
    assert answer["Content-Disposition"].startswith('attachment; filename="fr-cost-')
    assert answer["Content-Disposition"].endswith(f'.{kind}"')
    assert answer["Cache-Control"] == "no-store, private"


def test_when_nothing_is_open_there_is_no_file_but_a_word(fetch):
    assert "There is nothing to translate here." in fetch(which="open").content.decode()


@pytest.mark.parametrize("wrong", [{"language": "en"}, {"format": "exe"}, {"which": "../etc"}])
def test_choices_that_do_not_exist_are_refused(fetch, wrong):
    answer = fetch(**wrong)
    assert "Content-Disposition" not in answer
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "po"])
def test_a_file_comes_back_with_changes_and_makes_drafts(fetch, send, kind):
    written = fetch(format=kind).content
    if kind == "xlsx":
        sent = changed(written, "Gratuit ou non ?")
    else:
        was = next(line for line in written.splitlines() if line.startswith(b"msgstr ") and line != b'msgstr ""')
        sent = written.replace(was, b'msgstr "Gratuit ou non ?"', 1)
    page = send(sent, name=f"texts.{kind}")
    assert "Saved as drafts" in page
    draft = Version.objects.select_related("item").get()
    assert draft.item.key in page
    assert draft.document["parts"]["title"]["fr"] == "Gratuit ou non ?"


def test_a_file_without_changes_says_so(fetch, send):
    assert "Nothing in this file differs" in send(fetch().content)
    assert not Version.objects.exists()


@pytest.mark.parametrize("says", ["fr", "ar", "en"])
def test_each_wrong_row_is_listed_with_its_question_and_nothing_is_saved(fetch, send, says):
    page = send(changed(fetch().content, "Un titre beaucoup trop long", "Appelez le 112."), says=says)
    assert page.count("<li><span>") == 2
    assert page.count("<b>cost_free</b>") == 2
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("a.xlsx", b"topic;part\n", "damaged, or no spreadsheet"),
        ("a.xlsx", b"", "damaged, or no spreadsheet"),
        ("a.po", b"\xff\xfe\x00", "not in UTF-8"),
        ("a.csv", b"topic;part\n", "Choose a PO file or a spreadsheet"),
        ("a.xlsx", b"x" * (MOST_BYTES + 1), "too large"),
    ],
    ids=["csv as xlsx", "empty", "no utf-8", "csv", "large"],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(send, name, written, reason):
    page = send(written, name=name)
    assert reason in page
    assert 'aria-invalid="true"' in page


def test_a_file_of_the_other_language_is_refused(fetch, send):
    assert "This file is for another language" in send(fetch().content, language="ar")


def test_what_stands_in_a_file_is_shown_as_text_only(fetch, send):
    book = load_workbook(BytesIO(fetch().content))
    book.worksheets[0]["A2"] = "<script>alert(1)</script>"
    out = BytesIO()
    book.save(out)
    assert "<script>alert" not in send(out.getvalue())
