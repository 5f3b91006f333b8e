"""Read alerts and their routes."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from desk.alerts.models import Alert, Route
from desk.alerts.routes.target import Target


def alerts_due(*, now: datetime) -> QuerySet[Alert]:
    """Alerts to send now, the urgent first."""
    due = Alert.objects.filter(status=Alert.Status.WAITING, due_at__lte=now)
    return due.select_related("request").order_by("-request__urgent", "due_at")


def targets_of(alert: Alert) -> list[Target]:
    """Where an alert goes, in this order. Its rule may have changed since; without one it goes by e-mail."""
    routes = Route.objects.filter(rule=alert.rule_id) if alert.rule_id else []
    found = [Target(route.means, route.address, route.language, route.secret) for route in routes]
    if found:
        return found
    mailed = [(alert.recipient, alert.language)] if alert.recipient else settings.ALERT_RECIPIENTS
    return [Target("email", address, language) for address, language in mailed]


def route_of_group(*, group: str) -> Route | None:
    """The route whose Telegram group this is."""
    return Route.objects.filter(means=Route.Means.TELEGRAM, address=group, rule__is_active=True).first()
