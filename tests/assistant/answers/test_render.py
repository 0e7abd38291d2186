"""Charts as files: drawn, right in Chinese without Chinese fonts, offline, in a process of their own."""

import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assistant.answers import render
from assistant.answers.chart import choose_chart
from assistant.answers.outlines import Outlines
from assistant.answers.render import FONTS, DrawingProcess, draw, html, png, svg
from assistant.errors import AssistantError
from assistant.qa import ChartSpec, Lang
from tests.assistant.answers.gallery import DRIVERS, SHOWN
from tests.assistant.answers.world import by, result_of, shop

PNG = b"\x89PNG\r\n\x1a\n"


def chart(name: str, lang: Lang = "zh") -> ChartSpec:
    query, rows, kind = SHOWN[name]
    drivers = DRIVERS if name == "change" else ()
    spec = choose_chart(query, result_of(query, *rows), shop(), lang=lang, drivers=drivers)
    assert spec is not None and spec.kind == kind
    return spec


def bars(*names: str) -> ChartSpec:
    query = by("sales", "city")
    spec = choose_chart(query, result_of(query, *[(n, float(i + 1)) for i, n in enumerate(names)]), shop(), lang="zh")
    assert spec is not None
    return spec


@pytest.mark.parametrize("name", SHOWN)
def test_every_shape_is_drawn(name: str) -> None:
    picture = png(chart(name))
    assert picture.startswith(PNG)
    assert len(picture) > 5_000


@pytest.mark.parametrize("dark", [False, True])
def test_every_kind_of_file(dark: bool) -> None:
    spec = chart("breakdown", "en")
    assert draw(spec, "png", dark=dark).startswith(PNG)
    assert draw(spec, "svg", dark=dark).startswith(b"<svg")
    assert draw(spec, "html", dark=dark).startswith(b"<!DOCTYPE html>")
    with pytest.raises(AssistantError, match="chart-kind"):
        draw(spec, "gif")


def test_text_in_svg_is_drawn_as_shapes_and_kept_for_readers() -> None:
    picture = svg(chart("breakdown"))
    assert "<text" not in picture
    assert 'aria-label="天猫"' in picture


def test_a_character_that_the_font_lacks_stays_text() -> None:
    picture = svg(bars("上海", "𠮷😀"))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", picture) == ["𠮷😀"]


def test_names_are_escaped_in_svg() -> None:
    picture = svg(bars("<script>alert(1)</script>", "a&b"))
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture


def test_chinese_is_drawn_and_not_a_row_of_boxes() -> None:
    """Two names of the same length give different pictures: a missing glyph would make them the same."""
    assert png(bars("上海", "北京")) != png(bars("广州", "成都"))


def test_the_font_writes_everyday_chinese_and_our_own_signs() -> None:
    font = Outlines((FONTS / "NotoSansCJKsc-Wenke.ttf").read_bytes())
    signs = "¥万亿0123456789%+-–—…“”（），。；：·×→≥≤ABCxyz℃"
    for character in f"客户销售额复购率满意度华东渠道钻石{signs}":
        assert font.has(character), character
    assert (
        sum(font.has(bytes((a, b)).decode("gb2312", "ignore")[:1] or "—") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF))
        >= 6763
    )
    assert font.shape("一", 0, 1).startswith("M")
    assert font.advance("国") == font.units


def test_the_licence_lies_beside_the_font() -> None:
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert sum(f.stat().st_size for f in FONTS.glob("*.ttf")) < 2_800_000


def test_a_page_loads_nothing_and_runs_nothing_of_the_data() -> None:
    page = html(bars("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>"))
    assert "<script>alert" not in page and "<img" not in page.split("vegaEmbed(")[-1]
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page.split("<script>")[0])


def test_a_table_as_a_page_is_a_table() -> None:
    page = html(chart("list", "en"))
    assert "<table>" in page and "East China" in page and "vegaEmbed" not in page


def test_a_chart_that_cannot_be_drawn_is_an_error_of_ours() -> None:
    with pytest.raises(AssistantError, match="chart-not-drawn"):
        render.draw_png('{"mark": ', 1.0)


def test_a_process_of_its_own_draws_for_many_threads_and_survives_being_killed() -> None:
    drawing = DrawingProcess()
    found: list[bytes] = []
    try:
        threads = [threading.Thread(target=lambda: found.append(drawing.png(chart("number")))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 3 and len(set(found)) == 1
        assert drawing._pool is not None
        for process in drawing._pool._processes.values():
            process.kill()
        assert drawing.svg(chart("number")).startswith("<svg")
    finally:
        drawing.close()


@pytest.mark.slow
def test_a_picture_takes_a_fraction_of_a_second() -> None:
    spec = chart("pivot")
    png(spec)
    began = time.perf_counter()
    for _ in range(5):
        png(spec)
    assert (time.perf_counter() - began) / 5 < 1.0


def test_neither_answers_nor_charts_import_the_drawing_library_or_pandas() -> None:
    """`wenke ask` starts in half a second: heavy packages are imported where a file or a frame is asked for."""
    code = (
        "import sys, assistant.answers.narrate, assistant.answers.chart, assistant.answers.vega, assistant.answers.render, "
        "assistant.answers.export, assistant.answers.table; "
        "print([m for m in ('vl_convert', 'pandas', 'xlsxwriter') if m in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
