"""Which deals the figures are asked of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from svyazka.presale.deals.models import UNREAL
from svyazka.presale.insight.models import Track, TrackLine
from svyazka.presale.people.queries import directory


@dataclass(frozen=True, slots=True)
class Period:
    """Months of receipt, both ends included, as 202611."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Which deals: received in these months and, if said, from this day to that one, of this source, unit, person, line.

    ``unit``, ``manager`` and ``author`` are ids; 0 is for none.
    """

    period: Period
    since: date | None = None
    until: date | None = None
    source: str | None = None
    unit: int | None = None
    manager: int | None = None
    author: int | None = None
    line: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all deals of the months are meant, so that the counters answer."""
        sieves = (self.since, self.until, self.source, self.unit, self.manager, self.author, self.line)
        return all(one is None for one in sieves)

    def tracks(self) -> QuerySet[Track]:
        """The tracks meant; duplicates and spam are never among them."""
        found = Track.objects.filter(month__gte=self.period.first, month__lte=self.period.last)
        found = found.exclude(status__in=UNREAL)
        zone = ZoneInfo(directory().calendar.zone)
        if self.since is not None:
            found = found.filter(received_at__gte=datetime.combine(self.since, datetime.min.time(), zone))
        if self.until is not None:
            end = datetime.combine(self.until + timedelta(days=1), datetime.min.time(), zone)
            found = found.filter(received_at__lt=end)
        if self.source is not None:
            found = found.filter(source=self.source)
        for name, one in (("unit_id", self.unit), ("manager_id", self.manager), ("author_id", self.author)):
            if one is not None:
                found = found.filter(**{name: one or None})
        if self.line is not None:
            found = found.filter(Exists(TrackLine.objects.filter(track_id=OuterRef("pk"), name=self.line)))
        return found
