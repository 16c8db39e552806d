"""Proving that journal and deals belong together: no deal without its chain, no chain without its deal, no hole."""

from collections.abc import Iterator, Mapping
from itertools import chain as joined

from django.db.models import Exists, F, OuterRef, Value, Window
from django.db.models.functions import Lag

from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import Fault, Head, faults


def all_faults(*, anchored: Mapping[int, Head] | None = None, chain: int | None = None) -> Iterator[Fault]:
    """Everything that is wrong with the journal, and what the deals tell of it.

    :param anchored: ends of chains written down outside the database, by chain
    :param chain: only this deal's
    """
    of_deals = (fault for fault in deal_faults() if chain in {None, fault.chain})
    return joined(faults(chain=chain, anchored=anchored), of_deals)


def deal_faults() -> Iterator[Fault]:
    """Deals of which no act is left, acts of which no deal is left, and numbers that are missing.

    A deal's first act and its row are one transaction, and numbers are given under the journal's lock: none of the
    three arises by itself.
    """
    acts = Entry.objects.filter(chain=OuterRef("pk"))
    for deal in Deal.objects.filter(~Exists(acts)).order_by("pk").values_list("pk", flat=True):
        yield Fault("no_chain", deal, 0, None)
    deals = Deal.objects.filter(pk=OuterRef("chain"))
    lone = Entry.objects.filter(~Exists(deals), chain__gt=0, seq=1).order_by("chain")
    for chain, entry_id in lone.values_list("chain", "pk"):
        yield Fault("no_deal", chain, 1, entry_id)
    before = Window(Lag("serial", default=Value(0)), partition_by="year", order_by="serial")
    holes = Deal.objects.annotate(before=before).filter(before__lt=F("serial") - 1).order_by("year", "serial")
    for deal in holes.values_list("pk", flat=True):
        yield Fault("numbers", deal, 0, None)
