"""Columns side by side are of one time: 带近90天消费和单数, 90-day spend and number of orders, spend and orders in the last 90 days.

In: a `Reading` whose columns and period are read. Out: columns that name no time of their own have that of the column they are tied to,
and the money of deeds that people were chosen by has the time of those deeds (近半年退款4笔以上的，带退款金额). Never fails: a number
that says all there ever was (累计, lifetime), one behind another kind of column, or one in front of a Chinese time, keeps what it has.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.planners.rules.draft import Asked, VerbTest
from assistant.planners.rules.kin import money_of_rows
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_ALL_TIME = re.compile(
    r"累计|累积|历史|历来|总|至今|终身|全部|lifetime|life-time|ever|all[- ]time|to date|so far|total|overall|cumulative"
)
_LEADS = re.compile(r"(?:the |their |his |her )?(?:[0-9]|last|past|近|最近|过去|前|本|今|上|这|去)")
"""A name that its own time stands at the head of: 90-day spend, not spend in the last 90 days."""


def columns_in_time(r: Reading) -> None:
    """Lends the time of a column to those tied to it."""
    if r.head != "records" or r.period is not None:
        return
    r.columns = [_of_the_deed(r, one) for one in r.columns]
    r.columns.sort(key=lambda one: one.at)
    for at, (one, other) in enumerate(pairwise(r.columns)):
        time = _own_time(r, one)
        if time is not None and _lacks_time(r, other) and _tied(r, one, other) and _leads(r, one):
            r.columns[at + 1] = replace(other, period=time)
            r.columns[at + 1 :] = _rest(r, r.columns[at + 1 :], time)
    for at in range(len(r.columns) - 1, 0, -1):
        one, other = r.columns[at - 1], r.columns[at]
        time = _own_time(r, other) or other.period
        behind = r.tokens[other.at].text.isascii() and not _leads(r, other)
        if time is not None and behind and _lacks_time(r, one) and _tied(r, one, other):
            r.columns[at - 1] = replace(one, period=time)


def _rest(r: Reading, columns: list[Asked], time: Period) -> list[Asked]:
    """近90天消费、单数、工单数: as far as the numbers go on."""
    out = [columns[0]]
    for other in columns[1:]:
        goes_on = out[-1].period == time and _lacks_time(r, other) and _tied(r, out[-1], other)
        out.append(replace(other, period=time) if goes_on else other)
    return out


def _own_time(r: Reading, column: Asked) -> Period | None:
    """The days that the name of a column holds; a time that stands apart is the period of all of them anyway."""
    windows = [r.world.attributes.window_of(name) for name in column.dimensions]
    days = next((found[1] for found in windows if found is not None), None)
    return r.last_days(days) if days is not None and column.period is None else None


def _lacks_time(r: Reading, column: Asked) -> bool:
    """Whether a column is a number of things that happen, and says no time."""
    if column.period is not None or not 0 <= column.at < len(r.tokens) or _ALL_TIME.search(r.tokens[column.at].text):
        return False
    if column.at and (r.tokens[column.at - 1].time is not None or _ALL_TIME.fullmatch(r.tokens[column.at - 1].text)):
        return False
    if r.deed_period(column.at) is not None:
        return False
    timed = bool(column.names) and not any(r.world.is_timeless(name) for name in column.names)
    windows = [r.world.attributes.window_of(name) for name in column.dimensions]
    return timed or any(found is not None and found[1] is None for found in windows)


def _tied(r: Reading, one: Asked, other: Asked) -> bool:
    """Whether nothing but `and`, a comma or words that say nothing stands between two columns."""
    between = [r.tokens[i] for i in r.between(one.at, other.at)]
    return all((t.has("and", "comma", "also", "count", "refer") and not t.is_content) or t.text in ("、", ",") for t in between)


def _leads(r: Reading, column: Asked) -> bool:
    """Whether the time of a column is said in front of what is counted."""
    return _LEADS.match(r.tokens[column.at].text) is not None


def _of_the_deed(r: Reading, column: Asked) -> Asked:
    """近半年退款4笔以上的客户，带退款金额: the money of what they were chosen by, of that time."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and t.did and t.period is not None and t.at_least > 1]
    if len(deeds) != 1 or len(column.names) != 1 or not _lacks_time(r, column):
        return column
    counts = {m for name in deeds[0].behaviours if (m := r.world.count_of_deeds(name)) is not None}
    money = {found for m in counts if (found := money_of_rows(r.world, m)) is not None}
    return replace(column, period=deeds[0].period) if column.names[0] in money else column
