"""Addresses of one's own settings."""

from django.urls import path

from svyazka.web.settings import chats, views, wishes

app_name = "settings"

urlpatterns = [
    path("settings/", views.page, name="page"),
    path("settings/elsewhere/", views.sign_out_elsewhere, name="elsewhere"),
    path("settings/notices/", wishes.page, name="notices"),
    path("settings/notices/<slug:channel>/test/", wishes.test, name="test"),
    path("settings/notices/<slug:messenger>/link/", chats.link, name="link"),
    path("settings/notices/<slug:messenger>/linked/", chats.linked, name="linked"),
    path("settings/chats/<int:chat>/unlink/", chats.unlink, name="unlink"),
    path("settings/tokens/", views.issue, name="issue"),
    path("settings/tokens/<int:token_id>/revoke/", views.revoke, name="revoke"),
]
