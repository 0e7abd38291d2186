"""How long ago things came to be: tickets more than 30 days old, 超过7天没处理的工单, tickets open for over a week.

In: a `Reading` before its comparisons are read. It gains a `DateTest`: the things began before so many days ago. A length of time that is
said of people, or of nothing that has a beginning, is left to other passes. Never fails.
"""

import re
from datetime import timedelta

from assistant.planners.rules.deed_times import DAYS
from assistant.planners.rules.draft import DateTest, ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_OLD = re.compile(r"(?<![a-z])old(?:er)?(?![a-z])")
_FOR = re.compile(r"(?<![a-z])for (?:over |more than |at least |longer than )?$")
_LONG = re.compile(r"(?:超过|大于|满|过了|超)?(?P<count>\d{1,3})(?P<unit>天|日|周|个星期|个月|年)(?:以上|多|及以上)?(?:了|都)?")
_UNITS = {"天": "day", "日": "day", "周": "week", "个星期": "week", "个月": "month", "年": "year"}


def read_ages(r: Reading) -> None:
    """Each length of time that says how old things are, or how long ago something of people was."""
    _read_last_dates(r)
    for at in range(len(r.tokens)):
        days = _days(r, at) if r.free(at) else None
        table = _things(r, at) if days is not None else None
        name = _beginning(r, table) if table is not None else None
        if days is None or name is None:
            continue
        old = at + 1 if at + 1 < len(r.tokens) and r.tokens[at + 1].text == "old" else None
        r.tests.append(DateTest(at, (name,), Period(end=r.today - timedelta(days=days))))
        r.take(at, old)
        state = r.step(at, -1) if _FOR.search(r.text.text[: r.tokens[at].start]) else None
        values = (
            [s for s in r.tokens[state].of("value") if r.world.model.dimensions[s.name].table == table]
            if state is not None
            else []
        )
        if state is not None and values and values[0].value is not None and r.free(state):
            r.tests.append(ValueTest(state, ((values[0].name, (values[0].value,)),)))  # open for over a week
            r.take(state)


def _read_last_dates(r: Reading) -> None:
    """最后一次下单超过180天的金卡: a date of people, with how long it must be ago right behind it; 三个月 are 90 days."""
    for at in range(len(r.tokens)):
        names = tuple(d for d in r.dimensions(at) if r.world.is_date(d) and not r.tokens[at].of("metric"))
        behind = r.step(at, 1) if names and _of_people(r, names) else None
        comparison = r.tokens[behind].comparison if behind is not None and r.free(behind) else None
        if comparison is None or comparison.unit not in DAYS or comparison.kind != "cardinal" or len(comparison.plain) != 1:
            continue
        ago = r.today - timedelta(days=int(comparison.plain[0]) * DAYS[comparison.unit])
        next_day = ago + timedelta(days=1)
        spans = {
            ">": Period(end=ago),
            ">=": Period(end=next_day),
            "<": Period(start=next_day, end=None),
            "<=": Period(start=ago, end=None),
        }
        if comparison.op in spans:
            r.tests.append(DateTest(at, names, spans[comparison.op]))
            r.take(at, behind)


def _of_people(r: Reading, names: tuple[str, ...]) -> bool:
    entity = r.world.entity
    return entity is not None and all(r.world.is_about(r.world.model.dimensions[d], entity) for d in names)


def _days(r: Reading, at: int) -> int | None:
    """The days that must have passed; None for a length that is none of an age."""
    token = r.tokens[at]
    comparison, behind = token.comparison, r.text.text[token.end : token.end + 4]
    if (
        comparison is not None
        and comparison.unit in DAYS
        and comparison.op in (">", ">=")
        and isinstance(comparison.plain[0], int)
    ):
        aged = _OLD.search(token.text) or behind.startswith(" old") or _FOR.search(r.text.text[: token.start]) or _waits(r, at)
        return comparison.plain[0] * DAYS[comparison.unit] if aged else None
    long = _LONG.fullmatch(token.text) if token.time is not None else None
    bounded = long is not None and long.group() != f"{long['count']}{long['unit']}"
    return int(long["count"]) * DAYS[_UNITS[long["unit"]]] if long is not None and bounded and _waits(r, at) else None


def _waits(r: Reading, at: int) -> bool:
    """超过7天没处理: what was not done right behind the length, as a state of things."""
    behind = r.step(at, 1)
    if behind is not None and r.is_only(behind, "neg", "also"):
        behind = r.step(behind, 1)
    chinese = behind is not None and not r.tokens[behind].text.isascii()
    undone = chinese and re.match("[还仍]?[没未]", r.text.text[r.tokens[at].end :].lstrip("都了仍")) is not None
    if not undone or behind is None or r.tokens[behind].of("behaviour"):
        return False  # 超过60天没下单的: who did not do it, and no state of things
    return any(_is_state(r, s.name) for s in r.tokens[behind].of("value"))


def _is_state(r: Reading, name: str) -> bool:
    """Whether a dimension says what things are like, and not people."""
    entity = r.world.entity
    return entity is not None and not r.world.is_about(r.world.model.dimensions[name], entity)


def _things(r: Reading, at: int) -> str | None:
    """The table of the things that are so old: named in the question, and no people."""
    main = r.world.model.domain.entity
    for to in sorted(range(len(r.tokens)), key=lambda place: abs(place - at)):
        token = r.tokens[to]
        tables = [r.world.model.entities[s.name].table for s in token.of("entity") if s.name != main]
        counts = {s.name for s in token.of("metric")}
        tables += [e.table for e in r.world.model.entities.values() if e.name != main and r.world.counts.get(e.name) in counts]
        tables += [r.world.model.dimensions[s.name].table for s in token.of("value") if token.of("behaviour")]
        if tables and not r.is_person(to):
            return tables[0]
    return None


def _beginning(r: Reading, table: str) -> str | None:
    """The date on which the things of a table came to be: of its time column."""
    source = r.world.model.tables.get(table)
    column = source.time if source is not None else None
    dates = [d for d in r.world.model.dimensions.values() if d.table == table and r.world.is_date(d.name)]
    own = [d for d in dates if column is not None and column in (d.expr or d.name)]
    return next((d.name for d in sorted(own, key=lambda d: d.type != "date")), None)
