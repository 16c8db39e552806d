"""Addresses of the process pages."""

from django.urls import path

from svyazka.web.process import editing, ladder, moving, papers, rehearsed, shadow, views, workbook

app_name = "process"

urlpatterns = [
    path("process/", views.page, name="page"),
    path("process/lists/", views.lists, name="lists"),
    path("process/sheet/", views.sheet, name="sheet"),
    path("process/sheet/<slug:paper>.pdf", papers.poster_file, name="poster"),
    path("process/agendas/<slug:agenda>/sheet.pdf", papers.agenda_sheet, name="agenda_sheet"),
    path("process/workbook/", workbook.workbook, name="workbook"),
    path("process/versions/", views.listing, name="versions"),
    path("process/versions/<int:number>/", views.version, name="version"),
    path("process/versions/<int:number>/lists/", views.version_lists, name="version_lists"),
    path("process/versions/<int:number>/yaml/", views.download, name="yaml"),
    path("process/compare/", views.compare, name="compare"),
    path("process/move/", moving.move, name="move"),
    path("process/ladder/", ladder.page, name="ladder"),
    path("process/shadow/", shadow.page, name="shadow"),
    path("process/edit/", editing.edit, name="edit"),
    path("process/lint/", editing.check, name="lint"),
    path("process/rehearsal/", editing.rehearsal, name="rehearsal"),
    path("process/rehearsal/deals/", rehearsed.deals, name="rehearsed"),
    path("process/preview/", editing.preview, name="preview"),
]
