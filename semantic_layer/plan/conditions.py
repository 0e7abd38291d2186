"""The conditions of a plan: every filter of a query, bound to the table that it tests."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from semantic_layer.joins import Path
from semantic_layer.plan.refs import ColumnRef, Ref
from semantic_layer.query import Op, Period

if TYPE_CHECKING:
    from semantic_layer.plan import AggregatePlan, RecordsPlan

Literals = tuple[bool | int | float | str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """`ref op values`."""

    ref: Ref
    op: Op
    values: Literals


@dataclass(frozen=True, slots=True)
class Declared:
    """A condition of the YAML over the columns of `table`."""

    path: Path
    table: str
    sql: str


@dataclass(frozen=True, slots=True)
class During:
    """`ref` (a date or timestamp) lies in `period`."""

    ref: ColumnRef
    period: Period


@dataclass(frozen=True, slots=True)
class Doers:
    """Members who did something: rows of `base` under `conditions`, counted by `row` where detail rows stand for them."""

    base: str
    key: ColumnRef
    conditions: tuple["Condition", ...]
    at_least: int
    at_most: int | None
    row: ColumnRef | None


@dataclass(frozen=True, slots=True)
class Passing:
    """Members whose metric passes a test (against a number, or against `factor` × the second value of `source`).
    `zero`: a member without facts on the first side has 0 there, else no value, which passes nothing."""

    source: "AggregatePlan"
    op: Literal["=", "!=", ">", ">=", "<", "<="]
    value: float | None
    factor: float | None
    zero: bool
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Members that a list holds."""

    source: "RecordsPlan"


@dataclass(frozen=True, slots=True)
class Grouped:
    """Values of the only dimension that an aggregate is by."""

    source: "AggregatePlan"


@dataclass(frozen=True, slots=True)
class Membership:
    """`key` is (not) one of a set."""

    key: ColumnRef
    members: Doers | Passing | Listed | Grouped
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Sequenced:
    """`time` and a row of `doers` of the same member `key` (their time is `then`) follow each other, at most `days` (calendar) days apart.

    `side`: theirs comes before, or after, all of theirs before (`last`), none before (`first`). `later`: the same moment is too early.
    """

    key: ColumnRef
    time: ColumnRef
    doers: Doers
    then: ColumnRef
    side: Literal["before", "after", "last", "first"]
    days: int | None = None
    later: bool = False


Condition = Test | Declared | During | Membership | Sequenced | All | Any | Negation
