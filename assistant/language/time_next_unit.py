"""The unit before or after the one that was just named: 上周的前一周, 9月的前一个月, Q3的前一个季度, 上个月的上个月.

In: two neighbouring atoms and the line. Out: one atom, of the unit that the second one means beside the first; None where it says
something else. One of the same unit is never its first part: 去年前三个月 are months of a year, and no week has a first week.
"""

import re
from functools import cache

from assistant.language.calendar import Calendar, moved
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom
from assistant.language.time_parts import Whole, settle

_NAMED = ("absolute", "relative", "running")


@cache
def _beside() -> re.Pattern[str]:
    units = either(load_lexicon("zh").time.units)
    return re.compile(rf"(?P<way>再?往?前|上|[之此]前|之?后|再?往后)面?(?:的?那)?(?:一|1)?(?:个|整)?(?P<unit>{units})")


def unit_beside(line: str, a: Atom, b: Atom, calendar: Calendar) -> Atom | None:
    """A rolling window only where 的 ties the two (近30天的前30天): side by side they may be set against each other."""
    around = a.whole or (settle(a.parts, calendar) if a.parts else None)
    tied = line[a.end : b.start].strip() == "的"
    if around is None or a.weak or a.to_date:
        return None
    if a.kind == "rolling":
        days = b.whole if tied and b.kind == "rolling" and b.beside is not None and b.inside is not None else None
        long = days is not None and days.end - days.start == around.end - around.start
        return _joined(a, b, around, around.count, -1) if long else None
    said = _beside().fullmatch(line, b.start, b.end)
    if said is None or a.kind not in _NAMED or around.count != 1 or (said["way"] == "上" and not tied):
        return None  # 上周上个月: two times
    if load_lexicon("zh").time.units[said["unit"]] != around.unit:
        return None
    return _joined(a, b, around, 1, 1 if "后" in said["way"] else -1)


def _joined(a: Atom, b: Atom, around: Whole, count: int, way: int) -> Atom:
    if way > 0:
        days = Whole(around.end, moved(around.end, around.unit, count), around.unit, count, lends=False)
    else:
        days = Whole(moved(around.start, around.unit, -count), around.start, around.unit, count, lends=False)
    return Atom(a.start, b.end, days)
