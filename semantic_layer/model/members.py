"""Members: tables and joins, entities, dimensions, measures, metrics, behaviours, segments.

In: values that `loader` read. Out: frozen data; expressions are SQL text over the columns of one table, checked by `lint`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from semantic_layer.model.parts import ColumnType, Format, Member, Part, Text, Words


class TableColumn(Part):
    """A physical column. `pii`: its class of personal data (a key of `Domain.pii`)."""

    name: str
    type: ColumnType
    pii: str | None = None


class Table(Member):
    """A physical source. `source`: its name in the database (default: `name`). `time`: its default time column.

    `distinct`: the source repeats these columns; a row is each of their combinations, once (the customers of a file of orders).
    """

    source: str | None = None
    primary_key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    time: str | None = None
    distinct: bool = False

    def column(self, name: str) -> TableColumn | None:
        """The column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)


class Join(Part):
    """A declared relationship from a many side (`table`) to a one side (`to`).

    `on`: pairs (column here, column there). `detail`: rows of `table` are parts of a row of `to` (items of an order): metrics of
    `to` may then be taken at the finer grain. `missing`: rows whose key is null or dangling are `unknown` (kept, null group) or
    `drop`ped when the other side is named. `as_text`: the two sides are stored in different types and compared as text.
    `distance`: paths prefer the smallest sum.
    """

    table: str
    to: str
    on: tuple[tuple[str, str], ...] = Field(min_length=1)
    cardinality: Literal["many_to_one", "one_to_one", "many_to_many"] = "many_to_one"
    detail: bool = False
    missing: Literal["unknown", "drop"] = "unknown"
    as_text: bool = False
    distance: int = Field(default=1, ge=1)


class Entity(Member):
    """A thing with identity with members to list. `unit`: its counting word (人 / customers); `columns`: shown by default.

    `since`: a date column of `table`, the member's first day: a profile as of an earlier date has no row for that member.
    """

    table: str
    unit: Text
    columns: tuple[str, ...] = ()
    since: str | None = None


class Value(Part):
    """A stored value with its names. `definition` says what puts a member there (tags)."""

    value: str | bool | int
    label: Text
    synonyms: Words = Words()
    definition: Text | None = None


class Dimension(Member):
    """An attribute to group or filter by. `expr`: SQL over `table`'s columns (default: the column called `name`).

    `also`: the same dimension on other tables (table -> expression), for conformed dimensions. `ordered`: `values` rise in the
    order given. `groupable`: False for ids and free text. `index_values`: its values are not declared but read from the data.
    `tag`: computed for the entity's members by `tags` (lives in the profile table).
    `repeats`: it names members, but several may be called the same; numbers of each member are then told apart by their key too.
    """

    table: str
    expr: str | None = None
    also: Mapping[str, str] = Field(default_factory=dict)
    type: ColumnType = "text"
    values: tuple[Value, ...] = ()
    ordered: bool = False
    groupable: bool = True
    index_values: bool = False
    pii: str | None = None
    unit: Text | None = None
    format: Format | None = None
    tag: bool = False
    repeats: bool = False

    def expression(self, table: str) -> str | None:
        """The SQL of the dimension on `table`, or None where it does not live there."""
        if table == self.table:
            return self.expr or self.name
        return self.also.get(table)


class SemiAdditive(Part):
    """A measure that does not add up over time: only the last (first) moment of each period or bucket counts."""

    take: Literal["last", "first"] = "last"


class Measure(Part):
    """An aggregation at the grain of its table. `expr` may be omitted for counts of rows.

    `finer`: on a detail table of `table`, the measure that stands for this one (order amount -> item amount). Counts need none:
    rows are then counted once each.
    """

    name: str
    table: str
    agg: Literal["sum", "count", "count_distinct", "avg", "median", "percentile", "min", "max"]
    expr: str | None = None
    where: str | None = None
    percentile: float | None = Field(default=None, gt=0, lt=1)
    semi_additive: SemiAdditive | None = None
    finer: str | None = None


class _Metric(Member):
    """What every metric has. `up_is_good`: True, False, or None where neither is. `finer`: the metric that this one becomes
    when grouped or filtered at a finer grain (sales -> item_sales by category). `drivers`: dimensions a why-question looks at;
    `related`: metrics it looks at beside them. `definition`: how it is computed, in words."""

    format: Format = "number"
    unit: Text | None = None
    up_is_good: bool | None = None
    definition: Text | None = None
    finer: str | None = None
    drivers: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class SimpleMetric(_Metric):
    """One measure. `where`: a further condition on the measure's table. `time`: the time column (default: the table's);
    `timeless`: a period does not limit it. `without`: tables that none of its rows leads to, though others of the table do: a
    payment has no product, so that it is neither split nor limited by one."""

    kind: Literal["simple"] = "simple"
    measure: str
    where: str | None = None
    time: str | None = None
    timeless: bool = False
    without: tuple[str, ...] = ()


class RatioMetric(_Metric):
    """numerator / denominator, both metrics; None where the denominator is 0 or missing."""

    kind: Literal["ratio"] = "ratio"
    numerator: str
    denominator: str


class DerivedMetric(_Metric):
    """A SQL scalar over other metrics by name; each division is null-safe and in floating point."""

    kind: Literal["derived"] = "derived"
    expr: str
    metrics: tuple[str, ...] = Field(min_length=1)


class MembersMetric(_Metric):
    """How many members of an entity have a value of `metric` of at least `at_least`, counted inside each group and period."""

    kind: Literal["members"] = "members"
    entity: str
    metric: str
    at_least: float


class CumulativeMetric(_Metric):
    """The running total of an additive metric from the beginning of the data (or of the `reset` grain) to each moment."""

    kind: Literal["cumulative"] = "cumulative"
    metric: str
    reset: Literal["month", "quarter", "year"] | None = None


class ConversionMetric(_Metric):
    """Members who did `to` within `days` after `base` / members who did `base`."""

    kind: Literal["conversion"] = "conversion"
    entity: str
    base: str
    to: str
    days: int = Field(ge=1)


Metric = Annotated[
    SimpleMetric | RatioMetric | DerivedMetric | MembersMetric | CumulativeMetric | ConversionMetric,
    Field(discriminator="kind"),
]


class BehaviourType(Member):
    """Something members of an entity do, a row of `table` each: bought, logged in, complained. `verbs`: how people say it."""

    table: str
    entity: str
    where: str | None = None
    time: str | None = None
    verbs: Words = Words()


class Segment(Member):
    """A named predicate over an entity. `where`: a filter of the query language, as JSON text (checked by `lint`)."""

    entity: str
    where: str
