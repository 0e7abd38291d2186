"""A `Frame` becomes a semantic query: every noun settles on one member of the model, near what it is asked with.

In: a frame and the world of a model. Out: an `Aggregate` or `Records`. Raises `Unreadable` where a noun fits nothing or would
have to be left out. Whether the query holds together is `resolve`'s question.
"""

from collections.abc import Sequence

from assistant.planners.plain.frame import Frame, Noun, Rank, Test
from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.world import World
from semantic_layer.model import SimpleMetric
from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    Behaviour,
    ByDimension,
    Calculation,
    Filter,
    Having,
    Measured,
    MetricUse,
    Or,
    Order,
    Period,
    Predicate,
    Records,
)


class Unreadable(Exception):
    """A word or a noun that has no place in a plain question."""


def queries(frame: Frame, world: World) -> Aggregate | Records:
    """The query of a frame."""
    binder = _Binder(frame, world)
    return binder.aggregate() if binder.is_aggregate() else binder.records()


class _Binder:
    def __init__(self, frame: Frame, world: World) -> None:
        self.frame = frame
        self.world = world
        self.measures: list[Measured] = []
        self.used: set[int] = set()
        owners = [*frame.groups, *frame.subjects, *frame.mentioned]
        self.owners = [world.model.entities[n.entities[0]].table for n in owners if n.entities]

    # --- what kind ---------------------------------------------------------------------------------------------------------

    def is_aggregate(self) -> bool:
        f = self.frame
        if any(self._is_measure(n) for n in f.select) or f.having or f.groups:
            return True
        rank = f.rank
        return rank is not None and (rank.noun is None or self._ranks_groups(rank.noun))

    def _is_measure(self, noun: Noun) -> bool:
        return noun.counted or noun.agg is not None or (bool(noun.metrics) and not noun.dimensions and not noun.entities)

    def _ranks_groups(self, noun: Noun) -> bool:
        if self._is_measure(noun):
            return True
        return bool(noun.entities)

    # --- members -----------------------------------------------------------------------------------------------------------

    def _count(self, noun: Noun) -> str:
        for entity in noun.entities:
            metric = self.world.counts.get(entity)
            if metric is not None:
                return metric
        for name in noun.metrics:
            measure = self.world.measure_of(self.world.model.metrics[name])
            if measure is not None and measure.agg in ("count", "count_distinct"):
                return name
        raise Unreadable("count")

    def _kinds(self, noun: Noun) -> Measured:
        """How many different values a dimension has."""
        member = self.pick(noun.dimensions, ())
        return Calculation(agg="count_distinct", member=member)

    def measured(self, noun: Noun) -> Measured:
        """The number that a noun asks for."""
        if noun.agg is not None:
            numbers = [d for d in noun.dimensions if self.world.is_number(d)]
            if numbers:
                return Calculation(agg=noun.agg, member=self.pick(numbers, (), noun.owner))
            return self._regrouped(noun)
        held = [d for d in noun.dimensions if self.world.is_number(d) and self.world.model.dimensions[d].table in self.owners]
        if held and noun.metrics:
            return Calculation(agg="sum", member=held[0])
        if noun.counted and not noun.entities and not noun.metrics and noun.dimensions:
            return self._kinds(noun)
        if noun.counted or noun.entities:
            return MetricUse(metric=self._count(noun))
        if noun.metrics:
            return MetricUse(metric=noun.metrics[0])
        raise Unreadable("number")

    def _regrouped(self, noun: Noun) -> Measured:
        """average *and maximum age*: another aggregate of the same amount; a total of what is counted is the count."""
        wanted = noun.agg
        for name in noun.metrics:
            metric = self.world.model.metrics[name]
            measure = self.world.measure_of(metric)
            if measure is None:
                continue
            if measure.agg in ("count", "count_distinct") and wanted == "sum":
                return MetricUse(metric=name)
            for other, candidate in self.world.model.metrics.items():
                found = self.world.measure_of(candidate)
                same = found is not None and (found.table, found.expr, found.agg) == (measure.table, measure.expr, wanted)
                if same and isinstance(candidate, SimpleMetric):
                    return MetricUse(metric=other)
        if wanted == "sum" and noun.entities:
            return MetricUse(metric=self._count(noun))
        raise Unreadable("aggregate")

    def pick(self, names: Sequence[str], tables: Sequence[str], owner: str | None = None) -> str:
        """One of the dimensions: the owner's, else the nearest."""
        dimensions = self.world.model.dimensions
        for table in ((owner,) if owner else ()) + tuple(self.owners):
            found = next((d for d in names if dimensions[d].table == table), None)
            if found is not None:
                return found
        near = nearest_dimensions(self.world, names, tables or ())
        if near:
            return near[0]
        raise Unreadable(names[0] if names else "dimension")

    def _tables(self) -> tuple[str, ...]:
        found: list[str] = []
        for used in self.measures:
            found += (
                self.world.tables_of(used.metric)
                if isinstance(used, MetricUse)
                else [self.world.model.dimensions[used.member].table]
            )
        return tuple(dict.fromkeys(found))

    # --- aggregates ----------------------------------------------------------------------------------------------------------

    def aggregate(self) -> Aggregate:
        f = self.frame
        for noun in f.select:
            if self._is_measure(noun):
                self._measure(noun)
        rank, having = f.rank, list(f.having)
        by = self._rank_by(rank)
        did = self._did(having) if rank is None and self.measures and not self._listed() else None
        having = [] if did else having
        tests = [(test, self._measure(test.noun)) for test in having if test.noun is not None]
        if not self.measures:
            raise Unreadable("number")
        groups = self._groups()
        if (having or (rank is not None and rank.limit)) and not groups:
            groups = self._subject_groups()
        order: tuple[Order, ...] = ()
        limit = None
        if rank is not None:
            order = (Order(by=by or _name(self.measures[0]), descending=rank.descending),)
            limit = rank.limit
            if not groups:
                raise Unreadable("what is ranked")
        self._mentions(groups)
        where = self._where(self._tables(), None)
        if did:
            where = And(filters=(*did, *((where,) if where is not None else ())))
        return Aggregate(
            metrics=tuple(self.measures),
            group_by=tuple(ByDimension(member=g) for g in groups),
            where=where,
            period=self._period(),
            having=tuple(Having(by=_name(m), op=t.op, values=tuple(float(v) for v in t.values)) for t, m in tests),
            order=order,
            limit=limit,
        )

    def _listed(self) -> bool:
        return bool(self.frame.groups) or any(n.dimensions and not self._is_measure(n) for n in self.frame.select)

    def _did(self, having: list[Test]) -> list[Filter]:
        """How many customers have at least 2 orders: a count of those who did it so often."""
        found: list[Filter] = []
        counted = {e for n in self.frame.select for e in n.entities} | {
            e for m in self.measures if isinstance(m, MetricUse) for e, count in self.world.counts.items() if count == m.metric
        }
        for test in having:
            noun = test.noun
            tables = {self.world.model.entities[e].table for e in noun.entities} if noun is not None else set()
            tables |= {t for m in (noun.metrics if noun is not None else ()) for t in self.world.tables_of(m)}
            name = next((n for n, b in self.world.model.behaviours.items() if b.entity in counted and b.table in tables), None)
            least = int(test.values[0]) + (test.op == ">")
            if name is None or test.op not in (">", ">=") or test.negated:
                raise Unreadable("how often")
            found.append(Behaviour(behaviour=name, at_least=max(least, 1)))
        return found

    def _measure(self, noun: Noun) -> Measured:
        found = self.measured(noun)
        if found not in self.measures:
            self.measures.append(found)
        return found

    def _rank_by(self, rank: Rank | None) -> str | None:
        if rank is None or rank.noun is None:
            if rank is not None and not self.measures:
                self.measures.append(MetricUse(metric=self._deeds()))
            return None
        if self._is_measure(rank.noun) or rank.noun.entities:
            return _name(self._measure(rank.noun))
        numbers = [d for d in rank.noun.dimensions if self.world.is_number(d)]
        if numbers and self.measures:
            raise Unreadable("ranked by an attribute")
        return self.pick(rank.noun.dimensions, self._tables())

    def _deeds(self) -> str:
        """What "most often" counts: rows that belong to whose question it is, those of the verb first; rows of the thing itself
        where something else of theirs is asked (the most common nationality)."""
        model, f = self.world.model, self.frame
        asked = [self.pick(n.dimensions, ()) for n in f.select if n.dimensions]
        owners = list(self.owners) or [model.dimensions[d].table for d in asked]
        if not owners:
            raise Unreadable("what is counted")
        named = not asked or any(self._names(d) for d in asked)
        tables = [owners[0]] if not named else [t for t in model.tables if t != owners[0] and self.world.graph.path(t, owners[0])]
        stems = {v[:4] for v in f.verbs if len(v) > 3}
        tables.sort(key=lambda t: (not any(w[:4] in stems for w in t.split("_")), len(self.world.graph.path(t, owners[0]) or ())))
        for table in tables:
            for name in model.metrics:
                if self.world.is_count(name) and self.world.tables_of(name) == (table,):
                    return name
        raise Unreadable("what is counted")

    def _names(self, dimension: str) -> bool:
        """Whether a dimension names or identifies the rows of its table."""
        found = self.world.model.dimensions[dimension]
        entity = self.world.entity_of(found.table)
        words = {found.label.en, *found.synonyms.en}
        return self.world.is_key(dimension) or (
            entity is not None
            and bool(words & {entity.label.en, *entity.synonyms.en} or any(w + "s" in (entity.label.en,) for w in words))
        )

    def _groups(self) -> list[str]:
        tables = self._tables()
        listed = [n for n in self.frame.select if n.dimensions and not self._is_measure(n)]
        found = [self.pick(n.dimensions, tables, n.owner) for n in listed]
        own = {self.world.model.dimensions[d].table for d in found}
        for noun in self.frame.groups:
            table = self.world.model.entities[noun.entities[0]].table if noun.entities else noun.owner
            if noun.entities and table in own:
                continue
            member = self.pick(noun.dimensions, tables, table) if noun.dimensions else self._key(table)
            found += [member] if member not in found else []
        return list(dict.fromkeys(found))

    def _key(self, table: str | None) -> str:
        """The dimension that identifies the rows of a table."""
        for name, dimension in self.world.model.dimensions.items():
            if dimension.table == table and self.world.is_key(name):
                return name
        raise Unreadable("group")

    def _subject_groups(self) -> list[str]:
        counted = {m.metric for m in self.measures if isinstance(m, MetricUse)}
        for noun in self.frame.subjects:
            if not any(self.world.counts.get(e) in counted for e in noun.entities):
                table = self.world.model.entities[noun.entities[0]].table
                return [self.pick(noun.dimensions, self._tables(), table) if noun.dimensions else self._key(table)]
        return []

    def _mentions(self, groups: list[str]) -> None:
        """Every noun of a clause must be used by a condition, or be whose the numbers are anyway."""
        tested = {t.noun.at for t in (*self.frame.tests, *self.frame.having) if t.noun is not None}
        tables = set(self._tables())
        for noun in self.frame.mentioned:
            homes = {self.world.model.entities[e].table for e in noun.entities}
            homes |= {t for m in noun.metrics for t in self.world.tables_of(m)} if not noun.entities else set()
            if (
                noun.at < 0
                or noun.at in tested
                or homes & tables
                or (homes & {self.world.model.dimensions[g].table for g in groups})
            ):
                continue
            raise Unreadable("mention")

    # --- lists ----------------------------------------------------------------------------------------------------------------

    def records(self) -> Records:
        f = self.frame
        attributes = [self.pick(n.dimensions, (), n.owner) for n in f.select if n.dimensions]
        tables = [self.world.model.dimensions[a].table for a in attributes] or self.owners
        entity = next((e for t in tables if (e := self.world.entity_of(t)) is not None), None)
        if entity is None or any(n.metrics and not n.dimensions for n in f.select):
            raise Unreadable("entity")
        if not attributes:
            subject = next((n for n in f.subjects if n.dimensions), None)
            attributes = [self.pick(subject.dimensions, (), entity.table)] if subject is not None else []
        order: tuple[Order, ...] = ()
        columns = [Attribute(member=a) for a in dict.fromkeys(attributes)]
        if f.rank is not None:
            if f.rank.noun is None:
                raise Unreadable("rank")
            by = self.pick(f.rank.noun.dimensions, (entity.table,), entity.table)
            order = (Order(by=by, descending=f.rank.descending),)
        self.measures = []
        tested = {t.noun.at for t in f.tests if t.noun is not None}
        if any(
            n.at not in tested and not (n.entities and self.world.model.entities[n.entities[0]] == entity) for n in f.mentioned
        ):
            raise Unreadable("mention")
        limit = f.rank.limit if f.rank is not None else None
        where = self._where((entity.table,), entity.name)
        return Records(entity=entity.name, columns=tuple(columns), where=where, period=self._period(), order=order, limit=limit)

    # --- conditions -------------------------------------------------------------------------------------------------------------

    def _period(self) -> Period | None:
        found = [t.period for t in self.frame.tests if t.period is not None and not self._year(t)]
        tables = set(self._tables()) or set(self.owners)
        if len(found) > 1 or (found and not any(self.world.model.tables[t].time for t in tables)):
            raise Unreadable("periods")
        return found[0] if found else None

    def _year(self, test: Test) -> str | None:
        """The numeric dimension of years that a period is about: the noun before it, else the only one near."""
        dimensions = self.world.model.dimensions

        def is_year(name: str) -> bool:
            return "year" in dimensions[name].label.en.split() and self.world.is_number(name)

        named = [d for d in (test.noun.dimensions if test.noun is not None else ()) if is_year(d)]
        if named:
            return self.pick(named, self._tables())
        homes = set(self._tables()) or set(self.owners)
        near = [n for n in dimensions if dimensions[n].table in homes and is_year(n)]
        timed = any(self.world.model.tables[t].time for t in homes)
        return near[0] if len(near) == 1 and not timed else None

    def _where(self, tables: tuple[str, ...], entity: str | None) -> Filter | None:
        found: list[Filter] = []
        for test in self.frame.tests:
            made = self._filter(test, tables, entity)
            if made is None:
                continue
            if test.either and found:
                last = found.pop()
                parts = last.filters if isinstance(last, Or) else (last,)
                merged = _merged(parts[-1], made) if len(parts) == 1 else None
                found.append(merged or Or(filters=(*parts, made)))
            else:
                found.append(made)
        return None if not found else found[0] if len(found) == 1 else And(filters=tuple(found))

    def _filter(self, test: Test, tables: tuple[str, ...], entity: str | None) -> Filter | None:
        if test.behaviours:
            return self._behaviour(test, tables, entity)
        if test.period is not None:
            year = self._year(test)
            return _years(year, test.period, negated=test.negated) if year is not None else None
        if test.options:
            names = [d for d, _ in test.options]
            hinted = [d for d in names if test.noun is not None and d in test.noun.dimensions]
            home = None
            if test.noun is not None and test.noun.entities:
                home = self.world.model.entities[test.noun.entities[0]].table
            member = self._near(hinted or names, tables, entity, home)
            value = next(v for d, v in test.options if d == member)
            return self._reach(Predicate(member=member, op="!=" if test.negated else "=", values=(value,)), tables, entity)
        if test.noun is None:
            raise Unreadable("test")
        return self._compared(test, tables, entity)

    def _compared(self, test: Test, tables: tuple[str, ...], entity: str | None) -> Filter:
        noun = test.noun
        assert noun is not None  # noqa: S101 - the caller looked
        numbers = [d for d in noun.dimensions if self.world.is_number(d) or self.world.is_key(d)] or list(noun.dimensions)
        home = self.world.model.entities[noun.entities[0]].table if noun.entities else None
        if home is not None:
            numbers = [n for n, d in self.world.model.dimensions.items() if d.table == home and self.world.is_key(n)] or numbers
        member = self._near(numbers, tables, entity, home)
        values: tuple[float | int | str | bool, ...] = test.values
        if self.world.model.dimensions[member].type == "text":
            values = tuple(str(v) for v in values)
        op = {"=": "!="}.get(test.op, test.op) if test.negated else test.op
        return self._reach(Predicate(member=member, op=op, values=values), tables, entity)

    def _near(self, names: Sequence[str], tables: tuple[str, ...], entity: str | None, home: str | None) -> str:
        dimensions = self.world.model.dimensions
        owned = next((d for d in names if home is not None and dimensions[d].table == home), None)
        if owned is not None:
            return owned
        near = nearest_dimensions(self.world, names, tables)
        if near:
            return near[0]
        for name in names:
            if entity is not None and self._doing(name, entity) is not None:
                return name
        raise Unreadable(names[0])

    def _reach(self, predicate: Predicate, tables: tuple[str, ...], entity: str | None) -> Filter:
        """A condition on rows that belong to a listed one becomes: has such a row."""
        if entity is None or self.world.graph.path(tables[0], self.world.model.dimensions[predicate.member].table) is not None:
            return predicate
        behaviour = self._doing(predicate.member, entity)
        if behaviour is None:
            raise Unreadable(predicate.member)
        return Behaviour(behaviour=behaviour, where=predicate)

    def _doing(self, dimension: str, entity: str) -> str | None:
        home = self.world.model.dimensions[dimension].table
        for name, behaviour in self.world.model.behaviours.items():
            if behaviour.entity == entity and self.world.graph.path(behaviour.table, home) is not None:
                return name
        return None

    def _behaviour(self, test: Test, tables: tuple[str, ...], entity: str | None) -> Filter:
        entities = {entity} if entity else {e.name for t in tables if (e := self.world.entity_of(t)) is not None}
        entities |= {e for n in self.frame.subjects for e in n.entities}
        for name in test.behaviours:
            behaviour = self.world.model.behaviours[name]
            if behaviour.entity in entities:
                return Behaviour(behaviour=name, did=not test.negated)
        raise Unreadable("behaviour")


def _merged(a: Filter, b: Filter) -> Filter | None:
    """x = a or x = b: x in (a, b)."""
    if isinstance(a, Predicate) and isinstance(b, Predicate) and a.member == b.member and a.op == b.op == "=":
        return Predicate(member=a.member, op="in", values=(*a.values, *b.values))
    return None


def _years(member: str, period: Period, *, negated: bool) -> Filter:
    if negated:
        raise Unreadable("not in a year")
    low = period.start.year if period.start is not None else None
    high = period.end.year if period.end is not None else None
    if period.end is not None and (period.end.month, period.end.day) == (1, 1):
        high = period.end.year - 1
    if low is not None and high is not None and high < 2100:
        return (
            Predicate(member=member, op="=", values=(low,))
            if low == high
            else Predicate(member=member, op="between", values=(low, high))
        )
    if low is not None:
        return Predicate(member=member, op=">=", values=(low,))
    if high is not None:
        return Predicate(member=member, op="<=", values=(high,))
    raise Unreadable("period")


def _name(used: Measured) -> str:
    return used.name or (used.metric if isinstance(used, MetricUse) else f"{used.agg}_{used.member}")
