"""Which number is meant, where its unit is said: which provinces buy the most women's wear, in yuan; 天猫还是京东退得多，按比例说.

In: a `Reading` whose number and ranking are read. Out: a number of rows that a deed stands for is the money of those rows where money is
said to be the unit (a firm "orders in yuan" as well: rows have no other), and the one rate that is made of it where a rate is. Never fails:
what has neither beside it stays as it is.
"""

import re
from dataclasses import replace

from assistant.planners.rules.kin import money_of_rows
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric

_IN_MONEY = re.compile(
    r"(?<!not )(?<!units )\b(?:in|by) (?:yuan|rmb|cny|chinese yuan|renminbi|money|money terms|monetary terms|value terms|terms of money)\b"
)
_COUNTED = re.compile(r"\b(?:how many|number of|count of)\b")


_AS_RATE = re.compile(
    r"按(?:比例|比率|率)(?:来?[说看算讲比]|，|,|$)|(?<![a-z])(?:as a rate|by rate|in rate terms)(?![a-z])(?! (?:of|against|per)(?![a-z]))"
)


def _read_as_rate(r: Reading) -> None:
    names = {name for asked in r.asked for name in asked.names}  # 天猫退得多还是京东退得多 says it twice
    name = next(iter(names)) if len(names) == 1 and all(asked.names for asked in r.asked) else None
    if name is None or r.follows is not None or _AS_RATE.search(r.text.text) is None or r.share:
        return
    known = r.world.model.metrics.items()
    rates = [n for n, metric in known if isinstance(metric, RatioMetric) and metric.numerator == name]
    if len(rates) == 1:
        r.asked = [replace(r.asked[0], names=(rates[0],))]
        if r.ranking is not None and set(r.ranking.metrics) == {name}:
            r.ranking = replace(r.ranking, metrics=(rates[0],))


def read_in_money(r: Reading) -> None:
    """The money of the rows that are counted, where the question wants it in money; their rate, where it wants that."""
    _read_as_rate(r)
    if _IN_MONEY.search(r.text.text) is None or _COUNTED.search(r.text.text) is not None:
        return
    names = {name for asked in r.asked for name in asked.names}
    money = money_of_rows(r.world, next(iter(names))) if len(names) == 1 else None
    if money is None or len(r.asked) != 1:
        return
    r.asked = [replace(r.asked[0], names=(money,))]
    if r.ranking is not None and set(r.ranking.metrics) == names:
        r.ranking = replace(r.ranking, metrics=(money,))
