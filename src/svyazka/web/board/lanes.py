"""The board's columns: the stages of the current process, and those where deals of older versions still stand."""

from dataclasses import dataclass
from functools import lru_cache

from svyazka.engine.process import Process
from svyazka.presale.process.queries import VersionRow, process_version, versions


@dataclass(frozen=True, slots=True)
class Lane:
    """A column's words. ``following`` is the key of the next stage, empty for the last one."""

    key: str
    name: str
    goal: str
    following: str
    is_old: bool


def lanes(language: str) -> tuple[Lane, ...]:
    """Columns in the order of the process; stages that only older versions know come last."""
    known = versions()
    current = process_version(known[0].number) if known else None
    if current is None:
        return ()
    return (*_of(current, language, old=False), *_older(known, language))


def _of(process: Process, language: str, *, old: bool) -> tuple[Lane, ...]:
    following = [*(stage.key for stage in process.stages[1:]), ""]
    return tuple(
        Lane(stage.key, stage.name.say(language), stage.goal.say(language), after, old)
        for stage, after in zip(process.stages, following, strict=True)
    )


@lru_cache(maxsize=16)  # a published version never changes, so its stages are looked at once
def _older(known: tuple[VersionRow, ...], language: str) -> tuple[Lane, ...]:
    if len(known) < 2:
        return ()
    seen = {stage.key for stage in process_version(known[0].number).stages}
    found: list[Lane] = []
    for version in known[1:]:
        for lane in _of(process_version(version.number), language, old=True):
            if lane.key not in seen:
                seen.add(lane.key)
                found.append(lane)
    return tuple(found)
