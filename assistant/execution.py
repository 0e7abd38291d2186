"""One query of one asker, from the semantic query to rows: resolve, compile (guarded), run.

In: a `SemanticQuery`, the `Restricted` model of the asker, an engine, limits. Out: an `Outcome`: labelled columns and rows, the
SQL that ran, what was assumed. What may fail: `QueryError` (the query does not fit the model or the rights), `EngineError`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.answers.labels import dressed
from assistant.errors import QueryTimeout
from assistant.ports import Engine
from assistant.qa import Column, Driver, Lang, ResultSet
from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.plan import OutputColumn, Statement
from semantic_layer.query import Aggregate, Change, MetricUse, Period, SemanticQuery
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict

FEW = 1000
"""Rows of a result that is kept while an answer is made."""


class Stopwatch:
    """Milliseconds by stage; a stage that is entered again adds up. `told` hears of each stage as it begins, and may end the
    turn by raising."""

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._told = told
        self._began = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts what happens meanwhile as `name`."""
        if self._told is not None:
            self._told(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + (time.perf_counter() - began) * 1000

    def breathe(self, name: str) -> None:
        """Tells that `name` goes on, without counting; raises where whoever is told ends the turn."""
        if self._told is not None:
            self._told(name)

    def seconds(self) -> float:
        """Since the watch was made."""
        return time.perf_counter() - self._began

    def read(self) -> Mapping[str, float]:
        """All stages, and `total` since the watch was made."""
        total = (time.perf_counter() - self._began) * 1000
        return {name: round(ms, 3) for name, ms in (*self._spent.items(), ("total", total))}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a query gave. `issues`: the assumptions taken. Of a why-question `drivers`: what moved the metric, and `beside`: what
    else moved where the first driver is."""

    query: SemanticQuery
    result: ResultSet
    sql: str
    issues: tuple[Issue, ...] = ()
    period: Period | None = None
    previous: Period | None = None
    drivers: tuple[Driver, ...] = ()
    beside: tuple["Outcome", ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take."""

    seconds: float
    rows: int


@dataclass(frozen=True, slots=True)
class Execution:
    """Runs queries for one asker in one language, within limits, on a watch."""

    restricted: Restricted
    engine: Engine
    limits: Limits
    lang: Lang
    watch: Stopwatch = field(default_factory=Stopwatch)
    seen: dict[tuple[str, str], ResultSet] = field(default_factory=dict)
    """Small results of this answer by state of the data and SQL: what a planner tried need not run again for the answer."""

    @property
    def model(self) -> SemanticModel:
        """The model as the asker sees it."""
        return self.restricted.model

    def run(self, query: SemanticQuery) -> Outcome:
        """The rows of one query that is one statement (a why-question is several: `assistant.drivers`)."""
        with self.watch.stage("compile"):
            plan = resolve(query, self.restricted)
            statement = compile_plan(plan, self.restricted)
        result = self.rows(statement)
        return Outcome(
            query, dressed(result, query, self.model, self.lang), statement.sql, plan.issues, plan.period, plan.previous
        )

    def rows(self, statement: Statement) -> ResultSet:
        """The rows of a guarded statement, columns not labelled yet. All statements of an answer share its time."""
        key = (self.engine.data_version(), statement.sql)
        found = self.seen.get(key)
        if found is None or len(found.rows) > self.limits.rows:
            found = self._run(statement)
            if not found.truncated and len(found.rows) <= FEW:
                self.seen[key] = found
        return found

    def _run(self, statement: Statement) -> ResultSet:
        with self.watch.stage("run"):
            try:
                fetched = self.engine.run(statement.sql, timeout=self.seconds_left(), max_rows=self.limits.rows)
            except QueryTimeout as late:  # people know the limit of the whole question, not what a statement had left of it
                raise QueryTimeout(seconds=f"{self.limits.seconds:g}") from late
        rows = fetched.rows
        columns = tuple(_column(column) for column in statement.columns)
        return ResultSet(columns, rows, fetched.truncated, None if fetched.truncated else len(rows))

    def seconds_left(self) -> float:
        """What is left of the time for this answer.

        Raises:
            QueryTimeout: nothing is.
        """
        left = self.limits.seconds - self.watch.seconds()
        if left <= 0:
            raise QueryTimeout(seconds=f"{self.limits.seconds:g}")
        return left

    def resolves(self, query: SemanticQuery) -> bool:
        """Whether `query` could be run for this asker."""
        if isinstance(query, Change):
            return query.metric in self.model.metrics
        try:
            self.checked(query)
        except QueryError:
            return False
        return True

    def checked(self, query: SemanticQuery) -> None:
        """Raises QueryError with all issues, where `query` could not be run for this asker."""
        if isinstance(query, Change):
            query = Aggregate(metrics=(MetricUse(metric=query.metric),), period=query.period, where=query.where)
        resolve(query, self.restricted)


def _column(column: OutputColumn) -> Column:
    return Column(
        name=column.name,
        label=column.name,
        role=column.role,
        type=column.type,
        format=column.format,
        member=column.member,
        part=column.part,
        grain=column.grain,
        masked=column.masked,
    )


class Scopes:
    """Restricted models by asker; the last used are kept, since most questions come from few roles. Safe for many threads."""

    def __init__(self, model: SemanticModel, most: int = 64) -> None:
        self._model = model
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, tuple[tuple[str, str], ...]], Restricted] = OrderedDict()

    def of(self, role: str, attributes: Mapping[str, str]) -> Restricted:
        """The model as this asker sees it; raises QueryError for a role or an attribute that does not do."""
        key = (role, tuple(sorted(attributes.items())))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = restrict(self._model, Scope(role, dict(attributes)))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
