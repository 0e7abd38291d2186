"""Numbers, cells and stored text as people read them."""

import doctest
import importlib
from datetime import date, datetime
from decimal import Decimal

import pytest

from assistant.answers import format as words
from assistant.qa import Column
from semantic_layer.model import Format

MODULES = ("dates", "export", "format")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"assistant.answers.{name}")).failed == 0


@pytest.mark.parametrize(
    ("value", "fmt", "unit", "zh", "en"),
    [
        (12345678.9, "currency", "¥", "¥1,234.57万", "¥12.35M"),
        (Decimal("99999999.99"), "currency", "¥", "¥1亿", "¥100M"),
        (1_234_567_890, "currency", "¥", "¥12.35亿", "¥1.23B"),
        (9999.99, "currency", "¥", "¥9,999.99", "¥9,999.99"),
        (526.3, "currency", "¥", "¥526.30", "¥526.30"),
        (500, "currency", "¥", "¥500", "¥500"),
        (-1234567.8, "currency", "¥", "-¥123.46万", "-¥1.23M"),
        (0, "currency", "¥", "¥0", "¥0"),
        (0.12345, "percent", None, "12.3%", "12.3%"),
        (-0.5, "percent", None, "-50.0%", "-50.0%"),
        (0.0004, "percent", None, "0.04%", "0.04%"),
        (0, "percent", None, "0.0%", "0.0%"),
        (32.46, "score", None, "+32.5", "+32.5"),
        (-3.25, "score", None, "-3.3", "-3.3"),
        (4.123, "score", "分", "4.12 分", "4.12 分"),
        (45.25, "minutes", None, "45.3 分钟", "45.3 min"),
        (3, "days", None, "3 天", "3 days"),
        (20000, "integer", "人", "20,000 人", "20,000 人"),
        (1, "integer", "customers", "1 customers", "1 customer"),
        (1_234_567, "integer", None, "123.46万", "1.23M"),
        (1234.5678, "number", None, "1,234.57", "1,234.57"),
        (34.5, None, None, "34.5", "34.5"),
        (None, "currency", "¥", "—", "—"),
        (float("nan"), "currency", "¥", "—", "—"),
        (float("inf"), "percent", None, "—", "—"),
        (True, "integer", None, "—", "—"),
    ],
)
def test_numbers_in_a_sentence(value: object, fmt: Format | None, unit: str | None, zh: str, en: str) -> None:
    assert words.number(value, fmt, "zh", unit=unit) == zh
    assert words.number(value, fmt, "en", unit=unit) == en


@pytest.mark.parametrize(
    ("value", "fmt", "exact", "short"),
    [
        (12345678.9, "currency", "¥12,345,678.90", "¥1,235万"),
        (123456, "currency", "¥123,456.00", "¥12.3万"),
        (999_999_999, "currency", "¥999,999,999.00", "¥10亿"),
        (0.12345, "percent", "12.35%", "12.3%"),
        (12345, "integer", "12,345", "1.23万"),
        (4.5, "number", "4.5", "4.5"),
    ],
)
def test_a_table_is_exact_and_a_chart_is_short(value: float, fmt: Format, exact: str, short: str) -> None:
    assert words.number(value, fmt, "zh", unit="¥", style="exact") == exact
    assert words.number(value, fmt, "zh", unit="¥", style="short") == short


def test_a_difference_carries_its_sign() -> None:
    assert words.signed(0.12, "percent", "zh") == "+12.0%"
    assert words.signed(-5, "integer", "en") == "-5"
    assert words.signed(0, "integer", "en") == "0"


def column(role: str = "key", kind: str = "text", **more: object) -> Column:
    return Column("c", "C", role, kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "of", "zh", "en"),
    [
        (None, column(), "未知", "Unknown"),
        (None, column("value"), "—", "—"),
        ("华东", column(labels=(("华东", "East China"),)), "East China", "East China"),
        (True, column(kind="boolean"), "是", "Yes"),
        (False, column(kind="boolean", labels=((True, "agreed"), (False, "did not agree"))), "Did not agree", "Did not agree"),
        (1, column(kind="integer", labels=((True, "agreed"),)), "1", "1"),
        (date(2026, 9, 1), column(kind="date", grain="month"), "2026年9月", "Sep 2026"),
        (datetime(2026, 9, 1, 14, 5), column("value", "timestamp"), "2026年9月1日 14:05", "1 Sep 2026 14:05"),
        (Decimal("12.50"), column("value", "decimal", format="currency", unit="¥"), "¥12.50", "¥12.50"),
        (0.25, column("value", "decimal", part="share", format="currency"), "25.00%", "25.00%"),
        (0.25, column("value", "decimal", part="growth"), "+25.00%", "+25.00%"),
        (2, column("value", "integer", part="attribute", format="score"), "2", "2"),
        (1990, column(kind="integer"), "1990", "1990"),
        ("a\nb\x00", column(), "a b", "a b"),
    ],
)
def test_cells(value: object, of: Column, zh: str, en: str) -> None:
    assert words.cell(value, of, "zh") == zh
    assert words.cell(value, of, "en") == en


def test_labels_stand_as_they_are_inside_a_sentence() -> None:
    assert words.cell("女装", column(labels=(("女装", "women's wear"),)), "en", style="prose") == "women's wear"
    assert words.cell(None, column(), "en", style="prose") == "unknown"


@pytest.mark.parametrize(
    ("parts", "zh", "en"),
    [([], "", ""), (["A"], "A", "A"), (["A", "B"], "A和B", "A and B"), (["A", "B", "C"], "A、B和C", "A, B and C")],
)
def test_lists_in_words(parts: list[str], zh: str, en: str) -> None:
    assert (words.join(parts, "zh"), words.join(parts, "en")) == (zh, en)


@pytest.mark.parametrize(
    "text",
    ["18-24", "home (new)", "Men's wear", "上海南京路旗舰店", "A/B", "3.5", "1,000–2,000"],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert words.escape_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a*b_c", "a\\*b\\_c"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("`code`", "\\`code\\`"),
        ("AT&T", "AT&amp;T"),
        ("| cell |", "\\| cell \\|"),
    ],
)
def test_markdown_is_escaped(text: str, shown: str) -> None:
    assert words.escape_markdown(text) == shown
    assert words.unescaped(shown) == text


def test_links_do_not_come_alive_by_themselves() -> None:
    assert "https://" not in words.escape_markdown("see https://evil.example")
    assert "www." not in words.escape_markdown("www.evil.example")
    assert words.unescaped(words.escape_markdown("a@b.cn https://x.y")) == "a@b.cn https://x.y"
