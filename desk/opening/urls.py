"""Addresses of the page of opening hours."""

from django.urls import path

from desk.opening import views

app_name = "opening"
urlpatterns = [
    path("", views.hours_page, name="hours"),
    path("<slug:programme>/<slug:step>/", views.step, name="step"),
]
