"""The points of a chart: what stands on which axis, in which order, with the labels that are drawn.

In: a `Draft` (query, shape, model, language, the kind chosen). Out: a `ChartSpec`. Points hold display text for names and levels,
ISO dates for time, numbers for quantities. What does not fit on a chart is left out of it, and the note says how much.
"""

from assistant.answers import format as words
from assistant.answers.conditions import explain_filter
from assistant.answers.draft import Draft, Drawn, finish, mark_of, numbers_of, plain, text_of, texts_of, unique
from assistant.answers.grids import BARS, HEAT, grid, line
from assistant.answers.ordering import by_growth, order_of
from assistant.answers.shape import numeric
from assistant.answers.titles import driver_name, told_apart
from assistant.qa import ChartSpec, Column, Lang, Mark
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, Change, SemanticQuery

DOTS = 2000
HISTOGRAM = 100
DRIVERS = 12
TABLE_ROWS = 20


def build(draft: Draft) -> ChartSpec:
    """The chart of that kind."""
    match draft.kind:
        case "number":
            return _number(draft)
        case "table":
            return _table(draft)
        case "pie":
            return _pie(draft)
        case "scatter":
            return _scatter(draft)
        case "heatmap":
            return grid(draft, HEAT)
        case "line":
            return line(draft)
        case "bar" if draft.drivers:
            return _drivers(draft)
        case "grouped_bar" | "stacked_bar" if len(draft.shape.keys) == 2:
            return grid(draft, BARS)
        case "bar" | "grouped_bar" | "stacked_bar" | "histogram" | "funnel":
            return _bars(draft)


def _bars(draft: Draft) -> ChartSpec:
    """Bars, grouped or not, of one key (or of two keys read as one); without a key the metrics themselves are the bars."""
    shape = draft.shape
    if not shape.keys:
        return _metric_bars(draft)
    first = shape.keys[0]
    y = _bar_values(draft)
    if draft.query.kind == "records":
        y = tuple(mark_of(m.column) for m in numeric(shape))[:1]
    order = order_of(draft, y[0].column)
    kept = order[: HISTOGRAM if draft.kind == "histogram" else BARS]
    names = unique([" · ".join(t) for t in zip(*(texts_of(draft, k, kept) for k in shape.keys), strict=True)])
    points = [{first.column.name: text, **numbers_of(shape, row, y)} for text, row in zip(names, kept, strict=True)]
    x = mark_of(first.column, "ordinal" if first.in_order else "nominal")
    if len(shape.keys) > 1:
        x = Mark(x.column, " · ".join(k.column.label for k in shape.keys), "nominal")
    return finish(draft, Drawn(x, y, points, sort=names, cut=(len(kept), len(order))))


def _bar_values(draft: Draft) -> tuple[Mark, ...]:
    """What the bars measure: the growth that names are ranked by, the share asked for, both sides of a comparison, else the values."""
    marks: list[Mark] = []
    for metric in draft.shape.metrics:
        if metric.growth is not None and draft.kind == "bar" and by_growth(draft.query):
            marks.append(mark_of(draft.shape.columns[metric.growth]))
            continue
        if metric.share is not None:
            marks.append(mark_of(draft.shape.columns[metric.share]))
            continue
        marks.append(mark_of(draft.shape.columns[metric.running if metric.running is not None else metric.index]))
        if metric.previous is not None and draft.kind == "grouped_bar":
            marks.append(mark_of(draft.shape.columns[metric.previous]))
    return tuple(marks)


def _metric_bars(draft: Draft) -> ChartSpec:
    """One bar for each value of a result without keys: both sides of a comparison, or metrics of one unit."""
    shape, name = draft.shape, "name"
    indices = [i for m in shape.metrics for i in (m.index, m.previous) if i is not None]
    columns = [shape.columns[i] for i in indices]
    points = [{name: c.label, "value": plain(shape.rows[0][i])} for c, i in zip(columns, indices, strict=True)]
    y = Mark(
        "value",
        shape.metrics[0].column.label if len(shape.metrics) == 1 else "",
        "quantitative",
        columns[0].format,
        columns[0].unit,
    )
    return finish(draft, Drawn(Mark(name, "", "nominal"), (y,), points, sort=[c.label for c in columns]))


def _pie(draft: Draft) -> ChartSpec:
    shape = draft.shape
    metric = shape.metrics[0]
    value = shape.columns[metric.share if metric.share is not None else metric.index]
    if shape.keys:
        key = shape.keys[0]
        order = order_of(draft, value.name)
        texts = unique(texts_of(draft, key, order))
        points = [{key.column.name: t, **numbers_of(shape, i, (mark_of(value),))} for t, i in zip(texts, order, strict=True)]
        return finish(draft, Drawn(mark_of(key.column, "nominal"), (mark_of(value),), points, sort=texts))
    part = shape.rows[0][metric.share if metric.share is not None else metric.index]  # what the part comes to may stand before it
    texts = [subject(draft.query, draft.model, draft.lang), render("answers.chart.rest", draft.lang)]
    pairs = zip(texts, (plain(part), 1 - float(part or 0)), strict=True)
    return finish(
        draft, Drawn(Mark("part", "", "nominal"), (mark_of(value),), [{"part": t, value.name: v} for t, v in pairs], sort=texts)
    )


def subject(query: SemanticQuery, model: SemanticModel, lang: Lang) -> str:
    """The part of a single share, in words."""
    part = query.share.part if isinstance(query, Aggregate) and query.share is not None else None
    return explain_filter(part, model, lang, escape=False) if part is not None else ""


def _scatter(draft: Draft) -> ChartSpec:
    shape = draft.shape
    x, y = (mark_of(m.column) for m in numeric(shape)[:2])
    rows = [i for i, row in enumerate(shape.rows) if all(words.is_number(row[m.index]) for m in numeric(shape)[:2])][:DOTS]
    names = [" · ".join(t) for t in zip(*(texts_of(draft, k, rows) for k in shape.keys), strict=True)]
    label = Mark("name", " · ".join(k.column.label for k in shape.keys), "nominal")
    points = [{"name": name, **numbers_of(shape, i, (x, y))} for name, i in zip(names, rows, strict=True)]
    return finish(draft, Drawn(x, (y,), points, series=label, cut=(len(points), len(shape.rows))))


def _number(draft: Draft) -> ChartSpec:
    shape = draft.shape
    marks = tuple(mark_of(c) for c in shape.columns)
    return finish(draft, Drawn(None, marks, [{m.column: plain(v) for m, v in zip(marks, shape.rows[0], strict=True)}]))


def _table(draft: Draft) -> ChartSpec:
    shape = draft.shape
    marks = tuple(mark_of(c, _table_type(c)) for c in shape.columns)
    points = [
        {
            m.column: plain(v) if m.type == "quantitative" else text_of(v, c, draft.lang, style="exact")
            for m, v, c in zip(marks, row, shape.columns, strict=True)
        }
        for row in shape.rows[:TABLE_ROWS]
    ]
    return finish(draft, Drawn(None, marks, points, cut=(len(points), len(shape.rows))))


def _table_type(column: Column) -> str:
    number = column.type in ("integer", "decimal", "number") and column.role == "value" and not column.labels
    return "quantitative" if number else "nominal"


def _drivers(draft: Draft) -> ChartSpec:
    metric = draft.shape.metrics[0].column
    drivers = told_apart(draft.drivers)
    shown = drivers[:DRIVERS]
    names = unique([driver_name(d, draft.model, draft.lang) for d in shown])
    name = draft.query.metric if isinstance(draft.query, Change) else metric.name
    label = render("answers.chart.contribution", draft.lang, metric=draft.model.label(name, draft.lang))
    y = Mark("contribution", label, "quantitative", metric.format, metric.unit)
    points = [
        {"driver": name, "contribution": d.contribution, "previous": d.previous, "current": d.current}
        for name, d in zip(names, shown, strict=True)
    ]
    return finish(draft, Drawn(Mark("driver", "", "nominal"), (y,), points, sort=names, cut=(len(shown), len(drivers))))
