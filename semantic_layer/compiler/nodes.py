"""Small builders of sqlglot nodes, so that no SQL text is ever put together.

In: names and plain values. Out: fresh nodes. Nothing here knows the model.
"""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from semantic_layer.expressions import ident
from semantic_layer.model import ColumnType
from semantic_layer.query import Grain, Period


def col(name: str, table: str | None = None) -> exp.Column:
    """A column, under an alias if one is given."""
    return exp.Column(this=ident(name), table=ident(table) if table else None)


def named(node: exp.Expr, name: str) -> exp.Alias:
    """`node AS name`."""
    return exp.Alias(this=node, alias=ident(name))


def subquery(select: exp.Expr, alias: str) -> exp.Subquery:
    """`(select) AS alias`."""
    return exp.Subquery(this=select, alias=exp.TableAlias(this=ident(alias)))


def number(value: float) -> exp.Expr:
    """A number; negative ones as a negation."""
    text = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return exp.Neg(this=exp.Literal.number(text[1:])) if text.startswith("-") else exp.Literal.number(text)


def day(value: str | date, type_: ColumnType = "date") -> exp.Cast:
    """A DATE (or TIMESTAMP) literal."""
    text = value if isinstance(value, str) else value.isoformat()
    return exp.cast(exp.Literal.string(text), "TIMESTAMP" if type_ == "timestamp" else "DATE")


def literal(value: bool | int | float | str, type_: ColumnType) -> exp.Expr:
    """A literal of a column's type."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return number(value)
    if type_ in ("date", "timestamp"):
        return day(value, type_)
    return exp.Literal.string(value)


def interval(count: int, grain: Grain) -> exp.Interval:
    """`INTERVAL count grain`."""
    size, unit = (3 * count, "MONTH") if grain == "quarter" else (count, grain.upper())
    return exp.Interval(this=exp.Literal.string(str(size)), unit=exp.var(unit))


def during(column: exp.Expr, period: Period, type_: ColumnType) -> exp.Expr | None:
    """`column >= start AND column < end`; None for a period without bounds."""
    bounds: list[exp.Expr] = []
    if period.start is not None:
        bounds.append(exp.GTE(this=column, expression=day(period.start, type_)))
    if period.end is not None:
        bounds.append(exp.LT(this=column.copy(), expression=day(period.end, type_)))
    return conj(bounds)


def conj(conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    """All of them, or None."""
    return _joined(exp.And, conditions)


def disj(conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    """Any of them, or None."""
    return _joined(exp.Or, conditions)


def _joined(node: type[exp.And] | type[exp.Or], conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    wrapped = [exp.Paren(this=c) if isinstance(c, exp.Connector) else c for c in conditions]
    joined = wrapped[0]
    for condition in wrapped[1:]:
        joined = node(this=joined, expression=condition)
    return joined


def negated(condition: exp.Expr) -> exp.Not:
    """NOT (condition)."""
    return exp.Not(this=exp.Paren(this=condition) if isinstance(condition, exp.Binary | exp.Between) else condition)


def is_null(node: exp.Expr) -> exp.Is:
    return exp.Is(this=node, expression=exp.Null())


def not_null(node: exp.Expr) -> exp.Not:
    return exp.Not(this=is_null(node))


def truncated(column: exp.Expr, grain: Grain, week_start: int = 0) -> exp.Expr:
    """The first day of the bucket, a DATE."""
    if grain == "day":
        return exp.cast(column, "DATE")
    if grain == "week" and week_start:
        moved = exp.Sub(this=exp.cast(column, "DATE"), expression=interval(week_start, "day"))
        monday = exp.cast(exp.TimestampTrunc(this=moved, unit=exp.var("WEEK")), "DATE")
        return exp.cast(exp.Add(this=monday, expression=interval(week_start, "day")), "DATE")
    return exp.cast(exp.TimestampTrunc(this=column, unit=exp.var(grain.upper())), "DATE")


def aggregate(name: str, column: exp.Expr | None, percentile: float | None) -> exp.Expr:
    """An aggregate function call."""
    if name == "count":
        return exp.Count(this=column if column is not None else exp.Star(), big_int=True)
    if column is None:
        raise ValueError(f"{name} needs a column")
    match name:
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[column]), big_int=True)
        case "sum":
            return exp.Sum(this=column)
        case "avg":
            return exp.Avg(this=column)
        case "median":
            return exp.Median(this=column)
        case "percentile":
            return exp.PercentileCont(this=column, expression=number(percentile or 0.5))
        case "min":
            return exp.Min(this=column)
        case "max":
            return exp.Max(this=column)
    raise ValueError(name)


def filtered(aggregation: exp.Expr, condition: exp.Expr | None) -> exp.Expr:
    """`aggregation FILTER (WHERE condition)`."""
    return aggregation if condition is None else exp.Filter(this=aggregation, expression=exp.Where(this=condition))


def select(columns: Sequence[exp.Expr], source: exp.Expr | None, where: exp.Expr | None = None) -> exp.Select:
    """`SELECT columns FROM source WHERE where`."""
    built = exp.Select(expressions=list(columns))
    if source is not None:
        built.set("from_", exp.From(this=source))
    if where is not None:
        built.set("where", exp.Where(this=where))
    return built


def union_all(arms: Sequence[exp.Expr]) -> exp.Expr:
    """`arm UNION ALL arm …`."""
    union = arms[0]
    for arm in arms[1:]:
        union = exp.Union(this=union, expression=arm, distinct=False)
    return union


def cut(built: exp.Select, limit: int | None, offset: int = 0) -> exp.Select:
    """LIMIT and OFFSET, where there are any."""
    if limit is not None:
        built.set("limit", exp.Limit(expression=number(limit)))
    if offset:
        built.set("offset", exp.Offset(expression=number(offset)))
    return built


def group_by_position(built: exp.Select, count: int) -> exp.Select:
    """GROUP BY the first `count` columns."""
    if count:
        built.set("group", exp.Group(expressions=[exp.Literal.number(i + 1) for i in range(count)]))
    return built
