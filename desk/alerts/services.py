"""Write alerts, and send again what was given up."""

from django.conf import settings
from django.utils import timezone

from desk.alerts.models import Alert, Kind
from desk.alerts.rules import rules_for
from desk.callbacks.models import CallbackRequest
from desk.people.selectors import supervisors_of


def alerts_write(request: CallbackRequest, kind: Kind) -> None:
    """Put an alert for each rule, and each recipient without one, in the outbox; call inside the request's transaction."""
    now = timezone.now()
    rules = rules_for(request=request, kind=kind, now=now)
    by_rule = [{"rule": rule} for rule in rules]
    by_mail = [
        {"recipient": address, "language": language} for address, language in _mailed(request, kind, bool(rules))
    ]
    Alert.objects.bulk_create(Alert(request=request, kind=kind, due_at=now, **who) for who in (*by_rule, *by_mail))


def _mailed(request: CallbackRequest, kind: Kind, has_rules: bool) -> dict[str, str]:
    """Addresses with their language. No request is without an alert; of a late one its supervisors hear always."""
    everybody = {} if has_rules else dict(settings.ALERT_RECIPIENTS)
    if kind == Kind.LATE:
        leading = supervisors_of(request.programme).exclude(email="").values_list("email", flat=True)
        everybody = {address: settings.LANGUAGE_CODE for address in leading} | everybody
    return everybody.items()


def alerts_resend(*, keys: list[int]) -> int:
    """Send alerts that were given up from their first route on. Returns how many."""
    given_up = Alert.objects.filter(pk__in=keys, status=Alert.Status.FAILED)
    return given_up.update(status=Alert.Status.WAITING, step=0, attempts=0, receipt="", due_at=timezone.now())
