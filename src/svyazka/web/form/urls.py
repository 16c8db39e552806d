"""Routes of the forms that take requests in."""

from django.urls import path

from svyazka.web.form import public, views

app_name = "form"
urlpatterns = [
    path("window/new/", views.new, name="new"),
    path("window/handed/<str:number>/", views.handed, name="handed"),
    path("r/<str:secret>/", public.ask, name="public"),
    path("r/<str:secret>/thanks/", public.thanks, name="thanks"),
]
