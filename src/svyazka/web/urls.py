"""The pages' routes: each slice's ``urls.py`` is included here."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
