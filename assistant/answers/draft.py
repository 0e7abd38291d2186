"""What a chart is made from, and the pieces that every chart of it needs: marks, texts of keys, numbers, the note under it.

In: a query, its shape, the kind chosen. Out: `Draft`, `Drawn`, and `finish`, which makes a `ChartSpec` of them. Nothing fails.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.shape import Key, Shape
from assistant.answers.titles import subtitle, title
from assistant.qa import Cell, ChartKind, ChartSpec, Column, Driver, Lang, Mark
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

Point = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a chart is made from; `denied`: the kind that was asked for and cannot show this."""

    query: SemanticQuery
    shape: Shape
    model: SemanticModel
    lang: Lang
    kind: ChartKind
    drivers: tuple[Driver, ...] = ()
    denied: ChartKind | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands where; `cut`: how many of how many are drawn."""

    x: Mark | None
    y: tuple[Mark, ...]
    points: Sequence[Point]
    series: Mark | None = None
    sort: Sequence[str] = ()
    cut: tuple[int, int] = (0, 0)


def finish(draft: Draft, drawn: Drawn) -> ChartSpec:
    notes = [subtitle(draft.query, draft.model, draft.lang)]
    shown, total = drawn.cut
    if shown < total:
        notes.append(render(f"answers.chart.{'rows' if draft.kind == 'table' else 'cut'}", draft.lang, shown=shown, total=total))
    if draft.denied is not None:
        asked, kind = (render(f"answers.kinds.{k}", draft.lang) for k in (draft.denied, draft.kind))
        notes.append(render("answers.chart.denied", draft.lang, asked=asked, kind=kind))
    note = " · ".join(n for n in notes if n) or None
    name = title(draft.query, draft.model, draft.lang)
    points, sort = tuple(drawn.points), tuple(drawn.sort)
    return ChartSpec(draft.kind, name, draft.lang, drawn.x, drawn.y, drawn.series, points, sort, note)


def mark_of(column: Column, kind: str = "quantitative") -> Mark:
    share = column.part in ("growth", "share")
    fmt = "percent" if share else column.format
    return Mark(column.name, column.label, kind, fmt, None if share else column.unit, column.grain)  # type: ignore[arg-type]


def numbers_of(shape: Shape, row: int, marks: Iterable[Mark]) -> Point:
    wanted = {m.column for m in marks}
    return {c.name: plain(shape.rows[row][i]) for i, c in enumerate(shape.columns) if c.name in wanted}


def plain(value: Cell) -> Cell:
    """A number as JSON has it: Decimals and what is not finite have no place in a chart."""
    if isinstance(value, Decimal | float):
        return float(value) if words.is_number(value) else None
    return value.isoformat() if isinstance(value, date) else value


def text_of(value: Cell, column: Column, lang: Lang, *, iso: bool = False, style: words.Style = "short") -> str:
    if iso and isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return words.cell(value, column, lang, style=style)


def texts_of(draft: Draft, key: Key, rows: Sequence[int]) -> list[str]:
    """What these rows are called by a key."""
    return bucket_texts([draft.shape.rows[i][key.index] for i in rows], key, draft.lang)


def bucket_texts(values: Sequence[Cell], key: Key, lang: Lang) -> list[str]:
    """Cells of a key as text; buckets of one year without it (the title says it)."""
    days = [d for d in (words.as_day(v) for v in values) if d is not None]
    if key.sort != "time" or len({d.year for d in days}) != 1 or key.column.grain == "year":
        return [text_of(v, key.column, lang) for v in values]
    return [
        dates.short_bucket(v, key.column.grain, lang) if isinstance(v, date) else text_of(v, key.column, lang) for v in values
    ]


def unique(texts: list[str]) -> list[str]:
    """Two members of one name are two bars: the second is numbered."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for text in texts:
        seen[text] += 1
        result.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return result
