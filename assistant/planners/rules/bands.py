"""Chosen bands of how often people did something: 下了1单、2单、3单及以上的各多少, customers with 1, 2 and 3 or more orders.

In: a `Reading` before its comparisons are read. It gains a `Group` with the edges of the bands, over the number that stands beside them.
Never fails: numbers that do not follow each other without a gap, or whose last band is closed, are left to other passes.
"""

from itertools import pairwise

from assistant.planners.rules.draft import Group, NumberTest, VerbTest
from assistant.planners.rules.reading import Reading

_UNITS = ("order", "time", "piece", None)
_REACH = 3
Band = tuple[int, int | None]


def read_bands(r: Reading) -> None:
    """The one list of bands of a question."""
    places = _listed(r)
    found = [band for at in places if (band := band_at(r, at)) is not None]
    follow = all(a[1] is not None and b[0] == a[1] + 1 for a, b in pairwise(found))
    if len(found) < 2 or len(found) < len(places) or not follow or found[-1][1] is not None or not _asks_each(r):
        return
    edges = tuple(float(low) for low, _ in found)
    for at in _beside(r, places):
        metric = next((m for n in r.behaviours(at) if (m := r.world.count_of_deeds(n)) is not None), None)
        attribute = next((d for d in r.dimensions(at) if d in r.world.attributes.windows.values()), None)
        counted = next((m for m in r.metrics(at) if r.world.is_count(m) and not r.world.counts_people(m)), None)
        if attribute is not None:
            r.groups.append(Group(places[0], (attribute,), edges=edges))
            r.tests += [NumberTest(places[0], ">=", edges[:1], (), (attribute,))] if edges[0] > 0 else []
        elif (name := metric or counted) is not None:
            r.groups.append(Group(places[0], metrics=(name,), edges=edges))
            deed = next((n for n in r.world.model.behaviours if r.world.count_of_deeds(n) == name), None)
            r.tests += [VerbTest(places[0], (deed,))] if deed is not None and edges[0] == 1 else []
        else:
            continue
        r.counted, r.count_words = True, r.count_words[:1]
        noun = r.step(places[-1], 1)
        things = noun if noun is not None and r.entities(noun) and not r.is_person(noun) else None
        r.take(at, *places, *r.where("each_other"), *_between(r, places), things, *_again(r, places))
        return


def _again(r: Reading, places: list[int]) -> list[int]:
    return [at for at in r.between(places[0], places[-1]) if r.free(at) and _asks_again(r, at)]


def _between(r: Reading, places: list[int]) -> list[int]:
    """once vs twice vs three times or more."""
    return [at for at in r.between(places[0], places[-1]) if r.tokens[at].has("versus") and not r.tokens[at].is_content]


def _listed(r: Reading) -> list[int]:
    """The places of a list of numbers, tied by nothing but stops and `and`."""
    found: list[int] = []
    for at, token in enumerate(r.tokens):
        if not r.free(at) or token.time is not None or token.senses or band_at(r, at) is None:
            continue
        tied = not found or all(
            r.tokens[i].has("and", "comma", "or", "versus") or r.is_break(i) or _asks_again(r, i)
            for i in r.between(found[-1], at)
        )
        if not tied:
            return found if len(found) > 1 else []
        found.append(at)
    return found


def _asks_again(r: Reading, at: int) -> bool:
    """买过1次的多少人、2次的多少人: how many there are, asked behind each of them."""
    token = r.tokens[at]
    return token.has("count", "how_much", "people", "each_other") and (not token.is_content or r.counts_people(at))


def band_at(r: Reading, at: int) -> Band | None:
    """The lowest and the highest number of one band; None for no whole numbers."""
    token = r.tokens[at]
    comparison, number = token.comparison, token.number
    if comparison is not None and comparison.unit in _UNITS and all(isinstance(v, int) for v in comparison.plain):
        low, high = int(comparison.plain[0]), int(comparison.plain[-1])
        return {">=": (low, None), ">": (low + 1, None), "between": (low, high), "=": (low, low)}.get(comparison.op)
    whole = number is not None and number.kind == "cardinal" and number.unit in _UNITS and isinstance(number.plain, int)
    return (int(number.plain), int(number.plain)) if whole and number is not None else None


def _beside(r: Reading, places: list[int]) -> list[int]:
    """What may say of what the bands are: in front of them or behind, nearest first."""
    near = [*range(places[0] - 1, places[0] - 1 - _REACH, -1), *range(places[-1] + 1, places[-1] + 1 + _REACH)]
    return [at for at in near if 0 <= at < len(r.tokens) and r.free(at) and not r.tokens[at].has("copula", "filler")]


def _asks_each(r: Reading) -> bool:
    """Whether how many there are is asked for."""
    return r.follows is None and (
        r.counted
        or any(r.counts_people(at) for at in range(len(r.tokens)))
        or any(t.has("count", "each_other", "how_much") and not t.of("entity") for t in r.tokens)
    )
