"""How periods are used: the grain of a breakdown (每月, by week) and what a period is compared with (同比, vs last month).

In: a normalised text and a business calendar; out: grains, comparators, and with `read_times` all time words of a question
without overlaps. Never raises.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, assert_never

from assistant.language.calendar import Calendar, Shift, period_days, unit_before
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.lexicon import either, load_lexicon
from assistant.language.text import HAN, Normalised
from semantic_layer.periods import previous_period, shift, year_before
from semantic_layer.query import Grain, Period

ComparatorKind = Literal["previous_period", "same_period_last_year", "period"]

_REACH = 24
_LIST_REACH = 80
_LONGEST = 4000
_NOUNS: dict[str, Grain] = {"day": "day", "date": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_TOP = dict(_NOUNS)
"""The same nouns, ranked: our best month, the busiest day, what day."""
_ONES: dict[str, Grain] = {
    "天": "day", "日子": "day", "日期": "day", "周": "week", "星期": "week", "月份": "month", "月": "month", "季度": "quarter",
    "年份": "year", "年": "year",
}  # fmt: skip
"""What is ranked in 销售额最高的那一天."""
_SUPERLATIVE = r"(?<![a-z])(?:(?!latest|nearest|earliest|test|rest|west|guest|request|interest)[a-z]+est|worst|peak|record|what)"


_ONE_WORD = r"(?!(?:this|that|last|next|same|each|every|per|of|a|an|the|one|in|on|to|by|for|from|since|rolling) )[a-z-]+"


@dataclass(frozen=True, slots=True)
class GrainMention:
    """A breakdown by a unit of time, by its span in the normalised text."""

    start: int
    end: int
    grain: Grain


@dataclass(frozen=True, slots=True)
class Comparator:
    """What a period is compared with, by its span in the normalised text (比去年同期, vs last month).

    Attributes:
        kind: the period before it, the same days one year earlier, or a period that is named.
        shift: how far back it lies where the words say so (MoM: a month); None: just before, whatever its length.
        period: the days that the words name, if any. For "period" they are what to compare with; for the other kinds they are
            what the words would mean by themselves (vs last month).
    """

    start: int
    end: int
    kind: ComparatorKind
    shift: Shift | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """All time words of a question: no period lies within a comparator or a grain."""

    periods: tuple[PeriodMention, ...]
    grains: tuple[GrainMention, ...]
    comparators: tuple[Comparator, ...]


@cache
def _grain_patterns() -> tuple[tuple[re.Pattern[str], dict[str, Grain]], ...]:
    """Grain words, those that need a cue before them, and English nouns in a list behind by."""
    zh, en = load_lexicon("zh").relations, load_lexicon("en").relations
    words = {word: grain for part in (zh, en) for grain, group in part.grains.items() for word in group}
    nouns = {word: words[word] for word in zh.grain_nouns}
    plain = [word for word in words if word not in nouns]
    cue = "|".join(re.escape(cue) for cue in sorted(zh.grain_cues, key=len, reverse=True))
    crossed = r" ?(?:x|×|\*) ?"
    listed = rf"(?:(?<![a-z])and|,|&|(?<![a-z])then|/|\\+) ?(?:by )?(?:the )?(?P<word>{either(_NOUNS)})(?! (?:over|on|to) )"
    return (
        (re.compile(rf"(?P<word>{either(plain)})(?!{either(zh.grain_traps)}(?![跃动]))"), words),  # 每周活跃, not 周活
        (re.compile(rf"(?:^|(?<=\s)|{cue})\s?(?P<word>{either(nouns)})(?!数)"), nouns),
        (re.compile(listed), _NOUNS),
        (re.compile(rf"{_SUPERLATIVE} (?P<word>{either(_NOUNS)})(?! (?:over|on) )"), _TOP),
        (re.compile(rf"{_SUPERLATIVE}(?<!what) {_ONE_WORD} (?P<word>{either(_NOUNS)})(?! (?:over|on) )"), _TOP),  # best sales day
        (re.compile(rf"(?<![a-z])(?P<word>{either(_NOUNS)}) (?:with|that had|that saw|when|in which|on which) "), _TOP),
        (re.compile(rf"最[{HAN}]{{1,3}}的(?:那|这)?(?:一|几)?个?(?P<word>{either(_ONES)})"), _ONES),
        (
            re.compile(rf"(?P<word>{either(_NOUNS)}){crossed}(?=[a-z{HAN}])|(?<=[a-z{HAN}]){crossed}(?P<word2>{either(_NOUNS)})"),
            _NOUNS,
        ),
    )


def find_grains(text: Normalised) -> tuple[GrainMention, ...]:
    """Every grain word of the text, in order.

    >>> from assistant.language.text import normalise
    >>> [mention.grain for mention in find_grains(normalise("按月看每周趋势, by region and quarter"))]
    ['month', 'week', 'quarter']
    """
    found = []
    line = text.text[:_LONGEST]
    for pattern, grains in _grain_patterns():
        for match in pattern.finditer(line):
            group = "word2" if match.groupdict().get("word2") else "word"
            word = match[group].strip()
            listed = grains is not _NOUNS or group == "word2" or _in_by_list(line, match)
            if listed and not _is_one_day(line, match.end(), word):
                found.append(GrainMention(match.start(group), match.end(group), grains[word]))
    return tuple(_apart(found))


def _in_by_list(line: str, match: re.Match[str]) -> bool:
    """Whether a noun stands in a list behind by (by region and month) or is crossed with another (month x channel)."""
    if re.search(r"(?:x|×|\*) ?$", match.group()) or re.match(r" ?(?:x|×|\*) ?", line[match.end() :]):
        return True
    head = line[max(0, match.start() - _LIST_REACH) : match.start() + 1]
    return re.search(r"(?<![a-z])by [^.;?!。]*$", head) is not None


def _is_one_day(line: str, end: int, word: str) -> bool:
    """Whether 每周 goes on to 每周一, 每周末: a day of the week and no grain."""
    return (
        word.endswith(("周", "星期", "礼拜"))
        and re.match(r"[一二三四五六日天末](?!共|起|直|次|单|个)", line[end : end + 2]) is not None
    )


def _apart(found: Iterable[GrainMention]) -> list[GrainMention]:
    """Leftmost, then longest."""
    kept: list[GrainMention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _whole_word(words: Iterable[str]) -> str:
    """The words; those that begin with a unit not behind one of it (上个月|环比 is no 月环比)."""
    units = [word for word in words if word[0] in "年月周日季"]
    others = [word for word in words if word not in units]
    return rf"(?<![个上本这下今去前\d一二三四五六七八九十]){either(units)}|{either(others)}"


@cache
def _comparing() -> dict[str, re.Pattern[str]]:
    zh, en = load_lexicon("zh").relations, load_lexicon("en").relations
    short = [word.replace("year", "yr") for word in en.same_last_year if "year" in word]
    same, previous = (_whole_word((*zh.same_last_year, *en.same_last_year, *short)), _whole_word((*zh.previous, *en.previous)))
    against = either((*zh.against, *en.against))
    not_before = "".join(rf"(?<!{re.escape(word)})" for word in zh.not_against_before)
    not_before += "".join(rf"(?<!{word} )" for word in en.not_against_before)
    return {
        "words": re.compile(rf"(?P<same>{same})|(?P<previous>{previous})"),
        "against": re.compile(rf"{not_before}{against}\s?(?:the |于|的)?\s?$"),
        "with": re.compile(rf"{either((*zh.against_with, *en.against_with))}\s?(?:the )?$"),
        "after": re.compile(rf"(?P<same>{either(zh.same)})?的?(?P<after>{either((*zh.against_after, *en.against_after))})?"),
        "compare": re.compile(either((*zh.comparing, *en.comparing))),
    }


def find_comparators(
    text: Normalised, calendar: Calendar, periods: Sequence[PeriodMention] | None = None
) -> tuple[Comparator, ...]:
    """Every comparator of the text, in order. `periods`: what `find_periods` has found, where that is at hand.

    >>> from assistant.language.text import normalise
    >>> from datetime import date
    >>> found = find_comparators(normalise("9月销售额同比, 环比上周, vs last month"), Calendar(date(2026, 10, 20)))
    >>> [(one.kind, one.shift and one.shift.grain) for one in found]
    [('same_period_last_year', 'year'), ('previous_period', 'week'), ('previous_period', 'month')]
    """
    line = text.text[:_LONGEST]
    mentions = find_periods(text, calendar) if periods is None else periods
    starts = {mention.start for mention in mentions}
    found = [one for mention in mentions if (one := _against(line, mention, starts, calendar)) is not None]
    for match in _comparing()["words"].finditer(line):
        if any(one.start < match.end() and match.start() < one.end for one in found):
            continue
        found.append(_word(line, match))
    return tuple(sorted(found, key=lambda one: one.start))


def _word(line: str, match: re.Match[str]) -> Comparator:
    """同比, MoM, 去年同期 with 和 … 比 or vs around it."""
    patterns = _comparing()
    start, end = match.span()
    head = line[max(0, start - _REACH) : start]
    before = patterns["against"].search(head)
    after = patterns["after"].match(line, end)
    if before is None and after is not None and after["after"]:
        before = patterns["with"].search(head)
        end = after.end()
    start -= len(before.group()) if before else 0
    if match["same"]:
        return Comparator(start, end, "same_period_last_year", Shift("year", -1))
    previous = load_lexicon("zh").relations.previous | load_lexicon("en").relations.previous
    grain = previous[match["previous"]]
    return Comparator(start, end, "previous_period", None if grain is None else Shift(grain, -1))


def _against(line: str, mention: PeriodMention, starts: set[int], calendar: Calendar) -> Comparator | None:
    """A period behind 比, 较, vs, than or between 和 and 相比."""
    patterns = _comparing()
    head = line[max(0, mention.start - _REACH) : mention.start]
    same_in = _SAME_IN.search(line[max(0, mention.start - 2 * _REACH) : mention.start])
    before = same_in if same_in is not None and _is_last_year(mention, calendar) else patterns["against"].search(head)
    after = patterns["after"].match(line, mention.end)
    same = after is not None and after["same"] is not None
    closed = after is not None and after["after"] is not None and after.end() not in starts
    if before is None and (closed or _is_comparing(line, mention)):
        before = patterns["with"].search(head)
    if before is None and not (closed and mention.start == 0) and not same:
        return None
    start = mention.start - (len(before.group()) if before else 0)
    if before is not None and _is_last_year(mention, calendar) and _SAME_IN.search(before.group()):
        return Comparator(start, mention.end, "same_period_last_year", Shift("year", -1))
    end = after.end() if after is not None and (closed or not after["after"]) else mention.end
    kind, change = _kind(mention, calendar, named=before is not None and before.group().strip())
    return Comparator(start, end, kind, change, mention.period)


_SAME_IN = re.compile(
    r"(?:(?<![a-z])(?:(?:compared?|comparing|in comparison|measured|set) )?(?:versus|vs\.?|against|to|with|on|over|than) )"
    r"(?:the )?same "
    r"(?:days?|dates?|periods?|months?|weeks?|time|stretch|window|span|quarters?)(?: (?:in|of|from))? $"
)
"""versus the same days in 2025"""


def _is_last_year(mention: PeriodMention, calendar: Calendar) -> bool:
    """Whether a year is named, the one before this one."""
    start, end = mention.period.start, mention.period.end
    return start == date(calendar.today.year - 1, 1, 1) and end == date(calendar.today.year, 1, 1)


def _is_comparing(line: str, mention: PeriodMention) -> bool:
    """Whether with, to, over or from compare: behind compare, or behind growth and the like with a period relative to now."""
    match = _comparing()["compare"].search(line[max(0, mention.start - _LIST_REACH) : mention.start])
    return match is not None and (match.group().startswith("compar") or mention.kind in ("relative", "anchored"))


def _kind(mention: PeriodMention, calendar: Calendar, *, named: object) -> tuple[ComparatorKind, Shift | None]:
    """What the named period is beside the one it is compared with: the unit before, the year before, or just itself."""
    beside = mention.kind in ("anchored", "rolling") and mention.shift is not None
    change = mention.shift if beside else _units_back(mention, calendar)
    if change == Shift("year", -1):
        return "same_period_last_year", change
    if change is not None and (beside or change.count == -1):
        return "previous_period", change
    if named == "环比":
        return "previous_period", None
    return "period", change


def _units_back(mention: PeriodMention, calendar: Calendar) -> Shift | None:
    """How many units before the current one a relative period lies; None where its days were named outright."""
    whole = mention.whole
    if mention.kind not in ("relative", "point") or whole.start is None or whole.end is None or mention.count != 1:
        return None
    if shift(whole.start, mention.grain, 1) != whole.end or (mention.kind == "point" and mention.grain != "day"):
        return None
    for count in (1, 2, 3):
        begin = shift(whole.start, mention.grain, count)
        if begin <= calendar.today < shift(begin, mention.grain, 1):
            return Shift(mention.grain, -count)
    return None


def comparison_period(base: Period, comparator: Comparator, calendar: Calendar) -> Period | None:
    """The days that a period is compared with; None where a side of it is open.

    >>> from datetime import date
    >>> base = Period(start=date(2026, 10, 1), end=date(2026, 10, 20))
    >>> str(comparison_period(base, Comparator(0, 0, "previous_period", Shift("month", -1)), Calendar(date(2026, 10, 20))).end)
    '2026-09-20'
    """
    if base.start is None or base.end is None:
        return comparator.period if comparator.kind == "period" else None
    match comparator.kind:
        case "same_period_last_year":
            return year_before(base)
        case "previous_period":
            return (
                previous_period(base, calendar.week_start)
                if comparator.shift is None
                else _moved(base, comparator.shift, calendar)
            )
        case "period":
            return comparator.period
        case _:
            assert_never(comparator.kind)


def _moved(base: Period, change: Shift, calendar: Calendar) -> Period | None:
    """The base moved by a unit, by the rule for the period before where the base is one such unit."""
    before = previous_period(base, calendar.week_start)
    moved = unit_before(base, change)
    return before if before is not None and period_days(before) == period_days(base) and before.start == moved.start else moved


def read_times(text: Normalised, calendar: Calendar) -> Times:
    """Periods, grains and comparators of a question, each word used once.

    A comparator that names a period takes it, unless that is all there is to say when (去年同期的销售额 is no comparison).

    >>> from assistant.language.text import normalise
    >>> from datetime import date
    >>> times = read_times(normalise("本月每天的订单数, 较上月"), Calendar(date(2026, 10, 20)))
    >>> len(times.periods), [g.grain for g in times.grains], [c.kind for c in times.comparators]
    (1, ['day'], ['previous_period'])
    """
    found = find_periods(text, calendar)
    comparators = find_comparators(text, calendar, found)
    grains = find_grains(text)

    def within(mention: PeriodMention, one: Comparator | GrainMention) -> bool:
        return one.start < mention.end and mention.start < one.end

    free = tuple(mention for mention in found if not any(within(mention, one) for one in comparators))
    alone = [one for one in comparators if any(m.start <= one.start and one.end <= m.end for m in found if m.kind == "anchored")]
    if not free and alone and len(alone) == len(comparators):
        comparators = tuple(one for one in comparators if one not in alone)
        free = tuple(mention for mention in found if not any(within(mention, one) for one in comparators))
    periods = tuple(
        mention for mention in free if not any(within(mention, grain) and grain.start <= mention.start for grain in grains)
    )
    return Times(periods, grains, comparators)
