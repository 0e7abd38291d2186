"""What a noun that asks for a number becomes: a declared metric where the model has one, else an aggregate of an attribute.

In: a noun, the tables that the question is about. Out: what is measured. Raises `Unreadable` where nothing can be counted or
aggregated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.planners.plain.frame import Noun, Unreadable
from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.world import World
from semantic_layer.model import SimpleMetric
from semantic_layer.query import Calculation, Measured, MetricUse


@dataclass(frozen=True, slots=True)
class Near:
    """The tables of what numbers are broken down by; `rows`: those of which each row is a group; `tested`: those of conditions."""

    tables: tuple[str, ...] = ()
    rows: frozenset[str] = frozenset()
    tested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Members:
    """Looks members up. `owners`: the tables of what is asked about, the nearest first."""

    world: World
    owners: tuple[str, ...]

    def table(self, dimension: str) -> str:
        """The table that a dimension lives on."""
        return self.world.model.dimensions[dimension].table

    def pick(self, names: Sequence[str], tables: Sequence[str] = (), owner: str | None = None) -> str:
        """One of the dimensions: the owner's, else that of what is asked about, else the nearest to `tables`."""
        for table in ((owner,) if owner else ()) + self.owners:
            found = next((d for d in names if self.table(d) == table), None)
            if found is not None:
                return found
        near = nearest_dimensions(self.world, names, tables)
        if near:
            return near[0]
        raise Unreadable(names[0] if names else "dimension")

    def picks(self, noun: Noun, tables: Sequence[str] = (), owner: str | None = None) -> list[str]:
        """The dimensions that a noun stands for: one, or first and last name where they name the row together."""
        first = self.pick(noun.dimensions, tables, owner or noun.owner)
        parts = [d for d in noun.dimensions if self.table(d) == self.table(first) and self._is_part(d)]
        return parts if first in parts and not {"first", "last", "given", "family"} & set(noun.text.split()) else [first]

    def _is_part(self, dimension: str) -> bool:
        return self.world.model.dimensions[dimension].label.en.endswith(("first name", "last name"))

    def nearest_number(self, numbers: Sequence[str], near: Near, owner: str | None) -> str:
        """The numeric attribute that is meant: the owner's, that of what is asked about, the fewest joins from the groups."""
        graph = self.world.graph

        def steps(name: str) -> tuple[bool, bool, int]:
            paths = [graph.path(self.table(name), t) for t in near.tables or near.tested]
            far = sum(len(path) if path is not None else 20 for path in paths)
            return (self.table(name) != owner, self.table(name) not in self.owners, far)

        return min(numbers, key=steps)

    def key(self, table: str | None) -> str:
        """The dimension that identifies the rows of a table."""
        for name in self.world.model.dimensions:
            if self.table(name) == table and self.world.is_key(name):
                return name
        raise Unreadable("key")

    def all_of(self, table: str) -> list[str]:
        """Every attribute of a table, references too, in the order of its columns; the key stands before a list anyway."""
        order = [column.name for column in self.world.model.tables[table].columns]
        found = {}
        for name, dimension in self.world.model.dimensions.items():
            expr = dimension.expression(table)
            if expr is not None and not (self.table(name) == table and self.world.is_key(name)):
                found[name] = next((at for at, column in enumerate(order) if column in (expr, expr.strip('"'))), len(order))
        return sorted(found, key=found.__getitem__)

    def numbers(self, noun: Noun) -> list[str]:
        """The numeric attributes that a noun may be."""
        return [d for d in noun.dimensions if self.world.is_number(d)]

    def rows_of(self, table: str) -> str:
        """The metric that counts the rows of a table."""
        for name in self.world.model.metrics:
            if self.world.is_count(name) and self.world.tables_of(name) == (table,):
                return name
        raise Unreadable(table)

    # --- numbers -----------------------------------------------------------------------------------------------------------

    def measured(self, noun: Noun, near: Near | None = None) -> Measured:
        """The number that a noun asks for, near what it is broken down by."""
        near = near or Near()
        numbers = self.numbers(noun)
        if noun.agg is not None and noun.agg != "sum":
            if not numbers:
                return self._regrouped(noun, noun.agg)
            return self.named(noun.agg, self.nearest_number(numbers, near, noun.owner))
        if noun.rows and noun.counted and noun.distinct and noun.dimensions and not any(map(self.names, noun.dimensions)):
            return self._kinds(noun)  # how many different extras: of that kind, not rows
        held = [d for d in numbers if self.table(d) in (*self.owners, *near.tables)]
        if noun.rows and not (held and not set(noun.rows) & set(self.owners)):
            return self._count(noun, near)
        if numbers:
            return self.named("sum", self.nearest_number(held or numbers, near, noun.owner))
        if noun.metrics:
            return self._regrouped(noun, noun.agg) if noun.agg else MetricUse(metric=noun.metrics[0])
        if noun.dimensions and noun.counted:
            return self._kinds(noun)
        raise Unreadable("number")

    def _count(self, noun: Noun, near: Near) -> Measured:
        """How many rows: of the first table that reaches what they are broken down by, else of what ties both together."""
        others = [t for t in near.tables if t not in noun.rows]
        reach = [t for t in noun.rows if all(self._reaches(t, other, rows=other in near.rows) for other in others)]
        table = (reach or list(noun.rows))[0]
        if not reach and others:
            table = self.bridge(table, others) or table
        return MetricUse(metric=self.rows_of(table))

    def _reaches(self, table: str, other: str, *, rows: bool) -> bool:
        """Whether rows of a table belong to rows of another, or have them as details."""
        graph = self.world.graph
        if graph.path(table, other) is not None:
            return True
        if rows and graph.path(other, table) is not None and self.bridge(table, (other,), but=other) is not None:
            return False  # each of the others belongs to one: how many of them it has is told by what ties both together
        return any(graph.path(d, other) is not None for d in graph.details(table))

    def bridge(self, table: str, near: Sequence[str], but: str | None = None) -> str | None:
        """The nearest table whose rows belong to rows of `table` and of the others."""
        graph = self.world.graph
        found = []
        for other in self.world.model.tables:
            if other in (table, but, *near):
                continue
            steps = [graph.path(other, t) for t in (table, *near)]
            if all(path is not None for path in steps):
                found.append((sum(len(path) for path in steps if path), other))
        return min(found)[1] if found else None

    def _kinds(self, noun: Noun) -> Measured:
        """How many different values a dimension has."""
        return self.named("count_distinct", self.pick(noun.dimensions, (), noun.owner))

    def named(self, agg: str, member: str) -> Measured:
        """The declared metric of an aggregate where there is one, else the aggregate itself."""
        model = self.world.model
        dimension = model.dimensions[member]
        for name, metric in model.metrics.items():
            measure = self.world.measure_of(metric)
            if not isinstance(metric, SimpleMetric) or measure is None or metric.where or measure.where:
                continue
            if (measure.agg, measure.table, measure.expr) == (agg, dimension.table, dimension.expr or member):
                return MetricUse(metric=name)
        return Calculation.model_validate({"agg": agg, "member": member})

    def _regrouped(self, noun: Noun, wanted: str) -> Measured:
        """average *and maximum* of what only a metric names: another aggregate of the same amount."""
        for name in noun.metrics:
            measure = self.world.measure_of(self.world.model.metrics[name])
            if measure is None:
                continue
            for other, candidate in self.world.model.metrics.items():
                found = self.world.measure_of(candidate)
                same = found is not None and (found.table, found.expr, found.agg) == (measure.table, measure.expr, wanted)
                if same and isinstance(candidate, SimpleMetric):
                    return MetricUse(metric=other)
        raise Unreadable("aggregate")

    # --- what "most often" counts ------------------------------------------------------------------------------------------

    def deeds(self, asked: Sequence[str], verbs: Sequence[str], *, told: bool) -> str:
        """The metric that "most often" counts: rows that belong to whose question it is, those of the verb first; rows of the thing
        itself where something else of theirs is asked (the most common nationality)."""
        owners = list(self.owners) or [self.table(d) for d in asked]
        if not owners:
            raise Unreadable("what is counted")
        names = not asked or any(self.names(d) for d in asked) or self._done(owners[0], verbs)
        tables = [owners[0]]
        if names:
            tables = [t for t in self.world.model.tables if t != owners[0] and self.world.graph.path(t, owners[0])]
        stems = {v[:4] for v in verbs if len(v) > 3}

        def order(table: str) -> tuple[bool, int]:
            return (not any(w[:4] in stems for w in table.split("_")), len(self.world.graph.path(table, owners[0]) or ()))

        for table in sorted(tables, key=order):
            if told or not order(table)[0]:
                return self.rows_of(table)
        raise Unreadable("what is counted")

    def _done(self, owner: str, verbs: Sequence[str]) -> bool:
        """Whether a verb is called like rows that belong to the owner's: the product that is ordered most often."""
        stems = [v[:4] for v in verbs if len(v) > 3]
        tables = [t for t in self.world.model.tables if t != owner and self.world.graph.path(t, owner)]
        return any(w[:4] in stems for t in tables for w in t.split("_"))

    def names(self, dimension: str) -> bool:
        """Whether a dimension names or identifies the rows of its table."""
        found = self.world.model.dimensions[dimension]
        entity = self.world.entity_of(found.table)
        if self.world.is_key(dimension):
            return True
        if entity is None:
            return False
        own = {found.label.en, *found.synonyms.en}
        rows = {entity.label.en, *entity.synonyms.en}
        return bool(own & rows) or any(f"{word}s" in rows for word in own)
