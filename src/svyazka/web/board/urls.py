"""Routes of the board."""

from django.urls import path

from svyazka.web.board import moves, views

app_name = "board"
urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/columns/", views.columns, name="columns"),
    path("board/revision/", views.revision, name="revision"),
    path("board/sources/", views.source_names, name="sources"),
    path("board/list/", views.listed, name="list"),
    path("board/<str:number>/move/", moves.move, name="move"),
]
