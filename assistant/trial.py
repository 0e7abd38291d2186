"""Where a planner with a model tries its queries: in the asker's scope, within their time, without seeing a value.

In: the conversation and the `Execution` of the asker. Out: a context for planners (`ports.Workplace`) whose attempts say how many
rows under which names there are, or which issues. What may fail: `breathe`, where whoever waits for the answer ends the turn.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.conversation import Conversation
from assistant.drivers import explain_change
from assistant.errors import EngineError
from assistant.execution import FEW, Execution
from assistant.ports import Attempt
from semantic_layer.errors import QueryError, UnsafeSQLError
from semantic_layer.governed import governed
from semantic_layer.issues import Issue
from semantic_layer.query import Change, Grain, Period, SemanticQuery
from semantic_layer.shown import reads_data

ENOUGH = FEW
"""Rows that an attempt counts; a planner need not know more."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One turn's context for planners; see the module's text."""

    state: Conversation
    run: Execution
    dry: bool = False
    """Queries are only looked at, not run: `wenke explain`."""

    @property
    def last(self) -> SemanticQuery | None:
        """The last complete query of the conversation."""
        return self.state.last

    @property
    def history(self) -> tuple[SemanticQuery, ...]:
        """The ones before it."""
        return self.state.history

    @property
    def unit(self) -> Grain | None:
        """The unit that the period of the last query was named by."""
        return self.state.unit

    @property
    def when(self) -> str | None:
        """The words that said when, where the time of the last query was said."""
        return self.state.when

    @property
    def moment(self) -> Period | None:
        """The one time that the last answer showed, where it ranked times."""
        return self.state.moment

    @property
    def waiting(self) -> str | None:
        """The message before this one, where it was asked back and not answered since."""
        return self.state.pending.question if self.state.pending is not None else None

    def scope(self) -> str:
        """Tells askers apart who may see different things, versions of the data, and what only was looked at from what ran."""
        rows = sorted((table, condition.sql()) for table, condition in self.run.restricted.rows.items())
        told = f"{self.run.restricted.role.model_dump_json()}\0{rows}\0{self.run.engine.data_version()}\0{self.dry}"
        return hashlib.sha256(told.encode()).hexdigest()

    def attempt(self, query: SemanticQuery) -> Attempt:
        """Runs a query of any kind, for how it goes."""
        try:
            if self.dry:
                self.run.checked(query)
                return Attempt()
            few = replace(self.run, limits=replace(self.run.limits, rows=ENOUGH))
            outcome = explain_change(query, self.run) if isinstance(query, Change) else few.run(query)
        except (QueryError, UnsafeSQLError) as wrong:
            return Attempt(issues=wrong.issues)
        except EngineError as failed:
            return Attempt(issues=(failed.issue,))
        except (ArithmeticError, ValueError, RecursionError):  # numbers and days that no machine counts with
            return Attempt(issues=(Issue("not-understood"),))
        result = outcome.result
        return Attempt(len(result.rows), result.truncated, tuple(column.name for column in result.columns))

    def attempt_sql(self, text: str) -> Attempt:
        """Runs governed SQL, rewritten to the asker's rights, in a process of its own."""
        try:
            tree = governed(text, self.run.restricted, max_rows=ENOUGH)
            if not reads_data(tree):
                return Attempt(issues=(Issue("reads-no-data"),))
            sql = tree.sql(dialect="duckdb")
            if self.dry:
                return Attempt()
            with self.run.watch.stage("run"):
                fetched = self.run.engine.run_outside(sql, timeout=self.run.seconds_left(), max_rows=ENOUGH)
        except (QueryError, UnsafeSQLError) as wrong:
            return Attempt(issues=wrong.issues)
        except EngineError as failed:
            return Attempt(issues=(failed.issue,))
        return Attempt(len(fetched.rows), fetched.truncated, fetched.names)

    def sees(self, dimension: str, value: str) -> Attempt:
        """Whether a row that the asker may see holds a stored value: what the index knows is everybody's."""
        table = self.run.model.dimensions[dimension].table
        if self.run.restricted.rows.get(table) is None:
            return Attempt(rows=1)
        quoted = value.replace("'", "''")
        return self.attempt_sql(f'SELECT "{dimension}" FROM "{table}" WHERE "{dimension}" = \'{quoted}\' LIMIT 1')

    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that governed SQL may name, by table."""
        unseen = self.run.restricted.unseen
        return {
            name: tuple(column.name for column in table.columns if column.name not in unseen.get(name, frozenset()))
            for name, table in self.run.model.tables.items()
        }

    def seconds_left(self) -> float:
        """What is left of the time for this answer."""
        return self.run.limits.seconds - self.run.watch.seconds()

    def breathe(self, doing: str = "plan") -> None:
        """Tells whoever waits that planning goes on, and at what; raises where they stopped it."""
        self.run.watch.breathe(doing)
