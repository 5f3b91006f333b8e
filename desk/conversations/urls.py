from django.urls import path

from desk.conversations import views

app_name = "chat"
urlpatterns = [
    path("", views.chat_page, name="page"),
    path("messages/", views.chat_message, name="messages"),
]
