"""How old people are: 35到44岁, older than 60, women under 35, how many customers over 60 complained.

In: a `Reading`, a comparison and its place. Out: the test of their age, with the place used up; None where the number is of something
else (stores with customers over 500, customers over 50 orders). Never fails.
"""

import re

from assistant.language.comparisons import Comparison
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import NumberOp, NumberTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit
from assistant.planners.rules.world import World

_AGED = re.compile(r"(?<![a-z])(?:older|younger)(?![a-z])")
_YEARS = ("岁", "years")
_LIKELY = (5, 120)
"""The numbers that can be ages."""


def ages_of(world: World) -> tuple[str, ...]:
    """Numbers that are counted in years of age."""
    units = ((name, d.unit) for name, d in world.model.dimensions.items() if world.is_number(name))
    return tuple(name for name, unit in units if unit is not None and (unit.zh in _YEARS or unit.en in _YEARS))


def of_age(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """A comparison in years of age, or of people right before it: customers under 30."""
    aged = c.unit is None and _AGED.search(r.tokens[at].text) is not None
    if c.unit != "year_of_age" and not aged and not _of_those_before(r, at, c):
        return None
    ages = ages_of(r.world)
    if not ages:
        return None
    for near in (r.step(at, -1), r.step(at, 1)):
        if set(r.dimensions(near)) & set(ages):
            r.take(near)
    return _made(r, at, c, ages)


def age_of_people(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """women under 35, customers over 60: the age of people, where the numbers can be ages and nothing else is measured."""
    ages = ages_of(r.world)
    if not ages or not may_be_age(c):
        return None
    for by in (-1, 1):
        near = r.step(at, by)
        if near is None or r.world.entity is None:
            continue
        shown = r.follows is not None and r.tokens[near].has("refer", "people")
        if describes_people(r, near) or r.is_person(near) or shown:
            return _made(r, at, c, ages)
    return None


def _made(r: Reading, at: int, c: Comparison, ages: tuple[str, ...]) -> NumberTest:
    op: NumberOp = c.op
    r.take(at)
    return NumberTest(at, op, in_its_unit(r.world, ages[0], c), (), ages, c.unit, percent=c.kind == "percent")


def may_be_age(c: Comparison) -> bool:
    """Whether a number without a unit can be one of years."""
    low, high = _LIKELY
    return c.unit is None and c.kind == "cardinal" and all(low <= v <= high for v in c.plain)


_PREPOSED = re.compile(r"(?:under|below|over|above|between|beneath|past|from) ")
"""The words that say an age behind people; there are at least 30 of them, or more than 30, as a number of them."""


def _of_those_before(r: Reading, at: int, c: Comparison) -> bool:
    """how many customers under 25 bought beauty: people right before it, and no number of something right behind it."""
    token, near = r.tokens[at], at - 1
    if r.follows is not None or near < 0 or not may_be_age(c) or not _PREPOSED.match(token.text):
        return False
    people = r.is_person(near) or r.counts_people(near)
    adjacent = r.text.text[r.tokens[near].end : token.start] == " "
    return people and adjacent and not _of_things(r, near) and not _is_amount(r, at + 1)


def _of_things(r: Reading, people: int) -> bool:
    """stores with customers over 50: how many people they have."""
    before = r.step(people, -1)
    having = (
        before is not None and r.tokens[before].has("with", "which", "exists", "relative") and not r.tokens[before].is_content
    )
    head = r.step(before, -1) if having and before is not None else None
    return head is not None and any(r.world.is_groupable(d) for d in r.dimensions(head))


def _is_amount(r: Reading, at: int) -> bool:
    """customers over 50 orders, customers under 100 spend: what is compared stands right behind the number."""
    if at >= len(r.tokens) or r.text.text[r.tokens[at - 1].end : r.tokens[at].start] != " ":
        return False
    sums = (m for m in r.metrics(at) if not r.world.is_average(m) and not r.world.counts_people(m))
    return any(sums) or any(r.world.is_number(d) for d in r.dimensions(at)) or r.tokens[at].has("money_verb")
