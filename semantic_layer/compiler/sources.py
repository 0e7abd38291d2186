"""FROM and JOIN of one scan: which tables it reads, under which aliases, and how references and conditions read there.

In: references of a plan, all as seen from one base. Out: nodes; the joins that they need gather in the source. A key that both
sides of a join hold is read from the near side, so a table that only passes a key on is not joined at all. Every table comes
through `scoped_table`, so row filters cannot be forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.compiler import nodes
from semantic_layer.expressions import bind, is_strict
from semantic_layer.joins import JoinGraph, Path
from semantic_layer.plan import AggregatePlan, ColumnRef, HistoryRef, MemberRef, RecordsPlan, Ref
from semantic_layer.scope import Restricted, masked, scoped_table


@dataclass(slots=True)
class Compilation:
    """One run of `compile`. `member_query`, `list_query` and `group_query` compile nested plans (modules do not import in circles)."""

    restricted: Restricted
    graph: JoinGraph
    member_query: Callable[["Compilation", AggregatePlan], exp.Select]
    list_query: Callable[["Compilation", RecordsPlan], exp.Select]
    group_query: Callable[["Compilation", AggregatePlan], exp.Select]
    _tables: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._tables = frozenset(name.lower() for name in self.restricted.model.tables)

    def alias(self, wanted: str) -> str:
        """`wanted`, or a name like it that is no table of the model: a name of ours must not hide one of theirs."""
        name = wanted
        while name.lower() in self._tables:
            name += "_"
        return name

    def prefix(self, wanted: str) -> str:
        """`wanted`, or more, so that no table of the model begins with it: for the names inside a correlated query."""
        while any(name.startswith(wanted) for name in self._tables):
            wanted += "_"
        return wanted


@dataclass(slots=True)
class Source:
    """The FROM of one scan. `optional`: joins registered now must not drop rows (conditions of single aggregates)."""

    c: Compilation
    base: str
    prefix: str = ""
    base_source: exp.Expr | None = None
    optional: bool = False
    _aliases: dict[object, str] = field(default_factory=dict)
    _joins: dict[str, exp.Join] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._aliases[()] = f"{self.prefix}{self.base}"

    # --- references ------------------------------------------------------------------------------------------------------

    def ref(self, ref: Ref) -> exp.Expr:
        """The SQL of a reference."""
        match ref:
            case ColumnRef():
                return self.column(ref)
            case HistoryRef():
                return nodes.col(ref.column, self._history(ref))
            case MemberRef():
                return self._member(ref)

    def column(self, ref: ColumnRef) -> exp.Expr:
        """A SQL scalar over a table on a path; null where there is no row, whatever the scalar makes of nulls."""
        node = self.bound(ref.sql, ref.path, ref.table)
        if not ref.path or is_strict(ref.sql):
            return node
        there = nodes.col(ref.path[-1].on[0][1], self._alias(ref.path))
        return exp.Case(ifs=[exp.If(this=nodes.not_null(there), true=node)])

    def shown(self, ref: Ref) -> exp.Expr:
        """A reference as the role may see it: personal data masked."""
        if isinstance(ref, ColumnRef) and ref.pii is not None:
            return masked(self.c.restricted, ref.pii, self.column(ref))
        return self.ref(ref)

    def bound(self, sql: str, path: Path, table: str) -> exp.Expr:
        """YAML text over `table` (and tables it belongs to) with real aliases."""
        if sql.isidentifier() or self.c.restricted.model.tables[table].column(sql) is not None:
            return self._read(path, sql)

        def alias(other: str) -> str:
            if other == table:
                return self._alias(path)
            onward = self.c.graph.path(table, other)
            return self._alias(path + (onward or ()))

        return bind(sql, table, alias)

    def _read(self, path: Path, column: str) -> exp.Expr:
        """`column` of the table at the end of `path`, from the nearest table that holds it."""
        if path and (path[-1].missing != "drop" or self.optional):
            here = {there: here for here, there in path[-1].on}.get(column)
            if here is not None and not path[-1].as_text:
                return self._read(path[:-1], here)
        return nodes.col(column, self._alias(path))

    def _alias(self, path: Path) -> str:
        known = self._aliases.get(path)
        if known is not None:
            self._tighten(known, path)
            return known
        edge = path[-1]
        alias = self._free(f"{self.prefix}{edge.to}")
        self._aliases[path] = alias
        matches = []
        for here, there in edge.on:
            left, right = self._read(path[:-1], here), nodes.col(there, alias)
            both = (exp.cast(left, "TEXT"), exp.cast(right, "TEXT")) if edge.as_text else (left, right)
            matches.append(exp.EQ(this=both[0], expression=both[1]))
        self._add(alias, scoped_table(self.c.restricted, edge.to, alias), nodes.conj(matches))
        self._tighten(alias, path)
        return alias

    def _tighten(self, alias: str, path: Path) -> None:
        """Rows without the other side go, where the model says so and the whole scan speaks of it."""
        if path and path[-1].missing == "drop" and not self.optional:
            self._joins[alias].set("side", None)

    def require(self, path: Path) -> None:
        """Rows without the tables on `path` fail a test anyway: inner joins, which the engine can reorder."""
        for end in range(1, len(path) + 1):
            alias = self._aliases.get(path[:end])
            if alias is not None:
                self._joins[alias].set("side", None)

    def _free(self, wanted: str) -> str:
        taken = set(self._aliases.values()) | set(self._joins)
        alias, count = wanted, 1
        while alias in taken:
            count += 1
            alias = f"{wanted}_{count}"
        return alias

    def _add(self, alias: str, source: exp.Expr, on: exp.Expr | None) -> None:
        self._joins[alias] = exp.Join(this=source, side="LEFT", on=on)

    def _history(self, ref: HistoryRef) -> str:
        handle = ("history", ref.table, ref.as_of, ref.key)
        if handle not in self._aliases:
            alias = self._free(self.c.alias(f"{ref.table}_{ref.as_of:%Y%m%d}"))
            self._aliases[handle] = alias
            same = exp.EQ(this=self.column(ref.key), expression=nodes.col(ref.table_key, alias))
            then = exp.EQ(this=nodes.col("as_of", alias), expression=nodes.day(ref.as_of))
            self._add(alias, scoped_table(self.c.restricted, ref.table, alias), nodes.conj([same, then]))
        return self._aliases[handle]

    def _member(self, ref: MemberRef) -> exp.Expr:
        handle = ("member", ref.source)
        name = ref.source.measurements[0].name
        if handle not in self._aliases:
            alias = self._free(self.c.alias(f"per_{name}"))
            self._aliases[handle] = alias
            key = ref.source.keys[0].name
            same = exp.EQ(this=self.column(ref.key), expression=nodes.col(key, alias))
            self._add(alias, nodes.subquery(self.c.member_query(self.c, ref.source), alias), same)
        value = nodes.col(name, self._aliases[handle])
        if not ref.zero:
            return value
        known = exp.Coalesce(this=value, expressions=[nodes.number(0)])
        if not ref.key.path and ref.key.sql in self.c.restricted.model.tables[self.base].primary_key:
            return known
        return exp.Case(ifs=[exp.If(this=nodes.not_null(self.column(ref.key)), true=known)])  # nobody's row has no 0 either

    # --- the statement -----------------------------------------------------------------------------------------------------

    def select(self, columns: Sequence[exp.Expr], where: exp.Expr | None) -> exp.Select:
        """`SELECT columns FROM base JOIN … WHERE where`: call it after everything is bound."""
        source = self.base_source or scoped_table(self.c.restricted, self.base, self._aliases[()])
        built = nodes.select(columns, source, where)
        if self._joins:
            built.set("joins", list(self._joins.values()))
        return built
