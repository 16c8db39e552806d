"""Routes of the single window. ``/window/new/`` belongs to the form."""

from django.urls import path

from svyazka.web.window import acts, links, views

app_name = "window"
urlpatterns = [
    path("window/", views.queue, name="queue"),
    path("window/revision/", views.revision, name="revision"),
    path("window/links/", links.links, name="links"),
    path("window/links/<int:link_id>/revoke/", links.revoke, name="revoke"),
    path("window/<str:number>/", views.request_page, name="request"),
    path("window/<str:number>/contacted/", acts.contacted, name="contacted"),
    path("window/<str:number>/is-new/", acts.is_new, name="is_new"),
    path("window/<str:number>/accept/", acts.accept, name="accept"),
    path("window/<str:number>/close/", acts.close, name="close"),
]
