"""Addresses of the counsellors' pages."""

from django.urls import path

from desk.callbacks import views

app_name = "requests"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("figures/", views.figures_page, name="figures"),
    path("export.csv", views.export, name="export"),
    path("<slug:reference>/", views.request_page, name="request"),
    path("<slug:reference>/phone/", views.phone, name="phone"),
    path("<slug:reference>/voice/", views.voice, name="voice"),
    path("<slug:reference>/voice/<int:key>/", views.received_voice, name="received_voice"),
    path("<slug:reference>/talk/", views.talk, name="talk"),
    path("<slug:reference>/back/", views.hand_back, name="back"),
    path("<slug:reference>/message/", views.message, name="message"),
    path("<slug:reference>/<slug:step>/", views.step, name="step"),
]
