"""One check's strength is changed in the text; everything else stays as its author wrote it."""

import pytest

from svyazka.engine.differences import differences
from svyazka.engine.lint import load_process
from svyazka.engine.process import Strength
from svyazka.engine.yaml_change import with_strength
from svyazka.processes import packaged_text

TEXT = packaged_text()
PROCESS = load_process(TEXT)
CHECKS = [(stage.key, check) for stage in PROCESS.stages for check in stage.checks]


def test_of_any_check_one_word_changes_and_no_other_line() -> None:
    for stage, check in CHECKS:
        wanted: Strength = "stop" if check.strength != "stop" else "observe"
        lines = zip(TEXT.split("\n"), with_strength(TEXT, stage, check.key, wanted).split("\n"), strict=True)
        changed = [(old.strip(), new.strip()) for old, new in lines if old != new]
        assert changed == [(f"strength: {check.strength}", f"strength: {wanted}")], check.key


@pytest.mark.parametrize("path", ["request.consent_noted", "defence.next_step_promised"])
def test_it_is_the_check_that_was_meant(path: str) -> None:
    """Several stages have a check of the second name."""
    stage, _, check = path.partition(".")
    text = with_strength(TEXT, stage, check, "stop")
    assert [(one.path, one.part) for one in differences(PROCESS, load_process(text))] == [(path, "strength")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{key: a, strength: warn}  # why", "{key: a, strength: stop}  # why"),
        ("{strength: 'warn', key: a}", "{strength: stop, key: a}"),
        ('{"key": a, "strength": warn}', '{"key": a, "strength": stop}'),
        ("{key: a}", "{key: a}"),
    ],
)
def test_however_it_is_written(before: str, after: str) -> None:
    text = f"stages:\n- key: s\n  checks:\n  - {{key: b, strength: warn}}\n  - {before}\n"
    assert with_strength(text, "s", "a", "stop") == text.replace(before, after)


@pytest.mark.parametrize(("stage", "check"), [("meeting", "nothing"), ("nowhere", "limits_known"), ("", "")])
def test_what_is_not_there_changes_nothing(stage: str, check: str) -> None:
    assert with_strength(TEXT, stage, check, "stop") == TEXT
    assert with_strength("stages: []", stage, check, "stop") == "stages: []"
