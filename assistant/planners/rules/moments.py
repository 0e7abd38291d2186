"""When: the period of the question, what it is compared with, and the grains it is broken down by.

In: a `Reading` whose verbs and per-member numbers have taken their own periods. It gains `period` and `compare`. A second period is
what the first is compared with; the later one is the current one unless one of them hangs on the other (the week before).
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from assistant.language.calendar import Calendar, Shift, unit_before
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from assistant.language.time_relations import Comparator, comparison_period
from assistant.planners.rules.as_a_whole import as_a_whole
from assistant.planners.rules.bounds import settle_bounds, stands_against_all
from assistant.planners.rules.deed_counts import in_own_time
from assistant.planners.rules.draft import DateTest, Group, VerbTest
from assistant.planners.rules.last_years import is_in_both, is_of_itself, is_own_time, this_year, year_later
from assistant.planners.rules.of_years import in_that_year, parts_of_years
from assistant.planners.rules.range_ends import compared_ends
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.unit_growth import units_so_far
from assistant.planners.rules.weekdays import weekday_before
from semantic_layer.issues import Issue
from semantic_layer.periods import floor, previous_period, shift
from semantic_layer.query import Compare, Grain, Period


def read_period(r: Reading, calendar: Calendar) -> None:
    """The period of the question and what it is compared with."""
    places = [at for at, token in enumerate(r.tokens) if r.free(at) and token.time is not None]
    comparators = [at for at, token in enumerate(r.tokens) if r.free(at) and token.comparator is not None]
    places, mentions = settle_bounds(r, *parts_of_years(r, places, calendar), calendar)
    if len(mentions) == 2 and mentions[0].period == mentions[1].period and not r.where("versus"):
        r.take(places[1])  # 大前天到昨天这三天: the same days, said twice
        places, mentions = places[:1], mentions[:1]
    grained = any(g.grain for g in r.groups) and not r.where("versus", "grow", "shrink", "why") and not comparators
    if (len(mentions) > 2 and _series(r, mentions)) or (len(mentions) == 2 and grained and _series(r, mentions)):
        r.take(*places)
        places, mentions = [], []
    if len(mentions) == 2 and not comparators and _are_compared(r, places):
        _two(r, places, mentions)
        if r.period is not None:
            r.compare = in_that_year(r, r.period, r.compare, calendar)  # Double 11 last year against the one in 2024
    elif len(mentions) == 1 and not comparators and (ends := compared_ends(r, mentions[0])) is not None:
        r.period, r.period_at, r.compare = ends[1], places[0], Compare(kind="period", period=ends[0])
        r.take(places[0])
    elif mentions:
        _one(r, places[0], mentions[0])
    for at in comparators:
        if not (_is_trend(r, at) or stands_against_all(r, at) or is_own_time(r, at)):
            _compare(r, at, calendar)
    _take_lengths(r)
    _each_of_range(r)


def _one(r: Reading, at: int, mention: PeriodMention) -> None:
    r.take(at)
    r.period_at = at
    if not _points_at_base(r, at, mention):
        r.period, r.mention = in_whole_units(r, mention), mention
        return
    r.period = r.base
    if r.trend and not any(g.grain for g in r.groups):
        r.groups.append(Group(at, grain=calendar_unit(mention)))


def _points_at_base(r: Reading, at: int, mention: PeriodMention) -> bool:
    """三季度…, then 这三个月是怎么走的: those that were asked about, where they are as many."""
    base = r.base
    unit, whole = calendar_unit(mention), mention.calendar
    if r.follows is None or base is None or base.start is None or unit is None or whole is None or whole.start is None:
        return False
    count = next((n for n in range(1, 61) if shift(whole.start, unit, n) == whole.end), 0)
    pointed = r.tokens[at].text.startswith(("这", "那", "these", "those"))
    return pointed and count > 1 and shift(base.start, unit, count) == base.end


def _each_of_range(r: Reading) -> None:
    """7月到9月各卖了多少, 七八九月分别: a number of units, one number for each of them where nothing else is told apart."""
    mention = r.mention
    if (
        mention is None
        or mention.kind not in ("range", "absolute", "rolling")
        or mention.count < 2
        or r.groups
        or r.compare is not None
        or r.follows is not None
    ):
        return
    marks = [at for at, t in enumerate(r.tokens) if (t.has("each_other") or t.text == "各") and not t.is_content]
    marks = [at for at in marks if not r.tokens[at].text.isascii()]
    if any(r.world.is_groupable(d) for at in range(len(r.tokens)) for d in r.dimensions(at)[:1]):
        return  # 近三个月投诉大于15的省份，分别多少件: of each of those
    lists = any(len(t.options[0][1]) > 1 for t in r.tests_of_values() if t.options) or len(r.asked) > 1
    grain = calendar_unit(mention) or next((g for g in ("day", "week", "month", "quarter", "year") if g == mention.grain), None)
    if marks and not lists and grain is not None:
        r.groups.append(Group(marks[0], grain=grain))
        r.period = in_whole_units(r, mention) if r.period == mention.period else r.period  # 近三个月分别: whole months
        r.take(*marks)


def _is_trend(r: Reading, at: int) -> bool:
    """how has it evolved month on month this year: by month, where a trend is asked for."""
    comparator = r.tokens[at].comparator
    shift_ = comparator.shift if comparator is not None and comparator.kind == "previous_period" else None
    if shift_ is None or not (r.trend or r.moved) or any(g.grain or g.dimensions for g in r.groups):
        return False
    if r.period is not None and r.period.start is not None and (r.today - r.period.start).days <= _LENGTHS.get(shift_.grain, 31):
        return False
    r.groups.append(Group(at, grain=shift_.grain))
    r.trend, r.moved = True, False
    r.take(at)
    return True


_LENGTHS: dict[Grain, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def read_dates(r: Reading) -> None:
    """whose last order was before June, 最近一次下单在30天以前: a date of people, with the period that stands behind it."""
    for at in range(len(r.tokens)):
        names = tuple(d for d in r.dimensions(at) if r.world.is_date(d)) if not r.tokens[at].of("metric") else ()
        behind = _moment_of(r, at, names) if names else None
        time = r.tokens[behind].time if behind is not None else None
        if time is None or behind is None:
            continue
        period = _long_ago(r, r.tokens[behind].text, time) or time.period
        if period.start is None and period.end is not None and r.tokens[behind].text.startswith(("at least", "no less than")):
            period = Period(end=period.end + timedelta(days=1))  # at least 60 days ago: on that day too
        r.tests.append(DateTest(at, names, period))
        r.take(at, behind)


def _moment_of(r: Reading, at: int, names: tuple[str, ...]) -> int | None:
    """The period of a date: behind it, or before it where what it is a date of comes next (上个月开业的门店)."""
    behind, before = r.step(at, 1), r.step(at, -1)
    tables = [r.world.model.entities[e].table for e in (*r.entities(behind), *([r.entity] if r.entity else ()))]
    theirs = any(table in r.world.homes(d) for d in names for table in tables)
    around = (behind, before if theirs else None)
    return next((i for i in around if i is not None and r.free(i) and r.tokens[i].time is not None), None)


def _long_ago(r: Reading, words: str, time: PeriodMention) -> Period | None:
    """最近一次下单在半年前, 在30天以前: so long ago or longer, and not in the month that was half a year ago; 六月之前 is no length."""
    length = _AGO.fullmatch(words)
    if length is None:
        return None
    if time.kind == "point":
        return Period(end=time.period.end)
    found = find_periods(normalise(f"近{length[1]}"), Calendar(r.today))
    whole = len(found) == 1 and found[0].kind == "rolling" and found[0].end == len(length[1]) + 1
    return Period(end=found[0].period.start) if whole else None


_AGO = re.compile(r"([^前]*?(?:天|周|个月|星期|礼拜|季度|年))[以之]?前")


def _take_lengths(r: Reading) -> None:
    """国庆七天: a number of days behind a period that has as many."""
    for at, token in enumerate(r.tokens):
        number = token.number
        before = r.step(at, -1)
        time = r.tokens[before].time if before is not None else None
        if not r.free(at) or number is None or number.unit != "day" or time is None or token.senses:
            continue
        if (
            time.period.start is not None
            and time.period.end is not None
            and (time.period.end - time.period.start).days == number.value
        ):
            r.take(at)


def in_whole_units(r: Reading, mention: PeriodMention) -> Period:
    """A rolling window of months broken down by month, or averaged over months, is made of complete calendar months."""
    unit = calendar_unit(mention)
    grains = [g.grain for g in (*r.groups, *(() if r.per is None else (r.per,)))]
    if mention.calendar is not None and unit in grains:
        return mention.calendar
    return mention.period


def calendar_unit(mention: PeriodMention) -> Grain | None:
    """The unit that a rolling window was counted in: the last 12 months, 8 weeks, 2 years."""
    calendar = mention.calendar
    if mention.kind != "rolling" or calendar is None or calendar.start is None or calendar.end is None:
        return None
    if calendar.start.day != 1 or calendar.end.day != 1:
        return "week"
    return "year" if calendar.start.month == calendar.end.month == 1 else "month"


def _are_compared(r: Reading, places: list[int]) -> bool:
    if r.where("versus", "grow", "shrink", "why"):
        return True
    between = [r.tokens[i] for i in r.between(*places)]
    units = {time.grain for at in places if (time := r.tokens[at].time) is not None}
    if not between and len(units) > 1:
        return False  # last month within 3 days: nothing says that one is set against the other
    return all(t.has("and", "or", "comma", "versus", "with", "within") for t in between)


def _two(r: Reading, places: list[int], mentions: list[PeriodMention]) -> None:
    first, second = mentions
    if second.kind == "anchored" or (first.kind != "anchored" and _start(first) >= _start(second)):
        current, other = first, second
    else:
        current, other = second, first
    r.period, r.period_at = current.period, places[mentions.index(current)]
    if current.period == other.period:
        r.period = year_later(current.period, r.today) or current.period
    r.compare = Compare(kind="period", period=other.period)
    r.take(*places, *(at for at in r.where("versus") if not r.tokens[at].is_content))
    for at in r.between(*places):
        if r.tokens[at].has("and", "versus", "with", "or") and not r.tokens[at].is_content:
            r.take(at)
    if not r.groups and len(r.asked) <= 1 and not any(len(t.options[0][1]) > 1 for t in r.tests_of_values() if t.options):
        r.take(*(at for at in r.where("each_other") if not r.tokens[at].is_content))  # 9月和8月各有多少订单
        r.take(*(at for at, t in enumerate(r.tokens) if t.text == "各" and not t.is_content))  # 昨天和前天各多少单


def _start(mention: PeriodMention) -> date:
    return mention.period.start or date.min


def _series(r: Reading, mentions: list[PeriodMention]) -> bool:
    """7月、8月、9月: neighbours of one unit are a breakdown over all of them."""
    grain = mentions[0].grain
    ordered = sorted(mentions, key=_start)
    if any(m.grain != grain or m.count != 1 or m.whole.end is None for m in ordered):
        return False
    if any(a.whole.end != b.whole.start for a, b in pairwise(ordered)):
        return False
    r.period = Period(start=ordered[0].period.start, end=ordered[-1].period.end)
    if not any(g.grain for g in r.groups):
        r.groups.append(Group(0, grain=grain))
    return True


def _last_day(period: Period) -> date | None:
    """The day a person names as the end: the end of a `Period` is the day after it."""
    return period.end - timedelta(days=1) if period.end is not None else None


def _compare(r: Reading, at: int, calendar: Calendar) -> None:
    comparator = r.tokens[at].comparator
    if comparator is None or r.compare is not None:
        return
    base = r.period or r.base
    if _unit_by_unit(r, at, comparator, base):
        return
    if base is None and in_own_time(r):
        base = r.period
    if base is None and (is_of_itself(r, at, comparator, calendar) or _is_of_deed(r)):
        return  # 上半年在小程序下单的客户的复购率，和去年上半年比: the only time is of the deed, and a deed does not move with a comparison
    if base is None:
        yearly = this_year(r, at, comparator)
        comparator = replace(comparator, kind="same_period_last_year", period=None) if yearly is not None else comparator
        grain = next((g.grain for g in r.groups if g.grain), None)  # 每月销售额的环比: of each month, not of this one
        base = yearly or (units_so_far(grain, r.today) if grain else usual_period(comparator, calendar))
        r.period = base
        if not is_in_both(r.tokens[at].text):  # vs last year in September: of both years
            r.issues.append(Issue("assumed-period", "assumption", params={"start": str(base.start), "end": str(_last_day(base))}))
    plain = comparator.kind == "previous_period" and comparator.shift is None
    r.compare = before_it(r) if plain else _aligned(r.tokens[at].text, base, comparing(base, comparator, calendar))
    r.compare = weekday_before(r.tokens[at].text, base, comparator) or in_that_year(r, base, r.compare, calendar)
    r.compare = as_a_whole(r, base, r.compare, comparator, calendar)
    other = r.compare.period if r.compare is not None else None
    if other is not None and _SAME_DAY.search(r.tokens[at].text) and _is_same_day(base, other):  # 昨天…, then 跟上周同一天比
        r.compare = Compare(kind="period", period=_same_day(base, other, calendar))
    for place in r.where("same_period") if r.compare is not None else []:
        r.compare = _aligned("same period", base, r.compare)
        r.take(place)
    if r.compare is not None:
        _settle_sides(r, base, r.compare.period)
        r.take(at, *(i for i in r.where("versus", "more_than_other") if not r.tokens[i].is_content))


def _is_of_deed(r: Reading) -> bool:
    """Whether the only time is that of something people did."""
    return any(isinstance(t, VerbTest) and t.period is not None for t in r.tests)


def _settle_sides(r: Reading, base: Period, other: Period | None) -> None:
    """Which of the two is the current one, and what it is compared with where both are the same."""
    if other is not None and other == base and r.period is not None:
        r.period = year_later(base, r.today) or base
    if other is not None and other == (r.period or base):
        r.compare = Compare(kind="previous_period")  # 近半年…, then 跟再往前的半年比: not the half-year that it is
    elif other is not None and r.period is not None and _is_later(other, base):
        r.period, r.compare = other, Compare(kind="period", period=base)  # H2 last year vs H1: the later one is the current one


def _unit_by_unit(r: Reading, at: int, comparator: Comparator, base: Period | None) -> bool:
    """month over month growth this year, 今年每月环比: each month of a longer time with the one before it, not December before the year."""
    unit = comparator.shift.grain if comparator.shift is not None and comparator.period is None else None
    if comparator.kind != "previous_period" or unit is None:
        return False
    if not any(g.grain == unit for g in r.groups):
        days = (base.end - base.start).days if base is not None and base.start is not None and base.end is not None else 0
        if days <= _LENGTHS[unit] or r.ranking is not None or any(g.grain for g in r.groups):
            return False
        r.groups.append(Group(at, grain=unit))
    r.compare = Compare(kind="previous_period")
    r.take(at, *(by for by in (r.step(at, -1),) if by is not None and r.tokens[by].has("by") and not r.tokens[by].is_content))
    return True


def _is_later(a: Period, b: Period) -> bool:
    return a.start is not None and b.end is not None and a.start >= b.end


def comparing(base: Period, comparator: Comparator, calendar: Calendar) -> Compare | None:
    """The comparison of a period that a comparator means."""
    other = comparison_period(base, comparator, calendar)
    if other == base and comparator.shift is not None:
        other = unit_before(base, comparator.shift)
    if other is not None and comparator.shift is not None and _is_same_day(base, other):
        other = _same_day(base, other, calendar)
    match comparator.kind:
        case "same_period_last_year":
            return Compare(kind="same_period_last_year")
        case "previous_period":
            plain = other is None or other == previous_period(base, calendar.week_start)
            return Compare(kind="previous_period") if plain else Compare(kind="period", period=other)
        case "period":
            return None if other is None else Compare(kind="period", period=other)


def named_unit(said: PeriodMention | None) -> Grain | None:
    """The unit of a period that is still running: 本季度, this month."""
    return said.grain if said is not None and said.running and said.count == 1 else None


def before_it(r: Reading) -> Compare:
    """What a period is compared with where nothing is said: the same days of the unit before, of the unit that was named.

    本季度环比 on 20 October: the first days of July, though those of September would be the month before."""
    base, unit = r.period or r.base, named_unit(r.mention)
    unit = unit or (r.unit if r.period is None else None)
    if base is None or unit is None or (r.mention is not None and r.mention.period != base):
        return Compare(kind="previous_period")
    other = unit_before(base, Shift(unit, -1))
    plain = other == previous_period(base, Calendar(r.today).week_start)
    return Compare(kind="previous_period") if plain else Compare(kind="period", period=other)


def _aligned(words: str, base: Period, compare: Compare | None) -> Compare | None:
    """跟九月同期比: as many days of September as the running period has."""
    other = compare.period if compare is not None else None
    if compare is None or other is None or not any(w in words for w in ("同期", "same days", "same period", "same time")):
        return compare
    if base.start is None or base.end is None or other.start is None or other.end is None:
        return compare
    end = other.start + (base.end - base.start)
    return compare if end >= other.end else Compare(kind="period", period=Period(start=other.start, end=end))


def _same_day(base: Period, other: Period, calendar: Calendar) -> Period:
    """昨天 against 上周同一天: whole weeks before today are as many before the day that is compared."""
    if base.start is None or other.start is None:
        return other
    behind = (calendar.today - other.start).days
    if behind <= 0 or behind % 7 or base.start == calendar.today:
        return other
    start = base.start - timedelta(days=behind)
    return Period(start=start, end=start + timedelta(days=1))


def _is_same_day(base: Period, other: Period) -> bool:
    """Whether both are single days: 昨天 against 上周同一天 is a week before that day."""
    days = [(p.end - p.start).days for p in (base, other) if p.start is not None and p.end is not None]
    return days == [1, 1]


_SAME_DAY = re.compile("同一?天|(?<![a-z])same day")


def usual_period(comparator: Comparator, calendar: Calendar) -> Period:
    """What is compared where no period was said: the running year (YoY), month, week … up to yesterday."""
    grain: Grain = "year" if comparator.kind == "same_period_last_year" else "month"
    if comparator.shift is not None:
        grain = comparator.shift.grain
    start = floor(calendar.today, grain, calendar.week_start)
    if start == calendar.today:
        start = shift(start, grain, -1)
    return Period(start=start, end=calendar.today)


def fitting_grain(period: Period | None) -> Grain:
    """The grain of a trend that names none: days up to a month, weeks up to a quarter, months up to two years and a half."""
    if period is None or period.start is None or period.end is None:
        return "month"
    days = (period.end - period.start).days
    return "day" if days <= 31 else "week" if days <= 92 else "month" if days <= 920 else "quarter"
