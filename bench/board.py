"""An expert board with so many open requests: ``python -m bench.board 50 NUMBERS`` within the product's settings.

Prints as JSON the experts, each with a token and a chat of his own, and the requests' ids.
"""

import json
import os
import sys
from typing import Any

from tests.flows.experts import ask_for_one, linked_experts


def main() -> None:
    """Ask for an expert on each of the deals with these numbers; what waits for the chats is thrown away."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    print(json.dumps(board(int(sys.argv[1]), json.loads(sys.argv[2]))))


def board(count: int, numbers: list[str]) -> dict[str, Any]:
    """Experts and requests; the chats have heard of none."""
    from django.apps import apps
    from django.utils import timezone

    from svyazka.presale.people.commands import issue_token
    from svyazka.presale.people.queries import actor_by_id, directory

    people = {card.email.partition("@")[0]: card for card in directory().people.values()}
    boss = actor_by_id(people["admin"].id, "web")
    assert boss is not None
    experts = linked_experts(count, unit=people["expert0"].unit_id, administrator=boss)
    for one in experts:
        one["token"] = issue_token(
            person_id=one["id"], name="bench", scopes=("deals:read", "deals:write"), actor=boss, at=timezone.now()
        )  # fmt: skip
    found = apps.get_model("presale.Deal").objects.values_list("year", "serial", "pk")
    ids = {f"{year}-{serial:04d}": pk for year, serial, pk in found}
    requests = [ask_for_one(ids[number], administrator=boss) for number in numbers]
    apps.get_model("presale.Message").objects.all().delete()
    return {"experts": experts, "requests": requests}


if __name__ == "__main__":
    main()
