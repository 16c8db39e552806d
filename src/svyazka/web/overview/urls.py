"""Addresses of the owner's page."""

from django.urls import path

from svyazka.web.overview import views

app_name = "overview"
urlpatterns = [
    path("overview/", views.page, name="page"),
    path("overview/deals/<slug:which>/", views.deals, name="deals"),
    path("overview/units/<int:unit>/", views.unit, name="unit"),
]
