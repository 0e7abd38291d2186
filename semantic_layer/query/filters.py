"""Conditions: tests of dimensions and of numbers per member, what was done, who is in a set; and, or, not.

In: nothing but data. Out: frozen values; the queries inside of them (`InSet`, `InGroups`) are those of `queries`, which completes them.
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from semantic_layer.query.parts import CompareOp, Op, Part, Period, Scalar

if TYPE_CHECKING:
    from semantic_layer.query.queries import Aggregate, Records


class Predicate(Part):
    """A test of a dimension, attribute or tag. `as_of`: the tag as it was on that date (kept refreshes only)."""

    kind: Literal["predicate"] = "predicate"
    member: str
    op: Op
    values: tuple[Scalar, ...] = ()
    as_of: date | None = None

    @model_validator(mode="after")
    def _arity(self) -> "Predicate":
        count = len(self.values)
        want = {"between": 2, "is null": 0, "is not null": 0}.get(self.op, 1)
        if self.op in ("in", "not in"):
            if not count:
                raise ValueError(f"`{self.op}` needs at least one value")
        elif count != want:
            raise ValueError(f"`{self.op}` takes {want} value(s), got {count}")
        return self


class MetricTerm(Part):
    """`factor` × a metric per member in a period: the right side of a comparison of a member with itself."""

    metric: str
    period: Period | None = None
    where: "Filter | None" = None
    factor: float = 1.0


class MetricPredicate(Part):
    """A test of a metric computed per member: spend of the last 90 days ≥ 5000.

    With `against` the right side is that term; only members for whom the term is above 0 can pass. A member without facts
    has 0 for counts and sums, and no value for anything else.
    """

    kind: Literal["metric"] = "metric"
    metric: str
    op: CompareOp
    value: float | None = None
    against: MetricTerm | None = None
    period: Period | None = None
    where: "Filter | None" = None

    @model_validator(mode="after")
    def _one_side(self) -> "MetricPredicate":
        if (self.value is None) == (self.against is None):
            raise ValueError("give either `value` or `against`")
        return self


class Behaviour(Part):
    """Did (or did not) do X [with conditions] at least / at most n times in a period. `behaviour` is a named one of the model.

    With `after`: did that first, and X later, at most `within_days` (calendar) days; or, where not `did`, no X after the last of them.
    `first`: the member's first X of all is meant, and `where` and `period` are of that one (first order on Tmall).
    """

    kind: Literal["behaviour"] = "behaviour"
    behaviour: str
    did: bool = True
    where: "Filter | None" = None
    period: Period | None = None
    at_least: int = Field(default=1, ge=1)
    at_most: int | None = Field(default=None, ge=1)
    after: "Behaviour | None" = None
    within_days: int | None = Field(default=None, ge=1)
    first: bool = False

    @model_validator(mode="after")
    def _order(self) -> "Behaviour":
        if self.first and (self.at_least, self.at_most, self.after) != (1, None, None):
            raise ValueError("`first` is one deed, behind no other one")
        if self.within_days is not None and self.after is None:
            raise ValueError("`within_days` belongs to `after`")
        if self.after is not None and (not self.after.did or (self.after.at_least, self.after.at_most) != (1, None)):
            raise ValueError("`after` takes something that was done, without a number of times")
        return self


class InSegment(Part):
    """Belongs to a named segment of the model."""

    kind: Literal["segment"] = "segment"
    segment: str


class InSet(Part):
    """Is one of the members that another query lists (the top 100 spenders …)."""

    kind: Literal["in_set"] = "in_set"
    records: "Records"


class InGroups(Part):
    """Is in one of the groups that an aggregate by one dimension lists: one of the five provinces that sold most in Q3."""

    kind: Literal["in_groups"] = "in_groups"
    groups: "Aggregate"

    @property
    def member(self) -> str:
        """The dimension that the groups are of; empty where they are of none, or of several (`resolve` says so)."""
        by = self.groups.group_by
        return getattr(by[0], "member", None) or "" if len(by) == 1 and by[0].kind == "dimension" else ""


class FirstOf(Part):
    """The row is its member's first X of all (their first orders): a condition of rows, at the moment of the earliest of them."""

    kind: Literal["first_of"] = "first_of"
    behaviour: str


class And(Part):
    kind: Literal["and"] = "and"
    filters: tuple["Filter", ...] = Field(min_length=1)


class Or(Part):
    kind: Literal["or"] = "or"
    filters: tuple["Filter", ...] = Field(min_length=1)


class Not(Part):
    kind: Literal["not"] = "not"
    filter: "Filter"


Filter = Annotated[
    Predicate | MetricPredicate | Behaviour | InSegment | InSet | InGroups | FirstOf | And | Or | Not,
    Field(discriminator="kind"),
]
