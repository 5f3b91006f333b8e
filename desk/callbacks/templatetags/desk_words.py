"""Words of the counsellors' pages that depend on a programme or a topic."""

from datetime import datetime

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk.callbacks.models import CallbackRequest
from desk.callbacks.notices import moment
from desk.conversations.record import country, title
from desk.people.selectors import is_working, may_edit

register = template.Library()
register.filter(is_working)
register.filter(may_edit)


@register.filter
def office_time(when: datetime, programme: str) -> str:
    """A moment on the clock of the programme's office."""
    return moment(when, programme)


@register.filter
def topic_title(topic: str) -> str:
    """The title of a question in the language of the page."""
    return title(topic, get_language() or "en")


@register.filter
def programme_name(programme: str) -> str:
    """The country of a programme in the language of the page."""
    return country(programme, get_language() or "en")


@register.filter
def moved_times(about: str, programme: str) -> str:
    """The old and the new time of a promise that moved, on the clock of the office."""
    old, new = (moment(datetime.fromisoformat(part), programme) for part in about.split())
    return _("it was %(old)s, it is now %(new)s") % {"old": old, "new": new}


@register.filter
def get(mapping: dict, key: object) -> object:
    """The value of a key; None when there is none."""
    return mapping.get(key)


@register.filter
def outcome_name(about: str) -> str:
    """An outcome in words; anything else as it is."""
    return str(dict(CallbackRequest.Outcome.choices).get(about, about))
