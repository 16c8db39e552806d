"""The one address of the client's pages: the door says what is behind it."""

from django.urls import path

from svyazka.web.client import views

app_name = "client"
urlpatterns = [path("c/<str:token>/", views.door, name="door")]
