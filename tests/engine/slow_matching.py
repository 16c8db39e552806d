"""Who answers an expert request, worked out slowly: shares as fractions, places by duels, plans by trying them all."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor

from svyazka.engine.matching import Candidate, Proposal


def slow_fairness(person: Candidate, candidates: Sequence[Candidate]) -> int:
    """Points that fairness takes from one who could answer, by his share of all that they took."""
    able = [c for c in candidates if c.is_expert and c.level > 0]
    total = sum(c.taken for c in able)
    if not total:
        return 0
    shares = [Fraction(c.taken, total) for c in able]
    # Five requests are what the largest share is held to be, where it is less.
    measure = max(*shares, Fraction(5, total))
    return floor(25 * Fraction(person.taken, total) / measure)


def slow_order(proposals: Sequence[Proposal], candidates: Sequence[Candidate]) -> list[int]:
    """Ids in order: each one's place is the number of duels he loses."""
    taken = {c.person_id: c.taken for c in candidates}

    def beats(a: Proposal, b: Proposal) -> bool:
        if len(a.barriers) != len(b.barriers):
            return len(a.barriers) < len(b.barriers)
        if a.points != b.points:
            return a.points > b.points
        if taken[a.person_id] != taken[b.person_id]:
            return taken[a.person_id] < taken[b.person_id]
        return a.person_id < b.person_id

    lost = {p.person_id: sum(beats(other, p) for other in proposals if other is not p) for p in proposals}
    return sorted(lost, key=lost.__getitem__)


def slow_share_out(proposals: Mapping[int, Sequence[Proposal]]) -> dict[int, int]:
    """The best of all plans there are: most served, most points, then the places from the first request on."""

    def plans(needs: list[int], used: frozenset[int]) -> Iterator[dict[int, Proposal]]:
        if not needs:
            yield {}
            return
        first, *others = needs
        yield from plans(others, used)
        for proposal in proposals[first]:
            if not proposal.barriers and proposal.person_id not in used:
                for plan in plans(others, used | {proposal.person_id}):
                    yield {first: proposal} | plan

    def goodness(plan: dict[int, Proposal]) -> tuple[int, int, list[int]]:
        places = [
            -proposals[need].index(plan[need]) if need in plan else -len(proposals[need])
            for need in sorted(proposals)
        ]
        return len(plan), sum(p.points for p in plan.values()), places

    best = max(plans(sorted(proposals), frozenset()), key=goodness)
    return {need: proposal.person_id for need, proposal in best.items()}
