"""Lists of people put in order by a date of theirs: sorted by last order date; with last order date, oldest first; 按注册日期从早到晚.

In: a `Reading` before its ranking is read; or, while it is being read, the place of a noun. Out: the ranking, its words used up, or the
dates that the noun may be; None where nothing goes by a date, as groups do not by somebody's. Never fails.
"""

import re

from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.lists import lists_people
from assistant.planners.rules.reading import Reading

Measure = tuple[tuple[str, ...], tuple[str, ...]]
_OLD_OR_NEW = re.compile(r".*(?<![a-z])(?:old|new|late|recent|earl|longest ago|最近|最早|最晚|最新|从早|从晚|从近|从远)")


def by_date(r: Reading) -> Ranking | None:
    """The order of a list by one of its dates."""
    order = next((at for at in r.where("descending", "ascending") if not r.tokens[at].is_content), None)
    sort = next((at for at in r.where("sort") if at != order and not r.tokens[at].is_content), None)
    numbered = any(t.number is not None and t.number.kind in ("rank", "rank_last") for t in r.tokens)
    people = r.follows == "records" or any(r.is_person(at) or r.tokens[at].has("who") for at in range(len(r.tokens)))
    people = people or (r.follows is None and any(t.of("value") or t.has("list") for t in r.tokens))
    if numbered or r.counted or not people:
        return None
    at = r.beyond(sort, 1, "by", "sort", "refer") if sort is not None else None
    listed = order is not None or any(t.has("list") and not t.is_content for t in r.tokens)
    by = next((i for i in r.where("by") if listed and r.tokens[i].text == "by" and _behind(r, i) is not None), None)
    if at is None and by is not None:  # list the dormant members by last order date
        at, sort = _behind(r, by), by
    if at is not None and sort is not None and _date_of(r, at) is not None:
        r.take(at, sort, order, by)
    elif order is not None and sort in (None, order) and is_of_dates(r.tokens[order].text):
        dated = [i for i in range(len(r.tokens)) if _date_of(r, i, taken=True) is not None]
        if len(dated) != 1:
            return None
        at = dated[0]
        r.take(order)
    else:
        return None
    name = _date_of(r, at, taken=True)
    if name is None:
        return None
    r.listed = True
    falls = order is None or not r.tokens[order].has("ascending")
    return Ranking(at, falls, None, dimensions=(name,), target=(r.world.model.domain.entity,))


def is_of_dates(words: str) -> bool:
    """Whether the words for an order can only be of dates: most recent first."""
    return _OLD_OR_NEW.match(words) is not None


def _behind(r: Reading, by: int) -> int | None:
    """The date right behind a word."""
    at = r.beyond(by, 1, "refer")
    return at if at is not None and _date_of(r, at) is not None else None


def _date_of(r: Reading, at: int, *, taken: bool = False) -> str | None:
    """The date of people that a word names, and nothing else."""
    token = r.tokens[at]
    names = [s.name for s in token.of("dimension")]
    dates = [n for n in names if r.world.is_date(n) and describes_members(r, n)]
    free = taken or r.free(at)
    return dates[0] if free and len(dates) == 1 == len(names) and not token.of("metric") and token.time is None else None


def dates_that_order(r: Reading, at: int, target: tuple[str, ...]) -> Measure | None:
    """The dates that order a list of people, where its order is being read: 按最后下单日期排."""
    names = tuple(d for d in r.dimensions(at) if r.world.is_date(d) and describes_members(r, d))
    if not names or r.tokens[at].of("metric") or r.groups or r.follows == "aggregate":
        return None
    listed = r.follows == "records" or target == (r.world.model.domain.entity,) or lists_people(r)
    return ((), names) if listed else None
