"""The address of a closed deal's post-mortem."""

from django.urls import path

from svyazka.web.postmortem import views

app_name = "postmortem"
urlpatterns = [path("deals/<str:number>/postmortem/", views.page, name="page")]
