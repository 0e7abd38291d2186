"""Festival names of both languages and of the domain, with 期间, 假期, sale … or 当天, itself after them: out an atom.

Seasons count with a year (去年夏天, summer 2025), or where only a time is meant (夏天, over the summer: the latest that has begun): 春季 by
itself is a collection, fall a verb.
"""

import re
from functools import lru_cache

from assistant.language.calendar import Calendar, DomainFestival
from assistant.language.festivals import festival_days
from assistant.language.lexicon import either, load_lexicon
from assistant.language.number_words import chinese_value
from assistant.language.time_atoms import Atom, Builder, Rule, rule
from assistant.language.time_parts import Part, Whole

_DIGITS = re.compile(r"[\d.]+")
_SEASON_OF = r"(?! of)(?![a-z0-9 ]*20\d\d)"
"""in the summer of 2025 has its year."""


def _builder(names: dict[str, str], *, weak: bool = False) -> Builder:
    def build(match: re.Match[str], calendar: Calendar) -> Atom | None:
        said = chinese_value(match["days"]) if match.groupdict().get("days") else None
        days = festival_days(names[match["name"]], calendar.today.year, calendar) if said is not None else None
        if said is not None and (days is None or (days[1] - days[0]).days != said.value):
            return None  # 双十一七天: it lasts eleven, and which seven was not said
        part = Part("festival", name=names[match["name"]], last=(match["day"] or match["day2"]) is not None)
        return Atom(match.start(), match.end(), parts=(part,), kind="festival", weak=weak)

    return build


def _relative_season(names: dict[str, str]) -> Builder:
    """this summer is this year's; last summer the latest that is over; over the summer, 夏天 the latest that has begun."""

    def build(match: re.Match[str], calendar: Calendar) -> Atom | None:
        rel = match.groupdict().get("rel")
        for year in range(calendar.today.year, calendar.today.year - 3, -1):
            days = festival_days(names[match["name"]], year, calendar)
            begun = rel is None and days is not None and days[0] < calendar.today
            if days is not None and (rel == "this" or begun or days[1] <= calendar.today):
                whole = Whole(*days, "day", (days[1] - days[0]).days, lends=False)
                return Atom(match.start(), match.end(), whole, kind="festival", vague=True)
        return None

    return build


_SOONER = ("latest", "most recent", "最近一次", "最近一个", "最近的一次", "最近的一个", "最近的")


def _latest(names: dict[str, str]) -> Builder:
    """the last Double 11, 上一个双十一: the latest that is over. Where that of this year is over, last could be it or the one before."""

    def build(match: re.Match[str], calendar: Calendar) -> Atom | None:
        year = calendar.today.year
        now, before = festival_days(names[match["name"]], year, calendar), festival_days(names[match["name"]], year - 1, calendar)
        over = now is not None and now[1] <= calendar.today
        days = now if over and match["rel"] in _SOONER else None if over else before
        if days is None or (now is not None and not over and now[0] <= calendar.today):
            return None
        whole = Whole(*days, "day", (days[1] - days[0]).days, lends=False)
        return Atom(match.start(), match.end(), whole, kind="festival")

    return build


@lru_cache(maxsize=16)
def festival_rules(own: tuple[DomainFestival, ...]) -> tuple[Rule, ...]:
    """The rules for all festivals; names of digits (618, 11.11) only where no unit makes an amount of them."""
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    names = {word: name for words in (zh, en) for name, group in words.festivals.items() for word in group}
    names |= {word.lower(): festival.name for festival in own for word in festival.words}
    digits = [word for word in names if _DIGITS.fullmatch(word)]
    words = [word for word in names if word not in digits]
    suffix = (
        rf"(?:的?(?P<day>{either(zh.festival_day)})|\s(?P<day2>{either(en.festival_day)})"
        rf"|{either(zh.festival_suffix)}|\s{either(en.festival_suffix)}"
        rf"|[这那]?(?P<days>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})天(?:长假|假期|假)?)?"
    )
    units = either(word for lang in ("zh", "en") for group in load_lexicon(lang).units.values() for word in group)
    of_year = zh.festivals_of_a_year
    not_before, not_after = (
        r"(?<![\d.,¥$€£<>=≥≤+价额费号])(?<!\d-)(?<![<>=] )",
        rf"(?![\d%a-z]|[.,]\d|\s?(?!家[居电具纺装]){units}(?! by )|[万亿千百多余])",  # 618家居: no 618 of them
    )
    seasons = {word: name for words in (zh, en) for name, group in words.seasons.items() for word in group}
    days = [word for word in seasons if word.endswith("天")]
    return (
        rule(
            rf"(?<![a-z])(?:the )?(?P<rel>last|latest|most recent|previous|past) (?P<name>{either(words)}){suffix}",
            _latest(names),
        ),
        rule(rf"(?P<rel>上一?[个次]|最近的?一?[个次]|最近的)的?(?P<name>{either(names)}){suffix}(?!月)", _latest(names)),
        rule(rf"(?P<name>{either(words)}){suffix}(?!月)", _builder(names)),
        rule(rf"{not_before}(?P<name>{either(digits)}){not_after}{suffix}", _builder(names)),
        rule(rf"(?<=年)(?P<name>{either(of_year)})(?!月|{units}){suffix}", _builder(of_year)),
        rule(rf"(?<![a-z])(?P<rel>this past|past|last|this) (?P<name>{either(seasons)})", _relative_season(seasons)),
        rule(rf"(?<![a-z])(?:over|during|in|throughout) the (?P<name>{either(seasons)}){_SEASON_OF}", _relative_season(seasons)),
        rule(rf"(?<!年)(?<!年的)(?<!年中)(?P<name>{either(days)})(?!的?(?:衣|装|款|系列))", _relative_season(seasons)),
        rule(rf"(?P<name>{either(seasons)})(?P<day>(?!))?(?P<day2>(?!))?", _builder(seasons, weak=True)),
    )
