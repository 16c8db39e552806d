"""The geometry of the two drawings: the rope of a deal's stages and the bar of who held it how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

AHEAD, CUT = "ahead", "cut"
KnotState = Literal["tied", "open", "ahead", "frayed", "topped", "cut"]
RopeSize = Literal["small", "wide", "large"]
HolderKind = Literal["person", "client", "queue"]


@dataclass(frozen=True, slots=True)
class Knot:
    """One stage on the rope. ``note`` is said beside the name where there is room.

    ``frayed``: left over its gate. ``topped``: the top, the deal is won. ``cut``: the deal ended here.
    """

    name: str
    state: KnotState
    note: str = ""


@dataclass(frozen=True, slots=True)
class KnotPlace:
    """A knot and where it is drawn."""

    knot: Knot
    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True)
class Rope:
    """Paths in a box of ``width`` x ``height`` units: ``done`` up to the open knot, ``ahead`` after it.

    Where the rope is cut there is a gap between the two.
    """

    width: int
    height: int
    done: str
    ahead: str
    places: tuple[KnotPlace, ...]


@dataclass(frozen=True, slots=True)
class _Measure:
    step: int
    height: int
    climb: int
    slack: float
    knot: float


_MEASURES: Final[dict[RopeSize, _Measure]] = {
    "small": _Measure(step=24, height=20, climb=0, slack=2.5, knot=0.5),
    "wide": _Measure(step=150, height=64, climb=18, slack=10, knot=1.0),
    "large": _Measure(step=200, height=150, climb=76, slack=20, knot=1.9),
}


def draw_rope(knots: Sequence[Knot], size: RopeSize = "wide") -> Rope:
    """Lay the knots out on one rope that sags between them and climbs to the right.

    :param knots: 1 to 7, in the order of the stages
    """
    measure = _MEASURES[size]
    reached = sum(knot.state != AHEAD for knot in knots)
    line = _lay(len(knots), reached, size, is_cut=any(knot.state == CUT for knot in knots))
    places = tuple(
        KnotPlace(knot, x, y, measure.knot) for knot, (x, y) in zip(knots, line.places, strict=True)
    )
    return Rope(measure.step * len(knots), measure.height, line.done, line.ahead, places)


@dataclass(frozen=True, slots=True)
class _Line:
    done: str
    ahead: str
    places: tuple[tuple[float, float], ...]


@lru_cache(maxsize=128)  # a board draws the same few ropes on each of its cards
def _lay(count: int, reached: int, size: RopeSize, *, is_cut: bool) -> _Line:
    """The rope of ``count`` knots, ``reached`` of them not ahead."""
    measure = _MEASURES[size]
    low = measure.height / 2 + measure.climb / 2
    rise = measure.climb / max(1, count - 1)
    places = tuple((measure.step * (index + 0.5), round(low - rise * index, 1)) for index in range(count))
    points = [(0.0, low + rise / 2), *places, (float(measure.step * count), low - rise * (count - 0.5))]
    if is_cut:
        rest = points[reached + 1 :] if reached < count else []
        return _Line(
            _sagging(points[: reached + 1], measure), _sagging(rest, measure) if rest else "", places
        )
    if reached == count:
        return _Line(_sagging(points, measure), "", places)
    return _Line(_sagging(points[: reached + 1], measure), _sagging(points[reached:], measure), places)


def _sagging(points: Sequence[tuple[float, float]], measure: _Measure) -> str:
    """A path through the points, each span hanging a little."""
    (x, y), *rest = points
    path = [f"M{x:g} {round(y, 1):g}"]
    for next_x, next_y in rest:
        span = next_x - x
        slack = measure.slack * span / measure.step
        path.append(
            f"C{x + span * 0.3:g} {round(y + slack, 1):g} {x + span * 0.7:g} {round(next_y + slack, 1):g} "
            f"{next_x:g} {round(next_y, 1):g}"
        )
        x, y = next_x, next_y
    return "".join(path)


@dataclass(frozen=True, slots=True)
class Holding:
    """A stretch of time in which one holder had the ball. ``who`` is a name ready to be shown; empty for the queue."""

    kind: HolderKind
    who: str
    role: str
    minutes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """A holding on the bar: where it begins and how wide it is, in percent, and which look its holder has."""

    holding: Holding
    start: float
    width: float
    look: str


@dataclass(frozen=True, slots=True)
class Holder:
    """All the time of one holder, in working minutes and as a share of one."""

    kind: HolderKind
    who: str
    role: str
    minutes: int
    share: float
    look: str


@dataclass(frozen=True, slots=True)
class Life:
    """The bar and its legend; holders by time held, longest first."""

    slices: tuple[Slice, ...]
    holders: tuple[Holder, ...]
    minutes: int


PERSON_LOOKS: Final = tuple(f"person-{place}" for place in range(1, 9))
"""Patterns that tell people apart without their colour, for those who held longest; ``others`` is that of all who come after."""


def draw_life(holdings: Sequence[Holding]) -> Life:
    """Turn holdings in order of time into slices of the bar and a legend."""
    total = sum(holding.minutes for holding in holdings)
    held: dict[_Key, int] = {}
    for holding in holdings:
        held[_key(holding)] = held.get(_key(holding), 0) + holding.minutes
    by_time = sorted(held, key=lambda key: -held[key])
    people = [key for key in by_time if key[0] == "person"]
    looks = {
        key: (
            (*PERSON_LOOKS, "others")[min(people.index(key), len(PERSON_LOOKS))]
            if key[0] == "person"
            else key[0]
        )
        for key in by_time
    }
    holders = tuple(
        Holder(*key, minutes=held[key], share=held[key] / total if total else 0.0, look=looks[key])
        for key in by_time
    )
    slices = []
    gone = 0
    for holding in holdings:
        if holding.minutes:
            start, gone = gone, gone + holding.minutes
            left, right = (round(100 * edge / total, 2) for edge in (start, gone))
            slices.append(Slice(holding, left, round(right - left, 2), looks[_key(holding)]))
    return Life(tuple(slices), holders, total)


_Key = tuple[HolderKind, str, str]


def _key(holding: Holding) -> _Key:
    return holding.kind, holding.who, holding.role
