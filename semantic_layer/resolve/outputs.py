"""Formulas once all leaves are known: which missing values are 0.

Where two facts meet (several scans), a group that one of them lacks has 0 of its counts and sums; a ratio over them stays null
where the denominator is 0 (null-safe division). In a single pass an empty sum stays null: there is nothing to be 0 of.
"""

from semantic_layer.plan import Computed, Formula, Leaf, Quotient
from semantic_layer.resolve.leaves import Leaves


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
