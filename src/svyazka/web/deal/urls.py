"""Addresses of a deal: the page, its live parts, and one address for each act."""

from functools import partial

from django.urls import path

from svyazka.web.deal import chat, dossier, folder, views
from svyazka.web.deal.acts import ACTS

app_name = "deal"

urlpatterns = [
    path("deals/<str:number>/", views.page, name="page"),
    path("deals/<str:number>/body/", views.body, name="body"),
    path("deals/<str:number>/revision/", views.revision, name="revision"),
    path("deals/<str:number>/intake/", views.intake, name="intake"),
    path("deals/<str:number>/file/", folder.file, name="file"),
    path("deals/<str:number>/files/<int:document>/", folder.document, name="document"),
    path("deals/<str:number>/chat/", chat.page, name="chat"),
    path("deals/<str:number>/chat/<int:chat>/unbind/", chat.unbind, name="chat_unbind"),
    path("deals/<str:number>/dossier/", dossier.page, name="dossier"),
    path("deals/<str:number>/dossier/sign/", dossier.sign, name="dossier_sign"),
    path("deals/<str:number>/dossier/note/", dossier.note, name="dossier_note"),
    path("deals/<str:number>/dossier/forget/", dossier.forget, name="dossier_forget"),
    *(path(f"deals/<str:number>/{name}/", partial(views.act, name=name), name=name) for name in ACTS),
]
