"""The semantic model: what the business means, as frozen data.

In: values that `loader` read from a domain folder (YAML). Out: `SemanticModel`, looked up by name. Expressions are SQL scalars or
conditions over the columns of one table, as text; `lint` checks them. Building a value with unknown keys or wrong types fails
(pydantic `ValidationError`); whether names agree with each other is `lint`'s question. No natural language beyond labels.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ColumnType = Literal["integer", "decimal", "number", "text", "date", "timestamp", "boolean"]
Format = Literal["number", "integer", "currency", "percent", "score", "minutes", "days"]
MaskKind = Literal["mask", "hide", "clear"]
"""How a role sees a class of personal data: masked in place, not at all, or in the clear."""


class Part(BaseModel):
    """A frozen piece of the model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """A text in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Words(Part):
    """Other surface forms, per language."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Member(Part):
    """Anything nameable: `name` is unique over all members of a model."""

    name: str
    label: Text
    description: Text | None = None
    synonyms: Words = Words()


class TableColumn(Part):
    """A physical column. `pii`: its class of personal data (a key of `Domain.pii`)."""

    name: str
    type: ColumnType
    pii: str | None = None


class Table(Member):
    """A physical source. `source`: its name in the database (default: `name`). `time`: its default time column."""

    source: str | None = None
    primary_key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    time: str | None = None

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
    order given. `groupable`: False for ids and free text. `high_cardinality` values are not declared but read from the data.
    `tag`: computed for the entity's members by `tags` (lives in the profile table). `distinct_values`: index its stored values.
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
    `timeless`: a period does not limit it."""

    kind: Literal["simple"] = "simple"
    measure: str
    where: str | None = None
    time: str | None = None
    timeless: bool = False


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


# --- tags and numeric attributes: how the profile table is computed ----------------------------------------------------


class Window(Part):
    """A metric per member over the last `days` complete days (None: all time), missing counts and sums as 0."""

    kind: Literal["window"] = "window"
    metric: str
    days: int | None = Field(default=None, ge=1)


class LastDate(Part):
    """The date of the member's last occurrence of a behaviour before today; null if never."""

    kind: Literal["last_date"] = "last_date"
    behaviour: str


class Latest(Part):
    """`expr` of the member's latest row of `table` before today, by its time, ties by `tie_break` (highest wins)."""

    kind: Literal["latest"] = "latest"
    table: str
    expr: str
    tie_break: str


class Favourite(Part):
    """The value of `dimension` with the largest `metric` over the last `days` days, ties by value ascending; null if none."""

    kind: Literal["favourite"] = "favourite"
    dimension: str
    metric: str
    days: int | None = Field(default=None, ge=1)


class Expression(Part):
    """A SQL scalar over the entity table's columns, other attributes and tags, and `today` (a DATE)."""

    kind: Literal["expression"] = "expression"
    expr: str


class Case(Part):
    """One line of a tag: `value` where the SQL condition `when` holds (None: otherwise)."""

    value: str | bool
    when: str | None = None


class Cases(Part):
    """The first case whose condition holds."""

    kind: Literal["cases"] = "cases"
    cases: tuple[Case, ...] = Field(min_length=1)


Computation = Annotated[Window | LastDate | Latest | Favourite | Expression | Cases, Field(discriminator="kind")]


class Tag(Part):
    """How one column of an entity's profile is computed; its label, values and words are those of the dimension called `name`.

    `helper`: only other tags read it; it is not kept in the profile.
    """

    name: str
    entity: str
    type: ColumnType
    compute: Computation
    helper: bool = False


# --- roles and the domain ------------------------------------------------------------------------------------------------


class RowFilter(Part):
    """Only rows of `table` where `where` holds (SQL; `:name` is an attribute of the asker), and rows that belong to them."""

    table: str
    where: str


class Role(Member):
    """What an asker of this role may see. Personal data is hidden unless `pii` says otherwise for its class."""

    hidden: tuple[str, ...] = ()
    rows: tuple[RowFilter, ...] = ()
    pii: Mapping[str, MaskKind] = Field(default_factory=dict)
    lookup: tuple[str, ...] = ()
    may_list: bool = False
    may_export: bool = False
    may_export_clear: bool = False
    attributes: tuple[str, ...] = ()


class Mask(Part):
    """Keep the first and last characters, stars between: 138****5678 is keep_start 3, keep_end 4."""

    label: Text
    keep_start: int = Field(default=0, ge=0)
    keep_end: int = Field(default=0, ge=0)
    stars: int = Field(default=4, ge=1)


class NamedPeriod(Part):
    """A promotion or festival of this business: month-day to month-day, both included, every year."""

    label: Text
    synonyms: Words = Words()
    start: str = Field(pattern=r"^\d\d-\d\d$")
    end: str = Field(pattern=r"^\d\d-\d\d$")


class Domain(Part):
    """What `domain.yaml` says. `today`: a date, or `data` = the day after the last complete day of the data."""

    name: str
    label: Text
    description: Text | None = None
    database: str | None = None
    builder: str | None = None
    today: date | Literal["data"] = "data"
    week_start: int = Field(default=0, ge=0, le=6)
    fiscal_year_start: int = Field(default=1, ge=1, le=12)
    currency: str = "¥"
    languages: tuple[str, ...] = ("zh", "en")
    entity: str
    default_role: str
    pii: Mapping[str, Mask] = Field(default_factory=dict)
    periods: tuple[NamedPeriod, ...] = ()
    first_day: date | None = None


class SemanticModel(Part):
    """A whole domain, by name. `profile` tables hold the tags of an entity: see `profile_table`."""

    domain: Domain
    tables: Mapping[str, Table]
    joins: tuple[Join, ...] = ()
    entities: Mapping[str, Entity] = Field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)
    measures: Mapping[str, Measure] = Field(default_factory=dict)
    metrics: Mapping[str, Metric] = Field(default_factory=dict)
    behaviours: Mapping[str, BehaviourType] = Field(default_factory=dict)
    segments: Mapping[str, Segment] = Field(default_factory=dict)
    tags: Mapping[str, Tag] = Field(default_factory=dict)
    roles: Mapping[str, Role] = Field(default_factory=dict)

    def label(self, name: str, lang: str) -> str:
        """The label of any member in `lang`; the name itself where there is none."""
        for members in (self.metrics, self.dimensions, self.segments, self.behaviours, self.entities, self.tables):
            member: Member | None = members.get(name)
            if member is not None:
                return member.label[lang]
        return name


def profile_table(entity: str) -> str:
    """The name of the table that holds an entity's current tags and numeric attributes, one row a member."""
    return f"{entity}_profile"


def profile_history(entity: str) -> str:
    """The name of the table with every kept refresh: the profile's columns and `as_of` (the date they were true on)."""
    return f"{entity}_profile_history"
