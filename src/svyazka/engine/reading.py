"""From a YAML tree to a ``Process``, with the rules that need only one part of it in sight.

Rules about how the terms hang together are in ``engine.lint``.
"""

from dataclasses import dataclass, field

from svyazka.engine.facts import FACTS, TOO_LATE
from svyazka.engine.process import (
    FIELD_KINDS,
    LEVELS,
    ROLES,
    ROOM_ROLES,
    SOURCES,
    STRENGTHS,
    Agenda,
    AgendaItem,
    Check,
    Choice,
    Criterion,
    Duty,
    Field,
    Goal,
    MeetingRules,
    Process,
    Reason,
    ReasonGroup,
    RoleText,
    Stage,
    Term,
    Text,
)
from svyazka.engine.yaml_part import Part
from svyazka.engine.yaml_tree import Mapping, Node, Problem, Scalar, Sequence

MOST_STAGES = 7
FEWEST_STAGES = 5
MOST_CHECKS = 9
MOST_FIELDS = 12
MOST_TERMS = 60

_BARE_OTHER = frozenset(
    {"другое", "другая", "другие", "прочее", "прочая", "прочие", "иное", "иная", "остальное", "разное"}
    | {"причина", "причины", "other", "others", "misc", "miscellaneous", "something", "else"}
    | {"reason", "reasons"}
)


@dataclass(slots=True)
class Reading:
    """A process as read, with the part of the YAML that each stage and term came from."""

    process: Process
    stages: list[Part] = field(default_factory=list)
    terms: list[Part] = field(default_factory=list)


def read(root: Node, problems: list[Problem]) -> Reading:
    """Read everything that can be read; ``problems`` receives what is wrong."""
    if not isinstance(root, Mapping):
        problems.append(Problem(root.line, "not-a-process"))
        root = Mapping(root.line, {}, {})
    top = Part("", root.line, root.entries, root.lines, problems)
    top.keys("process name stages terms fields lost_reasons", "version agendas meetings goals criteria roles")
    stages: list[Part] = []
    terms: list[Part] = []
    process = Process(
        key=top.key("process"),
        name=top.text("name"),
        stages=top.list_of("stages", lambda part: _stage(part, stages)),
        terms=top.list_of("terms", lambda part: _term(part, terms)),
        fields=top.list_of("fields", _field),
        reasons=top.list_of("lost_reasons", _reason_group),
        agendas=top.list_of("agendas", _agenda),
        goals=top.list_of("goals", _goal),
        criteria=top.list_of("criteria", _criterion),
        roles=top.list_of("roles", _role, unique="role"),
        meetings=_meeting_rules(top),
        version=top.count("version"),
    )
    _count(top, process)
    return Reading(process, stages, terms)


def _count(top: Part, process: Process) -> None:
    stages, fields = len(process.stages), len(process.fields)
    if stages > MOST_STAGES:
        top.complain("too-many-stages", top.line_of("stages"), count=str(stages), limit=str(MOST_STAGES))
    elif not stages and top.has("stages"):
        top.complain("no-stages", top.line_of("stages"))
    elif 0 < stages < FEWEST_STAGES:
        top.warn("few-stages", top.line_of("stages"), count=str(stages), limit=str(FEWEST_STAGES))
    if len(process.terms) > MOST_TERMS:
        count = str(len(process.terms))
        top.complain("too-many-terms", top.line_of("terms"), count=count, limit=str(MOST_TERMS))
    if fields > MOST_FIELDS:
        top.warn("many-fields", top.line_of("fields"), count=str(fields), limit=str(MOST_FIELDS))


def _stage(part: Part, seen: list[Part]) -> Stage:
    seen.append(part)
    part.keys("key name goal limit checks", "result accountable duties")
    stage = Stage(
        key=part.key(),
        name=part.text("name"),
        goal=part.text("goal"),
        result=_result(part),
        accountable=_accountable(part),
        duties=part.mapping("duties", _duty),
        limit=part.duration("limit"),
        checks=part.list_of("checks", _check),
    )
    for duty in stage.duties:
        if duty.level == "accountable" and stage.accountable and duty.role != stage.accountable:
            roles = f"{stage.accountable}, {duty.role}"
            part.complain("two-accountables", part.line_within("duties", duty.role), roles=roles)
    if len(stage.checks) > MOST_CHECKS:
        count = str(len(stage.checks))
        part.complain("too-many-checks", part.line_of("checks"), count=count, limit=str(MOST_CHECKS))
    elif part.has("checks") and not any(check.strength == "stop" for check in stage.checks):
        part.warn("no-stop", part.line_of("checks"))
    return stage


def _result(part: Part) -> Text:
    node = part.entries.get("result")
    if node is None or (isinstance(node, Scalar) and node.empty):
        part.complain("stage-without-result", part.line_of("result"))
        return Text("", "")
    return part.text("result")


def _accountable(part: Part) -> str:
    node = part.entries.get("accountable")
    if node is None or (isinstance(node, Scalar) and node.empty):
        part.complain("no-accountable", part.line_of("accountable"))
        return ""
    if isinstance(node, Sequence):
        named = ", ".join(item.value for item in node.items if isinstance(item, Scalar))
        code = "two-accountables" if node.items else "no-accountable"
        part.complain(code, part.line_of("accountable"), roles=named)
        return ""
    return part.role("accountable")


def _duty(role: str, part: Part) -> Duty | None:
    if role not in ROLES:
        part.complain("unknown-role", part.line, role=role, allowed=", ".join(ROLES))
        return None
    part.keys("level text")
    return Duty(role, part.one_of("level", LEVELS, "informed"), part.text("text"))


def _check(part: Part) -> Check:
    part.keys("key text strength", "why fact tick")
    fact, tick = part.word("fact"), part.role("tick")
    if part.has("fact") and part.has("tick"):
        part.complain("two-proofs", part.line_of("tick"))
    elif not part.has("fact") and not part.has("tick"):
        part.complain("no-proof")
    if fact and fact not in FACTS:
        part.unknown("unknown-fact", "fact", fact, FACTS, fact=fact)
    if fact in TOO_LATE:
        part.complain("proven-too-late", part.line_of("fact"), fact=fact)
    return Check(
        key=part.key(),
        text=part.text("text"),
        why=part.optional_text("why"),
        strength=part.one_of("strength", STRENGTHS, "observe"),
        fact=fact or None,
        tick=tick or None,
    )


def _term(part: Part, seen: list[Part]) -> Term:
    seen.append(part)
    part.keys("key opens owes due closes text", "hard waits_for pauses to_client source")
    return Term(
        key=part.key(),
        opens=part.word("opens"),
        owes=part.owing("owes"),
        due=part.due("due"),
        closes=part.word("closes"),
        text=part.text("text"),
        hard=part.optional_duration("hard"),
        waits_for_client=part.has("waits_for")
        and part.one_of("waits_for", ("client",), "client") == "client",
        pauses=part.flag("pauses"),
        to_client=part.flag("to_client"),
        source=part.one_of("source", SOURCES, "proposal"),
    )


def _field(part: Part) -> Field:
    part.keys("key kind label hint", "required choices")
    kind = part.one_of("kind", FIELD_KINDS, "text")
    choices = part.list_of("choices", _choice)
    if kind == "choice" and not choices:
        part.complain("no-choices")
    return Field(
        key=part.key(),
        kind=kind,
        label=part.text("label"),
        hint=part.text("hint"),
        required=part.flag("required", default=True),
        choices=choices,
    )


def _choice(part: Part) -> Choice:
    part.keys("key text")
    return Choice(part.key(), part.text("text"))


def _reason_group(part: Part) -> ReasonGroup:
    part.keys("key text reasons")
    group = ReasonGroup(part.key(), part.text("text"), part.list_of("reasons", _reason))
    if not group.reasons and part.has("reasons"):
        part.complain("empty-group", part.line_of("reasons"))
    _refuse_bare_other(part, group.text)
    return group


def _reason(part: Part) -> Reason:
    part.keys("key text")
    reason = Reason(part.key(), part.text("text"))
    _refuse_bare_other(part, reason.text)
    return reason


def _refuse_bare_other(part: Part, text: Text) -> None:
    for words in (text.ru, text.en):
        letters = "".join(letter if letter.isalpha() else " " for letter in words.lower()).split()
        if letters and all(word in _BARE_OTHER for word in letters):
            part.complain("bare-other", part.line_of("text"), text=words)
            return


def _agenda(part: Part) -> Agenda:
    part.keys("key name items")
    items = part.list_of("items", _agenda_item)
    if not items and part.has("items"):
        part.complain("empty-agenda", part.line_of("items"))
    return Agenda(part.key(), part.text("name"), items)


def _agenda_item(part: Part) -> AgendaItem:
    part.keys("text minutes", "role")
    return AgendaItem(part.text("text"), part.count("minutes"), part.one_of("role", ROOM_ROLES, "moderator"))


def _meeting_rules(top: Part) -> MeetingRules:
    if not top.has("meetings"):
        return MeetingRules()
    part, usual = top.part("meetings", top.entries["meetings"]), MeetingRules()
    part.keys("", "misfit huddle_until remind call")
    until = part.count("huddle_until") if part.has("huddle_until") else usual.huddle_until
    return MeetingRules(
        part.one_of("misfit", STRENGTHS, usual.misfit),
        until,
        part.duration("remind") if part.has("remind") else usual.remind,
        part.duration("call") if part.has("call") else usual.call,
    )


def _goal(part: Part) -> Goal:
    part.keys("key value text", "source")
    source = part.one_of("source", SOURCES, "proposal")
    return Goal(part.key(), part.figure("value"), part.text("text"), source)


def _criterion(part: Part) -> Criterion:
    part.keys("role key text")
    return Criterion(part.role("role"), part.key(), part.text("text"))


def _role(part: Part) -> RoleText:
    part.keys("role name why")
    return RoleText(part.role("role"), part.text("name"), part.text("why"))
