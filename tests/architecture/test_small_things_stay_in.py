"""A small thing about the client's people stands in the dossier, for those who go to the room, and nowhere else at all."""

from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from svyazka.presale.channels.models import Message
from svyazka.presale.channels.outbox import Taken
from svyazka.presale.meetings.models import SmallThing
from svyazka.speech.messages import content_of
from tests.architecture.api_routes import API_ROUTES
from tests.architecture.routes import KINDS, ROUTES, Row
from tests.architecture.world import SMALL_THING, World, found_world

pytestmark = [
    pytest.mark.requirement("R15"),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="what is shown is worked out in Python: once is enough"
    ),
]
DOSSIER = "deals/<str:number>/dossier/"
GOES = frozenset({"manager", "expert"})
TAKEN = (
    "id", "kind", "subject", "notice_id", "data", "revision", "attempts", "receipt", "created_at", "place_id",
    "place.channel", "place.chat", "place.thread", "place.role", "place.title", "place.person_id", "place.unit_id",
    "place.deal_id",
)  # fmt: skip
"""What a message that is taken to be sent consists of."""
WORD, REST = SMALL_THING.split(maxsplit=1)
"""What is searched for comes back in the field, so that only the rest of the words tells."""


@pytest.fixture
def world(db: None, settings: Any) -> World:
    """The sweep's world: the manager and the expert go to a meeting of the deal."""
    settings.CHANNELS = ("email", "telegram")
    return found_world()


def shown(world: World, kind: str, row: Row) -> str:
    answer = world.ask(kind, "GET", row)
    return "" if answer.streaming else answer.content.decode(errors="replace")


@pytest.mark.once  # what is asked of the database is asked on both by each page's own tests
def test_no_page_and_no_answer_of_the_api_shows_it_but_the_dossier_of_those_who_go(world: World) -> None:
    """R15: shown only to those who go to the room, never exported."""
    rows = [row for row in (*ROUTES, *API_ROUTES) if "GET" in row.methods]
    rows += [
        Row(f"{route}?q={WORD}", {"GET": row.methods["GET"]})
        for row in rows
        if (route := row.route) in {"search/", "cases/"}
    ]
    found = {(row.route, kind) for row in rows for kind in KINDS if REST in shown(world, kind, row)}
    assert found == {(DOSSIER, kind) for kind in GOES}


def test_it_lies_in_no_other_table_and_in_no_message(world: World) -> None:
    """R15: not in the journal, not in notices, not in what waits to be sent."""
    models = [model for model in apps.get_models() if model is not SmallThing]
    assert any(SmallThing.objects.filter(text=SMALL_THING))
    assert [model.__name__ for model in models if REST in str(list(model._default_manager.values()))] == []
    waiting = [Taken(*attrgetter(*TAKEN)(one)) for one in Message.objects.select_related("place")]
    assert waiting
    assert [one.kind for one in waiting if REST in repr(content_of(one, at=timezone.now()))] == []
