"""A second look at an aggregate: other queries, built another way, that must give the same numbers.

In: the query, the rows that were given, the model the asker sees, a function that runs a query. Out: a `Proof` with a `Check` a
comparison, or None where nothing can be computed a second way. A check that cannot be run is left out, never guessed.

- parts: the same cut further (by an attribute of what is counted, or by month), added up again.
- ratio: numerator and denominator in queries of their own, divided here.
- comparison: the other period in a query of its own.
- semi-join: conditions on members as a list of members, where the query joined them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import prompts
from assistant.answers import format as formats
from assistant.compare import cell, close
from assistant.execution import Outcome
from assistant.qa import Cell, Check, Column, Lang, Proof
from semantic_layer.errors import QueryError
from semantic_layer.model import MembersMetric, RatioMetric, SemanticModel, SimpleMetric, profile_table
from semantic_layer.query import (
    Aggregate,
    And,
    ByDimension,
    ByTime,
    Filter,
    GroupBy,
    InSet,
    MetricUse,
    Not,
    Or,
    Predicate,
    Records,
)

Run = Callable[[Aggregate], Outcome]
Keys = tuple[Cell, ...]
Numbers = dict[Keys, float | None]


def prove(given: Outcome, model: SemanticModel, run: Run, lang: Lang) -> Proof | None:
    """What else was computed to check `given`, and whether it agreed; None where `given` is no aggregate or nothing can be."""
    query = given.query
    if not isinstance(query, Aggregate) or query.count_groups or not given.result.rows:
        return None
    prover = _Prover(given, query, model, run, lang)
    checks = tuple(check for find in (prover.parts, prover.ratios, prover.comparison, prover.semi_join) for check in _ran(find()))
    return Proof(all(check.agrees for check in checks), checks) if checks else None


def _ran(checks: Iterator[Check]) -> Iterator[Check]:
    """The checks up to one whose query does not fit the model."""
    try:
        yield from checks
    except QueryError:
        return


@dataclass(frozen=True, slots=True)
class _Prover:
    given: Outcome
    query: Aggregate
    model: SemanticModel
    run: Run
    lang: Lang

    # --- the checks -------------------------------------------------------------------------------------------------

    def parts(self) -> Iterator[Check]:
        """Every number that adds up over some further cut, added up again."""
        for use, column in self._uses():
            cut = self._cut(use)
            if cut is None or any(group.kind == cut.kind and group == cut for group in self.query.group_by):
                continue
            outcome = self._try(self._plain(use, (*self.query.group_by, cut)))
            if outcome is not None:
                label = self.model.label(cut.member, self.lang) if isinstance(cut, ByDimension) else self._say("by_month")
                yield self._check("parts", use, column, _summed(outcome, len(self.query.group_by)), outcome, cut=label)

    def ratios(self) -> Iterator[Check]:
        """Every ratio from its two sides."""
        for use, column in self._uses():
            metric = self.model.metrics[use.metric]
            if not isinstance(metric, RatioMetric):
                continue
            sides = [
                self._try(self._plain(use.model_copy(update={"metric": side, "name": None}), self.query.group_by))
                for side in (metric.numerator, metric.denominator)
            ]
            top, bottom = sides
            if top is not None and bottom is not None:
                yield self._check("ratio", use, column, _divided(_values(top), _values(bottom)), top)

    def comparison(self) -> Iterator[Check]:
        """What each value was compared with, asked for by itself. Where time is a key, buckets have no common name: left out."""
        compare, previous = self.query.compare, self.given.previous
        if compare is None or any(group.kind == "time" for group in self.query.group_by):
            return
        for use, column in self._uses("previous"):
            query = self._plain(use, self.query.group_by)
            if compare.kind == "filter":
                query = query.model_copy(update={"where": _and(self.query.where, compare.where)})
            elif previous is not None:
                query = query.model_copy(update={"period": previous})
            else:
                return
            outcome = self._try(query)
            if outcome is not None:
                yield self._check("comparison", use, column, _values(outcome), outcome)

    def semi_join(self) -> Iterator[Check]:
        """Conditions on the members of an entity, as a list of those members."""
        for entity in self.model.entities.values():
            tables = {entity.table, profile_table(entity.name)}
            inside = [part for part in _top_parts(self.query.where) if self._is_about(part, tables)]
            if not inside:
                continue
            rest = [part for part in _top_parts(self.query.where) if part not in inside]
            members = InSet(records=Records(entity=entity.name, where=_and(*inside)))
            for use, column in self._uses():
                query = self._plain(use, self.query.group_by).model_copy(update={"where": _and(*rest, members)})
                outcome = self._try(query)
                if outcome is not None:
                    yield self._check("semi_join", use, column, _values(outcome), outcome)
            return

    # --- the pieces -------------------------------------------------------------------------------------------------

    def _uses(self, part: str = "value") -> Iterator[tuple[MetricUse, int]]:
        """Each declared metric of the query with its column of the given rows."""
        columns = self.given.result.columns
        for use in self.query.metrics:
            name = use.name or (use.metric if isinstance(use, MetricUse) else "")
            wanted = name if part == "value" else f"{name}:{part}"
            found = next((i for i, c in enumerate(columns) if c.role == "value" and c.part == part and c.name == wanted), None)
            if isinstance(use, MetricUse) and use.metric in self.model.metrics and found is not None:
                yield use, found

    def _plain(self, use: MetricUse, group_by: tuple[GroupBy, ...]) -> Aggregate:
        """One metric of the query alone: nothing compared, ranked or cut off. The first side of a comparison by conditions."""
        compare = self.query.compare
        where = _and(self.query.where, compare.left) if compare is not None else self.query.where
        return Aggregate(metrics=(use,), group_by=group_by, where=where, period=self.query.period)

    def _cut(self, use: MetricUse) -> GroupBy | None:
        """A further key over which the metric adds up: an attribute that what it counts has once, or its month."""
        metric = self.model.metrics[use.metric]
        if use.per is not None:
            return None
        if isinstance(metric, MembersMetric):
            return self._attribute(self.model.entities[metric.entity].table)
        if not isinstance(metric, SimpleMetric):
            return None
        measure = self.model.measures[metric.measure]
        if measure.semi_additive is not None:
            return None
        if measure.agg == "count_distinct":
            return self._attribute(self._owner(measure.expr))
        if measure.agg not in ("sum", "count"):
            return None
        timed = not metric.timeless and (metric.time or self.model.tables[measure.table].time) is not None
        by_time = any(group.kind == "time" for group in self.query.group_by)
        return self._attribute(measure.table) or (ByTime(grain="month") if timed and not by_time else None)

    def _owner(self, key: str | None) -> str | None:
        """The table of the entity that `key` counts."""
        return next((e.table for e in self.model.entities.values() if self.model.tables[e.table].primary_key == (key,)), None)

    def _attribute(self, table: str | None) -> GroupBy | None:
        """A dimension of `table` with declared values that the query does not group by yet."""
        used = {group.member for group in self.query.group_by if isinstance(group, ByDimension)}
        for dimension in self.model.dimensions.values():
            fits = dimension.table == table and dimension.values and dimension.groupable and dimension.pii is None
            if fits and dimension.name not in used:
                return ByDimension(member=dimension.name)
        return None

    def _is_about(self, part: Filter, tables: set[str]) -> bool:
        match part:
            case Predicate():
                dimension = self.model.dimensions.get(part.member)
                return dimension is not None and dimension.table in tables
            case And() | Or():
                return all(self._is_about(inner, tables) for inner in part.filters)
            case Not():
                return self._is_about(part.filter, tables)
            case _:
                return False

    def _try(self, query: Aggregate) -> Outcome | None:
        try:
            return self.run(query)
        except QueryError:
            return None

    def _check(self, kind: str, use: MetricUse, column: int, found: Numbers, outcome: Outcome, **words: str) -> Check:
        """The given column against `found`, key by key; a difference shows the first pair that differs."""
        width = len(self.query.group_by)
        shown = self.given.result.columns[column]
        name = self._say(kind, metric=self.model.label(use.metric, self.lang), **words)
        for row in self.given.result.rows:
            expected, value = row[column], found.get(tuple(row[:width]))
            if not close(cell(expected), cell(value)) and (expected or value):  # no rows is a sum of 0
                keys = prompts.render("app.list_separator", self.lang).join(
                    formats.cell(key, c, self.lang) for key, c in zip(row[:width], self.given.result.columns, strict=False)
                )
                name = self._say("where", check=name, keys=keys) if keys else name
                return Check(name, self._number(expected, shown), self._number(value, shown), False, outcome.sql)
        rows = self.given.result.rows
        text = self._number(rows[0][column], shown) if len(rows) == 1 else self._say("rows", count=f"{len(rows):,}")
        return Check(name, text, text, True, outcome.sql)

    def _number(self, value: Cell, column: Column) -> str:
        return formats.number(value, column.format, self.lang, unit=column.unit, style="exact")

    def _say(self, name: str, **words: str) -> str:
        return prompts.render(f"app.proof.{name}", self.lang, **words)


def _values(outcome: Outcome) -> Numbers:
    """The value of each key of an outcome with one metric."""
    width = sum(1 for column in outcome.result.columns if column.role == "key")
    return {tuple(row[:width]): row[width] for row in outcome.result.rows}


def _summed(outcome: Outcome, keys: int) -> Numbers:
    """The values added up over what was cut further; a key with no value at all keeps None."""
    width = sum(1 for column in outcome.result.columns if column.role == "key")
    sums: Numbers = {}
    for row in outcome.result.rows:
        key, value = tuple(row[:keys]), row[width]
        before = sums.get(key)
        sums[key] = before if value is None else value if before is None else before + value
    return sums


def _divided(top: Numbers, bottom: Numbers) -> Numbers:
    """top / bottom by key, None where there is nothing to divide by."""
    found: Numbers = {}
    for key, low in bottom.items():
        high = top.get(key, 0)
        found[key] = None if not low or high is None else float(high) / float(low)
    return found


def _top_parts(where: Filter | None) -> Sequence[Filter]:
    if where is None:
        return ()
    return where.filters if isinstance(where, And) else (where,)


def _and(*parts: Filter | None) -> Filter | None:
    """All of what is there."""
    given = tuple(part for part in parts if part is not None)
    if not given:
        return None
    return given[0] if len(given) == 1 else And(filters=given)
