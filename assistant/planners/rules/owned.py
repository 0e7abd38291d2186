"""Deeds by their nouns: customers with a Tmall or JD order but no app order, members with a logistics ticket in the last 90 days.

In: a `Reading` before its verbs are read. It gains a `VerbTest` for each noun of something done that people are said to have, with the
values in front of it and the period behind it. English only: Chinese says it with a verb (有, 提过). Never fails.
"""

import re

from assistant.language.values import Scalar
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_HAS = re.compile(
    r"(?<![a-z])(?:with|w|having|who (?:also )?(?:have|had|has)|that (?:have|had|has)) (?:an?|any|at least one|some) $"
)
_HAS_SOME = re.compile(r"(?<![a-z])(?:with|having|who (?:still )?(?:have|had|has)|that (?:still )?(?:have|had|has)) (?:still )?$")
"""Of several of them: with open tickets."""
_REACH = 12
_LACKS = re.compile(
    r"(?<![a-z])(?:(?:with|have|has|had|having|w|but|and|are|is) )?"
    r"(?:no|zero|0|without(?: an?| any| a single)?|not (?:a|one|any) (?:single )?) $"
)
_LACKS_ZH = re.compile("(?:零|(?<!\\d)0[份张个单条件笔]?|没有?任何|无任何|从没有过|(?<!有)没有过|(?<!有)没有|无)的?$")
_LACKS_BEHIND_ZH = re.compile(
    "(?:数|数量)?(?:(?:为|是|=|等于)?(?:零|0)(?!\\d)[份张个单条件笔]?|(?:都|也)(?:没有?|未曾?)(?:[做填提写交开下发有参加过答回]*))(?:的)?"
)


def read_owned_deeds(r: Reading) -> None:
    """Each of them, in the order of the words."""
    if not r.text.text.isascii():
        _read_lacking(r)
        return
    who = [i for i in range(len(r.tokens)) if are_people(r, i) or _did_first(r, i)]
    who = who or ([-1] if r.follows is not None and r.of_people else [])  # and without any ticket in the last 180 days?
    for at in range(len(r.tokens) if who else 0):
        deed = deed_of(r, at) if r.free(at) else None
        first = _where_it_begins(r, at, deed)
        people = who[0] if who[0] < at else None
        if deed is None or first is None or people is None or people >= first:
            continue
        before = r.text.text[: r.tokens[first].start]
        tail = _told_behind(r, at, deed)
        options = _values(r, first, at, deed) or (_values(r, tail, tail + 1, deed) if tail is not None else ())
        lacks = _LACKS.search(before) is not None
        if not (options or first == at) or not (lacks or _HAS.search(before) or (options and _HAS_SOME.search(before))):
            continue
        time = time_behind(r, at if tail is None else tail)
        period: Period | None = None
        if time is not None and (mention := r.tokens[time].time) is not None:
            period = mention.period
        behind = r.step(at, 1)
        same = behind is not None and r.tokens[behind].has("same_period") and time is None
        if first == at and not options and time is None and behind is not None and r.tokens[behind].has("and", "or"):
            continue  # no order and no login in the last 60 days: verbs of one time
        if _SINCE.match(r.text.text, r.tokens[at].end):
            continue  # but no order since: since what was done before
        deed, options = _of_those_rows(r, deed, options)
        objects = (ValueTest(at, options),) if options else ()
        r.tests.append(VerbTest(at, (deed,), not lacks, objects, period, same=same))
        r.listed = r.listed or (people >= 0 and _did_first(r, people) and not any(t.has("count", "share") for t in r.tokens))
        marks = (
            i for i in range(people + 1, first) if r.tokens[i].end > len(before.rstrip()) - _REACH and not r.tokens[i].is_content
        )
        r.take(*marks, *range(first, at + 1), tail, time, behind if same else None)


def _where_it_begins(r: Reading, at: int, deed: str | None) -> int | None:
    """The first word of what people have or lack: no order, a ticket still open, open logistics tickets; None where that is not said."""
    first = _first_value(r, at)
    if first is not None or deed is None:
        return first
    before = r.text.text[: r.tokens[at].start]
    if _LACKS.search(before):
        return at
    told = _told_behind(r, at, deed) is not None
    if _HAS.search(before):
        return at if told or r.value_options(at) or any(_is_one_of_them(r, i) for i in range(at)) else None
    return at if told and _HAS_SOME.search(before) else None


def _of_those_rows(
    r: Reading, deed: str, options: tuple[tuple[str, tuple[Scalar, ...]], ...]
) -> tuple[str, tuple[tuple[str, tuple[Scalar, ...]], ...]]:
    """with a cancelled order: the deed that is of those rows, where the usual one is of other rows and would be of none."""
    done = r.world.behaviour(deed)
    usual = rows_where(r.world, done.table, done.where) if done is not None and done.where else None
    values = dict(options).get(usual[0], ()) if usual is not None else ()
    if done is None or usual is None or len(values) != 1 or values[0] == usual[1]:
        return deed, options
    siblings = [b for b in r.world.model.behaviours.values() if (b.table, b.entity) == (done.table, done.entity) and b.where]
    other = [b.name for b in siblings if rows_where(r.world, b.table, b.where or "") == (usual[0], values[0])]
    return (other[0], tuple(o for o in options if o[0] != usual[0])) if len(other) == 1 else (deed, options)


def _read_lacking(r: Reading) -> None:
    """零退款的会员, 没有任何退款订单, 问卷数为0, 一份问卷都没做过: what people have none of."""
    if not any(are_people(r, i) or t.has("people") for i, t in enumerate(r.tokens)):
        return
    for at, token in enumerate(r.tokens):
        deed = (_counted_deed(r, at) or deed_of(r, at)) if r.free(at) else None
        if deed is None or token.of("dimension"):
            continue
        before, objects = _LACKS_ZH.search(r.text.text[: token.start]), _lacked_values(r, at, deed)
        if objects is not None:
            before = _LACKS_ZH.search(r.text.text[: r.tokens[objects.at].start])
        has = _HAS_ZH.search(r.text.text[: token.start]) if before is None and _counts_others(r, at) else None
        behind = _LACKS_BEHIND_ZH.match(r.text.text, token.end)
        if before is None and behind is None and has is None:
            continue
        opens = before or has
        start = opens.start() if opens is not None else token.start
        end = behind.end() if behind is not None else token.end
        words = [i for i, t in enumerate(r.tokens) if start <= t.start and t.end <= end]
        time = r.beyond(words[0], -1, "and", "particle", "then_after_first", "also")
        told = time is not None and r.free(time) and r.tokens[time].time is not None
        mention = r.tokens[time].time if told and time is not None else None
        lacks = before is not None or behind is not None
        of_what = (objects,) if objects is not None else ()
        at_once = time is not None and r.tokens[time].has("same", "same_period")  # 当月没有APP订单
        same = at_once and time is not None and r.free(time) and not r.tokens[time].senses
        period = mention.period if mention is not None else None
        r.tests.append(VerbTest(at, (deed,), not lacks, of_what, period, same=same, verb=at))
        r.take(
            *words, time if told or same else None, *(i for i in (words[0] - 1,) if i >= 0 and _ONE.fullmatch(r.tokens[i].text))
        )


def _lacked_values(r: Reading, at: int, deed: str) -> ValueTest | None:
    """没有门店订单的客户: the value between, which says what people have none of."""
    first = _first_value(r, at) if _counts_others(r, at) else None
    if first is None or _LACKS_ZH.search(r.text.text[: r.tokens[first].start]) is None:
        return None
    options = _values(r, first, at, deed)
    return ValueTest(first, options) if options else None


_HAS_ZH = re.compile("(?<![没还])有过?$")


def _counts_others(r: Reading, at: int) -> bool:
    """Whether people are counted behind a noun: 有成交订单的会员有多少人; not 有订单多少."""
    return any(are_people(r, i) or r.tokens[i].has("people") for i in range(at + 1, len(r.tokens)))


_ONE = re.compile("一[份张个单条件笔次]")


def _counted_deed(r: Reading, at: int) -> str | None:
    """The deed that a metric counts: refunded orders, of refunding."""
    names, values = set(r.metrics(at)), set(r.value_options(at))
    for name, behaviour in r.world.model.behaviours.items():
        value = r.world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
        if (names and r.world.count_of_deeds(name) in names) or (value in values and _NOUN_ZH.search(r.tokens[at].text)):
            return name
    return None


_NOUN_ZH = re.compile("[单据]$|订单$|记录$")
"""没有任何退款订单: orders of that kind; 没有已退款的 says nothing of what."""


def _did_first(r: Reading, at: int) -> bool:
    """logged in this month but no order this month: who did the first of two is people, though no word names them."""
    opens = r.step(at, -1) is None and bool(r.behaviours(at)) and not r.helps_only(at)
    named = any(t.of("metric") or t.of("entity") for t in r.tokens[:at])
    return opens and not named and r.follows is None and _BUT_NO.search(r.text.text, r.tokens[at].end) is not None


_SINCE = re.compile(r" (?:since(?! [a-z0-9])|since then|after(?:wards| that| it)?(?![a-z])|thereafter|from then)")
_BUT_NO = re.compile(
    r"(?<![a-z])(?:but|and|yet|with) (?:has |have |had |with |made |placed )?(?:no|zero|not (?:a|one|any)|without)(?![a-z])"
)


def are_people(r: Reading, at: int) -> bool:
    """Whether a token is of members, or a count of them."""
    counted = any(r.world.counts_people(s.name) for s in r.tokens[at].of("metric"))
    return r.is_person(at) or counted or bool(r.tokens[at].of("segment")) or _is_one_of_them(r, at)


_ONES = re.compile(r"(?:(?:only|just|keep|and) )*(?:the|those|these)?(?: |^)?(?:ones?|those|these|people)")


def _is_one_of_them(r: Reading, at: int) -> bool:
    """how many unhappy customers, then only the ones with a ticket: of the people who were counted."""
    token = r.tokens[at]
    return r.of_people and not token.senses and token.text.isascii() and _ONES.fullmatch(token.text) is not None


def _told_behind(r: Reading, at: int, deed: str) -> int | None:
    """The value right behind a noun: a ticket still open."""
    behind = at + 1
    near = behind < len(r.tokens) and r.free(behind) and r.text.text[r.tokens[at].end : r.tokens[behind].start] == " "
    plain = near and not r.tokens[behind].of("behaviour") and not r.tokens[behind].of("metric")
    return behind if plain and _values(r, behind, behind + 1, deed) else None


def deed_of(r: Reading, at: int) -> str | None:
    """What somebody did who has one of the things that a noun names: an order was bought, a ticket raised, a complaint made."""
    for name, behaviour in (
        r.world.model.behaviours.items() if r.tokens[at].text.isascii() and not r.tokens[at].of("entity") else ()
    ):
        value = r.world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
        counted = r.world.count_of_deeds(name) in r.metrics(at) and _LACKS.search(r.text.text[: r.tokens[at].start]) is not None
        bare = (
            value is not None
            and value in set(r.value_options(at))
            and not (r.tokens[at].of("metric") or r.tokens[at].of("behaviour"))
            and any(r.is_person(i) for i in range(at))
        )
        if counted or bare:  # got no message; a complaint
            return name
    tables = {r.world.model.entities[s.name].table for s in r.tokens[at].of("entity") if s.name in r.world.model.entities}
    main = r.world.entity
    for name, behaviour in r.world.model.behaviours.items():
        plain = behaviour.where is None or r.world.value_where(behaviour.table, behaviour.where) == r.world.usual_rows(
            behaviour.table
        )
        if (
            main is not None
            and behaviour.table in tables
            and behaviour.entity == main.name
            and behaviour.table != main.table
            and plain
        ):
            return name
    return None


def _first_value(r: Reading, at: int) -> int | None:
    """The first of the values right in front of a noun: Tmall or JD."""
    first, to = None, at - 1
    while to >= 0 and (r.value_options(to) or r.tokens[to].has("or", "and", "comma")):
        first = to if r.value_options(to) else first
        to -= 1
    return first


def _values(r: Reading, first: int, at: int, deed: str) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    """The values between, of one dimension of what was done; nothing where one of them is no such value."""
    behaviour, entity = r.world.model.behaviours[deed], r.world.entity
    named = [r.value_options(i) for i in range(first, at) if r.value_options(i)]
    if entity is None or not named:
        return ()
    shared = [d for d, _ in named[0] if all(d in dict(other) for other in named) and r.world.is_apart(behaviour.table, d, entity)]
    return tuple((d, tuple(dict.fromkeys(dict(other)[d] for other in named))) for d in shared)


def time_behind(r: Reading, at: int) -> int | None:
    """The free time right behind a noun."""
    to = r.step(at, 1)
    return to if to is not None and r.free(to) and r.tokens[to].time is not None else None
