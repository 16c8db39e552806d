"""Which clients of ours the rows of a table name, and which deals of theirs they may be."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from svyazka.engine.importing.duplicates import Asked, asked, clients_of
from svyazka.presale.clients.models import ClientKey
from svyazka.presale.deals.models import WITHDRAWN, Deal
from svyazka.presale.journal.chunks import chunks


@dataclass(frozen=True, slots=True)
class Matched:
    """By row: the client's id, or a name by which rows of one new client know each other. And deals of the clients of ours."""

    clients: tuple[int | str, ...]
    deals: Mapping[int, Asked]


def match_clients(rows: Sequence[Asked]) -> Matched:
    """Find the clients. A phone or an address may be an accountant's of many: a client is the same by his INN or his name."""
    ours = _clients({sign for row in rows for sign in _signs(row)})
    found = clients_of(rows, ours)
    fresh = _named_by_inn(rows)
    sure = [next((one.client for one in matches if {"inn", "name"} & {*one.by}), None) for matches in found]
    # an INN that a client of ours learns from one row is his in all others, too
    learnt: dict[str, int] = {}
    for row, client in zip(rows, sure, strict=True):
        if client is not None and row.inn:
            learnt.setdefault(f"inn {row.inn}", client)
    named: list[int | str] = []
    for place, (row, client) in enumerate(zip(rows, sure, strict=True)):
        name = _fresh(row, place, fresh)
        named.append(client if client is not None else learnt.get(name, name))
    clients = {one for one in named if isinstance(one, int)} | {
        one.client for matches in found for one in matches
    }
    return Matched(tuple(named), _deals(clients, ours))


def _named_by_inn(rows: Sequence[Asked]) -> dict[str, str]:
    """By name, the INN that some row gives a client of this name."""
    found: dict[str, str] = {}
    for row in rows:
        if row.inn and row.name:
            found.setdefault(row.name, row.inn)
    return found


def _fresh(row: Asked, place: int, inns: Mapping[str, str]) -> str:
    """What rows of one new client are called by: his INN, which another row may give, else his name."""
    if inn := row.inn or inns.get(row.name, ""):
        return f"inn {inn}"
    return f"name {row.name}" if row.name else f"row {place}"


def _signs(row: Asked) -> Iterator[tuple[str, str]]:
    for kind in ("inn", "phone", "email", "name"):
        if value := getattr(row, kind):
            yield kind, value


def _clients(signs: Collection[tuple[str, str]]) -> dict[int, Asked]:
    """Clients with any of these signs, by their ids; of several phones or addresses the one that was asked for."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, value in signs:
        by_kind[kind].append(value[:254])
    said: dict[int, dict[str, str]] = defaultdict(dict)
    for kind, values in by_kind.items():
        for some in chunks(values):
            keys = ClientKey.objects.filter(kind=kind, value__in=some)
            for client, value, inn in keys.values_list("client_id", "value", "client__inn"):
                said[client].setdefault(kind, value)
                if inn:
                    said[client]["inn"] = inn
    return {
        client: Asked(
            signs.get("inn", ""), signs.get("phone", ""), signs.get("email", ""), signs.get("name", "")
        )
        for client, signs in said.items()
    }


def _deals(clients: Collection[int], ours: Mapping[int, Asked]) -> dict[int, Asked]:
    """Deals of these clients, each with the signs of its client and what was asked for."""
    wanted, found = sorted(clients), dict[int, Asked]()
    for some in chunks(wanted):
        deals = Deal.objects.filter(client__in=some).exclude(status=WITHDRAWN)
        for pk, client, said in deals.values_list("pk", "client_id", "intake"):
            words = str(said.get("answers", {}).get("request", ""))
            found[pk] = ours[client]._replace(request=asked(request=words).request)
    return found
