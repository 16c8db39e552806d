"""Addresses of the week in figures."""

from django.urls import path

from svyazka.web.week import views

app_name = "week"
urlpatterns = [
    path("figures/week/", views.page, name="page"),
    path("figures/week/deals/", views.deals, name="deals"),
]
