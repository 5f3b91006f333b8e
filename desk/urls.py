"""Addresses of the desk."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from desk.health import views as health
from desk.people import views as people
from desk.understanding import serving

admin.site.site_header = admin.site.site_title = settings.ADMIN_TITLE
admin.site.index_title = settings.ADMIN_TITLE

urlpatterns = [
    path("", people.start, name="start"),
    path("requests/hours/", include("desk.opening.urls")),
    path("requests/", include("desk.callbacks.urls")),
    path("content/", include("desk.editing.urls")),
    path("content/", include("desk.understanding.urls")),
    path("content/", include("desk.learning.urls")),
    path("content/exchange/", include("desk.exchange.urls")),
    path("content/try/", include("desk.trial.urls")),
    path("models/assistant.tar.gz", serving.model),
    path("models/<slug:fingerprint>.tar.gz", serving.model_kept, name="model_kept"),
    path("account/login/", people.SignIn.as_view(), name="login"),
    path("account/logout/", LogoutView.as_view(next_page="login"), name="logout"),
    path("account/", include("desk.people.urls")),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", health.metrics),
    path("chat/", include("desk.conversations.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
]
