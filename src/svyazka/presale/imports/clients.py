"""The clients of a table: new ones are written down, known ones learn what is new of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from svyazka.engine.identity import normal_name
from svyazka.presale.clients.commands import contact_values
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.clients.queries import Identity, keys_of
from svyazka.presale.deals import intake
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.journal.bulk import Bulk, plain_json, plain_moment, take_keys
from svyazka.presale.journal.chunks import chunks


@dataclass(slots=True)
class _Told:
    """What the rows of one client say of him, each thing once and in their order."""

    name: str
    inn: str = ""
    lines: dict[str, None] = field(default_factory=dict)
    signs: dict[tuple[str, str], None] = field(default_factory=dict)
    people: dict[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)

    def hear(self, who: Identity, lines: Iterable[str]) -> None:
        """One more row."""
        self.inn = self.inn or who.inn or ""
        self.lines.update(dict.fromkeys(lines))
        self.signs.update(dict.fromkeys((key.kind, key.value[:254]) for key in keys_of(who)))
        values = contact_values(who)
        person = values["name"], values["phone"], values["email"]
        if any(person):
            self.people.setdefault(person, values)


def write_clients(arrivals: Sequence[Arrival], *, at: datetime) -> Mapping[int | str, int]:
    """Write down the clients of these rows with their people and what they are recognised by. Returns ids by how rows name them.

    The first row of a new client gives his name and INN. Nothing that is known of a client of ours is lost: what is new comes beside it.
    """
    told: dict[int | str, _Told] = {}
    for one in arrivals:
        who = intake.said_identity(one.answers)
        if one.client not in told:
            told[one.client] = _Told(who.name)
        told[one.client].hear(who, intake.lines_in(one.answers))
    ours = [one for one in told if isinstance(one, int)]
    ids: dict[int | str, int] = {one: one for one in ours}
    fresh = [one for one in told if one not in ids]
    ids.update(zip(fresh, take_keys(Client, len(fresh)), strict=True))
    _write_fresh({ids[name]: told[name] for name in fresh}, at)
    _write_people({ids[name]: said for name, said in told.items()}, ours)
    _learn(ours, told)
    return ids


def _write_fresh(fresh: Mapping[int, _Told], at: datetime) -> None:
    clients, now = Bulk(Client), plain_moment(at)
    for pk, said in fresh.items():
        clients.add(
            id=pk, name=said.name[:200], normal_name=normal_name(said.name)[:200], inn=said.inn,
            lines=plain_json([*said.lines]), created_at=now,
        )  # fmt: skip
    clients.write()


def _write_people(told: Mapping[int, _Told], ours: Collection[int]) -> None:
    """People of the clients who aren't written down yet, and the signs of everything that was said."""
    known = _known_people(ours)
    people, signs = Bulk(Contact), Bulk(ClientKey)
    for some in chunks([*told]):
        for client in some:
            for kind, value in told[client].signs:
                signs.add(client_id=client, kind=kind, value=value)
            for person, values in told[client].people.items():
                if (client, *person) not in known:
                    people.add(client_id=client, **values)
        people.write()
        signs.write(unless_there=True)


def _known_people(clients: Collection[int]) -> set[tuple[int, str, str, str]]:
    found: set[tuple[int, str, str, str]] = set()
    for some in chunks([*clients]):
        rows = Contact.objects.filter(client__in=some)
        found.update(rows.values_list("client_id", "name", "phone", "email"))
    return found


def _learn(ours: Sequence[int], told: Mapping[int | str, _Told]) -> None:
    """Lines of business, and an INN where a client of ours had none."""
    held: set[str] = set()
    for inns in chunks([inn for pk in ours if (inn := told[pk].inn)]):
        held.update(Client.objects.filter(inn__in=inns).values_list("inn", flat=True))
    for some in chunks(ours):
        changed = []
        for client in Client.objects.filter(pk__in=some).order_by("pk"):
            said = told[client.pk]
            inn = client.inn or (said.inn if said.inn not in held else "")  # no two clients have one INN
            held.add(inn)
            lines = [*dict.fromkeys([*client.lines, *said.lines])]
            if (inn, lines) != (client.inn, client.lines):
                client.inn, client.lines = inn, lines
                changed.append(client)
        Client.objects.bulk_update(changed, ["inn", "lines"])
