"""The types of a conversation: Question, Interpretation, ResultSet, ChartSpec, Answer.

In: what a planner, an engine and the answer room produce. Out: frozen values that a channel renders without knowing anything
else (design.md, section 6: the attribute names of `Answer` are a contract). Nothing here computes, reads a clock or does I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from semantic_layer.issues import Issue
from semantic_layer.model import Format
from semantic_layer.query import Grain, Period, SemanticQuery

if TYPE_CHECKING:
    import pandas as pd

Lang = Literal["zh", "en"]
Status = Literal["answered", "clarify", "refused", "failed"]
ChartKind = Literal[
    "number", "line", "bar", "grouped_bar", "stacked_bar", "pie", "heatmap", "scatter", "histogram", "funnel", "table"
]
ColumnRole = Literal["key", "value"]
Cell = Any
"""None, bool, int, float, Decimal, str, date or datetime."""


@dataclass(frozen=True, slots=True)
class Question:
    """What someone asked. `today` bounds what exists (the first day without data); `guesses`: what is not understood may be taken
    for what it may mean, for a person to choose from; else a question back holds what was read, and nothing more."""

    text: str
    lang: Lang
    today: date
    guesses: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result. `name` is stable (`sales`, `sales:previous`, `sales:growth`, a dimension's name, a grain); `label`
    is in the asker's language; `part` tells the columns of one metric apart; `member` is the model's name behind it; `labels`:
    stored values (rows keep them) with what the asker reads for them."""

    name: str
    label: str
    role: ColumnRole
    type: str
    format: Format | None = None
    unit: str | None = None
    member: str | None = None
    part: Literal["key", "value", "previous", "growth", "share", "running", "attribute"] = "value"
    grain: str | None = None
    masked: bool = False
    labels: tuple[tuple[Cell, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResultSet:
    """Rows as they came from the engine. `total_rows`: before any cut; None where only "more than" is known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool = False
    total_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the reading: a metric with its definition, a filter, a grouping, an assumption."""

    kind: Literal["metric", "filter", "period", "grouping", "order", "comparison", "assumption", "entity", "column"]
    label: str
    detail: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`Answer.interpretation`: how the question was read, as labels in the asker's language. `unit`: of a period that still
    runs; `when`: the words that said when."""

    metrics: tuple[Item, ...] = ()
    filters: tuple[Item, ...] = ()
    period: Period | None = None
    previous: Period | None = None
    grouping: tuple[Item, ...] = ()
    order: tuple[Item, ...] = ()
    assumptions: tuple[Item, ...] = ()
    query: SemanticQuery | None = None
    unit: Grain | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to go on after a clarification: a label, the query behind it (or a question to type) and, where run, its number."""

    label: str
    query: SemanticQuery | None = None
    value: str | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """What one member (`members`: of one or several dimensions) did to a change, largest contribution first."""

    dimension: str
    member: str
    previous: float | None
    current: float | None
    contribution: float
    label: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of a proof: what was computed twice, both values, whether they agree."""

    name: str
    expected: str
    found: str
    agrees: bool
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked by a second, independently built query."""

    agrees: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a planner understood; everything after it is shared by all planners.

    `queries`: the readings, best first; several ask for a choice unless their results agree. `describe`: a definition or a
    catalogue instead of rows. `chart`: the kind the asker named. `refusal` / `clarification`: an issue, its sentence says why.
    `issues`: assumptions taken. `rest`: further asks of the same message. `sql`: governed SQL instead of queries. `unit`: the unit
    that a running period was named by (本季度), `when` the words for its time (去年双十一), which its dates alone do not tell.
    """

    queries: tuple[SemanticQuery, ...] = ()
    describe: "Description | None" = None
    chart: ChartKind | None = None
    refusal: Issue | None = None
    clarification: Issue | None = None
    choices: tuple[Choice, ...] = ()
    issues: tuple[Issue, ...] = ()
    mentions: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    export: bool = False
    rest: tuple["Interpretation", ...] = ()
    confidence: float = 1.0
    planner: str = "rules"
    sql: str | None = None
    unit: Grain | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A question about the model itself: define these members, or list one kind of them (of metrics those in `members`,
    or all); `data`: where the data comes from and which days it has."""

    what: Literal["define", "metrics", "dimensions", "tags", "values", "segments", "data", "help"]
    members: tuple[str, ...] = ()
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One encoded column of a chart: its result column, label, type and how to print it."""

    column: str
    label: str
    type: Literal["nominal", "ordinal", "quantitative", "temporal"]
    format: Format | None = None
    unit: str | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart by meaning: kind, what is on which axis, and the points. `to_vega()` renders it (assistant.answers.render)."""

    kind: ChartKind
    title: str
    lang: Lang
    x: Mark | None = None
    y: tuple[Mark, ...] = ()
    series: Mark | None = None
    points: tuple[Mapping[str, Cell], ...] = ()
    sort: tuple[str, ...] = ()
    note: str | None = None

    def to_vega(self) -> dict[str, Any] | None:
        """A Vega-Lite 5 dict with its data inside; None for kinds `number` and `table`."""
        from assistant.answers.vega import to_vega

        return to_vega(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything an answer shows; a channel only renders it (design.md, section 6)."""

    status: Status
    text: str
    lang: Lang
    error_code: str | None = None
    sql: str | None = None
    columns: tuple[Column, ...] = ()
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    total_rows: int | None = None
    truncated: bool = False
    as_of: date | None = None
    chart: ChartSpec | None = None
    interpretation: Reading | None = None
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    drivers: tuple[Driver, ...] = ()
    proof: Proof | None = None
    parts: tuple["Answer", ...] = ()
    planner: str = "rules"
    timings: Mapping[str, float] = field(default_factory=dict)
    governed: bool = True
    incident: str | None = None

    @property
    def table(self) -> "pd.DataFrame":
        """The rows with labels in the asker's language; null groups read 未知 / unknown. pandas is imported on access."""
        from assistant.answers.table import to_frame

        return to_frame(self)
