"""Which rules speak of a request."""

from datetime import datetime

from desk.alerts.models import Kind, Rule
from desk.callbacks.models import CallbackRequest
from desk.callbacks.promise import is_open
from desk.opening.selectors import opening_times_get
from desk.programmes.selectors import programme_timezone


def rules_for(*, request: CallbackRequest, kind: Kind, now: datetime) -> list[Rule]:
    """Rules in use, with at least one route, that want to hear of this."""
    rules = Rule.objects.filter(is_active=True, routes__isnull=False).distinct()
    return [rule for rule in rules if _wants(rule, request, kind) and _is_its_time(rule, request.programme, now)]


def _wants(rule: Rule, request: CallbackRequest, kind: Kind) -> bool:
    wanted = ((rule.kinds, kind), (rule.programmes, request.programme), (rule.languages, request.language))
    is_listed = all(not names or value in names for names, value in wanted)
    return is_listed and rule.urgency in (Rule.Urgency.ALL, "urgent" if request.urgent else "usual")


def _is_its_time(rule: Rule, programme: str, now: datetime) -> bool:
    if rule.hours == Rule.Hours.ALWAYS:
        return True
    local = now.astimezone(programme_timezone(programme))
    return is_open(opening_times_get(programme), local) == (rule.hours == Rule.Hours.OPEN)
