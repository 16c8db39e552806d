"""Rows of a file that are one request, among themselves and with deals that we have; and the clients of ours that they name.

Rows meet in blocks that bear one sign, so that ten thousand of them cost about as much each as one of ten.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from svyazka.engine.identity import normal_name
from svyazka.engine.importing.choices import plain_words

Sign = Literal["inn", "phone", "email", "name"]
SIGNS: Final[tuple[Sign, ...]] = ("inn", "phone", "email", "name")
"""What a client is recognised by, surest first."""
CANDIDATES: Final = 100
"""Clients with one sign that are looked at, so that a common word costs no more than a rare one."""


class Asked(NamedTuple):
    """Who asked for what, in normal forms; empty for what isn't known. ``request`` is as its words are compared."""

    inn: str = ""
    phone: str = ""
    email: str = ""
    name: str = ""
    request: str = ""


class Group(NamedTuple):
    """One request: places of its rows in the file from 0, ids of deals that we have of it, and the signs that show it."""

    rows: tuple[int, ...]
    known: tuple[int, ...]
    by: tuple[Sign, ...]


class Match(NamedTuple):
    """A client of ours that a row names, and by which signs."""

    client: int
    by: tuple[Sign, ...]


def asked(*, inn: str = "", phone: str = "", email: str = "", name: str = "", request: str = "") -> Asked:
    """Bring a row to the form in which it is compared.

    :param inn: as it was read (``engine.importing.signs``), as are the phone and the e-mail
    """
    return Asked(
        inn, phone, email, normal_name(name) if name else "", plain_words(request) if request else ""
    )


@dataclass(slots=True)
class _Joined:
    """Who belongs together (a union-find with halved ways)."""

    parent: list[int]

    def root(self, one: int) -> int:
        parent = self.parent
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first


def same_requests(rows: Sequence[Asked], known: Mapping[int, Asked] | None = None) -> tuple[Group, ...]:
    """Groups of two and more that are the same request: one sign of the client in common, and the same words of what is asked.

    An INN tells clients apart for sure. So where several INNs share a phone, an address or a name (an accountant's, a common
    word), only those of one INN are one, and rows without an INN are one among themselves. Rows which say nothing of
    what is asked are one only with such. Groups stand in the order of their first rows; deals of ours alone are no group.

    :param known: deals of ours by their ids
    """
    deals = sorted((known or {}).items())
    every = [*rows, *(deal for _, deal in deals)]
    joined = _Joined(list(range(len(every))))
    shared: list[tuple[int, Sign]] = []
    for sign, members in _blocks(every):
        for part in _parted(members, every) if sign != "inn" else [members]:
            if len(part) > 1:
                shared.append((part[0], sign))
                for member in part[1:]:
                    joined.join(part[0], member)
    by: dict[int, set[Sign]] = defaultdict(set)
    for member, sign in shared:
        by[joined.root(member)].add(sign)
    together: dict[int, list[int]] = defaultdict(list)
    for place in range(len(every)):
        if joined.root(place) in by:
            together[joined.root(place)].append(place)
    return tuple(
        Group(
            tuple(place for place in places if place < len(rows)),
            tuple(deals[place - len(rows)][0] for place in places if place >= len(rows)),
            tuple(sign for sign in SIGNS if sign in by[root]),
        )
        for root, places in together.items()
        if places[0] < len(rows)
    )


def _blocks(every: Sequence[Asked]) -> Iterable[tuple[Sign, list[int]]]:
    """Places that have one sign and one request in common."""
    for sign in SIGNS:
        blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, one in enumerate(every):
            value: str = getattr(one, sign)
            if value:
                blocks[value, one.request].append(place)
        for members in blocks.values():
            if len(members) > 1:
                yield sign, members


def _parted(members: list[int], every: Sequence[Asked]) -> Iterable[list[int]]:
    """The members together if they name one INN at most, else by what each names."""
    by_inn: dict[str, list[int]] = defaultdict(list)
    for member in members:
        by_inn[every[member].inn].append(member)
    return [members] if len(by_inn.keys() - {""}) <= 1 else by_inn.values()


def clients_of(rows: Sequence[Asked], clients: Mapping[int, Asked]) -> tuple[tuple[Match, ...], ...]:
    """By row, the clients of ours with any of its signs, surest first; one whose INN is another is left out.

    :param clients: by their ids
    """
    holders: dict[tuple[Sign, str], list[int]] = defaultdict(list)
    for client, said in sorted(clients.items()):
        for sign in SIGNS:
            if (value := getattr(said, sign)) and len(holders[sign, value]) < CANDIDATES:
                holders[sign, value].append(client)
    return tuple(_matches(row, holders, clients) for row in rows)


def _matches(
    row: Asked, holders: Mapping[tuple[Sign, str], list[int]], clients: Mapping[int, Asked]
) -> tuple[Match, ...]:
    by: dict[int, list[Sign]] = {}
    for sign in SIGNS:
        for client in holders.get((sign, getattr(row, sign)), ()):
            theirs = clients[client].inn
            if not (row.inn and theirs) or row.inn == theirs:
                by.setdefault(client, []).append(sign)
    ranked = sorted(by.items(), key=lambda found: ([sign not in found[1] for sign in SIGNS], found[0]))
    return tuple(Match(client, tuple(signs)) for client, signs in ranked)
