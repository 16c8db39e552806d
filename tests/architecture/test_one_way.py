"""Nothing moves a deal but the commands that ask the engine."""

import ast
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "svyazka"
COLUMNS = {"stage", "status"}
ALLOWED = {
    ("deals/commands.py", "close_request"),  # declined, duplicate, spam: the window's own decision
    ("deals/commands.py", "_new_deal"),
    ("stages/commands.py", "complete_stage"),
    ("stages/commands.py", "win"),
    ("stages/commands.py", "lose"),
    ("stages/commands.py", "reopen"),
    ("imports/commands.py", "_withdraw"),  # a whole import is taken back
}
PAST_THE_ORM = {"journal/commands.py", "imports/clients.py", "imports/writing.py"}
"""Who writes rows of many deals at once: a deal from a table stands where the table says, and is marked as such."""


def _movers(path: Path) -> set[str]:
    """Functions that write a stage or a status onto deals."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and {word.arg for word in node.keywords} & COLUMNS
                and _writes_deals(node.func)
            ):
                found.add(function.name)
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                written = [part for target in targets for part in ast.walk(target)]
                if any(
                    isinstance(part, ast.Attribute) and part.attr in COLUMNS and _is_deal(part.value)
                    for part in written
                ):
                    found.add(function.name)
    return found


def _is_deal(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "deal"


def _writes_deals(call: ast.expr) -> bool:
    if isinstance(call, ast.Name):
        return call.id == "Deal"
    return (
        isinstance(call, ast.Attribute) and call.attr in {"update", "create"} and "Deal" in ast.unparse(call)
    )


def test_only_the_commands_that_ask_the_gate_move_a_deal() -> None:
    found = {
        ("/".join(path.parts[-2:]), name)
        for path in SOURCES.rglob("*.py")
        if "migrations" not in path.parts
        for name in _movers(path)
    }
    assert found == ALLOWED


def test_only_imports_write_deals_past_the_orm() -> None:
    found = {
        "/".join(path.parts[-2:])
        for path in SOURCES.rglob("*.py")
        if "from svyazka.presale.journal.bulk import" in path.read_text(encoding="utf-8")
    }
    assert found == PAST_THE_ORM


def test_leaving_a_stage_and_winning_ask_for_the_standing() -> None:
    tree = ast.parse((SOURCES / "presale/stages/commands.py").read_text())
    functions = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "_pass_gate(" in functions["complete_stage"]
    assert "_pass_gate(" in functions["win"]
    assert "standing_of(" in functions["_pass_gate"]
