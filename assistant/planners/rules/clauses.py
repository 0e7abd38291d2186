"""A verb with what belongs to it: its clause, the word that denies it, its objects, how often, and when.

In: a `Reading` and the place of a verb. Out: the places around it up to the next verb, person or metric, and what they say of it.
Places that were understood are used up; a value inside the clause that fits neither verb nor people is blocked for other readings.
"""

import re
from dataclasses import dataclass, replace

from assistant.language.values import Scalar
from assistant.planners.rules.money_nouns import is_money_noun
from assistant.planners.rules.reading import Reading, is_light
from assistant.planners.rules.who_did import behind_people

_OFTEN = ("time", "order", "piece", None)


NOTHING = re.compile(r"(?:nothing|no|none|nil|zilch)(?![a-z])")
"""English words behind a verb that deny it: bought nothing at all."""


_TURNS = re.compile(r"(?:but|yet|and) ")
"""but never: a denial that begins a clause."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb with the places around it that belong to it."""

    at: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A value that a verb is about; `joint`: how it is tied to the one before it (`each`: done once with each of them)."""

    at: int
    options: tuple[tuple[str, Scalar], ...]
    joint: str


def is_verb(r: Reading, at: int) -> bool:
    """Whether a free token is a verb here, and not the noun that is spelled the same."""
    token = r.tokens[at]
    if not r.behaviours(at) or token.has("share", "grow") or is_listed(r, at) or is_money_noun(r, at):
        return False
    if at > 0 and {s.name for s in r.tokens[at - 1].of("dimension")} & {s.name for s in token.of("value")}:
        return False  # 金卡会员工单类型为投诉的工单数: a value of what is named before it
    noun = at + 1 < len(r.tokens) and (r.tokens[at + 1].of("value") or r.tokens[at + 1].of("entity"))
    if noun and token.of("value") and not token.text.endswith("ed") and _ARTICLE.search(r.text.text[: token.start]):
        return False  # who still has an open ticket: how it is
    if token.text in ("没来", "没再来", "又来", "来") and at + 1 < len(r.tokens) and r.behaviours(at + 1):
        return False  # 却没来下单的
    if token.has("filler") and at + 1 < len(r.tokens) and r.behaviours(at + 1) and not token.text.isascii():
        return False  # 都有买过
    after = r.step(at, 1) if token.has("money_verb") and not token.text.isascii() else None
    if after is not None and r.tokens[after].has("how_much") and not r.tokens[after].is_content:
        return False  # 总共消费多少: the money, not those who spent
    if not any(s.kind in ("metric", "entity", "dimension") for s in token.senses):
        return True
    if not token.text.isascii():
        return token.text.endswith(("过", "了")) or is_preceded(r, at, "neg", "afterwards", "then")
    return is_preceded(r, at, "neg", "who", "people", "but") or behind_people(r, at) or token.text.endswith("ed")


_ARTICLE = re.compile(r"(?<![a-z])(?:an?|their|have|has|had|with|still|any) $")


def is_listed(r: Reading, at: int) -> bool:
    """浏览、加购、支付各有多少人: values in a list, not deeds."""
    for by in (-1, 1):
        near = at + by
        if 0 <= near < len(r.tokens) and r.tokens[near].text == "、" and 0 <= near + by < len(r.tokens):
            other = r.tokens[near + by]
            if {s.name for s in other.of("value")} & {s.name for s in r.tokens[at].of("value")} and other.of("behaviour"):
                return True
    return False


def is_preceded(r: Reading, at: int, *ops: str) -> bool:
    return at > 0 and r.tokens[at - 1].has(*ops)


def clause_of(r: Reading, at: int) -> Clause:
    places: list[int] = []
    behind = r.step(at, 1)
    nothing = behind if behind is not None and NOTHING.match(r.tokens[behind].text) else None
    places += [nothing] if nothing is not None else []
    for by in (-1, 1):
        start = nothing if by > 0 and nothing is not None else at
        to, denied = r.step(start, by), False  # bought nothing last week: when, behind the denial
        while to is not None and (not _ends_clause(r, to, by) or (by > 0 and _is_its_noun(r, at, to))):
            if denied and r.is_only(to, "and", "also", "what_about"):
                break  # used a coupon twice and never complained: what stands before the denial is another deed's
            places.append(to)
            denied = denied or (by < 0 and r.tokens[to].text.isascii() and r.tokens[to].has("neg"))
            to = None if denied and _TURNS.match(r.tokens[places[-1]].text) else r.step(to, by)
    return Clause(at, tuple(sorted(places, key=lambda place: abs(place - at))))


def _is_its_noun(r: Reading, verb: int, at: int) -> bool:
    """clicked on any of our campaign messages: a count of the very deeds, right behind the verb, is what they were done to."""
    own = {b.table for name in r.behaviours(verb) if (b := r.world.behaviour(name))}
    names = r.metrics(at)
    near = all(r.tokens[i].of("value") and not r.tokens[i].time for i in r.between(verb, at) if r.tokens[i].is_content)
    near = r.step(verb, 1) == at or (at > verb and near)  # clicked a member day message this month
    return near and bool(names) and all(r.world.is_count(m) and set(r.world.tables_of(m)) <= own for m in names)


def _ends_clause(r: Reading, at: int, by: int) -> bool:
    token = r.tokens[at]
    joins = token.has("but") and not token.text.startswith("却")  # 门店却没买过: 却 stands behind its subject
    if by < 0 and any(r.world.count_of_joining(s.name) is not None for s in token.of("behaviour")):
        return True  # 在小程序注册、一单都没买过的: where they joined
    if token.has("who") or joins or r.is_person(at) or r.are_those(token) or is_verb(r, at):
        return True
    if by > 0 and (token.has("neg", "except") or _of_denied_verb(r, at) or _is_spent(r, at)):
        return True
    return bool(r.metrics(at)) and not r.entities(at) and not token.has("count")


def _is_spent(r: Reading, at: int) -> bool:
    """those who ever complained spent this year: when they spent, where the two are not joined by and."""
    said = r.tokens[at].has("money_verb") and r.tokens[at].text.isascii()
    return said and not (r.tokens[at].senses or is_preceded(r, at, "and", "also"))


def _of_denied_verb(r: Reading, at: int) -> bool:
    """买过女装、可今年一件女装都没再买: a value right before 都没 is of the verb behind."""
    both = r.step(at, 1) if r.value_options(at) else None
    behind = r.step(both, 1) if both is not None and r.tokens[both].text in ("都", "也") else None
    return behind is not None and r.tokens[behind].has("neg")


_BELONGS = re.compile("(?:归属|所属|隶属|属于|归)[于在]?$")


def objects_of(r: Reading, clause: Clause, behaviours: tuple[str, ...]) -> tuple[list[Object], tuple[str, ...]]:
    """The values that describe what was done, and the behaviours that all of them can describe."""
    objects: list[Object] = []
    other = [p for p in clause.places if _is_of_next_verb(r, clause.at, p) or _says_how_they_joined(r, clause.at, p)]
    clause = replace(clause, places=tuple(p for p in clause.places if p not in other))
    for place in sorted(clause.places):
        options = _of_deeds(r, place, r.value_options(place), behaviours)
        noun = r.step(place, -1)
        named = {d for d, _ in options} & set(r.dimensions(noun)) if noun is not None and noun < place else set()
        if named and not any(describes_deed(r, name, d) for name in behaviours for d in named):
            continue  # 偏好渠道是小程序、近30天下过单的: what they prefer, not where they bought
        if is_preferred(r, place) and any(r.tokens[i].has("and", "comma") or r.is_break(i) for i in r.between(place, clause.at)):
            continue  # 偏好天猫、近30天没下过单的
        if _BELONGS.search(r.text.text[: r.tokens[place].start]):
            continue  # 归属上海淮海路标准店、近半年没买过的: where they belong, not where they bought
        fitting = tuple(name for name in behaviours if any(describes_deed(r, name, dimension) for dimension, _ in options))
        if not options or not fitting:
            if options and _belongs(r, clause, place) and not _is_own(r, options):
                r.blocked.add(place)
            continue
        behaviours = fitting
        kept = tuple((d, v) for d, v in options if any(describes_deed(r, name, d) for name in behaviours))
        objects.append(Object(place, kept, _joint(r, place, clause)))
        kind = r.step(place, 1)  # 微信渠道打开过: what the value is of
        r.take(place, kind if kind in clause.places and _names_kind(r, kind, kept) else None)
    _take_nouns(r, clause, behaviours)
    return _in_each(r, clause, objects), behaviours


def _names_kind(r: Reading, at: int | None, kept: tuple[tuple[str, Scalar], ...]) -> bool:
    """Whether a noun only says which dimension a value in front of it is of."""
    return bool({d for d, _ in kept} & set(r.dimensions(at))) and not r.value_options(at) if at is not None else False


def _is_of_next_verb(r: Reading, verb: int, place: int) -> bool:
    """在门店买过也在线上买过, APP上买过、门店却一次都没买过: a value in front of another verb, told apart from the one before it."""
    to = r.beyond(place, 1, "but", "neg", "also", "both", "and", "filler")
    while to is not None and (r.tokens[to].time is not None or _is_tied_value(r, place, to)):  # 鞋靴今年没买过、女装今年买过
        to = r.beyond(to, 1, "but", "neg", "also", "both", "and", "filler")
    if place < verb or to is None or not is_verb(r, to) or r.tokens[verb].text.isascii():
        return False
    between = range(verb + 1, place)  # 门店买过、小程序也买过
    return any((r.tokens[i].has("and", "also", "but", "comma") and not r.tokens[i].is_content) or r.is_break(i) for i in between)


def _is_tied_value(r: Reading, place: int, to: int) -> bool:
    """门店买过、APP和小程序都买过: another value of the same kind, joined to the first by and."""
    joined = any(r.tokens[i].has("and", "comma") for i in r.between(place, to))
    return joined and bool({d for d, _ in r.value_options(place)} & {d for d, _ in r.value_options(to)})


def _says_how_they_joined(r: Reading, verb: int, place: int) -> bool:
    """signed up in the app and bought in stores: a value right behind the verb for joining is where they did that."""
    before = r.step(place, -1)
    if place > verb or before is None or not r.tokens[place].text.isascii():
        return False
    return any(r.world.count_of_joining(s.name) is not None for s in r.tokens[before].of("behaviour"))


def _in_each(r: Reading, clause: Clause, objects: list[Object]) -> list[Object]:
    """both in stores and online; 天猫、小程序两边都买过: done once with each of them, whatever dimensions they are of."""
    for mark in (p for p in clause.places if r.tokens[p].has("both") and not r.tokens[p].is_content):
        first = next((i for i, o in enumerate(objects) if o.at == r.step(mark, 1)), None)
        verb = all(r.tokens[i].has("filler") or is_light(r.tokens[i]) for i in range(mark + 1, clause.at))  # 都有买过
        if first is None and mark < clause.at and verb and any(o.at == _behind_times(r, mark) for o in objects):
            first = 0
        last = first
        while last is not None and last + 1 < len(objects) and _only_tied(r, objects[last].at, objects[last + 1].at):
            last += 1
        if first is None or last is None or last == first:
            continue
        r.take(mark, *(i for i in r.between(objects[first].at, objects[last].at) if r.tokens[i].has("and", "comma")))
        objects = [replace(o, joint="each") if first < i <= last else o for i, o in enumerate(objects)]
    return objects


def _behind_times(r: Reading, at: int) -> int | None:
    """What stands in front of a place, periods passed over: 鞋靴、美妆近180天里都买过."""
    before = r.step(at, -1)
    while before is not None and r.tokens[before].time is not None:
        before = r.step(before, -1)
    return before


def _only_tied(r: Reading, a: int, b: int) -> bool:
    """Whether nothing but `and` stands between two places."""
    return all(r.tokens[i].has("and", "comma", "both", "what_about") or is_light(r.tokens[i]) for i in r.between(a, b))


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
        r.world.is_about(r.world.model.dimensions[d], entity) and d not in r.world.attributes.favourites for d, _ in options
    )


def named_by(r: Reading, clause: Clause, behaviours: tuple[str, ...], objects: list[Object]) -> tuple[str, ...]:
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
        only = bool(objects) and all(set(r.world.homes(d)) <= tables for item in objects for d, _ in item.options)
        bare = "filler" in r.tokens[clause.at].ops and not only  # got a win-back coupon: what it was can be nothing else
        if not r.helps(clause.at, name) or beside & nouns or (described and not bare):
            kept.append((not own, name))
    return tuple(name for _, name in sorted(kept, key=lambda item: item[0]))


def describes_deed(r: Reading, behaviour: str, dimension: str) -> bool:
    """Whether a dimension tells something of what was done, and not of who did it."""
    found = r.world.behaviour(behaviour)
    entity = r.world.model.entities.get(found.entity) if found else None
    if found is None or entity is None or found.table == entity.table:
        return False
    return r.world.is_apart(found.table, dimension, entity)


def _take_nouns(r: Reading, clause: Clause, behaviours: tuple[str, ...]) -> None:
    """The noun of what was done (raised a *ticket*, opened a *campaign*) adds nothing to the verb."""
    tables = {t for name in behaviours if (b := r.world.behaviour(name)) for t in r.world.around(b.table)}
    for place in clause.places:
        token = r.tokens[place]
        homes = [r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities]
        own = {b.table for name in behaviours if (b := r.world.behaviour(name))}
        where = any(own & set(r.world.homes(d)) for d, _ in r.value_options(place))  # 门店注册的客户: how they came
        near = r.free(place) and not r.is_person(place) and abs(place - clause.at) <= 2
        if near and not where and set(homes) & tables:
            r.take(place)
            r.take_near(place, "by", reach=0)


def _belongs(r: Reading, clause: Clause, place: int) -> bool:
    """Whether a value stands inside the clause that describes people (点开过新品试用的客户): it cannot mean anything else."""
    after = [p for p in range(clause.at + 1, len(r.tokens)) if r.is_person(p)]
    return bool(after) and clause.at < place < after[0] and not any(r.is_break(p) for p in range(clause.at, after[0]))


def _joint(r: Reading, at: int, clause: Clause) -> str:
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


def often(r: Reading, clause: Clause) -> tuple[int, int | None]:
    """At least and at most how many times."""
    for place in clause.places:
        token = r.tokens[place]
        told = token.comparison is not None and token.comparison.unit is None and token.text.isascii() and place < clause.at
        if not r.free(place) or told:
            continue  # women under 35 who never opened anything
        if token.comparison is not None and token.comparison.unit in _OFTEN and token.comparison.kind == "cardinal":
            values = token.comparison.plain
            if all(isinstance(v, int) for v in values):
                r.take(place)
                return _range(token.comparison.op, int(values[0]), int(values[-1]))
        if (
            token.number is not None
            and (token.number.unit == "time" or (token.number.unit == "order" and place == r.step(clause.at, 1)))  # 下过两单
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
        case ">" | ">=":
            return max(value + (op == ">"), 1), None
        case "<" | "<=":
            return 1, max(value - (op == "<"), 1)
        case "between":
            return max(value, 1), max(high, 1)
        case _:
            return max(value, 1), max(value, 1)


def is_preferred(r: Reading, at: int) -> bool:
    """prefer buying in store, 喜欢在APP买: what they like is a tag of theirs, not what they did."""
    before = r.step(at, -1)
    while before is not None and r.value_options(before):
        before = r.step(before, -1)
    return before is not None and r.tokens[before].has("prefer") and not r.tokens[before].is_content


def describes_people(r: Reading, at: int) -> bool:
    entity = r.world.entity
    return entity is not None and any(
        r.world.is_about(r.world.model.dimensions[s.name], entity)
        for s in r.tokens[at].of("value")
        if s.name in r.world.model.dimensions
    )


def did_something(r: Reading, at: int) -> bool:
    """how many gold members bought in August: a verb behind people says which of them; it may be used up already."""
    for to in range(at + 1, len(r.tokens)):
        token = r.tokens[to]
        if r.is_break(to) or (token.of("metric") and not token.has("money_verb")):
            return False
        if token.has("money_verb") or (token.of("behaviour") and not (token.of("entity") or token.has("filler"))):
            return True
        if not (token.time or token.of("value") or token.has("filler")):
            return False
    return False


def is_how_many(r: Reading, at: int) -> bool:
    """多少, how many, where it stands apart from the people that it counts."""
    token = r.tokens[at]
    plain = token.has("count") and not token.is_content and not token.has("times_asked")
    return plain and r.is_only(at, "count", "how_is", "how_much")


def is_number_asked(r: Reading, at: int) -> bool:
    """Whether a noun of things, not of people, ends a clause with how many there are: 门店有几家，… is of stores, and no channel."""
    return ends_in_number(r, at) and bool(r.entities(at)) and not r.is_person(at)


def ends_in_number(r: Reading, at: int) -> bool:
    """Whether what stands behind a noun, up to the end of the clause, asks how many there are."""
    ends = at + 2 >= len(r.tokens) or r.is_break(at + 2) or r.tokens[at + 2].has("and")
    count = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    return count is not None and count.has("count") and not count.senses and not count.has("people") and ends
