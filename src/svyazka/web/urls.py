"""The pages' routes: each slice's ``urls.py`` is included here."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("svyazka.web.board.urls")),
    path("", include("svyazka.web.cases.urls")),
    path("", include("svyazka.web.channels.urls")),
    path("", include("svyazka.web.cockpit.urls")),
    path("", include("svyazka.web.client.urls")),
    path("", include("svyazka.web.deal.urls")),
    path("", include("svyazka.web.experts.urls")),
    path("", include("svyazka.web.first_week.urls")),
    path("", include("svyazka.web.form.urls")),
    path("", include("svyazka.web.health.urls")),
    path("", include("svyazka.web.hints.urls")),
    path("", include("svyazka.web.meeting.urls")),
    path("", include("svyazka.web.notices.urls")),
    path("", include("svyazka.web.overview.urls")),
    path("", include("svyazka.web.people.urls")),
    path("", include("svyazka.web.postmortem.urls")),
    path("", include("svyazka.web.process.urls")),
    path("", include("svyazka.web.scorecards.urls")),
    path("", include("svyazka.web.run.urls")),
    path("", include("svyazka.web.proposals.urls")),
    path("", include("svyazka.web.reviews.urls")),
    path("", include("svyazka.web.search.urls")),
    path("", include("svyazka.web.settings.urls")),
    path("", include("svyazka.web.today.urls")),
    path("", include("svyazka.web.week.urls")),
    path("", include("svyazka.web.figures.urls")),
    path("", include("svyazka.web.window.urls")),
    path("", include("svyazka.web.worth.urls")),
]
