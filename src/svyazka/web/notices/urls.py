"""Addresses of the bell."""

from django.urls import path

from svyazka.web.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.page, name="page"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notice>/read/", views.read, name="read"),
]
