"""Addresses for monitoring. They hold no personal data."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from desk.health.selectors import checks, figures


@require_GET
def live(http: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"desk": "ok"})


@require_GET
def ready(http: HttpRequest) -> HttpResponse:
    """Every part works; 503 and what is wrong when not."""
    found = checks()
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


@require_GET
def metrics(http: HttpRequest) -> HttpResponse:
    """Counts in the format of Prometheus. Not for who comes from outside through a proxy: a count tells of an urgent request."""
    if "X-Forwarded-For" in http.headers:
        raise Http404
    registry = CollectorRegistry()
    for name, value in figures().items():
        Gauge(f"desk_{name}", name.replace("_", " "), registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
