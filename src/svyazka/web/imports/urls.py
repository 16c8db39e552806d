"""Routes of bringing tables in."""

from django.urls import path

from svyazka.web.imports import columns, looking, views

app_name = "imports"
urlpatterns = [
    path("imports/", views.page, name="page"),
    path("imports/workbook/", views.workbook, name="workbook"),
    path("imports/file/", views.hand_in, name="hand_in"),
    path("imports/<int:import_id>/take-back/", views.back, name="take_back"),
    path("imports/tables/<int:draft_id>/", looking.page, name="draft"),
    path("imports/tables/<int:draft_id>/columns/", columns.page, name="columns"),
    path("imports/tables/<int:draft_id>/words/", looking.words, name="words"),
    path("imports/tables/<int:draft_id>/choices/", looking.choices, name="choices"),
    path("imports/tables/<int:draft_id>/bring-in/", looking.make, name="make"),
    path("imports/tables/<int:draft_id>/left-out/", looking.left, name="left_out"),
    path("imports/tables/<int:draft_id>/drop/", views.drop, name="drop"),
]
