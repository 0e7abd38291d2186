"""Tests of a draft become filters of the query language, each bound to one dimension.

In: the tests and where they are asked from (the tables of the metrics, or the entity that is listed). Out: filters, and `Having`
for numbers that belong to groups. Raises `Unbound` where a test fits nothing: the reading is dropped or asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations
from typing import assert_never

from assistant.language.values import Scalar
from assistant.planners.rules.choose import nearest_dimensions, nearest_values
from assistant.planners.rules.draft import (
    AnyOf,
    DateTest,
    MissingTest,
    NumberTest,
    SegmentTest,
    SetTest,
    Test,
    ValueTest,
    VerbTest,
)
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.world import World
from semantic_layer.issues import Issue
from semantic_layer.query import And, Behaviour, Filter, InSegment, InSet, MetricPredicate, MetricTerm, Not, Or, Period, Predicate


class Unbound(Exception):
    """A test that no dimension, metric or behaviour of the model can carry here."""


def fact_tables(world: World, metric: str) -> tuple[str, ...]:
    """The tables of the facts that a metric is of, with those of their details."""
    return tuple(dict.fromkeys(t for table in world.tables_of(metric) for t in (table, *world.graph.details(table))))


def _must_be_possible(filters: Sequence[Filter]) -> None:
    """华东的金卡和华南的钻石: one value and another of one dimension at once is never what was meant; raises `Unbound`."""
    known: dict[str, set[Scalar]] = {}
    out = {(p.member, v) for p in filters if isinstance(p, Predicate) and p.op in ("!=", "not in") for v in p.values}
    for part in filters:
        if isinstance(part, Predicate) and part.op in ("=", "in") and any((part.member, v) in out for v in part.values):
            raise Unbound(part.member)
        if isinstance(part, Predicate) and part.op in ("=", "in"):
            values: set[Scalar] = {v for v in part.values if isinstance(v, str)}
            if values and not known.setdefault(part.member, values) & values:
                raise Unbound(part.member)
    _must_differ([part for part in filters if isinstance(part, Behaviour)])


def possible(where: Filter | None) -> Filter | None:
    """The conditions, as they are, where somebody can meet them all and each says something; raises `Unbound` else."""
    _must_be_possible(parts_of(where))
    return where


def _must_differ(deeds: Sequence[Behaviour]) -> None:
    """7月买过、再也没买过: who did it then and never did it then is nobody; a deed that says nothing beside another says something else."""
    for denied in deeds:
        never = not denied.did and denied.where is None and (denied.at_least, denied.at_most) == (1, None)
        if never and any(d.did and (d.behaviour, d.period) == (denied.behaviour, denied.period) for d in deeds):
            raise Unbound(denied.behaviour)
    for deed in deeds:
        before = deed.after if not deed.did else None
        same = before is not None and (deed.behaviour, deed.where, deed.period) == (before.behaviour, before.where, None)
        if before is not None and same and before.period is None and not before.first:
            raise Unbound(deed.behaviour)  # 投诉过、没再投诉: nobody does it after the last time
    for one, other in combinations([d for d in deeds if d.did and d.after is None], 2):
        alike = one.behaviour == other.behaviour
        few = min((d.at_most for d in (one, other) if d.at_most is not None), default=None)
        often = alike and (one.where, one.period) == (other.where, other.period) and few is not None
        if (alike and one.first and other.first) or (often and few is not None and few < max(one.at_least, other.at_least)):
            raise Unbound(other.behaviour)  # first on Tmall and first in the app; at least twice and once
    for place, deed in enumerate(deeds):
        plain = deed.did and (deed.at_least, deed.at_most) == (1, None) and deed.after is None and not deed.first
        others = (d for d in deeds[:place] if d.did and d.behaviour == deed.behaviour)
        if plain and any((deed.where in (None, d.where)) and deed.period in (None, d.period) for d in others):
            raise Unbound(
                deed.behaviour
            )  # bought in August, and bought: who did the one did the other, so something was not read


@dataclass(slots=True)
class Binder:
    """Binds tests as seen from `tables`; `members`: metrics in tests are per member of the domain's entity."""

    world: World
    tables: tuple[str, ...]
    today: date
    period: Period | None = None
    issues: list[Issue] = field(default_factory=list)
    used_period: bool = False

    def bind(self, test: Test) -> Filter | None:
        """The filter of a test; None where it restricts nothing (registered, of people who all are)."""
        match test:
            case ValueTest():
                return self._value(test)
            case NumberTest():
                return self._number(test)
            case VerbTest():
                return self._verb(test)
            case DateTest():
                return self._date(test)
            case SegmentTest():
                inner = InSegment(segment=test.name)
                return Not(filter=inner) if test.negated else inner
            case SetTest():
                return InSet(records=test.records)
            case MissingTest():
                return self._missing(test)
            case AnyOf():
                found = tuple(f for t in test.tests if (f := self.bind(t)) is not None)
                return Or(filters=found) if len(found) > 1 else found[0] if found else None
            case _:
                assert_never(test)

    def all_of(self, tests: Sequence[Test]) -> Filter | None:
        """All tests together."""
        bound = [f for t in tests if (f := self.bind(t)) is not None]
        found = tuple(f for at, f in enumerate(bound) if f not in bound[:at])  # said twice is one condition
        _must_be_possible(found)
        return None if not found else found[0] if len(found) == 1 else And(filters=found)

    # --- values ----------------------------------------------------------------------------------------------------------

    def _value(self, test: ValueTest) -> Filter:
        options = nearest_values(self.world, test.options, self.tables, test.hints)
        if not options:
            return self._bought(test)
        dimension, values = self._of_people(options) if test.theirs and not test.hints else options[0]
        if test.rank is not None:
            values = self._ranked(dimension, values, test.rank)
        return value_filter(dimension, values, negated=test.negated)

    def _of_people(self, options: Sequence[tuple[str, tuple[Scalar, ...]]]) -> tuple[str, tuple[Scalar, ...]]:
        """APP客户的满意度: what people are themselves, and not another kind of thing that one of its values is called the same as."""
        known, entity = self.world.model.dimensions, self.world.entity
        own = next(
            ((d, v) for d, v in options if entity is not None and known[d].table == entity.table and not known[d].tag), None
        )
        kinds = [{v.value for v in known[d].values} for d in (options[0][0], own[0])] if own is not None else []
        return own if own is not None and kinds[0] != kinds[1] else options[0]

    def _ranked(self, dimension: str, values: tuple[Scalar, ...], rank: str) -> tuple[Scalar, ...]:
        member = self.world.model.dimensions[dimension]
        stored = [v.value for v in member.values]
        if not member.ordered or len(values) != 1 or values[0] not in stored:
            raise Unbound(dimension)
        at = stored.index(values[0])
        return tuple(stored[at:] if rank == ">=" else stored[: at + 1])

    def _bought(self, test: ValueTest) -> Filter:
        """女装客户: a value that people do not have themselves is one of something that they did."""
        entity = self.world.entity
        for name, behaviour in self.world.model.behaviours.items() if test.beside else ():
            if entity is None or behaviour.entity != entity.name or not self._is_of(entity.table, test):
                continue
            fitting = [(d, v) for d, v in test.options if self.world.is_apart(behaviour.table, d, entity)]
            if fitting and behaviour.table != entity.table and self.world.money_of(behaviour.table) is not None:
                self.issues.append(Issue("assumed-behaviour", "assumption", params={"behaviour": name}))
                where = value_filter(*fitting[0], negated=False)
                alone = self.tables == (entity.table,)  # 女装客户上季度的满意度: when they said it, and not when they bought
                self.used_period = self.used_period or alone
                return Behaviour(behaviour=name, did=not test.negated, where=where, period=self.period if alone else None)
        raise Unbound(test.options[0][0] if test.options else "")

    def _is_of(self, people: str, test: ValueTest) -> bool:
        """Whether people alone are counted, or rows that are each of one of the people that a word beside the value names."""
        rows = (
            test.theirs and people not in self.tables and all(self.world.graph.path(t, people) is not None for t in self.tables)
        )
        return self.tables == (people,) or rows

    # --- numbers ---------------------------------------------------------------------------------------------------------

    def _number(self, test: NumberTest) -> Filter:
        if test.against is not None:  # spent more this year than last year
            term = MetricTerm(metric=test.metrics[0], period=test.against)
            return MetricPredicate(metric=test.metrics[0], op="<" if test.op == "<" else ">", against=term, period=test.period)
        if test.objects:
            return self._of_facts(test)
        dimensions = nearest_dimensions(self.world, test.dimensions, self.tables)
        if dimensions:
            return _compared(dimensions[0], test)
        for metric in test.metrics:
            attribute = self.attribute(metric, test.period)
            if attribute is not None:
                return _compared(attribute, test)
        if not test.metrics:
            raise Unbound(test.dimensions[0] if test.dimensions else "")
        return _per_member(test.metrics[0], test)

    def _of_facts(self, test: NumberTest) -> Filter:
        """近一年在小程序花了1万以上: the number over those facts alone, in the window that the attribute of all of them has."""
        held = next((w for name in test.dimensions if (w := self.world.attributes.window_of(name)) is not None), None)
        days = held[1] if held is not None else None
        window = Period(start=self.today - timedelta(days=days), end=self.today) if days else None
        where = Binder(self.world, fact_tables(self.world, test.metrics[0]), self.today, self.period).all_of(test.objects)
        return _per_member(test.metrics[0], replace(test, period=test.period or window), where)

    def attribute(self, metric: str, period: Period | None) -> str | None:
        """The entity's attribute that holds a metric in a period: spend of the last 365 days, the latest CSAT."""
        entity = self.world.entity
        if entity is None or entity.table not in {t for table in self.tables for t in self.world.around(table)}:
            return None
        found = self.world.attributes.windows.get((metric, self._days(period))) if period is None or self._days(period) else None
        return found or (self.world.attributes.latest.get(metric) if period is None else None)

    def _days(self, period: Period | None) -> int | None:
        """How many days a window that ends yesterday has; None without a period, 0 for any other."""
        if period is None:
            return None
        return (period.end - period.start).days if period.start is not None and period.end == self.today else 0

    # --- what was done ---------------------------------------------------------------------------------------------------

    def _verb(self, test: VerbTest, *, nested: bool = False) -> Filter | None:
        period = self.period if test.same else test.period
        self.used_period = self.used_period or test.same
        for name in test.behaviours:
            behaviour = self.world.behaviour(name)
            entity = self.world.model.entities.get(behaviour.entity) if behaviour else None
            if behaviour is None or entity is None:
                continue
            if behaviour.table == entity.table and test.after is None and not nested:
                if (test.at_least, test.at_most) != (1, None):
                    raise Unbound(name)  # 9月注册、下过2次以上单: nobody joins twice
                return self._dated(behaviour.time, entity.table, period, did=test.did)
            if test.same and period is None:
                raise Unbound(name)
            inner = Binder(self.world, (behaviour.table,), self.today, period)
            try:
                where = inner.all_of(test.objects)
            except Unbound:
                continue
            done = Behaviour(
                behaviour=name,
                did=test.did,
                where=where,
                period=period,
                at_least=test.at_least,
                at_most=test.at_most,
                first=test.first,
            )
            first = self._verb(test.after, nested=True) if test.after is not None else test.behind
            if not isinstance(first, Behaviour):
                return done
            return Behaviour(**{**dict(done), "after": first, "within_days": test.within_days})
        raise Unbound(test.behaviours[0])

    def _dated(self, column: str | None, table: str, period: Period | None, *, did: bool) -> Filter | None:
        """registered last month: what happens once to every member is a date of theirs."""
        if period is None:
            if not did:
                raise Unbound(column or table)
            return None
        for name, dimension in self.world.model.dimensions.items():
            if dimension.table == table and (dimension.expr or name) == column:
                found = in_period(name, period)
                return found if did else Not(filter=found)
        raise Unbound(column or table)

    def _missing(self, test: MissingTest) -> Filter:
        found = nearest_dimensions(self.world, test.dimensions, self.tables)
        if not found:
            raise Unbound(test.dimensions[0])
        counted = next((m for (m, _), name in self.world.attributes.windows.items() if name == found[0]), None)
        if counted is not None and not self.world.is_average(counted):  # no orders in the last 90 days: none is 0, not unknown
            return Predicate(member=found[0], op="=" if test.missing else ">", values=(0,))
        return Predicate(member=found[0], op="is null" if test.missing else "is not null")

    def _date(self, test: DateTest) -> Filter:
        found = nearest_dimensions(self.world, test.dimensions, self.tables)
        if not found:
            raise Unbound(test.dimensions[0])
        return in_period(found[0], test.period)


def value_filter(dimension: str, values: tuple[Scalar, ...], *, negated: bool) -> Filter:
    """One of the values, or none of them."""
    if len(values) == 1:
        return Predicate(member=dimension, op="!=" if negated else "=", values=values)
    return Predicate(member=dimension, op="not in" if negated else "in", values=values)


def in_period(dimension: str, period: Period) -> Filter:
    """A date within a half-open period."""
    tests: list[Filter] = []
    if period.start is not None and period.end is not None:
        last = period.end - timedelta(days=1)
        return Predicate(member=dimension, op="between", values=(period.start.isoformat(), max(last, period.start).isoformat()))
    if period.start is not None:
        tests.append(Predicate(member=dimension, op=">=", values=(period.start.isoformat(),)))
    if period.end is not None:
        tests.append(Predicate(member=dimension, op="<", values=(period.end.isoformat(),)))
    if not tests:
        return Predicate(member=dimension, op="is not null")
    return tests[0]


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _compared(dimension: str, test: NumberTest) -> Filter:
    return Predicate(member=dimension, op=test.op, values=tuple(_plain(v) for v in test.values))


def _per_member(metric: str, test: NumberTest, where: Filter | None = None) -> Filter:
    if test.op == "between":
        low = MetricPredicate(metric=metric, op=">=", value=test.values[0], period=test.period, where=where)
        return And(filters=(low, low.model_copy(update={"op": "<=", "value": test.values[1]})))
    return MetricPredicate(metric=metric, op=test.op, value=test.values[0], period=test.period, where=where)
