"""Addresses of status runs."""

from django.urls import path

from svyazka.web.run import choosing, views

app_name = "run"
urlpatterns = [
    path("run/", choosing.page, name="choose"),
    path("run/begin/", choosing.begin, name="begin"),
    path("run/<int:meeting_id>/", views.page, name="page"),
    path("run/<int:meeting_id>/revision/", views.revision, name="revision"),
    path("run/<int:meeting_id>/act/", views.act, name="act"),
]
