"""The kit: what every page may count on, whoever writes it."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from svyazka.speech.times import remaining, when
from svyazka.web.ui import assets, context
from svyazka.web.ui.pictures import Holding, Knot, KnotState, draw_life, draw_rope

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # Tuesday, 12:00 in Moscow


def drawn(source: str, **values: object) -> str:
    """A scrap of template, as a page would render it."""
    html: str = engines["jinja2"].env.from_string(source).render(values)  # type: ignore[attr-defined]
    return html


# Words


@pytest.mark.parametrize(
    ("minutes", "russian", "english"),
    [
        (135, "осталось 2 ч 15 мин", "2 h 15 min left"),
        (2 * 480, "осталось 2 рабочих дня", "2 working days left"),
        (21 * 480, "осталось 21 рабочий день", "21 working days left"),
        (-5 * 480, "опоздание 5 рабочих дней", "late by 5 working days"),
        (-30, "опоздание 30 мин", "late by 30 min"),
    ],
)
def test_working_time_left_is_said_in_both_languages(minutes: int, russian: str, english: str) -> None:
    for language, words in (("ru", russian), ("en", english)):
        with translation.override(language):
            assert remaining(minutes).replace("\xa0", " ") == words


def test_a_working_day_is_as_long_as_its_people_say() -> None:
    with translation.override("ru"):
        assert remaining(3 * 420, working_day=420) == "осталось 3 рабочих дня"


def test_a_moment_near_now_is_said_in_the_reader_s_zone() -> None:
    with translation.override("ru"), timezone.override("Asia/Vladivostok"):
        assert when(NOON, NOON) == "сегодня 19:00"
        assert when(NOON + timedelta(hours=6), NOON) == "завтра 01:00"
        assert when(NOON - timedelta(hours=20), NOON) == "вчера 23:00"
        assert "26 ноября" in when(NOON + timedelta(days=2), NOON)


# Drawings

STATES = st.lists(st.sampled_from(["tied", "frayed"]), max_size=6)


@given(left=STATES, ahead=st.integers(0, 6))
def test_the_rope_lies_inside_its_frame_and_is_drawn_up_to_the_open_knot(
    left: list[KnotState], ahead: int
) -> None:
    ahead_of_us: list[KnotState] = ["ahead"] * ahead
    knots = [Knot("x", state) for state in [*left, "open", *ahead_of_us]][:7]
    for size in ("small", "wide", "large"):
        rope = draw_rope(knots, size)
        assert all(0 < place.x < rope.width and 0 < place.y < rope.height for place in rope.places)
        assert all(one.x < other.x and one.y >= other.y for one, other in pairwise(rope.places))
        if rope.ahead:
            last = rope.places[sum(knot.state != "ahead" for knot in knots) - 1]
            assert rope.done.endswith(f"{last.x:g} {last.y:g}")
            assert rope.ahead.startswith(f"M{last.x:g} {last.y:g}")


def test_a_rope_whose_stages_are_all_behind_has_nothing_ahead() -> None:
    assert draw_rope([Knot("x", "tied")] * 6).ahead == ""


HOLDINGS = st.lists(
    st.builds(
        Holding,
        kind=st.sampled_from(["person", "client", "queue"]),
        who=st.sampled_from(["A", "B", "C", "D", "E", ""]),
        role=st.just("r"),
        minutes=st.integers(0, 5000),
    ),
    max_size=20,
)


def test_two_holders_are_told_apart_by_pattern_as_long_as_there_are_patterns() -> None:
    """Eight have one each; whoever held it shorter shares the plain one, and is named in the legend and the table."""
    life = draw_life([Holding("person", f"Человек {place}", "", 100 - place) for place in range(12)])
    looks = [holder.look for holder in life.holders]
    assert len({*looks[:8]}) == 8
    assert looks[8:] == ["others"] * 4
    html = drawn('{% import "ui/pictures.html" as pictures %}{{ pictures.life_patterns("x") }}')
    patterns = dict(re.findall(r'<pattern id="x-([a-z]+(?:-\d)?)"(.*?)</pattern>', html))
    assert {*looks} - {"person-1"} <= patterns.keys(), "the first is filled"
    assert len({*patterns.values()}) == len(patterns)


@given(HOLDINGS)
def test_the_life_bar_shows_all_the_time_and_nobody_twice(holdings: list[Holding]) -> None:
    life = draw_life(holdings)
    assert sum(holder.minutes for holder in life.holders) == life.minutes == sum(h.minutes for h in holdings)
    assert all(abs(one.start + one.width - other.start) < 0.02 for one, other in pairwise(life.slices))
    if life.minutes:
        assert life.slices[-1].start + life.slices[-1].width == pytest.approx(100, abs=0.02)
    names = [(holder.kind, holder.who, holder.role) for holder in life.holders]
    assert len(set(names)) == len(names)


def test_four_people_on_one_bar_look_different_and_so_do_client_and_queue() -> None:
    life = draw_life(
        [Holding("person", who, "", 60) for who in "ABCD"]
        + [Holding("client", "", "", 5), Holding("queue", "", "", 5)]
    )
    assert len({holder.look for holder in life.holders}) == 6


# Components


def test_what_users_type_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    html = drawn(
        "{{ kit.row(x, '/x', meta=x, aside=x, number=x) }}{{ kit.button(x, attrs={'title': x}) }}{{ kit.empty(x, x) }}"
        "{{ kit.text('n', x, x, hint=x, error=x) }}{{ kit.textarea('n', x, x) }}{{ kit.notice(x) }}{{ kit.person(x, x) }}",
        x=evil,
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 13


def test_a_macro_that_is_not_there_says_where_to_look() -> None:
    kit: Any = engines["jinja2"].env.globals["kit"]  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no macro 'modal'"):
        kit.modal  # noqa: B018


class Request(forms.Form):
    """Stands for any form of ours."""

    inn = forms.CharField(label="INN", help_text="Ten digits")
    agreed = forms.BooleanField(label="Agreed")


def test_a_field_with_a_mistake_says_so_to_eyes_and_to_screen_readers() -> None:
    html = drawn("{{ kit.errors(form) }}{{ kit.fields(form) }}", form=Request({"inn": ""}))
    field = re.search(r"<input[^>]*name=\"inn\"[^>]*>", html)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_inn_hint id_inn_error"' in field[0]
    for place in ("id_inn_hint", "id_inn_error", "id_inn", "id_agreed_error"):
        assert html.count(f'id="{place}"') == 1
    assert html.index('href="#id_inn"') < html.index('id="id_inn"')


def test_a_due_time_never_speaks_by_colour_alone() -> None:
    with translation.override("ru"):
        late = drawn("{{ kit.due(at, -60) }}", at=NOON)
        paused = drawn("{{ kit.due(at, -60, paused=true) }}", at=NOON)
    assert "опоздание" in late
    assert "часы стоят" in paused
    assert "опоздание" not in paused


def test_the_rail_knows_where_one_is() -> None:
    assert [context.here(path) for path in ("/", "/board/", "/people/7/", "/deals/x/", "/notices/")] == [
        "today",
        "board",
        "people",
        "",
        "",
    ]


# Stylesheet


def test_the_stylesheet_is_one_small_file_with_the_pages_own_in_their_layer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served = Path(str(finders.find(assets.STYLESHEET))).read_text("utf-8")
    assert served == assets.stylesheet()
    (tmp_path / "ui/css").mkdir(parents=True)
    (tmp_path / "ui/css/10-a.css").write_text("/* why */\n@layer reset, pages;\n")
    (tmp_path / "deal").mkdir()
    (tmp_path / "deal/page.css").write_text(".deal { color: red; }\n")
    monkeypatch.setattr(assets, "WEB", tmp_path)
    assert assets.stylesheet() == "@layer reset, pages;\n@layer pages {\n.deal { color: red; }\n}\n"


def test_the_kit_s_own_css_stays_under_30_kb() -> None:
    kit = "".join(path.read_text("utf-8") for path in (assets.WEB / "ui/css").glob("*.css"))
    assert len(kit.encode()) < 30_000


def colours() -> dict[str, tuple[str, str]]:
    """The tokens: name to its light and dark value."""
    css = (assets.WEB / "ui/css/10-tokens.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", css)
    return {name: (light, dark) for name, light, dark in found}


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground(theme: int) -> None:
    tokens = {name: values[theme] for name, values in colours().items()}
    pairs = [
        (text, ground)
        for text in ("ink", "muted", "rope", "due", "broken", "kept", "client")
        for ground in ("paper", "raised", "sunk", "hover")
    ]
    pairs += [(name, f"{name}-soft") for name in ("rope", "due", "broken", "kept", "client")]
    pairs += [("ink", "line"), ("on-rope", "rope"), ("on-broken", "broken")]
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert contrast(tokens["strong-line"], tokens["raised"]) >= 3
