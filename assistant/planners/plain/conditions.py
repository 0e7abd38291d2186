"""The conditions of a plain question become filters: values, comparisons, periods, having rows of another table.

In: tests of a frame, the tables that the numbers or the list come from. Out: one filter, one period. Raises `Unreadable` where a
condition cannot be about those rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.planners.plain.frame import Frame, Noun, Test, Unreadable
from assistant.planners.plain.measures import Members
from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.world import World
from semantic_layer.query import And, Behaviour, Filter, Not, Or, Period, Predicate


@dataclass(frozen=True, slots=True)
class Conditions:
    """`tables`: where the rows come from; `entity`: whose members they are, where they are listed or counted."""

    frame: Frame
    members: Members
    tables: tuple[str, ...]
    entity: str | None

    @property
    def world(self) -> World:
        """The look-ups of the model."""
        return self.members.world

    # --- periods -----------------------------------------------------------------------------------------------------------

    def period(self) -> Period | None:
        """The one period that limits the rows by their own time."""
        if self.deeds() is not None:
            return None
        found = self._undated()
        if len(found) > 1 or any(t.negated or t.either for t in found):
            raise Unreadable("periods")
        tables = self.tables or self.members.owners
        if found and not any(self.world.model.tables[t].time for t in tables):
            raise Unreadable("periods")
        return found[0].period if found else None

    def _undated(self) -> list[Test]:
        """Periods that no attribute is named for."""
        return [t for t in self.frame.tests if t.period is not None and self._moment(t) is None]

    def deeds(self) -> Period | None:
        """The one period of what somebody did: customers with orders in 1997, guests without bookings in March."""
        f, found = self.frame, self._undated()
        tested = {t.noun.at for t in (*f.tests, *f.having) if t.noun is not None and t.period is None}
        done = [n for n in (*f.mentioned, *f.lacking) if n.rows and n.at not in tested and self._can_have(n)]
        named = [b for t in f.tests for b in t.behaviours]
        if self.entity is None or len(found) != 1 or len(done) + len(named) != 1 or found[0].negated or found[0].either:
            return None
        tables = [t for n in done for t in n.rows] + [self.world.model.behaviours[b].table for b in named]
        return found[0].period if any(self.world.model.tables[t].time for t in tables) else None

    def tested(self) -> set[int]:
        """Where the nouns stand that a condition is about already."""
        tests = [t for t in self.frame.tests if t.period is None or self.deeds() is None]
        return {t.noun.at for t in (*tests, *self.frame.having) if t.noun is not None}

    def dated(self, where: Filter | None) -> None:
        """Whether the period of what somebody did found its way into the conditions; it must."""
        period = self.deeds()
        if period is not None and (where is None or period.model_dump_json() not in where.model_dump_json()):
            raise Unreadable("periods")

    def _can_have(self, noun: Noun) -> bool:
        """Whether members of the entity can have such rows."""
        return any(b.entity == self.entity and b.table in noun.rows for b in self.world.model.behaviours.values())

    def _moment(self, test: Test) -> str | None:
        """The attribute that a period is about: the year or date before it, else the only year near."""
        dimensions = self.world.model.dimensions
        named = [d for d in (test.noun.dimensions if test.noun is not None else ()) if self._is_moment(d)]
        if named:
            return self.members.pick(named, self.tables)
        homes = {*self.tables, *self.members.owners}
        timed = any(self.world.model.tables[t].time for t in self.tables or self.members.owners)
        near = [n for n in dimensions if dimensions[n].table in homes and self._is_year(n)]
        return near[0] if len(near) == 1 and not timed else None

    def _is_year(self, name: str) -> bool:
        dimension = self.world.model.dimensions[name]
        return "year" in dimension.label.en.split() and (self.world.is_number(name) or dimension.type == "text")

    def _is_moment(self, name: str) -> bool:
        return self._is_year(name) or self.world.is_date(name)

    def _in_period(self, member: str, test: Test) -> Filter:
        period = test.period
        if test.negated or period is None:
            raise Unreadable("not in a period")
        if self._is_year(member):
            return _years(member, period, text=self.world.model.dimensions[member].type == "text")
        found: list[Filter] = []
        if period.start is not None:
            found.append(Predicate(member=member, op=">=", values=(period.start.isoformat(),)))
        if period.end is not None:
            found.append(Predicate(member=member, op="<", values=(period.end.isoformat(),)))
        return And(filters=tuple(found)) if len(found) > 1 else found[0]

    # --- filters -----------------------------------------------------------------------------------------------------------

    def where(self) -> Filter | None:
        """All conditions of the frame in one filter."""
        found: list[Filter] = []
        for test in self.frame.tests:
            made = self._filter(test)
            if made is None:
                continue
            if test.either and found:
                last = found.pop()
                parts = last.filters if isinstance(last, Or) else (last,)
                merged = _merged(parts[-1], made) if len(parts) == 1 else None
                found.append(merged or Or(filters=(*parts, made)))
            else:
                found.append(made)
        found += [self.has_rows(noun, did=False, period=self.deeds()) for noun in self.frame.lacking]
        _check(found)
        _check_sides(found)
        return _all(found)

    def _filter(self, test: Test) -> Filter | None:
        if test.behaviours:
            return self._did(test)
        if test.period is not None:
            member = self._moment(test)
            return self._reach(self._in_period(member, test), member) if member is not None else None
        if test.options:
            return self._is(test)
        if test.noun is None:
            raise Unreadable("test")
        return self._compared(test, test.noun)

    def _is(self, test: Test) -> Filter:
        names = [d for d, _ in test.options]
        hinted = [d for d in names if test.noun is not None and d in test.noun.dimensions]
        homes = test.noun.rows if test.noun is not None else ()
        member = self._near(hinted or names, homes)
        values = tuple(dict.fromkeys(v for d, v in test.options if d == member))
        own = self._is_own(member)
        denied = test.negated and own
        made = Predicate(member=member, op="!=" if denied else "=", values=values[:1])
        if len(values) > 1:
            made = Predicate(member=member, op="not in" if denied else "in", values=values)
        return self._reach(made, member, did=not test.negated or own)

    def _compared(self, test: Test, noun: Noun) -> Filter:
        world = self.world
        if test.op in ("contains", "starts with", "is null", "is not null"):
            member = self._near(noun.dimensions, noun.rows)
            made = Predicate(member=member, op=test.op, values=test.values)
            return self._reach(Not(filter=made) if test.negated else made, member)
        names = [d for d in noun.dimensions if world.is_number(d) or world.is_key(d) or world.is_date(d)] or list(noun.dimensions)
        keys = [n for n, d in world.model.dimensions.items() if d.table in noun.rows and world.is_key(n)]
        member = self._near([*self.members.numbers(noun), *keys, *names] if noun.rows else names, noun.rows)
        values = test.values
        if world.model.dimensions[member].type == "text":
            values = tuple(str(v) for v in values)
        made = Predicate(member=member, op=test.op, values=values)
        return self._reach(denied(made) if test.negated else made, member)

    def _near(self, names: Sequence[str], homes: Sequence[str]) -> str:
        owned = next((d for d in names if self.members.table(d) in homes), None)
        if owned is not None:
            return owned
        near = nearest_dimensions(self.world, names, self.tables)
        if near:
            return near[0]
        for name in names:
            if self.entity is not None and self._doing(name) is not None:
                return name
        raise Unreadable(names[0] if names else "condition")

    def _is_own(self, member: str) -> bool:
        """Whether the rows have an attribute themselves, or what they belong to has."""
        home = self.members.table(member)
        return self.entity is None or any(self.world.graph.path(t, home) is not None for t in self.tables)

    def _reach(self, made: Filter, member: str, *, did: bool = True) -> Filter:
        """A condition on rows that belong to a listed one becomes: has such a row."""
        if self._is_own(member):
            return made
        behaviour = self._doing(member)
        if behaviour is None:
            raise Unreadable(member)
        return Behaviour(behaviour=behaviour, where=made, did=did)

    def _doing(self, dimension: str) -> str | None:
        home = self.members.table(dimension)
        found = [
            (len(path), name)
            for name, behaviour in self.world.model.behaviours.items()
            if behaviour.entity == self.entity and (path := self.world.graph.path(behaviour.table, home)) is not None
        ]
        return min(found)[1] if found else None

    def _did(self, test: Test) -> Filter:
        entities = {self.entity} if self.entity else {e.name for t in self.tables if (e := self.world.entity_of(t)) is not None}
        for name in test.behaviours:
            if self.world.model.behaviours[name].entity in entities:
                return Behaviour(behaviour=name, did=not test.negated, period=self.deeds())
        raise Unreadable("behaviour")

    def has_rows(
        self, noun: Noun, *, at_least: int = 1, at_most: int | None = None, did: bool = True, period: Period | None = None
    ) -> Filter:
        """Has (so many) rows of another table; has none."""
        for name, behaviour in self.world.model.behaviours.items():
            if behaviour.entity == self.entity and behaviour.table in noun.rows:
                return Behaviour(behaviour=name, did=did, at_least=at_least, at_most=at_most, period=period)
        raise Unreadable("having")


def _check(found: Sequence[Filter]) -> None:
    """Nothing is two things at once: born in 1990 and in 1991 means something else."""
    equal = [f.member for f in found if isinstance(f, Predicate) and f.op == "="]
    if len(equal) > len(set(equal)):
        raise Unreadable("both at once")


def _check_sides(found: Sequence[Filter]) -> None:
    """in A, Texas or in B, Arizona: what `or` stands between is not told where more conditions are beside it."""
    sides = [f for f in found if isinstance(f, Or) and len({str(p.member) for p in f.filters if isinstance(p, Predicate)}) > 1]
    if sides and len(found) > 1:
        raise Unreadable("or")


def _all(found: Sequence[Filter]) -> Filter | None:
    return None if not found else found[0] if len(found) == 1 else And(filters=tuple(found))


def denied(made: Predicate) -> Filter:
    """The opposite of a comparison."""
    match made.op:
        case "=":
            return made.model_copy(update={"op": "!="})
        case ">":
            return made.model_copy(update={"op": "<="})
        case "<":
            return made.model_copy(update={"op": ">="})
        case ">=":
            return made.model_copy(update={"op": "<"})
        case "<=":
            return made.model_copy(update={"op": ">"})
        case _:
            return Not(filter=made)


def both(a: Filter | None, b: Filter | None) -> Filter | None:
    """Two conditions at once."""
    return _all([f for f in (a, b) if f is not None])


def _merged(a: Filter, b: Filter) -> Filter | None:
    """x = a or x = b: x in (a, b)."""
    if isinstance(a, Predicate) and isinstance(b, Predicate) and a.member == b.member and a.op in ("=", "in") and b.op == "=":
        return Predicate(member=a.member, op="in", values=(*a.values, *b.values))
    return None


def _years(member: str, period: Period, *, text: bool) -> Filter:
    low = period.start.year if period.start is not None else None
    high = period.end.year if period.end is not None else None
    if period.end is not None and (period.end.month, period.end.day) == (1, 1):
        high = period.end.year - 1

    def value(year: int) -> int | str:
        return str(year) if text else year

    if low is not None and high is not None and high < 2100:
        if low == high:
            return Predicate(member=member, op="=", values=(value(low),))
        return Predicate(member=member, op="between", values=(value(low), value(high)))
    if low is not None:
        return Predicate(member=member, op=">=", values=(value(low),))
    if high is not None:
        return Predicate(member=member, op="<=", values=(value(high),))
    raise Unreadable("period")
