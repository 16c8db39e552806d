"""Words of the queue: roles of places, kinds of messages, what becomes of them."""

from typing import Final

PERSON: Final = "person"
EXPERTS: Final = "experts"
DEALS: Final = "deals"
DEAL: Final = "deal"
ROLES: Final = (PERSON, EXPERTS, DEALS, DEAL)
"""Whose ear a place is: a person's own, the experts' board, all deals, one deal."""
OF_THE_COMPANY: Final = (EXPERTS, DEALS)
"""Roles of groups that belong to nobody's deal: an administrator binds them."""
NOTICE: Final = "notice"
DIGEST: Final = "digest"
CARD: Final = "card"
TEST: Final = "test"
REPLY: Final = "reply"
TOLD: Final = "told"
THREAD: Final = "thread"
NAMED: Final = "named"
SHUT: Final = "shut"
UNSHUT: Final = "unshut"
"""Of a deal's own chat: a line about an act; its thread made, named anew, closed, opened again."""
WAITING: Final = "waiting"
SENT: Final = "sent"
DEAD: Final = "dead"
DROPPED: Final = "dropped"
STATUSES: Final = (WAITING, SENT, DEAD, DROPPED)
UNBOUND: Final = "unbound"
MOVED: Final = "moved"
"""Why a place is gone without anybody's fault: somebody took it off; its messages go to another now."""
