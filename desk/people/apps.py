from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PeopleConfig(AppConfig):
    name = "desk.people"
    label = "people"

    def ready(self) -> None:
        from desk.people import audit, roles

        audit.listen()
        roles.listen()


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin behind our own sign-in."""

    default = False  # this file's other one is the app's
    default_site = "desk.people.site.DeskAdminSite"
