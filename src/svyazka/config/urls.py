"""Every route of the product. Each slice lists its own in ``web/<slice>/urls.py``."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("api/", include("svyazka.api.urls")),
    path("", include("svyazka.web.urls")),
]
