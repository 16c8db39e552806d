"""What a table of requests can say, field by field, and as which kind of cell each is read."""

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal[
    "word", "text", "answer", "day", "moment", "money", "inn", "phone", "email", "person", "stage", "status", "whole"
]  # fmt: skip
"""``word`` is a text of one line; ``answer`` one to the intake form, where junk answers nothing; ``text`` is kept as it is."""

FIELDS: Final[Mapping[str, Kind]] = {
    "_id": "word",
    "_ver": "whole",
    "_was": "text",
    "number": "word",
    "received": "moment",
    "client": "answer",
    "inn": "inn",
    "contact": "answer",
    "duty": "answer",
    "phone": "phone",
    "email": "email",
    "request": "answer",
    "source": "answer",
    "author": "person",
    "manager": "person",
    "expert": "person",
    "stage": "stage",
    "stage_since": "moment",
    "status": "status",
    "reason": "answer",
    "evidence": "answer",
    "next_step": "answer",
    "performer": "person",
    "due": "moment",
    "contract_number": "word",
    "contract_date": "day",
    "contract_sum": "money",
    "budget": "answer",
    "lines": "answer",
    "headcount": "answer",
    "note": "text",
}
"""``_id``, ``_ver`` and ``_was`` are ours: which deal a row of an export is, which revision it shows, and a mark of each cell as it was."""
OURS: Final = frozenset({"_id", "_ver", "_was"})
