"""What people have decided of single rows of a draft."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from svyazka.engine.importing.merging import Side
from svyazka.presale.imports.drafts.findings import Found
from svyazka.presale.imports.models import Draft


class Choices(NamedTuple):
    """Decisions.

    :ivar despite: rows that come in although their request is here
    :ivar sides: by row and field, whose value stays where both have changed
    """

    despite: frozenset[int]
    sides: Mapping[int, Mapping[str, Side]]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Those of a draft."""
        kept: Mapping[str, bool | dict[str, Side]] = draft.chosen
        return cls(
            frozenset(int(row) for row, one in kept.items() if one is True),
            {int(row): one for row, one in kept.items() if isinstance(one, dict)},
        )

    def brings(self, one: Found) -> bool:
        """Whether anything of the row comes in."""
        if one.becomes in {"ours", "twice"}:
            return one.row in self.despite
        return one.becomes == "new" or one.takes > 0 or "theirs" in self.sides.get(one.row, {}).values()

    def leaves(self, one: Found) -> bool:
        """Whether anything of the row is left out that people may want to come back to."""
        if one.becomes in {"ours", "twice"}:
            return one.row not in self.despite
        return one.becomes == "refused" or not {*one.conflicts} <= self.sides.get(one.row, {}).keys()
