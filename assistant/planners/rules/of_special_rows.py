"""Another number of rows that a metric counts: 优惠订单的客单价, sales from coupon orders, the average value of discounted orders.

In: a `Reading` whose numbers are known. Out: where one of two numbers counts special rows (discounted orders) and is tied to the other as
what it is of, what those rows are is a condition, and the other number is asked for alone. Never fails: numbers that stand beside each
other stay two numbers, and rows that no dimension of the model describes stay what they are.
"""

import re
from dataclasses import replace

from assistant.language.values import Scalar
from assistant.planners.rules.draft import Asked, ValueTest
from assistant.planners.rules.kin import money_of_rows, own_limit
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric, SimpleMetric

_OF = re.compile(r"\s*(?:of|from|for|on)(?: (?:the|all|all the|our|those|just|only))?\s*")
"""sales from coupon orders"""
_WHOSE = re.compile(r"\s*(?:的|里的?|中的?|带来的?|产生的?|贡献的?|'s?|)\s*(?:平均|总|总的)?\s*")
"""优惠订单的销售额, discounted orders' sales"""
_THEIRS = re.compile(r"(?<![a-z])(?:and|with|plus|,) their (?:total |average )?$")
"""coupon orders by channel and their sales"""


def special_rows(r: Reading, name: str) -> tuple[str, tuple[str, Scalar]] | None:
    """The metric that counts the usual rows, and what those that this one counts are beside: discounted orders are orders with one."""
    metric, limit = r.world.model.metrics.get(name), own_limit(r.world, name)
    usual = r.world.usual_rows((r.world.tables_of(name) or ("",))[0])
    if not isinstance(limit, tuple) or not isinstance(metric, SimpleMetric) or (usual is not None and usual[0] == limit[0]):
        return None
    same = (
        n for n, m in r.world.model.metrics.items() if isinstance(m, SimpleMetric) and m.measure == metric.measure and n != name
    )
    base = next((n for n in same if own_limit(r.world, n) is False), None)
    return (base, limit) if base is not None else None


def read_of_special_rows(r: Reading) -> None:
    """Puts the condition in the place of the first number; the money of refunded orders is a number of its own."""
    if len(r.asked) != 2 or any(len(a.names) != 1 or not 0 <= a.at < len(r.tokens) for a in r.asked) or r.share:
        return
    first, second = sorted(r.asked, key=lambda a: a.at)
    between = r.text.text[r.tokens[first.at].end : r.tokens[second.at].start]
    chinese = not r.tokens[first.at].text.isascii()
    if _OF.fullmatch(between) and not chinese:
        _limit(r, second, first)
    elif _WHOSE.fullmatch(between) and (chinese or between.strip()):
        _limit(r, first, second)
    elif _THEIRS.search(between):
        _limit(r, first, second, both=True)


def _limit(r: Reading, rows: Asked, number: Asked, *, both: bool = False) -> None:
    """`both`: how many rows there are is asked for as well."""
    name, shown = rows.names[0], number.names[0]
    special = special_rows(r, name)
    metric = r.world.model.metrics[shown]
    made_of_it = isinstance(metric, RatioMetric) and name in (metric.numerator, metric.denominator)
    same_table = bool(set(r.world.tables_of(name)) & set(r.world.tables_of(shown)))
    if not (r.world.is_count(name) and own_limit(r.world, name)) or made_of_it or not same_table or r.world.is_count(shown):
        return
    money = money_of_rows(r.world, name)
    if money is not None and metric.format == "currency" and not r.world.is_average(shown):
        r.asked = [*([rows] if both else []), replace(number, names=(money,))]  # 退款订单的金额
    elif special is not None:
        r.asked = [*([replace(rows, names=(special[0],))] if both else []), number]
        r.tests.append(ValueTest(rows.at, ((special[1][0], (special[1][1],)),)))
