"""Addresses of proposals."""

from django.urls import path

from svyazka.web.proposals import acts, cases, views

app_name = "proposals"
urlpatterns = [
    path("process/proposals/", views.listing, name="list"),
    path("process/proposals/new/", views.new, name="new"),
    path("process/proposals/<int:proposal_id>/", views.page, name="page"),
    path("process/proposals/<int:proposal_id>/cases/<slug:side>/", cases.listing, name="cases"),
    path("process/proposals/<int:proposal_id>/back/", acts.back, name="back"),
    path("process/proposals/<int:proposal_id>/correct/", acts.put_right, name="correct"),
    path("process/proposals/<int:proposal_id>/reject/", acts.turn_down, name="reject"),
    path("process/proposals/<int:proposal_id>/judge/", acts.say_verdict, name="judge"),
]
