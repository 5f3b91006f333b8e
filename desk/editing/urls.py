"""Addresses of the editors' pages."""

from django.urls import path

from desk.editing.views import facts, items, topics

app_name = "content"
urlpatterns = [
    path("", topics.topics_page, name="topics"),
    path("topics/new/", topics.topic_new_page, name="topic_new"),
    path("topics/<slug:key>/", topics.topic_page, name="topic"),
    path("topics/<slug:key>/check/", topics.check, name="check"),
    path("facts/", facts.facts_page, name="facts"),
    path("facts/new/", facts.fact_new_page, name="fact_new"),
    path("facts/<slug:programme>/", facts.programme_page, name="programme"),
    path("facts/<slug:programme>/<slug:name>/", facts.fact_page, name="fact"),
    path("facts/<slug:programme>/<slug:name>/owner/", facts.owner, name="owner"),
    path("steps/<int:pk>/<slug:step>/", items.step, name="step"),
    path("opened/<slug:kind>/<str:key>/", items.opened, name="opened"),
    path("versions/<slug:kind>/<str:key>/", items.versions, name="versions"),
    path("versions/<slug:kind>/<str:key>/restore/", items.restore, name="restore"),
]
