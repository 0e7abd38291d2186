"""Windows that hang on the period in front of them: 国庆之前一周, 618之后的两个月, 9月之前三个月.

In: the merged atoms of a line; out: the same, such a window in the place of the period that it lies beside. A length with 前 or 后 alone
(国庆前一周) has been merged before; the first so many units of a period (去年前三个月) are no such window.
"""

import re
from functools import cache

from assistant.language.calendar import Calendar, moved
from assistant.language.lexicon import either, load_lexicon
from assistant.language.number_words import chinese_value
from assistant.language.time_atoms import Atom
from assistant.language.time_parts import Whole, settle

_KINDS = ("absolute", "relative", "running", "point", "festival")
_MOST = 400


@cache
def _window() -> re.Pattern[str]:
    """之前一周, 之后的30天, 以后两个月; a month or a quarter only with 个: 之前的9月 names it."""
    words = load_lexicon("zh").time
    plain = either(word for word in words.units if word[0] not in "月季半")
    counted = either(word for word in words.units if word[0] in "月季")
    return re.compile(
        rf"(?:(?P<before>之前|以前|前面)|(?P<after>之后|以后|过后|后面))的?那?(?P<n>\d{{1,3}}|[一二两三四五六七八九十]{{1,3}})"
        rf"(?:个?(?P<plain>{plain})|个(?P<counted>{counted}))(?:时间|内|里|之内|以内)?(?![初末底中])"
    )


def with_windows(line: str, atoms: list[Atom], calendar: Calendar) -> list[Atom]:
    """The atoms, a window behind one of them in its place."""
    found: list[Atom] = []
    for atom in atoms:
        if found and atom.start < found[-1].end:
            continue
        match = _window().match(line, atom.end)
        days = _beside(atom, match, calendar) if match is not None else None
        found.append(atom if days is None or match is None else Atom(atom.start, match.end(), days))
    return found


def _beside(atom: Atom, match: re.Match[str], calendar: Calendar) -> Whole | None:
    around = atom.whole or (settle(atom.parts, calendar) if atom.parts else None)
    value = chinese_value(match["n"])
    count = int(value.value) if value is not None else 0
    if around is None or atom.kind not in _KINDS or atom.weak or not 0 < count <= _MOST:
        return None
    unit = load_lexicon("zh").time.units[match["plain"] or match["counted"]]
    if match["after"]:
        return Whole(around.end, moved(around.end, unit, count), unit, count, lends=False)
    return Whole(moved(around.start, unit, -count), around.start, unit, count, lends=False)
