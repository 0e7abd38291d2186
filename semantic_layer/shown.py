"""What of a statement's results was written into it instead of being read from a table.

In: the tree of a query as a model wrote it. Out: whether any result is read at all; the constants that stand where results come
from: a number in the place of a column, added to a sum, multiplied into it, given by a CASE. Parameters of functions
(`round(x, 2)`), tests and limits are none, nor are 0 and 1, nor what only changes the unit (× 100, ÷ 30). Never fails.
"""

from collections.abc import Iterator

from sqlglot import exp

_SCALES = frozenset({2, 4, 7, 12, 24, 30, 52, 60, 365, 3600, 86400, *(10**power for power in range(9))})
"""Factors that are units: percent, thousands, 万, 亿, days of a week, a month, a year, hours, seconds; halves and quarters."""
_NEUTRAL = frozenset({0, 1})
_DIVIDING = (exp.Mul, exp.Div, exp.IntDiv, exp.Mod)
_TESTS = (exp.Predicate, exp.Connector, exp.Not, exp.Between, exp.In)
_OF_FIRST = (exp.Round, exp.Trunc, exp.Filter, exp.Window, exp.WithinGroup, exp.Nullif, exp.Cast, exp.TryCast)
"""What shows its first part alone; the rest are parameters."""
_CARRIERS = (
    *(exp.Alias, exp.Paren, exp.Neg, exp.Abs, exp.Floor, exp.Ceil, exp.Coalesce, exp.Least, exp.Greatest, exp.Add, exp.Sub),
    *(exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.AnyValue, exp.First, exp.Mode, exp.Distinct, exp.DPipe, exp.Concat),
    *_DIVIDING,
)


def constants_shown(tree: exp.Expr) -> frozenset[str]:
    """The constants among a query's results and among those of its parts, as they are written."""
    found = set[str]()
    for select in tree.find_all(exp.Select):
        for column in select.expressions:
            if select is tree or _is_outermost(select, tree):
                found |= {column.sql()} if _is_constant(column) else set()
            found |= set(_written(column))
    return frozenset(found)


def reads_data(tree: exp.Expr) -> bool:
    """Whether anything that a query shows comes from a table: a number that whoever wrote it made up does not."""
    if isinstance(tree, exp.SetOperation):
        return reads_data(tree.this) and reads_data(tree.expression)
    if isinstance(tree, exp.Subquery):
        return reads_data(tree.this)
    shown = tree.expressions if tree.find(exp.Table) is not None else []
    return any(node.find(exp.Column, exp.Star, exp.AggFunc, exp.Query) is not None for node in shown)


def _is_outermost(select: exp.Expr, tree: exp.Expr) -> bool:
    """Whether a SELECT is one side of what the whole statement unites."""
    node = select.parent
    while node is not None:
        if node is tree:
            return isinstance(tree, exp.SetOperation)
        if not isinstance(node, exp.SetOperation | exp.Subquery):
            return False
        node = node.parent
    return False


def _is_constant(column: exp.Expr) -> bool:
    """Whether a result is a number that no row has; a text beside it is a label."""
    inner = column.unalias()
    if isinstance(inner, exp.Literal) and inner.is_string:
        return any(char.isdigit() for char in inner.name)
    return not isinstance(inner, exp.Null | exp.Boolean) and not _reads(inner)


def _reads(node: exp.Expr) -> bool:
    return node.find(exp.Column, exp.Star, exp.AggFunc, exp.Query, exp.Window) is not None


def _written(node: exp.Expr, *, scaled: bool = False) -> Iterator[str]:
    """The numbers that a result is made of and no row has. `scaled`: a factor or a divisor."""
    if isinstance(node, exp.Literal):
        yield from () if _value(node) in (None, *(_SCALES if scaled else _NEUTRAL)) else (node.name,)
    elif isinstance(node, exp.Case | exp.If):
        yield from _of_branches(node)
    elif isinstance(node, _OF_FIRST):
        yield from _written(node.this, scaled=scaled)
    elif isinstance(node, _CARRIERS):
        inner = isinstance(node, _DIVIDING) or (scaled and isinstance(node, exp.Paren | exp.Neg))
        for part in node.iter_expressions():
            yield from _written(part, scaled=inner)
    elif isinstance(node, exp.Func) and not isinstance(node, (exp.AggFunc, *_TESTS)) and not _reads(node):
        yield node.sql()


def _of_branches(node: exp.Expr) -> Iterator[str]:
    """What the branches of a CASE give."""
    branches = node.args.get("ifs") or [node]
    results = [*(branch.args.get("true") for branch in branches), node.args.get("default"), node.args.get("false")]
    for result in results:
        if result is not None:
            yield from _written(result)


def _value(node: exp.Expr) -> float | None:
    """The number that a literal is, in quotes too: some write CAST('1.3' AS DOUBLE). None where it is a text."""
    try:
        return float(node.name)
    except ValueError:
        return None
