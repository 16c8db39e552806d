"""The same five acts as the product's workloads, each in the fewest statements that do it."""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from jinja2 import Environment

from bench.limit.models import Deal, Debt, Event
from bench.plan import STAGES

_SHOWN = ("id", "title", "company", "owner_id", "stage", "amount", "received_at", "stage_since")


def environment(**options: Any) -> Environment:
    """Jinja2 with one filter for times."""
    env = Environment(**options)  # noqa: S701 (Django's backend asks for autoescape)
    env.filters["moment"] = _moment
    return env


def _moment(value: datetime) -> str:
    return f"{value:%d.%m.%Y %H:%M}"


@csrf_exempt
@login_required
def receive(request: HttpRequest) -> JsonResponse:
    """Take a request in: the deal and the first entry of its history."""
    said, now = json.loads(request.body), timezone.now()
    with transaction.atomic():
        deal = Deal.objects.create(
            title=said["request"],
            company=said["company"],
            email=said["email"],
            phone=said["phone"],
            owner_id=0,
            stage=STAGES[0],
            amount=0,
            received_at=now,
            stage_since=now,
        )
        Event.objects.create(deal=deal, at=now, who=0, act="received")
    return JsonResponse({"id": deal.pk}, status=201)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """Fifty deals of an owner in a stage, and how many there are."""
    found = Deal.objects.filter(owner_id=int(request.GET["owner"]), stage=request.GET["stage"])
    rows = found.order_by("-id").values(*_SHOWN)[:50]
    return render(request, "list.html", {"rows": rows, "total": found.count()})


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Forty cards a column, and how many there are in each."""
    totals = dict(Deal.objects.filter(stage__in=STAGES).values_list("stage").annotate(Count("id")))
    columns = [
        (stage, totals.get(stage, 0), Deal.objects.filter(stage=stage).order_by("-id").values(*_SHOWN)[:40])
        for stage in STAGES
    ]
    return render(request, "board.html", {"columns": columns})


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A deal with fifty events and what is owed."""
    deal = Deal.objects.values(*_SHOWN).get(pk=pk)
    events = (
        Event.objects.filter(deal_id=pk).order_by("-id").values("at", "who", "act", "before", "after")[:50]
    )
    debts = Debt.objects.filter(deal_id=pk).order_by("due").values("result", "due", "done")
    return render(request, "deal.html", {"deal": deal, "events": events, "debts": debts})


@csrf_exempt
@login_required
def advance(request: HttpRequest, pk: int) -> JsonResponse:
    """Move a deal to the next stage and write that down."""
    stage, now = json.loads(request.body)["stage"], timezone.now()
    with transaction.atomic():
        deal = Deal.objects.select_for_update().get(pk=pk)
        before, deal.stage, deal.stage_since = deal.stage, stage, now
        deal.save(update_fields=["stage", "stage_since"])
        Event.objects.create(deal=deal, at=now, who=deal.owner_id, act="stage", before=before, after=stage)
    return JsonResponse({"id": pk, "stage": stage})


urlpatterns = [
    path("requests", receive),
    path("deals", listed),
    path("board", board),
    path("deals/<int:pk>", page),
    path("deals/<int:pk>/advance", advance),
]
