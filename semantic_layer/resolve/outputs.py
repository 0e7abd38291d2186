"""Formulas once all leaves are known: which missing values are 0.

Where two facts meet (several scans), a group that one of them lacks has 0 of its counts and sums; a ratio over them stays null
where the denominator is 0 (null-safe division). In a single pass an empty sum stays null: there is nothing to be 0 of.
"""

from typing import Literal, assert_never

from sqlglot import exp

from semantic_layer.expressions import parse
from semantic_layer.plan import Computed, Formula, Leaf, Quotient, Tally
from semantic_layer.resolve.leaves import BuiltLeaf, Leaves

Adds = Literal["sum", "distinct", "no"]
"""How parts make a whole. sum: they add up; distinct: they do where no member stands in two parts; no: they do not."""

_LINEAR = (exp.Add, exp.Sub, exp.Neg, exp.Paren, exp.Column, exp.Identifier, exp.Mul, exp.Div, exp.Literal)


def leaves_of(leaves: Leaves, formula: Formula) -> tuple[BuiltLeaf, ...]:
    """The leaves that a formula reads."""
    match formula:
        case Leaf():
            return (leaves.built[formula.name],)
        case Quotient():
            return leaves_of(leaves, formula.numerator) + leaves_of(leaves, formula.denominator)
        case Computed():
            return tuple(leaf for _, inner in formula.inputs for leaf in leaves_of(leaves, inner))
        case Tally():
            return ()
        case _:
            assert_never(formula)


def adds(leaves: Leaves, formula: Formula) -> Adds:
    """Do the values of the parts make the value of the whole?"""
    match formula:
        case Leaf():
            leaf = leaves.built[formula.name]
            if leaf.at_least is not None or leaf.agg == "count_distinct":
                return "distinct"
            return "sum" if leaf.agg in ("sum", "count") else "no"
        case Quotient() | Tally():
            return "no"
        case Computed():
            kinds = {adds(leaves, inner) for _, inner in formula.inputs}
            if "no" in kinds or not is_linear(formula.sql):
                return "no"
            return "distinct" if "distinct" in kinds else "sum"
        case _:
            assert_never(formula)


def is_linear(sql: str) -> bool:
    """Is the scalar made of sums and differences of metrics, and multiples of them, alone?"""
    return all(_keeps_sums(node) for node in parse(sql).walk())


def _keeps_sums(node: exp.Expr) -> bool:
    match node:
        case exp.Mul():
            return node.this.find(exp.Column) is None or node.expression.find(exp.Column) is None
        case exp.Div():
            return node.expression.find(exp.Column) is None
        case exp.Literal():
            return isinstance(node.parent, exp.Mul | exp.Div)  # a + 1 in each part is not a + 1 of the whole
        case _:
            return isinstance(node, _LINEAR)


def part_of(leaves: Leaves, formula: Formula) -> Formula:
    """The part of a single share: where nothing satisfies its conditions, it is 0 of the whole, not unknown."""
    return _zeroed(leaves, formula, True)


def zeroed(leaves: Leaves, formula: Formula) -> Formula:
    """The formula with each leaf told whether a missing value of it is 0."""
    return _zeroed(leaves, formula, leaves.meets())


def _zeroed(leaves: Leaves, formula: Formula, meets: bool) -> Formula:
    match formula:
        case Leaf():
            return Leaf(formula.name, meets and leaves.built[formula.name].additive_zero)
        case Quotient():
            return Quotient(_zeroed(leaves, formula.numerator, meets), _zeroed(leaves, formula.denominator, meets))
        case Computed():
            return Computed(formula.sql, tuple((n, _zeroed(leaves, f, meets)) for n, f in formula.inputs))
        case Tally():
            return formula
        case _:
            assert_never(formula)
