"""What tells readings of one question apart: their numbers, as short as can be and never the same where the results differ.

In: the results of the readings, a language. Out: a text for each: all its values where it has one row, else how many rows and the
first row that no other reading has. Values that look the same in short are written out. Nothing fails.
"""

from collections.abc import Sequence

import prompts
from assistant.answers import format as formats
from assistant.answers.format import Style
from assistant.qa import Cell, Lang, ResultSet

_MOST = 6
"""Columns of a row that are shown."""


def in_short(result: ResultSet, lang: Lang) -> str:
    """The values of a result with one row, or how many rows it has."""
    if len(result.rows) == 1 and any(column.role == "value" for column in result.columns):
        return _values(result, result.rows[0], lang, "prose")
    return _count(result, lang)


def apart(results: Sequence[ResultSet], lang: Lang) -> tuple[str, ...]:
    """A text for each of several results."""
    styles: tuple[Style, ...] = ("prose", "exact")
    for style in styles:
        told = tuple(_told(result, [other for other in results if other is not result], lang, style) for result in results)
        if len(set(told)) == len(told):
            break
    return told


def _told(result: ResultSet, others: Sequence[ResultSet], lang: Lang, style: Style) -> str:
    valued = any(column.role == "value" for column in result.columns)
    if len(result.rows) == 1 and valued:
        return _row(result, result.rows[0], lang, style)
    own = next((row for row in result.rows if all(row not in other.rows for other in others)), None)
    if own is None:
        return _count(result, lang)
    return prompts.render("app.first_that_differs", lang, rows=_count(result, lang), row=_row(result, own, lang, style))


def _count(result: ResultSet, lang: Lang) -> str:
    return prompts.render("app.row_count", lang, count=f"{len(result.rows):,}{'+' if result.truncated else ''}")


def _row(result: ResultSet, row: tuple[Cell, ...], lang: Lang, style: Style) -> str:
    """The keys of a row and its values."""
    keys = [
        formats.escape_markdown(formats.cell(cell, column, lang, style=style))
        for cell, column in zip(row, result.columns, strict=True)
        if column.role == "key"
    ]
    return " ".join((*keys[:_MOST], _values(result, row, lang, style))).strip()


def _values(result: ResultSet, row: tuple[Cell, ...], lang: Lang, style: Style) -> str:
    """Every value of a row; the only one without its name."""
    cells = [(column, cell) for cell, column in zip(row, result.columns, strict=True) if column.role == "value"][:_MOST]
    if len(cells) == 1:
        return formats.cell(cells[0][1], cells[0][0], lang, style=style)
    return formats.join([f"{column.label} {formats.cell(cell, column, lang, style=style)}" for column, cell in cells], lang)
