"""The clocks of a run as values for its pages and its script."""

from dataclasses import dataclass

from svyazka.engine.pace import Look, in_hand, look, share
from svyazka.presale.meetings.runs.queries import RunPage
from svyazka.speech.runs import say_clock, say_pace


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the deal on the screen and the whole run have taken, beside what the goal allows."""

    run: RunPage

    @property
    def share(self) -> int:
        """Seconds that one client may take."""
        return share(self.run.goal)

    @property
    def of(self) -> str:
        """The same in figures."""
        return say_clock(self.share)

    @property
    def here(self) -> str:
        """How long this client has had."""
        return say_clock(self.run.here)

    @property
    def all(self) -> str:
        """How long the run has taken."""
        return say_clock(self.run.seconds)

    @property
    def look(self) -> Look:
        """How this client's clock looks."""
        return look(self.run.here, self.share)

    @property
    def over(self) -> str:
        """By how much he is over his time."""
        return say_clock(self.run.here - self.share)

    @property
    def pace(self) -> str:
        """Clients an hour so far; empty while there are too few for that."""
        return say_pace(self.run.per_hour)

    @property
    def is_behind(self) -> bool:
        """Whether the run is slower than its goal; the client on the screen may still take his time."""
        return self._in_hand < 0

    @property
    def off(self) -> str:
        """By how much it is ahead or behind."""
        return say_clock(abs(self._in_hand))

    @property
    def _in_hand(self) -> int:
        running = min(self.run.here, self.share) if self.run.current and not self.run.current.outcome else 0
        return in_hand(self.run.decided, self.run.seconds - running, self.run.goal)
