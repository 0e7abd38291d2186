"""What a reader must know about a model beyond its names: which facts a metric rests on, which attribute is a metric in a window.

In: a `SemanticModel` as one asker may see it. Out: a `World` of look-ups, worked out once a model. Never fails: what a restricted
model lacks is not in the look-ups.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.language.inflections import singular
from assistant.language.values import Scalar, fold
from assistant.planners.rules.attributes import NUMBERS, Attributes, attributes_of
from assistant.planners.rules.members import count_of, people_words
from assistant.planners.rules.remembered import remembered
from semantic_layer.joins import JoinGraph
from semantic_layer.model import (
    BehaviourType,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Entity,
    Measure,
    MembersMetric,
    Metric,
    RatioMetric,
    Role,
    SemanticModel,
    SimpleMetric,
    Text,
    profile_table,
)
from semantic_layer.scope import Restricted

_READER = Role(name="reader", label=Text(zh="", en=""), may_list=True, may_export=True)


@dataclass(slots=True)
class World:
    """Look-ups over one model. `attributes`: what the entity's attributes hold; `counts`: entity -> the metric that counts it."""

    model: SemanticModel
    graph: JoinGraph = field(init=False)
    restricted: Restricted = field(init=False)
    attributes: Attributes = field(init=False)
    counts: dict[str, str] = field(default_factory=dict)
    _people: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())
    _tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _averaged: dict[str, str | None] = field(default_factory=dict)
    named: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of each metric, as `kin.names_of` has found them."""
    rated: frozenset[str] = frozenset()
    """Numbers of rows that some metric is the average of."""
    known: dict[Any, Any] = field(default_factory=dict)
    """What look-ups have found (`remembered`)."""

    def __post_init__(self) -> None:
        self.graph = JoinGraph(self.model)
        self.restricted = Restricted(self.model, _READER, {}, dict.fromkeys(self.model.domain.pii, "mask"))
        self._people = people_words(self.model)
        self.attributes = attributes_of(self.model)
        for name, entity in self.model.entities.items():
            count = count_of(self.model, entity)
            if count is not None:
                self.counts[name] = count
        self._averaged = {name: self._averages(name) for name in self.model.metrics}
        self.rated = frozenset(d for d in self._averaged.values() if d is not None)

    # --- entities --------------------------------------------------------------------------------------------------------

    @property
    def entity(self) -> Entity | None:
        """The entity that the domain is about."""
        return self.model.entities.get(self.model.domain.entity)

    def entity_of(self, table: str) -> Entity | None:
        """The entity whose members are the rows of a table (or of whose profile it is)."""
        for entity in self.model.entities.values():
            if table in (entity.table, profile_table(entity.name)):
                return entity
        return None

    def is_about(self, dimension: Dimension, entity: Entity) -> bool:
        """Whether a dimension describes the members of an entity themselves (its table, its profile)."""
        return dimension.table in (entity.table, profile_table(entity.name))

    def ends_in_people(self, text: str) -> bool:
        """Whether a phrase names members of the domain's entity by its last word: gold members, 钻石会员."""
        zh, en = self._people
        return text.endswith(zh) if not text.isascii() and zh else text.rpartition(" ")[2] in en

    # --- metrics ---------------------------------------------------------------------------------------------------------

    def ending_in(self, word: str) -> tuple[str, ...]:
        """The dimensions that people can be split by whose label ends in a word: type, 类型."""
        tail = singular(fold(word))

        def ends(label: str) -> bool:
            return label.rsplit(" ", maxsplit=1)[-1] == tail if tail.isascii() else label.endswith(tail)

        dimensions = (d for d in self.model.dimensions.values() if self.is_groupable(d.name))
        return tuple(d.name for d in dimensions if ends(fold(d.label.zh)) or ends(fold(d.label.en)))

    def tables_of(self, metric: str) -> tuple[str, ...]:
        """The fact tables that a metric is computed from, its own first."""
        if metric not in self._tables:
            self._tables[metric] = tuple(dict.fromkeys(self._walk(metric, 0)))
        return self._tables[metric]

    def _walk(self, name: str, depth: int) -> Iterator[str]:
        metric = self.model.metrics.get(name)
        if metric is None or depth > 6:
            return
        match metric:
            case SimpleMetric():
                measure = self.model.measures.get(metric.measure)
                if measure is not None:
                    yield measure.table
            case RatioMetric():
                yield from self._walk(metric.numerator, depth + 1)
                yield from self._walk(metric.denominator, depth + 1)
            case DerivedMetric():
                for part in metric.metrics:
                    yield from self._walk(part, depth + 1)
            case MembersMetric() | CumulativeMetric():
                yield from self._walk(metric.metric, depth + 1)
            case ConversionMetric():
                behaviour = self.model.behaviours.get(metric.base)
                if behaviour is not None:
                    yield behaviour.table

    def measure_of(self, metric: Metric) -> Measure | None:
        """The one measure of a simple metric."""
        return self.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None

    @remembered
    def is_average(self, name: str) -> bool:
        """Whether a metric is a mean or a rate already."""
        metric = self.model.metrics.get(name)
        measure = self.measure_of(metric) if metric is not None else None
        return isinstance(metric, RatioMetric | DerivedMetric) or (measure is not None and measure.agg in ("avg", "median"))

    def number_of_rows(self, name: str) -> str | None:
        """The numeric dimension that a metric averages, or whose name says that it is the rating behind the metric."""
        return self._averaged.get(name)

    def _averages(self, name: str) -> str | None:
        metric = self.model.metrics[name]
        measure = self.measure_of(metric)
        if measure is not None and measure.agg not in ("avg", "median"):
            return None
        for dimension in self.model.dimensions.values():
            if not self.is_number(dimension.name) or dimension.table not in self.tables_of(name)[:1]:
                continue
            averaged = measure is not None and (dimension.expr or dimension.name) == measure.expr
            if averaged or (dimension.format == metric.format == "score" and dimension.label.zh.startswith(metric.label.zh)):
                return dimension.name
        return None

    @remembered
    def counts_people(self, name: str) -> bool:
        """Whether a metric counts members of the domain's entity."""
        metric, entity = self.model.metrics.get(name), self.entity
        if metric is None or entity is None:
            return False
        return name == self.counts.get(entity.name) or (metric.unit is not None and metric.unit.zh == entity.unit.zh)

    def is_timeless(self, name: str) -> bool:
        """Whether no period limits a metric."""
        metric = self.model.metrics.get(name)
        return isinstance(metric, SimpleMetric) and metric.timeless

    @remembered
    def is_count(self, name: str) -> bool:
        """Whether a metric counts rows."""
        metric = self.model.metrics.get(name)
        measure = self.measure_of(metric) if metric is not None else None
        return measure is not None and measure.agg == "count"

    @remembered
    def distinct_of(self, table: str, where: str | None) -> str | None:
        """The metric that counts the distinct members of the domain's entity in a table's rows that meet a condition."""
        entity = self.entity
        key = self.model.tables[entity.table].primary_key[0] if entity is not None else None
        for name, metric in self.model.metrics.items():
            measure = self.measure_of(metric)
            if measure is None or measure.table != table or measure.agg != "count_distinct" or measure.expr != key:
                continue
            conditions = {_squeezed(c) for c in (measure.where, metric.where if isinstance(metric, SimpleMetric) else None) if c}
            if conditions == ({_squeezed(where)} if where else set()):
                return name
        return None

    @remembered
    def count_of_deeds(self, behaviour: str) -> str | None:
        """The metric that counts the rows of a behaviour."""
        found = self.model.behaviours.get(behaviour)
        for name, metric in self.model.metrics.items():
            measure = self.measure_of(metric)
            if found is None or measure is None or measure.table != found.table or measure.agg != "count":
                continue
            conditions = {_squeezed(c) for c in (measure.where, metric.where if isinstance(metric, SimpleMetric) else None) if c}
            if conditions == ({_squeezed(found.where)} if found.where else set()):
                return name
        return None

    @remembered
    def count_of_joining(self, behaviour: str) -> str | None:
        """The metric that counts the members by the day when a behaviour of all of them happened: registered, by registration date."""
        found = self.model.behaviours.get(behaviour)
        if found is None or found.table != self.model.entities[found.entity].table:
            return None
        counts = (name for name in self.model.metrics if self.tables_of(name) == (found.table,) and not self.is_timeless(name))
        return next((name for name in counts if self.is_count(name)), None)

    def metric_of_rows(self, name: str, options: Mapping[str, tuple[Scalar, ...]]) -> tuple[str, bool] | None:
        """The metric of the same measure over rows with these values, where `name` has others; True: it is limited to them itself."""
        metric = self.model.metrics.get(name)
        measure = self.measure_of(metric) if metric is not None else None
        if not isinstance(metric, SimpleMetric) or measure is None or not metric.where:
            return None
        own = self.value_where(measure.table, metric.where)
        if own is None or own[0] not in options or own[1] in options[own[0]]:
            return None
        everything = None
        for other_name, other in self.model.metrics.items():
            if not isinstance(other, SimpleMetric) or other.measure != metric.measure or other.time != metric.time:
                continue
            limit = self.value_where(measure.table, other.where) if other.where else None
            if limit is not None and limit[0] == own[0] and options[own[0]] == (limit[1],):
                return other_name, True
            if other.where is None:
                everything = everything or other_name
        return (everything, False) if everything is not None else None

    @remembered
    def value_where(self, table: str, where: str) -> tuple[str, str] | None:
        """The dimension and value that a condition `column = 'value'` of a table is about."""
        found = re.fullmatch(r"\s*(\w+)\s*=\s*'([^']*)'\s*", where)
        if found is None:
            return None
        for name, dimension in self.model.dimensions.items():
            if dimension.table == table and (dimension.expr or name) == found[1]:
                return name, found[2]
        return None

    def fact_tables(self) -> tuple[str, ...]:
        """The tables that behaviours of the domain's entity are recorded in, in the order of the model."""
        return tuple(dict.fromkeys(b.table for b in self.model.behaviours.values() if b.entity == self.model.domain.entity))

    @remembered
    def pieces_with(self, dimension: str) -> str | None:
        """The metric that adds up how many of the things were sold which a dimension describes."""
        for name, metric in self.model.metrics.items():
            measure = self.measure_of(metric)
            plain = measure is not None and measure.agg == "sum" and metric.format not in ("currency", "percent")
            if measure is not None and plain and measure.where is None and self.distance(measure.table, dimension) is not None:
                return name
        return None

    @remembered
    def money_of(self, table: str) -> str | None:
        """The metric that adds up the money of a table: what `spent` and `worth` are about."""
        for name, metric in self.model.metrics.items():
            measure = self.measure_of(metric)
            if measure is not None and measure.table == table and measure.agg == "sum" and metric.format == "currency":
                return name
        return None

    @remembered
    def declared(self, dimension: str, agg: str) -> str | None:
        """The metric that is declared for an aggregate of a numeric dimension: the sum of it, or its sum over its count."""
        member = self.model.dimensions[dimension]
        expr = member.expr or dimension
        for name, metric in self.model.metrics.items():
            if agg == "sum" and self._sums(name, member.table, expr):
                return name
            if agg == "avg" and isinstance(metric, RatioMetric) and self._sums(metric.numerator, member.table, expr):
                below = self.model.metrics.get(metric.denominator)
                measure = self.measure_of(below) if below is not None else None
                if measure is not None and measure.agg == "count" and measure.table == member.table:
                    return name
            measure = self.measure_of(metric)
            if agg == "avg" and measure is not None and (measure.agg, measure.table, measure.expr) == ("avg", member.table, expr):
                return name
        return None

    def _sums(self, name: str, table: str, expr: str) -> bool:
        metric = self.model.metrics.get(name)
        measure = self.measure_of(metric) if metric is not None else None
        return measure is not None and (measure.agg, measure.table, measure.expr) == ("sum", table, expr)

    @remembered
    def usual_rows(self, table: str) -> tuple[str, str] | None:
        """The dimension and value that the money metric of a table is limited to: completed orders."""
        name = self.money_of(table)
        metric = self.model.metrics.get(name) if name else None
        where = metric.where if isinstance(metric, SimpleMetric) else None
        return self.value_where(table, where) if where else None

    @remembered
    def is_detail(self, table: str, dimension: str) -> bool:
        """Whether only the details of a table's rows have a dimension."""
        return self.distance(table, dimension) is not None and all(
            self.graph.distance(table, h) is None for h in self.homes(dimension)
        )

    @remembered
    def amount_of(self, table: str) -> str | None:
        """The numeric dimension of a table that holds its rows' amount of money."""
        metric = self.money_of(table)
        measure = self.measure_of(self.model.metrics[metric]) if metric else None
        found = [d for d in self.model.dimensions.values() if d.table == table and d.format == "currency" and not d.tag]
        if measure is not None:
            found.sort(key=lambda d: (d.expr or d.name) != measure.expr)
        return found[0].name if found else None

    # --- dimensions ------------------------------------------------------------------------------------------------------

    def is_number(self, name: str) -> bool:
        """Whether a dimension holds numbers that can be compared with."""
        dimension = self.model.dimensions.get(name)
        return dimension is not None and dimension.type in NUMBERS and not self.is_key(name)

    def is_date(self, name: str) -> bool:
        """Whether a dimension holds dates."""
        dimension = self.model.dimensions.get(name)
        return dimension is not None and dimension.type in ("date", "timestamp")

    def is_key(self, name: str) -> bool:
        """Whether a dimension identifies rows."""
        dimension = self.model.dimensions[name]
        table = self.model.tables.get(dimension.table)
        return table is not None and (dimension.expr or name) in table.primary_key

    def twin(self, dimension: Dimension, table: str) -> str | None:
        """The dimension of another table with the same values and a longer name: store region beside region."""
        values = [v.value for v in dimension.values]
        for name, other in self.model.dimensions.items():
            same = other.table == table and name != dimension.name and values == [v.value for v in other.values]
            longer = other.label.zh.endswith(dimension.label.zh) or other.label.en.lower().endswith(dimension.label.en.lower())
            if values and same and longer:
                return name
        return None

    def is_groupable(self, name: str) -> bool:
        """Whether a dimension can be broken down by."""
        dimension = self.model.dimensions.get(name)
        return dimension is not None and (dimension.groupable or self.is_key(name))

    def homes(self, name: str) -> tuple[str, ...]:
        """The tables that a dimension lives on."""
        dimension = self.model.dimensions.get(name)
        return () if dimension is None else (dimension.table, *dimension.also)

    def distance(self, table: str, dimension: str) -> int | None:
        """How far a dimension is from rows of `table`: over declared joins, or down to their details (2 more). None: out of reach."""
        found = [self._steps(table, home) for home in self.homes(dimension)]
        return min((steps for steps in found if steps is not None), default=None)

    def _steps(self, table: str, home: str) -> int | None:
        direct = self.graph.distance(table, home)
        if direct is not None:
            return direct
        for detail in self.graph.details(table):
            below = self.graph.distance(detail, home)
            if below is not None:
                return below + 2
        return None

    def around(self, table: str) -> frozenset[str]:
        """A table, its details and what its rows belong to."""
        starts = (table, *self.graph.details(table))
        return frozenset(to for start in starts for to in (start, *self.graph.reachable(start)))

    def is_apart(self, table: str, dimension: str, entity: Entity) -> bool:
        """Whether a dimension describes the facts of `table` without going through the entity that did them."""
        for start in (table, *self.graph.details(table)):
            for home in self.homes(dimension):
                path = self.graph.path(start, home)
                if path is not None and all(edge.to != entity.table for edge in path):
                    return True
        return False

    def behaviour(self, name: str) -> BehaviourType | None:
        """A behaviour by name."""
        return self.model.behaviours.get(name)


def _squeezed(condition: str) -> str:
    """A condition in one spelling of spaces."""
    return " ".join(condition.split())
