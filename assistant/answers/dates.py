"""Dates, buckets and periods as people read them, in Chinese or English.

In: dates, grains, half-open periods, the first and last day that the data has. Out: text; nothing fails.
"""

from datetime import date, datetime, timedelta
from typing import cast, get_args

from assistant.qa import Lang
from prompts import render
from semantic_layer.periods import floor, previous_period, shift, year_before
from semantic_layer.query import Compare, Grain, Period

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS_ZH = "一二三四"


def day(value: date, lang: Lang) -> str:
    """2026年9月1日 / 1 Sep 2026; a timestamp keeps its minutes.

    >>> day(date(2026, 9, 1), "zh"), day(date(2026, 9, 1), "en")
    ('2026年9月1日', '1 Sep 2026')
    """
    text = (
        f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    )
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return f"{text} {value:%H:%M}"
    return text


def iso(text: str, lang: Lang) -> str:
    """An ISO date or timestamp as `day` writes it; other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return day(moment if "T" in text or " " in text else moment.date(), lang)


def short_day(value: date, lang: Lang) -> str:
    """9月1日 / 1 Sep: where the year is known."""
    return f"{value.month}月{value.day}日" if lang == "zh" else f"{value.day} {_MONTHS[value.month - 1]}"


def bucket(value: date, grain: str | None, lang: Lang) -> str:
    """The bucket that begins on `value`: 2026年9月 / Sep 2026, 2026年三季度 / 2026 Q3, 2026年10月12日当周 / week of 12 Oct 2026.

    >>> bucket(date(2026, 7, 1), "quarter", "zh"), bucket(date(2026, 10, 12), "week", "en")
    ('2026年三季度', 'week of 12 Oct 2026')
    """
    match grain:
        case "month":
            return f"{value.year}年{value.month}月" if lang == "zh" else f"{_MONTHS[value.month - 1]} {value.year}"
        case "quarter":
            quarter = (value.month - 1) // 3
            return f"{value.year}年{_QUARTERS_ZH[quarter]}季度" if lang == "zh" else f"{value.year} Q{quarter + 1}"
        case "year":
            return f"{value.year}年" if lang == "zh" else f"{value.year}"
        case "week":
            return render("answers.week_of", lang, day=day(value, lang))
        case _:
            return day(value, lang)


def time_part(value: int | bool, part: str, lang: Lang) -> str:
    """A part of a date: 周一 / Mon, 14时 / 14:00, 9月 / Sep, 三季度 / Q3, 周末 / weekend."""
    if part == "weekend":
        return render("answers.weekend" if value else "answers.weekday_not_weekend", lang)
    index = int(value)
    match part:
        case "weekday" if 1 <= index <= 7:
            return render(f"answers.weekdays.{index}", lang)
        case "hour":
            return f"{index}时" if lang == "zh" else f"{index}:00"
        case "month" if 1 <= index <= 12:
            return f"{index}月" if lang == "zh" else _MONTHS[index - 1]
        case "quarter" if 1 <= index <= 4:
            return f"{_QUARTERS_ZH[index - 1]}季度" if lang == "zh" else f"Q{index}"
        case _:
            return str(value)


def span(start: date, last: date, lang: Lang) -> str:
    """Both days included, nothing said twice: 2026年9月1日至30日 / 1–30 Sep 2026.

    >>> span(date(2026, 9, 1), date(2026, 9, 30), "zh"), span(date(2026, 9, 20), date(2026, 10, 19), "en")
    ('2026年9月1日至30日', '20 Sep – 19 Oct 2026')
    """
    if start == last:
        return day(start, lang)
    same_year, same_month = start.year == last.year, (start.year, start.month) == (last.year, last.month)
    if lang == "zh":
        tail = f"{last.day}日" if same_month else short_day(last, lang) if same_year else day(last, lang)
        return f"{day(start, lang)}至{tail}"
    if same_month:
        return f"{start.day}–{day(last, lang)}"
    return f"{short_day(start, lang) if same_year else day(start, lang)} – {day(last, lang)}"


def unit_of(period: Period) -> Grain | None:
    """The calendar unit that a period is exactly, or None. Weeks are not named: their dates say more.

    >>> unit_of(Period(start=date(2026, 7, 1), end=date(2026, 10, 1)))
    'quarter'
    """
    if period.start is None or period.end is None:
        return None
    grains: tuple[Grain, ...] = ("year", "quarter", "month")
    return next((g for g in grains if floor(period.start, g) == period.start and shift(period.start, g, 1) == period.end), None)


def short_bucket(value: date, grain: str | None, lang: Lang) -> str:
    """A bucket where its year is known: 9月 / Sep, 三季度 / Q3, else its first day.

    >>> short_bucket(date(2026, 7, 1), "quarter", "zh"), short_bucket(date(2026, 10, 12), "week", "en")
    ('三季度', '12 Oct')
    """
    if grain in ("month", "quarter"):
        return time_part(value.month if grain == "month" else (value.month - 1) // 3 + 1, grain, lang)
    return bucket(value, grain, lang) if grain == "year" else short_day(value, lang)


def period(value: Period, lang: Lang, *, brief: bool = False) -> str:
    """A period with its days: a whole quarter or year also by its name (`brief`: a whole month, quarter or year by it alone).

    An open side is said in words.

    >>> period(Period(start=date(2026, 7, 1), end=date(2026, 10, 1)), "en")
    '2026 Q3 (1 Jul – 30 Sep)'
    >>> period(Period(start=date(2026, 7, 1)), "zh")
    '2026年7月1日以来'
    """
    if value.start is None and value.end is None:
        return render("answers.all_time", lang)
    if value.start is None:
        return render("answers.until", lang, day=day(cast("date", value.end) - timedelta(days=1), lang))
    if value.end is None:
        return render("answers.since", lang, day=day(value.start, lang))
    last = max(value.end - timedelta(days=1), value.start)
    unit = unit_of(value)
    if unit is not None and brief:
        return bucket(value.start, unit, lang)
    if unit in ("quarter", "year"):
        days = render("answers.from_to", lang, start=short_day(value.start, lang), end=short_day(last, lang))
        return render("answers.named_period", lang, name=bucket(value.start, unit, lang), days=days)
    return span(value.start, last, lang)


def compared_with(period: Period | None, compare: Compare | None, week_start: int = 0) -> Period | None:
    """The period that a comparison looks at; None where there is none, or where it compares groups."""
    if compare is None or compare.kind == "filter":
        return None
    if compare.period is not None:
        return compare.period
    if period is None:
        return None
    return year_before(period) if compare.kind == "same_period_last_year" else previous_period(period, week_start)


def is_grain(text: str | None) -> bool:
    """Whether `text` is a time grain."""
    return text in get_args(Grain)


def bucket_end(start: date, grain: Grain) -> date:
    """The first day after the bucket that begins on `start` (any day of a week that was cut by a period counts as its first)."""
    return shift(start if grain == "week" else floor(start, grain), grain, 1)


def parsed(text: str) -> date:
    """The date of an ISO text that we wrote ourselves."""
    return date.fromisoformat(text[:10])
