"""Addresses of meetings."""

from django.urls import path

from svyazka.web.meeting import closing, feed, letters, listing, planning, views

app_name = "meeting"
urlpatterns = [
    path("meetings/", listing.page, name="list"),
    path("meetings/new/", listing.new, name="new"),
    path("meetings/calendar/", feed.renew, name="calendar"),
    path("meetings/for/<str:number>/", listing.on_deal, name="on_deal"),
    path("meetings/<int:meeting_id>/", views.page, name="page"),
    path("meetings/<int:meeting_id>/sheet.pdf", views.by_hand, name="by_hand"),
    path("meetings/<int:meeting_id>/revision/", views.revision, name="revision"),
    path("meetings/<int:meeting_id>/plan/", planning.save, name="plan"),
    path("meetings/<int:meeting_id>/agenda/", planning.agenda, name="agenda"),
    path("meetings/<int:meeting_id>/ask/", planning.ask, name="ask"),
    path("meetings/<int:meeting_id>/agreed/", planning.agreed, name="agreed"),
    path("meetings/<int:meeting_id>/take-in/", planning.take_in, name="take_in"),
    path("meetings/<int:meeting_id>/reply/", planning.reply, name="reply"),
    path("meetings/<int:meeting_id>/cancel/", planning.cancel, name="cancel"),
    path("meetings/<int:meeting_id>/huddle/", planning.huddle, name="huddle"),
    path("meetings/<int:meeting_id>/held/", planning.held, name="held"),
    path("meetings/<int:meeting_id>/task/", closing.task, name="task"),
    path("meetings/<int:meeting_id>/task/again/", closing.again, name="again"),
    path("meetings/<int:meeting_id>/task/drop/", closing.drop, name="drop"),
    path("meetings/<int:meeting_id>/jot/", closing.jot, name="jot"),
    path("meetings/<int:meeting_id>/settle/", closing.settle, name="settle"),
    path("meetings/<int:meeting_id>/verdict/", closing.verdict, name="verdict"),
    path("meetings/<int:meeting_id>/close/", closing.close, name="close"),
    path("meetings/<int:meeting_id>/letter/", letters.page, name="letter"),
    path("meetings/<int:meeting_id>/letter/send/", letters.send, name="send"),
    path("meetings/<int:meeting_id>/letter/take-back/", letters.take_back, name="take_back"),
    path("meetings/<int:meeting_id>/letter/answered/", letters.answered, name="answered"),
    path("calendar/<str:feed>.ics", feed.calendar, name="feed"),
]
