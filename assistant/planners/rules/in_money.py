"""Which number is meant, where its unit is said: which provinces buy the most women's wear, in yuan; which city orders the most, in RMB.

In: a `Reading` whose number and ranking are read. Out: a number of rows that a deed stands for is the money of those rows where money is
said to be the unit (a firm "orders in yuan" as well: rows have no other). Never fails: what has no money beside it stays as it is.
"""

import re
from dataclasses import replace

from assistant.planners.rules.kin import money_of_rows
from assistant.planners.rules.reading import Reading

_IN_MONEY = re.compile(
    r"(?<!not )(?<!units )\b(?:in|by) (?:yuan|rmb|cny|chinese yuan|renminbi|money|money terms|monetary terms|value terms|terms of money)\b"
)
_COUNTED = re.compile(r"\b(?:how many|number of|count of)\b")


def read_in_money(r: Reading) -> None:
    """The money of the rows that are counted, where the question wants it in money."""
    if _IN_MONEY.search(r.text.text) is None or _COUNTED.search(r.text.text) is not None:
        return
    names = {name for asked in r.asked for name in asked.names}
    money = money_of_rows(r.world, next(iter(names))) if len(names) == 1 else None
    if money is None or len(r.asked) != 1:
        return
    r.asked = [replace(r.asked[0], names=(money,))]
    if r.ranking is not None and set(r.ranking.metrics) == names:
        r.ranking = replace(r.ranking, metrics=(money,))
