"""Where personal values go: the columns that a query reads and gives, each with a flag.

In: names and flags. Out: values that `reader` works with. A flag is None (harmless), `MASKED` (stars in it: may be shown and
counted, nothing else) or the class of personal data that a column holds in the clear (may only stand inside its mask).
Nothing fails.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.allowed import Types, extra_part

_WORD = re.compile(r"[A-Za-z_]{1,24}\Z")
_COUNT = re.compile(r"[0-9]{1,18}\Z")
_NUMBER = re.compile(r"[0-9.][0-9A-Za-z_.+-]*\Z")
MASKED = "*"
Flag = str | None
Outputs = tuple[tuple[str, Flag], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """What can be read from: its columns in order (names in lower case).

    `one_row`: it never has more than one row. `is_open`: it does not exist (which was said), so any column of it may.
    """

    columns: Outputs
    one_row: bool = False
    is_open: bool = False
    by_name: Mapping[str, Flag] = field(init=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Flag] = {}
        for name, flag in self.columns:
            by_name[name] = stronger(by_name.get(name), flag)
        object.__setattr__(self, "by_name", by_name)


def renamed(relation: Relation, alias: exp.Expr | None) -> Relation:
    """The relation under the column names of `alias`, as in `t(a, b)`."""
    names = [c.name.lower() for c in alias.args.get("columns") or ()] if alias is not None else []
    if not names:
        return relation
    kept = tuple((name, flag) for name, (_, flag) in zip(names, relation.columns, strict=False))
    return Relation((*kept, *relation.columns[len(kept) :]), relation.one_row, relation.is_open)


def stronger(a: Flag, b: Flag) -> Flag:
    """The flag of two values together: in the clear over masked over harmless."""
    if a is None or b is None:
        return b if a is None else a
    return b if a == MASKED else a


def strongest(flags: Iterable[Flag]) -> Flag:
    """The flag of all these values together."""
    found: Flag = None
    for flag in flags:
        found = stronger(found, flag)
    return found


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs between our own statements and SQL from outside.

    `tables`: the columns of each table with their flags. `reserved`: names that no CTE or other alias may take. `condition`:
    the row condition that must stand beside a table, or None. `is_mask(case, subject, flag)`: is the CASE exactly how the role
    sees the subject, personal data of that class? `declared(column, flag)`: does the column stand inside an expression that the
    model declares (or a lookup that the role holds)? `linked_joins`: ON must compare the two sides.
    """

    types: Types
    tables: Callable[[str], Relation | None]
    reserved: frozenset[str]
    condition: Callable[[str], exp.Expr | None] = lambda _: None
    is_mask: Callable[[exp.Case, exp.Expr, str], bool] = lambda _case, _subject, _flag: False
    declared: Callable[[exp.Column, str], bool] = lambda _column, _flag: False
    linked_joins: bool = False


@dataclass(slots=True)
class Frame:
    """The names of one SELECT: its sources by alias, the columns it has named so far, and the frame around it."""

    outer: "Frame | None"
    sources: dict[str, Relation] = field(default_factory=dict)
    aliases: dict[str, Flag] = field(default_factory=dict)

    def find(self, table: str, name: str) -> tuple[bool, Flag]:
        """Whether `table.name` (or `name`) exists, and its flag. Several candidates: the strongest flag."""
        frame: Frame | None = self
        while frame is not None:
            hits = frame._hits(table, name)
            if hits:
                return True, strongest(hits)
            frame = frame.outer
        return False, None

    def _hits(self, table: str, name: str) -> list[Flag]:
        if table:
            relation = self.sources.get(table)
            if relation is None:
                return []
            return [relation.by_name[name]] if name in relation.by_name else [None] * relation.is_open
        hits: list[Flag] = [None for r in self.sources.values() if r.is_open]
        hits += [r.by_name[name] for r in self.sources.values() if name in r.by_name]
        if name in self.aliases:
            hits.append(self.aliases[name])
        return hits

    def names(self) -> Iterator[str]:
        for relation in self.sources.values():
            yield from relation.by_name


# --- questions about a query's shape --------------------------------------------------------------------------------------


def kind_of(node: object) -> str:
    """What a node is called in a sentence."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    if isinstance(node, exp.Func):
        return node.sql_name().lower()
    return type(node).__name__.lower()


def is_odd_word(leaf: exp.Expr) -> bool:
    """Is this, though printed as it stands, no plain word or number?"""
    if isinstance(leaf, exp.Var):
        return not _WORD.match(leaf.name)
    return isinstance(leaf, exp.Literal) and not leaf.is_string and not _NUMBER.match(leaf.name)


def odd_limits(query: exp.Expr) -> Iterator[str]:
    """The parts of LIMIT and OFFSET that are more than one plain number."""
    for part in ("limit", "offset"):
        clause = query.args.get(part)
        if clause:
            count = clause.args.get("expression")
            if extra_part(clause) or not (isinstance(count, exp.Literal) and _COUNT.match(count.name)):
                yield part


def is_size(parameter: exp.Expr) -> bool:
    """Is this a literal size of a type, as in DECIMAL(12, 2)?"""
    return isinstance(parameter, exp.DataTypeParam) and isinstance(parameter.this, exp.Literal)


def at_position(outputs: Outputs, position: exp.Literal) -> Outputs:
    """The output column that GROUP BY 1 or ORDER BY 1 means."""
    index = int(position.name) - 1 if _COUNT.match(position.name) else -1
    return outputs[index : index + 1] if index >= 0 else ()


def lone_table(select: exp.Select) -> str | None:
    """The name of the table that is all the select reads, in lower case."""
    source = select.args["from_"].this
    return source.name.lower() if isinstance(source, exp.Table) and not select.args.get("joins") else None


def is_condition(where: exp.Expr | None, condition: exp.Expr | None) -> bool:
    """Is WHERE exactly the condition?"""
    return where is not None and condition is not None and where.this == condition


def is_one_row(node: exp.Select) -> bool:
    """An aggregate without GROUP BY, or a SELECT without FROM."""
    args = node.args
    if args.get("group"):
        return False
    if not args.get("from_"):
        return True
    return bool(node.expressions) and all(_is_aggregate(e) for e in node.expressions)


def _is_aggregate(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Alias) else node
    while isinstance(inner, exp.Filter | exp.Paren | exp.Cast | exp.Coalesce | exp.Round):
        inner = inner.this
    return isinstance(inner, exp.AggFunc)


def is_rows_of(source: exp.Subquery, name: str) -> bool:
    """Is this subquery the rows of the table whose name it carries: SELECT … FROM that table (or such a subquery), no joins?"""
    select = source.this
    if not isinstance(select, exp.Select) or select.args.get("joins") or not select.args.get("from_"):
        return False
    inner = select.args["from_"].this
    if isinstance(inner, exp.Table):
        return inner.name.lower() == name and inner.alias_or_name.lower() == name
    return isinstance(inner, exp.Subquery) and inner.alias.lower() == name and is_rows_of(inner, name)


def is_linked(on: exp.Expr, name: str, new: Relation) -> bool:
    """Does a top-level equality of ON compare a column of the new source with one of another source?"""
    for condition in on.flatten() if isinstance(on, exp.And) else (on,):
        test = condition.unnest()
        if not isinstance(test, exp.EQ | exp.NullSafeEQ):
            continue
        sides = [{_is_from(c, name, new) for c in side.find_all(exp.Column)} for side in (test.left, test.right)]
        if sorted(sides, key=str) == [{False}, {True}]:
            return True
    return False


def _is_from(column: exp.Column, name: str, new: Relation) -> bool:
    return column.table.lower() == name if column.table else column.name.lower() in new.by_name
