"""Things, and no people: which stores are in Shanghai, 9月的活动有哪些, 退款单超过10单的店, products that sold more than 150 units.

In: a fresh `Reading` (after its words for listing, or after its comparisons). Out: a list of those things (`listed`); where it is asked
what they are like (美妆有哪些品牌, which cities have a flagship store), how many of them are so; where a number of theirs is tested, a
breakdown by them; where a value's word ends in their noun (物流工单有多少), their count. Never fails: people are left to other passes.
"""

import re

from assistant.language.mentions import Piece
from assistant.planners.rules.draft import Asked, Group, NumberTest
from assistant.planners.rules.growth import word_of_change
from assistant.planners.rules.kin import kind_of, thing_of_kind
from assistant.planners.rules.reading import WEIGHTLESS, Reading
from assistant.planners.rules.units import in_its_unit

_LIGHT = ("and", "or", "comma", "within", "with", "also", "which", "exists", "list", "except", "not_equal")


def read_things(r: Reading) -> None:
    """Whether things are to be listed, or what they are like."""
    if r.follows is not None or r.counted or r.head is not None:
        return
    nouns = [at for at in range(len(r.tokens)) if thing(r, at) is not None]
    bare = len(r.tokens) < 5 and any(not r.tokens[at].is_content for at in r.where("exists"))  # what stores do we have
    if len(nouns) == 1 and _is_asked(r, nouns[0]) and _only_conditions(r, nouns[0], light=bare):
        r.listed, r.entity = True, thing(r, nouns[0])
        r.take(nouns[0], *r.where("exists", "which"))
    elif not nouns:
        _kinds_of_things(r)
        _what_they_are_like(r)


def _kinds_of_things(r: Reading) -> None:
    """华东有哪些标准店: the noun of the things is the end of a value's word, which stays a condition."""
    kinds = [(at, kind) for at, t in enumerate(r.tokens) if (kind := kind_of(r, t)) is not None and kind in _named(r)]
    if len(kinds) == 1 and _is_asked(r, kinds[0][0]) and _only_conditions(r, kinds[0][0], light=True):
        r.listed, r.entity = True, kinds[0][1]
        r.take(*r.where("exists", "which"))


def thing(r: Reading, at: int) -> str | None:
    """The entity that a noun names, if its members have a name and are no people; also as their number (which campaigns started)."""
    if at in r.used or r.is_person(at):
        return None
    if at > 0 and r.tokens[at - 1].has("which") and not r.entities(at):
        return next((e for e in _named(r) if r.world.counts.get(e) in r.metrics(at)), None)
    return next((e for e in r.entities(at) if e in _named(r)), None) if r.dimensions(at) else None


def _told_by(r: Reading, at: int) -> tuple[str, ...]:
    """What a noun of things is told apart by: the dimensions that it names, else the names of the things (哪几家门店, as their number)."""
    entity = thing(r, at)
    columns = r.world.model.entities[entity].columns if entity is not None else ()
    return r.dimensions(at) or tuple(c for c in columns if r.world.is_groupable(c))


def _named(r: Reading) -> list[str]:
    main = r.world.model.domain.entity
    return [name for name, entity in r.world.model.entities.items() if name != main and entity.columns]


def _is_asked(r: Reading, noun: int) -> bool:
    """which stores, 有哪些门店, 门店有哪些."""
    asked = any(not r.tokens[at].is_content for at in r.where("exists"))
    return asked or (noun > 0 and r.tokens[noun - 1].has("which"))


def _only_conditions(r: Reading, noun: int, *, light: bool = False) -> bool:
    """Whether there is nothing but conditions beside a noun. `light`: the noun is one itself, and may be the only one."""
    others = [t for at, t in enumerate(r.tokens) if at != noun]
    if _SOLD.search(r.text.text):
        return False
    said = [t for t in others if t.of("value") or t.time is not None or t.of("dimension")]
    return (light or bool(said)) and all(t in said or _is_light(t) for t in others)


def _is_light(token: Piece) -> bool:
    helps = token.has(*_LIGHT) or token.has(*WEIGHTLESS)
    return helps and not token.of("metric")


def _what_they_are_like(r: Reading) -> None:
    """which brands are in beauty: what is asked and what is said are of the same things."""
    nouns = [at for at in range(len(r.tokens)) if r.free(at) and r.dimensions(at) and not r.value_options(at)]
    if len(nouns) != 1 or not _is_asked(r, nouns[0]) or not _only_conditions(r, nouns[0]):
        return
    noun = nouns[0]
    values = [at for at in range(len(r.tokens)) if r.value_options(at)]
    count = next((c for e in _named(r) if (c := r.world.counts.get(e)) and _is_theirs(r, e, noun, values)), None)
    if count is not None and values and not any(t.time is not None for t in r.tokens):
        r.asked.append(Asked(noun, (count,), firm=False))
        r.groups.append(Group(noun, r.dimensions(noun)))
        r.take(noun, *r.where("exists", "which"))


def _is_theirs(r: Reading, entity: str, noun: int, values: list[int]) -> bool:
    """Whether an entity has the property that is asked for and every value that is said."""
    world, table = r.world, r.world.model.entities[entity].table
    asked = any(table in world.homes(d) or world.twin(world.model.dimensions[d], table) for d in r.dimensions(noun))
    theirs = [[d for d, _ in r.value_options(at) if table in world.homes(d)] for at in values]
    return asked and all(theirs)


def read_tested_things(r: Reading) -> None:
    """退款单超过10单的店，各有几单: things whose number is tested, and that number again behind them."""
    _sold(r)
    _changed(r)
    _which_and_their_number(r)
    for test in [t for t in r.tests if isinstance(t, NumberTest) and t.metrics and t.part == "value"]:
        noun = r.step(test.at, 1)
        if noun is None or thing(r, noun) is None:
            ahead = _ahead(r, test.at)
            noun = ahead if ahead is not None else noun
        behind = r.step(noun, 1) if noun is not None and noun > test.at else None
        owned = behind is not None and (r.is_person(behind) or r.tokens[behind].of("metric"))
        if noun is not None and r.free(noun) and thing(r, noun) is not None and not owned and not r.groups:
            r.groups.append(Group(noun, _told_by(r, noun)))
            r.take(noun)
        kinds = [(at, name) for at in range(len(r.tokens)) if (name := thing_of_kind(r, at)) is not None]
        if len(kinds) == 1 and not r.groups and not r.has_person():
            r.groups.append(Group(kinds[0][0], (kinds[0][1],)))  # 销售额低于5000的旗舰店有哪些
        if not r.has_person():
            _take_said_again(r, test)


def _changed(r: Reading) -> None:
    """有几个门店9月销售额同比下滑, how many stores are down on last year: of the things that are counted, those that changed so."""
    compared = any(t.comparator is not None for t in r.tokens)
    if r.groups or not compared or word_of_change(r) is None:
        return
    kinds = [(at, name) for at in range(len(r.tokens)) if (name := thing_of_kind(r, at)) is not None]
    asked = bool(r.count_words) or any(t.has("which", "only", "relative", "exists") for t in r.pieces)
    if len(kinds) == 1 and asked and not r.has_person():
        r.groups.append(Group(kinds[0][0], (kinds[0][1],)))  # which flagship stores sold less than last September
        return
    nouns = [at for at in range(len(r.tokens)) if r.free(at) and thing(r, at) is not None]
    marked = [to for at in r.where("which", "by", "per_group") if (to := r.step(at, 1)) is not None and r.dimensions(to)]
    if asked and len(nouns) == 1 and not r.has_person() and all(to == nouns[0] for to in marked):  # 哪些城市的门店: of cities
        r.groups.append(Group(nouns[0], _told_by(r, nouns[0])))
        r.take(nouns[0])


def _which_and_their_number(r: Reading) -> None:
    """今年预算超过18万的活动有哪些，预算各是多少: which things there are, and a number of each in a clause behind."""
    nouns = [at for at in range(len(r.tokens)) if r.free(at) and thing(r, at) is not None]
    if r.groups or r.listed or r.follows is not None or r.ranking is not None or len(nouns) != 1 or not _is_asked(r, nouns[0]):
        return
    noun = nouns[0]
    behind = [
        at for at in range(noun + 1, len(r.tokens)) if r.tokens[at].has("exists") or r.is_break(at) or r.tokens[at].has("comma")
    ]
    stop = next((at for at in behind if not r.tokens[at].has("exists")), None)
    each = [
        at for at in range(stop or len(r.tokens), len(r.tokens)) if r.tokens[at].has("each_other") and not r.tokens[at].is_content
    ]
    if stop is not None and each and any(r.metrics(at) or r.dimensions(at) for at in range(stop, len(r.tokens))):
        r.groups.append(Group(noun, _told_by(r, noun)))
        r.take(noun, *each, *r.where("exists"))


_SOLD = re.compile(
    r"卖[了出过]?|做了|成交了?|(?<![a-z])(?:sold|took(?: in)?|takes?(?: in)?|made|makes?|brought in|earned|turned over)(?![a-z])"
)


def _sold(r: Reading) -> None:
    """哪些门店卖了4万以上, products that sold more than 150 units: what things sold, in money or in pieces."""
    for at, token in enumerate(r.tokens):
        c, noun = token.comparison, _ahead(r, at)
        noun = noun if noun is not None else r.step(at, 1)
        if c is None or not r.free(at) or c.kind == "percent" or noun is None or not _is_sold_in(r, noun):
            continue
        start, end = sorted((r.tokens[noun].start, token.start))
        metric = sold_in(r, c.unit) if _SOLD.search(r.text.text[max(0, start - 6) : end]) else None
        if metric is not None:
            r.tests.append(NumberTest(at, c.op, in_its_unit(r.world, metric, c), (metric,), (), c.unit))
            r.take(at)
            if thing(r, noun) is None and not any(g.at == noun for g in r.groups):
                r.groups.append(Group(noun, r.dimensions(noun)))
                r.take(noun, *(i for i in r.where("exists") if i == noun - 1))


def _is_sold_in(r: Reading, at: int) -> bool:
    """有哪些城市卖了超过一百五十万: things, or what else sales are told by."""
    places = [name for name in r.dimensions(at) if r.world.is_groupable(name) and not r.world.is_number(name)]
    return thing(r, at) is not None or (bool(places) and not r.value_options(at) and not r.is_person(at) and r.follows is None)


def sold_in(r: Reading, unit: str | None) -> str | None:
    """The metric of what was sold: the headline one for money, a sum that is counted in pieces for pieces."""
    metrics = r.world.model.metrics
    if unit in ("currency", None):
        first = next(iter(metrics))
        return first if metrics[first].format == "currency" else None
    sums = ((n, r.world.measure_of(m)) for n, m in metrics.items() if m.format not in ("currency", "percent"))
    return next((n for n, m in sums if unit == "piece" and m is not None and m.agg == "sum"), None)


def _ahead(r: Reading, at: int) -> int | None:
    """The thing in front of a comparison, in its clause."""
    for to in range(at - 1, -1, -1):
        if r.is_break(to) or (r.tokens[to].of("value") and thing(r, to) is None):
            return None
        if thing(r, to) is not None or (r.free(to) and _is_sold_in(r, to)):
            return to
    return None


_AGAIN = (
    "with",
    "each_other",
    "per_group",
    "and",
    "also",
    "list",
    "that_value",
    "count",
    "how_much",
    "refer",
    "comma",
    "total",
    "which",
)


def _take_said_again(r: Reading, test: NumberTest) -> None:
    """并注明各有多少单, 分别是百分之几: the number that was tested, in a clause of its own at the end."""
    words, named = [], False
    for at in range(len(r.tokens) - 1, test.at, -1):
        token = r.tokens[at]
        same = _is_same_number(r, at, test)
        if not (same or (not token.is_content and (token.has(*_AGAIN) or token.has(*WEIGHTLESS) or r.is_break(at)))):
            return
        named = named or same
        words.append(at)
        if r.is_break(at) or token.has("and"):
            break
    else:
        return
    if named and any(r.tokens[at].has("with", "each_other", "per_group", "also", "that_value", "and") for at in words):
        r.take(*words)


def _is_same_number(r: Reading, at: int, test: NumberTest) -> bool:
    """Whether a word names the number that was tested: the metric, a bare count in its unit, a per cent of a rate."""
    token, model = r.tokens[at], r.world.model
    before = r.tokens[at - 1] if at else None
    if not token.senses and (token.has("that_value") or (token.has("count") and before is not None and before.has("with"))):
        return True
    tested = [model.metrics[name] for name in test.metrics]
    if token.has("share") and not token.senses:
        return any(m.format == "percent" for m in tested)
    names = r.metrics(at)
    units = {m.unit.zh for m in tested if m.unit is not None}
    counts = [n for n in names if r.world.is_count(n) and (unit := model.metrics[n].unit) is not None and unit.zh in units]
    return bool(set(names) & set(test.metrics)) or bool(counts)


_OCCASIONS = re.compile("[场波期轮]$")
"""What happenings are counted in."""


def count_kinds(r: Reading) -> None:
    """本月各大区的物流工单有多少, 北京有几家旗舰店, 有几场会员日: the number of things of a kind, where nothing else is counted."""
    if r.asked or r.has_person() or any(r.entities(at) for at in range(len(r.tokens))):
        return
    for at, token in enumerate(r.tokens):
        beside = [i for i in (at - 1, at + 1) if 0 <= i < len(r.tokens) and r.tokens[i].has("count")]
        marks = [i for i in beside if not r.tokens[i].senses and not r.tokens[i].has("people")]
        occasions = any(_OCCASIONS.search(r.tokens[i].text) for i in marks)
        kind = kind_of(r, token, by_word=not occasions) if marks else None
        count = r.world.counts.get(kind) if kind is not None else None
        if count is not None:
            r.asked.append(Asked(at, (count,)))
            r.take(at, *marks)
            return


_HOW_MANY_IN = re.compile("(?:一?共|总共)?[有是]?(?:几|多少)(?P<unit>[款家场件张])")


def counted_by_unit(r: Reading) -> None:
    """鞋子里标价500以上的有几款: the things that are counted in this word, where what is said of them is theirs."""
    if r.asked or r.has_person() or r.follows is not None:
        return
    told = {d for t in r.tests if isinstance(t, NumberTest) for d in t.dimensions}
    for at in r.count_words:
        said = _HOW_MANY_IN.fullmatch(r.tokens[at].text)
        for name, count in r.world.counts.items() if said is not None else ():
            unit, table = r.world.model.metrics[count].unit, r.world.model.entities[name].table
            if said is not None and unit is not None and unit.zh == said["unit"] and any(table in r.world.homes(d) for d in told):
                r.asked.append(Asked(at, (count,)))
                r.take(at)
                return


def kinds_that_came(r: Reading) -> None:
    """what kinds of tickets are coming in this month: of each kind, how many."""
    if r.asked or r.head is not None or len(r.groups) != 1 or r.ranking is not None or r.follows is not None or r.has_person():
        return
    group, main = r.groups[0], r.world.model.domain.entity
    asks = 0 < group.at < len(r.tokens) and r.tokens[group.at - 1].has("which") and _KINDS_OF.search(r.tokens[group.at].text)
    tables = {r.world.model.dimensions[d].table for d in group.dimensions} if asks else set()
    counts = [
        c for name, e in r.world.model.entities.items() if name != main and e.table in tables and (c := r.world.counts.get(name))
    ]
    if len(counts) == 1 and any(t.time is not None for t in r.tokens):
        r.asked.append(Asked(group.at, (counts[0],), firm=False))


_KINDS_OF = re.compile(r"(?<![a-z])(?:kinds?|types?|sorts?|categor(?:y|ies)) of ")
