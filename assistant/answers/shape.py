"""The shape of a result: which columns are keys and of what sort, which are values and how they belong together.

In: a query and its labelled `ResultSet`. Out: `Shape`, the one thing that the rules of sentences and charts read. Nothing fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answers import dates
from assistant.qa import Cell, Column, ResultSet
from semantic_layer.joins import JoinGraph
from semantic_layer.model import Dimension, Metric, SemanticModel, SimpleMetric
from semantic_layer.query import Aggregate, ByDimension, MetricUse, SemanticQuery

KeySort = Literal["time", "dimension", "level", "part", "bucket"]
"""time: first days of a grain; level: a dimension whose values rise; part: weekday, hour …; bucket: ranges of a number."""


DWARFED = 25
"""Values of which one is so many times the other cannot be read on one axis."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key column: where it stands, and its sort."""

    index: int
    column: Column
    sort: KeySort

    @property
    def in_order(self) -> bool:
        """Whether its values have an order of their own."""
        return self.sort != "dimension"


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of the result: where its value stands, and its companions."""

    name: str
    column: Column
    index: int
    previous: int | None = None
    growth: int | None = None
    share: int | None = None
    running: int | None = None
    additive: bool = False
    counted: bool = False
    """Whether a group that is not there has 0 of it; `additive` as well, unless one thing may stand in several groups."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Keys and metrics of a result, and its rows."""

    keys: tuple[Key, ...]
    metrics: tuple[Measured, ...]
    rows: tuple[tuple[Cell, ...], ...]
    columns: tuple[Column, ...]

    def key(self, *sorts: KeySort) -> Key | None:
        """The first key of one of these sorts."""
        return next((k for k in self.keys if k.sort in sorts), None)

    def values(self, index: int) -> tuple[Cell, ...]:
        """The cells of a column."""
        return tuple(row[index] for row in self.rows)

    @property
    def compared(self) -> bool:
        """Whether values stand beside those of another period or group."""
        return any(m.previous is not None for m in self.metrics)

    @property
    def same_unit(self) -> bool:
        """Whether all metrics can share an axis: one unit, and no one of them dwarfs another."""
        units = {(m.column.format, m.column.unit if m.column.format in ("currency", "score") else None) for m in self.metrics}
        return len(units) == 1 and self._similar

    @property
    def _similar(self) -> bool:
        tops = [max((abs(float(v)) for v in self.values(m.index) if v is not None), default=0.0) for m in self.metrics]
        known = [top for top in tops if top > 0]
        return not known or max(known) <= DWARFED * min(known)


def shape_of(query: SemanticQuery, result: ResultSet, model: SemanticModel) -> Shape:
    """The shape of `result`, whose columns are labelled."""
    keys = tuple(Key(i, c, _sort(c, model)) for i, c in enumerate(result.columns) if c.role == "key")
    return Shape(keys, _metrics(query, result.columns, model), result.rows, result.columns)


def _sort(column: Column, model: SemanticModel) -> KeySort:
    if column.grain == "bucket":
        return "bucket"
    if column.type in ("date", "timestamp") and dates.is_grain(column.grain):
        return "time"
    if column.grain is not None:
        return "part"
    if column.name in ("step", "offset"):
        return "level"
    dimension = model.dimensions.get(column.member or "")
    scale = column.type in ("integer", "number")  # a score: along its scale, as its rows are
    return "level" if scale or (dimension is not None and dimension.ordered) else "dimension"


def _metrics(query: SemanticQuery, columns: Sequence[Column], model: SemanticModel) -> tuple[Measured, ...]:
    found: dict[str, dict[str, int]] = {}
    for index, column in enumerate(columns):
        if column.role == "value":
            found.setdefault(column.name.partition(":")[0], {})[column.part] = index
    return tuple(_measured(name, parts, query, columns, model) for name, parts in found.items())


def _measured(
    name: str, parts: dict[str, int], query: SemanticQuery, columns: Sequence[Column], model: SemanticModel
) -> Measured:
    index = parts.get("value", parts.get("attribute", next(iter(parts.values()))))
    column = columns[index]
    others = {part: parts[part] for part in ("previous", "growth", "share", "running") if part in parts}
    counted = _adds_up(name, column, query, model)
    apart = counted and not _overlap(column.member or name, query, model)
    return Measured(name, column, index, additive=apart, counted=counted, **others)


def _adds_up(name: str, column: Column, query: SemanticQuery, model: SemanticModel) -> bool:
    if query.kind in ("funnel", "retention") or column.part == "share":
        return False  # the parts of one month and of the next are parts of different wholes
    if isinstance(query, Aggregate):
        use = next((m for m in query.metrics if name in (m.name, getattr(m, "metric", None))), None)
        if isinstance(use, MetricUse) and use.per is not None:
            return False
        if use is not None and not isinstance(use, MetricUse):
            return use.agg in ("sum", "count")
    member = column.member or name
    if member in model.dimensions and column.part == "value":
        return column.name.startswith(("sum_", "count_")) and not column.name.startswith("count_distinct")
    return additive(member, model)


def _overlap(name: str, query: SemanticQuery, model: SemanticModel) -> bool:
    """Orders by category: an order stands in the group of each thing in it, so that the groups come to more than there are."""
    metric = model.metrics.get(name)
    if not isinstance(query, Aggregate) or not isinstance(metric, SimpleMetric):
        return False
    finer = model.metrics.get(metric.finer or "")
    simple = (metric, finer) if isinstance(finer, SimpleMetric) else (metric,)
    homes = [measure.table for one in simple if (measure := model.measures.get(one.measure)) is not None]
    keys = [
        model.dimensions[g.member].table for g in query.group_by if isinstance(g, ByDimension) and g.member in model.dimensions
    ]
    return bool(homes) and all(_lies_below(JoinGraph(model), home, keys) for home in homes)


def _lies_below(graph: JoinGraph, home: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys is known of the details of a table only."""
    below = {table for detail in graph.details(home) for table in graph.reachable(detail)}
    return any(table in below and table not in graph.reachable(home) for table in keys)


def additive(name: str, model: SemanticModel) -> bool:
    """Whether the values of disjoint groups of a metric add up to its total: sums and counts of rows, over any key.

    Distinct counts, averages, ratios and running totals do not.
    """
    metric: Metric | None = model.metrics.get(name)
    if not isinstance(metric, SimpleMetric):
        return False
    measure = model.measures.get(metric.measure)
    return measure is not None and measure.agg in ("sum", "count") and measure.semi_additive is None


def levels(column: Column, model: SemanticModel) -> tuple[Cell, ...]:
    """The values of an ordered dimension, lowest first; nothing for any other column."""
    dimension: Dimension | None = model.dimensions.get(column.member or "")
    return tuple(v.value for v in dimension.values) if dimension is not None and dimension.ordered else ()


def row_total(shape: Shape, index: int) -> float | None:
    """The sum of a column, None where no row has a value."""
    numbers = [row[index] for row in shape.rows if row[index] is not None]
    return float(sum(numbers)) if numbers else None


def numeric(shape: Shape) -> tuple[Measured, ...]:
    """The values that are numbers: metrics, and attributes of a list that can be measured."""
    known = ("integer", "decimal", "number")
    return tuple(m for m in shape.metrics if m.column.type in known and not m.column.labels)
