"""SQL of the YAML: it parses, is a scalar of what the guard allows, and names columns that exist.

In: a text, its home table, and other names that it may use. Out: issues. The allow-list is the guard's own (`allowed`): what
passes here cannot be refused there. Columns of tables that a row belongs to are written `table.column`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.allowed import AGGREGATES, CAST_TYPES, DATES, LEAVES, NAMED, SCALARS, STRUCTURE
from semantic_layer.catalog import nearest
from semantic_layer.expressions import DIALECT
from semantic_layer.issues import Issue
from semantic_layer.lint.subject import At, Subject

_CLAUSES = frozenset(
    {
        *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.WithinGroup, exp.IgnoreNulls),
        *(exp.GroupingSets, exp.Rollup, exp.Cube, exp.Filter, exp.Where, exp.Distinct),
    }
)
_SCALAR = (
    (STRUCTURE - _CLAUSES) | DATES | SCALARS | LEAVES | {exp.Column, exp.Case, exp.In, exp.Cast, exp.TryCast, exp.DataTypeParam}
)
_COUNTING = AGGREGATES | {exp.Count, exp.AggFunc}
MAX_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class Words:
    """What a text may name: columns of `home`, `names` beside them, and parameters (`:region`; None where there are none)."""

    home: str | None
    names: frozenset[str] = frozenset()
    parameters: frozenset[str] | None = None


def check(subject: Subject, text: str, words: Words, at: At) -> Iterator[Issue]:
    """What is wrong with a SQL scalar or condition."""
    tree = _parsed(text)
    if tree is None:
        yield subject.issue("unparsable-expression", at, expression=text[:200])
        return
    unsafe = next(_unsafe(tree, words), None)
    if unsafe is not None:
        if isinstance(unsafe, tuple(_COUNTING)):
            yield subject.issue("aggregate-in-expression", at, _as_measure(unsafe), what=_name(unsafe), expression=text[:200])
            return
        near = (f'"{text}"',) if text.isidentifier() else _allowed_like(unsafe)
        yield subject.issue("unsafe-expression", at, near, what=_name(unsafe), expression=text[:200])
        return
    for column in tree.find_all(exp.Column):
        yield from _column(subject, column, words, at)
    for parameter in tree.find_all(exp.Placeholder):
        yield from _parameter(subject, parameter, words, at)


def columns_in(text: str) -> tuple[tuple[str, str], ...]:
    """(table or "", column) of each column that a text names; none where it does not parse."""
    tree = _parsed(text)
    return () if tree is None else tuple((c.table, c.name) for c in tree.find_all(exp.Column))


def bare_column(text: str) -> str | None:
    """The column that a text is, or None where it is more than that."""
    tree = _parsed(text)
    return tree.name if isinstance(tree, exp.Column) and not tree.table else None


def _parsed(text: str) -> exp.Expr | None:
    if not text.strip() or len(text) > MAX_LENGTH:
        return None
    try:
        return sqlglot.parse_one(text, dialect=DIALECT)
    except (SqlglotError, RecursionError):
        return None


def _unsafe(tree: exp.Expr, words: Words) -> Iterator[exp.Expr]:
    """The nodes that are not allowed, outermost first."""
    for node in tree.walk(bfs=True):
        if isinstance(node, exp.Placeholder) and words.parameters is not None:
            continue
        if isinstance(node, exp.Anonymous) and str(node.this).lower() in NAMED:
            continue
        if type(node) not in _SCALAR or isinstance(node.this, exp.Star) or _odd_cast(node):
            yield node


def _odd_cast(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.this not in CAST_TYPES


def _as_measure(aggregate: exp.Expr) -> tuple[str, ...]:
    """The fields of the measure that an aggregate should be."""
    argument = aggregate.this
    name = aggregate.key.lower()
    if isinstance(argument, exp.Distinct):
        name, argument = f"{name}_distinct", next(iter(argument.expressions), None)
    rows = argument is None or isinstance(argument, exp.Star)
    return (f"agg: {name}" if rows else f"agg: {name}, expr: {argument.sql(dialect=DIALECT)}",)


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this)
    return node.sql(dialect=DIALECT)[:80]


def _allowed_like(node: exp.Expr) -> tuple[str, ...]:
    """Allowed functions with a name like that of one that is not."""
    if not isinstance(node, exp.Anonymous):
        return ()
    known = (*NAMED, *(name.lower() for kind in (*DATES, *SCALARS) if issubclass(kind, exp.Func) for name in kind.sql_names()))
    return nearest(str(node.this), known)


def _column(subject: Subject, column: exp.Column, words: Words, at: At) -> Iterator[Issue]:
    table = column.table or words.home
    if not column.table and column.name in words.names:
        return
    if table is None:
        yield subject.issue("undeclared-name", at, nearest(column.name, words.names), name=column.name)
        return
    if table not in subject.names("tables"):
        yield subject.issue("undeclared-table", at, nearest(table, subject.names("tables")), name=table)
        return
    found = subject.model.tables.get(table)
    if found is None:
        return
    if found.column(column.name) is None:
        near = nearest(column.name, (*(c.name for c in found.columns), *(words.names if not column.table else ())))
        yield subject.issue("undeclared-column", at, near, column=column.name, table=table)
    elif words.home is not None and words.home in subject.model.tables and table not in subject.graph.reachable(words.home):
        yield subject.issue("unreachable-table", at, _joined(subject, words.home), table=table, home=words.home)


def _joined(subject: Subject, home: str) -> tuple[str, ...]:
    return tuple(table for table in subject.graph.reachable(home) if table != home)[:3]


def _parameter(subject: Subject, parameter: exp.Placeholder, words: Words, at: At) -> Iterator[Issue]:
    known = words.parameters or frozenset()
    if parameter.name not in known:
        yield subject.issue("undeclared-attribute", at, nearest(parameter.name, known), name=parameter.name)


def each(subject: Subject, texts: Iterable[tuple[str | None, At]], words: Words) -> Iterator[Issue]:
    """What is wrong with any of several optional texts over the same names."""
    for text, at in subject.filled(texts):
        yield from check(subject, text, words, at)
