"""What was sent before there was a status."""

from django.db import migrations


def mark_sent(apps, schema_editor):
    alerts = apps.get_model("alerts", "Alert").objects
    alerts.filter(sent_at__isnull=False).update(status="sent", sent_over="email")


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_rules")]
    operations = [migrations.RunPython(mark_sent, migrations.RunPython.noop)]
