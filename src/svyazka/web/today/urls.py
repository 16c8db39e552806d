"""Addresses of My day."""

from django.urls import path

from svyazka.web.today import views

app_name = "today"
urlpatterns = [
    path("", views.page, name="page"),
    path("today/<int:commitment>/done/", views.done, name="done"),
    path("today/away/", views.put_away, name="away"),
]
