"""Metrics as formulas over leaves: which fact carries each, at which grain, under which conditions.

In: a metric's name, the conditions and period of its use, what is grouped by. Out: a `Formula`, and leaves in `Leaves`. A metric
whose groups or filters lie at a finer grain (sales by category) becomes its declared finer form, rows are counted once each, and
anything that would multiply is an issue (`grain-too-fine`), never a wrong number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Entity,
    Measure,
    MembersMetric,
    Metric,
    RatioMetric,
    SimpleMetric,
)
from semantic_layer.plan import (
    BucketKey,
    ColumnRef,
    Computed,
    Condition,
    Declared,
    During,
    Formula,
    Key,
    Leaf,
    MemberRef,
    Negation,
    Quotient,
    Sequenced,
    Snapshot,
    Test,
    TimeKey,
)
from semantic_layer.query import Aggregation, Behaviour, ByBucket, Calculation, Filter, Grain, GroupBy, Period
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import Need, conditions, doers_of, is_bounded, needs, reaches
from semantic_layer.resolve.keys import Grouping, Scanned, key_needs, resolve_keys
from semantic_layer.resolve.leaves import BuiltLeaf, Leaves


@dataclass(frozen=True, slots=True)
class Use:
    """Under which conditions a formula is built. `slot` names the leaf; `shift` moves its dates onto the period compared.

    `beside`: conditions of what the value is compared with or is a part of. They do not limit it, but both sides must be of the
    same stuff: what women's wear is of all sales is item sales of item sales.
    `without`: days left out because they have no counterpart.
    `over`: groups that what is counted once each is counted in, and then added up.
    """

    where: tuple[Filter, ...] = ()
    period: Period | None = None
    groups: tuple[Grouping, ...] = ()
    slot: str = ""
    shift: tuple[Grain, int] | None = None
    without: tuple[Period, ...] = ()
    beside: tuple[Filter, ...] = ()
    over: GroupBy | None = None
    path: str = "metrics"


@dataclass(slots=True)
class Builder:
    """Builds the formulas of one aggregate. `replaced`: metrics that took their finer form."""

    r: Resolution
    leaves: Leaves
    replaced: dict[str, str] = field(default_factory=dict)

    def formula(self, name: str, use: Use) -> Formula | None:
        """The formula of a metric; None with issues noted."""
        metric = self.r.metric(name, use.path)
        match metric:
            case None:
                return None
            case SimpleMetric():
                return self._simple(metric, use)
            case RatioMetric():
                top, bottom = self.formula(metric.numerator, use), self.formula(metric.denominator, use)
                return None if top is None or bottom is None else Quotient(top, bottom)
            case DerivedMetric():
                parts = tuple((n, self.formula(n, use)) for n in metric.metrics)
                inputs = tuple((n, f) for n, f in parts if f is not None)
                return Computed(metric.expr, inputs) if len(inputs) == len(parts) else None
            case MembersMetric():
                return self._members(metric, use)
            case CumulativeMetric():
                end = use.period.end if use.period else None
                return self.formula(metric.metric, replace(use, period=Period(end=end)))
            case ConversionMetric():
                return self._conversion(metric, use)

    def calculation(self, calculation: Calculation, use: Use) -> Formula | None:
        """An ad-hoc aggregate of a dimension at its own table's grain."""
        dimension = self.r.dimension(calculation.member, use.path)
        if dimension is None:
            return None
        numeric = dimension.type in ("integer", "decimal", "number")
        if calculation.agg != "count" and not self.r.may_read(dimension, use.path):
            return None
        if not numeric and calculation.agg not in ("min", "max", "count", "count_distinct"):
            self.r.note("not-numeric", use.path, dimension=dimension.name, agg=calculation.agg)
            return None
        measure = Measure(
            name=calculation.name or f"{calculation.agg}_{calculation.member}",
            table=dimension.table,
            agg=calculation.agg,
            expr=dimension.expr or dimension.name,
            percentile=calculation.percentile,
        )
        return self._leaf(SimpleMetric(name=measure.name, label=dimension.label, measure=measure.name), measure, use)

    # --- leaves ----------------------------------------------------------------------------------------------------------

    def _simple(self, metric: SimpleMetric, use: Use) -> Formula | None:
        measure = self.r.model.measures.get(metric.measure)
        if measure is None:
            self.r.note("unknown-measure", use.path, name=metric.measure)
            return None
        return self._leaf(metric, measure, use)

    def _leaf(self, metric: SimpleMetric, measure: Measure, use: Use, member: MembersMetric | None = None) -> Formula | None:
        entity = entity_at(self.r, measure.table)
        wanted = [n for w in use.where for n in needs(self.r, w, entity.name)]
        wanted.extend(key_needs(self.r, use.groups if use.over is None else (*use.groups, use.over), entity.name))
        base = self._base(measure.table, wanted)
        if base is None:
            self._unreachable(metric, measure.table, wanted, use)
            return None
        if self._never_there(metric, measure.table, wanted, use):
            return None
        if use.beside and (metric.finer is not None or measure.finer is not None):
            base = self._base(measure.table, wanted + [n for w in use.beside for n in needs(self.r, w, entity.name)]) or base
        if base != measure.table and metric.finer is not None and metric.finer in self.r.model.metrics:
            return self._finer(metric, metric.finer, use, member)
        at = self._at_grain(metric, measure, base, use)
        if at is None:
            return None
        built = self._built(metric, measure, at, use, entity)
        if built is not None and member is not None:
            built = self._per_member(built, member, use)
        return None if built is None else Leaf(self.leaves.add(built), False)

    def _finer(self, metric: SimpleMetric, finer: str, use: Use, member: MembersMetric | None) -> Formula | None:
        """The metric's finer form; per member where it is counted per member."""
        self.r.note("finer-metric", use.path, severity="assumption", metric=metric.name, finer=finer)
        if member is not None:
            return self._counted(finer, member, use)
        self.replaced[metric.name] = finer
        return self.formula(finer, use)

    def _base(self, home: str, wanted: list[Need]) -> str | None:
        """The fact itself, or the nearest of its detail tables that reaches everything."""
        candidates = (home, *self.r.graph.details(home))
        return next((b for b in candidates if all(reaches(self.r, b, n) for n in wanted)), None)

    def _unreachable(self, metric: Metric, home: str, wanted: list[Need], use: Use) -> None:
        for kind, name in wanted:
            if not reaches(self.r, home, (kind, name)):
                near = tuple(d.name for d in self.r.model.dimensions.values() if d.groupable and d.table == home)
                self.r.note(
                    "unreachable-dimension", use.path, suggestions=near[:3], dimension=name, metric=metric.name, table=home
                )
                return

    def _never_there(self, metric: SimpleMetric, home: str, wanted: list[Need], use: Use) -> bool:
        """Whether a dimension is of a table that none of the metric's rows leads to: payments by category are all nought."""
        dimensions = self.r.model.dimensions
        found = next((n for _, n in wanted if n in dimensions and dimensions[n].table in metric.without), None)
        if found is not None:
            self.r.note("unreachable-dimension", use.path, dimension=found, metric=metric.name, table=home)
        return found is not None

    def _at_grain(self, metric: SimpleMetric, measure: Measure, base: str, use: Use) -> "_AtGrain | None":
        """What the measure becomes on `base`: itself, its finer measure, or a count of distinct rows."""
        home = self.r.graph.path(base, measure.table) or ()
        if base == measure.table or measure.agg in ("count_distinct", "min", "max"):
            return _AtGrain(base, measure, measure.agg, ColumnRef(home, measure.table, measure.expr or "1", "number"))
        if measure.agg == "count" and measure.expr is None:
            key = self.r.model.tables[measure.table].primary_key[0]
            ref = self.r.shortened(ColumnRef(home, measure.table, key, "integer"))
            return _AtGrain(base, measure, "count_distinct", ref)
        finer = self.r.model.measures.get(measure.finer or "")
        if finer is not None and finer.table == base:
            self.r.note("finer-measure", use.path, severity="assumption", metric=metric.name, table=base)
            return _AtGrain(base, measure, finer.agg, ColumnRef((), base, finer.expr or "1", "number"))
        self.r.note("grain-too-fine", use.path, metric=metric.name, table=base)
        return None

    def _built(self, metric: SimpleMetric, measure: Measure, at: "_AtGrain", use: Use, entity: Entity) -> BuiltLeaf | None:
        home = self.r.graph.path(at.base, measure.table) or ()
        found: list[Condition] = [Declared(home, measure.table, w) for w in (measure.where, metric.where) if w is not None]
        for i, where in enumerate(use.where):
            found.extend(conditions(self.r, where, at.base, entity.name, f"where[{i}]"))
        time = None if metric.timeless else self.r.time(measure.table, metric.time, at.base)
        if is_bounded(use.period):
            if time is None:
                self.r.note("period-not-applied", use.path, severity="assumption", metric=metric.name)
            else:
                found.append(During(time, use.period))  # type: ignore[arg-type]
                found.extend(Negation(During(time, day)) for day in use.without)
        scanned = Scanned(at.base, entity, time, use.shift, metric.name)
        keys = resolve_keys(self.r, use.groups, scanned)
        over = resolve_keys(self.r, () if use.over is None else (use.over,), scanned)
        if keys is None or over is None:
            return None
        found.extend(self._bounded_below(keys, use))
        ref = None if at.agg == "count" and measure.expr is None else at.ref
        if measure.semi_additive is not None and (time is None or time.path):
            self.r.note("semi-additive-time", use.path, metric=metric.name)
            return None
        snapshot = self._snapshot(measure, time, keys, use)
        conditions_ = tuple(dict.fromkeys(found))
        name = f"{metric.name}{use.slot}"
        leaf = BuiltLeaf(name, at.base, keys, conditions_, at.agg, ref, measure.percentile, snapshot=snapshot)
        return replace(leaf, over=over[0]) if over else leaf

    def _bounded_below(self, keys: tuple[Key, ...], use: Use) -> Iterator[Condition]:
        """Under the lowest edge is not where those without a value are: they are left out, and the answer says so."""
        for key in keys:
            if isinstance(key, BucketKey) and key.edges and not self._always_known(key):
                group = next(g for g in use.groups if isinstance(g, ByBucket))
                self.r.note("no-value-left-out", use.path, severity="assumption", name=group.member or group.metric or "")
                yield Test(key.ref, "is not null", ())

    def _always_known(self, key: BucketKey) -> bool:
        """Counts and sums per member, of rows that are the members themselves."""
        ref = key.ref
        own = isinstance(ref, MemberRef) and not ref.key.path and ref.key.sql in self.r.model.tables[ref.key.table].primary_key
        return own and isinstance(ref, MemberRef) and ref.zero

    def _snapshot(self, measure: Measure, time: ColumnRef | None, keys: tuple[Key, ...], use: Use) -> Snapshot | None:
        if measure.semi_additive is None or time is None:
            return None
        bucket = next((k for k in keys if isinstance(k, TimeKey)), None)
        return Snapshot(time, measure.semi_additive.take, use.period or Period(), bucket)

    # --- members and conversion --------------------------------------------------------------------------------------------

    def _members(self, metric: MembersMetric, use: Use) -> Formula | None:
        return self._counted(metric.metric, metric, use)

    def _counted(self, name: str, metric: MembersMetric, use: Use) -> Formula | None:
        inner = self.r.metric(name, use.path)
        if not isinstance(inner, SimpleMetric):
            if inner is not None:
                self.r.note("not-simple", use.path, metric=name)
            return None
        measure = self.r.model.measures[inner.measure]
        return self._leaf(inner, measure, use, metric)

    def _per_member(self, built: BuiltLeaf, metric: MembersMetric, use: Use) -> BuiltLeaf | None:
        entity = self.r.entity(metric.entity, use.path)
        key = self.r.entity_key(entity, built.base) if entity else None
        if key is None:
            self.r.note("unreachable-entity", use.path, entity=metric.entity, table=built.base)
            return None
        return replace(built, name=f"{metric.name}{use.slot}", member=key, at_least=metric.at_least)

    def _conversion(self, metric: ConversionMetric, use: Use) -> Formula | None:
        base, to = self.r.behaviour(metric.base, use.path), self.r.behaviour(metric.to, use.path)
        entity = self.r.entity(metric.entity, use.path)
        doers = doers_of(self.r, Behaviour(behaviour=metric.to), use.path)
        if base is None or to is None or entity is None or doers is None:
            return None
        key = self.r.entity_key(entity, base.table)
        then = self.r.time(to.table, to.time, to.table)
        if key is None or then is None:
            self.r.note("no-time", use.path, name=metric.name)
            return None
        who = f"{key.table}.{key.sql}" if key.path else key.sql
        starters = Measure(name=f"{metric.name}_base", table=base.table, agg="count_distinct", expr=who, where=base.where)
        simple = SimpleMetric(name=starters.name, label=metric.label, measure=starters.name, time=base.time)
        all_of_them = self._leaf(simple, starters, use)
        if not isinstance(all_of_them, Leaf):
            return None
        start = self.leaves.built[all_of_them.name]
        here = self.r.time(base.table, base.time, start.base)
        member = self.r.entity_key(entity, start.base)
        if here is None or member is None:
            self.r.note("no-time", use.path, name=metric.name)
            return None
        reached = replace(
            start,
            name=f"{metric.name}_to",
            conditions=(*start.conditions, Sequenced(member, here, doers, then, "after", metric.days)),
        )
        return Quotient(Leaf(self.leaves.add(reached), False), all_of_them)


@dataclass(frozen=True, slots=True)
class _AtGrain:
    base: str
    measure: Measure
    agg: Aggregation
    ref: ColumnRef


def entity_at(r: Resolution, table: str) -> Entity:
    """The entity that member-level conditions speak of: the domain's where a row of `table` has one (sales of customers who spent
    5000, not orders of 5000), else the one that lives on `table` (stores that sold 5000)."""
    own = r.model.entities[r.model.domain.entity]
    if r.graph.path(table, own.table) is not None:
        return own
    return next((e for e in r.model.entities.values() if e.table == table), own)
