"""The plan: a query after every name is resolved, every type checked and every filter bound to the table it tests.

In: what `resolve` built. Out: frozen values that `compiler` turns into SQL without asking the model: none has an invalid state.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from semantic_layer.issues import Issue
from semantic_layer.model import ColumnType, Format, Text
from semantic_layer.plan.conditions import (
    All,
    Any,
    Condition,
    Declared,
    Doers,
    During,
    Grouped,
    Listed,
    Literals,
    Membership,
    Negation,
    Passing,
    Sequenced,
    Test,
)
from semantic_layer.plan.refs import ColumnRef, HistoryRef, MemberRef, Ref
from semantic_layer.query import Aggregation, Grain, OutputPart, Period, TimePart

__all__ = [
    "AggregatePlan",
    "Aggregated",
    "All",
    "Any",
    "BucketKey",
    "ColumnRef",
    "Computed",
    "Condition",
    "Cumulation",
    "Declared",
    "DimensionKey",
    "Doers",
    "During",
    "Formula",
    "FunnelPlan",
    "FunnelStep",
    "Grouped",
    "HavingTest",
    "HistoryRef",
    "Key",
    "Leaf",
    "Listed",
    "ListedColumn",
    "Literals",
    "Measurement",
    "MemberRef",
    "Membership",
    "Negation",
    "OrderTerm",
    "OutputColumn",
    "PartKey",
    "Passing",
    "Plan",
    "Quotient",
    "RecordsPlan",
    "Ref",
    "RetentionPlan",
    "Scan",
    "Sequenced",
    "SidesKey",
    "Snapshot",
    "Statement",
    "Tally",
    "Test",
    "TimeKey",
]

# --- grouping ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DimensionKey:
    ref: Ref


@dataclass(frozen=True, slots=True)
class TimeKey:
    """The first day of the bucket; `shift` moves the dates of a comparison period onto those of the period compared."""

    ref: ColumnRef
    grain: Grain
    week_start: int = 0
    shift: tuple[Grain, int] | None = None


@dataclass(frozen=True, slots=True)
class PartKey:
    ref: ColumnRef
    part: TimePart


@dataclass(frozen=True, slots=True)
class BucketKey:
    """`below`: the edges that belong to the bucket under them."""

    ref: Ref
    edges: tuple[float, ...]
    width: float | None
    below: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SidesKey:
    """The name of the first side whose conditions all hold."""

    sides: tuple[tuple[str, tuple[Condition, ...]], ...]


Key = DimensionKey | TimeKey | PartKey | BucketKey | SidesKey

# --- scans, formulas, plans --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One aggregate of a scan under `conditions` of its own. `at_least`: count members whose aggregate reaches it."""

    name: str
    agg: Aggregation
    ref: ColumnRef | None
    conditions: tuple[Condition, ...]
    percentile: float | None = None
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Only the rows of the last (first) day of each bucket in `period` count: a semi-additive measure."""

    time: ColumnRef
    take: Literal["last", "first"]
    period: Period
    key: TimeKey | None


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass over one fact at its own grain. `member`: aggregates are per member first, then counted. `over`: they are of each of
    these groups, then added up (visitors of each day: who came twice counts twice)."""

    base: str
    keys: tuple[Key, ...]
    where: tuple[Condition, ...]
    aggregates: tuple[Aggregated, ...]
    member: ColumnRef | None = None
    snapshot: Snapshot | None = None
    over: Key | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An aggregate by name. `zero`: missing is 0 (counts and sums where two facts meet)."""

    name: str
    zero: bool


@dataclass(frozen=True, slots=True)
class Quotient:
    numerator: "Formula"
    denominator: "Formula"


@dataclass(frozen=True, slots=True)
class Computed:
    sql: str
    inputs: tuple[tuple[str, "Formula"], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many buckets of time lie in a group, by the value of the key in place `key`: 31 days in January."""

    key: int
    counts: tuple[tuple[bool | int | str, int], ...]


Formula = Leaf | Quotient | Computed | Tally


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a statement's result; labels are the answer's business, `unit` has both languages. `masked`: stars in it."""

    name: str
    role: Literal["key", "value"]
    type: ColumnType
    part: Literal["key", "value", "previous", "growth", "share", "running", "attribute"]
    member: str | None = None
    format: Format | None = None
    unit: Text | None = None
    grain: str | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One metric: its value, the value compared with, the part of a single share. `type`: of values that are no numbers (a date)."""

    name: str
    value: Formula
    previous: Formula | None = None
    part: Formula | None = None
    format: Format | None = None
    unit: Text | None = None
    member: str | None = None
    cumulative: "Cumulation | None" = None
    type: ColumnType | None = None


@dataclass(frozen=True, slots=True)
class Cumulation:
    """The value is the running total up to each bucket, from the beginning of the data or of each `reset`."""

    reset: Grain | None


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """`column`: an output name. `nulls`: only the test for null matters (nulls last)."""

    column: str
    descending: bool
    values: tuple[str | bool | int, ...] = ()


@dataclass(frozen=True, slots=True)
class HavingTest:
    measurement: int
    part: OutputPart
    op: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """Scans → keys and measurements → having, share, order, limit. `shown`: the values of a key, by its place, that are listed."""

    scans: tuple[Scan, ...]
    keys: tuple[OutputColumn, ...]
    measurements: tuple[Measurement, ...]
    share_within: tuple[int, ...] | None = None
    running: bool = False
    having: tuple[HavingTest, ...] = ()
    order: tuple[OrderTerm, ...] = ()
    limit: int | None = None
    offset: int = 0
    limit_per: tuple[int, ...] = ()
    ranked: str | None = None
    from_day: date | None = None
    counted: bool = False
    beside: Literal["part", "whole"] | None = None
    shown: tuple[tuple[int, Literals], ...] = ()


@dataclass(frozen=True, slots=True)
class ListedColumn:
    name: str
    ref: Ref
    column: OutputColumn


@dataclass(frozen=True, slots=True)
class RecordsPlan:
    """A list: `columns[0]` is the key of the entity; with `distinct` there is none, and each row stands once. `limit_per`: what
    there are `limit` rows at most of each value of."""

    base: str
    columns: tuple[ListedColumn, ...]
    where: tuple[Condition, ...]
    order: tuple[tuple[Ref, bool, tuple[str | bool | int, ...]], ...]
    limit: int | None
    distinct: bool = False
    offset: int = 0
    limit_per: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """`later`: a row of an earlier step may be a row of this one too; it counts only after that."""

    name: str
    base: str
    key: ColumnRef
    time: ColumnRef
    conditions: tuple[Condition, ...]
    group: Ref | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class FunnelPlan:
    steps: tuple[FunnelStep, ...]
    group: OutputColumn | None
    within_days: int | None


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """Cohorts by the first time of `start`; `back` is what brings a member back."""

    start: FunnelStep
    back: FunnelStep
    grain: Grain
    cohorts: Period
    offsets: int
    week_start: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs: its body, the columns that come out, what was assumed on the way. Whose rights: `compile` is told again."""

    body: AggregatePlan | RecordsPlan | FunnelPlan | RetentionPlan
    columns: tuple[OutputColumn, ...]
    issues: tuple[Issue, ...] = ()
    period: Period | None = None
    previous: Period | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One guarded SQL statement and what its columns are."""

    sql: str
    columns: tuple[OutputColumn, ...]
