"""What the reader of a plain question keeps in mind: the frame as it fills, and what was said of the noun that is to come.

In and out: plain state that the rooms beside this one share; nothing is decided here. Nothing fails.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.language.comparisons import Comparison
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Agg, Frame, Noun, Test
from assistant.planners.rules.world import World

_BARE_NAMES = ("name", "names", "title", "名称", "名字", "名", "姓名")
_BARE = (*_BARE_NAMES, "id", "ids", "code", "codes", "编号", "代码", "号")
"""What everything may have: alone it is of what was named right before."""


@dataclass(slots=True)
class Marks:
    """What was said of the noun that is to come."""

    count: bool = False
    distinct: bool = False
    aggs: list[Agg] = field(default_factory=list)
    extreme: bool | None = None
    amount: bool = False
    each: bool = False
    order: bool = False
    negated: bool = False
    either: bool = False
    compared: Comparison | None = None
    number: int | None = None
    matching: Literal["contains", "starts with"] | None = None
    literal: str | None = None
    adjective: str | None = None
    top: tuple[bool, int] | None = None

    def left(self) -> bool:
        """Whether something was said and never used."""
        return bool(
            self.aggs
            or self.extreme is not None
            or self.order
            or self.negated
            or self.compared
            or self.number is not None
            or self.matching
            or self.literal is not None
            or self.count
            or self.adjective is not None
            or self.top is not None
        )


@dataclass(slots=True)
class State:
    """The frame as it fills. `in_clause`: what comes describes what was named; `last`: the noun that a value is of; `linked`: a
    preposition stands before; `listing`: a list goes on."""

    world: World
    frame: Frame = field(default_factory=Frame)
    marks: Marks = field(default_factory=Marks)
    in_clause: bool = False
    sorted: bool = False
    linked: bool = False
    listing: bool = False
    last: Noun | None = None
    value_at: int = -9
    antecedent: Noun | None = None

    def clause(self) -> None:
        """A relative clause begins, if there is something that it can be about."""
        if self.frame.select or self.frame.subjects or self.frame.groups:
            self.in_clause, self.antecedent = True, self.last

    def of_antecedent(self, noun: Noun) -> Noun:
        """customers with id 10, 名字包含“A”的出版商: a bare id or name in a clause is of what the clause describes."""
        before = self.antecedent
        if not self.in_clause or before is None or noun.rows or noun.owner is not None or noun.text not in _BARE:
            return noun
        own = tuple(d for d in noun.dimensions if self.world.model.dimensions[d].table in before.rows)
        if own:
            return replace(noun, dimensions=own, owner=self.world.model.dimensions[own[0]].table)
        named = not before.rows and bool(before.dimensions) and noun.text in _BARE_NAMES
        return replace(before, at=noun.at, context=False) if named else noun

    def predicate(self) -> None:
        """A verb: what follows is said of the subject."""
        if self.frame.subjects or self.frame.select:
            self.in_clause = True

    def main(self) -> None:
        """What follows is asked for again."""
        self.in_clause = False

    def asks(self, before: Token | None) -> None:
        """A word that asks: after a stop or `and` it asks anew."""
        if before is not None and (before.is_stop or before.has("and")):
            self.in_clause = False

    def comma(self) -> None:
        """A comma ends what a breakdown is by."""
        self.marks.each = False

    def negated(self) -> bool:
        """Takes a denial."""
        negated, self.marks.negated = self.marks.negated, False
        return negated

    def either(self) -> bool:
        """Takes an `or`."""
        either, self.marks.either = self.marks.either, False
        return either

    def is_number(self, noun: Noun) -> bool:
        """Whether a noun may be an attribute that holds numbers."""
        return any(self.world.is_number(d) for d in noun.dimensions)

    def is_flag(self, noun: Noun) -> bool:
        """Whether a noun is an attribute that only holds or does not: churn, paperless billing."""
        dimensions = self.world.model.dimensions
        return not noun.rows and bool(noun.dimensions) and all(dimensions[d].type == "boolean" for d in noun.dimensions)

    def flag(self, noun: Noun) -> None:
        """Makes such an attribute a condition."""
        options = tuple((d, True) for d in noun.dimensions)
        self.frame.tests.append(Test(options=options, negated=self.negated(), either=self.either()))

    def drop_last(self) -> None:
        """A noun that is compared is a condition and no column."""
        last = self.last
        if last is None:
            return
        if self.in_clause or len(self.frame.select) > 1 or self.frame.subjects or not last.text.isascii():
            self.frame.select = [n for n in self.frame.select if n.at != last.at or n.agg is not None]
        self.frame.mentioned = [n for n in self.frame.mentioned if n.at != last.at]

    def taken_back(self) -> Noun | None:
        """The last noun, out of its place: what stands behind it says what it is for."""
        last = self.last
        if last is None:
            return None
        for nouns in (self.frame.select, self.frame.subjects, self.frame.mentioned, self.frame.groups):
            if nouns and nouns[-1].at == last.at:
                return nouns.pop()
        return None
