"""Babel extractors for our own files: named in locales/babel.cfg, with those of desk/content/extraction.py."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from desk.content.extraction import Message, load


def domain(fileobj: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Responses of domain.yml: texts and button titles, with the response's name as comment."""
    for name, variations in load(fileobj)["responses"].items():
        for item in variations:
            yield item.lc.line + 1, "", item["text"], [name]
            for button in item.get("buttons", []):
                yield button.lc.line + 1, "", button["title"], [f"{name}: button"]


def template(fileobj: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Django templates, by way of Django's own reader."""
    source = templatize(fileobj.read().decode("utf-8"))
    return extract_python(BytesIO(source.encode("utf-8")), keywords, comment_tags, options)
