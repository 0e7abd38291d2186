"""Do two results give the same answer? The semantics of retail/README.md, "How results are compared", and stricter on columns.

In: the rows that are right, the rows that were given with the roles of their columns, and whether their order is part of the
answer. Out: a `Match`: the columns of `got` that give `gold`'s, or None with the reason. Pure; nothing may fail.

Cells: integers are exact, other numbers agree within 1e-6 relative whatever their type; dates equal timestamps at midnight, ISO
texts, and the first day of a written month, quarter, week or year; None equals NaN; truth values and other texts are exact.
Column names and their order never count, a column that was not asked for does: only a further key that goes one to one with a
key that was asked for (a store's id beside its name) is let pass.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal

Kind = Literal["null", "truth", "number", "moment", "text"]
Key = tuple[Kind, float | int | str | bool]
Row = tuple[object, ...]

RELATIVE, ABSOLUTE = 1e-6, 1e-12
NULL: Key = ("null", "")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_YMD = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_MONTH = re.compile(r"(\d{4})(?:[-/]|年)(\d{1,2})月?")
_QUARTER = re.compile(r"(\d{4})[-\s年]?\s?[Qq]([1-4])|[Qq]([1-4])[-\s](\d{4})")
_WEEK = re.compile(r"(\d{4})-?[Ww](\d\d)")


@dataclass(frozen=True, slots=True)
class Match:
    """`agrees`, and if not, why in one of a few words: rows, columns, extra, values, order."""

    agrees: bool
    reason: Literal["", "rows", "columns", "extra", "values", "order"] = ""


def same_answer(gold: Sequence[Row], got: Sequence[Row], *, ordered: bool, roles: Sequence[str] = ()) -> Match:
    """Whether `got` is `gold`. `roles`: "key" or "value" per column of `got`; without them any further column is wrong.

    >>> same_answer([("APP", 10), ("门店", 20)], [("门店", 20), ("APP", 10)], ordered=False).agrees
    True
    >>> same_answer([("APP", 10)], [("APP", 10, 7)], ordered=False).reason
    'extra'
    """
    if len(gold) != len(got):
        return Match(False, "rows")
    if not gold:
        return Match(True)
    wide, wanted = len(got[0]), len(gold[0])
    if wide < wanted:
        return Match(False, "columns")
    right, given = [_column(gold, i) for i in range(wanted)], [_column(got, i) for i in range(wide)]
    reason: Literal["values", "extra", "order"] = "values"
    for chosen, left_side, right_side in _assignments(right, given):
        if any(not _rides_along(i, chosen, given, roles) for i in range(wide) if i not in chosen):
            reason = "extra"
        elif ordered and not _in_order(list(zip(*left_side, strict=True)), list(zip(*right_side, strict=True))):
            reason = "order"
        else:
            return Match(True)
    return Match(False, reason)


# --- cells ------------------------------------------------------------------------------------------------------------


def _column(rows: Sequence[Row], index: int) -> list[Key]:
    return [cell(row[index]) for row in rows]


def cell(value: object) -> Key:
    """A comparable form of one cell.

    >>> cell("2026年9月") == cell(date(2026, 9, 1)) == cell(datetime(2026, 9, 1))
    True
    """
    if value is None or type(value).__name__ in {"NaTType", "NAType"}:
        return NULL
    if hasattr(value, "item") and type(value).__module__ == "numpy":
        return cell(value.item())
    match value:
        case bool():
            return ("truth", value)
        case int():
            return ("number", value)
        case float() | Decimal():
            return _number(value)
        case datetime():
            return ("moment", value.replace(tzinfo=None).isoformat())
        case date():
            return ("moment", datetime(value.year, value.month, value.day).isoformat())
        case _:
            return _text(str(value))


def _number(value: float | Decimal) -> Key:
    if math.isnan(value):
        return NULL
    if math.isinf(value):
        return ("text", str(float(value)))
    return ("number", int(value) if value == int(value) else float(value))


def _text(text: str) -> Key:
    if _NUMBER.fullmatch(text):
        return _number(Decimal(text))
    return ("moment", moment.isoformat()) if (moment := _moment(text)) is not None else ("text", text)


def _moment(text: str) -> datetime | None:
    """The time that `text` plainly writes, by any of its usual forms."""
    try:
        if _YMD.match(text):
            return _timestamp(text)
        if (m := _MONTH.fullmatch(text)) is not None:
            return datetime(int(m[1]), int(m[2]), 1)
        if (m := _QUARTER.fullmatch(text)) is not None:
            return datetime(int(m[1] or m[4]), 3 * int(m[2] or m[3]) - 2, 1)
        if (m := _WEEK.fullmatch(text)) is not None:
            return datetime.fromisocalendar(int(m[1]), int(m[2]), 1)
    except ValueError:
        pass
    return None


def _timestamp(text: str) -> datetime | None:
    day = _YMD.match(text)
    if day is None:
        return None
    rest = text[day.end() :].replace("T", " ")
    midnight = datetime(int(day[1]), int(day[2]), int(day[3]))
    if not rest:
        return midnight
    written = datetime.fromisoformat(f"{midnight:%Y-%m-%d}{rest}")
    return written.replace(tzinfo=None)


def close(a: Key, b: Key) -> bool:
    """Whether two cells agree."""
    if a == b:
        return True
    if a[0] != "number" or b[0] != "number" or (isinstance(a[1], int) and isinstance(b[1], int)):
        return False
    x, y = float(a[1]), float(b[1])
    return abs(x - y) <= max(RELATIVE * max(abs(x), abs(y)), ABSOLUTE)


def _is_loose(key: Key) -> bool:
    return key[0] == "number" and isinstance(key[1], float)


# --- columns ----------------------------------------------------------------------------------------------------------


def _assignments(
    gold: list[list[Key]], got: list[list[Key]]
) -> Iterator[tuple[tuple[int, ...], list[list[Key]], list[list[Key]]]]:
    """Each choice of columns of `got` whose rows are the bag of rows of `gold`, with both sides as columns."""
    fits: list[list[tuple[int, list[Key], list[Key]]]] = []
    for column in gold:
        pairs = ((i, *_years(column, other)) for i, other in enumerate(got))
        fits.append([(i, a, b) for i, a, b in pairs if _same_bag([(x,) for x in a], [(x,) for x in b])])
    stack: list[tuple[tuple[int, ...], list[list[Key]], list[list[Key]]]] = [((), [], [])]
    while stack:
        chosen, left, right = stack.pop()
        if len(chosen) == len(gold):
            yield chosen, left, right
            continue
        for i, a, b in reversed(fits[len(chosen)]):
            if i not in chosen and _same_bag(list(zip(*left, a, strict=True)), list(zip(*right, b, strict=True))):
                stack.append(((*chosen, i), [*left, a], [*right, b]))


def _years(a: list[Key], b: list[Key]) -> tuple[list[Key], list[Key]]:
    """Years written as numbers become their first days where the other side has those."""
    return _as_years(a, b), _as_years(b, a)


def _as_years(column: list[Key], other: list[Key]) -> list[Key]:
    first_days = all(k == NULL or (k[0] == "moment" and str(k[1]).endswith("-01-01T00:00:00")) for k in other)
    years = all(k == NULL or (k[0] == "number" and isinstance(k[1], int) and 1900 <= k[1] <= 2100) for k in column)
    if not (first_days and years) or all(k == NULL for k in other):
        return column
    return [k if k == NULL else ("moment", f"{k[1]}-01-01T00:00:00") for k in column]


def _rides_along(index: int, chosen: tuple[int, ...], given: list[list[Key]], roles: Sequence[str]) -> bool:
    """A key beside the keys or the names that were asked for, one to one with one of them."""
    if index >= len(roles) or roles[index] != "key":
        return False
    names = [i for i in chosen if roles[i] == "key" or all(kind == "text" for kind, _ in given[i])]
    return any(_one_to_one(given[index], given[i]) for i in names)


def _one_to_one(a: list[Key], b: list[Key]) -> bool:
    pairs = set(zip(a, b, strict=True))
    return len(pairs) == len(set(a)) == len(set(b))


# --- rows -------------------------------------------------------------------------------------------------------------


def _same_bag(gold: list[tuple[Key, ...]], got: list[tuple[Key, ...]]) -> bool:
    """Equal bags of rows, numbers within tolerance."""
    if Counter(gold) == Counter(got):
        return True
    loose = {i for row in (*gold, *got) for i, key in enumerate(row) if _is_loose(key)}
    if not loose:
        return False
    a, b = _by_exact_part(gold, loose), _by_exact_part(got, loose)
    return a.keys() == b.keys() and all(_pair_up(a[k], b[k]) for k in a)


def _by_exact_part(rows: list[tuple[Key, ...]], loose: set[int]) -> dict[tuple[object, ...], list[tuple[Key, ...]]]:
    """Rows by everything that must be equal; what is left of each are its numbers in loose columns."""
    groups: dict[tuple[object, ...], list[tuple[Key, ...]]] = defaultdict(list)
    for row in rows:
        free = [i in loose and key[0] == "number" for i, key in enumerate(row)]
        exact = tuple("~" if f else key for f, key in zip(free, row, strict=True))
        groups[exact].append(tuple(key for f, key in zip(free, row, strict=True) if f))
    return groups


def _agree(a: tuple[Key, ...], b: tuple[Key, ...]) -> bool:
    return all(map(close, a, b))


def _pair_up(gold: list[tuple[Key, ...]], got: list[tuple[Key, ...]]) -> bool:
    """A perfect pairing of number rows that agree within tolerance (augmenting paths, without recursion)."""
    if len(gold) != len(got):
        return False
    a, b = sorted(gold, key=_numbers), sorted(got, key=_numbers)
    if all(map(_agree, a, b)):
        return True
    if len(a[0]) == 1:  # on a line, the sorted pairing is the only one to try
        return False
    near = _neighbours(a, b)
    partner: dict[int, int] = {}
    return all(near) and all(_augment(i, near, partner) for i in range(len(a)))


def _neighbours(a: list[tuple[Key, ...]], b: list[tuple[Key, ...]]) -> list[list[int]]:
    """For each row of `a` the rows of `b` (sorted by their first number) that agree with it."""
    firsts = [float(y[0][1]) for y in b]
    near = []
    for x in a:
        value = float(x[0][1])
        width = 2 * RELATIVE * abs(value) + ABSOLUTE
        window = range(bisect_left(firsts, value - width), bisect_right(firsts, value + width))
        near.append([j for j in window if _agree(x, b[j])])
    return near


def _numbers(row: tuple[Key, ...]) -> list[float]:
    return [float(key[1]) for key in row]


def _augment(start: int, near: list[list[int]], partner: dict[int, int]) -> bool:
    came: dict[int, int] = {}
    queue = [start]
    while queue:
        i = queue.pop()
        for j in near[i]:
            if j in came:
                continue
            came[j] = i
            if j not in partner:
                _turn(j, came, partner)
                return True
            queue.append(partner[j])
    return False


def _turn(end: int, came: dict[int, int], partner: dict[int, int]) -> None:
    """Gives each row of the path that ends in `end` its next partner."""
    matched = {i: j for j, i in partner.items()}
    j: int | None = end
    while j is not None:
        i = came[j]
        before = matched.get(i)
        partner[j] = i
        j = before


def _in_order(gold: list[tuple[Key, ...]], got: list[tuple[Key, ...]]) -> bool:
    """The same sequence; rows that tie on all that they are ranked by may swap."""
    if all(map(_agree, gold, got)):
        return True
    right, given = list(zip(*gold, strict=True)), list(zip(*got, strict=True))
    if any(_trend(column, strict=True) for column in right):
        return False
    ranked = [i for i, column in enumerate(right) if _trend(column, strict=False)]
    return bool(ranked) and all(_trend(given[i], strict=False) == _trend(right[i], strict=False) for i in ranked)


def _trend(column: Sequence[Key], *, strict: bool) -> int:
    """1 where numbers rise, -1 where they fall, 0 else."""
    if any(key[0] != "number" for key in column) or column[0] == column[-1]:
        return 0
    values = [float(key[1]) for key in column]
    steps = list(pairwise(values))
    if all(a < b if strict else a <= b for a, b in steps):
        return 1
    return -1 if all(a > b if strict else a >= b for a, b in steps) else 0
