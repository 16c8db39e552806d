"""Address of the search."""

from django.urls import path

from svyazka.web.search import views

app_name = "search"
urlpatterns = [path("search/", views.page, name="page")]
