"""Times that a follow-up puts together: monthly sales, then 合起来按渠道看, overall by channel; each day, then weekends against weekdays.

In: a `Reading` of a follow-up and the numbers before it. Out: these without their breakdown by time, where the message says that it wants
all of the time at once; the breakdowns that stay beside a new one that puts days together itself. Never fails: a message that says nothing
of the kind keeps its months.
"""

import re
from collections.abc import Sequence

from assistant.planners.rules.edits import with_groups
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.query import Aggregate, ByDimension, ByTime, ByTimePart, GroupBy

_AS_ONE = re.compile(
    r"[合加]起来|[合加]在?一起|加总|汇总|合计|总计|总共|一共|不分(?:月|天|周|季度|时间)|合并(?:起来)?看"
    r"|(?<![a-z])(?:in total|altogether|all together|all in all|in all|combined|added (?:up|together)|taken together|put together"
    r"|as a whole|(?:for|over|across) the (?:whole|entire|full) (?:year|period|time|quarter|half))(?![a-z])"
)
"""一共有多少是天猫的, how many in total from Tmall: one number, whatever is asked behind it."""

_AS_A_WHOLE = re.compile(r"整体|总体|总的|全年|整年|整个(?:期间|季度|年)|(?<![a-z])overall(?![a-z])")
"""overall, by channel: with a breakdown or a share; alone it may only lead on (整体怎么样)."""


def put_together(r: Reading, last: Aggregate) -> Aggregate:
    """The query before, its months in one."""
    timed = [g for g in last.group_by if isinstance(g, ByTime)]
    ranked = last.limit is not None and len(timed) < len(last.group_by)  # 哪个月最高, then 加起来各大区多少: of all months
    chosen = ranked or last.having or last.running_total
    if not timed or chosen or any(t.grain is not None for t in r.tokens) or any(g.grain or g.part for g in r.groups):
        return last
    content = bool(r.groups or r.tests or r.asked or r.share)
    said = (content and _says(r, _AS_ONE)) or (bool(r.groups or r.share) and _says(r, _AS_A_WHOLE))
    return with_groups(last, tuple(g for g in last.group_by if g not in timed)) if said else last


def _says(r: Reading, words: re.Pattern[str]) -> bool:
    """Whether the words stand by themselves: the overall satisfaction is a number by its own name."""
    found = words.search(r.text.text)
    return found is not None and not any(t.senses and t.start < found.end() and found.start() < t.end for t in r.tokens)


def without_each_day(world: World, old: Sequence[GroupBy], new: Sequence[GroupBy]) -> tuple[GroupBy, ...]:
    """近30天每天的订单数, then 周末和平时差多少: the days put together, as each of them is only one of the two."""
    whole = any(isinstance(g, ByTimePart) or (isinstance(g, ByDimension) and _is_told_by_the_day(world, g.member)) for g in new)
    return tuple(g for g in old if not (whole and isinstance(g, ByTime) and g.grain == "day"))


def _is_told_by_the_day(world: World, name: str) -> bool:
    """Whether a dimension is made of nothing but when its rows were: weekday or weekend."""
    dimension = world.model.dimensions.get(name)
    table = world.model.tables.get(dimension.table) if dimension is not None else None
    if dimension is None or table is None or table.time is None or not dimension.expr or dimension.expr == table.time:
        return False
    columns = {c.name for c in table.columns if re.search(rf"\b{re.escape(c.name)}\b", dimension.expr)}
    return columns == {table.time}
