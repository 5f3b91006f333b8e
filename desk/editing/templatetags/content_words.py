"""Words of the editors' pages that depend on a part, a language, a state or a fault."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from desk.content.checks import Fault
from desk.content.documents import FACT
from desk.editing import labels
from desk.editing.compare import Piece
from desk.editing.models import Version
from desk.editing.views.way import page_address

register = template.Library()
register.filter(labels.part_label)
register.filter(labels.language_label)
register.filter(labels.group_label)
TAGS = {"ins": "<ins>{}</ins>", "del": "<del>{}</del>", "same": "{}"}


@register.filter
def said(fault: Fault) -> str:
    """A fault in the language of the page."""
    return gettext(fault.text) % fault.values


@register.filter
def kind_label(kind: str) -> str:
    """The kind of a fact."""
    return str(labels.KIND_NAMES[kind])


@register.filter
def status_label(status: str) -> str:
    """Whether a fact is verified."""
    return str(labels.STATUS_NAMES[status])


@register.filter
def flag_label(flag: str) -> str:
    """What a question is marked as."""
    return str(labels.FLAG_NAMES[flag])


@register.filter
def marked(pieces: list[Piece]) -> SafeString:
    """A comparison, with what went and what came."""
    return format_html_join("", "{}", ((format_html(TAGS[what], text),) for what, text in pieces))


@register.filter
def address(version: Version) -> str:
    """The page of what a version belongs to."""
    return page_address(version.item.kind, version.item.key)


@register.filter
def item_title(version: Version) -> str:
    """A question by its title in the language of the page, a fact by its name."""
    return labels.title_of(version.item.kind, version.item.key, version.document)


@register.filter
def fact_address(reference: str) -> str:
    """The page of a fact."""
    return page_address(FACT, reference)
