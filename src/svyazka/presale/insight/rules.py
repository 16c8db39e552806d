"""The rules that a process lays down, in its order, each by a key that addresses can spell."""

from dataclasses import dataclass

from svyazka.engine.process import Process, Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A term of the process, or a stop check of a stage.

    :ivar key: the term's own key; ``STAGE.CHECK`` for a check
    :ivar stage: of a check, the stage whose gate asks it; empty for a term
    :ivar by_client: the client makes this move, so that what he is like shows in it too
    """

    key: str
    stage: str
    check: str
    text: Text
    by_client: bool = False

    @property
    def is_check(self) -> bool:
        """Whether it is a condition of leaving a stage."""
        return bool(self.stage)


def rules_of(process: Process) -> tuple[Rule, ...]:
    """The terms, then the stop checks stage by stage: both as the process lists them."""
    terms = (Rule(term.key, "", "", term.text, term.waits_for_client) for term in process.terms)
    checks = (
        Rule(f"{stage.key}.{check.key}", stage.key, check.key, check.text)
        for stage in process.stages
        for check in stage.checks
        if check.strength == "stop"
    )
    return (*terms, *checks)
