"""Takes over the alerts of the callback requests as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("callbacks", "0004_alerts_move")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Alert",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=[("created", "new request"), ("changed", "request changed"), ("cancelled", "request cancelled"), ("late", "the person is waiting")], max_length=10, verbose_name="kind")),
                        ("recipient", models.EmailField(max_length=254, verbose_name="recipient")),
                        ("language", models.CharField(max_length=2, verbose_name="language")),
                        ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                        ("due_at", models.DateTimeField(verbose_name="next attempt")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                        ("error", models.CharField(blank=True, max_length=200, verbose_name="last error")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                        ("request", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="callbacks.callbackrequest", verbose_name="request")),
                    ],
                    options={
                        "verbose_name": "alert",
                        "verbose_name_plural": "alerts",
                        "ordering": ["due_at"],
                        "indexes": [models.Index(condition=models.Q(("sent_at", None)), fields=["due_at"], name="outbox")],
                    },
                ),
            ]
        )
    ]
