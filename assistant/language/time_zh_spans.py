"""Chinese windows of time: 近30天, 前两周, 三个月没来, 两年前, 去年同期, 前三季度; in a match in a compact line, out an atom.

The words are in zh.yaml; here is only the order they stand in.
"""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from assistant.language.calendar import Calendar, Unit, moved, unit_shift, unit_start
from assistant.language.lexicon import TimeWords, either, load_lexicon
from assistant.language.number_words import chinese_value
from assistant.language.rolling import ago, rolling
from assistant.language.time_atoms import Atom, Rule, rule
from assistant.language.time_parts import Part, day_whole, refine_all, unit_whole

_NUMBER = r"(?:\d{1,4}|[零一二两俩三四五六七八九十百]{1,4})"
_HOURS = ("小时", "钟头")
_MOST = 1000
_NOT_RANK = r"(?!\d|[一二三四五六七八九十]{1,2}[名个大位]|[十百名几半])"


def _words() -> TimeWords:
    return load_lexicon("zh").time


def _number(word: str) -> int | None:
    value = chinese_value(word)
    return int(value.value) if value is not None and 0 < value.value <= _MOST else None


def _count(word: str) -> float | None:
    """半 is a half, 几 about three."""
    return 0.5 if word == "半" else _words().few.get(word) or _number(word)


def _rolling(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """近30天, 最近三个月, 过去一年半, 前两周, 近三个自然月; behind a period that contains it, its first n units."""
    words, prefix = _words(), match["prefix"]
    count = _count(match["n"])
    if count is None or (prefix == "这" and count == 1) or (prefix == "上" and match["n"] == "半"):
        return None  # 上半年来投诉过的: the first half of a year
    if match["unit"] in ("月", "月份") and _MONTH_OF.search(match.group()):
        return None  # 9月15号之前的9月: a month by name
    groups = match.groupdict()
    if match["unit"] in _HOURS:
        return rolling(match, calendar, count / 24, "day")
    unit = words.units[match["unit"]]
    count += 0.5 if groups.get("half") else 0
    atom = rolling(match, calendar, count, unit, exact=bool(groups.get("whole")))
    if atom is None or count != int(count):
        return atom
    return replace(
        atom,
        inside=Part("first", int(count), unit, last=words.first[prefix]) if prefix in words.first else None,
        beside=unit_shift(unit, -int(count)) if prefix in words.beside else None,
        vague=match["n"] in words.few,
    )


_MONTH_OF = re.compile(r"的(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月")
_DIGITS = "一二三四五六七八九"


def _months_in_a_row(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """七八九月, 去年四五六这三个月: months that follow each other, of this year unless they are still to come."""
    months = [_DIGITS.index(char) + 1 for char in match["months"]]
    if any(b != a + 1 for a, b in pairwise(months)):
        return None
    today, said = calendar.today, match["y"]
    year = today.year - (date(today.year, months[0], 1) > today)
    if said:
        year = int(said[:4]) if said[0].isdigit() else today.year + _words().years[said]
    return Atom(*match.span(), unit_whole(date(year, months[0], 1), "month", len(months)))


def _first(match: re.Match[str], _: Calendar) -> Atom | None:
    """前三季度, 最后两个月: quarters of this year by themselves, everything else within a period."""
    n, unit = _number(match["n"]), _words().units[match["unit"]]
    last = _words().first[match["prefix"]]
    if n is None:
        return None
    return Atom(match.start(), match.end(), parts=(Part("first", n, unit, last=last),), weak=last or unit != "quarter")


def _window(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """30天内, 一周以来, 三个月没…: the days up to now, unless they hang on an event (注册后30天内)."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    count = _count(match["n"])
    unit = _words().units[match["unit"]]
    halved = match["n"] == "半" and before.endswith(("上", "下"))  # 上半年来投诉过的
    if (
        count is None
        or halved
        or before.endswith(_words().not_window_before)
        or _is_date(match, count)
        or (count == 1 and unit == "day")
    ):
        return None  # 一天内解决: how long it took
    return rolling(match, calendar, count, unit)


def _ago(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """三个月前, 两年前, 3天前."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    count = _count(match["n"])
    if count is None or before.endswith(("近", "过去", "最近", "每")) or _is_date(match, count):
        return None
    return ago(match, calendar, count, _words().units[match["unit"]])


def _is_date(match: re.Match[str], count: float) -> bool:
    """Whether `7月以来`, `9月1日前`, `07年前` or `25年以来` name a month, a day or a year and no duration."""
    unit, line = match["unit"], match.string
    if match["n"].startswith("0"):
        return True
    if unit in ("月", "月份"):
        return "个" not in match.group() and match["n"] != "半"
    if unit == "日":
        return line[match.start() - 1 : match.start()] == "月" or match.group().endswith("以来")
    return unit in ("年", "年度") and 20 <= count < 100


def _same_day(match: re.Match[str], calendar: Calendar) -> Atom:
    """去年今天, 上个月同一天; the same day is that of another day that the question names (昨天…跟上周同一天比)."""
    words = _words()
    unit: Unit = "year" if match["y"] else words.units[match["unit"]]
    count = words.years[match["y"]] if match["y"] else words.relative.get(match["rel"], -1)
    beside = unit_shift(unit, count) if match["same"] else None
    return Atom(match.start(), match.end(), day_whole(moved(calendar.today, unit, count)), kind="point", beside=beside)


def _same_period(match: re.Match[str], _: Calendar) -> Atom:
    """去年同期, 上月同期: the same days of the year, month or week before."""
    words = _words()
    if match["y"]:
        return Atom(match.start(), match.end(), kind="anchored", beside=unit_shift("year", words.years[match["y"]]))
    change = unit_shift(words.units[match["unit"]], words.relative[match["rel"]])
    return Atom(match.start(), match.end(), kind="anchored", beside=change)


_THIS_TIME = ("这个时候", "这时候", "那个时候", "此时", "这时", "同样这个时候", "的这个时候")


def _weekday_before(match: re.Match[str], calendar: Calendar) -> Atom:
    """前一个周五, 再上周五: of the week before the day that was named, else of the last week."""
    part = Part("weekday", _words().weekdays[match["day"]])
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", -1), "week")
    return Atom(
        match.start(),
        match.end(),
        refine_all(week, (part,), calendar),
        kind="point",
        beside=unit_shift("week", -1),
        inner=(part,),
    )


NO_VERB = "(?:(?!上(?:上|[0-9一二三四五六七八九十]))|(?<![加算补带连合并配添]))"
"""加上8月, 算上上个月: the 上 of the verb, and neither the last eight months nor the month before last."""


def span_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words, compare = _words(), load_lexicon("zh").compare.before
    units, inside = either(words.units), either(words.inside)
    past = either(word for word, back in words.relative.items() if back < 0)
    past_years = either(word for word, back in words.years.items() if back < 0)
    before = rf"(?P<rel>{past})个?(?P<unit>{units})"
    same = either((*load_lexicon("zh").relations.same, *_THIS_TIME))
    prefix = either((*words.rolling, *words.beside))
    some = rf"(?P<n>{_NUMBER}|[{''.join(words.few)}半])"
    amount = rf"(?P<n>{_NUMBER}|半)个?(?P<unit>{units})"
    least = either((*compare[">"], *compare[">="], "已经", "已", "连续", "整整"))
    lacking = rf"(?=(?:[都就也]|一直|内)?(?:{either(words.lacking)}))"
    return (
        rule(
            rf"(?P<y>{either(words.years)}|\d{{4}}年)?的?(?<![一二三四五六七八九十百千万两第])(?P<months>[一二三四五六七八九]{{3,4}})"
            r"(?:[这那]?[两二三四]个)?月份?(?!\d)",
            _months_in_a_row,
        ),
        rule(rf"(?P<y>)(?P<rel>(?:再|往|再往)?前一?)个?(?P<unit>{units})的?(?P<same>同一天|同日|同天|同一日)", _same_day),
        rule(
            rf"(?:(?P<y>{past_years})|{before})的?(?:今天|今日|这一天|这天|(?P<same>同一天|同日|同天|同一日|那同一天))", _same_day
        ),
        rule(rf"(?:(?P<y>{past_years})|{before})的?(?:{same})", _same_period),
        rule(
            r"(?:(?:再往|再|之|往)?前(?:一个|个|那个)|再上(?:一个|个)?)的?(?:周|星期|礼拜)"
            rf"(?!{either(words.weekday_traps)})(?P<day>[一二三四五六日天])",
            _weekday_before,
        ),
        rule(
            rf"{NO_VERB}(?P<prefix>{prefix})的?{some}个?(?P<whole>{either(words.whole)})?"
            rf"(?P<unit>{units}|{either(_HOURS)})(?P<half>半)?{inside}?",
            _rolling,
        ),
        rule(rf"(?P<prefix>{either(words.rolling)})(?P<n>{_NUMBER})个(?P<half>半)(?P<unit>月){inside}?", _rolling),
        rule(rf"(?P<prefix>{either(words.first)})(?P<n>{_NUMBER})个?(?P<unit>{units})", _first),
        rule(rf"{amount}{either(words.inside_needed)}(?!者|源)", _window),
        rule(rf"(?:{least})?{amount}(?:以上|多)?{lacking}", _window),
        rule(rf"{amount}(?:之|以)?前{_NOT_RANK}", _ago),
    )
