"""What an import works out, worked out slowly: all pairings tried, every row beside every other."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from svyazka.engine.importing.duplicates import CANDIDATES, SIGNS, Asked, Group, Match, Sign


def slow_best_worth(worth: Sequence[Sequence[int]]) -> int:
    """The most that pairs of rows and columns can be worth together."""
    if not worth:
        return 0
    first, *others = worth
    alone = slow_best_worth(others)
    pairs = (
        value + slow_best_worth([[*row[:place], *row[place + 1 :]] for row in others])
        for place, value in enumerate(first)
        if value > 0
    )
    return max(alone, *pairs, 0)


def slow_requests(rows: Sequence[Asked], known: Mapping[int, Asked]) -> set[Group]:
    """Groups by looking at each pair, then walking from one to the next."""
    deals = sorted(known.items())
    every = [*rows, *(deal for _, deal in deals)]
    links = {
        pair: signs for pair in combinations(range(len(every)), 2) if (signs := _in_common(*pair, every))
    }

    def walk(start: int) -> Iterator[int]:
        seen, ahead = {start}, [start]
        while ahead:
            here = ahead.pop()
            yield here
            for pair in links:
                if here in pair and not seen.issuperset(pair):
                    (there,) = set(pair) - {here}
                    seen.add(there)
                    ahead.append(there)

    found = set()
    for start in range(len(rows)):
        places = sorted(walk(start))
        if len(places) > 1:
            by = set().union(*(signs for pair, signs in links.items() if set(pair) <= set(places)))
            ours = tuple(deals[place - len(rows)][0] for place in places if place >= len(rows))
            own = tuple(place for place in places if place < len(rows))
            found.add(Group(own, ours, tuple(sign for sign in SIGNS if sign in by)))
    return found


def _in_common(one: int, other: int, every: Sequence[Asked]) -> set[Sign]:
    """Signs by which two rows are one request."""
    a, b = every[one], every[other]
    if a.request != b.request:
        return set()
    found: set[Sign] = set()
    for sign in SIGNS:
        value = getattr(a, sign)
        if not value or value != getattr(b, sign):
            continue
        sharing = [row for row in every if getattr(row, sign) == value and row.request == a.request]
        inns = {row.inn for row in sharing if row.inn}
        if len(inns) <= 1 or a.inn == b.inn:
            found.add(sign)
    return found


def slow_clients(row: Asked, clients: Mapping[int, Asked]) -> list[Match]:
    """Clients with a sign of the row, looked for one by one; for fewer than are looked at of one sign."""
    assert len(clients) < CANDIDATES
    found = []
    for client, said in clients.items():
        by = tuple(sign for sign in SIGNS if getattr(row, sign) and getattr(row, sign) == getattr(said, sign))
        if by and (not row.inn or not said.inn or row.inn == said.inn):
            found.append(Match(client, by))
    return sorted(found, key=lambda match: ([sign not in match.by for sign in SIGNS], match.client))
