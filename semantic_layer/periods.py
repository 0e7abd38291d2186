"""Calendar arithmetic of comparisons: pure functions over half-open periods.

In: a `Period` (and a grain); out: the period to compare it with, or None where a side is open. Conventions (retail/spec.md,
"Calendar"): the same days one year earlier; the period just before — a whole calendar unit before a whole one, the same number
of days at the start of the unit before for one that begins with its unit, else the same number of days just before.
"""

from calendar import isleap, monthrange
from datetime import date, timedelta

from semantic_layer.query import Grain, Period


def add_months(day: date, months: int) -> date:
    """The same day `months` later, the last of the month where there is no such day.

    >>> add_months(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shift(day: date, grain: Grain, count: int) -> date:
    """`day` moved by `count` grains."""
    match grain:
        case "day":
            return day + timedelta(days=count)
        case "week":
            return day + timedelta(weeks=count)
        case "month":
            return add_months(day, count)
        case "quarter":
            return add_months(day, 3 * count)
        case "year":
            return add_months(day, 12 * count)


def floor(day: date, grain: Grain, week_start: int = 0) -> date:
    """The first day of the grain that `day` lies in.

    >>> floor(date(2026, 10, 20), "week")
    datetime.date(2026, 10, 19)
    """
    match grain:
        case "day":
            return day
        case "week":
            return day - timedelta(days=(day.weekday() - week_start) % 7)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        case "year":
            return date(day.year, 1, 1)


def buckets(period: Period, grain: Grain, week_start: int = 0) -> int | None:
    """How many buckets of a grain a period touches; None for one without a beginning or an end, or for an empty one."""
    if period.start is None or period.end is None or period.start >= period.end:
        return None
    first, last = (floor(day, grain, week_start) for day in (period.start, period.end - timedelta(days=1)))
    if grain in ("day", "week"):
        return (last - first).days // (7 if grain == "week" else 1) + 1
    months = (last.year - first.year) * 12 + last.month - first.month
    return months // _MONTHS[grain] + 1


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def bucket_before(period: Period, grain: Grain) -> Period | None:
    """The period whose buckets are each the one before those of `period`; a part of a bucket stays the same part of it.

    >>> bucket_before(Period(start=date(2026, 3, 1), end=date(2026, 3, 31)), "month").end
    datetime.date(2026, 3, 1)
    """
    if period.start is None or period.end is None:
        return None
    whole = period.end.day == 1 or grain in ("day", "week")
    end = shift(period.end, grain, -1) if whole else shift(period.end - timedelta(days=1), grain, -1) + timedelta(days=1)
    return Period(start=shift(period.start, grain, -1), end=end)


def leap_days(period: Period) -> tuple[Period, ...]:
    """Each 29 February in `period`: a day that no other year has."""
    if period.start is None or period.end is None:
        return ()
    found = (date(year, 2, 29) for year in range(period.start.year, period.end.year + 1) if isleap(year))
    return tuple(Period(start=d, end=d + timedelta(days=1)) for d in found if period.start <= d < period.end)


def _is_last_of_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def year_before(period: Period) -> Period | None:
    """The same days one year earlier; a whole February stays whole."""
    if period.start is None or period.end is None:
        return None
    last = period.end - timedelta(days=1)
    end = add_months(last, -12)
    if last >= period.start and _is_last_of_month(last) and period.start.day == 1:
        end = end.replace(day=monthrange(end.year, end.month)[1])
    return Period(start=add_months(period.start, -12), end=max(end + timedelta(days=1), add_months(period.start, -12)))


def _whole_units(start: date, end: date, week_start: int) -> tuple[Grain, int] | None:
    """The largest calendar unit that [start, end) is a whole number of."""
    for grain, most in (("year", 50), ("quarter", 1), ("month", 600)):
        if floor(start, grain) == start and floor(end, grain) == end:  # type: ignore[arg-type]
            months = (end.year - start.year) * 12 + end.month - start.month
            size = {"year": 12, "quarter": 3, "month": 1}[grain]
            count = months // size
            if 1 <= count <= most:
                return grain, count  # type: ignore[return-value]
    if floor(start, "week", week_start) == start and (end - start).days == 7:
        return "week", 1
    return None


def _unit_begun(start: date, end: date) -> Grain | None:
    """The calendar unit that [start, end) is the beginning of: a year, quarter or month to date."""
    for grain in ("month", "quarter", "year"):
        if floor(start, grain) == start and end <= shift(start, grain, 1):
            return grain
    return None


def previous_period(period: Period, week_start: int = 0) -> Period | None:
    """The period just before, by the rule in the module's text; None where a side is open.

    >>> previous_period(Period(start=date(2026, 9, 1), end=date(2026, 10, 1))).start
    datetime.date(2026, 8, 1)
    >>> previous_period(Period(start=date(2026, 10, 1), end=date(2026, 10, 20))).end
    datetime.date(2026, 9, 20)
    >>> previous_period(Period(start=date(2026, 9, 20), end=date(2026, 10, 20))).start
    datetime.date(2026, 8, 21)
    """
    if period.start is None or period.end is None:
        return None
    start, end = period.start, period.end
    days = end - start
    whole = _whole_units(start, end, week_start)
    if whole is not None:
        return Period(start=shift(start, whole[0], -whole[1]), end=start)
    unit = _unit_begun(start, end)
    if unit is not None and days.days > 1:
        before = shift(start, unit, -1)
        return Period(start=before, end=min(before + days, start))
    return Period(start=start - days, end=start)
