"""Addresses of the figures."""

from django.urls import path

from svyazka.web.figures import views

app_name = "figures"
urlpatterns = [
    path("figures/", views.page, name="page"),
    path("figures/deals/", views.deals, name="deals"),
]
