"""Frames and files: labels, types, and text that stays text (../shared/security/cases.jsonl, kinds export and render)."""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from assistant.answers.describe import describe
from assistant.answers.export import as_csv, as_xlsx, exported, is_active, notes, safe_text
from assistant.answers.format import escape_markdown
from assistant.answers.labels import dressed
from assistant.answers.reading import reading_of
from assistant.answers.table import headings, to_frame
from assistant.errors import AssistantError
from assistant.qa import Answer, Cell, Column, Description, Lang
from semantic_layer.query import Attribute, MetricColumn, Predicate, Records, SemanticQuery
from tests.assistant.answers.gallery import SHOWN
from tests.assistant.answers.world import LAST_DAY, Q3, SEPTEMBER, by, result_of, shop

MODEL = shop()
SHARED = Path(os.environ.get("WENKE_SHARED", Path(__file__).parents[4] / "shared")) / "security" / "cases.jsonl"


def answer(query: SemanticQuery, *rows: tuple[Cell, ...], lang: Lang = "zh") -> Answer:
    worn = dressed(result_of(query, *rows), query, MODEL, lang)
    reading = reading_of(query, MODEL, lang)
    return Answer("answered", "", lang, columns=worn.columns, rows=list(rows), as_of=LAST_DAY, interpretation=reading)


def texts(*cells: Cell, kind: str = "text") -> Answer:
    return Answer("answered", "", "en", columns=(Column("note", "Note", "value", kind),), rows=[(c,) for c in cells])


# --- frames ----------------------------------------------------------------------------------------------------------------


def test_a_frame_has_labels_and_numbers() -> None:
    query = by("sales", "region", period=SEPTEMBER)
    frame = answer(query, ("华东", Decimal("12.50")), (None, 1.0), lang="en").table
    assert list(frame.columns) == ["Region", "Sales"]
    assert frame["Region"].tolist() == ["East China", "Unknown"]
    assert frame["Sales"].tolist() == [12.5, 1.0]


def test_a_frame_without_rows_keeps_its_columns() -> None:
    frame = to_frame(answer(by("sales", "region")))
    assert list(frame.columns) == ["大区", "销售额"] and len(frame) == 0


def test_two_columns_of_one_name_are_told_apart() -> None:
    column = Column("a", "A", "value", "text")
    assert headings((column, column)) == ("A", "A (2)")


@pytest.mark.parametrize("name", SHOWN)
def test_every_shape_is_a_frame_and_a_file(name: str) -> None:
    query, rows, _ = SHOWN[name]
    for lang in ("zh", "en"):
        shown = answer(query, *rows, lang=lang)
        assert len(to_frame(shown)) == len(rows)
        assert len(list(csv.reader(io.StringIO(as_csv(shown).decode("utf-8-sig"))))) == len(rows) + 1
        assert zipfile.is_zipfile(io.BytesIO(as_xlsx(shown)))


# --- CSV ----------------------------------------------------------------------------------------------------------------------


def test_csv_opens_in_a_spreadsheet_as_utf_8_with_numbers_as_numbers() -> None:
    query = Records(entity="customer", columns=(Attribute(member="last_order_date"), MetricColumn(metric="sales", period=Q3)))
    data = as_csv(answer(query, (7, date(2026, 9, 1), Decimal("-15.20")), (8, None, None)))
    assert data.startswith("\ufeff".encode())
    lines = data.decode("utf-8-sig").splitlines()
    assert lines == ['"客户ID","最近下单日期","销售额（2026年三季度）"', '7,"2026-09-01",-15.2', '8,"",""']


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        '"=1',
        " =1",
        "'=1",
        "|x",
        "%0A=1",
        "「=1",
    ],
)
def test_a_text_that_might_run_is_disarmed(text: str) -> None:
    assert is_active(text)
    assert safe_text(text).startswith("'")
    assert as_csv(texts(text)).decode("utf-8-sig").splitlines()[1].startswith("\"'")


@pytest.mark.parametrize("text", ["a=b", "10-20", "张三", "1+1=2", "", "(x)", "a,=1+1"])
def test_a_harmless_text_is_left_alone(text: str) -> None:
    assert not is_active(text)
    assert safe_text(text) == text


def test_a_comma_or_a_quote_cannot_break_out_of_its_cell() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(texts('a,"=1+1"', "b;=2")).decode("utf-8-sig"))))
    assert rows == [["Note"], ['a,"=1+1"'], ["b;=2"]]


# --- XLSX ----------------------------------------------------------------------------------------------------------------------


def sheet(data: bytes, number: int = 1) -> Iterator[tuple[str, str | None, str]]:
    """(reference, type, text) of every cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        shared = ["".join(t.text or "" for t in si.iter(f"{NS}t")) for si in ET.fromstring(book.read("xl/sharedStrings.xml"))]  # noqa: S314 - written by us a moment ago
        for cell in ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{NS}c"):  # noqa: S314 - written by us a moment ago
            assert cell.find(f"{NS}f") is None, "a formula"
            value = cell.findtext(f"{NS}v") or ""
            kind = cell.get("t")
            yield cell.get("r") or "", kind, shared[int(value)] if kind == "s" else value


NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_workbook_has_typed_cells() -> None:
    query = Records(entity="customer", columns=(Attribute(member="last_order_date"), MetricColumn(metric="sales", period=Q3)))
    cells = {ref: (kind, text) for ref, kind, text in sheet(as_xlsx(answer(query, (7, date(2026, 9, 1), Decimal("-15.20")))))}
    assert cells["A1"] == ("s", "客户ID")
    assert cells["A2"] == (None, "7")
    assert cells["C2"] == (None, "-15.2")
    assert cells["B2"][0] is None and float(cells["B2"][1]) > 46000


def test_texts_of_a_workbook_are_strings_and_never_formulas_or_links() -> None:
    evil = ["=1+1", "@SUM(1)", "https://evil.example", "-2+3", "{=1}", "123"]
    data = as_xlsx(texts(*evil))
    assert [text for _, kind, text in sheet(data) if kind == "s"][1:] == evil
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert "hyperlink" not in book.read("xl/worksheets/sheet1.xml").decode()
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_timestamps_and_truth_values() -> None:
    data = as_xlsx(texts(datetime(2026, 9, 1, 14, 5), True, None))
    assert [(k, t) for _, k, t in sheet(data)][2] == ("s", "Yes")


def test_an_export_is_a_receipt() -> None:
    query = Records(entity="customer", where=Predicate(member="city", op="=", values=("*上海*",)))
    found = dict(notes(answer(query, (1,), (2,))))
    assert found["rows"] == "2" and found["as_of"] == "2026年10月19日"
    assert found["filters"] == "城市为*上海*"
    assert [t for _, _, t in sheet(as_xlsx(answer(query, (1,))), 2)][:2] == ["行数", "1"]


def test_kinds_of_files() -> None:
    assert exported(texts("x"), "csv").startswith("\ufeff".encode())
    assert exported(texts("x"), "xlsx").startswith(b"PK")
    with pytest.raises(AssistantError, match="export-kind"):
        exported(texts("x"), "exe")


def test_a_catalogue_can_be_exported() -> None:
    assert b"GMV" in as_csv(describe(Description("metrics"), MODEL, "zh"))


# --- hostile values ----------------------------------------------------------------------------------------------------------


def cases(kind: str) -> list[dict[str, Any]]:
    if not SHARED.exists():
        return []
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["kind"] == kind]


needs_cases = pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED} is not here")


@needs_cases
@pytest.mark.parametrize("case", cases("export"), ids=lambda c: c["id"])
def test_hostile_cells_in_exports(case: dict[str, Any]) -> None:
    if case["expect"] == "answer":
        number = texts(float(case["input"]), kind="decimal")
        assert as_csv(number).decode("utf-8-sig").splitlines()[1] == f"{float(case['input'])}"
        assert list(sheet(as_xlsx(number)))[1][1] is None
        return
    rows = list(csv.reader(io.StringIO(as_csv(texts(case["input"])).decode("utf-8-sig"))))
    assert len(rows) == 2 and len(rows[1]) == 1
    assert rows[1][0].removeprefix("'") == case["input"]
    assert not is_active(case["input"]) or rows[1][0].startswith("'")
    assert list(sheet(as_xlsx(texts(case["input"]))))[1][1:] == ("s", case["input"])


@needs_cases
@pytest.mark.parametrize("case", cases("render"), ids=lambda c: c["id"])
def test_hostile_texts_in_markdown_and_html(case: dict[str, Any]) -> None:
    text = escape_markdown(case["input"])
    assert "<" not in text and ">" not in text and "\x00" not in text and "\u202e" not in text
    assert not re.search(r"(?<!\\)[\[\]$]", text)
    assert not re.search(r"(?i)javascript:|data:|https?://", text)
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark", {"html": True, "linkify": False})
    page = markdown.render(f"销售额最高的是 **{text}**（¥1）")
    assert not re.search(r"<(?!/?(p|strong)>)", page)
    shown = re.sub(r"<[^>]+>", "", page)
    readable = re.sub(r"[\u0000-\u001f\u200b\u202e]", "", case["input"])
    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").replace("\u200b", "")
    assert readable in unescaped
