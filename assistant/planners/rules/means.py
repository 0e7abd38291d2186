"""The mean per something: 日均销售额, 平均每天多少单, average daily orders, average sales per store.

In: a `Reading` before its breakdowns are read. Out: `r.per`, what its numbers are the mean over, and the words for it used. A metric
that begins with the word (average sales, which by itself may be of an order) is the rest of it. Never fails: what is no such mean stays
for the passes behind; a mean that no number of the query takes is found by `mean_lost`.
"""

import re

from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Asked, Group, ValueTest
from assistant.planners.rules.kin import names_of, ratio_to
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, ByTime, Grain, MetricUse, SemanticQuery
from semantic_layer.query.queries import Per

_GLUED: dict[str, Grain] = {"日": "day", "周": "week", "月": "month", "季": "quarter", "季度": "quarter", "年": "year"}
_UNITS: dict[str, Grain] = {
    **{word: "day" for word in ("天", "日", "day")},
    **{word: "week" for word in ("周", "星期", "个星期", "week")},
    **{word: "month" for word in ("个月", "月", "month")},
    **{word: "quarter" for word in ("季度", "个季度", "quarter")},
    **{word: "year" for word in ("年", "year")},
}
_DAYS = re.compile(
    r"(?:saturday|sunday)(?:(?: or |/| and )(?:saturday|sunday))|week(?:end )?day|(?:work|business)(?:ing)? day|week-?end day"
)
"""One of some days of the week: on an average weekday."""
_EVERY = re.compile(r"每|(?:per|each|every) |(?:dai|week|month|quarter|year)ly$|annual(?:ly)?$")
"""How a unit of time is said that there is a mean per; by day, 按天, 各月 split."""
_ONE = re.compile(r"一(天|日|周|星期|个星期|个月|季度|个季度|年)")
_LENGTH = re.compile(r"(?<![a-z])(?:within|in|for|after|of|than|least|most|about|over|under|on) (?:a|one) $")
"""within a day: how long something took."""
_AVERAGE = re.compile(r"(?:the )?(?:average|avg|mean) (?:number of )?(?P<rest>.+)")
_EACH = ("每", "每个", "每家", "一家", "一个", "per", "each", "every", "per each", "平均每", "平均每个", "平均每家")
_NO_ONE = ("哪", "某", "有", "同", "第", "这", "那", "任", "前", "后", "近", "每", "单", "头", "上", "下", "过")


def read_means(r: Reading) -> None:
    """What numbers are the mean over, where that is said."""
    marks = [at for at in r.where("avg") if not (r.tokens[at].is_content or _is_of_number(r, r.step(at, 1)))]
    for at in marks:
        found = _glued(r, at) or _unit(r, at) or _kind_of_day(r, at) or _thing(r, at)
        same = (
            found is not None and r.per is not None and (found[0].grain, found[0].dimensions) == (r.per.grain, r.per.dimensions)
        )
        if found is not None and _adds_up(r) and (r.per is None or same):  # 日均GMV和日均订单数
            r.per = r.per or found[0]
            r.take(*found[1], at)
    if not marks:
        _said_in_metric(r)


def _is_of_number(r: Reading, at: int | None) -> bool:
    """average age, average list price: of a number that each of them has."""
    return at is not None and any(r.world.is_number(d) for d in r.dimensions(at)) and not r.metrics(at)


def _adds_up(r: Reading) -> bool:
    """Whether what is asked for adds up at all: an average of what is an average already is read elsewhere."""
    names = [n for t in r.tokens for s in t.of("metric") if (n := s.name) in r.world.model.metrics]
    return not names or any(not r.world.is_average(n) for n in names)


# --- where it is said ------------------------------------------------------------------------------------------------------


def _glued(r: Reading, at: int) -> tuple[Group, tuple[int, ...]] | None:
    """日均, 月均, 店均: the unit right in front of 均."""
    before = r.tokens[at - 1] if at else None
    if before is None or not r.tokens[at].text.startswith("均") or before.end != r.tokens[at].start or not r.free(at - 1):
        return None
    grain = _GLUED.get(before.text) if not before.senses else None
    if grain is not None:
        return Group(at, grain=grain), (at - 1,)
    return _of_thing(r, at - 1, at)


def _unit(r: Reading, at: int) -> tuple[Group, tuple[int, ...]] | None:
    """平均每天, 每天平均, average daily, … per day on average; 平均一天: the unit beside the word, else the only one there is."""
    for near in (r.step(at, 1), r.step(at, -1)):
        grain = _grain(r, near) if near is not None and r.free(near) else None
        if near is not None and grain is not None and not _splits(r, near, at):
            return Group(at, grain=grain), (near,)
    apart = [i for i in range(len(r.tokens)) if r.free(i) and r.tokens[i].text.isascii() and _grain(r, i) is not None]
    grain = _grain(r, apart[0]) if len(apart) == 1 else None
    return None if grain is None else (Group(at, grain=grain), (apart[0],))


def _kind_of_day(r: Reading, at: int) -> tuple[Group, tuple[int, ...]] | None:
    """on an average Saturday or Sunday: per day, of such days alone, which stay a condition."""
    behind = r.step(at, 1)
    kind = behind is not None and bool(r.value_options(behind)) and _DAYS.fullmatch(r.tokens[behind].text) is not None
    return (Group(at, grain="day"), ()) if kind and r.tokens[at].text.isascii() else None


def _grain(r: Reading, at: int) -> Grain | None:
    """The unit of a token that says every one of them, or one of them: 每天, per day, a day."""
    token = r.tokens[at]
    if token.grain is not None:
        return token.grain.grain if _EVERY.match(token.text) else None
    one = _ONE.fullmatch(token.text)
    if one is not None:
        return None if r.text.text[: token.start].endswith(_NO_ONE) else _UNITS[one[1]]
    alone = token.text in _UNITS and token.text.isascii() and not token.senses
    before = r.text.text[: token.start]
    once = re.search(r"(?<![a-z])(?:a|one) $", before) and not _LENGTH.search(before)
    return _UNITS[token.text] if alone and once else None


def _splits(r: Reading, unit: int, at: int) -> bool:
    """每个月的平均…: of each month, and some average in it."""
    return unit < at and r.text.text[r.tokens[unit].end : r.tokens[at].start].strip() not in ("", ",", "，")


def _thing(r: Reading, at: int) -> tuple[Group, tuple[int, ...]] | None:
    """平均每家门店, orders per store on average: the noun behind every."""
    for mark in (i for i, t in enumerate(r.tokens) if t.text in _EACH and r.free(i)):
        noun = r.step(mark, 1)
        if noun is not None and (found := _of_thing(r, noun, at)) is not None:
            return found[0], (*found[1], mark)
    return None


def _of_thing(r: Reading, noun: int, at: int) -> tuple[Group, tuple[int, ...]] | None:
    """A noun that there is a mean per: what can be grouped by, no person, nothing that a declared ratio is of."""
    names = tuple(d for d in r.dimensions(noun) if r.world.is_groupable(d) and not r.world.is_number(d))
    metrics = {s.name for t in r.tokens for s in t.of("metric")}
    declared = any(ratio_to(r.world, m, e) is not None for e in r.entities(noun) for m in metrics)
    if not names or r.is_person(noun) or declared or not r.free(noun):
        return None
    return Group(at, names), (noun,)


def _said_in_metric(r: Reading) -> None:
    """average sales per store, daily average orders; how many tickets do we get a day."""
    for at, token in enumerate(r.tokens):
        told = _AVERAGE.fullmatch(token.text) if token.of("metric") and r.free(at) else None
        rest = told["rest"] if told is not None else ""
        metrics = r.world.model.metrics if rest else ()
        named = next((m for m in metrics if rest in names_of(r.world, m) and not r.world.is_average(m)), None)
        found = (_unit(r, at) or _thing(r, at)) if named is not None else None
        if named is not None and found is not None:
            r.asked.append(Asked(at, (named,)))
            r.per = found[0]
            r.take(*found[1], at)
            return
    units = [i for i in range(len(r.tokens)) if r.free(i) and r.tokens[i].grain is None and _grain(r, i) is not None]
    if len(units) == 1 and r.tokens[units[0]].text.isascii() and _adds_up(r):
        r.per = Group(units[0], grain=_grain(r, units[0]))
        r.take(units[0])


_EACH_UNIT = re.compile("每|(?:per|each|every) ")


def settle_means(r: Reading) -> None:
    """每个月平均多久才首次响应: an average by itself is split by the unit; 旗舰店和标准店平均一家卖多少 is of each kind that is named."""
    unit = r.tokens[r.per.at + 1 :][:1] + r.tokens[max(0, r.per.at - 1) : r.per.at] if r.per is not None else ()
    names = [name for a in r.asked for name in a.names[:1]]
    if r.per is None:
        return
    if r.per.grain is not None and names and all(map(r.world.is_average, names)) and any(_EACH_UNIT.match(t.text) for t in unit):
        r.groups.append(Group(r.per.at, grain=r.per.grain))
        r.per = None
    elif r.per.dimensions and not r.groups and r.follows is None:
        several = [t for t in r.tests if isinstance(t, ValueTest) and len(t.options) == 1 and len(t.options[0][1]) > 1]
        if len(several) == 1 and not several[0].negated:
            r.groups.append(Group(several[0].at, (several[0].options[0][0],)))


# --- what it makes ---------------------------------------------------------------------------------------------------------


def per_of(r: Reading, metric: str) -> Per | None:
    """What a metric is the mean over; raises `Unbound` where the noun is nothing that its rows have."""
    if r.per is None:
        return None
    if r.per.grain is not None:
        return ByTime(grain=r.per.grain)
    names = nearest_dimensions(r.world, r.per.dimensions, r.world.tables_of(metric))
    if not names:
        raise Unbound(r.per.dimensions[0])
    return ByDimension(member=names[0])


def use_of(r: Reading, asked: Asked) -> MetricUse:
    """The use of a metric that is asked for; 销售额和日均销售额 are two, of which the one nearest to the word is the mean; of several
    times each is one."""
    name, twins = asked.names[0], [a for a in r.asked if a.names[:1] == asked.names[:1]]
    if asked.period is not None and len({a.period for a in twins}) > 1:
        return MetricUse(metric=name, period=asked.period, name=f"{name}_{twins.index(asked) + 1}")
    if r.per is None or len(twins) < 2:
        return MetricUse(metric=name, per=per_of(r, name))
    at = r.per.at
    nearest = min(twins, key=lambda a: (a.at < at, abs(a.at - at)))
    return MetricUse(metric=name, per=per_of(r, name), name=f"{name}_mean") if asked is nearest else MetricUse(metric=name)


def averaged(r: Reading, query: Aggregate) -> Aggregate:
    """9月销售额, then 日均呢: the same numbers as their means."""
    if r.per is None or r.asked:
        return query
    metrics = tuple(m.model_copy(update={"per": per_of(r, m.metric)}) if isinstance(m, MetricUse) else m for m in query.metrics)
    return query.model_copy(update={"metrics": metrics, "share": None})


def mean_lost(r: Reading, query: SemanticQuery) -> list[int]:
    """The place of a word for a mean that no number of the query takes."""
    metrics = query.metrics if isinstance(query, Aggregate) else ()
    kept = r.per is None or any(isinstance(m, MetricUse) and m.per is not None for m in metrics)
    return [] if kept or r.per is None else [r.per.at]
