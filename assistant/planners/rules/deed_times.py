"""When deeds were done: 三个月没来, 近一年买过女装但没买过男装, 今年里A和B都有买、C没买过.

In: a `Reading`, the clause of one verb, or the tests of all of them. Out: the period of the verb; the same tests with the periods that
they share. Never fails: a verb that nothing says a time of keeps none.
"""

import re
from dataclasses import replace
from datetime import timedelta

from assistant.language.mentions import Piece
from assistant.planners.rules.clauses import Clause
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.reading import Reading, is_light
from semantic_layer.query import Period

DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
"""How many days a length of time in a unit stands for."""
ANY_TIME = re.compile(
    r"从[没未不]|至今|到现在|后来|之后|以后|(?<![a-z])(?:ever|never|yet|so far|since|later|afterwards?|after|then)(?![a-z])"
)
"""What says that a deed has a time of its own, and not that of the one before it."""


def period_of(r: Reading, clause: Clause, *, once: bool = False) -> tuple[Period | None, bool]:
    """When it was done: the nearest period of the clause; `True` for "in that same period". `once`: it happens once to everyone."""
    chinese = not r.tokens[clause.at].text.isascii()
    for place in sorted(
        clause.places, key=lambda p: chinese and p > clause.at
    ):  # 8月买过、10月没来: a time stands before its verb
        token = r.tokens[place]
        if not r.free(place):
            continue
        if token.has("same_period"):
            r.take(place)
            return None, True
        same = _same_length(r, place)
        if same is not None:
            r.take(place, same)
            return None, True
        if place > clause.at and (_is_contrasted(r, clause.at, place) or (chinese and _is_of_next(r, place))):
            continue
        found = token.time.period if token.time is not None else _window(r, token) or _window_over(r, token, once=once)
        if found is not None:
            r.take(place)
            return found, False
    return None, False


def _same_length(r: Reading, place: int) -> int | None:
    """and bought in the same 60 days: the word that says so, before a length of time that stands there already."""
    before = place - 1
    number = r.tokens[place].number
    pointed = before >= 0 and r.free(before) and r.tokens[before].has("same", "refer") and not r.tokens[before].is_content
    if number is None or number.unit not in DAYS or not isinstance(number.plain, int) or not pointed:
        return None
    days = number.plain * DAYS[number.unit]
    known = [t.time.period for t in r.tokens[:place] if t.time is not None]
    return before if any(p.start and p.end and (p.end - p.start).days == days for p in known) else None


def _is_of_next(r: Reading, place: int) -> bool:
    """买过女装、上个月没登录: a time in front of another verb is that one's; 注册超过一年 is none in front of anything."""
    to = r.step(place, 1) if r.tokens[place].time is not None else None
    while to is not None and not r.behaviours(to):
        to = r.step(to, 1)
    return to is not None


def is_of_next(r: Reading, verb: int, place: int) -> bool:
    """active in the app and only bought in stores: a word behind a verb that stands in front of another one is that one's."""
    for to in range(place + 1, len(r.tokens)) if place > verb else ():
        if r.is_break(to) or r.tokens[to].has("who"):
            return False
        if r.behaviours(to) and not r.helps_only(to):
            return True
    return False


def _is_contrasted(r: Reading, verb: int, place: int) -> bool:
    """bought before but not in the last 60 days: a time behind `but not` is when it was not done."""
    between = [r.tokens[at] for at in r.between(verb, place)]
    butted = any(t.has("but") or t.text.startswith("but ") for t in between)
    return butted and any(t.has("neg", "except") and not t.is_content for t in between)


def _window(r: Reading, token: Piece) -> Period | None:
    """三个月没来: the days up to today that a bare length of time spans."""
    number = token.number
    if number is None or number.unit not in DAYS or not isinstance(number.plain, int) or not 0 < number.plain <= 1000:
        return None
    return Period(start=r.today - timedelta(days=number.plain * DAYS[number.unit]), end=r.today)


def _window_over(r: Reading, token: Piece, *, once: bool) -> Period | None:
    """haven't bought for over 90 days: not in the last 90 days; 注册超过一年: before that, for what happens once."""
    found = token.comparison
    if found is None or found.unit not in DAYS or not isinstance(found.plain[0], int):
        return None
    days = found.plain[0] * DAYS[found.unit]
    if not 0 < days <= 3660 or (found.op not in (">", ">=") and not (once and found.op in ("<", "<="))):
        return None
    edge = r.today - timedelta(days=days)
    if once and found.op in (">", ">="):  # 注册满一年: on that day too
        return Period(end=edge + timedelta(days=1) if found.op == ">=" and token.text.startswith("满") else edge)
    return Period(start=edge, end=r.today)


def shared_periods(r: Reading, tests: list[VerbTest]) -> list[VerbTest]:
    """近一年买过女装但没买过男装: verbs of one chain share the period that only one of them has."""
    out: list[VerbTest] = []
    for place, test in enumerate(tests):
        if test.same:  # 上个月在门店买过、但同期没在APP买过: the period of the verb before it
            earlier = next((t for t in reversed(tests[:place]) if t.period is not None), None)
            out.append(replace(test, period=earlier.period, same=False) if earlier is not None else test)
            continue
        if test.period is not None or (not test.did and _is_never(r, test.at)) or _at_any_time(r, test):
            out.append(test)
            continue
        near = [
            t
            for t in (out[-1] if place else None, tests[place + 1] if place + 1 < len(tests) else None)
            if t is not None and t.at != test.at  # bought before but not in the last 60 days: the before has no period
            if not (_happens_once(r, test) and _values_between(r, t, test))  # signed up in the app and ordered last month
        ]
        lender = next((t for t in near if _lends(r, t, test) or _is_whole_of(r, t, test)), None)
        out.append(replace(test, period=lender.period) if lender else test)
    when = {t.verb: t.period for t in out if t.did and t.period is not None}
    only = [not t.did and t.period is None and any(isinstance(o, ValueTest) and o.negated for o in t.objects) for t in out]
    both = [t.did and t.period is None and not t.same and t.verb >= 0 for t in out]  # 童装女装都买过: of one verb
    lent = [(alone or joint) and t.verb in when for t, alone, joint in zip(out, only, both, strict=True)]
    return [replace(t, period=when[t.verb]) if has else t for t, has in zip(out, lent, strict=True)]


def settle_same(r: Reading) -> None:
    """…ordered on Tmall in the past 180 days but placed no store order in that window: the time of the deed in front of it."""
    _of_the_whole(r)
    for place, test in enumerate(r.tests):
        if not isinstance(test, VerbTest) or not test.same:
            continue
        earlier = [t for t in r.tests if isinstance(t, VerbTest) and t.period is not None and t.at < test.at]
        if earlier:
            r.tests[place] = replace(test, period=max(earlier, key=lambda t: t.at).period, same=False)
        elif r.follows is None and not any(t.time for t in r.tokens):
            r.strict.add(test.at)  # in that window, and none was named
            r.used.discard(test.at)


def _of_the_whole(r: Reading) -> None:
    """out of those who browsed in the app last week, what percentage put something in the cart: there and then, where both are facts of
    one kind."""
    deeds = [(place, t) for place, t in enumerate(r.tests) if isinstance(t, VerbTest)]
    if len(deeds) != 2 or not any(t.has("share") for t in r.tokens):
        return
    (_, whole), (place, part) = sorted(deeds, key=lambda deed: deed[1].at)
    tables = [{b.table for name in t.behaviours if (b := r.world.behaviour(name)) is not None} for t in (whole, part)]
    bare = part.period is None and not part.objects and not part.same and part.did and part.after is None
    again = part.behaviours == whole.behaviours and part.at_least > 1 and part.did and not part.objects
    bare = bare or (again and part.period == whole.period)  # 今年去店里买过的人，来买过两次及以上的: there as well
    if bare and whole.period is not None and tables[0] == tables[1]:
        r.tests[place] = replace(part, period=whole.period, objects=whole.objects)


def _lends(r: Reading, lender: VerbTest, to: VerbTest) -> bool:
    """Whether a period holds for both verbs; 打开过但近30天没买过: one between them belongs to the later alone."""
    if lender.period is None or lender.first or _happens_once(r, lender) or _is_still(r, lender, to):
        return False
    if not _chained(r, lender.at, to.at):
        if to.after is not None:
            return False  # 上半年投诉过的客户，投诉完又下过单的: whenever that was
        return (_opens_with(r, lender.period) and lender.at < to.at) or _right_behind(r, lender, to)
    return not any((time := r.tokens[i].time) is not None and time.period == lender.period for i in range(to.at, lender.at))


def _is_still(r: Reading, lender: VerbTest, to: VerbTest) -> bool:
    """who clicked it and still has no order in the last 30 days: up to today is when nothing came of it, and not when they clicked."""
    own = not lender.did and to.did and to.at < lender.at and lender.period is not None and lender.period.end == r.today
    between = r.text.text[r.tokens[to.at].end : r.tokens[lender.at].start] if own else ""
    return _STILL.search(between) is not None


_STILL = re.compile(r"(?<![a-z])(?:still|ha(?:s|ve) (?:no|not)|ha(?:s|ve)n't)(?![a-z])|还(?:是)?[没未]")


def _right_behind(r: Reading, lender: VerbTest, to: VerbTest) -> bool:
    """今年消费了，一单也没退过: what was not done, in the clause behind what was."""
    if not lender.did or to.did or not lender.at < to.at or r.text.text.isascii():
        return False
    between = [r.tokens[i] for i in r.between(lender.at, to.at)]
    return sum(t.role == "break" for t in between) == 1 and not any(t.time is not None or t.of("behaviour") for t in between)


def _is_whole_of(r: Reading, whole: VerbTest, part: VerbTest) -> bool:
    """of everyone who bought in the last 180 days, which share bought twice: the same deed, counted in the same time."""
    asks = any(r.tokens[i].has("share") for i in r.between(whole.at, part.at))
    return asks and whole.at < part.at and part.behaviours == whole.behaviours and part.at_least > 1 and part.did


def _opens_with(r: Reading, period: Period) -> bool:
    """今年里美妆、家居都有买，食品完全没下过单的: the only period, in front of everything, in Chinese."""
    times = [t.time for t in r.tokens if t.time is not None]
    first = next((t for t in r.tokens if not is_light(t) and t.role != "break"), None)
    return (
        len(times) == 1
        and first is not None
        and first.time is not None
        and first.time.period == period
        and not first.text.isascii()
    )


def _is_never(r: Reading, at: int) -> bool:
    """complained this year but never opened a campaign, 从没打开过: at no time, whatever time stands beside it."""
    before = r.step(at, -1)
    while before is not None and r.tokens[before].of("value") and not r.tokens[before].has("neg"):
        before = r.step(before, -1)  # 从没在门店下单过
    return before is not None and re.search(r"(?<![a-z])never(?![a-z])|从", r.tokens[before].text) is not None


def _at_any_time(r: Reading, test: VerbTest) -> bool:
    """who have only ever bought in stores"""
    return 0 <= test.verb < len(r.tokens) and _EVER.search(r.text.text[: r.tokens[test.verb].start]) is not None


_EVER = re.compile(r"(?<![a-z])ever $")


def _values_between(r: Reading, a: VerbTest, b: VerbTest) -> bool:
    return any(r.tokens[i].of("value") for i in r.between(a.verb, b.verb))


def _happens_once(r: Reading, test: VerbTest) -> bool:
    """Whether a verb is a date of the people themselves (registered in September), whose period is its own."""
    behaviours = [b for name in test.behaviours if (b := r.world.behaviour(name))]
    return any(b.table == r.world.model.entities[b.entity].table for b in behaviours)


def _chained(r: Reading, a: int, b: int) -> bool:
    """Whether only objects of the verbs and words like but, and, not stand between two verbs."""
    between = list(r.between(a, b))
    return all(
        r.tokens[i].role != "break" and not r.tokens[i].has("who") and not (r.metrics(i) or r.is_person(i)) for i in between
    )
