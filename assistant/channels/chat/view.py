"""An answer as the properties of its element in the page: chart, table, how it was read, SQL, what to do next.

In: an `Answer`. Out: plain values for JSON; every text of the data as text, never as markup: the page shows them as such. Long
and wide results are cut to what a page can hold, and say so; a download holds all. Nothing fails.
"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import prompts
from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.table import headings
from assistant.answers.vega import to_vega
from assistant.qa import Answer, Cell, ChartKind, ChartSpec, Column, Item, Lang
from semantic_layer.query import Records, SemanticQuery

Json = dict[str, Any]
MOST_ROWS: Final = 1_000
MOST_CELLS: Final = 12_000
MOST_TILES: Final = 6
_READ: Final = ("metrics", "filters", "grouping", "order", "assumptions")
_LABELS: Final = (
    *("choose", "reading", "as_of", "sql", "copy", "copied", "follow_ups", "table", "sort_cut", "previous_page", "next_page"),
    *("download", "no_export", "png", "no_chart"),
)
_OTHERS: Final[dict[ChartKind, tuple[ChartKind, ...]]] = {
    "line": ("bar",),
    "bar": (),
    "pie": ("bar",),
    "grouped_bar": ("heatmap",),
    "stacked_bar": ("grouped_bar",),
    "heatmap": ("grouped_bar",),
}
"""What else a chart of that kind can be drawn as without saying something else."""


def view(answer: Answer, *, answer_id: str, may_export: bool) -> Json:
    """The properties of the element of `answer`."""
    lang = answer.lang
    return {
        "id": answer_id,
        "lang": lang,
        "status": answer.status,
        "labels": {name: prompts.render(f"chat.element.{name}", lang) for name in _LABELS},
        "choices": [{"label": words.unescaped(c.label), "value": c.value and words.unescaped(c.value)} for c in answer.choices],
        "tiles": _tiles(answer),
        "chart": _chart(answer.chart) if answer.chart is not None and (len(answer.rows) != 1 or answer.drivers) else None,
        "table": _table(answer),
        "reading": _reading(answer),
        "sql": answer.sql,
        "proof": _proof(answer),
        "suggestions": [words.unescaped(text) for text in answer.suggestions],
        "downloads": ["csv", "xlsx"] if may_export and answer.rows and _query(answer) is not None else [],
        "may_export": may_export,
        "file": prompts.render("chat.file_name", lang),
    }


# --- numbers -----------------------------------------------------------------------------------------------------------


def _tiles(answer: Answer) -> list[Json]:
    """The cells of a single row, large; a list of one member stays a list, and where there is no value there is nothing to show."""
    if len(answer.rows) != 1 or not 1 <= len(answer.columns) <= MOST_TILES or isinstance(_query(answer), Records):
        return []
    row, lang = answer.rows[0], answer.lang
    if _is_blank(answer):
        return []
    pairs = zip(answer.columns, row, headings(answer.columns), strict=True)
    return [{"label": name, "value": words.plain(words.cell(value, c, lang, style="prose"))} for c, value, name in pairs]


def _query(answer: Answer) -> SemanticQuery | None:
    return answer.interpretation.query if answer.interpretation is not None else None


# --- the chart ----------------------------------------------------------------------------------------------------------


def _chart(spec: ChartSpec) -> Json | None:
    drawn = [_drawn(replace(spec, kind=kind)) for kind in _kinds(spec)]
    if not drawn:
        return None
    labels = {kind: prompts.render(f"chat.element.kinds.{kind}", spec.lang) for kind in (d["kind"] for d in drawn)}
    return {"kind": spec.kind, "title": spec.title, "drawn": drawn, "labels": labels}


def _kinds(spec: ChartSpec) -> tuple[ChartKind, ...]:
    """The kind that was chosen, then what else fits."""
    if spec.kind in ("number", "table") or spec.x is None:
        return ()
    many = spec.series is not None or len(spec.y) > 1
    if many and spec.kind in ("line", "bar"):
        return (spec.kind,)
    if len(spec.y) > 1 or spec.y[0].column == "contribution":
        return (spec.kind,)
    if spec.kind == "bar":
        return (spec.kind, *(("line",) if spec.x.type in ("temporal", "ordinal") else ()))
    return (spec.kind, *_OTHERS.get(spec.kind, ()))


def _drawn(spec: ChartSpec) -> Json:
    """A chart in light colours, and what differs in the dark."""
    light, dark = to_vega(spec), to_vega(spec, dark=True)
    assert light is not None  # noqa: S101 - these kinds are drawn
    assert dark is not None  # noqa: S101
    same = {k: v for k, v in light.items() if k != "config"} == {k: v for k, v in dark.items() if k != "config"}
    return {"kind": spec.kind, "spec": light, "dark": {"config": dark["config"]} if same else dark}


# --- the table ----------------------------------------------------------------------------------------------------------


def _table(answer: Answer) -> Json | None:
    """The first rows as text, with what they sort by where the text does not."""
    if not answer.rows or not answer.columns or _tiles(answer) or _is_blank(answer):
        return None
    shown = answer.rows[: max(1, min(MOST_ROWS, MOST_CELLS // len(answer.columns)))]
    total = answer.total_rows if answer.total_rows is not None else len(answer.rows)
    names = headings(answer.columns)
    return {
        "columns": [{"label": n, "right": _is_number(c)} for n, c in zip(names, answer.columns, strict=True)],
        "rows": [[_cell(v, c, answer.lang) for v, c in zip(row, answer.columns, strict=True)] for row in shown],
        "keys": [[_key(v) for v in row] for row in shown],
        "is_cut": len(shown) < len(answer.rows) or answer.truncated,
        "count": _count(len(shown), total, answer),
    }


def _is_blank(answer: Answer) -> bool:
    """One row without any value: the sentence has said that there is nothing."""
    return len(answer.rows) == 1 and all(value is None for value in answer.rows[0])


def _count(shown: int, total: int, answer: Answer) -> str:
    lang = answer.lang
    if answer.truncated and answer.total_rows is None:
        return prompts.render("chat.element.rows_more", lang, shown=f"{shown:,}", total=f"{total:,}")
    if shown < total:
        return prompts.render("chat.element.rows_cut", lang, shown=f"{shown:,}", total=f"{total:,}")
    return prompts.render("chat.element.rows", lang, total=f"{total:,}")


def _cell(value: Cell, column: Column, lang: Lang) -> str:
    return words.plain(words.cell(value, column, lang))


def _key(value: Cell) -> float | str | None:
    if words.is_number(value):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _is_number(column: Column) -> bool:
    return column.role == "value" and column.type in ("integer", "decimal", "number")


# --- how it was read -----------------------------------------------------------------------------------------------------


def _reading(answer: Answer) -> list[Json]:
    """Lines of name and text."""
    told, lang = answer.interpretation, answer.lang
    lines: list[Json] = []

    def add(name: str, label: str, detail: str | None = None) -> None:
        title = prompts.render(f"chat.element.{name}", lang)
        line = {"name": title, "text": words.unescaped(label), "detail": detail and words.unescaped(detail)}
        lines.append({**line, "aside": name == "as_of"})

    if told is None:
        return []
    for item in told.metrics:
        add("metrics", *_item(item))
    if told.period is not None:
        add("period", dates.period(told.period, lang))
    if told.previous is not None:
        add("previous", dates.period(told.previous, lang))
    for room in _READ[1:]:
        for item in getattr(told, room):
            add(room, *_item(item))
    if answer.as_of is not None:
        add("as_of", dates.day(answer.as_of, lang))
    return lines


def _item(item: Item) -> tuple[str, str | None]:
    return item.label, item.detail


def _proof(answer: Answer) -> Json | None:
    if answer.proof is None:
        return None
    name = "proof_agrees" if answer.proof.agrees else "proof_differs"
    return {"agrees": answer.proof.agrees, "text": prompts.render(f"chat.element.{name}", answer.lang)}
