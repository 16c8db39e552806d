"""Addresses of the first week."""

from django.urls import path

from svyazka.web.first_week import views

app_name = "first_week"
urlpatterns = [
    path("first-week/", views.mine, name="mine"),
    path("first-week/<slug:role>/", views.page, name="page"),
]
