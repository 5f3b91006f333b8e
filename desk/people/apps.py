from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "desk.people"
    label = "people"
    verbose_name = _("Roles and access")

    def ready(self) -> None:
        from desk.people import audit, roles

        audit.listen()
        roles.listen()


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin behind our own sign-in."""

    default = False  # this file's other one is the app's
    default_site = "desk.people.site.DeskAdminSite"
