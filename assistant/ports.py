"""The few protocols: what the pipeline needs from a planner, an engine, a channel. No implementation here."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from assistant.qa import Answer, Interpretation, Question
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

if TYPE_CHECKING:
    import pyarrow as pa


class Planner(Protocol):
    """Turns a question into an Interpretation; never raises for anything a person can type."""

    name: str

    def plan(self, question: Question, model: SemanticModel, context: "Context") -> Interpretation:
        """The readings of `question` over `model` (already restricted to the asker's scope)."""
        ...


class Context(Protocol):
    """What a planner may know of the conversation: the last complete query and how it was charted."""

    @property
    def last(self) -> SemanticQuery | None: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a query that was tried: how many rows (`more`: at least) under which names, or the issues. No value."""

    rows: int = 0
    more: bool = False
    columns: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def ran(self) -> bool:
        """Whether it gave rows, or none, but ran."""
        return not self.issues


@runtime_checkable
class Workplace(Protocol):
    """A context in which a planner may try its queries in the asker's scope; nothing that it gives holds a value of the data."""

    @property
    def last(self) -> SemanticQuery | None: ...

    def scope(self) -> str:
        """Tells askers apart who may see different things, and versions of the data."""
        ...

    def attempt(self, query: SemanticQuery) -> Attempt:
        """Runs a query, for how it goes; never raises for what is wrong with the query."""
        ...

    def attempt_sql(self, text: str) -> Attempt:
        """Runs governed SQL, likewise."""
        ...

    def sees(self, dimension: str, value: str) -> Attempt:
        """Whether any row that the asker may see holds a stored value: rows is 0 or 1."""
        ...

    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that governed SQL may name, by table."""
        ...

    def seconds_left(self) -> float:
        """What is left of the time for this answer; not above 0 where nothing is."""
        ...

    def breathe(self, doing: str = "plan") -> None:
        """Tells whoever waits that work goes on, and at what; raises where nobody waits any more."""
        ...


class Engine(Protocol):
    """Runs one statement of ours, read-only. Errors: EngineUnavailable, QueryTimeout, QueryFailed."""

    def run(self, sql: str, *, timeout: float, max_rows: int) -> "Fetched":
        """The rows of `sql`, at most `max_rows`; raises QueryTimeout after `timeout` seconds (the query is interrupted)."""
        ...

    def run_outside(self, sql: str, *, timeout: float, max_rows: int) -> "Fetched":
        """The rows of governed SQL, run where it can be killed and its memory has an end; fails as `run` does."""
        ...

    def values(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Rows of a small internal statement (distinct values for the index, the last day of the data)."""
        ...

    def interrupt(self, thread: int) -> None:
        """Stops the statement that runs for the thread of that ident, if one does; its run fails."""
        ...

    def data_version(self) -> str:
        """Changes when the data or the profile change: the key of what is cached from them."""
        ...

    def session(self) -> AbstractContextManager[None]:
        """Holds the data and the profile still for the statements of one answer."""
        ...

    def close(self) -> None:
        """Lets go of the database; runs after it fail."""
        ...


class Fetched(Protocol):
    """Rows and whether there were more."""

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]: ...

    @property
    def truncated(self) -> bool: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def types(self) -> tuple[str, ...]: ...

    @property
    def arrow(self) -> "pa.Table": ...


class Channel(Protocol):
    """Renders an Answer to where its asker is."""

    def send(self, answer: Answer) -> None: ...
