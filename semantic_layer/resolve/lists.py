"""Records, Funnel and Retention -> their plans.

In: the query. Out: the plan with output columns, or None with issues noted. Personal data in a list is masked as the role sees
it; a list of the domain's entity needs the right to list.
"""

from dataclasses import dataclass, replace

from semantic_layer.catalog import nearest
from semantic_layer.model import BehaviourType, Dimension, Entity
from semantic_layer.plan import (
    ColumnRef,
    Condition,
    Declared,
    During,
    FunnelPlan,
    FunnelStep,
    ListedColumn,
    MemberRef,
    OutputColumn,
    RecordsPlan,
    Ref,
    RetentionPlan,
)
from semantic_layer.query import (
    Attribute,
    ByDimension,
    Column,
    Filter,
    Funnel,
    MetricColumn,
    MetricPredicate,
    Order,
    Period,
    Predicate,
    Records,
    Retention,
    Step,
)
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import conditions, is_bounded, may_be_same, needs, reaches
from semantic_layer.resolve.keys import grouped, key_column, key_needs
from semantic_layer.resolve.members import member_plan

# --- records ---------------------------------------------------------------------------------------------------------------


def records_plan(r: Resolution, query: Records, path: str = "records") -> RecordsPlan | None:
    """The plan of a list: the entity's key, then the columns."""
    entity = r.entity(query.entity, f"{path}.entity")
    if entity is None:
        return None
    where = list(conditions(r, query.where, entity.table, entity.name, f"{path}.where"))
    if is_bounded(query.period):
        time = r.time(entity.table, None, entity.table)
        if time is None:
            r.note("no-time", f"{path}.period", name=entity.name)
            return None
        where.append(During(time, query.period))  # type: ignore[arg-type]
    columns = _columns(r, entity, query, path)
    distinct = query.distinct and bool(query.columns) and path == "records"  # a set to be a member of is one of keys
    columns = _values(columns) if distinct else columns
    sought = ((o, f"{path}.order[{i}]") for i, o in enumerate(query.order))
    order = tuple(t for o, at in sought if (t := _order(r, entity, o, columns, at, distinct=distinct)))
    if query.offset and not query.order:
        r.note("offset-needs-order", f"{path}.offset")
    per = _per(r, entity, query, path)
    return RecordsPlan(entity.table, columns, tuple(where), order, query.limit, distinct, query.offset, per)


def _per(r: Resolution, entity: Entity, query: Records, path: str) -> tuple[Ref, ...]:
    """What a list has so many rows of each value of; notes `limit-per-needs-limit`, `personal-data`."""
    if query.limit_per and (query.limit is None or not query.order or query.offset or query.distinct):
        r.note("limit-per-needs-limit", f"{path}.limit_per")
    found = []
    for name in query.limit_per:
        listed = _column(r, entity, Attribute(member=name), f"{path}.limit_per")
        if listed is not None and r.may_read(r.model.dimensions[name], f"{path}.limit_per"):
            found.append(listed.ref)
    return tuple(found)


def _values(columns: tuple[ListedColumn, ...]) -> tuple[ListedColumn, ...]:
    """The columns of a list without its key: together they tell its rows apart."""
    return tuple(replace(c, column=replace(c.column, role="key")) for c in columns[1:]) or columns


def may_list(r: Resolution, query: Records) -> bool:
    """Has the role the right to list the domain's entity? Notes `may-not-list`."""
    if query.entity != r.model.domain.entity or r.restricted.role.may_list:
        return True
    r.note("may-not-list", "entity", entity=query.entity)
    return False


def _columns(r: Resolution, entity: Entity, query: Records, path: str) -> tuple[ListedColumn, ...]:
    key_name = r.model.tables[entity.table].primary_key[0]
    key = r.entity_key(entity, entity.table)
    if key is None:
        return ()
    found = [ListedColumn(key_name, key, OutputColumn(key_name, "key", key.type, "key", key_name))]
    shown = query.columns or tuple(Attribute(member=m) for m in entity.columns if m in r.model.dimensions)
    for i, column in enumerate(shown):
        listed = _column(r, entity, column, f"{path}.columns[{i}]")
        if listed is None or listed.name == key_name:
            continue
        listed = _dated(listed, column, shown)
        if any(listed.name == other.name for other in found):
            r.note("duplicate-output", f"{path}.columns[{i}]", name=listed.name)
        found.append(listed)
    return tuple(found)


def _dated(listed: ListedColumn, column: Attribute | MetricColumn, shown: tuple[Column, ...]) -> ListedColumn:
    """A tag as it was on a day, beside the same tag as of another day, has the day in its name."""
    twins = [c for c in shown if isinstance(c, Attribute) and isinstance(column, Attribute) and c.member == column.member]
    if not isinstance(column, Attribute) or column.as_of is None or len(twins) < 2:
        return listed
    name = f"{column.member}@{column.as_of}"
    return replace(listed, name=name, column=replace(listed.column, name=name))


def _column(r: Resolution, entity: Entity, column: Attribute | MetricColumn, path: str) -> ListedColumn | None:
    if isinstance(column, Attribute):
        dimension = r.dimension(column.member, path)
        ref = None if dimension is None else _attribute(r, dimension, column, entity, path)
        if dimension is None or ref is None:
            return None
        return ListedColumn(column.member, ref, attribute_column(r, dimension))
    metric = r.metric(column.metric, path)
    ref = _member(r, entity, column, path)
    if metric is None or ref is None:
        return None
    name = column.name or column.metric
    kind = "integer" if metric.format == "integer" else "decimal"
    return ListedColumn(name, ref, OutputColumn(name, "value", kind, "value", metric.name, metric.format, metric.unit))  # type: ignore[arg-type]


def attribute_column(r: Resolution, dimension: Dimension) -> OutputColumn:
    """The output column of a dimension in a list."""
    masked = dimension.pii is not None and r.restricted.masks.get(dimension.pii) != "clear"
    kind = "text" if masked else dimension.type
    return OutputColumn(
        dimension.name, "value", kind, "attribute", dimension.name, dimension.format, dimension.unit, masked=masked
    )


def _attribute(r: Resolution, dimension: Dimension, column: Attribute, entity: Entity, path: str) -> Ref | None:
    if column.as_of is not None:
        predicate = Predicate(member=column.member, op="is not null", as_of=column.as_of)
        return r.history(dimension, predicate, entity.table, path)
    ref = r.column(dimension, entity.table)
    if ref is None:
        r.note("unreachable-dimension", path, dimension=dimension.name, table=entity.table)
    return ref


def _member(r: Resolution, entity: Entity, column: MetricColumn, path: str) -> MemberRef | None:
    predicate = MetricPredicate(metric=column.metric, op=">=", value=0, period=column.period, where=column.where)
    source = member_plan(r, predicate, entity.name, path)
    key = r.entity_key(entity, entity.table)
    return None if source is None or key is None else MemberRef(key, source.plan, source.zero)


def _order(
    r: Resolution, entity: Entity, order: Order, columns: tuple[ListedColumn, ...], path: str, *, distinct: bool = False
) -> tuple[Ref, bool, tuple[str | bool | int, ...]] | None:
    listed = next((c.ref for c in columns if c.name == order.by), None)
    dimension = r.model.dimensions.get(order.by)
    ref: Ref | None = listed
    if ref is None and dimension is not None and not distinct:
        ref = r.column(dimension, entity.table)
    if ref is None:
        names = (*(c.name for c in columns), *(d.name for d in r.model.dimensions.values() if r.column(d, entity.table)))
        r.note("unknown-output", path, name=order.by, suggestions=nearest(order.by, names))
        return None
    if dimension is not None and dimension.pii is not None and r.restricted.masks.get(dimension.pii) != "clear":
        r.note("personal-data", path, name=dimension.name)
        return None
    stored = tuple(v.value for v in dimension.values) if dimension is not None and dimension.ordered else ()
    return ref, order.descending, stored


# --- funnel and retention ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Members:
    """Of whom and of which rows the steps are: an entity, conditions, a period, what the first step is grouped by."""

    entity: Entity
    where: Filter | None = None
    period: Period | None = None
    group: ByDimension | None = None


def _step(r: Resolution, step: Step, of: _Members, path: str) -> FunnelStep | None:
    entity, where, period = of.entity, of.where, of.period
    behaviour = r.behaviour(step.behaviour, path)
    if behaviour is None:
        return None
    base = _base(r, behaviour, step, of, path)
    if base is None:
        return None
    key = r.entity_key(entity, base)
    time = r.time(behaviour.table, behaviour.time, base)
    if key is None or time is None:
        r.note("no-time", path, name=step.behaviour)
        return None
    found: list[Condition] = []
    if behaviour.where is not None:
        found.append(Declared(r.graph.path(base, behaviour.table) or (), behaviour.table, behaviour.where))
    found.extend(conditions(r, step.where, base, entity.name, f"{path}.where"))
    found.extend(conditions(r, where, base, entity.name, "where"))
    if is_bounded(period):
        found.append(During(time, period))  # type: ignore[arg-type]
    group = None if of.group is None else grouped(r, of.group, base, "group_by")
    if of.group is not None and group is None:
        return None
    return FunnelStep(step.name or step.behaviour, base, key, time, tuple(found), group)


def _base(r: Resolution, behaviour: BehaviourType, step: Step, of: _Members, path: str) -> str | None:
    wanted = [*needs(r, step.where, behaviour.entity), *needs(r, of.where, behaviour.entity)]
    wanted.extend(key_needs(r, (of.group,) if of.group is not None else (), of.entity.name))
    for base in (behaviour.table, *r.graph.details(behaviour.table)):
        if all(reaches(r, base, n) for n in wanted):
            return base
    missing = next(n for n in wanted if not reaches(r, behaviour.table, n))
    r.note("unreachable-dimension", path, dimension=missing[1], table=behaviour.table)
    return None


def funnel_plan(r: Resolution, query: Funnel) -> tuple[FunnelPlan, tuple[OutputColumn, ...]] | None:
    """The plan of a funnel, and its columns: [group,] step, members."""
    entity = r.entity(query.entity, "entity")
    if entity is None:
        return None
    by = query.group_by[0] if query.group_by else None
    of = _Members(entity, query.where, query.period)
    steps = [_step(r, step, replace(of, group=by) if i == 0 else of, f"steps[{i}]") for i, step in enumerate(query.steps)]
    found = tuple(s for s in steps if s is not None)
    if len(found) != len(steps):
        return None
    names = [s.name for s in found]
    for name in {n for n in names if names.count(n) > 1}:
        r.note("duplicate-output", "steps", name=name)
    found = tuple(replace(s, later=any(_overlap(r, query, i, j) for j in range(i))) for i, s in enumerate(found))
    group = None if by is None else key_column(r, by)
    step = OutputColumn("step", "key", "text", "key")
    members = OutputColumn("members", "value", "integer", "value", entity.name, "integer", entity.unit)
    columns = (group, step, members) if group else (step, members)
    return FunnelPlan(found, group, query.within_days), columns


def _overlap(r: Resolution, query: Funnel, first: int, second: int) -> bool:
    """May one row be both steps?"""
    one, other = (r.model.behaviours[query.steps[i].behaviour] for i in (first, second))
    return may_be_same(one, other)


def retention_plan(r: Resolution, query: Retention) -> tuple[RetentionPlan, tuple[OutputColumn, ...]] | None:
    """The plan of a cohort table, and its columns: cohort, offset, size, members, rate."""
    entity = r.entity(query.entity, "entity")
    if entity is None:
        return None
    start = _start(r, entity, query)
    back = _step(r, Step(behaviour=query.back), _Members(entity), "back")
    if start is None or back is None:
        return None
    plan = RetentionPlan(start, back, query.grain, query.period or Period(), query.offsets, r.model.domain.week_start)
    unit = entity.unit
    columns = (
        OutputColumn("cohort", "key", "date", "key", grain=query.grain),
        OutputColumn("offset", "key", "integer", "key"),
        OutputColumn("size", "value", "integer", "value", entity.name, "integer", unit),
        OutputColumn("members", "value", "integer", "value", entity.name, "integer", unit),
        OutputColumn("rate", "value", "decimal", "share", None, "percent"),
    )
    return plan, columns


def _start(r: Resolution, entity: Entity, query: Retention) -> FunnelStep | None:
    """The cohort's beginning: a behaviour, or a date of the entity itself."""
    if query.start in r.model.behaviours:
        return _step(r, Step(behaviour=query.start), _Members(entity, query.where), "start")
    dimension = r.dimension(query.start, "start")
    ref = r.column(dimension, entity.table) if dimension else None
    key = r.entity_key(entity, entity.table)
    if dimension is None or not isinstance(ref, ColumnRef) or key is None or dimension.type not in ("date", "timestamp"):
        r.note("not-a-date", "start", dimension=query.start)
        return None
    if not r.may_read(dimension, "start"):
        return None
    found = conditions(r, query.where, entity.table, entity.name, "where")
    return FunnelStep(query.start, entity.table, key, ref, found)
