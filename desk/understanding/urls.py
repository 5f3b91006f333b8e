"""Addresses of the pages on understanding."""

from django.urls import path

from desk.understanding import views

app_name = "understanding"
urlpatterns = [
    path("examples/", views.examples_page, name="examples"),
    path("examples/<slug:step>/", views.examples_step, name="examples_step"),
    path("training/", views.training_page, name="training"),
    path("training/progress/", views.training_progress, name="progress"),
    path("training/ask/", views.ask, name="ask"),
    path("training/roll-back/", views.roll_back, name="roll_back"),
    path("training/<int:pk>/override/", views.override, name="override"),
]
