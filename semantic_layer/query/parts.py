"""What queries are made of: grains, operators, scalars, periods. Frozen values that refuse unknown keys."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

Grain = Literal["day", "week", "month", "quarter", "year"]
TimePart = Literal["hour", "weekday", "weekend", "month", "quarter"]
"""weekday: 1 (Monday) … 7; weekend: true or false; hour 0 … 23; month 1 … 12; quarter 1 … 4."""
CompareOp = Literal["=", "!=", ">", ">=", "<", "<="]
Op = Literal["=", "!=", ">", ">=", "<", "<=", "in", "not in", "between", "is null", "is not null", "contains", "starts with"]
Aggregation = Literal["sum", "avg", "median", "percentile", "min", "max", "count", "count_distinct"]
OutputPart = Literal["value", "previous", "growth", "share", "running"]
"""A column of an aggregate: the metric itself, its comparison value, value / previous - 1, its share, its running total."""


def _plain(value: object) -> object:
    """Dates become ISO text, so that a query equals itself after a trip through JSON."""
    return value.isoformat() if isinstance(value, date) else value


Scalar = Annotated[bool | int | float | str, BeforeValidator(_plain)]


class Part(BaseModel):
    """A frozen piece of a query that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Period(Part):
    """A half-open range of dates [start, end); an open side is None."""

    start: date | None = None
    end: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("a period must not end before it starts")
        return self
