"""Who answers which request when several are open at once: the plan that serves most of them, then scores best."""

from collections.abc import Iterable, Mapping, Sequence

from svyazka.engine.matching import Proposal

Worth = list[list[int]]
"""Worth of each person (column) for each request (row); 0 for a pair that may not be."""


class SolverMissing(Exception):
    """The plan needs scipy, which comes with the extra ``planning``."""

    def __init__(self) -> None:
        super().__init__("scipy is not installed; it comes with the extra: pip install 'svyazka[planning]'")


def share_out(needs: Iterable[int], proposals: Mapping[int, Sequence[Proposal]]) -> dict[int, int]:
    """Give each request, by its id, at most one person, and each person at most one request.

    As many requests as possible are served; of such plans the one with the most points is taken; of those, the one
    in which the request with the smallest id has the person who stands first in its proposals, then the next request.
    Who has a barrier is given nothing. A request may stay without anybody: it is then missing in the answer.

    :param needs: ids of the requests to share out, in any order; proposals for others are ignored
    :param proposals: of each request, as ``rank`` put them
    :raises SolverMissing: scipy is not installed
    """
    able = {need: [p for p in proposals.get(need, ()) if p.is_proposed] for need in sorted(set(needs))}
    people = sorted({proposal.person_id for row in able.values() for proposal in row})
    left = _worth(able, people)
    best = _value(left)
    plan: dict[int, int] = {}
    # The solver picks any of several best plans. So each request in turn takes the first person with whom the best
    # is still within reach.
    for need, row in able.items():
        mine, *left = left
        for proposal in row:
            column = people.index(proposal.person_id)
            rest = [[*line[:column], 0, *line[column + 1 :]] for line in left]
            if mine[column] and mine[column] + _value(rest) == best:
                plan[need] = proposal.person_id
                best -= mine[column]
                left = rest
                break
    return plan


def _worth(able: Mapping[int, Sequence[Proposal]], people: Sequence[int]) -> Worth:
    """One request served is worth more than all points together could make up for."""
    served = 1 + 2 * sum(max((abs(p.points) for p in row), default=0) for row in able.values())
    worth = []
    for row in able.values():
        points = {proposal.person_id: proposal.points for proposal in row}
        worth.append([served + points[person] if person in points else 0 for person in people])
    return worth


def _value(worth: Worth) -> int:
    """Worth of the best plan. The solver counts in floats: whole numbers as small as these it adds without error."""
    try:
        from scipy.optimize import linear_sum_assignment
    except ImportError as missing:
        raise SolverMissing from missing
    if not worth:
        return 0
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return sum(worth[row][column] for row, column in zip(rows, columns, strict=True))
