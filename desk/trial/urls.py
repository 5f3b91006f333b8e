from django.urls import path

from desk.trial import views

app_name = "trial"
urlpatterns = [
    path("", views.page, name="page"),
    path("messages/", views.message, name="message"),
]
