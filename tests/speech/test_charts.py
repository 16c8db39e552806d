"""Charts: one drawing for pages and pictures, readable without colour, as a table, and with whatever people type in it."""

import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from struct import unpack
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from svyazka.speech.charts import pictures
from svyazka.speech.charts.drawing import svg, svg_of_picture, told
from svyazka.speech.charts.fitting import clean, cut, lines, width
from svyazka.speech.charts.inks import LOOKS, PALETTES
from svyazka.speech.charts.pictures import NoPictures, picture
from svyazka.speech.charts.sheet import SIZE
from svyazka.speech.charts.values import Chart, Kind, Mark, Row

KINDS: tuple[Kind, ...] = ("bars", "columns", "dots", "pareto")
MARKS = (Mark(8, "8–10 %", "usual", until=10), Mark(25, "25 %", "good"), Mark(70, "70 %", "best known"))
ROWS = (
    Row("Рекомендации", 31, "31 %", 22, 42, "22–42 %", 12, "12 %", "26 of 84"),
    Row("Website", 12, "12 %", 8, 18, "8–18 %", 9, "9 %", "17 of 140", is_now=True),
)
UI = Path(__file__).parents[2] / "src/svyazka/web/ui"


def chart(kind: Kind = "bars", rows: tuple[Row, ...] = ROWS, **more: object) -> Chart:
    whole = Chart(kind, "try", "Conversion by source", "Source", "Conversion", rows, MARKS, "still open", 100)
    return replace(whole, **more)  # type: ignore[arg-type]


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 (our own drawing, which is what is tested)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.requirement("R37")
@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_well_formed_names_itself_and_carries_neither_style_nor_script(kind: Kind) -> None:
    drawing = svg(chart(kind))
    root = parsed(drawing)
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root if one.tag in {"title", "desc"}}
    assert list(named) == (root.get("aria-labelledby") or "").split()
    assert named["try-title"] == "Conversion by source"
    assert "Website: 12 % · 17 of 140" in (named["try-told"] or "")
    assert not re.search(r"style=|<script|\son\w+=|href", drawing)


@pytest.mark.requirement("R37")
@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_says_everything_as_a_table_too(kind: Kind) -> None:
    table = chart(kind).table()
    assert table.head[:5] == ("Source", "Conversion", "Of how many", "Probably between", "still open")
    assert table.rows[0][:5] == ("Рекомендации", "31 %", "26 of 84", "22–42 %", "12 %")
    assert ("With those above" in table.head) == (kind == "pareto")


def test_a_table_leaves_out_the_columns_that_say_nothing() -> None:
    plain = chart(rows=(Row("Website", 3, "3"),))
    assert plain.table().head == ("Source", "Conversion")
    assert plain.table().rows == (("Website", "3"),)


@pytest.mark.requirement("R37")
def test_what_is_still_open_is_hatched_and_so_told_apart_without_colour() -> None:
    for kind in ("bars", "columns"):
        drawing = svg(chart(kind))
        assert 'fill="url(#try-still)"' in drawing
        assert ">still open</text>" in drawing
    assert "url(" not in svg(chart("dots"))


def test_the_week_that_it_is_about_is_told_by_bold_letters_too() -> None:
    columns = parsed(svg(chart("columns")))
    labels = {one.text: one.get("class") for one in columns.iter("text")}
    assert labels["Website"] == "chart__value", "which the stylesheet makes bold"
    assert labels["Рекомендации"] == "chart__word"


def test_the_share_of_all_up_to_each_row_stands_in_a_pareto_chart() -> None:
    rows = tuple(Row(str(value), value, str(value)) for value in (5, 3, 2))
    drawn = chart("pareto", rows, marks=(), scale=None)
    assert drawn.shares() == pytest.approx((0.5, 0.8, 1.0))
    assert ">3 · 80% so far</text>" in svg(drawn)


def test_a_long_name_is_wrapped_and_stands_there_whole() -> None:
    long = "Не поверили в нашу экспертизу: не поверили экспертам, которых мы привели на встречу"
    drawing = parsed(svg(chart("pareto", (Row(long, 3, "3"),), marks=())))
    said = [one.text or "" for one in drawing.iter("text") if one.get("class") == "chart__label"]
    assert " ".join(said) == long


def test_marks_that_are_close_to_each_other_have_their_words_on_different_lines() -> None:
    near = (Mark(10, "10 %", "as most of them have it"), Mark(12, "12 %", "as ours was last year"))
    words = [one for one in parsed(svg(chart(marks=near))).iter("text") if "%" in (one.text or "")]
    heights = {one.text: one.get("y") for one in words if (one.text or "").endswith(("it", "year"))}
    assert len(set(heights.values())) == 2


def test_the_table_of_looks_and_the_stylesheets_agree() -> None:
    sheet = (UI / "static/ui/charts.css").read_text("utf-8")
    tokens = (UI / "css/10-tokens.css").read_text("utf-8")
    for name, look in LOOKS.items():
        rule = next(line for line in sheet.splitlines() if f".chart__{name}" in line and "var(" in line)
        for attribute, token in (("fill", look.fill), ("stroke", look.stroke)):
            assert (f"{attribute}: var(--{token})" in rule) == (token is not None), name
        assert not look.thick or f"stroke-width: {look.thick:g}px" in rule, name
    assert f"font-size: {SIZE:g}px" in sheet
    for name in PALETTES["light"].keys() - {"paper"}:
        light, dark = PALETTES["light"][name], PALETTES["dark"][name]
        assert f"--{name}: light-dark({light}, {dark});" in tokens


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'&]]>--><svg onload=x>",
    "ы" * 300,
    "слово " * 60,
    "👩‍💻🔥 emoji",
    "שלום \u202eevil\u202c עולם",
    "bell\x07 and \x00 nothing \ud800",
    '<image href="http://127.0.0.1:9/x.png"/>',
    "url(http://127.0.0.1:9/x)",
    "",
)


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_people_type_is_text_and_fits(kind: Kind, typed: str) -> None:
    rows = (Row(typed, 3, typed, 1, 5, typed, 1, typed, typed), Row("Website", 2, "2"))
    hostile = chart(kind, rows, title=typed, note=typed, still=typed, marks=(Mark(4, typed, typed),))
    for drawing, room in ((svg(hostile), 320), (svg_of_picture(hostile), 720)):
        root = parsed(drawing)
        assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
            "svg", "title", "desc", "g", "defs", "pattern", "rect", "line", "circle", "text",
        }  # fmt: skip
        assert not {key for one in root.iter() for key in one.attrib} & {"href", "style", "onload"}
        assert all("://" not in value for one in root.iter() for value in one.attrib.values())
        for text in (one for one in root.iter() if one.tag.rpartition("}")[2] == "text"):
            assert width(text.text or "", float(text.get("font-size") or SIZE)) <= room
    if "\ud800" not in typed:
        assert typed == "" or clean(typed)[:10] in "".join(parsed(svg(hostile)).itertext())


@given(st.text(), st.floats(60, 700), st.integers(1, 4))
def test_lines_fit_and_lose_nothing_but_what_is_cut(typed: str, room: float, most: int) -> None:
    found = lines(typed, room, 13, most)
    assert len(found) <= most
    assert all(width(line, 13) <= room for line in found)
    whole = clean(typed)
    if found and not found[-1].endswith("…"):
        assert "".join(found).replace(" ", "") == whole.replace(" ", "")


@given(st.text(), st.floats(40, 700))
def test_what_is_cut_begins_as_it_did(typed: str, room: float) -> None:
    whole = clean(typed)
    kept = cut(whole, room, 13)
    assert kept == whole or whole.startswith(kept[:-1])


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9), st.booleans()), max_size=40),
    st.sampled_from(KINDS),
)
def test_no_part_of_a_drawing_leaves_it(values: list[tuple[float, float, bool]], kind: Kind) -> None:
    rows = tuple(
        Row(
            str(at),
            value,
            str(value),
            value / 2 if interval else None,
            value * 2 if interval else None,
            still=still,
        )
        for at, (value, still, interval) in enumerate(values)
    )
    root = parsed(svg(chart(kind, rows, scale=None)))
    high = float(root.attrib["height"])
    for one in root.iter():
        begin, wide = one.get("x", one.get("cx", "0")), one.get("width", "0")
        if begin.endswith("%") and wide.endswith("%"):
            assert -0.01 <= float(begin[:-1]) <= float(begin[:-1]) + float(wide[:-1]) <= 100.02
        for edge in ("y", "cy", "y1", "y2"):
            assert float(one.get(edge, "0")) <= high + 1


@pytest.mark.parametrize("name", ["", "a b", 'x"y', "Б", "A", "a#b"])
def test_a_chart_has_a_name_that_can_stand_in_a_page(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        chart(name=name)


def test_nothing_below_zero_is_shown() -> None:
    with pytest.raises(ValueError, match="below zero"):
        chart(rows=(Row("Website", -1, "-1"),))


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the filtered bytes of a PNG: enough to say whether two show the same."""
    assert png.startswith(b"\x89PNG")
    wide, high = unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        (long,) = unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + long]
        at += 12 + long
    return wide, high, zlib.decompress(data)


@pytest.mark.requirement("R37")
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_png_twice_as_fine_on_white(kind: Kind) -> None:
    wide, _high, data = pixels(picture(chart(kind)))
    assert wide == 2 * 720
    assert data[1:5] == b"\xff\xff\xff\xff"


HIDDEN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django; django.setup()
import vl_convert
from tests.speech.test_charts import chart, pixels
from svyazka.speech.charts.pictures import picture
from svyazka.speech.charts.values import Row

named = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20" font-family="DejaVu Sans">%s</text></svg>'
assert vl_convert.svg_to_png(named % "A") == vl_convert.svg_to_png(named % ""), "fonts of the system are still there"

def drawn(label):
    return pixels(picture(chart(rows=(Row(label, 3, ""),), marks=(), still="", title="")))[2]

assert len({drawn(label) for label in ("", "Жёлтый", "Яблоко", "Plain")}) == 4, "letters are missing"
print("all letters")
"""


def test_letters_are_there_without_any_font_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    conf = f"<?xml version='1.0'?><fontconfig><dir>{tmp_path / 'nothing'}</dir></fontconfig>"
    (tmp_path / "fonts.conf").write_text(conf, "utf-8")
    root = Path(__file__).parents[2]
    hidden = {
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{root / 'src'}:{root}",
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", HIDDEN], env=hidden, capture_output=True, text=True, check=False, cwd=root
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.strip() == "all letters"


def test_whatever_a_chart_says_drawing_it_asks_nobody_for_anything() -> None:
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}/x.png"
        for typed in (
            at,
            f'"/><image href="{at}"/>',
            f"url({at})",
            f'<style>@import "{at}"</style>',
            f"]]><image xlink:href='{at}'/>",
        ):
            rows = (Row(typed, 3, typed, 1, 5, typed, 1, typed, typed),)
            picture(chart(rows=rows, title=typed, note=typed, still=typed, marks=(Mark(4, typed, typed),)))
        server.shutdown()
    assert asked == []


def test_cyrillic_letters_are_drawn_and_differ() -> None:
    drawn = {
        label: pixels(picture(chart(rows=(Row(label, 3, ""),), marks=())))[2]
        for label in ("", "Жёлтый", "Яблоко")
    }
    assert len(set(drawn.values())) == 3


def test_pages_never_load_the_library_of_pictures() -> None:
    script = "import sys, svyazka.speech.charts.pictures, svyazka.speech.charts.drawing; print('vl_convert' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_without_the_extra_there_are_no_pictures_and_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr(pictures, "_drawing", {})
    pictures._library.cache_clear()
    with pytest.raises(NoPictures, match="not installed"):
        picture(chart())
    pictures._library.cache_clear()


def test_a_fork_of_a_process_that_has_drawn_says_so_and_does_not_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture(chart())
    monkeypatch.setattr("os.getpid", lambda: -1)
    with pytest.raises(NoPictures, match="fork"):
        picture(chart())


def test_everything_that_it_shows_is_in_its_words() -> None:
    said = told(chart(note="365 days"))
    for part in ("Conversion", "Рекомендации: 31 % · 26 of 84 · 22–42 % · 12 %", "25 % good", "365 days"):
        assert part in said
