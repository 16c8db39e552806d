"""Routes of the health checks."""

from django.urls import path

from svyazka.web.health import views

app_name = "health"
urlpatterns = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
