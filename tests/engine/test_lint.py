"""The lint: each refusal names its line and how to mend it; no text whatever makes it raise."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from svyazka.engine.facts import EVENTS, FACTS
from svyazka.engine.lint import ProcessInvalid, explain, lint, load_process
from svyazka.engine.lint_texts import KINDS, TEXTS
from svyazka.engine.process import OWING
from svyazka.engine.yaml_tree import MAX_BYTES
from svyazka.processes import packaged_text

SHIPPED = packaged_text()
HERE = "  # <- here"

Edits = list[tuple[str, str]]


def edited(edits: Edits) -> str:
    text = SHIPPED
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the shipped process"
        text = text.replace(old, new)
    return text


def marked_line(text: str) -> int:
    return text[: text.index(HERE)].count("\n") + 1


def stage_of(text: str, key: str) -> str:
    """The stage ``key`` as it is written in ``text``."""
    stages = text[text.index("\nstages:\n") : text.index("\nterms:\n")]
    begin = stages.index(f"  - key: {key}\n")
    end = stages.find("\n  - key: ", begin)
    return stages[begin : end if end > 0 else len(stages)]


def another(key: str) -> str:
    """One more stage, a copy of the estimate's."""
    return stage_of(SHIPPED, "estimate").replace("key: estimate", f"key: {key}", 1)


CHECKS = "\n".join(
    f"      - {{key: more_{n}, tick: manager, strength: warn, text: {{ru: Ещё, en: More}}}}" for n in range(9)
)
RESULT = "    result:\n      ru: Клиент подтвердил письмо-итог\n      en: The client confirmed the follow-up letter\n"
SILENCE = "- {key: silence, text: {ru: Молчание после трёх обращений, en: Silence after three attempts}}"

REFUSALS: dict[str, tuple[str, Edits]] = {
    "broken YAML": ("not-yaml", [("version: 1\n", f"version: 1: 2{HERE}\n")]),
    "a word for a number": ("wrong-type", [("version: 1\n", f"version: one{HERE}\n")]),
    "a word for a list": ("wrong-type", [("version: 1\n", f"version: 1\ncriteria: none{HERE}\n"), ("\ncriteria:\n", "\nx:\n")]),
    "a word for a mapping": ("wrong-type", [("    duties:\n      dispatcher:\n", f"    duties: all{HERE}\n    x:\n      d:\n")]),
    "a word for both translations": ("wrong-type", [("name: {ru: Оценка, en: Estimate}", f"name: Оценка{HERE}")]),
    "a word for true or false": ("wrong-type", [("    due: 5d\n", f"    due: 5d\n    to_client: maybe{HERE}\n")]),
    "a key in Cyrillic": ("bad-key", [("process: presale\n", f"process: пресейл{HERE}\n")]),
    "an unknown key": ("unknown-key", [("\ngoals:\n", f"\naims:{HERE}\n")]),
    "a missing key": ("missing-key", [("  - key: mood\n    kind: text\n", f"  - key: mood{HERE}\n")]),
    "a YAML key written twice": ("written-twice", [("version: 1\n", f"version: 1\nversion: 2{HERE}\n")]),
    "an anchor": ("alias", [("version: 1\n", f"version: &v 1{HERE}\n")]),
    "an alias": ("alias", [("version: 1\n", f"version: *v{HERE}\n")]),
    "a tag": ("tag", [("version: 1\n", f"version: !!python/name:os.system 1{HERE}\n")]),
    "a second document": ("several-documents", [("version: 1\n", f"version: 1\n---{HERE}\nprocess: x\n")]),
    "great depth": ("too-deep", [("version: 1\n", f"version: {'[' * 99}{HERE}\n")]),
    "a list for a key": ("key-not-a-word", [("version: 1\n", f"? [a, b]{HERE}\n: 1\n")]),
    "a stage without a result": ("stage-without-result", [("  - key: meeting\n", f"  - key: meeting{HERE}\n"), (RESULT, "")]),
    "a stage with an empty result": ("stage-without-result", [(RESULT, f"    result:{HERE}\n")]),
    "nobody accountable": (
        "no-accountable",
        [("  - key: request\n    name", f"  - key: request{HERE}\n    name"), ("    accountable: dispatcher\n", "")],
    ),
    "an empty list of accountables": ("no-accountable", [("accountable: dispatcher\n", f"accountable: []{HERE}\n")]),
    "two accountables": ("two-accountables", [("accountable: dispatcher\n", f"accountable: [dispatcher, manager]{HERE}\n")]),
    "an accountable among the duties": (
        "two-accountables",
        [("      lead_generator:\n        level: doing\n", f"      lead_generator:{HERE}\n        level: accountable\n")],
    ),
    "an unknown role": ("unknown-role", [("accountable: dispatcher\n", f"accountable: boss{HERE}\n")]),
    "a duty of an unknown role": (
        "unknown-role",
        [("      lead_generator:\n        level: doing\n", f"      passer_by:{HERE}\n        level: doing\n")],
    ),
    "an unknown fact": ("unknown-fact", [("fact: intake.answered\n", f"fact: intake.anwsered{HERE}\n")]),
    "a fact that comes with the end": ("proven-too-late", [("fact: terms.agreed\n", f"fact: contract.signed{HERE}\n")]),
    "a fact and a tick": ("two-proofs", [("fact: intake.answered\n", f"fact: intake.answered\n        tick: manager{HERE}\n")]),
    "neither fact nor tick": (
        "no-proof",
        [("- key: intake_answered\n        fact: intake.answered\n", f"- key: intake_answered{HERE}\n")],
    ),
    "an unknown closing event": ("unknown-event", [("closes: deal.accepted\n", f"closes: deal.acepted{HERE}\n")]),
    "an unknown opening event": ("unknown-event", [("opens: client.chased\n", f"opens: client.shouted{HERE}\n")]),
    "a term opened by the deal's end": ("opens-at-end", [("opens: client.chased\n", f"opens: deal.lost{HERE}\n")]),
    "a fact that no event tells of": ("never-closes-silent", [("closes: deal.accepted\n", f"closes: intake.complete{HERE}\n")]),
    "a stage that isn't there": ("never-closes-no-stage", [("closes: meeting.held\n", f"closes: stage.party{HERE}\n")]),
    "a stage that is past": ("never-closes-past", [("closes: defence.held\n", f"closes: stage.estimate{HERE}\n")]),
    "the deal's beginning": ("never-closes-past", [("closes: defence.held\n", f"closes: deal.received{HERE}\n")]),
    "acceptance after acceptance": ("never-closes-past", [("closes: defence.held\n", f"closes: deal.accepted{HERE}\n")]),
    "a term that opens itself": ("cycle", [("closes: meeting.held\n", f"closes: stage.meeting{HERE}\n")]),
    "letters that breed letters": ("cycle", [("closes: letter.confirmed\n", f"closes: meeting.held{HERE}\n")]),
    "a missing translation": ("missing-translation", [("  en: Presale from request to contract\n", ""), ("\nname:\n", f"\nname:{HERE}\n")]),
    "an empty translation": ("missing-translation", [("en: Presale from request to contract\n", f"en: ' '{HERE}\n")]),
    "a comma that cuts a text": ("stray-words", [("{ru: Менеджер, en: Manager}", f"{{ru: Менеджер, ведущий, en: Manager}}{HERE}")]),
    "a bad duration": ("bad-duration", [("    due: 5d\n", f"    due: five days{HERE}\n")]),
    "an absurd duration": ("bad-duration", [("    due: 5d\n", f"    due: 900d{HERE}\n")]),
    "a term before nobody knows what": ("unknown-anchor", [("due: 4h before meeting\n", f"due: 4h before lunch{HERE}\n")]),
    "a check's key twice": ("duplicate-key", [("- key: consent_noted\n", f"- key: all_lines_asked{HERE}\n")]),
    "a role twice": ("duplicate-key", [("  - role: fixer\n    name", f"  - role: manager{HERE}\n    name")]),
    "a bare other in Russian": ("bare-other", [(SILENCE, f"- {{key: silence, text: {{ru: Другое, en: Silence}}}}{HERE}")]),
    "a bare other in English": ("bare-other", [(SILENCE, f"- {{key: silence, text: {{ru: Тишина, en: Other reason…}}}}{HERE}")]),
    "a group without reasons": ("empty-group", [("\nagendas:\n", f"\n  - {{key: g, text: {{ru: Г, en: G}}, reasons: []}}{HERE}\nagendas:\n")]),
    "an agenda without items": ("empty-agenda", [("\n# misfit: ", f"\n  - {{key: g, name: {{ru: Г, en: G}}, items: []}}{HERE}\n# misfit: ")]),
    "a point led by nobody we know": ("unknown-value", [("minutes: 7, role: company,", "minutes: 7, role: boss,"), ("ru: Знакомство, en: Introductions}}", f"ru: Знакомство, en: Introductions}}}}{HERE}")]),
    "a strength that a misfit can't have": ("unknown-value", [("  misfit: warn\n", f"  misfit: shout{HERE}\n")]),
    "a huddle until no meeting": ("wrong-type", [("  huddle_until: 5\n", f"  huddle_until: 0{HERE}\n")]),
    "a rule of meetings that isn't one": ("unknown-key", [("  huddle_until: 5\n", f"  huddle_until: 5\n  huddle_after: 5{HERE}\n")]),
    "a choice without choices": ("no-choices", [("  - key: source\n    kind: source\n", f"  - key: source{HERE}\n    kind: choice\n")]),
    "an unknown kind of field": ("unknown-value", [("    kind: source\n", f"    kind: hologram{HERE}\n")]),
    "an eighth stage": (
        "too-many-stages",
        [
            ("\nstages:\n", f"\nstages:{HERE}\n"),
            ("\nterms:\n", f"\n{another('seventh')}\n{another('eighth')}\nterms:\n"),
        ],
    ),
    "a tenth check": (
        "too-many-checks",
        [("    checks:\n      - key: intake_answered\n", f"    checks:{HERE}\n{CHECKS}\n      - key: intake_answered\n")],
    ),
    "more terms than anybody follows": (
        "too-many-terms",
        [("\nterms:\n", f"\nterms:{HERE}\n" + "".join(f"  - {{key: t{n}}}\n" for n in range(40)))],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "edits"), REFUSALS.values(), ids=REFUSALS)
def test_a_broken_process_is_refused_on_the_line_that_breaks_it(code: str, edits: Edits) -> None:
    broken = edited(edits)
    found = lint(broken)

    assert (marked_line(broken), code, "error") in [(one.line, one.code, one.severity) for one in found]
    with pytest.raises(ProcessInvalid) as refusal:
        load_process(broken)
    assert refusal.value.problems == found


WARNINGS: dict[str, tuple[str, Edits]] = {
    "few stages": (
        "few-stages",
        [("\nstages:\n", f"\nstages:{HERE}\n"), (stage_of(SHIPPED, "estimate"), ""), (stage_of(SHIPPED, "defence"), "")],
    ),
    "a thirteenth field": (
        "many-fields",
        [("\nfields:\n", f"\nfields:{HERE}\n  - {{key: x, kind: text, label: {{ru: Х, en: X}}, hint: {{ru: Х, en: X}}}}\n")],
    ),
    "a stage that nothing holds": (
        "no-stop",
        [(stage_of(SHIPPED, "contract"), stage_of(SHIPPED, "contract").replace("stop", "warn").replace("checks:", f"checks:{HERE}"))],
    ),
    "a stage that opens nothing": (
        "stage-opens-nothing",
        [("  - key: meeting\n", f"  - key: meeting{HERE}\n"), ("opens: stage.meeting\n", "opens: question.asked\n")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "edits"), WARNINGS.values(), ids=WARNINGS)
def test_what_is_only_unwise_is_warned_of_on_its_line(code: str, edits: Edits) -> None:
    unwise = edited(edits)

    warned = [(one.line, one.code, one.severity) for one in lint(unwise)]

    assert (marked_line(unwise), code, "warning") in warned


def test_a_warning_does_not_keep_a_process_from_use() -> None:
    unwise = edited(WARNINGS["a thirteenth field"][1])

    assert len(load_process(unwise).fields) == 13


def test_a_cycle_is_told_step_by_step() -> None:
    broken = edited([("closes: letter.confirmed\n", "closes: meeting.held\n")])

    message, mend = explain(next(problem for problem in lint(broken) if problem.code == "cycle"))

    assert "meeting.held → letter.sent → meeting.held" in message.ru
    assert mend.en


def test_a_misspelt_fact_is_met_with_the_one_that_was_meant() -> None:
    broken = edited([("fact: intake.answered\n", "fact: intake.anwsered\n")])

    _, mend = explain(lint(broken)[0])

    assert "intake.answered" in mend.ru
    assert "intake.answered" in mend.en


def test_what_is_missing_at_the_top_is_said_to_be_missing_at_the_top() -> None:
    broken = edited([("process: presale\n", "")])

    _, mend = explain(next(problem for problem in lint(broken) if problem.code == "missing-key"))

    assert mend.ru == "Где его дописать: на верхнем уровне"
    assert mend.en == "Add it: at the top level"


def test_words_to_choose_from_are_never_cut() -> None:
    broken = edited([("    owes: estimator\n", "    owes: estimater\n")])

    _, mend = explain(next(problem for problem in lint(broken) if problem.code == "unknown-role"))

    assert mend.en.endswith(", ".join(OWING))


def test_a_slip_in_the_yaml_is_explained_in_russian_without_the_parsers_english() -> None:
    message, mend = explain(lint("process: presale: x\n")[0])

    assert not re.search(r"[a-z]", (message.ru + mend.ru))
    assert "mapping values" in message.en


def test_a_text_over_the_limit_is_refused_unread() -> None:
    assert [problem.code for problem in lint("я" * (MAX_BYTES // 2 + 1))] == ["too-large"]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "~", "---\n..."])
def test_an_empty_text_is_called_empty(text: str) -> None:
    assert [problem.code for problem in lint(text)] == ["empty"]


@pytest.mark.parametrize("text", ["[]", "just words", "42"])
def test_what_is_no_process_is_called_so(text: str) -> None:
    assert "not-a-process" in [problem.code for problem in lint(text)]


def test_no_reader_is_given_more_than_a_hundred_errors() -> None:
    assert len(lint("stages:\n" + "- {}\n" * 5000)) == 100


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_refusal_is_worded_in_both_languages(code: str) -> None:
    for text in TEXTS[code]:
        assert text.ru.strip()
        assert text.en.strip()
        assert any("а" <= letter <= "я" for letter in text.ru.lower())
        assert not any("а" <= letter <= "я" for letter in text.en.lower())


def test_every_refusal_has_been_seen_in_this_file() -> None:
    seen = {code for code, _ in [*REFUSALS.values(), *WARNINGS.values()]}

    assert set(TEXTS) - seen == {"empty", "too-large", "not-a-process", "no-stages"}
    assert "no-stages" in [problem.code for problem in lint("stages: []")]


# What a hand on the keyboard may produce: YAML's own signs, our keys and words, and anything at all.
WORDS = [
    "stages",
    "terms",
    "checks",
    "key",
    "opens",
    "closes",
    "fact",
    "tick",
    "duties",
    "text",
    "ru",
    "en",
    "due",
]
BITS = [
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "'",
    '"',
    "|",
    ">",
    "&a",
    "*a",
    "!t",
    "? ",
    "#",
    "%",
    "---\n",
]
typed = st.lists(
    st.sampled_from([*WORDS, *BITS, *FACTS, *EVENTS, *KINDS, "manager", "2h", "\t", "\0", "я"])
).map("".join)
values = st.recursive(
    st.sampled_from([None, True, 0, 2.5, "", "manager", "stop", "2h", "stage.a", *FACTS]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*WORDS, "a", 7]), inner, max_size=5)
    ),
    max_leaves=25,
)
written = values.map(lambda value: yaml.safe_dump(value, allow_unicode=True))


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """The shipped process with a piece cut out, doubled or overwritten."""
    start = draw(st.integers(0, len(SHIPPED)))
    end = min(len(SHIPPED), start + draw(st.integers(0, 400)))
    piece = draw(st.sampled_from(["", SHIPPED[start:end] * 2]) | typed | st.text(max_size=20))
    return SHIPPED[:start] + piece + SHIPPED[end:]


@given(text=st.text() | typed | written | spoilt())
@example(text='"\\UFFFFFFFF"')
@example(text='"\\ud800"')
@example(text="%YAML 1." + "9" * 5000)
@example(text="\ud800")
@example(text="[" * 100_000)
@example(text="- " * 100_000)
@example(text="a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 500)))
@example(text="stages: [{key: {a: b}, checks: [1, [], {key: [x]}], duties: {manager: 3}}]")
def test_no_text_makes_the_lint_raise(text: str) -> None:
    problems = lint(text)

    for problem in problems:
        assert 1 <= problem.line <= text.count("\n") + text.count("\r") + text.count("\x85") + 3
        for words in explain(problem):
            assert words.ru
            assert words.en
    if any(problem.severity == "error" for problem in problems):
        with pytest.raises(ProcessInvalid):
            load_process(text)
    else:
        assert load_process(text).stages
