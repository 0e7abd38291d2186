"""Chinese period words: in a match in a compact line (no spaces around Chinese characters), out an atom.

The words are in zh.yaml; here is only the order they stand in.
"""

import re
from datetime import date, timedelta
from functools import cache

from assistant.language.calendar import Calendar, Shift, Unit, fiscal_year_start, moved, unit_start
from assistant.language.lexicon import either, load_lexicon
from assistant.language.number_words import chinese_value
from assistant.language.rolling import ago, rolling
from assistant.language.time_atoms import Atom, AtomKind, Builder, Rule
from assistant.language.time_numeric import fiscal_whole, full_year
from assistant.language.time_parts import Part, Whole, day_whole, refine_all, unit_whole, year_whole

_N = r"(?:\d{1,4}|[零一二两三四五六七八九十百]{1,4})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
_RANGE = r"\s?(?:-|~|到|至)\s?"
_LIST = rf"(?:{_RANGE}|、|,|和|及|与|/)"
_MOST = 1000


def number(word: str) -> int | None:
    """A small whole number in digits or characters."""
    value = chinese_value(word.removeprefix("初").replace("廿", "二十"))
    return int(value.value) if value is not None and 0 < value.value <= _MOST else None


def relative_kind(offset: int) -> AtomKind:
    """This is running, last and next are relative."""
    return "running" if offset == 0 else "relative"


def _year_word(match: re.Match[str], calendar: Calendar) -> Atom | None:
    offset = load_lexicon("zh").time.years[match.group()]
    whole = year_whole(calendar.today.year + offset)
    return None if whole is None else Atom(match.start(), match.end(), whole, kind=relative_kind(offset))


def _day_word(match: re.Match[str], calendar: Calendar) -> Atom:
    day = calendar.today + timedelta(days=load_lexicon("zh").time.days[match.group()])
    return Atom(match.start(), match.end(), day_whole(day), kind="point")


def _year(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """2025年, 26年, 二零二六年; two digits before 前, 内, 来 … are a duration (10年前) unless written with a zero."""
    word = match["y"]
    if not word.isdigit():
        word = "".join(str(load_lexicon("zh").numbers.digits[char]) for char in word)
    short = len(word) == 2
    duration = re.match(r"(?:之|以)?[前内间后里]|来|没|未|不|多|以上", match.string[match.end() :])
    if short and duration and not word.startswith("0") and not re.match(r"前[三半\d一二]", match.string[match.end() :]):
        return None
    year = full_year(word, calendar)
    if short and not calendar.today.year - 40 <= year <= calendar.today.year + 5:
        return None
    whole = year_whole(year)
    return None if whole is None else Atom(match.start(), match.end(), whole)


def _fiscal(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """2026财年, 本财年, FY26, with a quarter or half."""
    if match["rel"]:
        offset = load_lexicon("zh").time.relative[match["rel"]]
        start = moved(fiscal_year_start(calendar.today, calendar), "year", offset)
        return Atom(match.start(), match.end(), unit_whole(start, "year"), kind=relative_kind(offset))
    whole = fiscal_whole(full_year(match["y"], calendar), calendar)
    return None if whole is None else Atom(match.start(), match.end(), whole)


def _relative(match: re.Match[str], calendar: Calendar) -> Atom:
    """上个月, 这周, 上上季度, 本半年; a week with a weekday (上周三) or its weekend (上周末)."""
    words = load_lexicon("zh").time
    offset, unit = words.relative[match["rel"]], words.units[match["unit"]]
    start = moved(unit_start(calendar.today, unit, calendar), unit, offset)
    return Atom(match.start(), match.end(), unit_whole(start, unit, lends=False), kind=relative_kind(offset))


def _relative_week(match: re.Match[str], calendar: Calendar) -> Atom:
    words = load_lexicon("zh").time
    offset = words.relative[match["rel"]]
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", offset), "week")
    part = Part("weekend") if match["day"] == "末" else Part("weekday", words.weekdays[match["day"]])
    return Atom(match.start(), match.end(), refine_all(week, (part,), calendar), kind="point")


def _half_year(match: re.Match[str], _: Calendar) -> Atom:
    return Atom(match.start(), match.end(), parts=(Part("half", load_lexicon("zh").time.half_years[match.group()]),))


def _quarter(match: re.Match[str], _: Calendar) -> Atom | None:
    n = 1 if match["n"] == "首" else number(match["n"])
    return None if n is None or n > 4 else Atom(match.start(), match.end(), parts=(Part("quarter", n),))


def _month(match: re.Match[str], _: Calendar) -> Atom | None:
    n = number(match["n"])
    return None if n is None else Atom(match.start(), match.end(), parts=(Part("month", n),))


def _day(match: re.Match[str], _: Calendar) -> Atom | None:
    n = number(match["n"])
    weak = match.groupdict().get("hao") != "号"
    return None if n is None else Atom(match.start(), match.end(), parts=(Part("day", n),), kind="point", weak=weak)


def _week(match: re.Match[str], _: Calendar) -> Atom | None:
    n = number(match["n"])
    return None if n is None or n > 53 else Atom(match.start(), match.end(), parts=(Part("week", n),))


def _weekday(match: re.Match[str], _: Calendar) -> Atom:
    day = load_lexicon("zh").time.weekdays[match["day"]]
    return Atom(match.start(), match.end(), parts=(Part("weekday", day),), kind="point", weak=True)


def _nth_weekday(match: re.Match[str], _: Calendar) -> Atom | None:
    n = number(match["n"] or "1")
    day = load_lexicon("zh").time.weekdays[match["day"]]
    part = Part("weekday", day, last=match["last"] is not None, name=str(n))
    return None if n is None else Atom(match.start(), match.end(), parts=(part,), kind="point", weak=True)


def _third(match: re.Match[str], _: Calendar) -> Atom:
    n, unit = load_lexicon("zh").time.thirds[match.group()]
    vague = not match.group().endswith("旬")
    return Atom(match.start(), match.end(), parts=(Part("third", n, unit),), vague=vague, edge=n if vague else 0)


def _third_suffix(match: re.Match[str], _: Calendar) -> Atom:
    n = load_lexicon("zh").time.third_suffix[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("third", n),), weak=True, vague=True, edge=n)


def _halves(match: re.Match[str], _: Calendar) -> Atom:
    n, unit = load_lexicon("zh").time.halves[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("halves", n, unit),))


def _nth(match: re.Match[str], _: Calendar) -> Atom | None:
    """第三天, 第一个月, 最后一周, 首月: only within a period."""
    n = number(match["n"] or match["back"] or "1")
    unit = load_lexicon("zh").time.units[match["unit"]]
    part = None if n is None else Part("nth", n, unit, last=match["last"] is not None)
    return None if part is None else Atom(match.start(), match.end(), parts=(part,), weak=True)


def _rolling(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """近30天, 最近三个月, 过去一年半, 前两周, 近三个自然月; within a container that stands before it, its first n units."""
    words = load_lexicon("zh").time
    prefix, unit = match["prefix"], words.units.get(match["unit"], "day")
    few = match["n"] in words.few
    if prefix == "这" and not few and number(match["n"]) == 1:
        return None
    count = words.few[match["n"]] if few else 0.5 if match["n"] == "半" else number(match["n"])
    if count is None:
        return None
    count += 0.5 if match["half"] else 0
    count = count / 24 if match["unit"] in ("小时", "钟头") else count
    atom = rolling(match, calendar, count, unit, exact=match["whole"] is not None)
    if atom is None or count != int(count):
        return atom
    beside = Shift("month", -6 * int(count)) if unit == "half" else _shift(unit, -int(count))
    inside = Part("first", int(count), unit, last=words.first[prefix]) if prefix in words.first else None
    return _with(atom, inside, beside if prefix in words.beside else None, vague=few)


def _shift(unit: Unit, count: int) -> Shift | None:
    match unit:
        case "day" | "week" | "month" | "quarter" | "year":
            return Shift(unit, count)
        case "half":
            return Shift("month", 6 * count)
        case "fortnight":
            return Shift("week", 2 * count)


def _with(atom: Atom, inside: Part | None, beside: Shift | None, *, vague: bool) -> Atom:
    return Atom(atom.start, atom.end, atom.whole, atom.parts, atom.kind, atom.calendar, inside=inside, beside=beside, vague=vague)


def _first(match: re.Match[str], _: Calendar) -> Atom | None:
    """前三季度, 最后两个月: quarters of this year by themselves, everything else within a period."""
    n, unit = number(match["n"]), load_lexicon("zh").time.units[match["unit"]]
    last = load_lexicon("zh").time.first[match["prefix"]]
    if n is None:
        return None
    return Atom(match.start(), match.end(), parts=(Part("first", n, unit, last=last),), weak=last or unit != "quarter")


def _window(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """30天内, 一周以来, 三个月没…: the days up to now, unless they hang on an event (注册后30天内)."""
    words = load_lexicon("zh").time
    before = match.string[max(0, match.start() - 4) : match.start()]
    if any(before.endswith(word) for word in words.not_window_before):
        return None
    count = 0.5 if match["n"] == "半" else number(match["n"])
    if count is None or _is_date(match, count):
        return None
    return rolling(match, calendar, count, words.units[match["unit"]])


def _is_date(match: re.Match[str], count: float) -> bool:
    """Whether `7月以来`, `9月1日前` or `25年以来` name a month, a day or a year and no duration."""
    unit, line = match["unit"], match.string
    if match["n"].startswith("0"):
        return True
    if unit == "月":
        return "个" not in match.group() and match["n"] != "半"
    if unit == "日":
        return line[match.start() - 1 : match.start()] == "月" or match.group().endswith("以来")
    return unit in ("年", "年度") and 20 <= count < 100


def _ago(match: re.Match[str], calendar: Calendar) -> Atom | None:
    count = 0.5 if match["n"] == "半" else number(match["n"])
    if (
        count is None
        or _is_date(match, count)
        or match.string[max(0, match.start() - 2) : match.start()].endswith(("近", "过去", "最近", "每"))
    ):
        return None
    return ago(match, calendar, count, load_lexicon("zh").time.units[match["unit"]])


def _same_day(match: re.Match[str], calendar: Calendar) -> Atom:
    """去年今天, 去年的今日."""
    day = moved(calendar.today, "year", load_lexicon("zh").time.years[match["y"]])
    return Atom(match.start(), match.end(), day_whole(day), kind="point")


def _decade(match: re.Match[str], _: Calendar) -> Atom | None:
    """九十年代, 90年代: of the last century."""
    n = number(match["n"])
    if n is None or n < 4:
        return None
    return Atom(match.start(), match.end(), unit_whole(date(1900 + 10 * n, 1, 1), "year", 10))


def _same_period(match: re.Match[str], _: Calendar) -> Atom:
    """去年同期, 上月同期: the same days of the year, month or week before."""
    words = load_lexicon("zh").time
    if match["y"]:
        change: Shift | None = Shift("year", words.years[match["y"]])
    else:
        change = _shift(words.units[match["unit"]], words.relative[match["rel"]])
    return Atom(match.start(), match.end(), kind="anchored", beside=change)


def _all(match: re.Match[str], _: Calendar) -> Atom:
    return Atom(match.start(), match.end(), kind="all")


def _until_now(match: re.Match[str], calendar: Calendar) -> Atom:
    """至今, 截至目前, by itself: everything up to now."""
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="ended", weak=True)


def _now(match: re.Match[str], calendar: Calendar) -> Atom:
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="now", weak=True)


@cache
def chinese_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words = load_lexicon("zh").time
    units = either(words.units)
    relative, week = either(words.relative), "(?:周|星期|礼拜)"
    whole = rf"(?P<whole>{either(words.whole)})?"
    apart = tuple(word for word in words.thirds if word[0] in "月年季周")
    weekday_trap = either((*words.weekday_traps,))

    past = either(word for word, back in words.relative.items() if back < 0)
    before = rf"(?P<rel>{past})个?(?P<unit>{units})"
    same = either(load_lexicon("zh").relations.same)

    def rule(pattern: str, build: Builder) -> Rule:
        return re.compile(pattern), build

    return (
        rule(rf"(?P<y>{either(words.years)})的?(?:今天|今日|这一天|这天)", _same_day),
        rule(rf"(?:(?P<y>{either(word for word, back in words.years.items() if back < 0)})|{before})的?(?:{same})", _same_period),
        rule(either(words.all_time), _all),
        rule(rf"(?P<rel>{relative})个?{week}(?!{weekday_trap})(?P<day>[一二三四五六日天]|末(?!尾))", _relative_week),
        rule(either(words.half_years), _half_year),
        rule(rf"(?P<rel>{relative})?(?P<y>(?:20)?\d\d)?年?(?:财年|财政年度|会计年度)(?:度)?", _fiscal_guard),
        rule(r"(?<![a-z])fy\s?'?(?P<rel>(?!))?(?P<y>(?:20)?\d\d)(?!\d)", _fiscal),
        rule(
            rf"(?P<rel>{relative})(?P<unit>{either(k for k, v in words.units.items() if v in ('week', 'month', 'quarter', 'half'))})",
            _relative,
        ),
        rule(rf"(?<![一二三四五六七八九十\d两几])(?:{either(words.years)})", _year_word),
        rule(rf"{either(words.days)}", _day_word),
        rule(
            r"(?<![\d.近过去前最后连续满第])(?P<y>(?:19|20)\d\d|\d\d|[零〇一二三四五六七八九]{4}|[零〇][一二三四五六七八九])年度?(?![龄级糕轻])",
            _year,
        ),
        rule(r"(?<![\d.近前])(?:第(?P<n>[一二三四1-4])(?:个)?季度?|(?!))", _quarter),
        rule(r"(?<![\d.近前第])(?P<n>[一二三四1-4首])季度", _quarter),
        rule(rf"(?<![\d.近前])第?(?P<n>[一二三四1-4])(?={_LIST}第?[一二三四1-4](?:{_LIST}[一二三四1-4])*季度)", _quarter),
        rule(rf"(?<![\d.个])(?P<n>{_M})月(?:份|分(?=的|销|各|和|,|$))?(?!{either(words.month_traps)})", _month),
        rule(rf"(?<![\d.个月号日])(?P<n>{_M})(?={_LIST}{_M}(?:{_LIST}{_M})*月(?!{either(words.month_traps)}))", _month),
        rule(rf"(?<![\d.第])(?P<n>{_D})(?P<hao>日|号)(?!{either(words.day_traps)})", _day),
        rule(rf"(?<=月)(?P<n>{_D})(?={_LIST}(?:{_M}月)?{_D}(?:日|号))", _day),
        rule(rf"(?<=月)(?P<n>{_D})(?![\d月日号个,.%])", _day),
        rule(rf"(?<![\d.月])(?P<n>{_D})(?={_RANGE}{_D}(?:日|号)(?!{either(words.day_traps)}))", _day),
        rule(rf"第(?P<n>{_N})(?:个)?{week}(?!{weekday_trap}|[一二三四五六日天]|{either(words.ordinal_traps)})", _week),
        rule(rf"(?<![\d.第])(?P<n>\d{{1,2}})(?={_RANGE}\d{{1,2}}{week})|(?<=周[-~到至])(?P<m>(?!))", _week),
        rule(rf"{week}(?!{weekday_trap})(?P<day>[一二三四五六日天])", _weekday),
        rule(rf"(?:第(?P<n>[一二三四五12345])|(?P<last>最后一))个?的?{week}(?P<day>[一二三四五六日天])", _nth_weekday),
        rule(
            rf"(?<![\d一二三四五六七八九十上本这个今去明前])(?:{either(apart)})|{either(word for word in words.thirds if word not in apart)}",
            _third,
        ),
        rule(rf"(?<=[月年度季])(?:{either(words.third_suffix)})(?!级|步|始|次|座|薪|发)", _third_suffix),
        rule(either(words.halves), _halves),
        rule(
            rf"(?:第(?P<n>{_N})个?|(?P<last>最后)(?:(?P<back>[一1])个?)?|首个?)(?P<unit>{units})(?!{either(words.ordinal_traps)})",
            _nth,
        ),
        rule(
            rf"(?P<prefix>{either((*words.rolling, *words.beside))})的?(?P<n>{_N}|[半几数])个?{whole}(?P<unit>{units}|小时|钟头)(?P<half>半)?"
            rf"(?:{either(words.inside)})?(?!{weekday_trap})",
            _rolling,
        ),
        rule(
            rf"(?P<prefix>{either(words.rolling)})(?P<n>{_N})个(?P<half>半)(?P<whole>(?!))?(?P<unit>月)(?:{either(words.inside)})?",
            _rolling,
        ),
        rule(rf"(?P<prefix>{either(words.first)})(?P<n>{_N})个?(?P<unit>{units})", _first),
        rule(rf"(?P<n>{_N}|半)个?(?P<unit>{units})(?:{either(words.inside_needed)})(?!者|源)", _window),
        rule(
            rf"(?:超过|超|已经|已|满|至少|连续|整整)?(?P<n>{_N}|半)个?(?P<unit>{units})(?:以上|多)?(?=(?:[都就也]|一直|内)?(?:{either(words.lacking)}))",
            _window,
        ),
        rule(rf"(?P<n>{_N}|半)个?(?P<unit>{units})(?:之|以)?前(?!\d|[一二三四五六七八九十]{{1,2}}[名个大位]|[十百名几半])", _ago),
        rule(rf"(?P<n>[五六七八九]|\d)[十0]年代", _decade),
        rule(either(words.until_now), _until_now),
        rule(either(words.now), _now),
    )


def _fiscal_guard(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """A fiscal year needs to say which."""
    return _fiscal(match, calendar) if match["rel"] or match["y"] else None
