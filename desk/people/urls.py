"""Addresses of the account pages."""

from django.urls import path

from desk.people import views

app_name = "account"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/code/", views.code, name="code"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("second-factor/remove/", views.remove, name="remove"),
    path("telegram/", views.telegram, name="telegram"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("audit/", views.audit, name="audit"),
]
