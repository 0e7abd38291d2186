"""What was not done, told apart from what was: bought A but not B, only bought in stores.

In: a `Reading`, the clause of a verb, the test that was read of it and its objects. Out: further tests of the same verb: denied, of another
value, or anywhere else. Never fails: words that tell nothing apart stay unread.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.language.values import Scalar
from assistant.planners.rules.clauses import Clause, Object, is_verb
from assistant.planners.rules.deed_times import is_of_next
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading

THOSE = re.compile(
    r"(?:and |now |just |but )*(?:only|just)(?: for| with)?(?: (?:the )?(?:ones|those|people|customers|members))? (?:who|that)(?![a-z])"
)


def value_test(items: list[Object]) -> Test:
    shared = [d for d, _ in items[0].options if all(d in dict(i.options) for i in items)]
    options = tuple((d, tuple(dict.fromkeys(dict(i.options)[d] for i in items))) for d in dict.fromkeys(shared))
    return ValueTest(items[0].at, options)


def contrast(r: Reading, clause: Clause, test: VerbTest, objects: list[Object]) -> Iterator[VerbTest]:
    """bought A but not B: the same verb denied, of another value."""
    end = max((clause.at, *(o.at for o in objects)))
    to = _behind(r, end)
    denied = False
    passed: list[int] = []
    times: list[int] = []
    never = False
    while to is not None and (
        r.is_only(to, "but", "neg", "except", "and", "both", "what_about") or r.tokens[to].time is not None
    ):
        denied = denied or r.tokens[to].has("neg", "except")
        never = never or _NEVER.search(r.tokens[to].text) is not None
        (passed if r.tokens[to].time is None else times).append(to)
        to = _behind(r, to)
    later = [i for i in times if r.free(i)]
    if (
        denied
        and later
        and test.did
        and (test.period is not None or r.tokens[clause.at].end < r.tokens[later[-1]].start)
        and (to is None or not (r.value_options(to) or r.behaviours(to)))
    ):
        time = r.tokens[later[-1]].time  # bought (in the past year) but nothing in the last 90 days
        r.take(*passed, later[-1])
        whole = _AT_ALL.search(r.text.text[r.tokens[end].end : r.tokens[later[-1]].start]) is not None
        period = time.period if time is not None else None
        yield replace(test, did=False, period=period, objects=() if whole else _objects_of(objects))
        return
    if to is not None and denied:
        yield from _of_another(r, test, objects, [*passed, to], never=never)


def _of_another(r: Reading, test: VerbTest, objects: list[Object], passed: list[int], *, never: bool) -> Iterator[VerbTest]:
    """The same verb denied of the value that stands last, `passed` being the words up to it."""
    to = passed[-1]
    where = _where_made(r, test, to, objects)
    if where and not objects and test.did:
        r.take(*passed)  # bought this year but not in stores: not there, then
        when = None if never else test.period
        yield replace(test, at=to, did=False, period=when, objects=(value_test([Object(to, where, "")]),))
    known = {d for item in objects for d, _ in item.options}
    options = tuple((d, v) for d, v in r.value_options(to) if d in known)
    own = r.step(to, 1)
    if not objects or (own is not None and not r.tokens[own].text.isascii() and is_verb(r, own)):
        return  # 但从没在门店下单过: the value has a verb of its own
    if options:
        behind = r.step(to, 1)
        same = behind is not None and r.tokens[behind].has("same_period") and test.period is not None
        r.take(*passed, behind if same else None)
        when = None if never and not same else test.period  # shoes in the last 90 days but never anything from beauty
        yield replace(test, at=to, did=not test.did, period=when, objects=(value_test([Object(to, options, "")]),))
    elif where:
        r.strict.add(to)  # bought shoes, but not in stores: no shoes, or nothing at all? never where they signed up
        r.blocked.add(to)


def _where_made(r: Reading, test: VerbTest, at: int, objects: list[Object]) -> tuple[tuple[str, Scalar], ...]:
    """The values of a word that are of the rows that a verb makes, where it may be said of people too: in stores, which is also where
    they signed up; none where an object of the verb is of those rows as well."""
    tables = {b.table for name in test.behaviours if (b := r.world.behaviour(name)) is not None}
    options = r.value_options(at)
    told = any(tables & set(r.world.homes(d)) for o in objects for d, _ in o.options)
    own = tuple((d, v) for d, v in options if tables & set(r.world.homes(d)))
    return own if not told and len({d for d, _ in options}) > len({d for d, _ in own}) else ()


def _behind(r: Reading, at: int) -> int | None:
    """The next word; behind a comma as well, where `but` stands: bought shoes this year, yet not a single beauty item."""
    to = r.step(at, 1)
    if to is None and at + 2 < len(r.tokens) and r.tokens[at + 1].text == ",":
        but = r.tokens[at + 2]
        return at + 2 if but.has("but") or but.text.startswith("but ") else None
    return to


_AT_ALL = re.compile(r"(?<![a-z])(?:at all|nothing)(?![a-z])|(?:什么|啥)都")
"""bought beauty in Q2 but nothing in Q3: of whatever kind."""
_NEVER = re.compile(r"(?<![a-z])never(?![a-z])|从[没未来]")


def _objects_of(objects: list[Object]) -> tuple[Test, ...]:
    return tuple(value_test([item]) for item in objects)


SCOPE = re.compile("(?:只|就|仅|光|单)(?:[算看要查统计留取限计数拉]|包含|针对|统计|限于|考虑)")
"""只算点过短信的那些人: who is counted, not what else they did."""


def nowhere_else(r: Reading, clause: Clause, test: VerbTest, objects: list[Object]) -> Iterator[VerbTest]:
    """只在线下买过, who only bought shoes: and never anything else; 只在APP和小程序下过单: and nowhere outside of the two."""
    marks = _only_marks(r, clause)
    if not marks or not objects or not test.did:
        return
    r.take(*marks)
    for items in _of_one_kind(objects):
        other = value_test(items)
        if isinstance(other, ValueTest):
            yield replace(test, at=items[0].at, did=False, objects=(replace(other, negated=True),), at_least=1, at_most=None)


def any_of_only(r: Reading, clause: Clause, test: VerbTest, objects: list[Object]) -> list[Object]:
    """只在APP和小程序下过单: in either of them, and not once in each."""
    told = test.did and bool(_only_marks(r, clause))
    return [replace(o, joint="" if o.joint == "both" else o.joint) for o in objects] if told else objects


def _only_marks(r: Reading, clause: Clause) -> list[int]:
    """The words in the clause of a verb that say that nothing else was done."""
    marks = [
        p for p in clause.places if r.free(p) and r.tokens[p].has("only") and not THOSE.match(r.text.text, r.tokens[p].start)
    ]
    return [p for p in marks if not (r.tokens[p].is_content or SCOPE.match(r.tokens[p].text) or is_of_next(r, clause.at, p))]


def _of_one_kind(objects: list[Object]) -> list[list[Object]]:
    """Objects that share a dimension, together."""
    groups: list[list[Object]] = []
    for item in objects:
        twin = next((g for g in groups if {d for d, _ in g[0].options} & {d for d, _ in item.options}), None)
        if twin is None:
            groups.append([item])
        else:
            twin.append(item)
    return groups


def spread(test: VerbTest, objects: list[Object]) -> Iterator[VerbTest]:
    """One test for values that all hold of one act; one each where a dimension has several that cannot (bought A and B)."""
    each = [i for i, o in enumerate(objects) if o.joint == "each" or (i and o.joint == "both" and _differ(objects[i - 1], o))]
    if each:
        chain = objects[each[0] - 1 : each[-1] + 1]
        others = [o for o in objects if o not in chain]
        for one in chain:
            yield from spread(replace(test, at=one.at), [*others, replace(one, joint="")])
        return
    groups = _of_one_kind(objects)
    split = next((g for g in groups if len(g) > 1 and any(i.joint == "both" for i in g[1:])), None)
    rest = tuple(value_test(g) for g in groups if g is not split)
    if split is None:
        yield replace(test, objects=rest)
        return
    for item in split:
        yield replace(test, at=item.at, objects=(*rest, value_test([item])))


def _differ(a: Object, b: Object) -> bool:
    """in stores and online: values that no dimension has both of."""
    return not {d for d, _ in a.options} & {d for d, _ in b.options}
