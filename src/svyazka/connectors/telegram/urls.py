"""Address of the webhook."""

from django.urls import path

from svyazka.connectors.telegram.webhook import webhook

app_name = "telegram"
urlpatterns = [path("telegram/webhook/", webhook, name="webhook")]
