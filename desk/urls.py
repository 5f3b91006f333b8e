"""Addresses of the desk."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from desk.health import views as health

admin.site.site_header = admin.site.site_title = settings.ADMIN_TITLE
admin.site.index_title = settings.ADMIN_TITLE

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="requests:queue")),
    path("requests/hours/", include("desk.opening.urls")),
    path("requests/", include("desk.callbacks.urls")),
    path("account/login/", LoginView.as_view(template_name="callbacks/login.html"), name="login"),
    path("account/logout/", LogoutView.as_view(next_page="login"), name="logout"),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", health.metrics),
    path("chat/", include("desk.conversations.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
]
