"""What a question asks for before its words are bound to one dimension each: metrics, groups, tests, order, all as candidates.

In: nothing but data. `at` is the position of the token that a part was read from; parts that belong together stand near each
other, and dimensions are chosen by what is near. `build` makes semantic queries of it.
"""

from dataclasses import dataclass
from typing import Literal

from assistant.language.values import Scalar
from semantic_layer.query import Behaviour, CompareOp, Grain, OutputPart, Period, Records, TimePart

NumberOp = Literal["=", "!=", ">", ">=", "<", "<=", "between"]


@dataclass(frozen=True, slots=True)
class ValueTest:
    """One of some values, of one of several dimensions; `rank`: at least or at most that value of an ordered dimension; `beside`:
    people are named right beside it, or what they did (女装客户, 买女装); `theirs`: people are, by a word of their own."""

    at: int
    options: tuple[tuple[str, tuple[Scalar, ...]], ...]
    negated: bool = False
    rank: Literal[">=", "<="] | None = None
    hints: tuple[str, ...] = ()
    beside: bool = False
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A number compared with a metric or a numeric dimension; none where only the unit tells.

    `against`: the time in which the same metric is what it is compared with, instead of a number; `objects`: which facts the metric
    is of, for each member."""

    at: int
    op: NumberOp
    values: tuple[float, ...]
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    unit: str | None = None
    period: Period | None = None
    part: OutputPart = "value"
    percent: bool = False
    against: Period | None = None
    objects: tuple["Test", ...] = ()


@dataclass(frozen=True, slots=True)
class VerbTest:
    """Did, or did not do, one of several behaviours with these objects in a period; `same`: in the period of the question.

    `verb`: the place of its verb; `after`: what was done before it, at most `within_days` days, or `behind`: the same as a query before
    says it; `first`: their first one of all.
    """

    at: int
    behaviours: tuple[str, ...]
    did: bool = True
    objects: tuple["Test", ...] = ()
    period: Period | None = None
    at_least: int = 1
    at_most: int | None = None
    same: bool = False
    verb: int = -1
    after: "VerbTest | None" = None
    within_days: int | None = None
    first: bool = False
    behind: Behaviour | None = None


@dataclass(frozen=True, slots=True)
class DateTest:
    """A date dimension in a period."""

    at: int
    dimensions: tuple[str, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class MissingTest:
    """A dimension that holds nothing, or something: no preferred channel."""

    at: int
    dimensions: tuple[str, ...]
    missing: bool = True


@dataclass(frozen=True, slots=True)
class SegmentTest:
    """In a named segment, or not."""

    at: int
    name: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SetTest:
    """Among the members of a list: the 100 customers who spent most."""

    at: int
    records: Records


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the tests holds."""

    at: int
    tests: tuple["Test", ...]


Test = ValueTest | NumberTest | VerbTest | DateTest | MissingTest | SegmentTest | SetTest | AnyOf


@dataclass(frozen=True, slots=True)
class Asked:
    """A metric that is asked for. `agg`: an aggregate of a numeric dimension instead (their average age)."""

    at: int
    names: tuple[str, ...] = ()
    agg: Literal["avg", "median", "min", "max", "sum"] | None = None
    dimensions: tuple[str, ...] = ()
    firm: bool = True
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A breakdown by a dimension (one of several), a grain of time, or a part of the date.

    `width` or `edges`: by ranges of a number that people have (`dimensions`), or of a metric of each (`metrics`) in a `period`;
    `below`: the edges that belong to the range under them. `sides`: by which of these conditions holds, each under its name;
    `whole`: one of them always does."""

    at: int
    dimensions: tuple[str, ...] = ()
    grain: Grain | None = None
    part: TimePart | None = None
    hints: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    period: Period | None = None
    width: float | None = None
    edges: tuple[float, ...] = ()
    sides: tuple[tuple[str, "Test"], ...] = ()
    whole: bool = True
    below: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Order and limit. `metrics`/`dimensions`: what orders, where it was said; `good`: best or worst, whatever direction that is;
    `anyhow`: a limit alone, whichever they are."""

    at: int
    descending: bool = True
    limit: int | None = None
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    part: OutputPart = "value"
    good: bool | None = None
    single: bool = False
    target: tuple[str, ...] = ()
    period: Period | None = None
    anyhow: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """The time that a conversation is about, the words that said it (去年双十一), where they are known, and its numbers."""

    period: Period | None = None
    words: str | None = None
    metrics: tuple[str, ...] = ()
    units: tuple[Grain, ...] = ()
    """The units of time by which it was split."""


Head = Literal["aggregate", "records", "funnel", "retention", "change"]
Comparing = Literal["previous_period", "same_period_last_year", "period"]
__all__ = [
    "AnyOf",
    "Asked",
    "CompareOp",
    "Comparing",
    "DateTest",
    "Group",
    "Head",
    "MissingTest",
    "NumberOp",
    "NumberTest",
    "Ranking",
    "SegmentTest",
    "SetTest",
    "Talk",
    "Test",
    "ValueTest",
    "VerbTest",
]
