"""What an aggregate is grouped by, bound to the base of each scan.

In: the groupings of a query. Out: one key per grouping, the same order on every scan, or None with issues noted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from semantic_layer.model import Entity
from semantic_layer.plan import BucketKey, ColumnRef, DimensionKey, Key, MemberRef, OutputColumn, PartKey, Ref, SidesKey, TimeKey
from semantic_layer.query import ByBucket, ByDimension, BySides, ByTime, ByTimePart, Grain, GroupBy, MetricPredicate, Predicate
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import Need, conditions, needs


@dataclass(frozen=True, slots=True)
class EntityGroup:
    """Group by the members of an entity: a metric per member."""

    entity: str


Grouping = GroupBy | EntityGroup


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is grouped: rows of `base`, whose members are of `entity` and whose own time is `time`, for the sake of `metric`.

    `shift` moves the own time onto the period compared.
    """

    base: str
    entity: Entity
    time: ColumnRef | None
    shift: tuple[Grain, int] | None
    metric: str


def key_needs(r: Resolution, groups: tuple[Grouping, ...], entity: str) -> Iterator[Need]:
    """Everything that a base must reach to be grouped so; `entity`: whose members a metric is taken per."""
    for group in groups:
        match group:
            case ByDimension():
                dimension = r.model.dimensions.get(group.member)
                owner = r.tag_entity(dimension) if dimension is not None and group.as_of is not None else None
                yield ("entity", owner.name) if owner else ("dimension", group.member)
            case ByTime() | ByTimePart():
                if group.member is not None:
                    yield ("dimension", group.member)
            case ByBucket():
                yield ("entity", entity) if group.member is None else ("dimension", group.member)
            case BySides():
                for side in group.sides:
                    yield from needs(r, side.where, entity)
            case EntityGroup():
                yield ("entity", group.entity)


def resolve_keys(r: Resolution, groups: tuple[Grouping, ...], on: Scanned) -> tuple[Key, ...] | None:
    """The keys of a scan."""
    found = [_key(r, group, on, f"group_by[{i}]") for i, group in enumerate(groups)]
    keys = tuple(k for k in found if k is not None)
    return keys if len(keys) == len(found) else None


def _key(r: Resolution, group: Grouping, on: Scanned, path: str) -> Key | None:
    match group:
        case EntityGroup():
            key = r.entity_key(r.model.entities[group.entity], on.base)
            return None if key is None else DimensionKey(key)
        case ByDimension():
            ref = grouped(r, group, on.base, path)
            return None if ref is None else DimensionKey(ref)
        case ByTime():
            at = _time(r, group.member, on, path)
            if at is None:
                return None
            return TimeKey(at, group.grain, r.model.domain.week_start, on.shift if at == on.time else None)
        case ByTimePart():
            at = _time(r, group.member, on, path)
            if at is not None and group.part == "hour" and at.type != "timestamp":
                r.note("no-time-of-day", path, name=group.member or on.metric)
                return None
            return None if at is None else PartKey(at, group.part)
        case ByBucket():
            bucket = _bucketed(r, group, on, path)
            return None if bucket is None else BucketKey(bucket, group.edges, group.width, group.below)
        case BySides():
            entity = on.entity.name
            return SidesKey(tuple((s.name, conditions(r, s.where, on.base, entity, f"{path}.sides")) for s in group.sides))


def grouped(r: Resolution, group: ByDimension, base: str, path: str) -> Ref | None:
    """What a dimension's groups are read from, as seen from `base`."""
    dimension = r.dimension(group.member, path)
    if dimension is None or not r.may_read(dimension, path):
        return None
    if group.as_of is not None:
        return r.history(dimension, Predicate(member=group.member, op="is not null", as_of=group.as_of), base, path)
    return r.column(dimension, base)


def _time(r: Resolution, member: str | None, on: Scanned, path: str) -> ColumnRef | None:
    """The metric's own time, or a date dimension."""
    if member is None:
        if on.time is None:
            r.note("no-time", path, name=on.metric)
        return on.time
    dimension = r.dimension(member, path)
    if dimension is None:
        return None
    if dimension.type not in ("date", "timestamp"):
        r.note("not-a-date", path, dimension=member)
        return None
    if not r.may_read(dimension, path):
        return None
    return r.column(dimension, on.base)


def _bucketed(r: Resolution, group: ByBucket, on: Scanned, path: str) -> Ref | None:
    if group.member is None:
        return _member_metric(r, group, on, path)
    dimension = r.dimension(group.member, path)
    if dimension is None or not r.may_read(dimension, path):
        return None
    if dimension.type not in ("integer", "decimal", "number"):
        r.note("not-numeric", path, dimension=group.member, agg="bucket")
        return None
    return r.column(dimension, on.base)


def _member_metric(r: Resolution, group: ByBucket, on: Scanned, path: str) -> MemberRef | None:
    key = r.entity_key(on.entity, on.base)
    predicate = MetricPredicate(metric=group.metric or "", op=">=", value=0, period=group.period)
    source = r.member_plan(r, predicate, on.entity.name, path)
    return None if key is None or source is None else MemberRef(key, source.plan, source.zero)


def key_column(r: Resolution, group: Grouping, beside: tuple[Grouping, ...] = ()) -> OutputColumn:
    """The output column of a grouping; its name is the member's, the grain's or the part's.

    A tag as it was on a day, beside the same tag as of another day (who moved from where to where), has the day in its name.
    """
    match group:
        case EntityGroup():
            table = r.model.tables[r.model.entities[group.entity].table]
            return OutputColumn(table.primary_key[0], "key", "integer", "key", table.primary_key[0])
        case ByDimension():
            dimension = r.model.dimensions.get(group.member)
            kind = dimension.type if dimension else "text"
            twins = [g for g in beside if isinstance(g, ByDimension) and g.member == group.member]
            name = f"{group.member}@{group.as_of}" if group.as_of is not None and len(twins) > 1 else group.member
            return OutputColumn(name, "key", kind, "key", group.member)
        case ByTime():
            return OutputColumn(group.grain, "key", "date", "key", group.member, grain=group.grain)
        case ByTimePart():
            kind = "boolean" if group.part == "weekend" else "integer"
            return OutputColumn(group.part, "key", kind, "key", group.member, grain=group.part)
        case ByBucket():
            name = group.member or group.metric or "bucket"
            return OutputColumn(name, "key", "number", "key", name, grain="bucket")
        case BySides():
            return OutputColumn("side", "key", "text", "key")
