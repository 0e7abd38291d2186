"""Whether a word that could be a value is one here: 归属门店在北京, tickets about returns, 其他渠道, new customers as a number.

In: a `Reading` and the place of a word. Out: yes or no. Never fails.
"""

import re

from assistant.language.values import Scalar
from assistant.planners.rules.reading import Reading


def is_rest_of(r: Reading, at: int, options: tuple[tuple[str, Scalar], ...]) -> bool:
    """其他渠道: the others of what the noun behind says, no value of something else."""
    noun = r.beyond(at, 1, "count", "per_group")
    names = set(r.dimensions(noun)) if noun is not None and not r.value_options(noun) else set()
    return bool(names) and not names & {d for d, _ in options}


def describes_neighbour(r: Reading, at: int) -> bool:
    """tickets about returns: a value of the things that the noun beside it names."""
    for near in (r.step(at, -1), r.step(at, 1)):
        tables = {r.world.model.entities[e].table for e in r.entities(near)}
        if tables & {home for d, _ in r.value_options(at) for home in r.world.homes(d)}:
            return True
    return False


def is_their_place(r: Reading, at: int) -> bool:
    """归属门店在北京, 归属门店是社区店: the noun of things that are told about behind it, not the value that is spelled the same."""
    behind = r.step(at, 1)
    tables = {r.world.model.entities[e].table for e in r.entities(at)} if not r.is_person(at) else set()
    if behind is None or not tables or not _IS.search(r.text.text[r.tokens[at].end : r.tokens[behind].start]):
        return False
    return any(tables & set(r.world.homes(d)) for d, _ in r.value_options(behind))


_IS = re.compile("在|是|为|属于|(?<![a-z])(?:is|are|in)(?![a-z])")


def is_part_of_things(r: Reading, at: int) -> bool:
    """what proportion of tickets in Q3 were complaints: a value of the things that a share is of."""
    shares = [i for i, t in enumerate(r.tokens) if t.has("share") and not t.is_content and i < at]
    tables = {r.world.model.entities[e].table for i in range(shares[-1], at) for e in r.entities(i)} if shares else set()
    return bool(tables & {home for d, _ in r.value_options(at) for home in r.world.homes(d)})


def has_noun(r: Reading, at: int) -> bool:
    """Whether the dimension of a value stands beside it: service sensitivity 高."""
    names = {d for d, _ in r.value_options(at)}
    sides = (r.beyond(at, -1, "and", "also", "both", "comparative"), r.step(at, 1))
    return any(near is not None and names & set(r.dimensions(near)) for near in sides)


def is_metric(r: Reading, at: int) -> bool:
    """new customers: a metric where it is the only one, or stands in a list of metrics."""
    timed = any(t.time or t.grain or t.comparator for t in r.tokens)
    if not timed and any(r.tokens[at].text in _labels(r, s.name) for s in r.tokens[at].of("segment")):
        return False
    if _faces_people(r, at):
        return False
    firm = [
        i for i, t in enumerate(r.tokens) if i != at and r.free(i) and t.of("metric") and not t.of("value") and not t.of("entity")
    ]
    if not firm:
        return True
    for by in (-1, 1):
        near = at + by
        while 0 <= near < len(r.tokens) and r.tokens[near].has("and", "comma") and not r.tokens[near].senses:
            near += by
        if near != at + by and near in firm:
            return True
    return False


def _faces_people(r: Reading, at: int) -> bool:
    """老客比新客今年人均多花多少: those people, set against others."""
    for by in (-1, 1):
        mark = r.step(at, by)
        other = r.step(mark, by) if mark is not None and r.tokens[mark].has("versus", "more_than_other") else None
        if other is not None and bool(r.tokens[other].of("segment")) and not r.tokens[other].of("metric"):
            return any(s.kind in ("segment", "value") for s in r.tokens[at].senses)
    return False


def _labels(r: Reading, segment: str) -> tuple[str, ...]:
    return tuple(map(str.lower, (r.world.model.segments[segment].label.zh, r.world.model.segments[segment].label.en)))
