"""Addresses of the translators' page."""

from django.urls import path

from desk.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.page, name="page"),
    path("download/", views.download, name="download"),
    path("upload/", views.upload, name="upload"),
]
