"""Addresses of people, units and working days."""

from django.urls import path

from svyazka.web.people import absences, changing, days, projects, units, views

app_name = "people"

urlpatterns = [
    path("people/", views.listing, name="list"),
    path("people/new/", changing.add, name="new"),
    path("people/units/new/", units.add, name="unit_new"),
    path("people/units/<int:unit_id>/", units.change, name="unit"),
    path("people/company/", units.company, name="company"),
    path("people/days/", days.year_page, name="days"),
    path("people/days/remove/", days.remove, name="day_remove"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/edit/", changing.change, name="edit"),
    path("people/<int:person_id>/password/", changing.renew_password, name="password"),
    path("people/<int:person_id>/absence/", absences.record, name="absence"),
    path("people/<int:person_id>/projects/", projects.note, name="project"),
    path("people/<int:person_id>/projects/<int:assignment_id>/end/", projects.end, name="project_end"),
    path("people/<int:person_id>/absence/<int:absence_id>/cancel/", absences.cancel, name="absence_cancel"),
]
