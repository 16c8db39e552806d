"""Addresses of the case library."""

from django.urls import path

from svyazka.web.cases import keeping, views

app_name = "cases"
urlpatterns = [
    path("cases/", views.listing, name="list"),
    path("cases/new/", keeping.add, name="new"),
    path("cases/<int:case_id>/", keeping.change, name="edit"),
    path("cases/<int:case_id>/retire/", keeping.retire, name="retire"),
]
