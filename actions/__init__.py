"""The action server: thin actions over the services of the desk."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
django.setup()
