"""Routes of the board."""

from django.urls import path

from svyazka.web.board import feeds, moves, views

app_name = "board"
urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/columns/", views.columns, name="columns"),
    path("board/revision/", views.revision, name="revision"),
    path("board/sources/", views.source_names, name="sources"),
    path("board/list/", views.listed, name="list"),
    path("board/feeds/", feeds.listed, name="feeds"),
    path("board/feeds/new/", feeds.make, name="new_feed"),
    path("board/feeds/<int:feed_id>/revoke/", feeds.revoke, name="revoke_feed"),
    path("board/<str:number>/move/", moves.move, name="move"),
    path("feeds/<str:live>/<str:file>", feeds.read, name="feed"),
]
