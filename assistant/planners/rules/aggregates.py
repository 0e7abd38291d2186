"""Aggregates that are named: 平均年龄, their median age, total budget, the mean and median order amount, median first response time.

In: a `Reading` before its metrics are read. Out: what is asked of numeric attributes of rows; the average metric of a column gives way to
another aggregate of the same column. Never fails: a word for an aggregate beside no such noun stays unread.
"""

import re

from assistant.language.inflections import singular
from assistant.planners.rules.draft import Asked
from assistant.planners.rules.reading import Reading

_AGGS = {"avg": "avg", "median": "median", "max": "max", "min": "min", "total": "sum"}


def read_aggregates(r: Reading) -> None:
    """The aggregates beside numeric attributes and average metrics."""
    for at in range(len(r.tokens)):
        numbers = tuple(d for d in r.dimensions(at) if r.world.is_number(d))
        ops = list(_beside(r, at)) if numbers or r.metrics(at) else []
        if r.metrics(at):
            numbers = _columns(r, at) if any(op not in ("avg", "sum") for _, op in ops) else ()
            if not numbers:
                _take_redundant(r, at)
                continue
        if not numbers:
            _median_of_one(r, at)
            continue
        for near, op in ops:
            r.asked.append(Asked(at, (), op, numbers))  # type: ignore[arg-type]
            r.take(at, near)
    _mean_as_well(r)
    _median_apart(r)
    _value_of_each(r)
    _of_things(r)


def _median_of_one(r: Reading, at: int) -> None:
    """the median order per channel: of the money of one; the median of so many orders would be another number."""
    tables = [r.world.model.entities[e].table for e in r.entities(at)]
    amounts = [amount for table in tables if (amount := r.world.amount_of(table)) is not None]
    before = r.step(at, -1)
    one = singular(r.tokens[at].text) == r.tokens[at].text and r.tokens[at].text.isascii()
    marked = before is not None and r.free(before) and r.tokens[before].has("median") and not r.tokens[before].is_content
    if amounts and one and marked and not r.is_person(at):
        r.asked.append(Asked(at, (), "median", tuple(amounts[:1])))
        r.take(at, before)


_VALUE = re.compile(r"(?<![a-z])(?:value|ltv|clv|cltv|clvs|ltvs)$|价值$")
_BEST_OF = re.compile(
    r"(?:customers|members|users|people|shoppers|buyers|clients) (?:with|who have|having|of) (?:the |our )?"
    r"(?:highest|lowest|best|most|largest|biggest|greatest|smallest) $"
)


def _value_of_each(r: Reading) -> None:
    """lifetime value by region, 各渠道客户的生命周期价值: what one of them is worth is no total, unlike what was spent."""
    if r.listed or r.follows is not None or r.chart == "histogram" or any(t.has("distribution") for t in r.tokens):
        return
    columns = any(t.has("with") and not t.is_content for t in r.tokens)
    for at, token in enumerate(r.tokens):
        best = bool(r.groups) and _BEST_OF.search(r.text.text[: token.start]) is not None
        each = best or (_VALUE.search(token.text) is not None and not columns and (r.ranking is None or bool(r.groups)))
        before = r.step(at, -1)
        total = before is not None and r.tokens[before].has("total")
        held = _window_of(r, at) if each and not total else None
        if held is not None:  # a ranking takes the sum
            r.asked = [asked for asked in r.asked if asked.at != at]
            r.asked.append(Asked(at, (), "avg", (held,)))
            r.take(at)


def _window_of(r: Reading, at: int) -> str | None:
    """The number of people that a word names which is a metric of all time, where nothing but a ranking has used it."""
    for name in (s.name for s in r.tokens[at].of("dimension")):
        window = r.world.attributes.window_of(name)
        if window is None or window[1] is not None:
            continue
        if r.free(at) or (r.ranking is not None and r.ranking.at == at):
            return name
    return None


def _of_things(r: Reading) -> None:
    """campaign budget by type this year: a number that things have is their total where a metric is that, and nothing else is asked."""
    if r.asked or r.listed or r.ranking is not None or r.follows is not None or any(t.of("metric") for t in r.tokens):
        return
    split = bool(r.groups) or any(t.time is not None for t in r.tokens)
    found = [
        (at, name) for at in range(len(r.tokens)) if r.free(at) for d in r.dimensions(at) if (name := r.world.declared(d, "sum"))
    ]
    if split and len(found) == 1 and not r.has_person():
        r.asked.append(Asked(found[0][0], (found[0][1],)))
        r.take(found[0][0])


def _median_apart(r: Reading) -> None:
    """要中位数：上季度的首次响应时长: a median with a stretch of its own, where only one noun can have one."""
    marks = [at for at in r.where("median") if r.free(at) and not r.tokens[at].is_content]
    nouns = [
        (at, found)
        for at in range(len(r.tokens))
        if r.free(at)
        and (found := tuple(d for d in r.dimensions(at) if r.world.is_number(d)) or (_columns(r, at) if r.metrics(at) else ()))
    ]
    if len(marks) != 1 or len(nouns) != 1:
        return
    at, numbers = nouns[0]
    means = _means_with(r, marks[0])
    if not means and _is_listed_with(r, at, marks[0]):
        r.asked.append(Asked(at, r.metrics(at)))  # 客单价和中位数
    for place in sorted((*means, marks[0])):
        r.asked.append(Asked(at, (), "median" if place == marks[0] else "avg", numbers))
    r.take(*means, marks[0], at)


_AS_WELL = re.compile("不[光只仅单止]|除")
"""不光看平均, …的中位数也要: the mean as well."""


def _means_with(r: Reading, mark: int) -> list[int]:
    """平均数加中位数，看…: a word for the mean that `and` ties to the median, or that says that it is wanted as well."""
    means = [at for at in r.where("avg") if not r.tokens[at].is_content]
    return [
        at
        for at in means
        if _AS_WELL.match(r.tokens[at].text)
        or (abs(at - mark) == 2 and r.tokens[(at + mark) // 2].has("and") and not r.tokens[(at + mark) // 2].is_content)
    ]


def _mean_as_well(r: Reading) -> None:
    """不光看平均，…金额的中位数也要: the mean of what the median is of."""
    medians = [asked for asked in r.asked if asked.agg == "median"]
    means = [at for at in r.where("avg") if _AS_WELL.match(r.tokens[at].text)]
    if len(medians) == 1 and means:
        r.asked.insert(r.asked.index(medians[0]), Asked(medians[0].at, (), "avg", medians[0].dimensions))
        r.take(*means)


def _is_listed_with(r: Reading, noun: int, mark: int) -> bool:
    """客单价和中位数: an average metric, and beside it the median of the same."""
    tied = mark == noun + 2 and r.tokens[noun + 1].has("and") and not r.is_break(noun + 1)
    return tied and bool(r.metrics(noun)) and all(map(r.world.is_average, r.metrics(noun)))


def _beside(r: Reading, at: int) -> list[tuple[int, str]]:
    """The words for aggregates in front of a noun, else behind it, those that `and` ties together: 平均值与中位数."""
    for first, by in ((r.beyond(at, -1, "and"), -1), (r.step(at, 1), 1)):
        found: list[tuple[int, str]] = []
        near = first
        while near is not None:
            op = next((op for op in _AGGS if r.free(near) and r.tokens[near].has(op)), None)
            if op is not None and not r.tokens[near].is_content:
                found.append((near, _AGGS[op]))
            elif not found or not r.tokens[near].has("and") or r.tokens[near].is_content:
                break
            near = r.step(near, by)
        if found:
            return sorted(found)
    return []


def _columns(r: Reading, at: int) -> tuple[str, ...]:
    """The numeric attribute that an average metric is the average of: first response time, of its minutes; AOV, of order amounts."""
    world, names = r.world, r.metrics(at)
    plain = [n for n in names if world.is_average(n) and not getattr(world.model.metrics[n], "where", None)]
    if len(plain) != 1:
        return ()
    return tuple(d for d in world.model.dimensions if world.is_number(d) and world.declared(d, "avg") == plain[0])[:1]


def _take_redundant(r: Reading, at: int) -> None:
    """avg spend per customer, 平均响应时长: an average of what is an average already."""
    averages = [name for name in r.metrics(at) if r.world.is_average(name)]
    for near in (r.step(at, -1), r.step(at, 1), r.beyond(at, -1, "how_much", "count")):
        if averages and near is not None and r.free(near) and r.tokens[near].has("avg") and not r.tokens[near].is_content:
            r.take(near)
    for mark in r.where("avg"):  # how quickly did we respond? avg for each region
        behind = r.beyond(mark, 1, "with")  # 平均要多少分钟
        if (
            averages
            and mark > at
            and not r.tokens[mark].is_content
            and behind is not None
            and r.tokens[behind].has("by", "how_much")
        ):
            r.take(mark)
