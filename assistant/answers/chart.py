"""Which chart a result deserves: rules over the shape of the query and the result, first principle by first principle.

In: the query, its result, the model, the kind the asker named (if any). Out: a `ChartSpec`, whenever there are rows. Nothing
fails: a kind that cannot show the data gives way to the one that can, and the note says so.

A trend is a line, a single value a number, a breakdown bars, shares a pie while the parts are few and add up, a comparison
grouped bars, who grew most bars of the growth, two dimensions bars or a heat map by how many there are, a list a table, a distribution a
histogram, steps a funnel.
"""

from assistant.answers.draft import Draft
from assistant.answers.labels import dressed
from assistant.answers.ordering import by_growth
from assistant.answers.points import build
from assistant.answers.shape import Shape, numeric, shape_of
from assistant.qa import ChartKind, ChartSpec, Driver, Lang, ResultSet
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, SemanticQuery

PIE_PARTS = 8
GROUPED_SERIES = 5
GROUPED_GROUPS = 12
SCATTER_FROM = 30
PANELS = 4
BARS = 30


def choose_chart(
    query: SemanticQuery,
    result: ResultSet,
    model: SemanticModel,
    *,
    lang: Lang,
    asked: ChartKind | None = None,
    drivers: tuple[Driver, ...] = (),
) -> ChartSpec | None:
    """The chart of `result`; None only where there are no rows. `drivers`: what moved the metric of a why-question."""
    if not result.rows:
        return None
    worn = dressed(result, query, model, lang)
    shape = shape_of(query, worn, model)
    kind = kind_of(query, shape, drivers)
    granted = asked if asked is not None and can_show(asked, query, shape, drivers) else kind
    return build(Draft(query, shape, model, lang, granted, drivers, asked if asked not in (None, granted) else None))


def kind_of(query: SemanticQuery, shape: Shape, drivers: tuple[Driver, ...] = ()) -> ChartKind:
    """The kind that fits best when nobody asks for one."""
    match query.kind:
        case "records":
            return "table"
        case "funnel":
            return "grouped_bar" if len(shape.keys) > 1 else "funnel"
        case "retention":
            return "heatmap"
        case "change":
            return "bar" if drivers else "number"
        case "aggregate":
            return _aggregate(query, shape)


def _aggregate(query: Aggregate, shape: Shape) -> ChartKind:
    match len(shape.keys):
        case 0:
            return "number"
        case 1:
            return _one_key(query, shape)
        case 2:
            return _two_keys(query, shape)
        case _:
            return "table"


def _one_key(query: Aggregate, shape: Shape) -> ChartKind:
    if shape.keys[0].sort == "time" and len(shape.rows) == 1 and query.limit is not None and not shape.compared:
        return "table"  # the best day: one bar beside nothing says no more than its number
    if shape.keys[0].sort == "time" and len(shape.rows) > 1 and query.limit is None:  # the three best days are no course
        return "line" if len(shape.metrics) <= PANELS else "table"
    if shape.compared:
        return "table" if len(shape.metrics) > 1 else "bar" if by_growth(query) else "grouped_bar"
    if query.share is not None:
        return "pie" if fits_pie(shape) and not _of_each(query) else "bar"
    if len(shape.metrics) == 2 and len(shape.rows) > SCATTER_FROM and not shape.keys[0].in_order and query.limit is None:
        return "scatter"
    if len(shape.metrics) > 1:
        return "table" if len(shape.metrics) > PANELS else "grouped_bar" if shape.same_unit else "bar"
    return "histogram" if shape.keys[0].sort == "bucket" else "bar"


def _two_keys(query: Aggregate, shape: Shape) -> ChartKind:
    if len(shape.metrics) > 1 or shape.compared:
        return "table"
    if query.limit_per or query.limit is not None:
        return "bar" if len(shape.rows) <= BARS else "table"
    if shape.key("time") is not None:
        return "stacked_bar" if query.share is not None and not _of_each(query) else "line"
    if query.share is not None and not _of_each(query):
        return "stacked_bar"
    return "grouped_bar" if _few(shape) else "heatmap"


def _few(shape: Shape) -> bool:
    small, large = sorted(len(set(shape.values(k.index))) for k in shape.keys)
    return small <= GROUPED_SERIES and large <= GROUPED_GROUPS


def fits_pie(shape: Shape) -> bool:
    """A pie shows parts of one whole: few, none below zero, and adding up."""
    metric = shape.metrics[0]
    numbers = [v for v in shape.values(metric.index) if v is not None]
    parts_of_whole = metric.additive or metric.share is not None
    return parts_of_whole and 1 < len(shape.rows) <= PIE_PARTS and all(n >= 0 for n in numbers) and any(n > 0 for n in numbers)


def can_show(kind: ChartKind, query: SemanticQuery, shape: Shape, drivers: tuple[Driver, ...] = ()) -> bool:
    """Whether a chart of that kind would be true to the data."""
    if kind in ("table", "number", "bar", "funnel"):
        return _always(kind, query, shape, drivers)
    if query.kind == "change":
        return False
    keys, metrics = len(shape.keys), len(shape.metrics)
    match kind:
        case "pie":
            whole = _single(query, shape) and not shape.compared
            return whole and ((fits_pie(shape) and not _of_each(query)) or _single_share(query, shape))
        case "line":
            return 1 <= keys <= 2 and any(k.in_order for k in shape.keys) and query.kind != "records"
        case "grouped_bar":
            return (keys == 2 and metrics == 1) or (keys <= 1 and (shape.compared or (metrics > 1 and shape.same_unit)))
        case "stacked_bar":
            return metrics == 1 and keys == 2 and not shape.compared and shape.metrics[0].additive and not _of_each(query)
        case "heatmap":
            return keys == 2
        case "scatter":
            return keys >= 1 and not shape.compared and len(numeric(shape)) >= 2
        case _:
            return keys == 1 and metrics == 1 and shape.keys[0].in_order


def _always(kind: ChartKind, query: SemanticQuery, shape: Shape, drivers: tuple[Driver, ...]) -> bool:
    """The kinds that hardly depend on how many keys and metrics there are."""
    match kind:
        case "number":
            return not shape.keys and query.kind in ("aggregate", "change")
        case "bar":
            return bool(drivers) or _bars(query, shape)
        case "funnel":
            return query.kind == "funnel" and len(shape.keys) == 1
        case _:
            return True


def _single(query: SemanticQuery, shape: Shape) -> bool:
    return query.kind == "aggregate" and len(shape.metrics) == 1 and len(shape.keys) <= 1


def _of_each(query: SemanticQuery) -> bool:
    """The same part of every group, or some of the groups of a whole: together they are no whole."""
    share = query.share if isinstance(query, Aggregate) else None
    some = share is not None and (share.part is not None or bool(share.over))
    return isinstance(query, Aggregate) and some and bool(query.group_by)


def _single_share(query: SemanticQuery, shape: Shape) -> bool:
    """A lone share: the part and the rest."""
    return isinstance(query, Aggregate) and query.share is not None and query.share.part is not None and not shape.keys


def _bars(query: SemanticQuery, shape: Shape) -> bool:
    if query.kind == "records":
        return len(shape.rows) <= BARS and bool(numeric(shape))
    if not shape.keys:
        return shape.compared or (len(shape.metrics) > 1 and shape.same_unit)
    return len(shape.keys) <= 2 and len(shape.metrics) <= PANELS
