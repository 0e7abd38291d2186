"""The same number twice, each time of other rows: app sales minus mini-program sales, 上海门店的销售额和上海客户的销售额.

In: a `Reading`. `read_minus` makes a word for taking away one that compares, where the number in front of it is of one value and the one
behind it of another of the same kind. `two_numbers` makes the query of two whose conditions no breakdown tells apart, each with its own;
None where there are no two such. Raises `Unbound` where a condition fits nothing.
"""

import re
from dataclasses import replace

from assistant.planners.rules.conditions import Binder
from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Predicate

_MINUS = re.compile(r"(?:再)?减[去掉]?|minus|less|subtract(?:ing|ed by)?")


def read_minus(r: Reading) -> None:
    """app sales minus mini-program sales: the two beside each other, and no app without the mini-program."""
    for at in r.where("except", "drop", "neg"):
        if not _MINUS.fullmatch(r.tokens[at].text) or r.follows is not None:
            continue
        sides = [{(s.name, s.value) for i in places for s in r.tokens[i].of("value")} for places in _sides(r, at)]
        numbers = [{s.name for i in places for s in r.tokens[i].of("metric")} for places in _sides(r, at)]
        kinds = {d for d, _ in sides[0]} & {d for d, _ in sides[1]}
        twice = bool(numbers[0] & numbers[1]) and all(sides)
        if numbers[0] and (twice or (kinds and not numbers[1])):
            r.tokens = (*r.tokens[:at], replace(r.tokens[at], ops=frozenset(["versus"]), senses=()), *r.tokens[at + 1 :])


def _sides(r: Reading, at: int) -> tuple[range, range]:
    """The places in front of a word and behind it, up to the next stop."""
    first = next((i for i in range(at - 1, -1, -1) if r.is_break(i)), -1)
    last = next((i for i in range(at + 1, len(r.tokens)) if r.is_break(i) or r.tokens[i].has("comma")), len(r.tokens))
    return range(first + 1, at), range(at + 1, last)


def two_numbers(r: Reading) -> Aggregate | None:
    """One row of the two numbers; raises `Unbound` where a condition of one of them fits nothing."""
    parted = _parted(r)
    if parted is None:
        return None
    name = next(a.names[0] for a in r.asked)
    binder = Binder(r.world, tuple(r.world.tables_of(name)), r.today, r.period)
    first, second, both = parted
    listed = _of_one_kind(first, second)
    if listed is not None:  # APP销售额和小程序销售额
        told = binder.bind(listed)
        group = (ByDimension(member=told.member),) if isinstance(told, Predicate) else ()
        where = joined((*parts_of(told), *parts_of(binder.all_of(both))))
        return Aggregate(metrics=(MetricUse(metric=name),), group_by=group, where=where, period=r.period)
    uses = tuple(
        MetricUse(metric=name, where=binder.all_of(tests), name=f"{name}_{place}")
        for place, tests in enumerate((first, second), 1)
    )
    return Aggregate(metrics=uses, where=binder.all_of(both), period=r.period)


def _of_one_kind(first: list[Test], second: list[Test]) -> ValueTest | None:
    """The values of both as a list, where nothing but one value of the same dimension is said of each."""
    a, b = first[0], second[0]
    if len(first) != 1 or len(second) != 1 or not isinstance(a, ValueTest) or not isinstance(b, ValueTest):
        return None
    plain = not (a.negated or b.negated or a.rank or b.rank)
    mine = dict(b.options)
    shared = tuple((d, tuple(dict.fromkeys((*v, *mine[d])))) for d, v in a.options if d in mine and set(v) != set(mine[d]))
    return replace(a, options=shared, hints=(*a.hints, *b.hints)) if plain and shared else None


def _parted(r: Reading) -> tuple[list[Test], list[Test], list[Test]] | None:
    """What is said of the first of two numbers of one name, of the second, and of both; None where there are no two such."""
    asked = [a for a in r.asked if a.names and 0 <= a.at < len(r.tokens)]
    if len(asked) != 2 or asked[0].names[:1] != asked[1].names[:1] or r.follows is not None:
        return None
    if r.groups or r.share or r.compare or r.ranking or r.head == "change":
        return None
    a, b = sorted(one.at for one in asked)
    joint = next((i for i in r.between(a, b) if _joins(r, i)), None)
    if joint is None:
        return None
    first = [t for t in r.tests if t.at < joint]
    second = [t for t in r.tests if joint < t.at and not any(_ends(r, i) for i in range(b, t.at))]
    both = [t for t in r.tests if t not in first and t not in second]
    return (first, second, both) if first and second and all(isinstance(t, ValueTest) for t in (*first, *second)) else None


def _joins(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    return not token.senses and (token.has("and", "versus", "comma", "except") or r.is_break(at))


def _ends(r: Reading, at: int) -> bool:
    return r.is_break(at) or (r.tokens[at].has("comma") and not r.tokens[at].senses)
