"""Write translations into the catalogues as ./locales/update.sh leaves them, so that it finds nothing more to do."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from desk.exchange.folder import PROJECT, catalogue_read


def template_read(data: Path) -> Catalog:
    """The texts of the YAML files of a folder data/, in the order of the catalogues."""
    with (PROJECT / "locales" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for name, line, text, comments, context in extract_from_dir(data, methods, options):
        found.add(text, None, [(f"data/{name}", line)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, found, sort_by_file=True, width=None)
    written.seek(0)
    return read_po(written)


def catalogue_written(source: bytes, language: str, template: Catalog | None, texts: Mapping[str, str]) -> bytes:
    """A PO file with these translations of English texts. A template says that the English texts changed too: those which
    are not in it become obsolete."""
    catalogue = catalogue_read(source, language)
    for english, text in texts.items():
        if english in (template or catalogue):
            _put(catalogue, english, text)
    if template:
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(written, catalogue, width=None)
    return written.getvalue()


def _put(catalogue: Catalog, english: str, text: str) -> None:
    message = catalogue.get(english) or catalogue.add(english)
    if message.string != text:
        message.string = text
        message.flags.discard("fuzzy")
    catalogue.obsolete.pop(english, None)


def untranslated(written: bytes, language: str) -> list[str]:
    """The English texts that a PO file leaves open."""
    return [message.id for message in catalogue_read(written, language) if message.id and not message.string]
