"""The unit that a word for a course names itself: 每月的变化, 逐周走势, 月度趋势 are by month or by week, and not by what would fit.

In: a `Reading` whose trend has been read. Out: its breakdown by that unit, where none was said apart from it. Never fails.
"""

from assistant.language.text import normalise
from assistant.language.time_relations import find_grains
from assistant.planners.rules.draft import Group
from assistant.planners.rules.reading import Reading


def read_trend_units(r: Reading) -> None:
    """最近三个月每月的变化: by month."""
    if not r.trend or any(g.grain or g.part for g in r.groups) or any(t.grain for t in r.tokens):
        return
    for at, token in enumerate(r.tokens):
        told = token.has("trend") and at in r.used and not token.is_content
        said = find_grains(normalise(token.text)) if told else ()
        if len(said) == 1:
            r.groups.append(Group(at, grain=said[0].grain))
            return
