"""Addresses of the page about channels."""

from django.urls import path

from svyazka.web.channels import groups, views

app_name = "channels"
urlpatterns = [
    path("channels/", views.page, name="page"),
    path("channels/resend/", views.resend_all, name="resend_all"),
    path("channels/drop/", views.drop_all, name="drop_all"),
    path("channels/messages/<int:message>/resend/", views.resend_one, name="resend"),
    path("channels/messages/<int:message>/drop/", views.drop_one, name="drop"),
    path("channels/places/<int:place>/revive/", views.revive, name="revive"),
    path("channels/told/<int:told>/again/", views.again, name="again"),
    path("channels/groups/<int:group>/unbind/", groups.unbind, name="unbind"),
    path("channels/groups/<slug:messenger>/experts/", groups.experts, name="experts"),
    path("channels/groups/<slug:messenger>/deals/", groups.deals, name="deals"),
    path("channels/<slug:channel>/wake/", views.wake, name="wake"),
]
