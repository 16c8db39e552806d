"""Addresses of scorecards."""

from django.urls import path

from svyazka.web.scorecards import views

app_name = "scorecards"
urlpatterns = [
    path("figures/people/", views.mine, name="mine"),
    path("figures/people/<int:person_id>/", views.person, name="person"),
    path("figures/people/<int:person_id>/breaches/", views.breaches, name="breaches"),
    path("figures/people/<int:person_id>/saves/", views.saves, name="saves"),
    path("figures/people/<int:person_id>/rows/<slug:role>/<slug:figure>/", views.rows, name="rows"),
]
