"""SQL scalars and conditions of the YAML: parsed once, bound to the aliases of a statement.

In: text over the columns of a home table, or `table.column` of a table that the home belongs to. Out: sqlglot nodes with every
column qualified. Fails with `CompileError` on text that does not parse: `lint` has checked each before.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.errors import CompileError

DIALECT = "duckdb"

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_KEYWORDS = """
    all and any as asc both case cast check collate column constraint create default desc distinct do else end except false
    fetch filter for foreign from full grant group having in inner intersect into is join lateral leading left like limit
    natural not null offset on only or order outer over partition pivot primary qualify references returning right select some
    summarize table then to trailing true union unique unpivot using values when where window with
"""
_RESERVED = frozenset(_KEYWORDS.split())


def ident(name: str) -> exp.Identifier:
    """An identifier, quoted where it must be."""
    return exp.Identifier(this=name, quoted=not _PLAIN.match(name) or name.lower() in _RESERVED)


_STRICT = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Var, exp.Interval),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Cast, exp.DataType, exp.DateDiff, exp.Extract, exp.TimestampTrunc),
    *(exp.Lower, exp.Upper, exp.Length, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Year, exp.Month, exp.Day, exp.Hour),
)
"""What is null where what it reads is null."""


@lru_cache(maxsize=4096)
def is_strict(text: str) -> bool:
    """Is the scalar null wherever its table has no row? CASE, COALESCE, IS NULL … are not."""
    if text.isidentifier():
        return True
    nodes = list(_parsed(text).walk())
    return any(isinstance(n, exp.Column) for n in nodes) and all(isinstance(n, _STRICT) for n in nodes)


_COMPOUND = (exp.Binary, exp.Not, exp.Between, exp.In)
"""What reads differently beside another operator."""


@lru_cache(maxsize=4096)
def _parsed(text: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, dialect=DIALECT)
    except SqlglotError as error:
        raise CompileError(f"cannot parse {text!r}") from error


def parse(text: str) -> exp.Expr:
    """A fresh tree of `text`."""
    return _parsed(text).copy()


@lru_cache(maxsize=4096)
def tables_in(text: str) -> frozenset[str]:
    """The tables that `text` names beside its home."""
    return frozenset(c.table for c in _parsed(text).find_all(exp.Column) if c.table)


def columns_of(text: str) -> frozenset[str]:
    """The names of the columns that the text reads."""
    return frozenset(column.name for column in _parsed(text).find_all(exp.Column))


def bind(text: str, home: str, alias: Callable[[str], str]) -> exp.Expr:
    """The tree of `text` with each column under the alias of its table.

    >>> bind("amount > 0", "orders", lambda table: "o").sql()
    '(o.amount > 0)'
    """
    tree = _parsed(text)
    if isinstance(tree, exp.Column):
        return exp.Column(this=ident(tree.name), table=ident(alias(tree.table or home)))
    tree = tree.copy()
    for column in list(tree.find_all(exp.Column)):
        column.set("table", ident(alias(column.table or home)))
    return exp.Paren(this=tree) if isinstance(tree, _COMPOUND) else tree


def null_safe_division(tree: exp.Expr) -> exp.Expr:
    """Each `a / b` of `tree` in floating point, null where b is 0 (DuckDB: 1 / 0 is inf)."""
    for division in reversed(list(tree.find_all(exp.Div))):  # the deepest first
        safe = quotient(division.this, division.expression)
        if division is tree:
            return safe
        division.replace(safe)
    return tree


def quotient(numerator: exp.Expr, denominator: exp.Expr) -> exp.Expr:
    """numerator / denominator as DOUBLE, null where the denominator is 0 or null."""
    below = exp.func("NULLIF", denominator, exp.Literal.number(0))
    return exp.Div(this=exp.cast(numerator, "DOUBLE"), expression=below, typed=False, safe=False)
