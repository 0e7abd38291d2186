"""The rows of an answer as files: CSV (UTF-8 with a byte order mark) and XLSX, in which no text of the data comes alive.

In: an `Answer`. Out: bytes. Whoever calls has checked the right to export. Numbers stay numbers, dates dates. A text that a
spreadsheet would take for a formula (it begins, after spaces and quotes, with = + - @, a tab or a line break, in whatever width)
gets an apostrophe before it in CSV; in XLSX every text is a string cell, marked as text. What may fail: `AssistantError`
"export-kind" for a kind of file that is not known, "export-too-long" for more rows than a sheet holds.

Source of the rule: OWASP, CSV Injection.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.table import columns_of, headings
from assistant.errors import AssistantError
from assistant.qa import Answer, Cell, Column, Item
from prompts import render

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ExportKind = Literal["csv", "xlsx"]
SHEET_ROWS = 1_048_575
_ACTIVE = "=+-@|%"
_SKIPPED = "\"'`“”‘’「」 \u3000\u00a0"


def exported(answer: Answer, kind: str) -> bytes:
    """The rows of `answer` as a file of that kind."""
    if kind == "csv":
        return as_csv(answer)
    if kind == "xlsx":
        return as_xlsx(answer)
    raise AssistantError("export-kind", kind=words.plain(kind), kinds="csv, xlsx")


def is_active(text: str) -> bool:
    """Whether a spreadsheet might run `text`.

    >>> is_active("=1+1"), is_active('"＝1+1'), is_active("a=b"), is_active("\\t=1")
    (True, True, False, True)
    """
    if text[:1] in ("\t", "\r", "\n"):
        return True
    return unicodedata.normalize("NFKC", text).lstrip(_SKIPPED)[:1] in tuple(_ACTIVE)


def safe_text(text: str) -> str:
    """`text` on one line, readable, with an apostrophe before it where a spreadsheet might run it."""
    plain = words.plain(text)
    return f"'{plain}" if is_active(text) or is_active(plain) else plain


# --- CSV ---------------------------------------------------------------------------------------------------------------------


def as_csv(answer: Answer) -> bytes:
    """The rows as CSV: texts in quotes, numbers bare."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([safe_text(name) for name in headings(answer.columns)])
    writer.writerows(_csv_rows(answer))
    return out.getvalue().encode("utf-8-sig")


def _csv_rows(answer: Answer) -> Iterator[list[Cell]]:
    columns = [[_csv_cell(cell) for cell in cells] for cells in columns_of(answer)]
    for row in zip(*columns, strict=True):
        yield list(row)


def _csv_cell(value: Cell) -> Cell:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value if words.is_number(value) else ""
    return value.isoformat() if isinstance(value, date) else safe_text(str(value))


# --- XLSX --------------------------------------------------------------------------------------------------------------------


def as_xlsx(answer: Answer) -> bytes:
    """The rows as a workbook: a sheet of data, and one that says what they are."""
    from xlsxwriter import Workbook

    if len(answer.rows) > SHEET_ROWS:
        raise AssistantError("export-too-long", rows=f"{len(answer.rows):,}", most=f"{SHEET_ROWS:,}")
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, {**options, "nan_inf_to_errors": True})
    _data_sheet(book, answer)
    _notes_sheet(book, answer)
    book.close()
    return out.getvalue()


def _data_sheet(book: "Workbook", answer: Answer) -> None:
    sheet = book.add_worksheet(render("answers.export.data", answer.lang))
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"quote_prefix": True})
    for i, name in enumerate(headings(answer.columns)):
        sheet.write_string(0, i, words.plain(name), bold)
    formats = [book.add_format({"num_format": _number_format(c)}) for c in answer.columns]
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for i, cells in enumerate(columns_of(answer)):
        for r, cell in enumerate(cells, 1):
            if words.is_number(cell):
                sheet.write_number(r, i, float(cell), formats[i])
            elif isinstance(cell, datetime):
                sheet.write_datetime(r, i, cell.replace(tzinfo=None), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(r, i, datetime.combine(cell, datetime.min.time()), day)
            elif cell is not None:
                sheet.write_string(r, i, words.plain(str(cell)), text if is_active(str(cell)) else None)
    sheet.freeze_panes(1, 0)
    for i, width in enumerate(_widths(answer)):
        sheet.set_column(i, i, width)


def _number_format(column: Column) -> str:
    if column.part in ("growth", "share") or column.format == "percent":
        return "0.00%"
    match column.format:
        case "currency":
            return "#,##0.00"
        case "integer":
            return "#,##0"
        case "score" | "minutes" | "days":
            return "0.00"
        case _:
            return "General"


def _widths(answer: Answer) -> list[int]:
    """Columns as wide as what stands in their first rows."""
    widths = []
    for i, name in enumerate(headings(answer.columns)):
        cells = (words.cell(row[i], answer.columns[i], answer.lang) for row in answer.rows[:50])
        widths.append(min(60, 2 + max([_width(name), *(_width(c) for c in cells)])))
    return widths


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _notes_sheet(book: "Workbook", answer: Answer) -> None:
    """What the rows are: how the question was read, the conditions, the dates, how many, as of when."""
    sheet = book.add_worksheet(render("answers.export.notes", answer.lang))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    for r, (name, text) in enumerate(notes(answer)):
        sheet.write_string(r, 0, render(f"answers.export.{name}", answer.lang))
        sheet.write_string(r, 1, words.plain(text))


def notes(answer: Answer) -> tuple[tuple[str, str], ...]:
    """The receipt of an export, as (name, text)."""
    found: list[tuple[str, Any]] = [("rows", f"{len(answer.rows):,}")]
    if answer.as_of is not None:
        found.append(("as_of", dates.day(answer.as_of, answer.lang)))
    reading = answer.interpretation
    if reading is not None:
        if reading.period is not None:
            found.append(("period", dates.period(reading.period, answer.lang)))
        for name in ("metrics", "filters", "grouping", "order", "assumptions"):
            found += [(name, _item(item)) for item in getattr(reading, name)]
    if answer.truncated:
        found.append(("truncated", render("answers.export.truncated_text", answer.lang)))
    return tuple(found)


def _item(item: Item) -> str:
    label = words.unescaped(item.label)
    return f"{label}: {words.unescaped(item.detail)}" if item.detail else label
