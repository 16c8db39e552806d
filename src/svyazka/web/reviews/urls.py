"""Addresses of reviews."""

from django.urls import path

from svyazka.web.reviews import views

app_name = "reviews"
urlpatterns = [
    path("reviews/", views.listing, name="list"),
    path("reviews/<str:number>/", views.page, name="page"),
]
