"""One walk over a statement: is everything in it allowed, does every name exist, and where do personal values go.

In: a sqlglot tree and `Rules`. Out: the output columns of the statement with their flags, and issues. Each column is followed
through CTEs, subqueries, set operations and aliases. Nothing is changed and nothing fails; more than `MAX_NODES` nodes are an
issue. Names compare as DuckDB compares them: without case, quoted or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from sqlglot import exp

from semantic_layer.allowed import CARRIERS, CAST_TYPES, LEAVES, NAMED, PARTS, TEXT_TYPES, extra_part
from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lineage import (
    MASKED,
    Flag,
    Frame,
    Outputs,
    Relation,
    Rules,
    at_position,
    is_condition,
    is_linked,
    is_odd_word,
    is_one_row,
    is_rows_of,
    is_size,
    kind_of,
    lone_table,
    odd_limits,
    renamed,
    stronger,
    strongest,
)
from semantic_layer.scope import mask_subject

MAX_NODES = 5_000
MAX_ISSUES = 10
_JOIN_KINDS = frozenset({None, "", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"})
_JOIN_SIDES = frozenset({None, "", "LEFT", "RIGHT", "FULL"})
Tables = Mapping[str, Relation]  # CTE name -> what it gives


@dataclass(slots=True)
class Reader:
    """The walk. `issues` gathers everything that is wrong; `nodes` counts."""

    rules: Rules
    issues: list[Issue] = field(default_factory=list)
    nodes: int = 0

    def read(self, root: exp.Expr) -> Relation:
        """The outputs of a statement."""
        return self._query(root, None, {})

    def complain(self, code: str, suggestions: tuple[str, ...] = (), **params: str) -> None:
        """Notes one issue; the same one only once."""
        issue = Issue(code, params=params, suggestions=suggestions)
        if len(self.issues) < MAX_ISSUES and issue not in self.issues:
            self.issues.append(issue)

    # --- queries ---------------------------------------------------------------------------------------------------------

    def _query(self, node: exp.Expr | None, outer: Frame | None, ctes: Tables) -> Relation:
        while isinstance(node, exp.Subquery) and not node.args.get("alias"):
            self._clauses(node)
            node = node.this
        if isinstance(node, exp.Select):
            return self._select(node, outer, ctes)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, outer, ctes)
        self.complain("forbidden-syntax", what=kind_of(node))
        return Relation(())

    def _set_operation(self, node: exp.SetOperation, outer: Frame | None, ctes: Tables) -> Relation:
        self._clauses(node)
        ctes = self._with(node, outer, ctes)
        left = self._query(node.args.get("this"), outer, ctes)
        right = self._query(node.args.get("expression"), outer, ctes)
        pairs = zip_longest(left.columns, right.columns, fillvalue=("", None))
        columns = tuple((a, stronger(f, g)) for (a, f), (_, g) in pairs)
        if node.args.get("distinct") is not False or not isinstance(node, exp.Union):
            self._compared(columns)
        frame = Frame(outer, aliases=dict(Relation(columns).by_name))
        self._order(node, frame, ctes, columns)
        self._limits(node)
        return Relation(columns)

    def _select(self, node: exp.Select, outer: Frame | None, ctes: Tables) -> Relation:
        self._clauses(node)
        args = node.args
        ctes = self._with(node, outer, ctes)
        frame = Frame(outer)
        conditioned = self._from(node, frame, ctes)
        if not node.expressions:
            self.complain("not-sql")
        outputs = tuple(column for shown in node.expressions for column in self._projection(shown, frame, ctes))
        if len(outputs) > MAX_NODES:  # stars over stars double them at each step
            outputs = ()
            self.complain("statement-too-large", limit=str(MAX_NODES))
        if args.get("where") and not conditioned:
            self.expression(args["where"].this, frame, ctes)
        self._group(args.get("group"), frame, ctes, outputs)
        for clause in ("having", "qualify"):
            if args.get(clause):
                self.expression(args[clause].this, frame, ctes)
        self._order(node, frame, ctes, outputs)
        self._limits(node)
        if args.get("distinct"):
            self._clauses(args["distinct"])
            self._compared(outputs)
        return Relation(outputs, one_row=is_one_row(node))

    def _with(self, node: exp.Expr, outer: Frame | None, ctes: Tables) -> Tables:
        clause = node.args.get("with_")
        if not clause:
            return ctes
        if clause.args.get("recursive"):
            self.complain("recursive-query")
        self._clauses(clause)
        known = dict(ctes)
        for cte in clause.expressions:
            self._clauses(cte)
            name = cte.alias.lower()
            if name in self.rules.reserved:
                self.complain("shadowed-table", name=cte.alias)
            relation = self._query(cte.this, outer, known)
            known[name] = renamed(relation, cte.args.get("alias"))
        return known

    # --- FROM and JOIN -----------------------------------------------------------------------------------------------------

    def _from(self, node: exp.Select, frame: Frame, ctes: Tables) -> bool:
        """Reads the sources; True where WHERE is exactly the row condition of the only table."""
        clause, joins = node.args.get("from_"), node.args.get("joins") or ()
        if clause is None:
            return False
        name = lone_table(node)
        conditioned = name is not None and name not in ctes and is_condition(node.args.get("where"), self.rules.condition(name))
        self._source(clause.this, frame, ctes, conditioned)
        for join in joins:
            self._join(join, frame, ctes)
        return conditioned

    def _source(self, source: exp.Expr, frame: Frame, ctes: Tables, conditioned: bool = False) -> str:
        self.nodes += 1
        if isinstance(source, exp.Table) and (source.args.get("db") or source.args.get("catalog")):
            self.complain("unknown-table", table=source.sql("duckdb")[:60])
            frame.sources[source.alias_or_name.lower()] = Relation((), is_open=True)
            return source.alias_or_name.lower()
        self._clauses(source)
        alias = source.args.get("alias")
        if alias is not None:
            self._clauses(alias)
        if isinstance(source, exp.Table):
            name, relation = self._table(source, ctes, conditioned)
        elif isinstance(source, exp.Subquery):
            name = source.alias.lower() or f"#{len(frame.sources)}"
            relation = renamed(self._query(source.this, frame.outer, ctes), alias)
            if name in self.rules.reserved and not is_rows_of(source, name):
                self.complain("shadowed-table", name=source.alias)
        else:
            self.complain("forbidden-syntax", what=kind_of(source))
            return ""
        if name in frame.sources:
            self.complain("duplicate-alias", name=name)
        frame.sources[name] = relation
        return name

    def _table(self, source: exp.Table, ctes: Tables, conditioned: bool) -> tuple[str, Relation]:
        name = source.name.lower() if isinstance(source.this, exp.Identifier) else ""
        alias = source.args.get("alias")
        known = ctes.get(name) or (self.rules.tables(name) if name else None)
        if known is None:
            shown = source.name if name else kind_of(source.this)
            self.complain("unknown-table", suggestions=nearest(shown, self.rules.reserved), table=shown)
            known = Relation((), is_open=True)
        elif name not in ctes and not conditioned and self.rules.condition(name) is not None:
            self.complain("unscoped-table", table=name)
        if alias is None:
            return name, known
        if alias.args.get("columns"):
            self.complain("forbidden-syntax", what="column aliases")
        if alias.name.lower() != name and alias.name.lower() in self.rules.reserved:
            self.complain("shadowed-table", name=alias.name)
        return alias.name.lower() or name, known

    def _join(self, join: exp.Join, frame: Frame, ctes: Tables) -> None:
        self._clauses(join)
        if (join.args.get("kind") or None) not in _JOIN_KINDS or (join.args.get("side") or None) not in _JOIN_SIDES:
            self.complain("forbidden-syntax", what=f"{join.args.get('kind') or join.args.get('side')} join")
        before = tuple(frame.sources.values())
        name = self._source(join.this, frame, ctes)
        new = frame.sources.get(name, Relation(()))
        using, on = join.args.get("using"), join.args.get("on")
        for column in using or ():
            flags = [r.by_name[column.name.lower()] for r in (*before, new) if column.name.lower() in r.by_name]
            if column.name.lower() not in new.by_name or len(flags) < 2:
                self._unknown(column.name, frame)
            elif any(flags):
                self.complain("personal-column", column=column.name)
        if on is not None:
            self.expression(on, frame, ctes)
        linked = bool(using) or (on is not None and (not self.rules.linked_joins or is_linked(on, name, new)))
        if not linked and not new.one_row and not all(r.one_row for r in before):
            self.complain("join-without-condition")

    # --- clauses -----------------------------------------------------------------------------------------------------------

    def _projection(self, node: exp.Expr, frame: Frame, ctes: Tables) -> list[tuple[str, Flag]]:
        if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
            return self._star(node, frame)
        name = node.alias_or_name.lower() if isinstance(node, exp.Alias | exp.Column) else ""
        flag = self.expression(node.this if isinstance(node, exp.Alias) else node, frame, ctes, carries=True)
        if isinstance(node, exp.Alias):
            frame.aliases[name] = stronger(frame.aliases.get(name), flag)
        return [(name, flag)]

    def _star(self, node: exp.Expr, frame: Frame) -> list[tuple[str, Flag]]:
        self.nodes += 1
        self._clauses(node)
        self._clauses(node.this if isinstance(node, exp.Column) else node)
        if isinstance(node, exp.Column):
            relation = frame.sources.get(node.table.lower())
            if relation is None:
                self._unknown(f"{node.table}.*", frame)
            return list(relation.columns) if relation is not None else []
        return [column for relation in frame.sources.values() for column in relation.columns]

    def _group(self, group: exp.Expr | None, frame: Frame, ctes: Tables, outputs: Outputs) -> None:
        if group is None:
            return
        self._clauses(group)
        if group.args.get("all"):
            self._compared(outputs)
        for part in ("expressions", "grouping_sets", "cube", "rollup"):
            for node in group.args.get(part) or ():
                if isinstance(node, exp.Literal):
                    self._compared(at_position(outputs, node))
                else:
                    self.expression(node, frame, ctes)

    def _order(self, node: exp.Expr, frame: Frame, ctes: Tables, outputs: Outputs) -> None:
        order = node.args.get("order")
        for ordered in order.expressions if order else ():
            self._clauses(ordered)
            by = ordered.this
            if isinstance(by, exp.Literal):
                self._compared(at_position(outputs, by))
            elif isinstance(by, exp.Var):
                self._compared(outputs)
            else:
                self.expression(by, frame, ctes)

    def _limits(self, node: exp.Expr) -> None:
        for what in odd_limits(node):
            self.complain("forbidden-syntax", what=what)

    def _compared(self, outputs: Outputs) -> None:
        """These columns are sorted, grouped or made distinct."""
        for name, flag in outputs:
            if flag is not None:
                self.complain("personal-column", column=name)

    def _clauses(self, node: exp.Expr) -> None:
        extra = extra_part(node)
        if extra is not None:
            self.complain("forbidden-syntax", what=extra)

    # --- expressions -------------------------------------------------------------------------------------------------------

    def expression(self, root: exp.Expr, frame: Frame, ctes: Tables, carries: bool = False) -> Flag:
        """Walks a scalar; returns MASKED where a masked value ends up in it (`carries`: only a projection may)."""
        flag: Flag = None
        stack: list[tuple[exp.Expr, bool]] = [(root, carries)]
        types = self.rules.types
        while stack:
            node, carry = stack.pop()
            self.nodes += 1
            kind = type(node)
            if isinstance(node, exp.Column):
                flag = stronger(flag, self._column(node, frame, carry))
            elif kind in LEAVES:
                if is_odd_word(node):
                    self.complain("forbidden-syntax", what=node.name[:20])
            elif kind in types:
                inner = carry and kind in CARRIERS
                if kind in PARTS:
                    self._clauses(node)
                if kind is exp.If:
                    stack.append((node.this, False))
                    stack.extend((node.args[part], inner) for part in ("true", "false") if node.args.get(part))
                else:
                    stack.extend((child, inner) for child in node.iter_expressions())
            else:
                flag = stronger(flag, self._special(node, frame, ctes, carry, stack))
            if self.nodes > MAX_NODES:
                self.complain("statement-too-large", limit=str(MAX_NODES))
                return flag
        return flag

    def _special(self, node: exp.Expr, frame: Frame, ctes: Tables, carry: bool, stack: list[tuple[exp.Expr, bool]]) -> Flag:
        """Nodes with a rule of their own."""
        self._clauses(node)
        match node:
            case exp.Case():
                return self._case(node, frame, carry, stack)
            case exp.Count():
                self._count(node, frame, stack)
            case exp.Subquery() | exp.Select() | exp.SetOperation():
                return self._carried(self._query(node, frame, ctes), carry)
            case exp.Exists():
                self._query(node.this, frame, ctes)
            case exp.In():
                stack.extend((child, False) for child in (node.this, *node.expressions))
                if node.args.get("query"):
                    self._compared(self._query(node.args["query"], frame, ctes).columns)
            case exp.Cast():
                stack.append((node.this, carry and self._cast(node) in TEXT_TYPES))
            case exp.Anonymous() if node.name.lower() in NAMED:
                stack.extend((child, False) for child in node.expressions)
            case exp.Func():
                self.complain("forbidden-function", function=kind_of(node))
            case _:
                self.complain("forbidden-syntax", what=kind_of(node))
        return None

    def _case(self, node: exp.Case, frame: Frame, carry: bool, stack: list[tuple[exp.Expr, bool]]) -> Flag:
        if carry and self._is_mask(node, frame):
            return MASKED
        if node.this is not None:
            stack.append((node.this, False))
        for branch in node.args.get("ifs") or ():
            stack.append((branch.this, False))
            stack.append((branch.args["true"], carry))
        if node.args.get("default") is not None:
            stack.append((node.args["default"], carry))
        return None

    def _is_mask(self, node: exp.Case, frame: Frame) -> bool:
        subject = mask_subject(node)
        if subject is None:
            return False
        inside = tuple(subject.walk())
        flags = {self._find(c, frame) for c in inside if isinstance(c, exp.Column)} - {None}
        if len(flags) != 1 or any(type(n) not in self.rules.types | LEAVES | {exp.Column} for n in inside):
            return False
        flag = next(iter(flags))
        self.nodes += len(inside)
        return flag is not None and flag != MASKED and self.rules.is_mask(node, subject, flag)

    def _count(self, node: exp.Count, frame: Frame, stack: list[tuple[exp.Expr, bool]]) -> None:
        counted = node.this
        if isinstance(counted, exp.Star):
            self._clauses(counted)
        elif isinstance(counted, exp.Column):
            self._find(counted, frame)
        else:
            stack.append((counted, False))

    def _carried(self, relation: Relation, carry: bool) -> Flag:
        """A scalar subquery: its value is shown where it stands in a projection, else compared."""
        if not carry:
            self._compared(relation.columns)
            return None
        return strongest(flag for _, flag in relation.columns)

    def _cast(self, node: exp.Cast) -> exp.DType:
        to = node.args["to"]
        if to.this not in CAST_TYPES or not all(is_size(p) for p in to.expressions):
            self.complain("forbidden-syntax", what=f"type {to.sql('duckdb')}"[:60])
        kind: exp.DType = to.this
        return kind

    # --- columns -----------------------------------------------------------------------------------------------------------

    def _column(self, node: exp.Column, frame: Frame, carry: bool) -> Flag:
        flag = self._find(node, frame)
        if flag is None or (flag == MASKED and carry):
            return flag
        if flag == MASKED or not self.rules.declared(node, flag):
            self.complain("personal-column", column=node.name)
        return None

    def _find(self, node: exp.Column, frame: Frame) -> Flag:
        args = node.args
        if not isinstance(args["this"], exp.Identifier) or args.get("db") or args.get("catalog"):
            self.complain("unknown-column", column=node.sql("duckdb")[:60])
            return None
        table = args.get("table")
        found, flag = frame.find(table.this.lower() if table else "", args["this"].this.lower())
        if not found:
            self._unknown(f"{node.table}.{node.name}" if table else node.name, frame)
        return flag

    def _unknown(self, name: str, frame: Frame) -> None:
        self.complain("unknown-column", suggestions=nearest(name.rpartition(".")[2], frame.names()), column=name)
