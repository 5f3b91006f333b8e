"""Alerts have a room of their own; the rows stay where they are, under a new name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0003_work")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("Alert", "alerts_alert")],
            state_operations=[migrations.DeleteModel("Alert")],
        )
    ]
