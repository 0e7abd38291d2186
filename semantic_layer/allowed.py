"""What a statement may consist of: node types, functions, types, and the parts that each clause may have.

In: nothing. Out: allow-lists over sqlglot's classes. What is not here is refused. `OWN` is what our compiler may emit; `OUTSIDE`
is what text from a model or a person may use: no files, settings or environment, no clock (today is the model's), nothing that
raises errors with values in them, and nothing that grows a short text into a long one.
"""

from sqlglot import exp

Types = frozenset[type[exp.Expr]]

STRUCTURE: Types = frozenset(
    {
        *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Tuple, exp.Null, exp.Boolean, exp.Literal),
        *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Between, exp.Like, exp.ILike),
        *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg),
        *(exp.If, exp.DPipe, exp.Interval, exp.Filter, exp.Where, exp.Distinct, exp.Escape),
        *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.WithinGroup, exp.IgnoreNulls),
        *(exp.GroupingSets, exp.Rollup, exp.Cube),
    }
)
"""Operators and clauses without a rule of their own."""

AGGREGATES: Types = frozenset(
    {
        *(exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.PercentileCont, exp.PercentileDisc, exp.CountIf),
        *(
            exp.Stddev,
            exp.StddevPop,
            exp.StddevSamp,
            exp.Variance,
            exp.VariancePop,
            exp.Corr,
            exp.ApproxDistinct,
            exp.ApproxQuantile,
        ),
        *(exp.ArgMax, exp.ArgMin, exp.AnyValue, exp.Mode, exp.First, exp.LogicalOr, exp.LogicalAnd, exp.Grouping, exp.GroupingId),
    }
)
WINDOWS: Types = frozenset(
    {
        *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
        *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
    }
)
DATES: Types = frozenset(
    {
        *(exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff, exp.DateAdd, exp.DateSub, exp.Extract, exp.DateFromParts, exp.LastDay),
        *(
            exp.Year,
            exp.Month,
            exp.Quarter,
            exp.Week,
            exp.WeekOfYear,
            exp.Day,
            exp.DayOfMonth,
            exp.DayOfYear,
            exp.Hour,
            exp.Minute,
        ),
        *(exp.DayOfWeek, exp.DayOfWeekIso, exp.Dayname, exp.Monthname, exp.TimeToStr, exp.TimeToUnix, exp.ToDays, exp.Date),
    }
)
SCALARS: Types = frozenset(
    {
        *(exp.Coalesce, exp.Nullif, exp.Round, exp.Floor, exp.Ceil, exp.Least, exp.Greatest, exp.Abs, exp.Sign, exp.Trunc),
        *(exp.Ln, exp.Log, exp.Sqrt, exp.Exp, exp.Pow, exp.IsNan),
        *(exp.Length, exp.Left, exp.Right, exp.Substring, exp.Upper, exp.Lower, exp.Trim, exp.SplitPart),
        *(exp.StartsWith, exp.EndsWith, exp.Contains, exp.StrPosition, exp.Concat, exp.ConcatWs),
    }
)
NAMED = frozenset({"date_part", "datepart", "datesub", "date_sub", "weekday", "yearweek", "isfinite", "suffix", "isoyear"})
"""Functions that sqlglot has no class for."""

OUTSIDE: Types = STRUCTURE | AGGREGATES | WINDOWS | DATES | SCALARS
OWN: Types = OUTSIDE

CARRIERS: Types = frozenset({exp.Paren, exp.DPipe, exp.Concat, exp.ConcatWs, exp.Coalesce, exp.If})
"""A masked value inside one of these is still only shown (CASE and CAST have rules of their own)."""

LEAVES: Types = frozenset({exp.Literal, exp.Null, exp.Boolean, exp.Identifier, exp.Var, exp.DataType})

CAST_TYPES = frozenset(
    {
        *(exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.BOOLEAN, exp.DType.DATE, exp.DType.TIMESTAMP),
        *(exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT, exp.DType.INT128),
        *(exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DECIMAL),
    }
)
TEXT_TYPES = frozenset({exp.DType.TEXT, exp.DType.VARCHAR})


def extra_part(node: exp.Expr) -> str | None:
    """The name of a part of `node` that is not allowed there, or None."""
    allowed = PARTS.get(type(node))
    if allowed is None:
        return None
    return next((name.rstrip("_") for name, value in node.args.items() if value and name not in allowed), None)


def _parts(names: str) -> frozenset[str]:
    return frozenset(names.split())


PARTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: _parts("with_ expressions distinct from_ joins where group having qualify order limit offset"),
    exp.Union: _parts("with_ this expression distinct order limit offset"),
    exp.Intersect: _parts("with_ this expression distinct order limit offset"),
    exp.Except: _parts("with_ this expression distinct order limit offset"),
    exp.Subquery: _parts("this alias"),
    exp.Table: _parts("this alias"),
    exp.TableAlias: _parts("this columns"),
    exp.Join: _parts("this on side kind using"),
    exp.CTE: _parts("this alias materialized"),
    exp.With: _parts("expressions recursive"),
    exp.Group: _parts("expressions grouping_sets cube rollup all"),
    exp.Window: _parts("this partition_by order spec over"),
    exp.Ordered: _parts("this desc nulls_first"),
    exp.Limit: _parts("expression"),
    exp.Offset: _parts("expression"),
    exp.In: _parts("this expressions query"),
    exp.Exists: _parts("this"),
    exp.Cast: _parts("this to safe"),
    exp.TryCast: _parts("this to safe requires_string"),
    exp.Column: _parts("this table"),
    exp.Star: _parts(""),
    exp.Count: _parts("this big_int"),
    exp.Distinct: _parts("expressions"),
    exp.Extract: _parts("this expression"),
}
"""The parts that a node may have; any other must be absent, empty or false. Types that are not here have no part that matters."""
