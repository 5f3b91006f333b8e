"""Accounts, requests and a moment on which the tests' clock stands."""

from datetime import datetime

import pytest
from django.utils import translation

from tests.desk.callbacks.conftest import account, open_as, quiet, waiting  # noqa: F401

NOW = datetime.fromisoformat("2026-11-23 10:00+01:00")  # a Monday in Rabat and in Brussels


@pytest.fixture
def english():
    with translation.override("en"):
        yield
