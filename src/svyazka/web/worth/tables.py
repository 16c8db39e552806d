"""What rules are worth, as files to take along."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from svyazka.engine.intervals import Share
from svyazka.speech.tables import Cell, Column, Table
from svyazka.speech.ways import say_source
from svyazka.web.worth.telling import Told, ToldAlone, ToldRule


def rules(told: Told) -> Table:
    """Every rule in the order of the process; of a silent one only how many deals there are, and why nothing is said."""
    columns = (
        Column(_("Rule")), Column(_("Stage")), Column(_("Kept, deals"), "int"), Column(_("Won where kept"), "share"), Column(_("Broken, deals"), "int"),
        Column(_("Won where broken"), "share"), Column(_("Plain difference"), "share"), Column(_("Plain difference, from"), "share"),
        Column(_("Plain difference, to"), "share"), Column(_("Among deals alike"), "share"), Column(_("Among deals alike, from"), "share"),
        Column(_("Among deals alike, to"), "share"), Column(_("What it means")),
    )  # fmt: skip
    return Table(_("What each rule is worth"), columns, [_cells(rule) for rule in told.all])


def _cells(rule: ToldRule) -> tuple[Cell, ...]:
    worth, said = rule.worth, rule.picture is not None
    differences: list[Cell] = []
    for one in (worth.crude, worth.adjusted):
        differences += [one.value, one.low, one.high] if one and said else [None] * 3
    meaning = " ".join(filter(None, (rule.sentence, rule.caution))) or rule.silence
    return rule.text, rule.stage, *_side(worth.kept, said), *_side(worth.broken, said), *differences, meaning


def _side(share: Share | None, said: bool) -> tuple[Cell, Cell]:  # noqa: FBT001 (whether anything is said at all)
    return (share.total if share else 0), (share.value if share and said else None)


def groups(told: ToldAlone) -> Table:
    """The groups of deals alike that a rule's figure comes from."""
    columns = (
        Column(_("Stage when it arose")), Column(_("Source")), Column(_("Client")), Column(_("Won where kept"), "int"), Column(_("Kept, deals"), "int"),
        Column(_("Won where broken"), "int"), Column(_("Broken, deals"), "int"), Column(_("Weight"), "number"),
    )  # fmt: skip
    rows: Iterable[tuple[Cell, ...]] = (
        (
            one.stage, say_source(one.source), one.size, one.group.won_kept, one.group.kept, one.group.won_broken, one.group.broken, one.weight,
        )
        for one in told.groups
    )  # fmt: skip
    return Table(_("Groups of deals alike"), columns, list(rows))
