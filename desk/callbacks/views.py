"""The counsellors' pages: the queue, and one request."""

import csv
import re
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.callbacks import work
from desk.callbacks.figures import COLUMNS, export_rows, figures
from desk.callbacks.forms import Attempt, Closing, Handing, QueueFilter, Referral, Words, complaint
from desk.callbacks.models import CallbackRequest, Entry
from desk.callbacks.notices import may_be_written_to
from desk.callbacks.selectors import (
    Wanted,
    agreed_while_closed,
    callback_queue,
    callback_requests_before,
    callback_requests_seen_by,
)
from desk.callbacks.talk import conversation_hand_back, message_write
from desk.conversations.dialogue import DialogueServerDown, NotOnPhone, voice_get
from desk.conversations.models import Delivery
from desk.conversations.record import record_get, title
from desk.conversations.selectors import received_of, received_voice_name
from desk.conversations.takeover import received_seen, takeover_active
from desk.errors import Refused
from desk.people.audit import audit_write
from desk.people.guard import for_counsellors, for_supervisors
from desk.people.models import Audit
from desk.people.selectors import Account, is_leading
from desk.programmes.selectors import programme_timezone


@require_GET
@for_counsellors
def queue(http: HttpRequest) -> HttpResponse:
    """The queue; for htmx, which asks every few seconds, the rows only."""
    chosen = QueueFilter(http.GET)
    values = {name: value for name, value in chosen.cleaned_data.items() if value} if chosen.is_valid() else {}
    page = callback_queue(user=http.user, wanted=Wanted(**values), number=page_number(http))
    name = "callbacks/rows.html" if http.htmx else "callbacks/queue.html"
    return render(
        http,
        name,
        {
            "page": page,
            "closed_then": agreed_while_closed(requests=page.rows, now=timezone.now()),
            "chosen": chosen,
            "counts": counts(http),
            "now": timezone.now(),
            "is_leading": is_leading(http.user),
        },
    )


def page_number(http: HttpRequest) -> int:
    """The page of the queue that the address names; the first when it names none."""
    asked = http.GET.get("page", "")
    return max(int(asked), 1) if re.fullmatch("[0-9]{1,6}", asked) else 1


def counts(http: HttpRequest) -> dict[str, Any]:
    """Open requests that nobody has taken, and which of them are urgent."""
    free = callback_requests_seen_by(http.user).filter(status=CallbackRequest.Status.OPEN, claimed_by=None)
    urgent = free.filter(urgent=True).order_by("pk").values_list("reference", flat=True)
    return {"free": free.count(), "urgent": list(urgent)}


def request_of(http: HttpRequest, reference: str) -> CallbackRequest:
    """A request that the account may see. Raises Http404."""
    seen = callback_requests_seen_by(http.user).select_related("claimed_by")
    return get_object_or_404(seen, reference=reference)


@require_GET
@for_supervisors
def figures_page(http: HttpRequest) -> HttpResponse:
    """Workload, waiting times and outcomes."""
    return render(http, "callbacks/figures.html", {"figures": figures(user=http.user, now=timezone.now())})


@require_GET
@for_supervisors
def export(http: HttpRequest) -> HttpResponse:
    """The last 30 days as CSV."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows(export_rows(user=http.user, now=timezone.now()))
    audit_write(kind=Audit.Kind.EXPORTED, http=http, account=http.user, about="requests.csv")
    return response


@require_GET
@for_counsellors
def request_page(http: HttpRequest, reference: str) -> HttpResponse:
    """Everything about one request, and the steps that it allows."""
    return page_of(http, request_of(http, reference))


def page_of(
    http: HttpRequest, request: CallbackRequest, step: str = "", refused: Refused | None = None
) -> HttpResponse:
    """The page; after a step that was refused its form still holds what was written, and says what is wrong."""
    entries = list(request.entries.select_related("author"))
    language = get_language()
    return render(
        http,
        "callbacks/request.html",
        {
            "request_": request,
            "entries": entries,
            "topic": title(request.topic, language) if request.topic else "",
            "record": async_to_sync(record_get)(conversation_id=request.conversation_id, language=language),
            "before": callback_requests_before(request=request, user=http.user),
            "local_time": timezone.now().astimezone(programme_timezone(request.programme)).replace(tzinfo=None),
            "is_late": request.status == CallbackRequest.Status.OPEN and request.expected_at < timezone.now(),
            "is_closed_then": bool(agreed_while_closed(requests=[request], now=timezone.now())),
            "may_write": may_be_written_to(request),
            "forms": forms_of(http, request, step, refused),
            **talk_of(request, http.user),
            "deliveries": deliveries_of(entries),
        },
    )


@require_GET
@for_counsellors
def talk(http: HttpRequest, reference: str) -> HttpResponse:
    """What was written between the person and the counsellors, asked for every few seconds."""
    return render(http, "callbacks/talk.html", talk_of(request_of(http, reference), http.user))


def talk_of(request: CallbackRequest, reader: Account) -> dict[str, Any]:
    """The messages of both sides in their order. Who works on the request has seen them by this."""
    written = request.entries.filter(kind=Entry.Kind.WRITTEN).select_related("author")
    received = list(received_of(conversation_id=request.conversation_id))
    if request.claimed_by_id == reader.pk:
        received_seen(rows=received)
    return {
        "request_": request,
        "talk": sorted([*written, *received], key=lambda message: message.at),
        "deliveries": deliveries_of(list(written)),
        "is_taken_over": takeover_active(conversation_id=request.conversation_id),
    }


@require_POST
@for_counsellors
def hand_back(http: HttpRequest, reference: str) -> HttpResponse:
    """Let the assistant answer again."""
    request = request_of(http, reference)
    try:
        conversation_hand_back(request=request, by=http.user)
    except Refused as refused:
        messages.error(http, str(refused))
    return redirect("requests:request", reference)


def deliveries_of(entries: list[Entry]) -> dict[int, Delivery]:
    """The messages to the person that the history names, by their key."""
    return Delivery.objects.in_bulk([key for entry in entries for key in entry.deliveries])


def forms_of(
    http: HttpRequest, request: CallbackRequest, step: str = "", refused: Refused | None = None
) -> dict[str, forms.Form]:
    """The forms of the page; the one of `step` is filled with what was sent, and begins at what was refused."""
    handing = {"programme": request.programme, "user": http.user}
    kinds = {"note": (Words, {}), "attempt": (Attempt, {}), "refer": (Referral, {}), "close": (Closing, {})}
    kinds |= {"assign": (Handing, handing), "message": (Words, {})}
    found = {
        name: kind(http.POST if name == step else None, auto_id=f"{name}_%s", **more)
        for name, (kind, more) in kinds.items()
    }
    if refused and step in found:
        complain(found[step], refused)
    return found


def complain(form: forms.Form, refused: Refused) -> None:
    """Put the reason to its field, and the reader there."""
    if form.is_valid():
        form.add_error(refused.field, str(refused))
    wrong = next((name for name in form.fields if name in form.errors), None)
    if wrong:
        form.fields[wrong].widget.attrs["autofocus"] = True


def _attempt(request: CallbackRequest, values: dict[str, Any], form: forms.Form) -> dict[str, Any]:
    return {**values, "next_at": form.next_in_office(request.programme)}


STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "claim": (work.request_claim, None),
    "release": (work.request_release, None),
    "reopen": (work.request_reopen, None),
    "note": (work.note_add, None),
    "attempt": (work.attempt_record, _attempt),
    "refer": (work.request_refer, None),
    "close": (work.request_close, None),
    "assign": (work.request_assign, None),
}


@require_POST
@for_counsellors
def step(http: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One step of the work; what it does not allow is said on the page."""
    request = request_of(http, reference)
    service, read = STEPS.get(step, (None, None))
    if service is None:
        return HttpResponse(status=404)
    try:
        service(pk=request.pk, by=http.user, **values_of(http, request, step, read))
    except Refused as refused:
        messages.error(http, str(refused))
        return page_of(http, request_of(http, reference), step, refused)
    return redirect("requests:request", reference)


def values_of(http: HttpRequest, request: CallbackRequest, step: str, read: Any) -> dict[str, Any]:
    """What the form of a step holds. Raises Refused naming the field."""
    form = forms_of(http, request, step).get(step)
    if form is None:
        return {}
    if not form.is_valid():
        raise Refused(complaint(form))
    return read(request, form.cleaned_data, form) if read else form.cleaned_data


@require_POST
@for_counsellors
def phone(http: HttpRequest, reference: str) -> HttpResponse:
    """The phone number with links to call and to write; the look at it is recorded."""
    request = request_of(http, reference)
    try:
        number = work.phone_reveal(pk=request.pk, by=http.user)
    except Refused as refused:
        return HttpResponse(str(refused))
    return render(http, "callbacks/phone.html", {"number": number, "request_": request})


@require_GET
@for_counsellors
def voice(http: HttpRequest, reference: str) -> HttpResponse:
    """The voice message that came with the request."""
    request = request_of(http, reference)
    return voice_of(http, request, request.voice)


@require_GET
@for_counsellors
def received_voice(http: HttpRequest, reference: str, key: int) -> HttpResponse:
    """A voice message that the person sent to the counsellors."""
    request = request_of(http, reference)
    return voice_of(http, request, received_voice_name(conversation_id=request.conversation_id, key=key))


def voice_of(http: HttpRequest, request: CallbackRequest, name: str) -> HttpResponse:
    """A voice message by the channel's name of it, fetched from the provider for this moment only. Raises Http404."""
    if not name:
        raise Http404
    try:
        body, kind = async_to_sync(voice_get)(conversation_id=request.conversation_id, reference=name)
    except (DialogueServerDown, NotOnPhone):
        messages.error(http, _("The voice message cannot be fetched now. Please try again later."))
        return redirect("requests:request", request.reference)
    shown = kind if kind.startswith("audio/") else "application/octet-stream"
    return HttpResponse(body, content_type=shown)


@require_POST
@for_counsellors
def message(http: HttpRequest, reference: str) -> HttpResponse:
    """Write to the person on the channel they used."""
    request = request_of(http, reference)
    try:
        message_write(request=request, by=http.user, **values_of(http, request, "message", None))
    except Refused as refused:
        messages.error(http, str(refused))
        return page_of(http, request_of(http, reference), "message", refused)
    return redirect("requests:request", reference)
