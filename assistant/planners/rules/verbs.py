"""What people did, or did not do: verbs with their objects, how often, and when.

In: a `Reading`. It gains a `VerbTest` for each verb of the domain's entity: the values, counts and the period that stand nearest
to a verb, inside its clause, are its own (上个月提过物流工单的客户, who opened a win-back coupon). A verb in a question that
speaks of no people only ties words together (买了童装的订单) and is used up without a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.language.mentions import Piece
from assistant.language.values import Scalar
from assistant.planners.rules.draft import Asked, Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading, is_money_noun
from semantic_layer.query import Period

_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_OFTEN = ("time", "order", "piece", None)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A verb with the places around it that belong to it."""

    at: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Object:
    """A value that a verb is about; `joint`: how it is tied to the one before it."""

    at: int
    options: tuple[tuple[str, Scalar], ...]
    joint: str


def read_verbs(r: Reading) -> None:
    """Each verb of the question, in order."""
    if not r.has_person():
        _excluded(r)
        _tie(r)
        return
    found: list[VerbTest] = []
    for at in range(len(r.tokens)):
        if is_verb(r, at) and not _counts_deeds(r, at, found) and not _only_ties(r, at):
            found.extend(_read(r, at))
    r.tests.extend(_shared_periods(r, found))


def _counts_deeds(r: Reading, at: int, found: list[VerbTest]) -> bool:
    """各投诉了几次, how often they complained: a number of each, no condition."""
    near = [n for n in (r.step(at, 1), r.step(at, -1), r.step(r.step(at, -1) or at, -1)) if n is not None and r.free(n)]
    asked = next((n for n in near if r.tokens[n].has("times_asked") and not r.tokens[n].is_content), None)
    metric = next((m for name in r.behaviours(at) if (m := r.world.count_of_deeds(name))), None)
    if asked is None or metric is None:
        return False
    r.take(at, asked)
    earlier = bool(found) or r.listed or bool(r.where("which")) or any(r.is_break(i) for i in range(min(at, asked)))
    same = next((t for t in found if set(t.behaviours) & set(r.behaviours(at) or t.behaviours)), None)
    (r.columns if earlier else r.asked).append(Asked(at, (metric,), period=same.period if same is not None else None))
    return True


def _only_ties(r: Reading, at: int) -> bool:
    """华南会员去年买了多少件女装: the verb of a sentence about a metric of the same facts, its subject before it, is no condition."""
    tables = {
        t for name in r.behaviours(at) if (b := r.world.behaviour(name)) for t in (b.table, *r.world.graph.details(b.table))
    }
    count = r.world.counts.get(r.world.model.domain.entity)
    metrics = [s.name for t in r.tokens for s in t.of("metric") if s.name != count and not t.of("entity")]
    if not any(set(r.world.tables_of(name)) & tables for name in metrics) or _preceded(r, at, "neg"):
        return False
    before = [i for i in range(at) if r.is_person(i) or _describes_people(r, i)]
    if not before or any(r.tokens[i].has("who") for i in range(before[-1], at)):
        return False
    after = [i for i in range(at + 1, len(r.tokens)) if r.is_person(i)]
    if after or any(r.is_break(i) for i in range(before[-1], at)):
        return False
    r.take(at)
    return True


def _describes_people(r: Reading, at: int) -> bool:
    entity = r.world.entity
    if entity is None:
        return False
    return any(
        r.world.is_about(r.world.model.dimensions[s.name], entity)
        for s in r.tokens[at].of("value")
        if s.name in r.world.model.dimensions
    )


def is_verb(r: Reading, at: int) -> bool:
    """Whether a free token is a verb here, and not the noun that is spelled the same."""
    token = r.tokens[at]
    if not r.behaviours(at) or token.has("share", "grow") or _is_listed(r, at) or is_money_noun(r, at):
        return False
    if not any(s.kind in ("metric", "entity", "dimension") for s in token.senses):
        return True
    if not token.text.isascii():
        return token.text.endswith(("过", "了")) or _preceded(r, at, "neg")
    return _preceded(r, at, "neg", "who", "people", "but") or (at > 0 and r.is_person(at - 1)) or token.text.endswith("ed")


def _is_listed(r: Reading, at: int) -> bool:
    """浏览、加购、支付各有多少人: values in a list, not deeds."""
    for by in (-1, 1):
        near = at + by
        if 0 <= near < len(r.tokens) and r.tokens[near].text == "、" and 0 <= near + by < len(r.tokens):
            other = r.tokens[near + by]
            if {s.name for s in other.of("value")} & {s.name for s in r.tokens[at].of("value")} and other.of("behaviour"):
                return True
    return False


def _preceded(r: Reading, at: int, *ops: str) -> bool:
    return at > 0 and r.tokens[at - 1].has(*ops)


def _excluded(r: Reading) -> None:
    """不算退款和取消: without the rows of what a verb is about."""
    for mark in r.where("except"):
        at = r.step(mark, 1)
        found: list[tuple[int, str, str]] = []
        while at is not None and r.behaviours(at) and not r.tokens[at].of("metric"):
            behaviour = r.world.behaviour(r.behaviours(at)[0])
            value = r.world.value_where(behaviour.table, behaviour.where) if behaviour is not None and behaviour.where else None
            if value is None:
                break
            found.append((at, *value))
            to = r.step(at, 1)
            at = r.step(to, 1) if to is not None and r.tokens[to].has("and", "or") else None
        if found and len({d for _, d, _ in found}) == 1:
            r.tests.append(ValueTest(found[0][0], ((found[0][1], tuple(v for _, _, v in found)),), negated=True))
            r.take(mark, *(i for i, _, _ in found))


def _tie(r: Reading) -> None:
    """No people: verbs tie words together, unless they are denied."""
    for at, token in enumerate(r.tokens):
        nouns = any(s.kind in ("metric", "entity", "dimension") for s in token.senses) or token.has("share", "grow")
        values = bool(token.of("value")) and (_is_listed(r, at) or _fits_metric(r, at))
        if r.behaviours(at) and not nouns and not values and not _preceded(r, at, "neg"):
            _tie_one(r, at)


def _tie_one(r: Reading, at: int) -> None:
    """A verb that says nothing new is used up; one that says which rows are meant (退款的, cancelled) is a condition of them."""
    names = r.behaviours(at)
    tables = {t for token in r.tokens for s in token.of("metric") for t in r.world.tables_of(s.name)}
    tables |= {r.world.model.entities[s.name].table for token in r.tokens for s in token.of("entity")}
    for name in names:
        behaviour = r.world.behaviour(name)
        if behaviour is None or behaviour.table not in tables:
            continue
        value = r.world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
        if behaviour.where is None or value == r.world.usual_rows(behaviour.table):
            r.take(at)
            return
        if value is not None:
            r.take(at)
            r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))
            return
    near = [n for n in (r.step(at, -1), r.step(at, 1)) if n is not None]
    if not tables or any(r.tokens[n].of("value") or r.tokens[n].has("by") for n in near):
        r.take(at)


def _fits_metric(r: Reading, at: int) -> bool:
    """Whether a verb that is also a value is one of the facts that a metric of the question counts (登录 次数)."""
    tables = {t for other in r.tokens for s in other.of("metric") for t in r.world.tables_of(s.name)}
    return any(tables & set(r.world.homes(s.name)) for s in r.tokens[at].of("value"))


# --- one verb --------------------------------------------------------------------------------------------------------------


def _read(r: Reading, at: int) -> Iterator[VerbTest]:
    clause = _clause(r, at)
    behaviours = r.behaviours(at)
    r.take(at)
    denied = _denial(r, clause)
    objects, behaviours = _objects(r, clause, behaviours)
    behaviours = _named(r, clause, behaviours, objects)
    if not behaviours:
        r.used.discard(at)
        return
    least, most = _often(r, clause)
    period, same = _period(r, clause)
    test = VerbTest(at, behaviours, denied is None, (), period, least, most, same)
    yield from _spread(test, objects)
    yield from _contrast(r, clause, test, objects)
    yield from _nowhere_else(r, clause, test, objects)


def _clause(r: Reading, at: int) -> _Clause:
    places: list[int] = []
    behind = r.step(at, 1)
    if behind is not None and r.tokens[behind].text in ("nothing", "no", "none"):
        places.append(behind)
    for by in (-1, 1):
        to = r.step(at, by)
        while to is not None and not _ends_clause(r, to, by):
            places.append(to)
            to = r.step(to, by)
    return _Clause(at, tuple(sorted(places, key=lambda place: abs(place - at))))


def _ends_clause(r: Reading, at: int, by: int) -> bool:
    token = r.tokens[at]
    if token.has("who", "but") or r.is_person(at) or is_verb(r, at):
        return True
    if by > 0 and token.has("neg", "except"):
        return True
    return bool(r.metrics(at)) and not r.entities(at) and not token.has("count")


def _denial(r: Reading, clause: _Clause) -> int | None:
    """The word that denies the verb: one before it, within its clause."""
    for place in clause.places:
        behind = place == r.step(clause.at, 1) and r.tokens[place].text in ("nothing", "no", "none")
        if (place < clause.at or behind) and r.free(place) and r.tokens[place].has("neg"):
            r.take(place)
            return place
    return None


def _objects(r: Reading, clause: _Clause, behaviours: tuple[str, ...]) -> tuple[list[_Object], tuple[str, ...]]:
    """The values that describe what was done, and the behaviours that all of them can describe."""
    objects: list[_Object] = []
    for place in sorted(clause.places):
        options = _of_deeds(r, place, r.value_options(place), behaviours)
        fitting = tuple(name for name in behaviours if any(_describes(r, name, dimension) for dimension, _ in options))
        if not options or not fitting:
            if options and _belongs(r, clause, place) and not _is_own(r, options):
                r.blocked.add(place)
            continue
        behaviours = fitting
        kept = tuple((d, v) for d, v in options if any(_describes(r, name, d) for name in behaviours))
        objects.append(_Object(place, kept, _joint(r, place, clause)))
        r.take(place)
    _take_nouns(r, clause, behaviours)
    return objects, behaviours


def _of_deeds(
    r: Reading, at: int, options: tuple[tuple[str, Scalar], ...], behaviours: tuple[str, ...]
) -> tuple[tuple[str, Scalar], ...]:
    """The options of a value beside a verb: none where it rather describes the people (还没下过单的杭州客户)."""
    entity = r.world.entity
    tables = {b.table for name in behaviours if (b := r.world.behaviour(name))}
    if entity is None or any(table in r.world.homes(d) for table in tables for d, _ in options):
        near = r.step(at, 1)
        return (
            () if near is not None and r.is_person(near) and _is_own(r, options) and not r.tokens[at].text.isascii() else options
        )
    return () if _is_own(r, options) else options


def _is_own(r: Reading, options: tuple[tuple[str, Scalar], ...]) -> bool:
    """Whether a value can describe people themselves, other than as their favourite."""
    entity = r.world.entity
    return entity is not None and any(
        r.world.is_about(r.world.model.dimensions[d], entity) and d not in r.world.favourites for d, _ in options
    )


def _named(r: Reading, clause: _Clause, behaviours: tuple[str, ...], objects: list[_Object]) -> tuple[str, ...]:
    """The behaviours that a verb names here: one that needs its noun has it, or a value of it, in its clause."""
    kept = []
    for name in behaviours:
        behaviour = r.world.behaviour(name)
        if behaviour is None:
            continue
        beside = {s.name for p in clause.places for s in r.tokens[p].of("entity") if not r.is_person(p)}
        nouns = {s.value for s in r.tokens[clause.at].of("behaviour") if s.name == name and s.stored}
        tables = {r.world.model.entities[str(n)].table for n in nouns if n in r.world.model.entities}
        described = any(set(r.world.homes(d)) & tables for item in objects for d, _ in item.options)
        own = any(r.world.model.entities[n].table in r.world.around(behaviour.table) for n in beside)
        if not r.helps(clause.at, name) or beside & nouns or described:
            kept.append((not own, name))
    return tuple(name for _, name in sorted(kept, key=lambda item: item[0]))


def _describes(r: Reading, behaviour: str, dimension: str) -> bool:
    """Whether a dimension tells something of what was done, and not of who did it."""
    found = r.world.behaviour(behaviour)
    entity = r.world.model.entities.get(found.entity) if found else None
    if found is None or entity is None or found.table == entity.table:
        return False
    return r.world.is_apart(found.table, dimension, entity)


def _take_nouns(r: Reading, clause: _Clause, behaviours: tuple[str, ...]) -> None:
    """The noun of what was done (raised a *ticket*, opened a *campaign*) adds nothing to the verb."""
    tables = {t for name in behaviours if (b := r.world.behaviour(name)) for t in r.world.around(b.table)}
    for place in clause.places:
        token = r.tokens[place]
        homes = [r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities]
        if r.free(place) and homes and not r.is_person(place) and abs(place - clause.at) <= 2 and set(homes) & tables:
            r.take(place)
            r.take_near(place, "by", reach=0)


def _belongs(r: Reading, clause: _Clause, place: int) -> bool:
    """Whether a value stands inside the clause that describes people (点开过新品试用的客户): it cannot mean anything else."""
    after = [p for p in range(clause.at + 1, len(r.tokens)) if r.is_person(p)]
    return bool(after) and clause.at < place < after[0] and not any(r.is_break(p) for p in range(clause.at, after[0]))


def _joint(r: Reading, at: int, clause: _Clause) -> str:
    """`both` where 既…又…, both…and… or `and` ties a value to the one before it, `or` where or does."""
    before = r.step(at, -1)
    if before is None or before == clause.at:
        return ""
    token = r.tokens[before]
    if token.has("or"):
        r.take(before)
        return "or"
    if token.has("both") or (token.has("and") and token.text != "、"):
        if token.has("both"):
            r.take(before)
        return "both"
    return ""


def _spread(test: VerbTest, objects: list[_Object]) -> Iterator[VerbTest]:
    """One test for values that all hold of one act; one each where a dimension has several that cannot (bought A and B)."""
    groups: list[list[_Object]] = []
    for item in objects:
        twin = next((g for g in groups if {d for d, _ in g[0].options} & {d for d, _ in item.options}), None)
        if twin is None:
            groups.append([item])
        else:
            twin.append(item)
    split = next((g for g in groups if len(g) > 1 and any(i.joint == "both" for i in g[1:])), None)
    rest = tuple(_value_test(g) for g in groups if g is not split)
    if split is None:
        yield replace(test, objects=rest)
        return
    for item in split:
        yield replace(test, at=item.at, objects=(*rest, _value_test([item])))


def _value_test(items: list[_Object]) -> Test:
    shared = [d for d, _ in items[0].options if all(d in dict(i.options) for i in items)]
    options = tuple((d, tuple(dict.fromkeys(dict(i.options)[d] for i in items))) for d in dict.fromkeys(shared))
    return ValueTest(items[0].at, options)


def _contrast(r: Reading, clause: _Clause, test: VerbTest, objects: list[_Object]) -> Iterator[VerbTest]:
    """bought A but not B: the same verb denied, of another value."""
    end = max((clause.at, *(o.at for o in objects)))
    to = r.step(end, 1)
    denied = False
    while to is not None and r.is_only(to, "but", "neg", "except", "and"):
        denied = denied or r.tokens[to].has("neg", "except")
        to = r.step(to, 1)
    if to is None or not denied or not objects:
        return
    known = {d for item in objects for d, _ in item.options}
    options = tuple((d, v) for d, v in r.value_options(to) if d in known)
    if options:
        r.take(*range(end + 1, to + 1))
        yield replace(test, at=to, did=not test.did, objects=(_value_test([_Object(to, options, "")]),))


def _nowhere_else(r: Reading, clause: _Clause, test: VerbTest, objects: list[_Object]) -> Iterator[VerbTest]:
    """只在线下买过, who only bought shoes: and never anything else."""
    marks = [p for p in clause.places if r.free(p) and r.tokens[p].has("only") and not r.tokens[p].is_content]
    if not marks or not objects or not test.did:
        return
    r.take(*marks)
    for item in objects:
        other = _value_test([item])
        if isinstance(other, ValueTest):
            yield replace(test, at=item.at, did=False, objects=(replace(other, negated=True),), at_least=1, at_most=None)


def _often(r: Reading, clause: _Clause) -> tuple[int, int | None]:
    """At least and at most how many times."""
    for place in clause.places:
        token = r.tokens[place]
        if not r.free(place):
            continue
        if token.comparison is not None and token.comparison.unit in _OFTEN and token.comparison.kind == "cardinal":
            values = token.comparison.plain
            if all(isinstance(v, int) for v in values):
                r.take(place)
                return _range(token.comparison.op, int(values[0]), int(values[-1]))
        if (
            token.number is not None
            and token.number.unit == "time"
            and isinstance(token.number.plain, int)
            and token.number.plain > 0
        ):
            r.take(place)
            only = r.take_near(place, "only", reach=3)
            bound = next((i for i in r.where("at_least", "at_most") if i in clause.places), None)
            r.take(bound)
            if bound is not None and r.tokens[bound].has("at_most"):
                return 1, token.number.plain
            return token.number.plain, token.number.plain if only is not None else None
    return 1, None


def _range(op: str, value: int, high: int) -> tuple[int, int | None]:
    match op:
        case ">":
            return max(value + 1, 1), None
        case ">=":
            return max(value, 1), None
        case "<":
            return 1, max(value - 1, 1)
        case "<=":
            return 1, max(value, 1)
        case "between":
            return max(value, 1), max(high, 1)
        case _:
            return max(value, 1), max(value, 1)


def _period(r: Reading, clause: _Clause) -> tuple[Period | None, bool]:
    """When it was done: the nearest period of the clause; `True` for "in that same period"."""
    for place in clause.places:
        token = r.tokens[place]
        if not r.free(place):
            continue
        if token.has("same_period"):
            r.take(place)
            return None, True
        found = token.time.period if token.time is not None else _window(r, token) or _window_over(r, token)
        if found is not None:
            r.take(place)
            return found, False
    return None, False


def _window(r: Reading, token: Piece) -> Period | None:
    """三个月没来: the days up to today that a bare length of time spans."""
    number = token.number
    if number is None or number.unit not in _DAYS or not isinstance(number.plain, int) or not 0 < number.plain <= 1000:
        return None
    return Period(start=r.today - timedelta(days=number.plain * _DAYS[number.unit]), end=r.today)


def _window_over(r: Reading, token: Piece) -> Period | None:
    """haven't bought for over 90 days: not in the last 90 days."""
    found = token.comparison
    if found is None or found.unit not in _DAYS or found.op not in (">", ">=") or not isinstance(found.plain[0], int):
        return None
    days = found.plain[0] * _DAYS[found.unit]
    return Period(start=r.today - timedelta(days=days), end=r.today) if 0 < days <= 3660 else None


def _shared_periods(r: Reading, tests: list[VerbTest]) -> list[VerbTest]:
    """近一年买过女装但没买过男装: verbs of one chain share the period that only one of them has."""
    out: list[VerbTest] = []
    for place, test in enumerate(tests):
        if test.period is not None or test.same:
            out.append(test)
            continue
        near = [
            t
            for t in (tests[place - 1] if place else None, tests[place + 1] if place + 1 < len(tests) else None)
            if t is not None
        ]
        lender = next((t for t in near if t.period is not None and not _happens_once(r, t) and _chained(r, t.at, test.at)), None)
        out.append(replace(test, period=lender.period) if lender else test)
    return out


def _happens_once(r: Reading, test: VerbTest) -> bool:
    """Whether a verb is a date of the people themselves (registered in September), whose period is its own."""
    behaviours = [b for name in test.behaviours if (b := r.world.behaviour(name))]
    return any(b.table == r.world.model.entities[b.entity].table for b in behaviours)


def _chained(r: Reading, a: int, b: int) -> bool:
    """Whether only objects of the verbs and words like but, and, not stand between two verbs."""
    between = [r.tokens[i] for i in r.between(a, b)]
    return all(
        t.role != "break" and not t.has("who") and not any(s.kind in ("metric", "entity") for s in t.senses) for t in between
    )
