"""Who may do what: one table, from which ``docs/rights.md`` is made.

A right is asked in the command itself. Rights that depend on a deal (its manager, its performer, the head of its
unit) are marked ``seat``: the command adds what the seat allows to what the duties allow.
"""

from dataclasses import dataclass

from svyazka.presale.journal.values import Actor, NotAllowed

DUTIES = ("administrator", "process_owner", "dispatcher", "head")
ROLES = ("lead_generator", "manager", "expert", "estimator", "fixer")
PARTICIPANT, AGENT = "participant", "agent"


@dataclass(frozen=True, slots=True)
class Right:
    """One act that needs permission.

    :param duties: company-wide duties that suffice, ``participant`` for all of ours, ``agent`` for partner agents
    :param seats: seats on the deal that suffice
    :param scope: the API token scope that the act needs besides
    """

    duties: frozenset[str]
    seats: frozenset[str] = frozenset()
    scope: str = "deals:write"


def _right(*duties: str, seats: tuple[str, ...] = (), scope: str = "deals:write") -> Right:
    return Right(frozenset(duties), frozenset(seats), scope)


RIGHTS: dict[str, Right] = {
    "request.receive": _right(PARTICIPANT, AGENT, scope="requests:write"),
    "request.describe": _right(
        "dispatcher", "administrator", seats=("dispatcher", "manager", "lead_generator")
    ),
    "request.decide": _right("dispatcher", "administrator", seats=("dispatcher",)),
    "deal.see": _right(PARTICIPANT, scope="deals:read"),
    "deal.see_private": _right(
        "dispatcher",
        "administrator",
        "head",
        seats=("dispatcher", "manager", "expert", "estimator", "fixer", "shadow"),
        scope="deals:read",
    ),
    "deal.appoint": _right("dispatcher", "administrator", "head", seats=("dispatcher", "manager")),
    "deal.call_fixer": _right("administrator", "head", seats=("manager",)),
    "deal.contact": _right("dispatcher", "administrator", seats=("dispatcher", "manager")),
    "deal.chased": _right(PARTICIPANT),
    "deal.evidence": _right(
        "administrator", "head", seats=("dispatcher", "manager", "expert", "estimator", "fixer")
    ),
    "deal.advance": _right("administrator", seats=("manager", "dispatcher", "estimator")),
    "deal.close": _right("administrator", seats=("dispatcher", "manager")),
    "deal.chat": _right("administrator", "head", seats=("manager", "dispatcher")),
    "deal.reopen": _right("administrator", "head", seats=("manager",)),
    "commitment.open": _right(PARTICIPANT),
    "commitment.keep": _right("administrator", seats=("performer", "controller", "manager")),
    "commitment.waive": _right("administrator", "head", seats=("controller", "manager")),
    "commitment.hand_over": _right("administrator", "head", seats=("performer", "controller", "manager")),
    "question.ask": _right(PARTICIPANT),
    "question.relay": _right("administrator", seats=("manager",)),
    "expert.ask": _right("dispatcher", "administrator", "head", seats=("dispatcher", "manager")),
    "expert.claim": _right(PARTICIPANT),
    "expert.assign": _right("administrator", "head"),
    "expert.answer": _right("administrator", "head", seats=("expert",)),
    "document.file": _right(
        "dispatcher",
        "administrator",
        "head",
        seats=("dispatcher", "manager", "expert", "estimator", "fixer", "lead_generator"),
    ),
    "document.read": _right(
        "dispatcher",
        "administrator",
        "head",
        seats=("dispatcher", "manager", "expert", "estimator", "fixer", "shadow"),
        scope="deals:read",
    ),
    "document.remove": _right("administrator", seats=("dispatcher", "manager")),
    "meeting.see": _right(PARTICIPANT, scope="deals:read"),
    "meeting.call": _right(PARTICIPANT),
    "meeting.plan": _right("administrator", "head", seats=("manager", "planner")),
    "meeting.run": _right("administrator", seats=("manager", "going", "planner")),
    "meeting.close": _right("administrator", seats=("manager", "going", "planner")),
    "letter.send": _right("administrator", seats=("manager",)),
    "people.see": _right(PARTICIPANT, scope="deals:read"),
    "people.change": _right("administrator", scope="admin"),
    "people.absence": _right("administrator", "head", scope="admin"),
    "process.see": _right(PARTICIPANT, scope="deals:read"),
    "process.publish": _right("process_owner", "administrator", scope="admin"),
    "import.make": _right("dispatcher", "administrator", scope="admin"),
    "window.links": _right("dispatcher", "administrator", scope="admin"),
    "feed.make": _right(PARTICIPANT, scope="admin"),
    "feed.revoke": _right("administrator", seats=("oneself",), scope="admin"),
    "journal.verify": _right("administrator", "process_owner", scope="admin"),
    "journal.erase": _right("administrator", scope="admin"),
    "case.see": _right(PARTICIPANT, scope="deals:read"),
    "case.keep": _right(PARTICIPANT),
    "channels.see": _right("administrator", scope="admin"),
    "channels.mend": _right("administrator", scope="admin"),
    "overview.see": _right(PARTICIPANT, scope="deals:read"),
    "scorecard.see": _right("administrator", seats=("oneself", "unit_head"), scope="deals:read"),
    "hints.see": _right("process_owner", "administrator", "head", scope="admin"),
    "ladder.see": _right("process_owner", "administrator", "head", scope="admin"),
    "review.see": _right(PARTICIPANT, scope="deals:read"),
    "review.write": _right(
        "administrator",
        "process_owner",
        "head",
        seats=("dispatcher", "manager", "expert", "estimator", "fixer", "lead_generator"),
    ),
    "proposal.see": _right(PARTICIPANT, scope="deals:read"),
    "proposal.make": _right(PARTICIPANT),
    "proposal.correct": _right("process_owner", "administrator", seats=("author",)),
    "proposal.decide": _right("process_owner", "administrator"),
    "proposal.judge": _right("process_owner", "administrator", seats=("performer",)),
}
SCOPES = ("deals:read", "deals:write", "requests:write", "admin")


def may(actor: Actor, right: str, seats: frozenset[str] | set[str] = frozenset()) -> bool:
    """Whether the actor has the right, given the seats he has on the deal in question (if any)."""
    rule = RIGHTS[right]
    if actor.scopes is not None and rule.scope not in actor.scopes:
        return False
    if actor.channel == "system":
        return True
    if actor.person_id is None:
        return False
    kinds = {AGENT} if actor.is_agent else actor.duties | {PARTICIPANT}
    return not rule.duties.isdisjoint(kinds) or not rule.seats.isdisjoint(seats)


def require(actor: Actor, right: str, seats: frozenset[str] | set[str] = frozenset()) -> None:
    """Raise :class:`NotAllowed` unless :func:`may` says yes."""
    if not may(actor, right, seats):
        raise NotAllowed(right=right)
