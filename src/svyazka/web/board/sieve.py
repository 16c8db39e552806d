"""The filters of the board and of its lists, read from an address that anybody may have typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from svyazka.presale.deals.feeds import View
from svyazka.presale.deals.queries import Filters

_TEXT, _SOURCE = 80, 60


@dataclass(frozen=True, slots=True)
class Sieve:
    """What somebody wants to see. Ids are as typed; a wrong one finds nothing."""

    unit: int | None = None
    person: int | None = None
    source: str = ""
    overdue: bool = False
    text: str = ""

    def view(self, stage: str | None = None) -> View:
        """The same to be kept."""
        return View(stage or "", self.unit, self.person, self.source, self.overdue, self.text)

    def filters(self, at: datetime, stage: str | None = None) -> Filters:
        """The same for the query."""
        return self.view(stage).filters(at)

    def query(self, **more: str | int | None) -> str:
        """The address's query with ``more`` added, ready to follow a path; empty where nothing is asked."""
        typed: Mapping[str, str | int | None] = {
            "unit": self.unit, "person": self.person, "source": self.source, "overdue": "1" if self.overdue else "",
            "text": self.text, **more,
        }  # fmt: skip
        asked = {key: value for key, value in typed.items() if value not in (None, "")}
        return f"?{urlencode(asked)}" if asked else ""


def sieve_of(view: View) -> Sieve:
    """The sieves of a view that was kept, all but its stage."""
    return Sieve(view.unit, view.person, view.source, view.overdue, view.text)


def read_sieve(query: QueryDict) -> Sieve:
    """Read the filters; what can't be read is left out."""
    return Sieve(
        unit=read_id(query, "unit"),
        person=read_id(query, "person"),
        source=_plain(query, "source")[:_SOURCE],
        overdue=query.get("overdue") == "1",
        text=_plain(query, "text")[:_TEXT],
    )


def read_id(query: QueryDict, name: str) -> int | None:
    """A number that a database takes, or None."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _plain(query: QueryDict, name: str) -> str:
    """Without NUL, which PostgreSQL doesn't store and so can't look for."""
    return query.get(name, "").replace("\0", "").strip()
