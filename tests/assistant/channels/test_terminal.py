"""Text for terminals: aligned with wide characters, nothing of the data comes alive, everything of an answer is there."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.channels.base import to_json, to_plain
from assistant.channels.cli.terminal import MOST_CELL, display_width, plain_text, show
from assistant.qa import Answer, Check, Choice, Column, Driver, Item, Proof, Reading
from semantic_layer.query import Period

CITY, SALES = Column("city", "城市", "key", "text"), Column("sales", "销售额", "value", "decimal", "currency", "¥")
HOSTILE = "\x1b[31mred\x1b[0m\u202e <b>x</b>\r\n=cmd|'/c calc'"


def answer(**more: object) -> Answer:
    rows = [("上海", Decimal("1234.50")), (None, Decimal(5)), (HOSTILE, None)]
    return Answer("answered", "**合计** ¥1", "zh", columns=(CITY, SALES), rows=rows, total_rows=3, **more)  # type: ignore[arg-type]


def test_columns_are_aligned_whatever_the_width_of_their_characters() -> None:
    lines = show(answer()).splitlines()
    table = lines[2:7]
    edges = {display_width(line) for line in table if not line.endswith("—")}
    assert len(edges) == 1
    assert "¥1,234.50" in table[2]
    assert table[3].startswith("未知")


def test_nothing_of_the_data_reaches_the_terminal_as_a_code() -> None:
    text = show(answer(suggestions=(HOSTILE,), choices=(Choice(HOSTILE, value=HOSTILE),)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<b>x</b>" in text
    assert all(char.isprintable() or char == "\n" for char in text)


def test_long_cells_many_columns_and_many_rows_are_cut_and_said_to_be() -> None:
    columns = tuple(Column(f"c{i}", f"column {i}", "key", "text") for i in range(12))
    rows = [tuple("x" * 100 for _ in columns) for _ in range(50)]
    text = show(Answer("answered", "…", "en", columns=columns, rows=rows, total_rows=50), width=100, rows=20)
    table = text.splitlines()[2:24]
    assert max(map(display_width, table)) <= 100
    assert max(display_width(part) for line in table for part in line.split("  ")) == MOST_CELL
    assert "the first 20 of 50 rows" in text
    assert "column 11" in text


def test_everything_that_belongs_to_an_answer_is_shown() -> None:
    reading = Reading(
        metrics=(Item("metric", "销售额", "已完成订单的实付金额"),),
        filters=(Item("filter", "大区为华东"),),
        period=Period(start=date(2026, 9, 1), end=date(2026, 10, 1)),
        assumptions=(Item("assumption", "按全部数据计算"),),
    )
    full = answer(
        sql="SELECT 1",
        interpretation=reading,
        drivers=(Driver("region", "华南", 4.1, 3.0, -0.2, "华南"),),
        proof=Proof(False, (Check("按渠道拆分", "¥1", "¥2", False),)),
        suggestions=("按月看",),
        parts=(Answer("answered", "第二个回答", "zh"),),
    )
    text = show(full, sql=True)
    for part in (
        "合计",
        "已完成订单的实付金额",
        "大区为华东",
        "2026年9月",
        "按全部数据计算",
        "SELECT 1",
        "华南",
        "✗ 按渠道拆分",
        "按月看",
        "第二个回答",
    ):
        assert part in text
    assert "**" not in text
    assert "SELECT 1" not in show(full)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**a** b", "a b"),
        (r"a\*\*b", "a**b"),
        ("&lt;b&gt; &amp;", "<b> &"),
        (r"\=1\+1", "=1+1"),
        ("a\nb", "a\nb"),
        ("`x`", "x"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_markdown_of_ours_reads_as_plain_text(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


def test_json_has_every_attribute_with_plain_values() -> None:
    given = Answer(
        "answered",
        "x",
        "en",
        columns=(CITY,),
        rows=[(Decimal("1.50"), Decimal(3), date(2026, 9, 1), float("nan"), None, True, "\ud800")],
        interpretation=Reading(period=Period(start=date(2026, 9, 1))),
        as_of=date(2026, 10, 19),
    )
    plain = to_plain(given)
    assert plain["rows"] == [[1.5, 3, "2026-09-01", None, None, True, "?"]]
    assert plain["as_of"] == "2026-10-19"
    assert plain["interpretation"]["period"] == {"start": "2026-09-01"}
    assert set(plain) >= {
        "status",
        "text",
        "sql",
        "rows",
        "columns",
        "chart",
        "choices",
        "drivers",
        "proof",
        "parts",
        "planner",
        "timings",
    }
    to_json(given).encode("utf-8")
    to_json(given, ascii_only=True).encode("ascii")
