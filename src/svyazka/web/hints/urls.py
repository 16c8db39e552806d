"""Addresses of hints."""

from django.urls import path

from svyazka.web.hints import views

app_name = "hints"
urlpatterns = [
    path("figures/hints/", views.page, name="page"),
    path("figures/hints/<slug:hint>/<str:where>/", views.cases, name="cases"),
]
