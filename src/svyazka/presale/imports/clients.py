"""The clients of a table: new ones are written down, known ones learn what is new of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from svyazka.engine.identity import normal_name
from svyazka.presale.clients.commands import contact_values
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.clients.queries import Identity, keys_of
from svyazka.presale.deals import intake
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.journal.bulk import Bulk, plain_json, plain_moment, take_keys

_AT_ONCE = 500


def write_clients(arrivals: Sequence[Arrival], *, at: datetime) -> Mapping[int | str, int]:
    """Write down the clients of these rows with their people and what they are recognised by. Returns ids by how rows name them.

    The first row of a new client gives his name and INN. Nothing that is known of a client of ours is lost: what is new comes beside it.
    """
    told: dict[int | str, list[tuple[Identity, Sequence[str]]]] = {}
    for one in arrivals:
        told.setdefault(one.client, []).append(
            (intake.said_identity(one.answers), intake.lines_in(one.answers))
        )
    ids: dict[int | str, int] = {one: one for one in told if isinstance(one, int)}
    fresh = [one for one in told if one not in ids]
    ids.update(zip(fresh, take_keys(Client, len(fresh)), strict=True))
    clients, now = Bulk(Client), plain_moment(at)
    for name in fresh:
        first = told[name][0][0]
        clients.add(
            id=ids[name], name=first.name[:200], normal_name=normal_name(first.name)[:200],
            inn=next((said.inn for said, _ in told[name] if said.inn), ""), lines=plain_json(_lines(told[name])),
            created_at=now,
        )  # fmt: skip
    clients.write()
    _write_people(ids, told)
    _learn(ids, told)
    return ids


def _lines(told: Iterable[tuple[Identity, Sequence[str]]]) -> list[str]:
    return [*dict.fromkeys(line for _, lines in told for line in lines)]


def _write_people(
    ids: Mapping[int | str, int], told: Mapping[int | str, Sequence[tuple[Identity, Sequence[str]]]]
) -> None:
    """People of the clients who aren't written down yet, and the signs of everything that was said."""
    known = _known_people([pk for pk in ids if isinstance(pk, int)])
    people, signs = Bulk(Contact), Bulk(ClientKey)
    seen: set[tuple[int, str, str]] = set()
    for name, said in told.items():
        client = ids[name]
        for who, _ in said:
            for key in keys_of(who):
                sign = client, key.kind, key.value[:254]
                if sign not in seen:
                    seen.add(sign)
                    signs.add(client_id=client, kind=key.kind, value=key.value[:254])
            values = contact_values(who)
            person = client, values["name"], values["phone"], values["email"]
            if any(person[1:]) and person not in known:
                known.add(person)
                people.add(client_id=client, **values)
    people.write()
    signs.write(unless_there=True)


def _known_people(clients: Sequence[int]) -> set[tuple[int, str, str, str]]:
    found: set[tuple[int, str, str, str]] = set()
    for start in range(0, len(clients), _AT_ONCE):
        rows = Contact.objects.filter(client__in=clients[start : start + _AT_ONCE])
        found.update(rows.values_list("client_id", "name", "phone", "email"))
    return found


def _learn(
    ids: Mapping[int | str, int], told: Mapping[int | str, Sequence[tuple[Identity, Sequence[str]]]]
) -> None:
    """Lines of business, and an INN where a client of ours had none."""
    ours = [pk for pk in ids if isinstance(pk, int)]
    for start in range(0, len(ours), _AT_ONCE):
        changed = []
        for client in Client.objects.filter(pk__in=ours[start : start + _AT_ONCE]):
            said = told[client.pk]
            inn = client.inn or next((who.inn for who, _ in said if who.inn), "")
            lines = [*dict.fromkeys([*client.lines, *_lines(said)])]
            if (inn, lines) != (client.inn, client.lines):
                client.inn, client.lines = inn, lines
                changed.append(client)
        Client.objects.bulk_update(changed, ["inn", "lines"])
