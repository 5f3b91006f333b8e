"""What editors change about the understanding. Each service raises Refused with the reason in the editor's language."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.content.examples import Change
from desk.errors import Refused
from desk.people.audit import audit_write
from desk.people.models import Audit
from desk.people.selectors import is_leading
from desk.understanding.checks import message_clean
from desk.understanding.models import Example, Model, TestMessage, TrainingRun
from desk.understanding.selectors import (
    Near,
    is_of_files,
    is_test_message,
    model_before,
    nearest,
    same,
)
from desk.understanding.store import path_of
from desk.understanding.words import label_name

LONGEST_REASON = 200


class NearDuplicate(Refused):
    """Nearly the same as examples of other questions: the editor may confirm it."""

    def __init__(self, near: Sequence[Near]) -> None:
        super().__init__(
            _(
                "This is nearly the same as an example of “%(question)s”: “%(text)s”. Two questions with the same words are mixed up. Save it only if you are sure."
            )
            % {"question": label_name(near[0].label), "text": near[0].text},
            "text",
        )
        self.near = near


@transaction.atomic
def example_add(
    *, label: str, language: str, text: str, by: AbstractBaseUser | None, is_sure: bool = False
) -> Example | None:
    """Add an example; None when one of the files, that was removed, came back. Raises Refused, and NearDuplicate unless sure."""
    text = message_clean(label, language, text)
    _must_be_new(label, text)
    near = [found for found in nearest(text, language) if found.label != label]
    if near and not is_sure:
        raise NearDuplicate(near)
    if is_of_files(label, language, text):
        Example.objects.filter(label=label, language=language, text=text).delete()
        return None
    saved, _created = Example.objects.update_or_create(
        label=label,
        language=language,
        text=text,
        defaults={"state": Example.State.ADDED, "by": by, "at": timezone.now()},
    )
    return saved


def _must_be_new(label: str, text: str) -> None:
    if is_test_message(text):
        raise Refused(_("This is a test message: what is measured with may not be learned from."), "text")
    found = same(text)
    if any(item.label == label for item in found):
        raise Refused(_("This example is there already."), "text")
    if found:
        where = {"question": label_name(found[0].label)}
        raise Refused(_("This is an example of “%(question)s” already. Remove it there first.") % where, "text")


@transaction.atomic
def example_remove(*, label: str, language: str, text: str, by: AbstractBaseUser | None) -> None:
    """Take an example away; one of the files is noted as removed."""
    if is_of_files(label, language, text):
        values = {"state": Example.State.REMOVED, "by": by, "at": timezone.now()}
        Example.objects.update_or_create(label=label, language=language, text=text, defaults=values)
    elif not Example.objects.filter(label=label, language=language, text=text).delete()[0]:
        raise Refused(_("This example is not there any more."))


@transaction.atomic
def examples_replace(*, changes: Sequence[Change]) -> None:
    """From now on these are all the changes over the files; what stays keeps who made it."""
    wanted = {(change.label, change.language, change.text): change.is_removed for change in changes}
    for row in Example.objects.all():
        is_removed = wanted.pop((row.label, row.language, row.text), None)
        if is_removed is None:
            row.delete()
        elif is_removed != (row.state == Example.State.REMOVED):
            row.state = Example.State.REMOVED if is_removed else Example.State.ADDED
            row.save(update_fields=["state"])
    for (label, language, text), is_removed in wanted.items():
        state = Example.State.REMOVED if is_removed else Example.State.ADDED
        Example.objects.create(label=label, language=language, text=text, state=state)


@transaction.atomic
def test_message_add(*, label: str, language: str, text: str, by: AbstractBaseUser | None) -> TestMessage:
    """Add a message to measure with."""
    text = message_clean(label, language, text)
    if same(text):
        raise Refused(_("This is an example: the assistant learned it, so it measures nothing."), "text")
    if is_test_message(text):
        raise Refused(_("This test message is there already."), "text")
    return TestMessage.objects.create(label=label, language=language, text=text, by=by)


def test_message_remove(*, pk: int) -> None:
    """Take a test message away."""
    if not TestMessage.objects.filter(pk=pk).delete()[0]:
        raise Refused(_("This test message is not there any more."))


def training_ask(*, by: AbstractBaseUser | None) -> TrainingRun:
    """Ask for a training; the worker begins within a second or two."""
    try:
        with transaction.atomic():
            return TrainingRun.objects.create(asked_by=by)
    except IntegrityError:
        raise Refused(_("A training is under way. Ask again when it has ended.")) from None


@transaction.atomic
def training_override(*, run: TrainingRun, reason: str, by: AbstractBaseUser, http: HttpRequest) -> Model:
    """Take a refused model into use all the same."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    run = TrainingRun.objects.select_for_update().get(pk=run.pk)
    model = run.models.first()
    if not is_leading(by):
        raise Refused(_("Only a supervisor can do this."))
    if not reason:
        raise Refused(_("Write why this model is right all the same."), "reason")
    if run.state != TrainingRun.State.REFUSED or model is None or not path_of(model.fingerprint).exists():
        raise Refused(_("This model is not there any more: train again."))
    run.state, run.override_by, run.override_reason = TrainingRun.State.READY, by, reason
    run.save(update_fields=["state", "override_by", "override_reason"])
    audit_write(kind=Audit.Kind.MODEL_OVERRIDDEN, http=http, account=by, about=f"{run.pk}: {reason}"[:150])
    return model_publish(model=model, by=by)


@transaction.atomic
def model_publish(*, model: Model, by: AbstractBaseUser | None) -> Model:
    """Put a model in use; dialogue servers pull it within seconds."""
    Model.objects.filter(in_use=True).exclude(pk=model.pk).update(in_use=False)
    model.in_use, model.published_at, model.published_by = True, timezone.now(), by
    model.save(update_fields=["in_use", "published_at", "published_by"])
    return model


@transaction.atomic
def model_roll_back(*, by: AbstractBaseUser, http: HttpRequest) -> Model | None:
    """Take the model in use off, so that the one before it is in use again; None: the model of the files."""
    current = Model.objects.select_for_update().filter(in_use=True).first()
    if current is None:
        raise Refused(_("The model of the files is in use: there is none before it."))
    before = model_before(current)
    current.in_use, current.published_at = False, None
    current.save(update_fields=["in_use", "published_at"])
    if before:
        before.in_use = True
        before.save(update_fields=["in_use"])
    audit_write(kind=Audit.Kind.MODEL_ROLLED_BACK, http=http, account=by, about=f"{current} → {before or '-'}")
    return before
