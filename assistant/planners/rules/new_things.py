"""Things that are new by their own name: 今年上的新品, 今年的新款卖了多少; and a date of things that no time is said with: 新开的店业绩.

In: a fresh `Reading`. It gains a `DateTest`, the date of the things in the time right before their name, where that says what is new:
今年上的新品; 今年的新品, as what was sold this year of what is new, and what was sold of what is new this year, are one. A date word of
things that stands beside them without a time stays to be asked about. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import DateTest
from assistant.planners.rules.reading import Reading

_CAME = re.compile("(?:(?:新|刚)?(?:上市|上架|推出|上新|发布|上|出|推)了?)的")
_DATE = re.compile(".*(?:日期?|时间|日子)")


def read_new_things(r: Reading) -> None:
    """Each thing called new, with its time."""
    for at in range(1, len(r.tokens)):
        names = _dates(r, at)
        time = next((i for i in range(at - 1, max(at - 5, -1), -1) if r.free(i) and r.tokens[i].time is not None), None)
        mention = r.tokens[time].time if time is not None else None
        if len(names) != 1 or time is None or mention is None:
            continue
        between = r.text.text[r.tokens[time].end : r.tokens[at].start].strip()
        still = mention.period.end is None or mention.period.end >= r.today
        if _CAME.fullmatch(between) or (between in ("", "的") and still):
            r.tests.append(DateTest(at, names, mention.period))
            r.take(*(i for i in range(time, at) if i != time or not _set_against(r)))
            counted = {r.world.counts.get(s.name) for s in r.tokens[at].of("entity")}
            behind = r.metrics(r.step(at, 1))
            r.take(*([at] if behind and not counted & set(behind) else []))  # 新品卖了多少: whose number it is


def _set_against(r: Reading) -> bool:
    """今年新品业绩占比: beside a share or a change the time is that of the whole, too."""
    return any((t.has("share", "grow", "shrink", "versus") and not t.senses) or t.comparator for t in r.tokens)


def _dates(r: Reading, at: int) -> tuple[str, ...]:
    """The dates of the things that a word says are new: 新品, not 新客."""
    main = r.world.model.domain.entity
    named = [s.name for s in r.tokens[at].of("entity") if s.name != main] if r.tokens[at].text.startswith("新") else []
    tables = {r.world.model.entities[name].table for name in named}
    return tuple(name for name, d in r.world.model.dimensions.items() if d.table in tables and r.world.is_date(name))


def leave_timeless(r: Reading) -> None:
    """新开的店业绩怎么样, as sales by opening date: since when they are new is not said. Runs where those with a time are read."""
    things = {e.table for e in r.world.model.entities.values() if e.name != r.world.model.domain.entity}
    for at in range(len(r.tokens) if r.follows is None else 0):
        token = r.tokens[at]
        dates = [s.name for s in token.of("dimension") if r.world.is_date(s.name) and set(r.world.homes(s.name)) <= things]
        asked = at > 0 and r.tokens[at - 1].has("by", "per_group", "which")
        told = token.text.startswith("新") or token.text.endswith("的") or r.text.text[token.end :].startswith("的")
        asked = asked or not told  # 在华东开了几家店: all that there are
        if dates and r.free(at) and not (asked or token.text.isascii() or _DATE.fullmatch(token.text)):
            r.tokens = (*r.tokens[:at], replace(token, role="unread", senses=(), ops=frozenset()), *r.tokens[at + 1 :])
