"""Signs of life of the processes."""

from django.db import models


class Heartbeat(models.Model):
    """When a process last said that it works."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
