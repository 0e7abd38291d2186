"""Charts over time and over two keys: every bucket, every combination, gaps where there is nothing.

In: a `Draft`. Out: a `ChartSpec`. A missing bucket of what adds up is 0; of a ratio, or where a test or limit may have taken it
away, it is a gap.
"""

from collections.abc import Sequence

from assistant.answers import format as words
from assistant.answers.draft import Draft, Drawn, Point, bucket_texts, finish, mark_of, numbers_of, plain, text_of
from assistant.answers.ordering import complete, grid_value, in_order
from assistant.answers.shape import Key, Measured, Shape
from assistant.qa import Cell, ChartSpec, Mark
from semantic_layer.periods import shift
from semantic_layer.query import Aggregate, Grain

BARS = 30
SERIES = 10
HEAT = 40
BUCKETS = 1500


def line(draft: Draft) -> ChartSpec:
    shape = draft.shape
    along = shape.key("time") or next(k for k in shape.keys if k.in_order)
    others = [k for k in shape.keys if k is not along]
    if others:
        return grid(draft, BUCKETS)
    y = [mark_of(shape.columns[i]) for m in shape.metrics for i in _drawn(m)]
    by_key = {row[along.index]: i for i, row in enumerate(shape.rows)}
    ordered = _along(draft, along)
    points = [
        {along.column.name: text_of(v, along.column, draft.lang, iso=True)}
        | (numbers_of(shape, by_key[v], y) if v in by_key else _gaps(draft, y))
        for v in ordered
    ]
    x = mark_of(along.column, "temporal" if along.sort == "time" else "ordinal")
    return finish(draft, Drawn(x, tuple(y), points, sort=[str(p[along.column.name]) for p in points]))


def _drawn(metric: Measured) -> tuple[int, ...]:
    """The columns of a metric that a line follows: its running total or share where asked for, both sides of a comparison."""
    main = next((i for i in (metric.running, metric.share) if i is not None), metric.index)
    return (main,) if metric.previous is None else (main, metric.previous)


def _gaps(draft: Draft, y: Sequence[Mark]) -> Point:
    """A bucket without a row: 0 for what adds up, nothing for a ratio."""
    zero = {draft.shape.columns[i].name for m in draft.shape.metrics if m.counted for i in (m.index, m.previous) if i is not None}
    return {m.column: 0.0 if m.column in zero and complete(draft.query) else None for m in y}


def _along(draft: Draft, key: Key) -> list[Cell]:
    """The values of an ordered key in their order; every bucket of a grain between the first and the last."""
    found = list(dict.fromkeys(draft.shape.values(key.index)))
    if key.sort != "time":
        return in_order(draft, key, found)
    days = sorted({d for d in (words.as_day(v) for v in found) if d is not None})
    grain: Grain | None = key.column.grain  # type: ignore[assignment]
    if not days or grain is None:
        return list(days)
    filled = [days[0]]
    while filled[-1] < days[-1] and len(filled) < BUCKETS:
        filled.append(shift(filled[-1], grain, 1))
    return list(filled) if set(days) <= set(filled) else list(days)


def _axes(shape: Shape, within: tuple[str, ...] = ()) -> tuple[Key, Key]:
    """Which key runs along, which makes the series: the group of a share within groups, what is a time, what has more members."""
    first, second = shape.keys[:2]
    if first.column.name == "cohort":
        return second, first
    time = next((k for k in shape.keys if k.column.member in within), None) or shape.key("time")
    if time is not None:
        return time, second if time is first else first
    size = {k.index: len(set(shape.values(k.index))) for k in (first, second)}
    return (second, first) if size[second.index] > size[first.index] else (first, second)


def grid(draft: Draft, most: int) -> ChartSpec:
    """Two keys: a full grid, so that every series has a point (or a gap) everywhere."""
    shape = draft.shape
    share = draft.query.share if isinstance(draft.query, Aggregate) else None
    along, across = _axes(shape, share.within if share is not None else ())
    column = grid_value(draft)
    cells = {(row[along.index], row[across.index]): row[column] for row in shape.rows}
    xs = _along(draft, along) if along.in_order else in_order(draft, along, list(dict.fromkeys(shape.values(along.index))))
    series = in_order(draft, across, list(dict.fromkeys(shape.values(across.index))))
    kept = series[: HEAT if draft.kind == "heatmap" else SERIES]
    mark = mark_of(shape.columns[column])
    gap = _gaps(draft, (mark,))[mark.column] if draft.kind != "heatmap" else None
    time = along.sort == "time" and draft.kind == "line"
    if time:
        names = {x: text_of(x, along.column, draft.lang, iso=True) for x in xs}
    else:
        names = dict(zip(xs, bucket_texts(xs, along, draft.lang), strict=True))
    points = [
        {
            along.column.name: names[x],
            across.column.name: text_of(s, across.column, draft.lang),
            mark.column: plain(cells[x, s]) if (x, s) in cells else gap,
        }
        for x in xs[:most]
        for s in kept
    ]
    x_mark = mark_of(along.column, "temporal" if time else "ordinal" if along.in_order else "nominal")
    series_mark = mark_of(across.column, "ordinal" if across.in_order else "nominal")
    sort = [names[x] for x in xs[:most]]
    cut = (len(kept), len(series)) if len(kept) < len(series) else (len(sort), len(xs))
    return finish(draft, Drawn(x_mark, (mark,), points, series=series_mark, sort=sort, cut=cut))
