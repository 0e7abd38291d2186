"""Chinese units, dates and parts of them: in a match in a compact line (no spaces around Chinese characters), out an atom.

The words are in zh.yaml; here is only the order they stand in. Windows of time (近30天, 三个月前) are in time_zh_spans.
"""

import re
from datetime import date, timedelta
from functools import cache

from assistant.language.calendar import Calendar, fiscal_year_start, moved, unit_shift, unit_start
from assistant.language.lexicon import TimeWords, either, load_lexicon
from assistant.language.number_words import chinese_value
from assistant.language.time_atoms import Atom, Rule, all_time, kind_of, now, rule, until_now
from assistant.language.time_numeric import fiscal_whole, full_year
from assistant.language.time_parts import Part, day_whole, refine_all, unit_whole, year_whole
from assistant.language.time_zh_spans import NO_VERB, span_rules

_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
_DIGITS = "一二三四五六七八九"
_QUARTER = r"[一二三四1-4]"
_NUMBER = r"(?:\d{1,4}|[零一二两俩三四五六七八九十百]{1,4})"
_RANGE = r"\s?(?:-|~|到|至)\s?"
_LIST = rf"(?:{_RANGE}|、|,|和|及|与|/)"
_MOST_IN_LIST = "{0,11}"
_YEAR_DIGITS = r"(?:19|20)\d\d|\d\d|[零〇一二三四五六七八九]{4}|[零〇][一二三四五六七八九]"
# after two digits and 年 these make a duration of it (10年前), unless a part of a year follows (26年前三个月)
_DURATION = re.compile(r"(?!前[三半\d一二])(?:(?:之|以)?[前内间后里]|来|没|未|不|多|以上)")


def _words() -> TimeWords:
    return load_lexicon("zh").time


def _number(word: str) -> int | None:
    """A small whole number in digits or characters, 初 and 廿 of lunar days included."""
    value = chinese_value(word.removeprefix("初").replace("廿", "二十"))
    return int(value.value) if value is not None and 0 < value.value <= 100 else None


def _year_word(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """今年, 去年, 前年."""
    offset = _words().years[match.group()]
    whole = year_whole(calendar.today.year + offset)
    return None if whole is None else Atom(match.start(), match.end(), whole, kind=kind_of(offset))


def _day_word(match: re.Match[str], calendar: Calendar) -> Atom:
    """昨天, 前天."""
    day = calendar.today + timedelta(days=_words().days[match.group()])
    return Atom(match.start(), match.end(), day_whole(day), kind="point")


def _year(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """2025年, 26年, 二零二六年, 07年; two digits may be a duration instead (10年前)."""
    word = match["y"]
    if not word.isdigit():
        word = "".join(str(load_lexicon("zh").numbers.digits[char]) for char in word)
    short = len(word) == 2
    if short and not word.startswith("0") and _DURATION.match(match.string, match.end()):
        return None
    year = full_year(word, calendar)
    if short and not calendar.today.year - 40 <= year <= calendar.today.year + 5:
        return None
    whole = year_whole(year)
    return None if whole is None else Atom(match.start(), match.end(), whole)


def _fiscal(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """2026财年, 本财年."""
    if match["rel"]:
        offset = _words().relative[match["rel"]]
        start = moved(fiscal_year_start(calendar.today, calendar), "year", offset)
        return Atom(match.start(), match.end(), unit_whole(start, "year"), kind=kind_of(offset))
    whole = fiscal_whole(full_year(match["y"], calendar), calendar)
    return None if whole is None else Atom(match.start(), match.end(), whole)


def _relative(match: re.Match[str], calendar: Calendar) -> Atom:
    """上个月, 这周, 上上季度."""
    offset, unit = _words().relative[match["rel"]], _words().units[match["unit"]]
    start = moved(unit_start(calendar.today, unit, calendar), unit, offset)
    beside = unit_shift(unit, -1) if match["rel"].startswith("再") else None  # 8月的…, 再往前一个月呢: July
    return Atom(match.start(), match.end(), unit_whole(start, unit, lends=False), kind=kind_of(offset), beside=beside)


def _relative_week(match: re.Match[str], calendar: Calendar) -> Atom:
    """上周三, 上周末."""
    offset = _words().relative[match["rel"]]
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", offset), "week")
    part = Part("weekend") if match["day"] == "末" else Part("weekday", _words().weekdays[match["day"]])
    return Atom(match.start(), match.end(), refine_all(week, (part,), calendar), kind="point")


def _half_year(match: re.Match[str], _: Calendar) -> Atom:
    return Atom(match.start(), match.end(), parts=(Part("half", _words().half_years[match.group()]),))


def _quarter(match: re.Match[str], _: Calendar) -> Atom | None:
    n = 1 if match["n"] == "首" else _number(match["n"])
    return None if n is None else Atom(match.start(), match.end(), parts=(Part("quarter", n),))


def _month(match: re.Match[str], _: Calendar) -> Atom | None:
    n = _number(match["n"])
    return None if n is None else Atom(match.start(), match.end(), parts=(Part("month", n),))


def _day(match: re.Match[str], _: Calendar) -> Atom | None:
    """15号 by itself is a date; 15日 and bare numbers only behind a month or in a range."""
    n = _number(match["n"])
    weak = match.groupdict().get("suffix") != "号"
    return None if n is None else Atom(match.start(), match.end(), parts=(Part("day", n),), kind="point", weak=weak)


def _week(match: re.Match[str], _: Calendar) -> Atom | None:
    n = _number(match["n"])
    return None if n is None or n > 53 else Atom(match.start(), match.end(), parts=(Part("week", n),))


def _weekday(match: re.Match[str], _: Calendar) -> Atom:
    """周三: no period by itself, but the end of a range (上周一到周三)."""
    part = Part("weekday", _words().weekdays[match["day"]])
    return Atom(match.start(), match.end(), parts=(part,), kind="point", weak=True)


def _nth_weekday(match: re.Match[str], _: Calendar) -> Atom | None:
    """第二个星期天, 最后一个周五."""
    n = _number(match["n"] or "1")
    part = Part("weekday", _words().weekdays[match["day"]], last=match["last"] is not None, name=str(n))
    return None if n is None else Atom(match.start(), match.end(), parts=(part,), kind="point", weak=True)


def _third(match: re.Match[str], _: Calendar) -> Atom:
    """上旬 is exact; 月初, 年底 are thirds too, and vague."""
    n, unit = _words().thirds[match.group()]
    vague = not match.group().endswith("旬")
    return Atom(match.start(), match.end(), parts=(Part("third", n, unit),), vague=vague, edge=n if vague else 0)


def _third_suffix(match: re.Match[str], _: Calendar) -> Atom:
    """9月|底, 去年|底."""
    n = _words().third_suffix[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("third", n),), weak=True, vague=True, edge=n)


def _halves(match: re.Match[str], _: Calendar) -> Atom:
    n, unit = _words().halves[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("halves", n, unit),))


def _nth(match: re.Match[str], _: Calendar) -> Atom | None:
    """第三天, 第一个月, 最后一周, 首月: only within a period."""
    n = _number(match["n"] or match["back"] or "1")
    part = None if n is None else Part("nth", n, _words().units[match["unit"]], last=match["last"] is not None)
    return None if part is None else Atom(match.start(), match.end(), parts=(part,), weak=True)


def _decade(match: re.Match[str], _: Calendar) -> Atom | None:
    """九十年代, 90年代: of the last century."""
    n = _number(match["n"])
    if n is None or n < 4:
        return None
    return Atom(match.start(), match.end(), unit_whole(date(1900 + 10 * n, 1, 1), "year", 10))


def _unit_rules() -> tuple[Rule, ...]:
    """Years, half years, quarters, months, weeks and days that are counted from today or named."""
    words = _words()
    relative, week = either(words.relative), "(?:周|星期|礼拜)"
    units = either(word for word, unit in words.units.items() if unit in ("week", "month", "quarter", "half"))
    trap = either(words.weekday_traps)
    fiscal = either(words.fiscal)
    return (
        rule(rf"{NO_VERB}(?P<rel>{relative})个?{week}(?!{trap})(?P<day>[一二三四五六日天]|末(?!尾))", _relative_week),
        rule(either(words.half_years), _half_year),
        rule(rf"(?:(?P<rel>{relative})|(?P<y>(?:20)?\d\d)年?){fiscal}度?", _fiscal),
        rule(rf"{NO_VERB}(?P<rel>{relative})(?P<unit>{units})(?!{either(words.unit_word_traps)}(?!间))", _relative),
        rule(rf"(?<![一二三四五六七八九十\d两几])(?:{either(words.years)})", _year_word),
        rule(either(words.days), _day_word),
        rule(rf"(?<![\d.近过去前最后连续满第])(?P<y>{_YEAR_DIGITS})年度?(?![龄级糕轻老]|的老|以上)", _year),
        rule(rf"(?<![\d.近前])第(?P<n>{_QUARTER})个?季度?", _quarter),
        rule(r"(?<![\d.近前第])(?P<n>[一二三四1-4首])季度", _quarter),
        rule(rf"(?<![\d.近前])第?(?P<n>{_QUARTER})(?={_LIST}第?{_QUARTER}(?:{_LIST}{_QUARTER}){_MOST_IN_LIST}季度)", _quarter),
        rule(r"(?P<n>[五六七八九]|\d)[十0]年代", _decade),
    )


def _date_rules() -> tuple[Rule, ...]:
    """Months and days, written once or shared by a list or range (1-3月, 8月1、2号, 8月1-15号)."""
    words = _words()
    months = either(words.month_traps) + "(?![跃动])"  # 9月活跃客户, 9月活动数
    days = either(words.day_traps)
    counted = either(word for group in load_lexicon("zh").units.values() for word in group)
    more_months = rf"(?={_LIST}{_MONTH}(?:{_LIST}{_MONTH}){_MOST_IN_LIST}月(?!{months}))"
    so_many = "这?[两二三四五六]个月"  # 7、8、9三个月
    months_before = rf"(?={_LIST}{_MONTH}(?:{_LIST}{_MONTH}){_MOST_IN_LIST}{so_many})"
    return (
        rule(rf"(?<![\d.个月号日])(?P<n>{_MONTH}){months_before}", _month),
        rule(rf"(?<=[、,和及与/到至~-])(?P<n>{_MONTH})月?{so_many}", _month),
        rule(rf"(?<![\d.])(?<![\d几两多]个)(?P<n>{_MONTH})月(?:份|分(?=的|销|各|和|,|$))?(?!{months})", _month),
        rule(rf"(?<![\d.个月号日])(?P<n>{_MONTH}){more_months}", _month),
        rule(rf"(?<![\d.个第{_DIGITS}十])(?P<n>[{_DIGITS}])(?=[{_DIGITS}]月(?!{months}))", _month),
        rule(rf"(?<=月)(?P<n>{_DAY})(?P<suffix>日|号)(?!均)", _day),  # 10月1日销售额 is no 日销
        rule(rf"(?<![\d.第])(?P<n>{_DAY})(?P<suffix>日|号)(?!{days})", _day),
        rule(rf"(?<=月)(?P<n>{_DAY})(?={_LIST}(?:{_MONTH}月)?{_DAY}(?:日|号))", _day),
        rule(rf"(?<=月)(?!{either(load_lexicon('zh').numbers.stop)})(?P<n>{_DAY})(?![\d月日号,.%]|{counted})", _day),
        rule(rf"(?<![\d.月])(?P<n>{_DAY})(?={_RANGE}{_DAY}(?:日|号)(?!{days}))", _day),
    )


_OFTEN = "[一二两三四五六七八九十\\d]+[次回单笔名家款]"
"""8月头一回, 9月头三名: the first time or the first three in it, and no first third of it."""


def _part_rules() -> tuple[Rule, ...]:
    """Weeks and weekdays by number, thirds and halves, the nth of something."""
    words = _words()
    week, units = "(?:周|星期|礼拜)", either(words.units)
    trap, ordinal = either(words.weekday_traps), either(words.ordinal_traps)
    apart = tuple(word for word in words.thirds if word[0] in "月年季周")
    joined = tuple(word for word in words.thirds if word not in apart)
    return (
        rule(rf"第(?P<n>{_NUMBER})个?{week}(?!{trap}|[一二三四五六日天]|{ordinal})", _week),
        rule(rf"(?<![\d.第])(?P<n>\d{{1,2}})(?={_RANGE}\d{{1,2}}{week})", _week),
        rule(rf"(?<=[-~到至])第?(?P<n>\d{{1,2}}){week}(?!{trap}|[一二三四五六日天])", _week),
        rule(rf"{week}(?!{trap})(?P<day>[一二三四五六日天])", _weekday),
        rule(rf"(?:第(?P<n>[一二三四五12345])|(?P<last>最后一))个?的?{week}(?!{trap})(?P<day>[一二三四五六日天])", _nth_weekday),
        rule(rf"(?<![\d一二三四五六七八九十上本这个今去明前正腊])(?:{either(apart)})|{either(joined)}", _third),
        rule(rf"(?<=[月年度季])(?:{either(words.third_suffix)})(?!级|步|始|次|座|薪|发|{_OFTEN})", _third_suffix),
        rule(either(words.halves), _halves),
        rule(rf"(?:第(?P<n>{_NUMBER})个?|(?P<last>最后)(?:(?P<back>[一1])个?)?|首个?)(?P<unit>{units})(?!{ordinal})", _nth),
    )


@cache
def chinese_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words = _words()
    return (
        rule(either(words.all_time), all_time),
        *_unit_rules(),
        *_date_rules(),
        *_part_rules(),
        *span_rules(),
        rule(either(words.until_now), until_now),
        rule(either(words.now), now),
    )
