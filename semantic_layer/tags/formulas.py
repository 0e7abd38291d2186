"""Expressions and cases: what is worked out from other tags, the entity's own columns and today.

In: tags of kind `expression` and `cases`. Out: each as an expression over columns of the layer below, and the order in which
layers follow each other. Fails with `ModelError` at a name that is nothing, or a circle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from sqlglot import exp

from semantic_layer.catalog import nearest
from semantic_layer.compiler import nodes
from semantic_layer.expressions import bind, null_safe_division, parse
from semantic_layer.model import Cases, Expression
from semantic_layer.tags.profile import Profile, fail


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over the layer below; `tags` that it reads there, `carried`: what it reads of the entity, by name."""

    tree: exp.Expr
    tags: frozenset[str]
    carried: Mapping[str, exp.Expr]


def formula(profile: Profile, tag: str, compute: Expression | Cases) -> Formula:
    """The tag's text with each name bound: another tag, else `today`, else a column or dimension of the entity.

    A tag that names itself means the entity's column of that name. What is divided by 0 is null.
    """
    tags: set[str] = set()
    carried: dict[str, exp.Expr] = {}

    def bound(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        if not node.table and node.name in profile.tags and node.name != tag:
            tags.add(node.name)
            return exp.column(node.name)
        if not node.table and node.name == "today":
            return nodes.day(profile.today)
        name = _carried_name(profile, node)
        carried[name] = _of_entity(profile, tag, node)
        return exp.column(name)

    tree = parse(compute.expr) if isinstance(compute, Expression) else _first_case(compute)
    return Formula(null_safe_division(tree.transform(bound)), frozenset(tags), carried)


def _first_case(cases: Cases) -> exp.Expr:
    case = exp.Case(ifs=[])
    for line in cases.cases:
        value = exp.convert(line.value)
        if line.when is None:
            return case.else_(value) if case.args["ifs"] else value
        case = case.when(parse(line.when), value)
    return case


def _carried_name(profile: Profile, node: exp.Column) -> str:
    name = f"{node.table}.{node.name}" if node.table and node.table != profile.entity.table else node.name
    while name in profile.tags:
        name += "_"
    return name


def _of_entity(profile: Profile, tag: str, node: exp.Column) -> exp.Expr:
    """A column or dimension of the entity's table, or of one that its rows belong to."""
    home = node.table or profile.entity.table
    table = profile.model.tables.get(home)
    if table is not None and table.column(node.name) is not None:
        return exp.column(node.name, table=home)
    dimension = profile.model.dimensions.get(node.name)
    text = dimension.expression(home) if dimension is not None else None
    if text is None:
        known = (*profile.tags, *(c.name for c in profile.home.columns))
        fail("tag-unknown-name", tag, nearest(node.name, known), name=node.sql())
    return bind(text, home, str)


def layers(profile: Profile, formulas: Mapping[str, Formula]) -> tuple[tuple[str, ...], ...]:
    """The formulas in order: those of one layer read only what lies below it."""
    sorter = TopologicalSorter({name: f.tags & formulas.keys() for name, f in formulas.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        fail("tag-cycle", circle[0], tags=" → ".join(reversed(circle)))
    found = []
    while sorter.is_active():
        ready = sorter.get_ready()
        found.append(tuple(name for name in profile.tags if name in ready))
        sorter.done(*ready)
    return tuple(found)
