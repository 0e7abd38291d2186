"""Comparisons with numbers: which number is compared with what.

In: a `Reading`. It gains a `NumberTest` for each comparison whose measure stands beside it (退款率超过8%, spend over 5k, 金卡及以上 is
not one) or follows from its unit (35到44岁). Comparisons that count how often something was done stay for the verbs.
"""

import re
from dataclasses import replace

from assistant.language.comparisons import Comparison
from assistant.planners.rules.aged import age_of_people, of_age
from assistant.planners.rules.draft import NumberOp, NumberTest, Test
from assistant.planners.rules.heads import of_head
from assistant.planners.rules.its_number import is_joined, left_to_deed, of_listed
from assistant.planners.rules.kin import per_member
from assistant.planners.rules.ratings import read_ratings
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit

_COUNTS = ("order", "person", "piece", "time")


def read_comparisons(r: Reading) -> None:
    """Each comparison with its measure."""
    read_ratings(r)
    for at, token in enumerate(r.tokens):
        if token.comparison is None or not r.free(at):
            continue
        _deny_twice(r, at)
        c = token.comparison
        test = of_head(r, at, c) or of_age(r, at, c) or _since_last(r, at, c) or _of_neighbour(r, at, c)
        if test is not None:
            r.tests.append(_left_out(r, test))
            _take_helper(r, at, test)


def _take_helper(r: Reading, at: int, test: Test) -> None:
    """filed at least two complaints: the verb is of the same facts as what is counted, and says nothing more."""
    verb = r.step(at, -1)
    if verb is None or not r.free(verb) or not isinstance(test, NumberTest) or not test.metrics or not r.helps_only(verb):
        return
    made = {b.table for name in r.behaviours(verb) if (b := r.world.behaviour(name)) is not None}
    if made & set(r.world.tables_of(test.metrics[0])[:1]):
        r.take(verb)


def _deny_twice(r: Reading, at: int) -> None:
    """drop everyone who hasn't spent over 3000: those who have are left."""
    measure = r.step(at, -1)
    denied = r.step(measure, -1) if measure is not None else None
    out = r.beyond(denied, -1, "people", "who") if denied is not None else None
    if denied is None or out is None or not (r.free(denied) and r.free(out)):
        return
    neg, gone = r.tokens[denied], r.tokens[out]
    if neg.has("neg") and not neg.senses and gone.has("drop", "except") and not gone.is_content:
        r.take(denied, out)


def read_loose_comparisons(r: Reading) -> None:
    """Comparisons that no measure stands beside: money of what is counted (orders over 2k), ages of people (women under 35)."""
    for at, token in enumerate(r.tokens):
        if token.comparison is None or not r.free(at):
            continue
        c = token.comparison
        test = (
            _of_groups(r, at, c) or _of_amount(r, at, c) or age_of_people(r, at, c) or _of_shown(r, at, c) or _of_unit(r, at, c)
        )
        if test is not None:
            r.tests.append(_left_out(r, test))


_OTHERWISE: dict[NumberOp, NumberOp] = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!=", "!=": "="}


def _left_out(r: Reading, test: NumberTest) -> NumberTest:
    """剔除低于100万的, 不足700单的城市就别算进来了: what passes the test is left out, so what does not is left."""
    op = _OTHERWISE.get(test.op)
    near = [at for at in range(max(test.at - 3, 0), min(test.at + 4, len(r.tokens))) if _leaves_out(r, test.at, at)]
    if op is None or len(near) != 1:
        return test
    r.take(*near)
    return replace(test, op=op)


def _leaves_out(r: Reading, test: int, at: int) -> bool:
    """Whether a free word leaves out what a comparison beside it says: only what that is of stands between them."""
    token = r.tokens[at]
    between = [r.tokens[i] for i in r.between(test, at)]
    named = all(
        (i.of("metric") or i.of("dimension") or i.of("entity") or i.is_content is False) and i.role != "break" for i in between
    )
    ends = at < test or at + 1 == len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("filler", "sort")
    out = r.free(at) and token.has("except", "drop") and not token.is_content and not token.has("neg")
    return out and named and ends and not any(i.has("who", "but") for i in between)


def _of_shown(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """哪些高于1.25%, only those above 100k, behind numbers by city: the groups that were shown, by what was shown of them."""
    named = any(t.senses for i, t in enumerate(r.tokens) if i != at and not t.of("dimension") and not t.has("filler"))
    if r.follows != "aggregate" or named or c.unit not in (None, "currency", *_COUNTS):
        return None
    r.take(at, *(i for i in r.where("which", "exists", "only", "keep", "refer", "list", "who") if not r.tokens[i].is_content))
    r.take(*(i for i in r.where("with", "within", "filler") if r.tokens[i].of("dimension")))
    r.take(
        *(i for i, t in enumerate(r.tokens) if r.free(i) and t.of("dimension") and not r.groups)
    )  # only regions with at least 10
    return _made(r, at, c)


def read_owned(r: Reading) -> None:
    """members with a refunded order: people who have one, where a count stands after the article; no column of noughts for all of them."""
    for at in r.where("owning"):
        to = at + 1
        if at == 0 or not r.free(to) or r.tokens[to].of("behaviour") or not _are_people(r, at - 1):
            continue
        entities = [sense.name for sense in r.tokens[to].of("entity")]
        counts = (*r.metrics(to), *(count for name in entities if (count := r.world.counts.get(name)) is not None))
        metric = next((name for name in counts if r.world.is_count(name)), None)
        if metric is not None:
            r.tests.append(NumberTest(to, ">=", (1.0,), (metric,)))
            r.take(at, to)


def _are_people(r: Reading, at: int) -> bool:
    return r.is_person(at) or any(r.world.counts_people(sense.name) for sense in r.tokens[at].of("metric"))


def _made(r: Reading, at: int, c: Comparison, metrics: tuple[str, ...] = (), dimensions: tuple[str, ...] = ()) -> NumberTest:
    op: NumberOp = c.op
    names = (*dimensions, *metrics)
    values = in_its_unit(r.world, names[0], c) if names else tuple(float(v) for v in c.plain)
    return NumberTest(at, op, values, metrics, dimensions, c.unit, percent=c.kind == "percent")


def _since_last(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """距离上次下单超过200天, more than 200 days since their last order: the days since something was last done."""
    if c.unit != "day":
        return None
    for mark in r.where("since_last"):
        for verb in (r.step(mark, 1), r.step(mark, -1)):
            names = r.behaviours(verb) if verb is not None else ()
            days = tuple(d for name in names if (d := r.world.attributes.days_since.get(name)))
            if days:
                r.take(at, mark, verb)
                return _made(r, at, c, dimensions=days)
    return None


def _of_neighbour(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """The measure to the left, else to the right; words for a period or a question may stand between."""
    if _is_how_often(r, at, c) or r.tokens[at].of("value"):
        return None  # spend per customer for under 18: an age group
    c = of_listed(r, at, c)
    trimmed = r.tokens[at].end < c.end
    for by in (1,) if trimmed else (1, -1) if _counts_behind(r, at, c) else (-1, 1):
        near = r.beyond(at, by, "which", "also", "within", "how_is", "per_group", "with", "only", "and", "but", "both")
        if near is not None and r.tokens[near].time is not None:
            near = r.step(near, by)
        if near is not None and by > 0 and (is_joined(r, at, near) or left_to_deed(r, at, near)):
            continue
        if near is not None and by > 0 and r.tokens[near].has("money_verb") and _of_things(r, at):
            continue  # orders over 1000 yuan paid with Alipay: what they are worth, and not what people pay
        measure = measured(r, near, c) if near is not None and not _is_amount_of(r, near, c, by) else None
        measure = measure or (_rows_of_groups(r, near, c, by) if near is not None else None)
        measure = measure or (_things_of_people(r, near, c, by) if near is not None else None)
        if near is not None and measure is not None:
            r.take(at, near)
            return _made(r, at, c, *measure)
    return None


def _of_things(r: Reading, at: int) -> bool:
    """Whether things, and no people, stand in front of a comparison."""
    before = r.step(at, -1)
    return before is not None and bool(r.entities(before)) and not r.is_person(before)


def _counts_behind(r: Reading, at: int, c: Comparison) -> bool:
    """the lowest AOV but more than 500 units sold: the number is of what stands right behind it, and what is before is said apart."""
    before, behind = r.step(at, -1), r.step(at, 1)
    apart = before is not None and r.tokens[before].has("but", "and", "with") and not r.tokens[before].senses
    return r.tokens[at].text.isascii() and apart and behind == at + 1 and measured(r, behind, c) is not None


def _rows_of_groups(r: Reading, at: int, c: Comparison, by: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """问卷不到20份的城市去掉, only cities with more than 50 tickets, behind numbers by city: how many of them a group has.

    In a question of its own where the groups stand right behind it: 订单少于500单的品牌不算."""
    places = r.text.text.isascii() == (by > 0)  # the number stands behind its noun in Chinese, in front of it in English
    told = r.follows == "aggregate" or (r.follows is None and by < 0 and _tells_groups(r, c))
    if not told or not places or c.kind != "cardinal" or c.unit not in (*_COUNTS, None) or r.is_person(at):
        return None
    counts = tuple(m for e in r.entities(at) if (m := r.world.counts.get(e)) is not None and fits(r, m, c))
    return (counts, ()) if len(counts) == 1 else None


def _tells_groups(r: Reading, c: Comparison) -> bool:
    """Whether a comparison says of which groups, by what they are called: …的品牌, …的门店."""
    at = next((i for i, t in enumerate(r.tokens) if t.comparison is c), None)
    noun = r.step(at, 1) if at is not None else None
    if at is None or noun is None or r.is_person(noun) or "的" not in r.text.text[r.tokens[at].end - 1 : r.tokens[noun].start]:
        return False
    return any(r.world.is_groupable(d) and not r.world.is_number(d) for d in r.dimensions(noun))


def _things_of_people(r: Reading, at: int, c: Comparison, by: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """customers with exactly one order: how many of the things each of them has, where the noun is no number by itself."""
    if (
        by < 0
        or not r.has_person()
        or r.is_person(at)
        or c.kind != "cardinal"
        or c.unit not in (*_COUNTS, None)
        or not r.tokens[at].text.isascii()
    ):
        return None
    counts = tuple(m for e in r.entities(at) if (m := r.world.counts.get(e)) is not None)
    return (counts, ()) if len(counts) == 1 and not r.metrics(at) else None


def _is_how_often(r: Reading, at: int, c: Comparison) -> bool:
    """提过两次及以上工单, raised 3 or more tickets: how often the verb before it was done, its noun behind it."""
    verb = r.step(at, -1)
    if verb is None or not r.has_person() or not r.behaviours(verb) or c.kind != "cardinal" or c.unit not in (*_COUNTS, None):
        return False
    nouns = [near for near in (at, r.step(at, 1)) if near is not None and r.tokens[near].of("entity")]
    tables = {r.world.model.entities[s.name].table for near in nouns for s in r.tokens[near].of("entity")}
    own = {b.table for name in r.behaviours(verb) if (b := r.world.behaviour(name))}
    return bool(tables & own)


_OF_THEM = re.compile(r"(?<![a-z])(?:of|for|from|on|in) (?:all |the |our )?$")


def _is_amount_of(r: Reading, at: int, c: Comparison, by: int) -> bool:
    """orders over 1000 by channel, AOV of orders over 500: what is counted or measured, each of which has an amount; not stores with
    orders over 1000."""
    token = r.tokens[at]
    if by > 0 or c.unit is not None or not token.text.isascii() or not token.of("entity"):
        return False
    ahead = [t for t in r.tokens[:at] if t.is_content or t.has("which", "who")]
    of_them = _OF_THEM.search(r.text.text[: token.start]) is not None and all(t.of("metric") or t.time is not None for t in ahead)
    return (not ahead or of_them) and any(r.world.amount_of(table) for table in tables_counted(r, at))


def measured(r: Reading, at: int, c: Comparison | None) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The metrics and numeric dimensions that a token may be, those that a comparison's unit does not fit left out."""
    people = r.world.counts.get(r.world.model.domain.entity)
    named = not r.tokens[at].of("entity") and not r.tokens[at].ops  # 客户数超过500, and no customers over 500
    of_people = c is not None and (c.unit == "person" or named)
    metrics = tuple(name for name in r.metrics(at) if c is None or (fits(r, name, c) and (name != people or of_people)))
    dimensions = tuple(name for name in r.dimensions(at) if r.world.is_number(name) and (c is None or fits(r, name, c)))
    if not metrics and not dimensions and r.free(at) and r.tokens[at].has("money_verb"):
        found = money_spent(r, at)
        metrics = (found,) if found and (c is None or fits(r, found, c)) else ()
    return (metrics, dimensions) if metrics or dimensions else None


def money_spent(r: Reading, at: int) -> str | None:
    """The metric of a verb for spending: the money, or where 人均, on average or each says so, the money per member."""
    tables = [b.table for name in r.behaviours(at) if (b := r.world.behaviour(name))] or list(r.world.fact_tables())
    total = next((m for table in tables if (m := r.world.money_of(table))), None)
    marks = [i for i in r.where("per_unit", "avg") if not r.tokens[i].is_content]
    if total is None or not marks:
        return total
    r.take(*marks)
    return per_member(r.world, total)


_LENGTHS = ("day", "week", "month", "quarter", "year")


def fits(r: Reading, name: str, c: Comparison) -> bool:
    """Whether a number in this unit can be compared with the member: yuan with money, 8 % with a rate, 3 orders with a count."""
    member = r.world.model.metrics.get(name) or r.world.model.dimensions.get(name)
    format_ = member.format if member is not None else None
    if c.kind == "percent":
        return format_ == "percent"
    if c.unit == "currency":
        return format_ == "currency"
    if format_ == "percent" and all(float(v) > (100 if c.op in (">", ">=", "<", "<=") else 1) for v in c.plain):
        return False  # share of happy ratings (4 or 5), lowest click rate but more than 1000 sends: no share is that large
    if c.unit in _LENGTHS and format_ in ("currency", "percent"):
        return False  # total spend over 365 days: no money of 365
    if c.unit in _LENGTHS and name in r.world.model.metrics:
        return not r.world.is_count(name)  # tickets older than 30 days: no 30 tickets
    if c.unit in _COUNTS:
        people = (
            r.world.counts_people(name) and c.unit != "person"
        )  # bought three times and more, of new customers: no three customers
        return format_ not in ("currency", "percent") and not people
    return True


def _of_groups(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """各渠道的销售额，只看超过100万的; sales by store, only those above 5k: the groups whose number is such, told apart by a stop."""
    metrics = [i for i, token in enumerate(r.tokens) if token.of("metric") and r.free(i) and i < at]
    people = [i for i, token in enumerate(r.tokens) if (r.is_person(i) or token.of("segment")) and r.free(i) and i < at]
    metrics = metrics or people  # unhappy customers by province, only above 40
    opens = any(r.is_break(i) or r.tokens[i].has("only") for i in range(metrics[-1] + 1, at)) if metrics else False
    shared = any(token.has("share") for token in r.tokens[metrics[-1] + 1 : at]) if metrics else False
    if not opens or shared or not any(group.dimensions for group in r.groups):
        return None  # surveys by region: what portion scored 4 or 5
    measure = measured(r, metrics[-1], c)
    count = r.world.counts.get(r.world.model.domain.entity)
    if count is not None and c.kind != "percent" and (metrics == people or count in r.metrics(metrics[-1])):
        measure = ((count,), ())
    if measure is None or not measure[0]:
        return None
    for to in range(metrics[-1] + 1, at):
        if r.free(to) and r.tokens[to].has("only", "keep", "refer") and not r.tokens[to].senses:
            r.take(to)
    r.take(at)
    return _made(r, at, c, metrics=measure[0])


def _of_unit(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """今年哪些城市超过2000单: the count in whose unit it is said, where nothing else is measured or done."""
    text = r.tokens[at].text
    others = (
        any(t.of("metric") or t.of("behaviour") or t.of("entity") for t in r.tokens) or r.has_person() or r.follows is not None
    )
    groups = any(r.world.is_groupable(d) for i in range(len(r.tokens)) for d in r.dimensions(i)) or bool(r.groups)
    units = {m: r.world.model.metrics[m].unit for m in r.world.counts.values()}
    found = [m for m, unit in units.items() if unit is not None and text.endswith(unit.zh) and not r.world.is_timeless(m)]
    if others or not groups or c.kind != "cardinal" or len(found) != 1:
        return None
    r.take(at)
    return _made(r, at, c, metrics=(found[0],))


def _of_amount(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """orders over 2k yuan: the amount of the things beside it."""
    if c.unit not in ("currency", None) or c.kind == "percent" or _is_of_value(r, at) or _is_of_rate(r, at):
        return None
    near = sorted((i for i in range(len(r.tokens)) if i != at), key=lambda i: abs(i - at))
    reach = len(r.tokens) if c.unit == "currency" else 1
    for place in near:
        for table in tables_counted(r, place) if abs(place - at) <= reach else []:
            amount = r.world.amount_of(table)
            if amount is not None:
                r.take(at)
                return _made(r, at, c, dimensions=(amount,))
    return None


def _is_of_rate(r: Reading, at: int) -> bool:
    """click rate over 1000: a number beside a rate is of that rate, or of nothing."""
    before = r.step(at, -1)
    rates = r.tokens[before].of("metric") if before is not None else ()
    return bool(rates) and all(r.world.model.metrics[s.name].format == "percent" for s in rates)


def _is_of_value(r: Reading, at: int) -> bool:
    """with a discount of at least 100 yuan: the size of something else, and not the amount of the order."""
    before = r.text.text[: r.tokens[at].start]
    value = next((t for t in r.tokens if before.startswith(t.text, t.start) and before[t.end :] == " of "), None)
    return value is not None and bool(value.of("value")) and not value.of("entity")


def tables_counted(r: Reading, at: int | None) -> list[str]:
    """The fact tables whose rows a noun counts."""
    if at is None:
        return []
    token = r.tokens[at]
    entities = [r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities]
    counts = [r.world.tables_of(s.name)[0] for s in token.of("metric") if r.world.is_count(s.name)]
    main = r.world.entity.table if r.world.entity else None
    return [table for table in (*entities, *counts) if table != main]
