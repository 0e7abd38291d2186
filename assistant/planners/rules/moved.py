"""Another period for what was shown before: 那去年呢, the week before, 和去年比, 国庆也这么比一下.

In: a `Reading` of the message and the query before it. Out: the query over the period that the message names, or compared with it.
Never fails: a message that names none changes nothing.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.language.calendar import Calendar, Shift, unit_before
from assistant.language.dates import PeriodMention
from assistant.planners.rules.added_period import adds_period, with_period
from assistant.planners.rules.edits import compared, deeds_in, joined, parts_of, periods_in, with_groups, with_period_in
from assistant.planners.rules.of_years import in_that_year
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import floor, shift, year_before
from semantic_layer.query import Aggregate, ByTime, Compare, MetricUse, Period, Predicate


def moved_period(r: Reading, old: Period | None) -> Period | None:
    """The period that the message names; the year before … is counted from the one of the conversation."""
    mention = r.mention
    if mention is not None and old is not None and _is_year_of(mention, old, r.today):
        r.period_used = True
        return year_before(old)  # 618的…, then 去年的呢: those days, a year earlier
    if mention is not None and mention.anchor is None and mention.shift is not None and old is not None:
        moved = unit_before(old, _counted_from_today(r, old, mention.shift))
        if mention.kind == "anchored" or (mention.kind in ("rolling", "point", "relative") and _is_as_long(old, mention.whole)):
            return moved
        if mention.kind in ("rolling", "relative") and _is_of_the_past(r, old, mention):
            return Period(start=shift(old.start or r.today, mention.shift.grain, mention.shift.count), end=old.start)
    return r.period if r.period_at is not None else None


def _is_of_the_past(r: Reading, old: Period, mention: PeriodMention) -> bool:
    """去年双十一…, then 前一周呢; 本月…, then 前一个月呢: the one before what is spoken of, wherever today is."""
    if old.start is None or old.end is None or mention.shift is None or mention.whole.start is None:
        return False
    running = old.end == r.today and r.unit == mention.shift.grain
    over = old.end < r.today if mention.kind == "rolling" else old.end <= mention.whole.start
    return (running or over) and mention.shift.count < 0


def _counted_from_today(r: Reading, old: Period, change: Shift) -> Shift:
    """去年双十一…, then 前年同期呢: the year before last is counted from today, wherever the conversation is."""
    said = r.tokens[r.period_at].text if r.period_at is not None else ""
    if change.grain != "year" or old.start is None or not said.startswith("前年"):
        return change
    years = r.today.year + change.count - old.start.year
    return Shift("year", years) if years < 0 else change


def _is_year_of(mention: PeriodMention, old: Period, today: date) -> bool:
    """Whether last year is said of days of this year that are less than one: not of the year so far."""
    if mention.grain != "year" or mention.count != 1 or mention.kind != "relative" or old.start is None or old.end is None:
        return False
    so_far = old.start == date(old.start.year, 1, 1) and old.end == today
    last = mention.period.start is not None and mention.period.start.year == old.start.year - 1
    return last and not so_far and (old.end - old.start).days < _SHORTER


def _is_put_beside(r: Reading) -> bool:
    """去年的也放上: another period, shown as well, and nothing else."""
    return any(_PUT_BESIDE.fullmatch(t.text) for t in r.tokens) and not (r.asked or r.tests or r.groups)


_PUT_BESIDE = re.compile("也.*[放列带附摆加写].*")
"""2025年的也看一下 is that year alone."""


def _is_year_before(r: Reading, shown: Period) -> bool:
    """sales by month this year, then put last year next to it: the same days of the year before those that were shown."""
    said = r.mention
    if said is None or said.grain != "year" or said.count != 1 or said.kind != "relative" or said.period.start is None:
        return False
    return shown.start is not None and said.period.start.year == shown.start.year - 1


_SHORTER = 300
"""Days of what is part of a year."""


def _is_as_long(old: Period, new: Period) -> bool:
    """Whether 前一周 behind a week, 前一个月 behind a month is the one before it: months differ by up to three days."""
    if old.start is None or old.end is None or new.start is None or new.end is None:
        return False
    days = (old.end - old.start).days
    return days > 0 and abs((new.end - new.start).days - days) <= (3 if days > 27 else 0)


def _added(r: Reading, query: Aggregate, period: Period) -> Aggregate | None:
    """加上8月: another period on top; last year's is of the same days."""
    if not adds_period(r, query) or _is_put_beside(r):
        return None
    plain = query.period is not None and query.compare is None and not (query.share and query.share.part)
    if not plain or query.period is None or not _is_year_before(r, query.period):
        r.period_used = True
        return with_period(query, period)
    return compared(query, _put_beside(r, query.period, period))


def _alike_compared(r: Reading, query: Aggregate, period: Period) -> Aggregate | None:
    """国庆也这么比一下: another period, compared as the one before it was."""
    if not _alike(r) or query.compare is None or query.period is None:
        return None
    r.compare = None
    beside = query.compare
    if beside.kind == "period" and beside.period == year_before(query.period):
        beside = Compare(kind="same_period_last_year")
    return query.model_copy(update={"period": period, "compare": beside}) if beside.kind != "period" else None


def retimed(r: Reading, query: Aggregate) -> Aggregate:
    deeds = periods_in(query.where)  # how many people bought in August, then the month before: before August
    period = moved_period(r, query.period or (next(iter(deeds)) if len(deeds) == 1 else r.talk.period))
    if period is None:
        return query
    if (added := _added(r, query, period)) is not None:
        return added
    if _asks_growth_since(r) and query.period is not None:
        r.compare = None
        yearly = r.mention is not None and r.mention.shift is not None and r.mention.shift.grain == "year"
        beside = Compare(kind="same_period_last_year") if yearly else Compare(kind="period", period=period)
        return compared(query, beside)
    if (alike := _alike_compared(r, query, period)) is not None:
        return alike
    grown = _grown_on(r, query.period, period) if query.period is not None else None
    if grown is not None:
        r.compare = None
        return compared(query, Compare(kind="period", period=grown))
    if (
        (any(t.has("versus", "more_than_other") and not t.is_content for t in r.pieces) or _is_put_beside(r))
        and query.period is not None
        and r.compare in (None, Compare(kind="previous_period"))  # with Q1 beside it and the change: since Q1
    ):
        r.compare = None
        return compared(query, _put_beside(r, query.period, period))
    if query.period is None and all(isinstance(m, MetricUse) and r.world.is_timeless(m.metric) for m in query.metrics):
        done = _done_in(query, period)
        if done is not None:
            return done
        r.period_unused = period.start is not None  # customers by region, then in Q3: as of today, whatever the period
    compare = None if query.compare is not None and query.compare.kind == "period" else query.compare
    return _without_idle_grain(r, query.model_copy(update={"period": period, "compare": compare}))


def _without_idle_grain(r: Reading, query: Aggregate) -> Aggregate:
    """sales by month since January, then split that by city for September only: one month is no breakdown by months."""
    if not any(g.dimensions for g in r.groups) or any(g.grain for g in r.groups) or query.period is None:
        return query
    start, end = query.period.start, query.period.end
    if start is None or end is None:
        return query
    last = end - timedelta(days=1)
    idle = [g for g in query.group_by if isinstance(g, ByTime) and floor(start, g.grain) == floor(last, g.grain)]
    kept = tuple(g for g in query.group_by if g not in idle)
    return with_groups(query, kept) if idle and kept else query


_SAME_TIME = re.compile(
    r"(?<![a-z])(?:the |that )?same (?:quarter|month|week|period|days|time|half|stretch)(?: of| in)? (?:the year )?20\d\d(?![0-9])"
    r"|20\d\d年?的?同(?:期|一?个?季度|一?个?月)"
)


def same_time_of_year(r: Reading) -> None:
    """share of Q3 revenue, then and in the same quarter of 2025?: the same days of that year, and not all of it."""
    if r.follows is None or r.base is None or r.base.start is None or r.base.end is None:
        return
    if not _SAME_TIME.search(r.text.text):
        _same_days(r, r.base.start, r.base.end)
        return
    for at, token in enumerate(r.tokens):
        year = token.time.period if token.time is not None else None
        whole = year is not None and year.start is not None and year.end is not None and (year.end - year.start).days > 364
        if token.time is None or year is None or year.start is None or not whole:
            continue
        back = year.start.year - r.base.start.year
        moved = Period(start=shift(r.base.start, "year", back), end=shift(r.base.end, "year", back))
        r.tokens = (*r.tokens[:at], replace(token, time=replace(token.time, period=moved)), *r.tokens[at + 1 :])
        r.take(*(i for i in r.where("same_period", "same") if not r.tokens[i].is_content))
        return


def _same_days(r: Reading, start: date, end: date) -> None:
    """complaints this month, then last month, same days; 上个月同样的天数: as many of its days as were shown."""
    for at, token in enumerate(r.tokens):
        named, grain = (token.time.period, token.time.grain) if token.time is not None else (None, None)
        marks = [
            i for i in (r.step(at, 1), r.step(at, -1), *_behind_comma(r, at)) if i is not None and r.tokens[i].has("same_period")
        ]
        if token.time is None or named is None or named.start is None or not marks or grain in (None, "day") or grain is None:
            continue
        back = next((n for n in range(0, -_FAR, -1) if shift(floor(start, grain), grain, n) == named.start), None)
        if back is None or named.end != shift(named.start, grain, 1) or end > shift(floor(start, grain), grain, 1):
            continue
        moved = Period(start=shift(start, grain, back), end=shift(end, grain, back))
        r.tokens = (*r.tokens[:at], replace(token, time=replace(token.time, period=moved)), *r.tokens[at + 1 :])
        r.take(*marks)
        return


_FAR = 60
"""How many units back at most."""


def _behind_comma(r: Reading, at: int) -> tuple[int | None, ...]:
    stop = at + 1 < len(r.tokens) and r.tokens[at + 1].text == ","
    return (at + 2,) if stop and at + 2 < len(r.tokens) else ()


def _grown_on(r: Reading, shown: Period, named: Period) -> Period | None:
    """sales in Q3, then how much did each grow on Q2, since Q2: an earlier time, which what was shown is the change from."""
    read = set(r.used) - {test.at for test in r.tests}
    if r.mention is None or not any(t.has("grow", "shrink") and at in read for at, t in enumerate(r.tokens)):
        return None
    base = Period(start=named.start, end=shown.start) if r.mention.kind == "open" else named
    earlier = base.end is not None and shown.start is not None and base.end <= shown.start
    return base if earlier and (r.mention.kind != "open" or _is_as_long(shown, base)) else None


def _put_beside(r: Reading, shown: Period, named: Period) -> Compare:
    """What the period that was shown is compared with; 和它前一个季度对比 is the one before it, however that is called from today."""
    if named == shown:
        return Compare(kind="previous_period")
    if _is_year_before(r, shown):
        r.period_at = None
        return Compare(kind="same_period_last_year")
    beside = Compare(kind="period", period=named)
    moved = in_that_year(r, shown, beside, Calendar(r.today)) or beside
    r.period_used = r.period_used or moved != beside  # 双十一…, then 跟2024年那次比
    return moved


def _done_in(query: Aggregate, period: Period) -> Aggregate | None:
    """how many customers complained, then in Q3: when they did it, as their number itself has no time; None where nothing was done."""
    part = query.share.part if query.share is not None else None
    dated = [p for p in parts_of(query.where) if isinstance(p, Predicate) and p.op == "between" and _holds_dates(p)]
    if (
        len(dated) == 1 and not periods_in(part) and period.start is not None and period.end is not None
    ):  # who signed up in Q3, then in Q2; how many of them bought: of those who did then
        days = (period.start.isoformat(), (period.end - timedelta(days=1)).isoformat())
        rest = tuple(p.model_copy(update={"values": days}) if p is dated[0] else p for p in parts_of(query.where))
        return query.model_copy(update={"where": joined(rest)})
    known = periods_in(query.where) | periods_in(part)
    unset = not known and (deeds_in(query.where) or deeds_in(part))
    if len(known) != 1 and not unset:
        return None
    share = (
        query.share.model_copy(update={"part": with_period_in(part, period, unset=unset)}) if query.share is not None else None
    )
    return query.model_copy(update={"where": with_period_in(query.where, period, unset=unset), "share": share})


def _holds_dates(part: Predicate) -> bool:
    return all(isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in part.values)


_ALIKE = re.compile(
    "也[这那]么|同样|照这样|照样|也一样|也照|(?<![a-z])(?:the same (?:way|comparison|for)|same comparison|likewise)(?![a-z])"
)
"""国庆也这么比一下: in the same way as before."""


def _alike(r: Reading) -> bool:
    return _ALIKE.search(r.text.text) is not None


def _asks_growth_since(r: Reading) -> bool:
    """how was it a year earlier, with growth: the time before is what the last answer is compared with."""
    moved = r.mention is not None and r.mention.kind == "anchored" and r.mention.shift is not None and r.mention.shift.count < 0
    return moved and any(t.has("grow", "shrink", "change_word") and at in r.used for at, t in enumerate(r.tokens))
