"""The texts to translate as a PO file, for Poedit and the like. The context of each is "topic.part"."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation import gettext as _

from desk.content.documents import TRANSLATED
from desk.errors import Refused
from desk.exchange.rows import MOST_ROWS, STALE, Line, Row, mark_of, plain

MARK = "mark: "
WHOLE = re.compile(r'\s*((?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) )?"(?:[^"\\]|\\.)*"\s*|\s*(?:#.*)?')  # a line
CONTEXT = re.compile(r'^msgctxt "([^"]*)"', re.MULTILINE)


def pofile_write(rows: list[Row], language: str) -> bytes:
    """A catalogue; what has to be looked at again is fuzzy."""
    other = next(code for code in TRANSLATED if code != language)
    catalogue = Catalog(locale=language, project="return-assistant", charset="utf-8")
    for row in rows:
        comments = [_(row.state), *(f"{other}: {line}" for line in row.other.splitlines() if line), MARK + row.mark]
        flags = ("fuzzy",) if row.state == STALE else ()
        context = f"{row.topic}.{row.part}"
        catalogue.add(row.english, row.translation, flags=flags, auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, catalogue, width=None)
    return written.getvalue()


def pofile_read(written: bytes, language: str) -> list[Line]:
    """The texts of a catalogue that came back. Raises Refused when it cannot be read."""
    try:
        text = written.decode("utf-8-sig")
        if not all(map(WHOLE.fullmatch, text.split("\n"))):
            raise ValueError
        catalogue = read_po(BytesIO(text.encode()), abort_invalid=True)
    except UnicodeDecodeError:
        raise Refused(_("This file is not in UTF-8: save it so.")) from None
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError):
        raise Refused(_("This file is damaged, or no PO file.")) from None
    if catalogue.charset.lower() not in ("utf-8", "utf8"):
        raise Refused(_("This file is not in UTF-8: save it so."))
    name = str(catalogue.locale_identifier or "")
    if name.partition("_")[0] != language:
        raise Refused(_("This file is for another language: its header says “%(name)s”.") % {"name": name[:40]})
    if len(catalogue) > MOST_ROWS:
        raise Refused(_("This file is too large."))
    return list(_lines(catalogue, text))


def _lines(catalogue: Catalog, text: str) -> Iterator[Line]:
    counted = Counter(CONTEXT.findall(text))  # of two with one context, the catalogue keeps one
    for message in catalogue:
        if message.id:
            line = _line(message)
            yield from [line] * max(1, counted[message.context or ""])


def _line(message: Message) -> Line:
    english, translation = (plain(text if isinstance(text, str) else "") for text in (message.id, message.string))
    mark = next((c.removeprefix(MARK) for c in message.auto_comments if c.startswith(MARK)), "")
    topic, _dot, part = (message.context or "").partition(".")
    is_open = message.fuzzy and mark != mark_of(english, translation)
    fault = _("This text is marked as unfinished (fuzzy).") if is_open else ""
    return Line(message.lineno or 0, topic, part, english, translation, mark, not message.fuzzy, fault)
