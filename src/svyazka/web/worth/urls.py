"""Addresses of what rules are worth."""

from django.urls import path

from svyazka.web.worth import views

app_name = "worth"
urlpatterns = [
    path("figures/rules/", views.page, name="page"),
    path("figures/rules/<str:rule>/", views.alone, name="rule"),
]
