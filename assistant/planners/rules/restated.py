"""Words that say once more what was read already: 三个数一起给, 同样这90天, 今年打的NPS, response time in minutes.

In: a `Reading` whose metrics, conditions and periods are known. Out: such words are used up; anything that says more stays unread.
Never fails.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.planners.rules.draft import NumberTest, VerbTest
from assistant.planners.rules.kin import is_rate, steps_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import is_unit_of, unit_noun
from semantic_layer.query import Period


def read_restated(r: Reading) -> None:
    """Uses up counts of the metrics named, pointers at the same time, and verbs of giving the scores that are asked for."""
    for at in range(len(r.tokens)):
        if r.free(at) and (_counts_asked(r, at) or _gives_scores(r, at) or _is_its_unit(r, at)):
            r.take(at)
    _averages_again(r)
    _says_when_again(r)
    _points_at_groups(r)
    _names_steps(r)
    _counts_too(r)
    _ranked_again(r)
    _counts_listed(r)
    _or_longer(r)
    _ever_before(r)
    _lend_to_deeds(r)
    known = set(_known_times(r))
    _spend_then(r)
    if len(known) != 1:
        return
    for at in r.where("same_period", "refer", "also", "same"):
        to = r.step(at, 1)
        if r.tokens[at].is_content:
            continue
        again = to is not None and (_is_as_long(r, to) or _is_known_time(r, to))
        if again or r.tokens[at].has("same_period"):
            r.take(at, to if again else None)
            _done_then(r, at, next(iter(known)))
            timed = [
                t for t in r.tests if isinstance(t, VerbTest) and t.period is not None
            ]  # shoppers of H1 who bought twice in that time
            if len(timed) < 2 or not all(r.world.is_timeless(name) for asked in r.asked for name in asked.names):
                r.period = r.period or next(iter(known))  # their CSAT over those same 90 days


def _done_then(r: Reading, at: int, known: Period) -> None:
    """…last 90 days for people who had a logistics ticket in the same 90 days: when they did what stands before it."""
    deeds = [
        t for t in r.tests if isinstance(t, VerbTest) and t.period is None and t.after is None and 0 <= max(t.verb, t.at) < at
    ]
    last = max(deeds, key=lambda t: max(t.verb, t.at), default=None)
    between = r.between(max(last.verb, last.at), at) if last is not None else range(0)
    if last is not None and not any(r.is_break(i) or any(a.at == i for a in r.asked) for i in between):
        r.tests = [replace(t, period=known) if t is last else t for t in r.tests]


def _lend_to_deeds(r: Reading) -> None:
    """opened one of our messages sent in September, how many bought in that month: the only number knows no time, so it is the deed's,
    and that of a deed in the same time."""
    bare = [t for t in r.tests if isinstance(t, VerbTest) and t.did and t.period is None and t.after is None]
    timeless = bool(r.asked) and all(map(r.world.is_timeless, (name for asked in r.asked for name in asked.names)))
    first = [t for t in bare if not t.same]
    if any(isinstance(t, VerbTest) and not t.did and t.period != r.period and not t.same for t in r.tests):
        return  # whose period it is, the one who did not do something has to say
    if r.period is None or r.compare is not None or len(first) != 1 or not timeless or any(g.grain for g in r.groups):
        return
    then = any(
        isinstance(t, VerbTest) and (t.same or t.period == r.period) for t in r.tests
    )  # 今年有多少人买了女装，同期却没买鞋靴
    if r.period_at is not None and (then or first[0].verb < r.period_at):
        deeds = {id(t) for t in r.tests if isinstance(t, VerbTest) and (t in bare or t.same)}
        r.tests = [replace(t, period=r.period, same=False) if isinstance(t, VerbTest) and id(t) in deeds else t for t in r.tests]
        r.period, r.period_used = None, True


def _ever_before(r: Reading) -> None:
    """以前点击过唤醒券的, 之前买过女装的: at any time before, as the deed without a time is."""
    for at in (i for i in r.where("beforehand") if r.free(i) and not r.tokens[i].senses):
        opens = at == 0 or not (r.tokens[at - 1].time or r.tokens[at - 1].of("behaviour") or r.tokens[at - 1].of("value"))
        timeless = [
            t for t in r.tests if isinstance(t, VerbTest) and t.did and t.verb == at + 1 and t.period is None and t.after is None
        ]
        if opens and timeless and (r.tokens[at + 1].text.endswith("过") or r.tokens[at + 1].text.isascii()):
            r.take(at)


def _or_longer(r: Reading) -> None:
    """haven't ordered in 60 days or more, 60天以上没下单: whose last time was 60 days ago is one of them, so the days since count."""
    for place, test in enumerate(r.tests):
        undone = test.period if isinstance(test, VerbTest) and not test.did and test.period is not None else None
        at = next((i for i, t in enumerate(r.tokens) if t.time is not None and t.time.period == undone), None)
        if not isinstance(test, VerbTest) or undone is None or undone.start is None or at is None:
            continue
        behind = at + 1 if at + 1 < len(r.tokens) and r.tokens[at + 1].has("and_up") and r.free(at + 1) else None
        if undone.end == r.today and (behind is not None or r.tokens[at].text.endswith("以上")):
            r.take(behind)
            r.tests[place] = replace(test, period=undone.model_copy(update={"start": undone.start + timedelta(days=1)}))


def _spend_then(r: Reading) -> None:
    """近90天投诉过、同期有下单的多少人，一共花了多少钱: what those people did is of the time when they did it."""
    counts = [a for a in r.asked if all(map(r.world.is_timeless, a.names))]
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and t.did]
    if r.period is not None or r.groups or not counts or not deeds or any(t.period is None for t in deeds):
        return
    whole = [t for t in deeds if not t.objects]  # those who bought shoes spent: on shoes, or on all?
    own = {table for a in r.asked if a not in counts for name in a.names for table in r.world.tables_of(name)}
    tables = {id(t): {b.table for name in t.behaviours if (b := r.world.behaviour(name)) is not None} for t in whole}
    when = {t.period for t in whole if own & tables[id(t)]}
    r.period = next(iter(when)) if len(when) == 1 else None


def _counts_asked(r: Reading, at: int) -> bool:
    """转化率、加购率、活跃客户数，三个数: how many metrics there are, behind them."""
    number = r.tokens[at].number
    if number is None or r.tokens[at].senses or number.kind != "cardinal" or number.unit not in ("piece", None):
        return False
    behind = r.step(at, 1)
    alone = behind is None or not r.tokens[behind].is_content
    told = all(asked.at < at for asked in r.asked) or all(asked.at > at for asked in r.asked)  # 三个数：单量、客单价、折扣率
    return alone and number.plain == len(r.asked) > 1 and told


def _gives_scores(r: Reading, at: int) -> bool:
    """今年打的NPS: the verb of those who gave the scores."""
    token = r.tokens[at]
    if not token.has("rated") or (token.is_content and not all(s.name in r.world.rated for s in token.senses)):
        return False
    scored = {table for name in r.world.rated for table in r.world.homes(name)}
    beside = {r.step(at, 1), r.step(at, -1)}
    return any(a.at in beside and set(r.world.tables_of(name)) & scored for a in r.asked for name in a.names)


def _is_its_unit(r: Reading, at: int) -> bool:
    """first reply time in minutes: the unit that the metric has anyway."""
    names = [name for asked in r.asked for name in asked.names]
    return not r.tokens[at].senses and any(is_unit_of(r.world, name, r.tokens[at].text) for name in names)


def _averages_again(r: Reading) -> None:
    """the score of our tickets, on average: what an average is anyway."""
    names = [name for asked in r.asked for name in asked.names[:1]]
    means = bool(names) and len(names) == len(r.asked) and all(map(r.world.is_average, names)) and r.per is None
    if means and not any(is_rate(r.world, name) for name in names):
        r.take(*(at for at in r.where("avg") if not r.tokens[at].is_content))


def _names_steps(r: Reading) -> None:
    """browse-to-payment conversion rate: the steps that the rate is made of anyway, no rows to limit it to."""
    for name in (name for asked in r.asked for name in asked.names[:1]):
        steps = steps_of(r.world, name)
        if steps is not None:
            dimension, values = steps
            own = [t for t in r.tests_of_values() if not t.negated and set(dict(t.options).get(dimension, ("",))) <= values]
            r.tests = [t for t in r.tests if t not in own]


_TOO = re.compile(r"(?:也算|也包括|也包含|也要算|包括在内|包含在内|算在内)|(?: is| are)? included(?![a-z])")


def _counts_too(r: Reading) -> None:
    """银卡往上(银卡也算): that a value is among those that the condition before it holds, no further condition."""
    for test in [t for t in r.tests_of_values() if 0 <= t.at < len(r.tokens) and _TOO.match(r.text.text, r.tokens[t.at].end)]:
        others = [t for t in r.tests_of_values() if t is not test and t.at < test.at and not t.negated]
        named = {d for d, _ in test.options}
        if any(named & {d for d, _ in other.options} for other in others):
            r.tests = [t for t in r.tests if t is not test]
            r.take(test.at)


def _counts_listed(r: Reading) -> None:
    """旗舰、标准、社区三种店: how many values were listed, and the noun that they are kinds of."""
    for at in (i for i, t in enumerate(r.tokens) if i and r.free(i) and t.number is not None and _OF_THEM.fullmatch(t.text)):
        number, listed, to = r.tokens[at].number, 0, at - 1
        while to >= 0 and (r.tokens[to].of("value") or (r.tokens[to].has("and", "comma") and not r.tokens[to].is_content)):
            listed, to = listed + bool(r.tokens[to].of("value")), to - 1
        kind = at + 1 < len(r.tokens) and r.tokens[at + 1].has("kind_noun") and not r.tokens[at + 1].is_content
        if number is None or number.plain != listed or (r.tokens[at].text[-1] in _DIGITS and not kind):
            continue
        noun = at + 1 + kind
        named = noun < len(r.tokens) and r.free(noun) and bool(r.entities(noun) or r.dimensions(noun))
        r.take(at, at + 1 if kind else None, noun if named else None)


def _ranked_again(r: Reading) -> None:
    """预算最高的3场活动，预算是多少: the number by which they were ranked, asked for once more."""
    told = set(r.ranking.dimensions) if r.ranking is not None and r.follows is None else set()
    for at in range(r.ranking.at + 1 if r.ranking is not None else 0, len(r.tokens)):
        again = (
            told and r.free(at) and set(r.dimensions(at)) == told and not (r.tokens[at].of("value") or r.tokens[at].of("metric"))
        )
        if again and any(set(a.dimensions) == told for a in r.asked):
            r.take(at)


_DIGITS = "两二三四五六七八九十0123456789"
_OF_THEM = re.compile(rf"这?[{_DIGITS}]+(?:种|类|档|家|个|大类)?")


def _points_at_groups(r: Reading) -> None:
    """用什么付款，每种多少单; RFM每一层的人数，外加各层带来的营收: each of the kinds that were named before."""
    places = [g.at for g in r.groups if g.dimensions]
    if r.follows is None and not r.has_person():
        free = (at for at in r.where("refer") if not r.tokens[at].senses and not r.tokens[at].has("both_of", "both"))
        told = (at for at in free if any(place < at for place in places))
        r.take(*told)  # 按门店类型看，它们各自的销售额
    for at in r.where("by", "per_group", "each_other", "kind_noun"):
        token, to = r.tokens[at], r.step(at, 1)
        if token.is_content or not token.text.startswith(("每", "各", "一")) or not any(place < at for place in places):
            continue
        named = {d for g in r.groups for d in g.dimensions}
        if to is not None and r.free(to) and r.dimensions(to) and set(r.dimensions(to)) & named and not r.value_options(to):
            r.take(at, to)  # 各大区的活跃用户数，一个大区列一行
            continue
        noun = to is not None and r.free(to) and r.tokens[to].has("kind_noun") and not r.tokens[to].is_content
        behind = r.step(to, 1) if noun and to is not None else to
        if behind is None or r.tokens[behind].of("metric") or r.tokens[behind].has("count", "how_much"):
            r.take(at, to if noun else None)


def _says_when_again(r: Reading) -> None:
    """over National Day week (1-7 Oct); which had over 100 orders in the month; the same month in 2025: the time that is known."""
    timed = [t.period for t in r.tests if isinstance(t, VerbTest)]
    if r.period is not None and r.period in timed and r.asked and all(r.world.is_timeless(n) for a in r.asked for n in a.names):
        r.period, r.period_at = None, None
    base = r.base if r.follows is not None else None
    if base is None or base.start is None or base.end is None:
        return
    for at in (i for i in range(len(r.tokens)) if r.free(i) and _is_unit_of_base(r, i, base.start, base.end)):
        r.take(at, at - 1 if at and r.is_only(at - 1, "same", "refer", "total", "what_about", "same_period") else None)
        time = r.tokens[r.period_at].time if r.period_at is not None and r.period_at > at else None
        if time is not None and time.grain == "year" and r.period is not None and r.period.start is not None:
            years = r.period.start.year - base.start.year
            r.period = Period(start=_in_year(base.start, years), end=_in_year(base.end, years))


def _is_unit_of_base(r: Reading, at: int, start: date, end: date) -> bool:
    """Whether a noun of time names what the time of the conversation is one of, and points at it."""
    token, days = r.tokens[at], (end - start).days
    lengths = {"week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}
    low, high = lengths.get(unit_noun(token.text) or "", (1, 0))
    pointed = _THE.search(r.text.text[: token.start]) is not None or token.text.startswith(("这", "那", "当", "同"))
    return not token.senses and low <= days <= high and pointed and token.time is None


_THE = re.compile(r"(?:(?<![a-z])(?:the|that|this|same|whole|entire|full)|[这那同当]一?个?) ?$")


def _in_year(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if (day.month, day.day) == (2, 29) else day.day)


def _known_times(r: Reading) -> list[Period]:
    """The periods of the question and of its conditions, behind another one its time too."""
    found = [r.period, *(t.period for t in r.tests if isinstance(t, VerbTest | NumberTest))]
    found += [r.base] if r.follows is not None and not any(found) else []
    return [period for period in found if period is not None]


def _is_known_time(r: Reading, at: int) -> bool:
    """Whether a period is that of the question or of a condition in it."""
    time = r.tokens[at].time
    return time is not None and time.period in _known_times(r)


def _is_as_long(r: Reading, at: int) -> bool:
    """over those same 90 days: a length of time that a period of the question has."""
    number = r.tokens[at].number
    if number is None or number.unit != "day" or not r.free(at):
        return False
    return any(p.start and p.end and (p.end - p.start).days == number.plain for p in _known_times(r))
