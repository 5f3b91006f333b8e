"""Addresses of the pages of what people ask, under /content/."""

from django.urls import path

from desk.learning import views

app_name = "learning"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<slug:step>/", views.step, name="step"),
    path("figures/", views.figures_page, name="figures"),
    path("figures/export/", views.export, name="export"),
]
