"""The same thing of another time: 2026年国庆狂欢's open rate, then 去年那场呢; 十月会员日, then 九月那次呢.

In: a `Reading` of the message, the query before it, the names of the model. Out: that query of the thing with the same name and the other
year or month in it; None where the message says more than that, or there is no such thing. Never fails.
"""

import re
from datetime import date

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from assistant.language.values import ValueIndex, fold
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.of_years import in_year
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Predicate, SemanticQuery

_ONE = re.compile(
    r"(?:那么?|那|再看看?|看看?|换成)?(?:上一年|去年|前年|今年|(?:20)?\d\d年)的?[那这]?一?[场次档波个期回]?(?:活动)?(?:的?怎么样|呢|的呢)?[?？]*"
    r"|(?:and |what about |how about |same for )*(?:the )?(?:last year's|this year's|20\d\d's|the 20\d\d)(?: one)?\?*"
    r"|(?:and |what about |how about |same for )*the one (?:of|in|from) (?:last year|20\d\d)\?*"
)
_MONTH = re.compile(
    r"(?:那么?|再看看?|看看?|换成)?[一二三四五六七八九十0-9]{1,2}月份?的?(?:[那这上]?一?[场次档波个期回]|的)?(?:活动)?(?:的?怎么样|呢|的呢)?[?？]*"
    r"|(?:and |what about |how about |same for )*(?:the )?[a-z]+(?:'s)?(?: one)?\?*"
)
_NAMED = re.compile(r"(?P<year>20\d\d)(?P<rest>\D.*)")
_MONTHS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_NAMED_MONTH = re.compile(r"(?P<head>20\d\d年)(?P<month>十[一二]?|[一二三四五六七八九])(?P<rest>月.*)")


def of_other_time(r: Reading, last: SemanticQuery, index: ValueIndex) -> Aggregate | None:
    """The query of the same name in the year, or the month, that a message is nothing but."""
    if isinstance(last, Aggregate) and last.period is None and (named := _of_festival(r, last, index)) is not None:
        return named
    times = [t.time for t in r.tokens if t.time is not None]
    start = times[0].period.start if len(times) == 1 else None
    if not isinstance(last, Aggregate) or last.period is not None or start is None:
        return None
    parts = parts_of(last.where)
    for place, part in enumerate(parts):
        value = part.values[0] if isinstance(part, Predicate) and part.op == "=" else None
        other = _renamed(r.text.text.strip(), value, start, times[0].grain) if isinstance(value, str) and times[0] else None
        if other is None or other == value or not isinstance(part, Predicate):
            continue
        senses = [sense for hit in index.find(fold(other)) for sense in hit.senses]
        if any(s.kind == "value" and s.name == part.member and s.value == other for s in senses):
            moved = part.model_copy(update={"values": (other,)})
            return last.model_copy(update={"where": joined((*parts[:place], moved, *parts[place + 1 :]))})
    return None


_THAT_ONE = re.compile(
    r"(?:那么?|那|再看看?|看看?|换成)?(?P<zh>[^,，。;；?？]{2,12}?)的?[那这]一?(?:场|次|档|波|期|个|回|场活动|个活动|次活动)(?:的?怎么样|呢|的呢)?[?？]*"
    r"|(?:and |what about |how about |same for )*the (?P<en>[a-z0-9' ]{3,24}?) one\??"
)


def _of_festival(r: Reading, last: Aggregate, index: ValueIndex) -> Aggregate | None:
    """2026年国庆狂欢 sold …, then 618那场呢, and the 618 one?: the thing that is named after those days, and not that one in them."""
    said = _THAT_ONE.fullmatch(r.text.text.strip())
    said_at = [t for t in r.tokens if t.time is not None and t.time.kind == "festival"]
    times = [t.time for t in said_at if t.time is not None]
    if said is None or len(times) != 1 or any(t.of("metric") or t.of("value") for t in r.tokens):
        return None
    parts = parts_of(last.where)
    for place, part in enumerate(parts):
        if isinstance(part, Predicate) and part.op == "=" and any(_named_so(v, times[0], r) for v in part.values):
            same_year = in_year(said_at[0].text, int(str(part.values[0])[:4]), Calendar(r.today))
            asked = ([same_year[1]] if same_year is not None else []) + times
            known = [value for _, name, value in index.names if name == part.member]
            names = next((found for m in asked if (found := {str(value) for value in known if _says(value, m, r)})), set())
            moved = part.model_copy(update={"values": tuple(names)})
            here = joined((*parts[:place], moved, *parts[place + 1 :]))
            return last.model_copy(update={"where": here}) if len(names) == 1 else None
    return None


def _named_so(value: object, mention: PeriodMention, r: Reading) -> bool:
    """Whether a thing bears the name of days of its own, which are others."""
    return isinstance(value, str) and _NAMED.fullmatch(value) is not None and not _says(value, mention, r)


def _says(value: object, mention: PeriodMention, r: Reading) -> bool:
    found = find_periods(normalise(str(value)), Calendar(r.today))
    return any(m.kind == mention.kind and m.whole == mention.whole for m in found)


def _renamed(said: str, value: str, start: date, grain: str) -> str | None:
    """The name with another year, or another month, in it."""
    named, monthly = _NAMED.fullmatch(value), _NAMED_MONTH.fullmatch(value)
    if named is not None and _ONE.fullmatch(said):
        return f"{start.year}{named['rest']}"
    if monthly is not None and grain == "month" and _MONTH.fullmatch(said):
        return f"{monthly['head']}{_MONTHS[start.month]}{monthly['rest']}"
    return None


_MOST = 6
"""Of how many values of a condition it is looked up what else they may be."""


def values_alike(index: ValueIndex, *last: SemanticQuery) -> dict[tuple[str, str], frozenset[str]]:
    """What else the values of the last conditions may be: Shanghai is a province and a city."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for part in (p for query in last for p in parts_of(getattr(query, "where", None))):
        values = part.values if isinstance(part, Predicate) and part.op in ("=", "in") else ()
        for value in (v for v in values[:_MOST] if isinstance(v, str) and isinstance(part, Predicate)):
            senses = (s for hit in index.find(normalise(value).text) for s in hit.senses if s.kind == "value")
            found[getattr(part, "member", ""), value] = frozenset(s.name for s in senses if s.value == value)
    return found
