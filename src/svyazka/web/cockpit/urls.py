"""Addresses of the cockpit."""

from django.urls import path

from svyazka.web.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("meetings/<int:meeting_id>/run/", views.run, name="run"),
    path("meetings/<int:meeting_id>/room/", views.room, name="room"),
]
