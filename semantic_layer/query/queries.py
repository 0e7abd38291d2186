"""Groupings, measures and the five kinds of query: one closed, recursive union with the filters."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from semantic_layer.query.filters import And, Behaviour, Filter, InGroups, InSet, MetricPredicate, MetricTerm, Not, Or
from semantic_layer.query.parts import Aggregation, Grain, OutputPart, Part, Period, TimePart

OutputName = Annotated[str | None, Field(pattern=r"^[^:]*$")]
"""What a column is called; behind a colon stands which part of a metric it is (`sales:growth`)."""

# --- what is grouped by, measured, compared ---------------------------------------------------------------------------


class ByDimension(Part):
    """Group by a dimension or tag. `as_of`: the tag as it was on that date; beside the same tag its key is called `tag@date`."""

    kind: Literal["dimension"] = "dimension"
    member: str
    as_of: date | None = None


class ByTime(Part):
    """Group by a time grain of each metric's own time, or of a date dimension; the key is the first day of the bucket."""

    kind: Literal["time"] = "time"
    grain: Grain
    member: str | None = None


class ByTimePart(Part):
    """Group by a part of the date (weekday, hour …) of each metric's own time, or of a date dimension."""

    kind: Literal["time_part"] = "time_part"
    part: TimePart
    member: str | None = None


class ByBucket(Part):
    """Group by ranges of a numeric attribute, or of a metric per member: [e0, e1), [e1, e2) …; the key is the lower edge.

    Give `edges` (values under the first and over the last have buckets of their own; the key of the lowest is None where
    nothing bounds it; those without a value are left out) or a `width`. `below`: the edges that belong to the bucket under them
    (200 to 500, over 500: 500 itself is no more than 500).
    """

    kind: Literal["bucket"] = "bucket"
    member: str | None = None
    metric: str | None = None
    period: Period | None = None
    edges: tuple[float, ...] = ()
    width: float | None = Field(default=None, gt=0)
    below: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _shape(self) -> "ByBucket":
        if (self.member is None) == (self.metric is None):
            raise ValueError("give either `member` or `metric`")
        if bool(self.edges) == (self.width is not None):
            raise ValueError("give either `edges` or `width`")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("`edges` must rise")
        if not set(self.below) <= set(self.edges):
            raise ValueError("`below` are some of the `edges`")
        return self


class Side(Part):
    """One of the things that are set against each other: its `name`, and what it is."""

    name: str
    where: Filter


class BySides(Part):
    """Group by which of some conditions is met, under the name of each: those who complained, those who never did.

    What meets none of them has no name (a null group); of several that hold the first counts, so they should exclude each other."""

    kind: Literal["sides"] = "sides"
    sides: tuple[Side, ...] = Field(min_length=2)


GroupBy = Annotated[ByDimension | ByTime | ByTimePart | ByBucket | BySides, Field(discriminator="kind")]


Per = Annotated[ByDimension | ByTime, Field(discriminator="kind")]


class MetricUse(Part):
    """A declared metric, with conditions or a period of its own where it has any; `name` tells two uses of one metric apart.

    `per`: the mean of what it comes to in each of these groups (sales per day, orders per store). Of time every bucket that the
    period touches counts, so it must have a beginning and an end; of a dimension those members that have any.
    """

    kind: Literal["metric"] = "metric"
    metric: str
    where: Filter | None = None
    period: Period | None = None
    per: Per | None = None
    name: OutputName = None


class Calculation(Part):
    """An ad-hoc aggregate of a numeric (or, for min / max / counts, any) dimension at its own table's grain: their median age."""

    kind: Literal["calculation"] = "calculation"
    agg: Aggregation
    member: str
    percentile: float | None = Field(default=None, gt=0, lt=1)
    where: Filter | None = None
    name: OutputName = None

    @model_validator(mode="after")
    def _percentile(self) -> "Calculation":
        if (self.agg == "percentile") != (self.percentile is not None):
            raise ValueError("`percentile` belongs to agg = percentile, and is needed there")
        return self


Measured = Annotated[MetricUse | Calculation, Field(discriminator="kind")]


class Compare(Part):
    """Each value against the same value elsewhere; the answer has value, previous and value / previous - 1.

    previous_period (环比) and same_period_last_year (同比) need a period in the query and are worked out from it (see
    `semantic_layer.periods`), unless `period` says otherwise; `period` compares with that period; `filter` compares with other
    conditions (which replace none: the query's own `where` holds for both sides, `left` narrows the first).
    """

    kind: Literal["previous_period", "same_period_last_year", "period", "filter"]
    period: Period | None = None
    where: Filter | None = None
    left: Filter | None = None

    @model_validator(mode="after")
    def _needs(self) -> "Compare":
        if self.kind == "period" and self.period is None:
            raise ValueError("`period` is needed")
        if (self.kind == "filter") != (self.where is not None):
            raise ValueError("`where` belongs to kind = filter, and is needed there")
        if self.kind != "filter" and self.left is not None:
            raise ValueError("`left` belongs to kind = filter")
        if self.kind == "filter" and self.period is not None:
            raise ValueError("`period` does not belong to kind = filter")
        return self


class Share(Part):
    """Value / total beside each value; the total is of what is listed before any limit, within the members of `within`.

    `over`: grouped dimensions over all of whose members the total runs, whatever the conditions of `where` choose of them to be
    listed (Tmall and JD, each as a share of the sales of all channels).

    With `part`: the share of the value that satisfies these conditions, the share alone (what % of sales came from the app). With
    `beside` too, a number stands before it: what the part comes to (how many customers are dormant, and what % is that) or the whole
    (how many tickets came in, and what % were complaints).
    """

    within: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    part: Filter | None = None
    beside: Literal["part", "whole"] | None = None

    @model_validator(mode="after")
    def _needs(self) -> "Share":
        if self.beside is not None and self.part is None:
            raise ValueError("`beside` belongs to `part`: without one, the value is there anyway")
        if self.over and self.part is not None:
            raise ValueError("`over` belongs to the shares of groups, and not to `part`")
        return self


class Having(Part):
    """A test of an output column of the aggregate."""

    by: str
    part: OutputPart = "value"
    op: Literal["=", "!=", ">", ">=", "<", "<=", "between"]
    values: tuple[float, ...] = Field(min_length=1, max_length=2)

    @model_validator(mode="after")
    def _arity(self) -> "Having":
        want = 2 if self.op == "between" else 1
        if len(self.values) != want:
            raise ValueError(f"`{self.op}` takes {want} value(s), got {len(self.values)}")
        return self


class Order(Part):
    """`by`: the name of a metric use, a grouped member, a column. Nulls always come last."""

    by: str
    part: OutputPart = "value"
    descending: bool = True


class Aggregate(Part):
    """Metrics, grouped or not. Keys come first in the result, then per metric: value[, previous, growth][, share].

    `offset`: how many of the first groups are passed over (the second city: `limit` 1, `offset` 1); it needs an `order`.

    With `count_groups`: how many groups there are, one number, instead of the groups (in how many cities were sales over 100k). A
    null group is none.
    """

    kind: Literal["aggregate"] = "aggregate"
    metrics: tuple[Measured, ...] = Field(min_length=1)
    group_by: tuple[GroupBy, ...] = ()
    where: Filter | None = None
    period: Period | None = None
    compare: Compare | None = None
    share: Share | None = None
    running_total: bool = False
    having: tuple[Having, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    offset: int = Field(default=0, ge=0)
    limit_per: tuple[str, ...] = ()
    count_groups: bool = False


# --- lists, funnels, retention, change ---------------------------------------------------------------------------------


class Attribute(Part):
    """A column of a list: a dimension, attribute or tag of the entity."""

    kind: Literal["attribute"] = "attribute"
    member: str
    as_of: date | None = None


class MetricColumn(Part):
    """A column of a list: a metric per member."""

    kind: Literal["metric"] = "metric"
    metric: str
    period: Period | None = None
    where: Filter | None = None
    name: OutputName = None


Column = Annotated[Attribute | MetricColumn, Field(discriminator="kind")]


class Records(Part):
    """A list of members of an entity: its key first, then the columns asked for. `period` bounds the entity's own time.

    With `distinct`: each combination of the columns once, without the key (which cities customers live in). `offset`: how many of
    the first members are passed over, in an `order`. `limit_per`: attributes, of each of whose values the first `limit` are
    listed (the three of each region who spent most).
    """

    kind: Literal["records"] = "records"
    entity: str
    columns: tuple[Column, ...] = ()
    where: Filter | None = None
    period: Period | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    offset: int = Field(default=0, ge=0)
    limit_per: tuple[str, ...] = ()
    distinct: bool = False


class Step(Part):
    """One step of a funnel: a named behaviour, with conditions."""

    behaviour: str
    where: Filter | None = None
    name: OutputName = None


class Funnel(Part):
    """How many members did the first step, then the second after it …: rows (step, members), per group when grouped.

    All steps lie in `period`, in order; with `within_days` the last at most that many days after a first (any time it was done).
    A step that may be the same row as an earlier one counts only later. The group is that of the member's first time.
    """

    kind: Literal["funnel"] = "funnel"
    entity: str
    steps: tuple[Step, ...] = Field(min_length=2)
    period: Period | None = None
    within_days: int | None = Field(default=None, ge=1)
    where: Filter | None = None
    group_by: tuple[ByDimension, ...] = Field(default=(), max_length=1)


class Retention(Part):
    """Cohorts by the first time of `start` (a behaviour, or a date attribute of the entity), and who did `back` n grains later.

    Rows: cohort (first day), offset (0 …), cohort size, members who came back, rate.
    """

    kind: Literal["retention"] = "retention"
    entity: str
    start: str
    back: str
    grain: Literal["day", "week", "month", "quarter", "year"] = "month"
    period: Period | None = None
    offsets: int = Field(default=6, ge=1, le=60)
    where: Filter | None = None


class Change(Part):
    """Why a metric moved between two periods: the overall values, and what each member of each allowed dimension contributed."""

    kind: Literal["change"] = "change"
    metric: str
    period: Period
    compare: Compare
    dimensions: tuple[str, ...] = ()
    where: Filter | None = None


SemanticQuery = Annotated[Aggregate | Records | Funnel | Retention | Change, Field(discriminator="kind")]

_NAMES = {"Filter": Filter, "Records": Records, "Aggregate": Aggregate, "Behaviour": Behaviour}
for _filter in (MetricTerm, MetricPredicate, Behaviour, InSet, InGroups, And, Or, Not):
    _filter.model_rebuild(_types_namespace=_NAMES)
for _part in (Side, BySides, MetricUse, Calculation, Compare, Share, Aggregate):
    _part.model_rebuild()
