"""Reading a fact for its members: joins up from it, the entity's key as it knows it, conditions as conjuncts.

In: a fact table and what is needed of it. Out: parts of a SELECT; rows of the fact are never multiplied, since every join goes
from many to one. Fails with `ModelError` where no such path leads to a table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from semantic_layer.compiler import nodes
from semantic_layer.expressions import bind
from semantic_layer.joins import Edge
from semantic_layer.tags.profile import Profile, fail


@dataclass(frozen=True, slots=True)
class Read:
    """A CTE with a row for each member that has facts; `zeros`: its columns where nothing means 0."""

    name: str
    select: exp.Select
    columns: tuple[str, ...]
    zeros: frozenset[str] = frozenset()


def tables_of(trees: Iterable[exp.Expr]) -> set[str]:
    """The tables whose columns stand in `trees`."""
    return {c.table for tree in trees for c in tree.find_all(exp.Column) if c.table}


def joined(profile: Profile, tag: str, base: str, tables: Iterable[str]) -> exp.Select:
    """FROM `base` with each table of `tables` that its rows belong to, under its own name."""
    edges: dict[str, Edge] = {}
    for table in sorted(tables):
        path = profile.graph.path(base, table)
        if path is None:
            fail("tag-not-reachable", tag, table=base, to=table)
        edges.update((edge.to, edge) for edge in path)  # shortest paths share their beginnings: near comes before far
    select = exp.Select().from_(exp.table_(base), copy=False)
    for edge in edges.values():
        pairs = (exp.column(a, table=edge.table).eq(exp.column(b, table=edge.to)) for a, b in edge.on)
        select = select.join(exp.table_(edge.to), on=exp.and_(*pairs), join_type="left", copy=False)
    return select


def key_columns(profile: Profile, tag: str, base: str) -> tuple[exp.Column, ...]:
    """The entity's key as a row of `base` knows it: by foreign key where that suffices, so that the entity is not joined."""
    home = profile.entity.table
    path = profile.graph.path(base, home)
    if path is None:
        fail("tag-not-reachable", tag, table=base, to=home)
    if path:
        here = {there: column for column, there in path[-1].on}
        if set(profile.key) <= set(here):
            return tuple(exp.column(here[k], table=path[-1].table) for k in profile.key)
    return tuple(exp.column(k, table=home) for k in profile.key)


def named_keys(profile: Profile, keys: tuple[exp.Column, ...]) -> Iterator[exp.Expr]:
    """The key under the names that it has in the entity's table."""
    return (exp.alias_(column.copy(), name) for column, name in zip(keys, profile.key, strict=True))


def conjuncts(text: str | None, home: str) -> Iterator[exp.Expr]:
    """The conditions that a WHERE text of the YAML joins by AND."""
    if text is not None:
        tree = bind(text, home, str).unnest()
        yield from (part.unnest() for part in tree.flatten()) if isinstance(tree, exp.And) else (tree,)


def all_of(conditions: Iterable[exp.Expr]) -> exp.Expr | None:
    """The conditions joined by AND again, or None; what is given can be used elsewhere too."""
    return nodes.conj([c.copy() for c in conditions])


def first_of_each(keys: Iterable[exp.Column], order: Iterable[exp.Expr]) -> exp.Expr:
    """QUALIFY: the first row of each member."""
    rank = exp.Window(this=exp.RowNumber(), partition_by=[k.copy() for k in keys], order=exp.Order(expressions=list(order)))
    return exp.Qualify(this=exp.EQ(this=rank, expression=exp.Literal.number(1)))


def ordered(value: exp.Expr, *, descending: bool) -> exp.Expr:
    """A term of ORDER BY, nulls last."""
    return exp.Ordered(this=value.copy(), desc=descending, nulls_first=False)
