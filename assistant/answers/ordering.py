"""In which order names stand on a chart.

In: a `Draft`. Out: the values or texts of a key: as asked for, by level, by number, by date, else by value, largest first;
unknown last. Nothing fails.
"""

from assistant.answers import format as words
from assistant.answers.draft import Draft
from assistant.answers.shape import Key, levels
from assistant.qa import Cell
from semantic_layer.query import Aggregate, SemanticQuery


def order_of(draft: Draft, value: str) -> list[int]:
    """The rows in the order of their bars: as asked for, else as their key rises, else falling; unknown last."""
    shape = draft.shape
    key = shape.keys[0]
    places = list(range(len(shape.rows)))
    if getattr(draft.query, "order", ()) or draft.query.kind == "funnel":
        return places
    if key.in_order and len(shape.keys) == 1:
        ranks = {v: i for i, v in enumerate(in_order(draft, key, list(shape.values(key.index))))}
        return sorted(places, key=lambda i: ranks[shape.rows[i][key.index]])
    index = next((i for i, c in enumerate(shape.columns) if c.name == value), len(shape.columns) - 1)
    return sorted(places, key=lambda i: _falling(shape.rows[i], key.index, index))


def by_growth(query: SemanticQuery) -> bool:
    """Whether names are ranked by how much their number changed: then the change is what is to be seen."""
    return isinstance(query, Aggregate) and bool(query.order) and query.order[0].part == "growth"


def _falling(row: tuple[Cell, ...], key: int, value: int) -> tuple[bool, bool, float]:
    known = words.is_number(row[value])
    return row[key] is None, not known, -float(row[value]) if known else 0.0


def in_order(draft: Draft, key: Key, found: list[Cell]) -> list[Cell]:
    """Distinct values of a key: by level, by number, by date, else by their total, largest first; unknown last."""
    distinct = list(dict.fromkeys(found))
    known = [v for v in distinct if v is not None or key.sort == "bucket"]
    tail = [] if len(known) == len(distinct) else [None]
    order = levels(key.column, draft.model)
    if order:
        return sorted(known, key=lambda v: order.index(v) if v in order else len(order)) + tail
    if key.sort == "dimension":
        totals: dict[Cell, float] = dict.fromkeys(known, 0.0)
        index = grid_value(draft) if draft.shape.metrics else 0
        for row in draft.shape.rows:
            if words.is_number(row[index]):
                totals[row[key.index]] = totals.get(row[key.index], 0.0) + float(row[index])
        return known if getattr(draft.query, "order", ()) else sorted(known, key=lambda v: -totals[v]) + tail
    if key.column.name == "step":
        return known + tail
    return sorted(known, key=lambda v: (v is not None, v)) + tail


def grid_value(draft: Draft) -> int:
    """The column that fills the grid: the rate of a retention, a share where asked for, else the value."""
    columns = draft.shape.columns
    if draft.query.kind == "retention":
        return next((i for i, c in enumerate(columns) if c.name == "rate" or c.format == "percent"), len(columns) - 1)
    metric = draft.shape.metrics[0]
    return next((i for i in (metric.running, metric.share) if i is not None), metric.index)


def complete(query: SemanticQuery) -> bool:
    """Whether a missing group means that nothing happened (and not that a test or a limit took it away)."""
    return isinstance(query, Aggregate) and not query.having and query.limit is None and not query.limit_per
