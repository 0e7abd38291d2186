"""Changing one part of a query and keeping the rest: filters taken out or replaced, periods moved, metrics swapped.

In: a query and what to change. Out: a new complete query. Pure; nothing fails, an impossible result is `resolve`'s to report.
"""

from collections.abc import Callable

from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    Behaviour,
    ByDimension,
    BySides,
    ByTime,
    ByTimePart,
    Compare,
    Filter,
    GroupBy,
    Measured,
    MetricPredicate,
    MetricUse,
    Not,
    Or,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
)


def parts_of(where: Filter | None) -> tuple[Filter, ...]:
    """The conditions that all must hold."""
    return () if where is None else where.filters if isinstance(where, And) else (where,)


def joined(parts: tuple[Filter, ...]) -> Filter | None:
    """All conditions together."""
    distinct = tuple(dict.fromkeys(parts))
    return None if not distinct else distinct[0] if len(distinct) == 1 else And(filters=distinct)


def about(part: Filter) -> str | None:
    """The dimension that a condition tests, where it tests just one."""
    match part:
        case Predicate():
            return part.member
        case Not():
            return about(part.filter)
        case Or():
            names = {about(f) for f in part.filters}
            return names.pop() if len(names) == 1 else None
        case _:
            return None


def without(where: Filter | None, member: str) -> Filter | None:
    """The conditions but those on one dimension."""
    return joined(tuple(p for p in parts_of(where) if about(p) != member))


def tests(where: Filter | None, member: str) -> bool:
    """Whether a dimension is tested."""
    return any(about(p) == member for p in parts_of(where))


def with_condition(where: Filter | None, part: Filter, *, extend: bool = False) -> Filter | None:
    """One more condition; it takes the place of an earlier one on the same dimension, or adds its values to it."""
    member = about(part)
    if member is None or not isinstance(part, Predicate) or part.op not in ("=", "in"):
        return joined((*parts_of(where), part))
    old = next((p for p in parts_of(where) if isinstance(p, Predicate) and p.member == member and p.op in ("=", "in")), None)
    out = next((p for p in parts_of(where) if isinstance(p, Predicate) and p.member == member and p.op in ("!=", "not in")), None)
    if extend and old is None and out is not None:
        return _put_back(where, out, part)
    if old is not None and extend:
        values = tuple(dict.fromkeys((*old.values, *part.values)))
        part = Predicate(member=member, op="in" if len(values) > 1 else "=", values=values)
    return joined(
        (*(p for p in parts_of(where) if p is not old and not (old is None and about(p) == member and _is_positive(p))), part)
    )


def _put_back(where: Filter | None, out: Predicate, part: Predicate) -> Filter | None:
    """去掉门店, then 加上门店: it is left out no more; what was never left out is there already, and changes nothing."""
    left = tuple(v for v in out.values if v not in part.values)
    rest = tuple(p for p in parts_of(where) if p is not out)
    return joined((*rest, out.model_copy(update={"op": "not in" if len(left) > 1 else "!=", "values": left})) if left else rest)


def _is_positive(part: Filter) -> bool:
    return isinstance(part, Predicate) and part.op in ("=", "in")


def taken_out(where: Filter | None, part: Predicate, *, instead: bool = False) -> Filter | None:
    """Values excluded: dropped from a condition that names them, else a condition of their own. `instead`: all but them are meant."""
    if instead:
        return joined((*parts_of(without(where, part.member)), part))
    old = next((p for p in parts_of(where) if isinstance(p, Predicate) and p.member == part.member and _is_positive(p)), None)
    if old is None:
        return joined((*parts_of(where), part))
    left = tuple(v for v in old.values if v not in part.values)
    rest = tuple(p for p in parts_of(where) if p is not old)
    if not left:
        return joined(rest)
    return joined((*rest, Predicate(member=old.member, op="in" if len(left) > 1 else "=", values=left)))


def periods_in(where: Filter | None) -> frozenset[Period]:
    """The periods of what was done and of numbers per member."""
    found: set[Period] = set()

    def look(part: Filter) -> Filter:
        if isinstance(part, (Behaviour, MetricPredicate)) and part.period is not None:
            found.add(part.period)
        if isinstance(part, Behaviour):
            each_part(part.after, look)
        return part

    each_part(where, look)
    return frozenset(found)


def deeds_in(where: Filter | None) -> bool:
    """Whether a condition is about what somebody did."""
    found: list[Filter] = []

    def look(part: Filter) -> Filter:
        found.extend([part] if isinstance(part, Behaviour) else [])
        return part

    each_part(where, look)
    return bool(found)


def with_period_in(where: Filter | None, period: Period, *, unset: bool = False) -> Filter | None:
    """The same conditions in another period. `unset`: what was done at any time so far is of that period too."""

    def change(part: Filter) -> Filter:
        if isinstance(part, Behaviour) and part.after is not None:
            part = part.model_copy(update={"after": each_part(part.after, change)})
        timed = isinstance(part, (Behaviour, MetricPredicate)) and part.period is not None
        if timed or (unset and isinstance(part, Behaviour)):
            return part.model_copy(update={"period": period})
        return part

    return each_part(where, change)


def each_part(where: Filter | None, change: Callable[[Filter], Filter]) -> Filter | None:
    """The same conditions, each single one changed."""
    match where:
        case None:
            return None
        case And() | Or():
            return where.model_copy(
                update={"filters": tuple(f for p in where.filters if (f := each_part(p, change)) is not None)}
            )
        case Not():
            inner = each_part(where.filter, change)
            return None if inner is None else Not(filter=inner)
        case _:
            return change(where)


SIDE = "side"
"""The column that says which side a row is of."""


def group_name(group: GroupBy) -> str | None:
    """The name of a grouped column."""
    match group:
        case ByDimension():
            return group.member
        case ByTime():
            return group.member or group.grain
        case ByTimePart():
            return group.member or group.part
        case BySides():
            return SIDE
        case _:
            return group.member


def with_metrics(query: Aggregate, metrics: tuple[Measured, ...]) -> Aggregate:
    """Other metrics; what ordered by a metric that is gone orders by the first one."""
    names = [m.name or m.metric for m in metrics if isinstance(m, MetricUse)]
    groups = {group_name(g) for g in query.group_by}
    order = tuple(
        o if o.by in names or o.by in groups else Order(by=names[0], part=o.part, descending=o.descending)
        for o in query.order
        if names
    )
    having = tuple(h for h in query.having if h.by in names)
    return query.model_copy(update={"metrics": metrics, "order": order, "having": having})


def compared(query: Aggregate, beside: Compare) -> Aggregate:
    """Beside another period. The shares of groups give way to their changes; a single share is all that was shown, so that it stays

    (and `resolve` says that the two do not fit into one result): 女装占多少, then 同比 is no question about the whole."""
    single = query.share is not None and query.share.part is not None
    return query.model_copy(update={"compare": beside, "share": query.share if single else None})


def with_groups(query: Aggregate, groups: tuple[GroupBy, ...]) -> Aggregate:
    """Other breakdowns; order, limits and shares that named one that is gone go with it."""
    names = {group_name(g) for g in groups}
    gone = {group_name(g) for g in query.group_by} - names
    order = tuple(o for o in query.order if o.by not in gone)
    changes: dict[str, object] = {
        "group_by": groups,
        "order": order,
        "limit_per": tuple(n for n in query.limit_per if n not in gone),
    }
    if not groups:
        changes |= {
            "limit": None,
            "offset": 0,
            "order": (),
            "having": (),
            "share": None if query.share is not None and query.share.part is None else query.share,
        }
    if query.share is not None and groups and set((*query.share.within, *query.share.over)) & gone:
        kept = {"within": (), "over": tuple(n for n in query.share.over if n not in gone)}
        changes["share"] = query.share.model_copy(update=kept)
    if not any(isinstance(g, ByTime) for g in groups):
        changes["running_total"] = False
    return query.model_copy(update=changes)


def other_groups(old: tuple[GroupBy, ...], new: tuple[GroupBy, ...], *, instead: bool) -> tuple[GroupBy, ...]:
    """What a new breakdown leaves of the old ones: a grain takes the place of a grain, a dimension that of dimensions.

    `instead`: by month instead, 换成按月看: it takes the place of whatever there was, where nothing there is of its kind."""
    timed = any(isinstance(g, ByTime) for g in new)
    if instead and not any(isinstance(g, ByTime) == timed for g in old):
        return ()
    if all(isinstance(g, ByTime) for g in old) and not timed:
        return old
    return tuple(g for g in old if isinstance(g, ByTime) != timed and not (isinstance(g, ByDimension) and not timed))


def carried_over(last: SemanticQuery, new: SemanticQuery) -> tuple[str, ...]:
    """Names of what both queries have: metrics, breakdowns, conditions, the period."""
    found: list[str] = []
    if isinstance(last, Aggregate) and isinstance(new, Aggregate):
        found += [m.metric for m in new.metrics if isinstance(m, MetricUse) and m in last.metrics]
        found += [name for g in new.group_by if g in last.group_by and (name := group_name(g))]
    old, now = getattr(last, "where", None), getattr(new, "where", None)
    for part in parts_of(now):
        if part in parts_of(old):
            found.append(
                getattr(part, "member", None) or getattr(part, "behaviour", None) or getattr(part, "segment", None) or "where"
            )
    if getattr(new, "period", None) is not None and getattr(new, "period", None) == getattr(last, "period", None):
        found.append("period")
    return tuple(dict.fromkeys(found))


def had_all(last: SemanticQuery, dropped: list[tuple[str, ...]], *, added: bool) -> bool:
    """Whether everything that a message takes away was there: leave out the shops, behind sales by channel, is something else."""
    groups = {group_name(g) for g in last.group_by} if isinstance(last, Aggregate) else set()
    held = groups | {part.member for part in parts_of(getattr(last, "where", None)) if isinstance(part, Predicate)}
    held |= {c.member for c in last.columns if isinstance(c, Attribute)} if isinstance(last, Records) else set()
    metrics = {m.metric for m in last.metrics if isinstance(m, MetricUse)} if isinstance(last, Aggregate) else set()
    held |= metrics if len(metrics) > 1 or added else set()
    return all(set(names) & held for names in dropped)
