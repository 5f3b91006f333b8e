"""What an upgrade does with roles that are there already."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("people", "0001_initial")]


@pytest.fixture
def upgraded(transactional_db):
    """Goes back, lets the test write rows, and upgrades."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)

    def upgrade():
        last = MigrationExecutor(connection)
        last.migrate(last.loader.graph.leaf_nodes())

    yield executor.loader.project_state(BEFORE).apps.get_model("people", "Staff"), upgrade
    upgrade()


def test_administrators_may_use_django_s_admin_from_now_on(upgraded):
    old, upgrade = upgraded
    for role in ("administrator", "supervisor"):
        old.objects.create(user_id=get_user_model().objects.create_user(role).pk, role=role)
    upgrade()
    rights = get_user_model().objects.values_list("username", "is_staff", "is_superuser")
    assert set(rights) == {("administrator", True, True), ("supervisor", False, False)}
