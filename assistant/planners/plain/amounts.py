"""What a plain question adds up or takes the part of without saying more: amounts by their names, money, shares of rows.

In: the frame, the world of the model. Out: the frame with what is summed marked so; the part that a share is of. Raises `Unreadable`
where it is not told of what.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.planners.plain.frame import Frame, Noun, Unreadable
from assistant.planners.plain.measures import Members
from assistant.planners.rules.world import World
from semantic_layer.query import Filter, Measured, MetricUse, Share

_ADDED = re.compile(r"(?:\b(?:total|amounts?|sum|overall|sales|revenue|quantity)\b|总|金额|额$|销量|数量)")
_TOTAL = re.compile(r"^(?:the )?total\b|^总|(?:总额|总量|总金额)$")


def added_up(frame: Frame, world: World) -> None:
    """`total charges`, 每个月的金额: an amount that is broken down, or asked for alone by a name that adds up, is its sum."""
    shared = bool(frame.groups or frame.grains or any(n.measured for n in frame.select))
    for at, noun in enumerate(frame.select):
        plain = not noun.rows and not noun.measured and bool(noun.dimensions) and all(map(world.is_number, noun.dimensions))
        if plain and shared and frame.rank is None and _TOTAL.search(noun.text):
            frame.select[at] = replace(noun, agg="sum")
    numbers = [n for n in frame.select if not n.rows and n.dimensions and all(world.is_number(d) for d in n.dimensions)]
    if frame.everything or frame.rank is not None or len(numbers) != len(frame.select) or any(n.measured for n in numbers):
        return
    split = bool(frame.grains) or any(not n.rows for n in frame.groups)
    for at, noun in enumerate(frame.select):
        if _ADDED.search(noun.text) and (split or (len(numbers) == 1 and re.match(r"(?:the )?total|sum|overall|总", noun.text))):
            frame.select[at] = replace(noun, agg="sum")
        elif split:
            raise Unreadable(noun.text)


_MONEY = ("amount", "total", "payment", "revenue")
"""Last words of columns that say how much was paid."""


def money(frame: Frame, world: World) -> None:
    """每种支付方式充值了多少钱: the sum of the only amount that the rows have, where no number is asked for by name."""
    numbers = any(n.measured or any(map(world.is_number, n.dimensions)) for n in frame.select)
    if not frame.money or numbers or frame.having or frame.rank is not None:
        return
    tables = {t for n in (*frame.subjects, *frame.mentioned) for t in n.rows}
    dimensions = world.model.dimensions
    found = [n for n, d in dimensions.items() if d.table in tables and world.is_number(n) and d.label.en.split()[-1] in _MONEY]
    if len(found) != 1:
        raise Unreadable("money")
    frame.select.append(Noun(-1, (), (found[0],), agg="sum", owner=dimensions[found[0]].table, text="amount", amount=True))


def table_of_part(frame: Frame, members: Members) -> str:
    """Whose rows a part is of, where the question does not say: those that have what the condition is about."""
    told = [t for n in frame.subjects for t in n.rows]
    tested = [members.table(d) for test in frame.tests for d, _ in test.options]
    table = next((t for t in told if t in tested), None) or next(iter(tested), None)
    if table is None:
        raise Unreadable("part of what")
    return table


def part(frame: Frame, where: Filter | None, measures: Sequence[Measured], world: World) -> Share:
    """The part of the rows that meet the one condition; with several, which of them the rows have anyway is not told."""
    used = measures[0]
    counted = len(measures) == 1 and isinstance(used, MetricUse) and world.is_count(used.metric)
    if where is None or not counted or len(frame.tests) != 1 or frame.having or frame.rank is not None or frame.lacking:
        raise Unreadable("part")
    return Share(part=where)


def sensible(frame: Frame, groups: Sequence[str], measures: Sequence[Measured], members: Members) -> None:
    """Refuses what nobody asks: how many guests each guest is; groups chosen by a number *or* something else of theirs, which one
    query cannot tell; customers and suppliers per country, where each has its own."""
    tables = {t for m in measures for t in (members.world.tables_of(m.metric) if isinstance(m, MetricUse) else ())}
    for noun in frame.groups:
        if len({members.table(d) for d in noun.dimensions} & tables) > 1:
            raise Unreadable(noun.text)
    if frame.having and any(t.either for t in (*frame.tests, *frame.having)):
        raise Unreadable("or")
    own = {members.table(g) for g in groups if members.world.is_key(g)}
    for used in measures:
        if (
            isinstance(used, MetricUse)
            and members.world.is_count(used.metric)
            and own & set(members.world.tables_of(used.metric))
        ):
            raise Unreadable(used.metric)
