"""How messages come in and go out. The phone channels keep claims and an outbox in the desk's database."""

import os

from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
# Not django.setup(): it would set up logging anew, and the dialogue server logs less than the desk (logging.yml).
apps.populate(settings.INSTALLED_APPS)
