"""Tables of clients."""

from django.db import models
from django.db.models import Q


class Client(models.Model):
    """A company that asked us. Its profile comes out of the intake fields of its requests."""

    name = models.CharField(max_length=200)
    normal_name = models.CharField(max_length=200, default="")
    inn = models.CharField(max_length=12, blank=True)
    lines = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inn"], condition=~Q(inn=""), name="client_inn_once")]


class Contact(models.Model):
    """A person of the client's."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    duty = models.CharField(max_length=120, blank=True)
    decides = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    channel = models.CharField(max_length=40, blank=True)


class ClientKey(models.Model):
    """By what a client is recognised: INN, phone, e-mail, domain, normal name, the beginning of its longest word."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=6)
    value = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value", "client"], name="client_key_once")]
