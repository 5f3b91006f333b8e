"""The translators' page: the texts go out as a file, and come back as drafts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.errors import Refused
from desk.exchange.forms import Download, Upload
from desk.exchange.pofile import pofile_write
from desk.exchange.rows import rows_of
from desk.exchange.spreadsheet import spreadsheet_write
from desk.exchange.uploads import lines_read, translations_save
from desk.people.guard import for_editors

WRITERS = {
    "xlsx": (spreadsheet_write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "po": (pofile_write, "text/x-gettext-translation; charset=utf-8"),
}


@require_GET
@for_editors
def page(http: HttpRequest) -> HttpResponse:
    """What can be downloaded and sent back."""
    return page_of(http)


def page_of(
    http: HttpRequest, download: Download | None = None, upload: Upload | None = None, **found: object
) -> HttpResponse:
    """The page with its two forms, and what became of a file."""
    chosen = {"language": get_language()}
    forms = {
        "download": download or Download(auto_id="down_%s", initial=chosen),
        "upload": upload or Upload(auto_id="up_%s", initial=chosen),
    }
    return render(http, "exchange/page.html", {**forms, **found})


@require_GET
@for_editors
def download(http: HttpRequest) -> HttpResponse:
    """A file with the texts to translate."""
    form = Download(http.GET, auto_id="down_%s")
    if not form.is_valid():
        return page_of(http, download=form)
    language, kind, which = (form.cleaned_data[name] for name in ("language", "format", "which"))
    rows = rows_of(language=language, which=which, user=http.user)
    if not rows:
        messages.info(http, _("There is nothing to translate here."))
        return page_of(http)
    write, mime = WRITERS[kind]
    response = HttpResponse(write(rows, language), content_type=mime)
    name = f"{language}-{which}-{timezone.localdate()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@for_editors
def upload(http: HttpRequest) -> HttpResponse:
    """A file that comes back: every row that cannot be taken is listed."""
    form = Upload(http.POST, http.FILES, auto_id="up_%s")
    if not form.is_valid():
        return page_of(http, upload=form)
    file, language = form.cleaned_data["file"], form.cleaned_data["language"]
    try:
        lines = lines_read(name=file.name, written=file.read(), language=language)
    except Refused as refused:
        form.add_error("file", str(refused))
        return page_of(http, upload=form)
    done = translations_save(lines=lines, language=language, by=http.user)
    return page_of(http, upload=form if done.rejected else None, done=done)
