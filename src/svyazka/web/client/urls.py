"""The one address of the client's pages: the door says what is behind it; beside it the meeting as a file for his calendar."""

from django.urls import path

from svyazka.web.client import views

app_name = "client"
urlpatterns = [
    path("c/<str:token>/", views.door, name="door"),
    path("c/<str:token>/meeting.ics", views.calendar, name="calendar"),
]
