"""Filter trees bound to a base table: `Filter` -> `Condition`.

In: a filter of the query, the base table of a scan, the entity that member-level leaves speak of. Out: a condition, or None with
issues noted. What a filter needs to be reachable (`needs`) decides which base can carry it.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from semantic_layer.catalog import nearest
from semantic_layer.model import BehaviourType, Segment
from semantic_layer.plan import (
    All,
    Any,
    ColumnRef,
    Condition,
    Declared,
    Doers,
    During,
    Grouped,
    Listed,
    Membership,
    Negation,
    Passing,
    Sequenced,
)
from semantic_layer.query import (
    And,
    Behaviour,
    Filter,
    FirstOf,
    InGroups,
    InSegment,
    InSet,
    MetricPredicate,
    Not,
    Or,
    Period,
    Predicate,
)
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.values import tested

Need = tuple[str, str]
"""("dimension", name), ("entity", name) or ("table", name): something a base table must reach."""

_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)


@lru_cache(maxsize=1024)
def segment_filter(text: str) -> Filter:
    """The filter that a segment's `where` holds."""
    return _FILTER.validate_json(text)


def needs(r: Resolution, where: Filter | None, entity: str) -> Iterator[Need]:
    """Everything that a base must reach to carry `where`."""
    match where:
        case None:
            return
        case And() | Or():
            for part in where.filters:
                yield from needs(r, part, entity)
        case Not():
            yield from needs(r, where.filter, entity)
        case InSegment():
            segment = r.model.segments.get(where.segment)
            if segment is not None:
                yield from needs(r, segment_filter(segment.where), segment.entity)
        case Predicate() | MetricPredicate() | Behaviour() | InSet() | InGroups() | FirstOf():
            yield from _leaf_needs(r, where, entity)


_Leaf = Predicate | MetricPredicate | Behaviour | InSet | InGroups | FirstOf


def _leaf_needs(r: Resolution, where: _Leaf, entity: str) -> Iterator[Need]:
    match where:
        case Predicate():
            dimension = r.model.dimensions.get(where.member)
            owner = r.tag_entity(dimension) if dimension is not None and where.as_of is not None else None
            if dimension is not None:
                yield ("entity", owner.name) if owner else ("dimension", where.member)
        case MetricPredicate():
            yield ("entity", entity)
        case Behaviour():
            behaviour = r.model.behaviours.get(where.behaviour)
            yield ("entity", behaviour.entity if behaviour else entity)
        case InSet():
            yield ("entity", where.records.entity)
        case InGroups():
            yield ("dimension", where.member)
        case FirstOf():
            rows = r.model.behaviours.get(where.behaviour)
            if rows is not None:
                yield ("table", rows.table)


def reaches(r: Resolution, base: str, need: Need) -> bool:
    """Can a row of `base` tell this about itself?"""
    kind, name = need
    if kind == "entity":
        entity = r.model.entities.get(name)
        return entity is None or r.graph.path(base, entity.table) is not None
    if kind == "table":
        return base == name or r.graph.path(base, name) is not None
    dimension = r.model.dimensions.get(name)
    return dimension is None or r.home_of(dimension, base) is not None


def conjuncts(where: Filter | None) -> tuple[Filter, ...]:
    """The filters that must all hold."""
    match where:
        case None:
            return ()
        case And():
            return tuple(c for part in where.filters for c in conjuncts(part))
        case _:
            return (where,)


def conditions(r: Resolution, where: Filter | None, base: str, entity: str, path: str) -> tuple[Condition, ...]:
    """The top-level conditions of `where` on `base`; what cannot be resolved is noted and left out."""
    found = (condition(r, part, base, entity, f"{path}[{i}]") for i, part in enumerate(conjuncts(where)))
    return tuple(c for c in found if c is not None)


def condition(r: Resolution, where: Filter, base: str, entity: str, path: str) -> Condition | None:
    """One filter on `base`."""
    match where:
        case Predicate():
            return tested(r, where, base, path)
        case MetricPredicate():
            return _passing(r, where, base, entity, path)
        case Behaviour():
            return _behaviour(r, where, base, path)
        case InSegment():
            segment = _segment(r, where, path)
            return condition(r, segment_filter(segment.where), base, segment.entity, path) if segment else None
        case InSet():
            return _in_set(r, where, base, path)
        case InGroups():
            return _in_groups(r, where, base, path)
        case FirstOf():
            return _first_of(r, where, base, path)
        case And() | Or():
            parts = _all(r, where.filters, base, entity, path)
            return (All(parts) if isinstance(where, And) else Any(parts)) if parts else None
        case Not():
            inner = condition(r, where.filter, base, entity, f"{path}.not")
            return None if inner is None else _negated(inner)


def _all(r: Resolution, filters: tuple[Filter, ...], base: str, entity: str, path: str) -> tuple[Condition, ...]:
    found = (condition(r, part, base, entity, f"{path}.{i}") for i, part in enumerate(filters))
    return tuple(c for c in found if c is not None)


def _negated(inner: Condition) -> Condition:
    match inner:
        case Membership():
            return Membership(inner.key, inner.members, not inner.negated)
        case Negation():
            return inner.condition
        case _:
            return Negation(inner)


# --- tests of a member ---------------------------------------------------------------------------------------------------


def _segment(r: Resolution, where: InSegment, path: str) -> Segment | None:
    segment = r.model.segments.get(where.segment)
    if segment is None:
        r.note("unknown-segment", path, name=where.segment, suggestions=nearest(where.segment, r.model.segments))
        return None
    try:
        segment_filter(segment.where)
    except ValidationError:
        r.note("broken-segment", path, name=where.segment)
        return None
    return segment


def _key(r: Resolution, entity: str, base: str, path: str) -> ColumnRef | None:
    found = r.entity(entity, path)
    key = r.entity_key(found, base) if found else None
    if found is not None and key is None:
        r.note("unreachable-entity", path, entity=entity, table=base)
    return key


def _passing(r: Resolution, where: MetricPredicate, base: str, entity: str, path: str) -> Condition | None:
    key = _key(r, entity, base, path)
    metric = r.metric(where.metric, path)
    if key is None or metric is None:
        return None
    source = r.member_plan(r, where, entity, path)
    if source is None:
        return None
    factor = where.against.factor if where.against else None
    passing = Passing(source.plan, where.op, where.value, factor, source.zero)
    if source.zero and where.value is not None and _zero_passes(where.op, where.value):
        return Membership(key, replace(passing, negated=True), negated=True)
    return Membership(key, passing)


def _zero_passes(op: str, value: float) -> bool:
    return {"=": value == 0, "!=": value != 0, ">": value < 0, ">=": value <= 0, "<": value > 0, "<=": value >= 0}[op]


def _behaviour(r: Resolution, where: Behaviour, base: str, path: str) -> Condition | None:
    behaviour = r.behaviour(where.behaviour, path)
    if behaviour is None:
        return None
    key = _key(r, behaviour.entity, base, path)
    doers = doers_of(r, where, path)
    if key is None or doers is None:
        return None
    done = Membership(key, doers, not where.did)
    if where.did or where.after is None:
        return done
    first = _behaviour(r, where.after, base, f"{path}.after")
    return None if first is None else All((first, done))


def doers_of(r: Resolution, where: Behaviour, path: str) -> Doers | None:
    """The members who did it; conditions on detail rows count each row of the behaviour once."""
    behaviour = r.behaviour(where.behaviour, path)
    if behaviour is None:
        return None
    wanted = tuple(needs(r, where.where, behaviour.entity))
    base = next((b for b in (behaviour.table, *r.graph.details(behaviour.table)) if all(reaches(r, b, n) for n in wanted)), None)
    if base is None:
        missing = next(n for n in wanted if not reaches(r, behaviour.table, n))
        r.note("unreachable-dimension", path, dimension=missing[1], table=behaviour.table)
        return None
    key = _key(r, behaviour.entity, base, path)
    if key is None:
        return None
    home = r.graph.path(base, behaviour.table) or ()
    found: list[Condition] = []
    if behaviour.where is not None:
        found.append(Declared(home, behaviour.table, behaviour.where))
    found.extend(conditions(r, where.where, base, behaviour.entity, f"{path}.where"))
    found_when = _when(r, where, behaviour, (base, key), path)
    if found_when is None:
        return None
    found.extend(found_when)
    row = None
    if base != behaviour.table:
        table = r.model.tables[behaviour.table]
        row = ColumnRef(home, behaviour.table, table.primary_key[0], "integer")
    return Doers(base, key, tuple(found), where.at_least, where.at_most, row)


def _when(
    r: Resolution, where: Behaviour, behaviour: BehaviourType, at: tuple[str, ColumnRef], path: str
) -> list[Condition] | None:
    """Conditions on when it was done, at `at` (table, member): in a period, the first time of all, after something else."""
    found: list[Condition | None] = []
    if is_bounded(where.period):
        time = r.time(behaviour.table, behaviour.time, at[0])
        if time is None:
            r.note("no-time", path, name=where.behaviour)
            return None
        found.append(During(time, where.period))  # type: ignore[arg-type]
    if where.first:
        found.append(_none_before(r, behaviour, at, path))
    if where.after is not None:
        found.append(_preceded(r, where, where.after, at, path))
    return None if None in found else [c for c in found if c is not None]


def _none_before(r: Resolution, behaviour: BehaviourType, at: tuple[str, ColumnRef], path: str) -> Condition | None:
    """The same member did it at no earlier moment: what is done at `at` (table, member) is their first one, whatever it was of."""
    time, own = r.time(behaviour.table, behaviour.time, at[0]), r.time(behaviour.table, behaviour.time, behaviour.table)
    doers = doers_of(r, Behaviour(behaviour=behaviour.name), path)
    if time is None or own is None or doers is None:
        r.note("no-time", path, name=behaviour.name)
        return None
    return Sequenced(at[1], time, doers, own, "first")


def _first_of(r: Resolution, where: FirstOf, base: str, path: str) -> Condition | None:
    """A row of `base` that is, or belongs to, its member's first one of all."""
    behaviour = r.behaviour(where.behaviour, path)
    key = _key(r, behaviour.entity, base, path) if behaviour is not None else None
    home = r.graph.path(base, behaviour.table) if behaviour is not None and base != behaviour.table else ()
    if behaviour is None or key is None or home is None:
        return None
    first = _none_before(r, behaviour, (base, key), path)
    own = () if behaviour.where is None else (Declared(home, behaviour.table, behaviour.where),)
    return None if first is None else All((*own, first))


def _preceded(r: Resolution, where: Behaviour, after: Behaviour, at: tuple[str, ColumnRef], path: str) -> Sequenced | None:
    """What was done at `at` (table, member) lies behind `after`, which is of the same entity."""
    here, there = r.behaviour(where.behaviour, path), r.behaviour(after.behaviour, f"{path}.after")
    doers = doers_of(r, after, f"{path}.after") if there is not None else None
    if here is None or there is None or doers is None:
        return None
    if here.entity != there.entity:
        r.note("unreachable-entity", f"{path}.after", entity=there.entity, table=here.table)
        return None
    time, then = r.time(here.table, here.time, at[0]), r.time(there.table, there.time, doers.base)
    if time is None or then is None:
        r.note("no-time", path, name=where.behaviour if time is None else after.behaviour)
        return None
    side: Literal["before", "last"] = "before" if where.did else "last"
    return Sequenced(at[1], time, doers, then, side, where.within_days, may_be_same(here, there))


def may_be_same(one: BehaviourType, other: BehaviourType) -> bool:
    """May one row be both? Not where the two are different things of one table (an event is a view or a payment)."""
    return one.table == other.table and (one.where == other.where or one.where is None or other.where is None)


def is_bounded(period: Period | None) -> bool:
    """Does the period leave anything out?"""
    return period is not None and (period.start is not None or period.end is not None)


def _in_set(r: Resolution, where: InSet, base: str, path: str) -> Condition | None:
    key = _key(r, where.records.entity, base, path)
    source = r.records_plan(r, where.records, f"{path}.records")  # with its columns: the order may name one
    return None if key is None or source is None else Membership(key, Listed(source))


def _in_groups(r: Resolution, where: InGroups, base: str, path: str) -> Condition | None:
    if not where.member or where.groups.count_groups:
        r.note("not-one-group", path)
        return None
    dimension = r.dimension(where.member, path)
    planned = r.aggregate_plan(r, where.groups)
    if dimension is None or planned is None or not r.may_read(dimension, path):
        return None
    key = r.column(dimension, base)
    if key is None:
        r.note("unreachable-dimension", path, dimension=dimension.name, table=base)
        return None
    return Membership(key, Grouped(planned[0]))
