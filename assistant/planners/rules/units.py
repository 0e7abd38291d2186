"""Units: a comparison in the unit of what it is compared with (an hour of minutes is 60), a noun that is a unit of time.

In: a comparison and the member; a word. Out: its numbers in the member's unit, as they are where one of them has no unit of time; the
grain that the word names, or None.
"""

from assistant.language.comparisons import Comparison
from assistant.language.inflections import singular
from assistant.planners.rules.world import World
from semantic_layer.query import Grain

_MINUTES = {"minute": 1.0, "hour": 60.0, "day": 1440.0, "week": 10080.0}
_UNITS = {"分钟": "minute", "minutes": "minute", "小时": "hour", "hours": "hour", "天": "day", "days": "day"}
_MONEY = {"元", "人民币", "yuan", "rmb", "cny", "renminbi"}
_GRAINS: dict[str, Grain] = {
    "month": "month", "week": "week", "day": "day", "quarter": "quarter", "year": "year",
    "月": "month", "月份": "month", "周": "week", "天": "day", "日期": "day", "日子": "day",
    "季度": "quarter", "年": "year", "年份": "year",
}  # fmt: skip


def unit_noun(word: str) -> Grain | None:
    """The grain that a noun names.

    >>> unit_noun("quarters"), unit_noun("月份"), unit_noun("city")
    ('quarter', 'month', None)
    """
    return _GRAINS.get(singular(word))


def is_unit_of(world: World, name: str, word: str) -> bool:
    """Whether a word is the unit in which a metric or a dimension counts."""
    member = world.model.metrics.get(name) or world.model.dimensions.get(name)
    words = {member.unit.zh, member.unit.en.lower()} if member is not None and member.unit is not None else set()
    if member is not None and member.format == "minutes":
        words |= {text for text, unit in _UNITS.items() if unit == "minute"}
    if member is not None and member.format == "currency":
        words |= _MONEY
    return word in words or singular(word) in {singular(text) for text in words}


def in_its_unit(world: World, name: str, c: Comparison) -> tuple[float, ...]:
    """The numbers of a comparison as a metric or a dimension counts."""
    member = world.model.metrics.get(name) or world.model.dimensions.get(name)
    words = (member.unit.zh, member.unit.en) if member is not None and member.unit is not None else ()
    own = next((unit for word in words if (unit := _UNITS.get(word))), None)
    own = "minute" if member is not None and member.format == "minutes" else own
    factor = _MINUTES[c.unit] / _MINUTES[own] if own is not None and c.unit in _MINUTES else 1.0
    if member is not None and member.format == "percent" and c.kind != "percent" and all(1 < float(v) <= 100 for v in c.plain):
        factor = 0.01  # 退款率超过8: of a hundred
    return tuple(float(value) * factor for value in c.plain)
