"""Addresses of the expert board."""

from django.urls import path

from svyazka.web.experts import acts, plan, views

app_name = "experts"
urlpatterns = [
    path("experts/", views.board, name="board"),
    path("experts/revision/", views.revision, name="revision"),
    path("experts/rules/", views.rules, name="rules"),
    path("experts/plan/", plan.page, name="plan"),
    path("experts/plan/take/", plan.take, name="plan_take"),
    path("experts/for/<str:number>/", acts.ask, name="ask"),
    path("experts/<int:request_id>/", views.page, name="page"),
    path("experts/<int:request_id>/claim/", acts.take, name="claim"),
    path("experts/<int:request_id>/not-ours/", acts.not_ours, name="not_ours"),
    path("experts/<int:request_id>/need-more/", acts.need_more, name="need_more"),
    path("experts/<int:request_id>/more/", acts.more, name="more"),
    path("experts/<int:request_id>/hand-back/", acts.give_back, name="hand_back"),
    path("experts/<int:request_id>/verdict/", acts.verdict, name="verdict"),
    path("experts/<int:request_id>/withdraw/", acts.withdraw, name="withdraw"),
]
