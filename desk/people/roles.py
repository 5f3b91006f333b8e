"""What follows from a role: an administrator, and nobody else, may use Django's admin."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_delete, post_save

from desk.people.models import Staff


def role_given(instance: Staff, **_: Any) -> None:
    _may_administer(instance, instance.role == Staff.Role.ADMINISTRATOR)


def role_taken(instance: Staff, **_: Any) -> None:
    _may_administer(instance, False)


def _may_administer(staff: Staff, allowed: bool) -> None:
    staff.user.is_staff = staff.user.is_superuser = allowed
    get_user_model().objects.filter(pk=staff.user_id).update(is_staff=allowed, is_superuser=allowed)


def listen() -> None:
    post_save.connect(role_given, sender=Staff)
    post_delete.connect(role_taken, sender=Staff)
