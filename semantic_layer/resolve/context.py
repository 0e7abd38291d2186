"""What every resolving function needs: the restricted model, its join graph, and the list that issues go to.

In: names. Out: members and references, or None with an issue noted. Nothing raises here; `resolve` raises once at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from semantic_layer.catalog import suggest
from semantic_layer.issues import Issue, Place, Severity
from semantic_layer.joins import JoinGraph, Path
from semantic_layer.model import BehaviourType, Dimension, Entity, Metric, SemanticModel, profile_history, profile_table
from semantic_layer.plan import AggregatePlan, ColumnRef, HistoryRef, RecordsPlan
from semantic_layer.query import Aggregate, MetricPredicate, Period, Predicate, Records
from semantic_layer.scope import Restricted


@dataclass(frozen=True, slots=True)
class MemberSource:
    """A metric per member. `zero`: a member without facts has 0."""

    plan: AggregatePlan
    zero: bool


@dataclass(slots=True)
class Resolution:
    """One run of `resolve`: not shared, not kept. `member_plan` (metric, entity, path) and `records_plan` (list, path) resolve
    what is nested in a filter or a grouping (modules do not import in circles)."""

    restricted: Restricted
    member_plan: Callable[["Resolution", MetricPredicate, str, str], MemberSource | None]
    records_plan: Callable[["Resolution", Records, str], RecordsPlan | None]
    aggregate_plan: Callable[["Resolution", Aggregate], tuple[AggregatePlan, Period | None] | None]
    issues: list[Issue] = field(default_factory=list)
    graph: JoinGraph = field(init=False)
    model: SemanticModel = field(init=False)

    def __post_init__(self) -> None:
        self.model = self.restricted.model
        self.graph = JoinGraph(self.model)

    def note(
        self, code: str, path: str, *, severity: Severity = "error", suggestions: tuple[str, ...] = (), **params: str
    ) -> None:
        """Adds an issue (once)."""
        issue = Issue(code, severity, Place(path=path), params, suggestions)
        if issue not in self.issues:
            self.issues.append(issue)

    def _missing(self, code: str, kind: str, name: str, path: str) -> None:
        self.note(code, path, suggestions=suggest(self.model, kind, name), name=name)

    def metric(self, name: str, path: str) -> Metric | None:
        """The metric of that name; notes `unknown-metric`."""
        found = self.model.metrics.get(name)
        if found is None:
            self._missing("unknown-metric", "metrics", name, path)
        return found

    def dimension(self, name: str, path: str) -> Dimension | None:
        """The dimension, attribute or tag of that name; notes `unknown-dimension`."""
        found = self.model.dimensions.get(name)
        if found is None:
            self._missing("unknown-dimension", "dimensions", name, path)
        return found

    def behaviour(self, name: str, path: str) -> BehaviourType | None:
        """The behaviour of that name; notes `unknown-behaviour`."""
        found = self.model.behaviours.get(name)
        if found is None:
            self._missing("unknown-behaviour", "behaviours", name, path)
        return found

    def entity(self, name: str, path: str) -> Entity | None:
        """The entity of that name; notes `unknown-entity`."""
        found = self.model.entities.get(name)
        if found is None:
            self._missing("unknown-entity", "entities", name, path)
        return found

    def may_read(self, dimension: Dimension, path: str) -> bool:
        """May the asker group or calculate by it? Notes `personal-data`."""
        if dimension.pii is None or self.restricted.masks.get(dimension.pii) == "clear":
            return True
        self.note("personal-data", path, name=dimension.name)
        return False

    # --- references as seen from a base table ---------------------------------------------------------------------------

    def home_of(self, dimension: Dimension, base: str) -> tuple[str, Path] | None:
        """The table on which `base` reaches the dimension most cheaply, with the path there."""
        best: tuple[int, str, Path] | None = None
        for table in (dimension.table, *dimension.also):
            path = self.graph.path(base, table)
            if path is not None:
                cost = sum(e.distance for e in path)
                if best is None or cost < best[0]:
                    best = (cost, table, path)
        return None if best is None else (best[1], best[2])

    def column(self, dimension: Dimension, base: str) -> ColumnRef | None:
        """The dimension as seen from `base`, or None where no path leads there."""
        home = self.home_of(dimension, base)
        if home is None:
            return None
        table, path = home
        sql = dimension.expression(table) or dimension.name
        mask = self.restricted.masks.get(dimension.pii) if dimension.pii else None
        return self.shortened(ColumnRef(path, table, sql, dimension.type, dimension.pii, mask))

    def entity_key(self, entity: Entity, base: str) -> ColumnRef | None:
        """The key of the entity that a row of `base` belongs to, read from the nearest foreign key."""
        path = self.graph.path(base, entity.table)
        return None if path is None else self.key_of(entity.table, path)

    def key_of(self, table: str, path: Path) -> ColumnRef:
        """The key of the row of `table` at the end of `path`, read from the nearest foreign key."""
        key = self.model.tables[table].primary_key[0]
        found = self.model.tables[table].column(key)
        return self.shortened(ColumnRef(path, table, key, found.type if found else "integer"))

    def shortened(self, ref: ColumnRef) -> ColumnRef:
        """The same column where it is cheapest: a key of the other side of a join is read from this side."""
        path, table, sql = ref.path, ref.table, ref.sql
        while path:
            pairs = {there: here for here, there in path[-1].on}
            if sql not in pairs or path[-1].missing == "drop" or path[-1].as_text:
                break
            path, table, sql = path[:-1], path[-1].table, pairs[sql]
        return ColumnRef(path, table, sql, ref.type, ref.pii, ref.mask)

    def tag_entity(self, dimension: Dimension) -> Entity | None:
        """The entity whose profile holds this tag."""
        return next((e for e in self.model.entities.values() if profile_table(e.name) == dimension.table), None)

    def history(self, dimension: Dimension, predicate_as_of: Predicate | None, base: str, path: str) -> HistoryRef | None:
        """The tag as it was on the predicate's date; notes `not-a-tag` where it is none."""
        entity = self.tag_entity(dimension)
        key = self.entity_key(entity, base) if entity else None
        if entity is None or key is None or predicate_as_of is None or predicate_as_of.as_of is None:
            self.note("not-a-tag", path, name=dimension.name)
            return None
        table_key = self.model.tables[entity.table].primary_key[0]
        column = dimension.expr or dimension.name
        return HistoryRef(key, profile_history(entity.name), table_key, column, predicate_as_of.as_of, dimension.type)

    def time(self, home: str, time: str | None, base: str) -> ColumnRef | None:
        """The time column of something whose home is `home` (`column`, or `table.column`), as seen from `base`."""
        text = time or self.model.tables[home].time
        if text is None:
            return None
        table, _, name = text.rpartition(".")
        table = table or home
        path = self.graph.path(base, table)
        column = self.model.tables[table].column(name) if table in self.model.tables else None
        if path is None or column is None:
            return None
        return ColumnRef(path, table, name, column.type)
