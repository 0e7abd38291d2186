"""Bands as arithmetic: from under 200, 200 to 500, over 500 to edges, the band that each edge belongs to, and what is in none of them.

In: the bands of a question, in its order. Out: a `Cut`, or None where they are no bands of one scale (over 100, over 500). Where two
bands meet, the words decide: 以上, at least take the edge, 以下, under, over leave it; of two ranges (100-300, 300-500) the upper one has
it; where both say that it is theirs, the first. Pure; never fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.language.comparisons import Comparison


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`, None where it has no end. `low_in`, `high_in`: whether the end is in; None where a range leaves it open."""

    place: int
    low: float | None
    high: float | None
    low_in: bool | None = None
    high_in: bool | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """`below`: the edges that belong to the band under them. `parts`: the stretches that all bands lie in, as (low, low is in, high,
    high is in); none where they leave nothing out."""

    edges: tuple[float, ...]
    below: tuple[float, ...]
    parts: tuple[tuple[float | None, bool, float | None, bool], ...] = ()


def band_of(place: int, c: Comparison, values: Sequence[float]) -> Band | None:
    """The band that a comparison says, its numbers in the unit of what is compared."""
    value = float(values[0])
    match c.op:
        case "<" | "<=":
            return Band(place, None, value, None, c.op == "<=")
        case ">" | ">=":
            return Band(place, value, None, c.op == ">=", None)
        case "between":
            return Band(place, value, float(values[-1]))
        case _:
            return None


def exactly(place: int, value: float) -> Band:
    """The band of one number."""
    return Band(place, value, value, True, True)


def cut(bands: Sequence[Band], *, whole: bool) -> Cut | None:
    """Where a scale is cut; `whole`: there is nothing between 1 and 2."""
    found = sorted(bands, key=lambda b: (b.low is not None, b.low or 0.0, b.high is None, b.high or 0.0))
    if any(a.high is not None and b.low == a.high + 1 for a, b in pairwise(found)):  # 31-90, 91-180, 180+: both ends are in
        found = [replace(b, low_in=b.low_in is not False, high_in=b.high_in is not False) for b in found]
    if not whole and found[0].low == found[0].high == 0:  # nothing, up to 50, over 50: what is not above nothing
        found[0] = replace(found[0], low=None)
    edges: list[tuple[float, bool]] = [] if found[0].low is None else [(found[0].low, found[0].low_in is False)]
    gaps: list[tuple[float, bool, float, bool]] = []
    for a, b in pairwise(found):
        met = _meets(a, b, whole=whole)
        if met is None:
            return None
        edges += met
        gaps += [(met[0][0], met[0][1], met[1][0], not met[1][1])] if len(met) > 1 else []
    top = found[-1]
    if top.high is not None:
        edges.append((top.high, top.high_in is not False))
    if not all(a < b for (a, _), (b, _) in pairwise(edges)) or not edges:
        return None
    return Cut(tuple(e for e, _ in edges), tuple(e for e, under in edges if under), _parts(found, gaps))


def _meets(a: Band, b: Band, *, whole: bool) -> list[tuple[float, bool]] | None:
    """The edge between two bands, with whether it belongs to the lower one; two edges around a gap; None where one holds the other."""
    if a.high is None or b.low is None or (b.high is not None and b.high < a.high):
        return None
    if a.high == b.low:
        side = _side(a, b)
        return None if side is None else [(a.high, side)]
    if a.high > b.low:  # they overlap: what is in both is in the first
        first = a.place < b.place
        if a.low is not None and a.low == b.low:
            return None
        return [(a.high, a.high_in is not False)] if first else [(b.low, b.low_in is False)]
    if b.low - a.high == 1 and a.high_in is not False and b.low_in is not False and float(a.high).is_integer():
        upper = whole or _zeros(b.low) > _zeros(a.high)  # 1-999, 1000-4999: from 1000; 0-100, 101-200: what is above 100
        return [(b.low, False)] if upper else [(a.high, True)]
    return [(a.high, a.high_in is not False), (b.low, b.low_in is False)]


def _zeros(edge: float) -> int:
    """How round a number is."""
    digits = str(int(edge))
    return len(digits) - len(digits.rstrip("0")) if edge else len(digits)


def _side(a: Band, b: Band) -> bool | None:
    """Whether the edge that two bands share is in the lower one; None where neither has it."""
    if a.high_in is False:
        return None if b.low_in is False else False
    if b.low_in is False:
        return True
    if a.high_in and b.low_in:
        return a.place < b.place
    return bool(a.high_in)


def _parts(
    bands: Sequence[Band], gaps: Sequence[tuple[float, bool, float, bool]]
) -> tuple[tuple[float | None, bool, float | None, bool], ...]:
    low, high = bands[0], bands[-1]
    first = None if low.low is None or low.low == 0 else low.low
    starts = [(first, low.low_in is not False), *((to, is_in) for _, _, to, is_in in gaps)]
    ends = [*((end, is_in) for end, is_in, _, _ in gaps), (high.high, high.high_in is not False)]
    parts = tuple((a, a_in, b, b_in) for (a, a_in), (b, b_in) in zip(starts, ends, strict=True))
    return () if parts == ((None, True, None, True),) or (len(parts) == 1 and parts[0][0] is parts[0][2] is None) else parts
