from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "desk.health"
    label = "health"
