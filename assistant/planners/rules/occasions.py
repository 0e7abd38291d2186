"""One deed on several occasions: 七月和八月都买过, bought in both July and August, 连续三个月下单.

In: a `Reading` and the test of one verb, its period read. Out: one test for each occasion, which all must hold. A further period counts
only beside the first one and where a word says that it held in each (都, both, 连续); otherwise it stays for others to read. Never fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.language.mentions import Piece
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import floor, shift
from semantic_layer.query import Grain, Period

_MOST = 24
_GRAINS: dict[str, Grain] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}


_EVERY = re.compile(
    r"(?:每一?个?|月)(?P<zh>天|日|周|月|季度|年)|(?:in |for )?(?:every|each)(?: single)? (?P<en>day|week|month|quarter|year)"
)
_UNITS: dict[str, Grain] = {"天": "day", "日": "day", "周": "week", "月": "month", "季度": "quarter", "年": "year"}


def mark_every(r: Reading) -> None:
    """三季度每个月都下过单的会员, who bought every month in Q3: in each of them, and no breakdown by month."""
    for at, token in enumerate(r.tokens):
        if token.text == "each of" and _says_who(r, at) and at + 1 < len(r.tokens) and _unit_of(r, at + 1) is not None:
            r.tokens = (*r.tokens[:at], replace(token, ops=frozenset(["both"])), *r.tokens[at + 1 :])
        if token.grain is None or _EVERY.fullmatch(token.text) is None:
            continue
        behind = any(r.tokens[i].of("behaviour") for i in range(at + 1, min(at + 4, len(r.tokens))))
        each = behind and re.match("都(?!有多少|是多少)", r.text.text[token.end :]) is not None
        if each or _says_who(r, at):
            said = replace(token, grain=None, ops=frozenset(["both"]))
            r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])


def _says_who(r: Reading, at: int) -> bool:
    """Whether an English word stands behind what somebody did: who bought every month, how many customers bought every month."""
    who = next((i for i in range(at) if r.tokens[i].has("who")), None) if r.tokens[at].text.isascii() else None
    who = _counted(r, at) if who is None and "every" in r.tokens[at].text else who  # bought each month: how many in each
    return who is not None and any(r.tokens[i].of("behaviour") for i in range(who + 1, at))


def _counted(r: Reading, at: int) -> int | None:
    """The people that are counted, and nothing else: how many customers bought."""
    numbers = [i for i, t in enumerate(r.tokens) if t.of("metric")]
    alone = len(numbers) == 1 and numbers[0] + 1 < at and r.tokens[numbers[0]].text.startswith("how many ")
    return numbers[0] if alone and r.counts_people(numbers[0]) and r.tokens[numbers[0] + 1].of("behaviour") else None


def _unit_of(r: Reading, at: int) -> Grain | None:
    """The unit of each of the last 3 months."""
    time = r.tokens[at].time
    return time.calendar_grain if time is not None else None


def _in_every(r: Reading, test: VerbTest) -> list[VerbTest] | None:
    """The test once for each unit of its time; None where no such unit is said."""
    at = next((i for i in r.where("both") if _said_unit(r, i) is not None and abs(i - test.at) <= _NEAR), None)
    grain = _said_unit(r, at) if at is not None else None
    if at is None or grain is None:
        return None
    free = [i for i, t in enumerate(r.tokens) if r.free(i) and t.time is not None]
    if len(free) > 1 or (free and test.period is not None):
        return None  # 7、8、9三个月每个月都: they are named
    time = r.tokens[free[0]].time if free else None
    period = _in_whole_units(r, test.period, grain) or (time.period if time is not None else None)
    if time is not None and time.calendar is not None and time.calendar_grain == grain:
        period = time.calendar  # 最近三个月每个月都: whole months
    if period is None or period.start is None or period.end is None:
        r.strict.add(at)  # in every month: of which time?
        return None
    starts = [period.start]
    while len(starts) <= _MOST and (after := shift(floor(starts[-1], grain), grain, 1)) < period.end:
        starts.append(after)
    if len(starts) > _MOST:
        return None
    r.take(at, *(free if time is not None else ()))
    return [replace(test, period=Period(start=a, end=b)) for a, b in pairwise((*starts, period.end))]


def _said_unit(r: Reading, at: int) -> Grain | None:
    """The unit of 每个月, in every week, each of the last 3 months."""
    if r.tokens[at].text == "each of":
        return _unit_of(r, at + 1) if at + 1 < len(r.tokens) else None
    found = _EVERY.fullmatch(r.tokens[at].text)
    if found is None:
        return None
    return _UNITS[found["zh"]] if found["zh"] else _GRAINS[found["en"]]


def _in_whole_units(r: Reading, period: Period | None, grain: Grain) -> Period | None:
    """最近三个月每个月都下单: July, August and September, and no piece of July and of October."""
    times = [t.time for t in r.tokens if t.time is not None and t.time.period == period]
    whole = next((time.calendar for time in times if time.calendar_grain == grain), None)
    return whole or period


_NEAR = 6
_AND_IN = re.compile(r",? and (?:also |again )?in ")


def on_each(r: Reading, test: VerbTest) -> Iterator[VerbTest]:
    """The test once for each occasion that was named; the test itself where there is only one."""
    if (every := _in_every(r, test)) is not None:
        yield from every
        return
    read = [i for i, t in enumerate(r.tokens) if i in r.used and t.time is not None and t.time.period == test.period]
    at = min(read, key=lambda i: abs(i - test.at), default=None)
    if at is None or test.period is None:
        yield from _in_a_row(r, test)
        return
    places = [at, *_beside(r, at, -1), *_beside(r, at, 1)]
    words = [i for i in range(min(places) - 2, max(places) + 3) if 0 <= i < len(r.tokens) and r.tokens[i].has("both")]
    ordered = sorted(places)
    again = all(_AND_IN.match(r.text.text, r.tokens[a].end) for a, b in pairwise(ordered))  # in July and in August
    if len(places) < 2 or not (words or again):
        yield test
        return
    r.take(*places, *(i for i in words if not r.tokens[i].is_content))
    for place in sorted(places):
        time = r.tokens[place].time
        yield replace(test, period=time.period if time is not None else test.period)


def lend_objects(r: Reading, tests: Sequence[VerbTest]) -> list[VerbTest]:
    """收到唤醒券、点了链接但没转化: what was done next with the very things that were received is of those, and of no others."""
    out = list(tests)
    deeds = sorted((t for t in tests if t.after is None), key=lambda t: t.at)
    lender: VerbTest | None = None
    for a, b in pairwise(deeds):
        lender = a if a.objects else lender
        if lender is None or b.objects or not lender.did or not _goes_on(r, lender, b):
            lender = None if b.objects or lender is None else lender
            continue
        tied = all(not t.is_content or i in (a.at, b.at) or t.time is not None for i, t in _from_to(r, a.verb, b.verb, lender))
        if tied:
            lent = replace(b, objects=lender.objects, period=b.period or lender.period)
            out = [lent if t is b else t for t in out]
    return out


def _from_to(r: Reading, first: int, last: int, lender: VerbTest) -> Iterator[tuple[int, Piece]]:
    """What stands between two verbs, but for the objects of the first."""
    named = {o.at for o in lender.objects}
    return ((i, r.tokens[i]) for i in range(first + 1, last) if i not in named and not r.tokens[i].has("neg"))


def _goes_on(r: Reading, first: VerbTest, then: VerbTest) -> bool:
    """Whether a deed is something that becomes of the rows that another one is."""
    whole = [b for name in first.behaviours if (b := r.world.behaviour(name)) is not None]
    parts = [b for name in then.behaviours if (b := r.world.behaviour(name)) is not None]
    chosen = {d for o in first.objects if isinstance(o, ValueTest) for d, _ in o.options}
    values = [r.world.value_where(b.table, b.where) for b in parts if b.where is not None]
    if any(value is not None and value[0] in chosen for value in values):
        return False  # 提过物流工单、投诉过: a complaint is no logistics ticket
    steps = bool(whole and parts) and all(b.where is None for b in whole) and all(b.where is not None for b in parts)
    return steps and {b.table for b in whole} == {b.table for b in parts}


def as_one(r: Reading) -> None:
    """a ticket created in Q3, scored us 9 on the NPS question last month: one deed in two words is one deed."""
    deeds = sorted((t for t in r.tests if isinstance(t, VerbTest)), key=lambda t: t.at)
    deeds = [t for t in deeds if t.after is None]
    told = [t for t in deeds if t.did and not t.same]
    bare = [t for t in told if not t.objects and t.period is None and (t.at_least, t.at_most) == (1, None)]
    bare = [] if _shares(r) else bare  # what share of buyers bought twice
    implied = [t for t in bare if any(o is not t and o not in bare and set(o.behaviours) <= set(t.behaviours) for o in told)]
    r.tests = [t for t in r.tests if t not in implied]  # who bought on Tmall has bought
    deeds = [t for t in deeds if t not in implied]
    for a, b in pairwise(deeds):
        if _is_had(r, a, b):
            r.tests = [replace(t, period=a.period or b.period) if t is b else t for t in r.tests if t is not a]
            return
        if _is_its_kind(r, a, b):
            whole = replace(b, at=a.at, period=a.period or b.period, at_least=a.at_least, at_most=a.at_most)
            r.tests = [whole if t is b else t for t in r.tests if t is not a]
            return
        one, other = (a, b) if a.objects else (b, a)
        same = a.did and b.did and set(a.behaviours) & set(b.behaviours) and not other.objects and one.objects
        often = {(1, None), (a.at_least, a.at_most), (b.at_least, b.at_most)}
        timed = None not in (a.period, b.period) and a.period != b.period
        tied = any(r.tokens[i].has("and", "but", "or", "both", "neg") or r.is_break(i) for i in r.between(a.at, b.at))
        tied = tied or _is_whole_of(r, a, b)
        if same and len(often) < 3 and not timed and not tied and r.tokens[a.at].text.isascii():
            whole = replace(
                one, period=a.period or b.period, at_least=max(a.at_least, b.at_least), at_most=a.at_most or b.at_most
            )
            r.tests = [whole if t is one else t for t in r.tests if t is not other]
            return


def _shares(r: Reading) -> bool:
    return any(t.has("share") and not t.senses for t in r.tokens)


def _is_whole_of(r: Reading, noun: VerbTest, deed: VerbTest) -> bool:
    """what share of buyers ordered on Tmall: those of whom it is; buyers who bought shoes are said with what they bought."""
    if not _shares(r) or noun.at != noun.verb or not r.is_person(noun.at):
        return False
    return (
        re.search(r"(?<![a-z])(?:who|that|which)(?![a-z])", r.text.text[r.tokens[noun.at].end : r.tokens[deed.at].start]) is None
    )


def _is_had(r: Reading, having: VerbTest, own: VerbTest) -> bool:
    """had an order refunded in the past 90 days: the order is what was refunded, and no purchase of its own."""
    if not 0 <= having.verb < own.verb < len(r.tokens) or r.is_person(having.verb):
        return False  # last year's buyers came back this year: people are nothing that was had
    between = [r.tokens[i] for i in r.between(having.verb, own.verb)]
    thing = r.tokens[having.verb] if not between else between[-1]
    helped = bool(r.tokens[having.verb].of("entity")) or r.helps_only(having.verb)
    noun = (
        helped and bool(thing.of("entity")) and all(t.of("entity") or t.has("filler") for t in between) and thing.text.isascii()
    )
    tables = [{b.table for name in t.behaviours if (b := r.world.behaviour(name)) is not None} for t in (having, own)]
    return noun and having.did and own.did and bool(tables[1]) and tables[1] <= tables[0] and not (having.objects or own.objects)


def _is_its_kind(r: Reading, general: VerbTest, own: VerbTest) -> bool:
    """提过3次以上投诉, made two complaints: how often, between a verb of any row and the noun of those that are meant."""
    any_row = [b for name in general.behaviours if (b := r.world.behaviour(name)) is not None and b.where is None]
    those = [b for name in own.behaviours if (b := r.world.behaviour(name)) is not None and b.where is not None]
    between = [r.tokens[i] for i in r.between(general.at, own.at)]
    counted = bool(between) and all(t.comparison or t.number or t.has("filler") for t in between)
    plain = general.did and own.did and not (general.objects or own.objects) and (own.at_least, own.at_most) == (1, None)
    return counted and plain and bool(any_row and those) and {b.table for b in any_row} == {b.table for b in those}


def _beside(r: Reading, at: int, by: int) -> Iterator[int]:
    """Free periods next to one another, `and` between them at most."""
    to: int | None = at
    while True:
        to = r.beyond(to, by, "and", "both", "comma", "what_about") if to is not None else None
        if to is None or not r.free(to) or r.tokens[to].time is None:
            return
        yield to


def _in_a_row(r: Reading, test: VerbTest) -> Iterator[VerbTest]:
    """连续三个月, three months in a row: in each of the last whole ones."""
    mark = next((i for i in r.where("in_a_row") if not r.tokens[i].is_content and abs(i - test.at) <= 4), None)
    beside = (r.step(mark, 1), r.step(mark, -1)) if mark is not None else ()
    spans = [n for to in beside if to is not None and (n := r.tokens[to].number) is not None and n.unit in _GRAINS]
    times = spans[0].plain if spans else None
    if not isinstance(times, int) or not 1 < times <= _MOST:
        yield test
        return
    r.take(mark)
    grain = _GRAINS[spans[0].unit or ""]
    end = floor(r.today, grain)
    for back in range(times, 0, -1):
        yield replace(test, period=Period(start=shift(end, grain, -back), end=shift(end, grain, 1 - back)))
