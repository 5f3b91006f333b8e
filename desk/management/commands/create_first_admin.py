"""At the first start: an administrator with a random password, shown once."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string

from desk.people.models import Staff


class Command(BaseCommand):
    help = "Create the administrator 'admin' with a random password, unless there is one already."

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        name = "admin" if not users.filter(username="admin").exists() else f"admin-{get_random_string(4).lower()}"
        password = get_random_string(16)
        Staff.objects.create(user=users.create_user(name, password=password), role=Staff.Role.ADMINISTRATOR)
        self.stdout.write(
            f"\n  First administrator (shown once, write it down):\n    name      {name}\n    password  {password}\n"
        )
