"""A `Frame` becomes a semantic query: every noun settles on one member of the model, near what it is asked with.

In: a frame and the world of a model. Out: an `Aggregate` or `Records`. Raises `Unreadable` where a noun fits nothing or would
have to be left out. Whether the query holds together is `resolve`'s question.
"""

from dataclasses import dataclass, field, replace

from assistant.planners.plain.amounts import added_up, money, part, sensible, table_of_part
from assistant.planners.plain.conditions import Conditions, both
from assistant.planners.plain.frame import Agg, Frame, Noun, Rank, Test, Unreadable
from assistant.planners.plain.measures import Members, Near
from assistant.planners.rules.world import World
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByDimension,
    ByTime,
    Filter,
    Having,
    Measured,
    MetricUse,
    Order,
    Records,
)


def query_of(frame: Frame, world: World) -> Aggregate | Records:
    """The query of a frame."""
    owners = [t for n in (*frame.groups, *frame.subjects, *frame.mentioned) for t in n.rows]
    owners += [n.owner for n in frame.select if n.owner is not None]
    owners += [n.owner for n in (frame.rank.noun,) if n is not None and n.owner is not None] if frame.rank is not None else []
    if len(frame.select) == 1 and frame.select[0].numbered and not frame.select[0].measured:
        frame.select[0] = replace(frame.select[0], agg="sum")  # `the number of seats in …`, and nothing else, is their sum
    added_up(frame, world)
    money(frame, world)
    binder = _Binder(frame, world, Members(world, tuple(dict.fromkeys(owners))))
    if binder.is_aggregate():
        return binder.aggregate()
    return binder.kinds() if binder.is_kinds() else binder.records()


@dataclass(slots=True)
class _Binder:
    frame: Frame
    world: World
    members: Members
    measures: list[Measured] = field(default_factory=list)

    # --- what kind ---------------------------------------------------------------------------------------------------------

    def is_aggregate(self) -> bool:
        """Whether numbers are asked for, or groups chosen by one."""
        f = self.frame
        if any(n.measured for n in f.select) or f.having or f.portion:
            return True
        rank = f.rank
        return rank is not None and (
            rank.noun is None or rank.noun.measured or self._counts(rank.noun) or self._is_far(rank.noun)
        )

    def _counts(self, noun: Noun) -> bool:
        """the most visits: things are ranked by how many they have."""
        return (
            bool(noun.rows) and not self._own_number(noun) and self.frame.rank is not None and self.frame.rank.limit is not None
        )

    def _own_number(self, noun: Noun) -> bool:
        return any(self.members.table(d) in self.members.owners for d in self.members.numbers(noun))

    def _is_far(self, noun: Noun) -> bool:
        """Whether what ranks is a number of rows that belong to the listed ones."""
        numbers = self.members.numbers(noun)
        homes = [self.members.table(d) for d in self._listed()] or list(self.members.owners)
        if not numbers or not homes or self.frame.rank is None or self.frame.rank.limit is None:
            return False
        return not any(self.world.graph.path(homes[0], self.members.table(d)) is not None for d in numbers)

    def _without_own_kinds(self, groups: list[str], by: str | None) -> str | None:
        """How many different cities a city has is no question: how many rows are meant."""
        for place, used in enumerate(self.measures):
            for group in groups:
                if used == self.members.named("count_distinct", group):
                    rows = MetricUse(metric=self.members.rows_of(self.members.table(group)))
                    self.measures[place] = rows
                    by = _name(rows) if by == _name(used) else by
        return by

    def _listed(self) -> list[str]:
        return [d for n in self.frame.select if not n.measured for d in self.members.picks(n, self._tables())]

    def _tables(self) -> tuple[str, ...]:
        found: list[str] = []
        for used in self.measures:
            found += self.world.tables_of(used.metric) if isinstance(used, MetricUse) else [self.members.table(used.member)]
        return tuple(dict.fromkeys(found))

    def is_kinds(self) -> bool:
        """Whether the values of an attribute are asked for and not rows: all directors, the different card types."""
        f, listed = self.frame, self._listed()
        if not listed or f.everything or (f.subjects and not f.distinct) or f.groups or f.rank is not None:
            return False
        dimensions = [self.world.model.dimensions[d] for d in listed]
        kinds = f.distinct or f.asked_which or all(d.type == "text" for d in dimensions)
        return kinds and all(d.pii is None for d in dimensions) and not any(self.members.names(d) for d in listed)

    def kinds(self) -> Records:
        """Each value of an attribute, once."""
        return self.records().model_copy(update={"distinct": True})

    # --- aggregates --------------------------------------------------------------------------------------------------------

    def aggregate(self) -> Aggregate:
        """Numbers, by what they are broken down."""
        f = self.frame
        near = self._near()
        for noun in f.select:
            if noun.measured:
                self._measure(noun, near)
        by = self._rank_by(f.rank, near)
        if f.portion and not self.measures:
            self.measures.append(MetricUse(metric=self.members.rows_of(table_of_part(f, self.members))))
        grouped = bool(f.groups or f.grains or self._listed() or (f.rank is not None and f.rank.limit))
        did = self._did(f.having) if self.measures and not grouped else []
        having = [] if did else f.having
        tests = [(test, self._measure(test.noun, near)) for test in having if test.noun is not None]
        if not self.measures:
            raise Unreadable("number")
        if all(map(self._averages, self.measures)):  # 每笔购买的平均金额: of its own rows
            f.groups = [n for n in f.groups if n.dimensions or not set(n.rows) & set(self._tables())]
        groups = self._groups() or self._implied_groups(having)
        self._used(groups)
        by = self._without_own_kinds(groups, by)
        if tests and not (groups or f.grains):
            raise Unreadable("having")  # a number of everything is no condition
        conditions = Conditions(f, self.members, self._tables(), self._counted_entity())
        where = both(_first([*did, *self._having_rows(conditions)]), conditions.where())
        conditions.dated(where)
        share = part(f, where, self.measures, self.world) if f.portion else None
        sensible(f, groups, self.measures, self.members)
        order, limit = self._order(by, bool(groups or f.grains))
        return Aggregate(
            metrics=tuple(self.measures),
            group_by=(*(ByTime(grain=g) for g in f.grains), *(ByDimension(member=g) for g in groups)),
            where=None if share is not None else where,
            share=share,
            period=conditions.period(),
            having=tuple(_having(t, m) for t, m in tests),
            order=order,
            limit=limit,
        )

    def _implied_groups(self, having: list[Test]) -> list[str]:
        """What is asked about, where it is ranked or chosen by a number, or each of it was said."""
        f = self.frame
        chosen = bool(having) or f.rank is not None or f.each
        return self._subject_groups() if chosen or (not f.grains and self._is_of_each()) else []

    def _averages(self, used: Measured) -> bool:
        if not isinstance(used, MetricUse):
            return used.agg == "avg"
        measure = self.world.measure_of(self.world.model.metrics[used.metric])
        return measure is not None and measure.agg == "avg"

    def _near(self) -> Near:
        """The tables of what the numbers are broken down by."""
        listed = self._listed()
        tables, rows = [], set()
        for noun in self.frame.groups:
            if noun.rows:
                tables.append(noun.rows[0])
                rows.add(noun.rows[0])
            elif not set(noun.dimensions) & set(listed):
                tables.append(self.members.table(self.members.pick(noun.dimensions, (), noun.owner)))
        tables += [self.members.table(d) for d in listed]
        rows |= {self.members.table(d) for d in listed if self.members.names(d)}
        if self.frame.rank is not None and self.frame.rank.limit and not tables:
            tables += [t for n in self.frame.subjects for t in n.rows[:1]]
            rows |= set(tables)
        tested = [self.members.table(test.options[0][0]) for test in self.frame.tests if test.options]
        return Near(tuple(dict.fromkeys(tables)), frozenset(rows), tuple(tested))

    def _measure(self, noun: Noun, near: Near | None = None) -> Measured:
        found = self.members.measured(noun, near)
        if found not in self.measures:
            self.measures.append(found)
        return found

    def _rank_by(self, rank: Rank | None, near: Near) -> str | None:
        """What the answer is ordered by."""
        if rank is None:
            return None
        if rank.noun is None:
            counts = [m for m in self.measures if isinstance(m, MetricUse) and self.world.is_count(m.metric)]
            if not self.measures:
                self.measures.append(MetricUse(metric=self.members.deeds(self._listed(), self.frame.verbs, told=rank.told)))
            return _name((counts or self.measures)[0])
        noun = rank.noun
        if noun.measured:
            return _name(self._measure(noun, near))
        if noun.rows and rank.limit is not None and not self._own_number(noun):
            return _name(self._measure(replace(noun, counted=True), near))
        numbers = self.members.numbers(noun)
        if numbers and rank.limit is not None:
            agg: Agg = "sum" if noun.amount else "max" if rank.descending else "min"
            return _name(self._measure(replace(noun, agg=agg), near))
        return self.members.pick(noun.dimensions, self._tables(), noun.owner)

    def _order(self, by: str | None, grouped: bool) -> tuple[tuple[Order, ...], int | None]:
        rank = self.frame.rank
        if rank is None:
            return (), None
        if not grouped or (rank.limit is not None and self.frame.groups):
            raise Unreadable("what is ranked")  # the first of each group is not asked for so
        return (Order(by=by or _name(self.measures[0]), descending=rank.descending),), rank.limit

    def _did(self, having: list[Test]) -> list[Filter]:
        """How many customers have at least 2 orders: a count of those who did it so often."""
        entity = self._counted_entity()
        conditions = Conditions(self.frame, self.members, self._tables(), entity)
        found: list[Filter] = []
        for test in having:
            if entity is None or test.noun is None or test.negated or not test.noun.rows:
                raise Unreadable("how often")
            low, high = int(test.values[0]), None
            match test.op:
                case ">" | ">=":
                    found.append(conditions.has_rows(test.noun, at_least=max(low + (test.op == ">"), 1)))
                case "=" if low > 0:
                    high = low
                    found.append(conditions.has_rows(test.noun, at_least=low, at_most=high))
                case _:
                    raise Unreadable("how often")
        return found

    def _counted_entity(self) -> str | None:
        """The entity whose members are counted, where they are."""
        for used in self.measures:
            if isinstance(used, MetricUse):
                for entity, count in self.world.counts.items():
                    if count == used.metric:
                        return entity
        tables = self._tables()
        entity_of = self.world.entity_of(tables[0]) if tables else None
        return entity_of.name if entity_of is not None else None

    # --- groups ------------------------------------------------------------------------------------------------------------

    def _groups(self) -> list[str]:
        tables = self._tables()
        found = self._listed()
        own = {self.members.table(d) for d in found}
        for noun in self.frame.groups:
            if (noun.rows and set(noun.rows) & own) or (not noun.rows and set(noun.dimensions) & set(found)):
                continue
            if noun.measured:
                raise Unreadable("group")
            home = next((t for t in noun.rows), noun.owner)
            found += self.members.picks(noun, tables, home) if noun.dimensions else [self.members.key(home)]
        return self._told_apart(found)

    def _told_apart(self, groups: list[str]) -> list[str]:
        """Members that may be called the same are told apart by their key, before their name."""
        found: list[str] = []
        for group in groups:
            if self.world.model.dimensions[group].repeats:
                found.append(self.members.key(self.members.table(group)))
            found.append(group)
        return list(dict.fromkeys(found))

    def _is_of_each(self) -> bool:
        """`the companies and the number of their employees`: whose, asked for before the number."""
        measured = [n.at for n in self.frame.select if n.measured]
        return self.frame.coordinated and any(n.at < min(measured, default=-1) and not n.context for n in self.frame.subjects)

    def _subject_groups(self) -> list[str]:
        tables = self._tables()
        for noun in self.frame.subjects:
            if not set(noun.rows) & set(tables) or len(self.frame.subjects) == 1:
                home = noun.rows[0]
                if noun.dimensions:
                    return self._told_apart(self.members.picks(noun, tables, home))
                return [self.members.key(home)]
        return []

    def _used(self, groups: list[str]) -> None:
        """Every noun of a clause must be used by a condition, or be whose the numbers are anyway."""
        f = self.frame
        tested = {t.noun.at for t in (*f.tests, *f.having) if t.noun is not None}
        reached = {*self._tables(), *(self.members.table(g) for g in groups)}
        for noun in f.mentioned:
            homes = set(noun.rows)
            if noun.at < 0 or noun.at in tested or homes & reached:
                continue
            if homes and any(self.world.graph.path(t, h) is not None for t in self._tables() for h in homes):
                continue
            if homes and self._counted_entity() is not None:
                continue
            raise Unreadable("mention")

    def _having_rows(self, conditions: Conditions) -> list[Filter]:
        """`customers who have an account`: nouns of a clause that nothing else uses are rows that they must have."""
        tables = (*self._tables(), *self.members.owners[:0])
        tested = conditions.tested()
        found: list[Filter] = []
        for noun in self.frame.mentioned:
            if noun.at < 0 or noun.at in tested or set(noun.rows) & set(tables) or not noun.rows or self.frame.groups:
                continue
            if any(self.world.graph.path(t, h) is not None for t in tables for h in noun.rows):
                continue
            if any(t.options or t.values for t in self.frame.tests):
                continue
            found.append(conditions.has_rows(noun, period=conditions.deeds()))
        return found

    # --- lists -------------------------------------------------------------------------------------------------------------

    def records(self) -> Records:
        """Rows of one table."""
        f = self.frame
        attributes = self._listed()
        each = [d for n in f.groups if not n.rows for d in self.members.picks(n, (), n.owner)]
        numbers = bool(attributes) and all(self.world.is_number(d) for d in attributes)
        each += [d for n in f.groups if n.rows and n.dimensions and numbers for d in self.members.picks(n, (), n.rows[0])]
        attributes = [*each, *attributes]  # the name, country and age of each singer
        tables = [self.members.table(a) for a in attributes] or list(self.members.owners)
        entity = next((e for t in tables if (e := self.world.entity_of(t)) is not None), None)
        if entity is None or f.grains:
            raise Unreadable("entity")
        if f.everything:
            attributes = [*attributes, *self.members.all_of(entity.table)]
        if not attributes:
            subject = next((n for n in (*f.subjects, *f.groups) if n.dimensions), None)
            attributes = self.members.picks(subject, (), entity.table) if subject is not None else []
        order: tuple[Order, ...] = ()
        if f.rank is not None:
            if f.rank.noun is None:
                raise Unreadable("rank")
            by = self.members.pick(f.rank.noun.dimensions, (entity.table,), entity.table)
            order = (Order(by=by, descending=f.rank.descending),)
        conditions = Conditions(f, self.members, (entity.table,), entity.name)
        where = both(self._rows_of_clauses(conditions, entity.table), conditions.where())
        conditions.dated(where)
        limit = f.rank.limit if f.rank is not None else None
        columns = tuple(Attribute(member=a) for a in dict.fromkeys(attributes))
        return Records(entity=entity.name, columns=columns, where=where, period=conditions.period(), order=order, limit=limit)

    def _rows_of_clauses(self, conditions: Conditions, table: str) -> Filter | None:
        """Nouns of a clause that no condition uses: has rows of that kind."""
        f, path = self.frame, self.world.graph.path
        tested = conditions.tested()
        for noun in f.groups:
            if noun.rows and table not in noun.rows and all(path(table, t) is None for t in noun.rows):
                raise Unreadable("of each")
        found: list[Filter] = []
        for noun in f.mentioned:
            if noun.at in tested or table in noun.rows or noun.at < 0:
                continue
            if not noun.rows:
                raise Unreadable("mention")
            if any(path(table, t) is not None for t in noun.rows) or any(t.options or t.values for t in f.tests):
                continue
            found.append(conditions.has_rows(noun, period=conditions.deeds()))
        return _first(found)


def _first(found: list[Filter]) -> Filter | None:
    made: Filter | None = None
    for each in found:
        made = both(made, each)
    return made


def _having(test: Test, used: Measured) -> Having:
    if test.op not in ("=", "!=", ">", ">=", "<", "<=", "between") or (test.negated and test.op == "between"):
        raise Unreadable("having")
    op = {"=": "!=", ">": "<=", "<": ">=", ">=": "<", "<=": ">"}.get(test.op, test.op) if test.negated else test.op
    return Having(by=_name(used), op=op, values=tuple(float(v) for v in test.values))


def _name(used: Measured) -> str:
    return used.name or (used.metric if isinstance(used, MetricUse) else f"{used.agg}_{used.member}")
