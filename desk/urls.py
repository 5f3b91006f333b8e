"""Addresses of the desk."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

admin.site.site_header = admin.site.site_title = settings.ADMIN_TITLE
admin.site.index_title = settings.ADMIN_TITLE

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("chat/", include("desk.conversations.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
]
