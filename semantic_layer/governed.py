"""Governed SQL: a query from a model or a person, rewritten so that it sees what its asker may see and no more.

In: text and `Restricted`. Out: a fresh tree to run in its place: every table replaced by a subquery of the permitted rows with
the permitted columns named one by one, personal data masked inside it, and a limit. Columns are called as in the database or by
the name of a dimension of that table. Fails with `UnsafeSQLError`: everything that is wrong, names that do not exist for the
asker included, whether they exist for others or not. Only the regenerated tree ever runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.allowed import OUTSIDE
from semantic_layer.errors import UnsafeSQLError
from semantic_layer.expressions import parse, tables_in
from semantic_layer.guard import guard
from semantic_layer.issues import Issue
from semantic_layer.lineage import MASKED, Flag, Relation, Rules
from semantic_layer.model import Table
from semantic_layer.outside import parse_outside
from semantic_layer.reader import Reader
from semantic_layer.scope import Restricted, masked

MAX_ROWS = 10_000


def governed(text: str, restricted: Restricted, *, max_rows: int = MAX_ROWS) -> exp.Expr:
    """The tree to run for `text`. It gives at most `max_rows` + 1 rows: one more than may be shown says that there were more."""
    tree = _unwrapped(parse_outside(text))
    views = _Views(restricted, *_named(tree))
    reader = Reader(views.rules())
    reader.read(tree)
    if reader.issues:
        raise UnsafeSQLError(tuple(reader.issues))
    for table in [t for t in tree.find_all(exp.Table) if t.name.lower() in views.names]:
        table.replace(views.subquery(table))
    _limit(tree, max_rows)
    guard(tree, restricted)
    return tree


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the conditions of a statement test: literals, as text, and columns, in lower case. `limits`: how many rows it takes."""

    literals: frozenset[str]
    columns: frozenset[str]
    limits: frozenset[str]


def conditions_of(text: str) -> Conditions:
    """The literals that stand against a column under WHERE, HAVING, JOIN … ON or QUALIFY; those of comments, names, shown columns
    and of parts that nothing reads are none.

    Raises:
        UnsafeSQLError: the text is no query.
    """
    tree = _unwrapped(parse_outside(text))
    _drop_unread(tree)
    clauses = list(tree.find_all(exp.Where, exp.Having, exp.Qualify))
    clauses += [join.args["on"] for join in tree.find_all(exp.Join) if join.args.get("on") is not None]
    literals = {leaf.name for clause in clauses for leaf in clause.find_all(exp.Literal) if _meets_a_column(leaf, clause)}
    columns = {column.name.lower() for clause in clauses for column in clause.find_all(exp.Column)}
    limits = {leaf.name for limit in tree.find_all(exp.Limit, exp.Fetch) for leaf in limit.find_all(exp.Literal)}
    return Conditions(frozenset(literals), frozenset(columns), frozenset(limits))


def _drop_unread(tree: exp.Expr) -> None:
    """Named subqueries from which nothing is taken test nothing."""
    for part in list(tree.find_all(exp.With)):
        kept = [one for one in part.expressions if any(_reads(t, one) for t in tree.find_all(exp.Table))]
        if len(kept) < len(part.expressions):
            part.set("expressions", kept)
            _drop_unread(tree)
            return


def _reads(table: exp.Table, named: exp.Expr) -> bool:
    return table.name.lower() == named.alias.lower() and named not in _above(table)


def _above(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


def _meets_a_column(leaf: exp.Expr, clause: exp.Expr) -> bool:
    """Whether the test that a literal belongs to is one of a column: '<t1>' = '<t1>' is of none."""
    for node in _above(leaf):
        if node is clause or isinstance(node, exp.Connector | exp.Query):
            return False
        if node.find(exp.Column, exp.AggFunc) is not None:
            return True
    return False


def _unwrapped(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, exp.Subquery) and tree.is_wrapper:
        tree = tree.this.pop()
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise UnsafeSQLError((Issue("not-a-query"),))
    return tree


def _named(tree: exp.Expr) -> tuple[frozenset[str], bool]:
    """Every name that stands in the query, in lower case, and whether it has a star (but for count(*))."""
    names = frozenset(i.this.lower() for i in tree.find_all(exp.Identifier))
    has_star = any(not isinstance(s.parent, exp.Count) for s in tree.find_all(exp.Star))
    return names, has_star


def _limit(tree: exp.Expr, max_rows: int) -> None:
    own = tree.args.get("limit")
    rows = min(int(own.expression.name), max_rows + 1) if own is not None else max_rows + 1
    tree.set("limit", exp.Limit(expression=exp.Literal.number(rows)))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a governed view: its SQL over the table, and the flag of what it gives."""

    name: str
    node: exp.Expr
    flag: Flag


@dataclass(slots=True)
class _Views:
    """The governed view of each table: only the columns that the query names, unless it has a star."""

    restricted: Restricted
    used: frozenset[str]
    has_star: bool
    names: dict[str, str] = field(init=False)
    _columns: dict[str, tuple[_Column, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {name.lower(): name for name in self.restricted.model.tables}

    def rules(self) -> Rules:
        """What the query may do: tables hold masked values already, and joins must compare their two sides."""
        return Rules(types=OUTSIDE, tables=self._relation, reserved=frozenset(self.names), linked_joins=True)

    def subquery(self, table: exp.Table) -> exp.Subquery:
        """`(SELECT columns FROM table WHERE condition) AS alias`."""
        name = self.names[table.name.lower()]
        columns = [_projected(c) for c in self._read(name)]
        select = exp.Select(expressions=columns, from_=exp.From(this=exp.Table(this=_identifier(name))))
        condition = self.restricted.rows.get(name)
        if condition is not None:
            select.set("where", exp.Where(this=condition.copy()))
        alias = table.args.get("alias")
        under = alias.this.copy() if alias is not None else _identifier(name)
        return exp.Subquery(this=select, alias=exp.TableAlias(this=under))

    def _relation(self, name: str) -> Relation | None:
        if name not in self.names:
            return None
        return Relation(tuple((c.name.lower(), c.flag) for c in self._visible(self.names[name])))

    def _read(self, name: str) -> tuple[_Column, ...]:
        """The visible columns that are needed; one at least."""
        visible = self._visible(name)
        return visible if self.has_star else tuple(c for c in visible if c.name.lower() in self.used) or visible[:1]

    def _visible(self, name: str) -> tuple[_Column, ...]:
        if name not in self._columns:
            table = self.restricted.model.tables[name]
            physical = tuple(self._physical(table))
            known = {c.name for c in physical} | {c.name for c in table.columns}
            declared = () if self.has_star else tuple(self._declared(table, known))
            self._columns[name] = (*physical, *declared) or (_Column("_", exp.Literal.number(1), None),)
        return self._columns[name]

    def _physical(self, table: Table) -> Iterator[_Column]:
        unseen = self.restricted.unseen.get(table.name, frozenset())
        for column in table.columns:
            if column.name not in unseen:
                yield self._shown(column.name, exp.Column(this=_identifier(column.name)), column.pii)

    def _declared(self, table: Table, known: set[str]) -> Iterator[_Column]:
        """Dimensions of the table under names of their own, where the query names them."""
        for dimension in self.restricted.model.dimensions.values():
            text = dimension.expression(table.name)
            if text is None or dimension.name in known or dimension.name.lower() not in self.used or tables_in(text):
                continue
            yield self._shown(dimension.name, parse(text), dimension.pii)

    def _shown(self, name: str, node: exp.Expr, pii: str | None) -> _Column:
        clear = pii is None or self.restricted.masks.get(pii) == "clear"
        return _Column(name, node if pii is None else masked(self.restricted, pii, node), None if clear else MASKED)


def _projected(column: _Column) -> exp.Expr:
    node = column.node.copy()
    return node if isinstance(node, exp.Column) and node.name == column.name else exp.alias_(node, _identifier(column.name))


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name)
