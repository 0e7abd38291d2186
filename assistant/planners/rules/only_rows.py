"""Only such rows, said by the name of their number: AOV, then only orders with a discount: which orders, and not how many they are.

In: the `World`, the table of what was measured, the condition of the metric that was named. Out: the dimension and value that the
condition is about, beside what the numbers of that table are limited to anyway (completed orders); None where it is another. Never fails.
"""

import re

from assistant.language.values import Scalar
from assistant.planners.rules.world import World


def value_of_rows(world: World, table: str, where: str) -> tuple[str, Scalar] | None:
    """status = '已完成' AND discount_amount > 0 of orders: the flag that says whether there was a discount."""
    usual = world.usual_rows(table)
    parts = [part for part in re.split(r"\s+AND\s+", where.strip(), flags=re.IGNORECASE) if part]
    found = [_value(world, table, part) for part in parts]
    if len(found) > 1:
        found = [value for value in found if value is None or value != usual]
    return found[0] if len(found) == 1 else None


def _value(world: World, table: str, part: str) -> tuple[str, Scalar] | None:
    named = world.value_where(table, part)
    if named is not None:
        return named
    flags = (d for d in world.model.dimensions.values() if d.table == table and d.type == "boolean" and d.expr)
    same = next((d.name for d in flags if _bare(d.expr or "") == _bare(part)), None)
    return (same, True) if same is not None else None


def _bare(condition: str) -> str:
    return re.sub(r"[\s()]", "", condition)
