"""What the last two answers come to together: 合起来呢, 变化多少, 为什么差这么多 after two times or two values.

In: a `Reading` of a message that says nothing but that, the last query and those before it. Out: both as one number, the later against
the earlier, or why the later one differs; None where a message asks for anything else. Raises `Unbound` where two answers make no one
number, or where it asks why two values differ. Never fails otherwise.
"""

import re

from assistant.language.calendar import Calendar
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.edits import parts_of, with_groups
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sides import of_two
from semantic_layer.periods import previous_period, year_before
from semantic_layer.query import Aggregate, ByDimension, ByTime, Change, Compare, MetricUse, Period, Predicate, SemanticQuery

_UNITED = re.compile(
    r"(?:(?:那|那么|两个?者?|它们|一共)?(?:都?[合加]起来|合计|总计|总共|一共|合在一起|加在?一起|加总|合并(?:起来)?)"
    r"(?:一共|总共)?(?:是|有|算)?(?:多少|几)?[单人元件家]?(?:呢|了)?"
    r"|(?:and |what about |how about |what's (?:it|that) )?(?:both |all )?"
    r"(?:combined|together|in total|altogether|put together|added up|summed))\W*"
)
_CHANGED = re.compile(
    r"(?:那|那么)?(?:具体)?(?:变化了?|变了|(?:增|涨|降|跌|升|多|少|高|低|上升|下降|增长|下跌|减少|增加|提升|上涨)了|增幅|降幅|涨幅|变化幅度)"
    r"(?:是|有)?(?:多少|多大)(?:呢)?\W*"
    r"|(?:那|那么)?(?:[它他她]们的?|各自的?|各|分别的?)?(?:增速|增长率?|增幅|涨幅|增长情况)(?:呢|怎么样|如何|多少)?\W*"
    r"|(?:and |so |what about |how about )*(?:(?:their|its|the) )?(?:growth(?: rates?)?|change)\W*"
    r"|(?:and |so )?(?:how much (?:did|has) (?:it|that|this) "
    r"(?:changed?|moved?|grow|grown|drop(?:ped)?|fall(?:en)?|rise|risen|increased?|decreased?)"
    r"|what(?:'s| is) the (?:change|growth|increase|drop|difference))\W*"
)

_BY_HOW_MUCH = re.compile(rf"{_CHANGED.pattern}|(?:and |so |ok )*(?:by )?how much(?: did (?:it|that|they) \w+| more| less)?\W*")

_EACH_ONE = re.compile(
    r"(?:那|那么)?(?:分别|各自?)(?:是|有|都)?(?:多少|几)[单元件人个家张次]?(?:呢)?\W*"
    r"|(?:and |so )?how (?:many|much) (?:is |was |are |were |did )?(?:each|of each|each one|each of (?:them|those))\W*"
)
"""客诉最多的前三个城市, then 分别多少: what is shown of each of them."""

_SET_BESIDE = re.compile(
    r"(?:那|那么|把|请)?(?:[这那]|上面)?两个?(?:1?[0-9]月份?|月份?|季度|星期|周|天|年|期|时间段?)(?:的?数据?)?(?:之间)?"
    r"(?:对比|比较|比|相差|差|放一起)(?:一?下|看看?|多少|呢|了)*\W*"
    r"|(?:and |now |then |so |please |can you )*compare (?:the|these|those) two (?:months|quarters|weeks|days|years|periods)\W*"
)
"""这两个月对比一下, behind August and then September: those two, and no stretch of two months up to now."""


def of_the_two(r: Reading, last: SemanticQuery, history: tuple[SemanticQuery, ...]) -> SemanticQuery | None:
    """The last two answers as one, their change, or why they differ."""
    if not isinstance(last, Aggregate) or r.tests or r.asked or r.ranking is not None:
        return None
    before = history[-1] if history else None
    if _SET_BESIDE.fullmatch(r.text.text):
        return _set_beside(r, last, before)
    if r.period_at is not None:
        return None
    if last.compare is not None and last.order and _BY_HOW_MUCH.fullmatch(r.text.text):
        _all_read(r)
        return last  # 哪个渠道跌得最多, then 跌了多少: what the ranking shows of it
    if last.group_by and _EACH_ONE.fullmatch(r.text.text):
        _all_read(r)
        return last
    if _UNITED.fullmatch(r.text.text):
        return _united(r, last, before)
    if _CHANGED.fullmatch(r.text.text):
        return _changed(r, last, before)
    return _why(r, last, before) if r.head == "change" and r.compare is None and not r.groups else None


def _set_beside(r: Reading, last: Aggregate, before: SemanticQuery | None) -> Aggregate | None:
    """The two times that were asked about one behind the other."""
    both = of_two(r, last, before) if before is not None else None
    if both is None or both.compare is None:
        raise Unbound("both_of")
    r.period, r.period_at, r.compare, r.groups, r.trend = None, None, None, [], False
    _all_read(r)
    return _told(r, both)


def _all_read(r: Reading) -> None:
    r.take(*range(len(r.tokens)))


def _united(r: Reading, last: Aggregate, before: SemanticQuery | None) -> Aggregate | None:
    """APP的活跃用户, 小程序呢, then 合起来呢: those of both, each of them once; 各渠道…, then 合计: of all of them."""
    both = of_two(r, last, before) if before is not None else None
    if last.group_by or both is None:
        return _as_one(r, last)
    _all_read(r)
    if both.compare is None:
        return both.model_copy(update={"group_by": last.group_by})
    times = [p for p in (both.compare.period, both.period) if p is not None]
    if len(times) < 2 or times[0].end != times[1].start:
        raise Unbound("together")  # August and October: no stretch of time
    return both.model_copy(update={"compare": None, "period": Period(start=times[0].start, end=times[1].end)})


def _as_one(r: Reading, last: Aggregate) -> Aggregate | None:
    """What was shown apart, or as one already: app and mini-program users, then combined?; each month, then 总共是多少."""
    chosen = last.limit is not None or last.having or last.share is not None or last.compare is not None or last.running_total
    listed = any(isinstance(p, Predicate) and p.op == "in" for p in parts_of(last.where))
    if chosen or not (listed or last.group_by) or not all(isinstance(g, ByDimension | ByTime) for g in last.group_by):
        return None
    _all_read(r)
    return with_groups(last, ())


def _changed(r: Reading, last: Aggregate, before: SemanticQuery | None) -> Aggregate | None:
    """8月订单数, 9月呢, then 变化多少: by how much the later one differs, and no line of one point."""
    both = of_two(r, last, before) if before is not None else None
    plain = last.period is not None and last.compare is None and last.share is None
    if both is None and not plain:
        return None
    r.groups, r.trend = [], False
    _all_read(r)
    return _told(r, both) if both is not None else last.model_copy(update={"compare": before_it(r)})


def _told(r: Reading, both: Aggregate) -> Aggregate:
    """The same comparison under its usual name: the month before, the same days last year."""
    other = both.compare.period if both.compare is not None else None
    if both.period is None or other is None:
        return both
    if other == previous_period(both.period, Calendar(r.today).week_start):
        return both.model_copy(update={"compare": Compare(kind="previous_period")})
    yearly = other == year_before(both.period)
    return both.model_copy(update={"compare": Compare(kind="same_period_last_year")}) if yearly else both


def _why(r: Reading, last: Aggregate, before: SemanticQuery | None) -> Change | None:
    """本月…, 上个月呢, then 为什么降了: why the later of the two differs from the other."""
    both = of_two(r, last, before) if before is not None else None
    if len(last.metrics) > 1 and last.compare is None:
        raise Unbound("why")  # GMV上个月, 和销售额比, then 为什么: which of the two, or why they differ?
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if both is None or len(names) != 1 or last.group_by or last.period is None:
        return None
    told = _told(r, both)
    if told.compare is not None and told.period is not None:
        return Change(metric=names[0], period=told.period, compare=told.compare, where=told.where)
    if any(t.has("versus") and not t.is_content for t in r.tokens):
        raise Unbound("why")  # 华东…, 华南呢, then 为什么差这么多: drivers are those of a change in time
    return None
