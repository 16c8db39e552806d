"""Addresses of the cockpit."""

from django.urls import path

from svyazka.web.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("meetings/<int:meeting_id>/run/", views.run, name="run"),
    path(
        "meetings/cockpit.js", views.worker, name="worker"
    ),  # so high that its scope may be any meeting's cockpit
    path("meetings/<int:meeting_id>/room/", views.room, name="room"),
]
