"""A comparison in the unit of what it is compared with: an hour of minutes is 60.

In: a comparison, the member. Out: its numbers in the member's unit; as they are where one of them has no unit of time.
"""

from assistant.language.comparisons import Comparison
from assistant.planners.rules.world import World

_MINUTES = {"minute": 1.0, "hour": 60.0, "day": 1440.0, "week": 10080.0}
_UNITS = {"分钟": "minute", "minutes": "minute", "小时": "hour", "hours": "hour", "天": "day", "days": "day"}


def in_its_unit(world: World, name: str, c: Comparison) -> tuple[float, ...]:
    """The numbers of a comparison as a metric or a dimension counts."""
    member = world.model.metrics.get(name) or world.model.dimensions.get(name)
    words = (member.unit.zh, member.unit.en) if member is not None and member.unit is not None else ()
    own = next((unit for word in words if (unit := _UNITS.get(word))), None)
    own = "minute" if member is not None and member.format == "minutes" else own
    factor = _MINUTES[c.unit] / _MINUTES[own] if own is not None and c.unit in _MINUTES else 1.0
    return tuple(float(value) * factor for value in c.plain)
