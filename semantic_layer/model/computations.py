"""Tags and numeric attributes: how the columns of an entity's profile table are computed."""

from typing import Annotated, Literal

from pydantic import Field

from semantic_layer.model.parts import ColumnType, Part


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
