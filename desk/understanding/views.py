"""The pages on understanding: editors change examples and train, supervisors may overrule the gate."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from desk.callbacks.forms import complaint
from desk.content.examples import labels
from desk.errors import Refused
from desk.people.guard import for_editors, for_supervisors
from desk.people.selectors import is_leading
from desk.understanding import services
from desk.understanding.forms import Added, Chosen, Override, Removed, Row, Written
from desk.understanding.models import TrainingRun
from desk.understanding.selectors import (
    changed_since_training,
    examples_of,
    model_before,
    model_in_use,
    removed_of,
    test_messages_of,
    training_open,
    trainings,
)

STEPS: dict[str, tuple[type[forms.Form], Callable[..., Any], bool]] = {  # the last: whether it notes who did it
    "add": (Added, services.example_add, True),
    "remove": (Removed, services.example_remove, True),
    "restore": (Removed, services.example_add, True),
    "test": (Written, services.test_message_add, True),
    "untest": (Row, services.test_message_remove, False),
}


# --- examples ------------------------------------------------------------------------------------------


@require_GET
@for_editors
def examples_page(http: HttpRequest) -> HttpResponse:
    """The examples of one question, or the choice of one."""
    return page_of(http, http.GET.get("label", ""))


def page_of(http: HttpRequest, label: str, forms_: dict[str, forms.Form] | None = None, **more: Any) -> HttpResponse:
    """The page; forms that were refused still hold what was written."""
    context: dict[str, Any] = {"chosen": Chosen(initial={"label": label}, auto_id="chosen_%s"), "label": ""}
    if label in labels():
        here = {"label": label, "language": get_language()}
        context |= {
            "label": label,
            "examples": examples_of(label),
            "removed": removed_of(label),
            "tests": test_messages_of(label),
            "forms": {name: form_of(name, initial=here) for name in ("add", "test")} | (forms_ or {}),
        }
    return render(http, "understanding/examples.html", context | more)


def form_of(step: str, data: Any = None, **values: Any) -> forms.Form:
    return STEPS[step][0](data, auto_id=f"{step}_%s", **values)


@require_POST
@for_editors
def examples_step(http: HttpRequest, step: str) -> HttpResponse:
    """One change; what it does not allow is said at its field."""
    if step not in STEPS:
        raise Http404
    form = form_of(step, http.POST)
    label = http.POST.get("label", "")
    try:
        change(http, step, form)
    except services.NearDuplicate as refused:
        return page_of(http, label, {step: form}, near=refused.near, warning=str(refused))
    except Refused as refused:
        return refuse(http, step, form, refused)
    messages.success(http, _("Saved. It counts from the next training on."))
    return redirect(f"{reverse('understanding:examples')}?label={label}")


def change(http: HttpRequest, step: str, form: forms.Form) -> None:
    """Call the service with what was written. Raises Refused."""
    if not form.is_valid():
        raise Refused(complaint(form))
    service, is_signed = STEPS[step][1:]
    values = dict(form.cleaned_data)
    if step == "untest":
        values.pop("label")
    if step == "restore":
        values["is_sure"] = True
    service(**values, **({"by": http.user} if is_signed else {}))


def refuse(http: HttpRequest, step: str, form: forms.Form, refused: Refused) -> HttpResponse:
    """The page with the reason; at its field where there is one."""
    messages.error(http, str(refused))
    if step not in ("add", "test"):
        return page_of(http, http.POST.get("label", ""))
    if refused.field in form.fields:
        form.add_error(refused.field, str(refused))
    return page_of(http, http.POST.get("label", ""), {step: form})


# --- training ------------------------------------------------------------------------------------------


@require_GET
@for_editors
def training_page(http: HttpRequest) -> HttpResponse:
    """The model in use, the training under way, and the last ones."""
    return training_page_of(http)


def training_page_of(http: HttpRequest, override: Override | None = None) -> HttpResponse:
    current = model_in_use()
    past = [run for run in trainings() if not run.is_open]
    context = {
        "current": current,
        "before": model_before(current) if current else None,
        "run": training_open(),
        "last": past[0] if past else None,
        "past": past[1:],
        "changed": changed_since_training(),
        "may_override": is_leading(http.user),
        "override": override or Override(),
    }
    return render(http, "understanding/training.html", context)


@require_GET
@for_editors
def training_progress(http: HttpRequest) -> HttpResponse:
    """How far the training is; the whole page anew when it has ended."""
    run = training_open()
    return render(http, "understanding/progress.html", {"run": run}) if run else HttpResponseClientRefresh()


@require_POST
@for_editors
def ask(http: HttpRequest) -> HttpResponse:
    """Train, measure, and put in use what passes."""
    return step_of(http, lambda: services.training_ask(by=http.user), "")


@require_POST
@for_editors
def roll_back(http: HttpRequest) -> HttpResponse:
    """One tap back to the model before."""
    return step_of(
        http, lambda: services.model_roll_back(by=http.user, http=http), _("The model before is in use again.")
    )


def step_of(http: HttpRequest, service: Callable[[], Any], said: str) -> HttpResponse:
    try:
        service()
    except Refused as refused:
        messages.error(http, str(refused))
    else:
        if said:
            messages.success(http, said)
    return redirect("understanding:training")


@require_POST
@for_supervisors
def override(http: HttpRequest, pk: int) -> HttpResponse:
    """Take a refused model all the same."""
    form = Override(http.POST)
    run = get_object_or_404(TrainingRun, pk=pk)
    if not form.is_valid():
        messages.error(http, complaint(form))
        return training_page_of(http, form)
    reason = form.cleaned_data["reason"]
    return step_of(
        http,
        lambda: services.training_override(run=run, reason=reason, by=http.user, http=http),
        _("The model is in use."),
    )
