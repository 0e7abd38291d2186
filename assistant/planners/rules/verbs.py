"""What people did, or did not do: verbs with their objects, how often, and when.

In: a `Reading`. It gains a `VerbTest` for each verb of the domain's entity: the values, counts and the period that stand nearest
to a verb, inside its clause, are its own (上个月提过物流工单的客户, who opened a win-back coupon). A verb in a question that
speaks of no people only ties words together (买了童装的订单) and is used up without a test.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.planners.rules.before_those import read_before_those
from assistant.planners.rules.clauses import (
    Clause,
    Object,
    clause_of,
    describes_people,
    is_how_many,
    is_listed,
    is_preceded,
    is_preferred,
    is_verb,
    named_by,
    objects_of,
    often,
)
from assistant.planners.rules.contrasts import THOSE, any_of_only, contrast, nowhere_else, spread
from assistant.planners.rules.counting import counts_those
from assistant.planners.rules.deed_counts import comes_in, counts_deeds, of_a_number
from assistant.planners.rules.deed_times import period_of, shared_periods
from assistant.planners.rules.denials import denial, exclude_rows
from assistant.planners.rules.draft import AnyOf, ValueTest, VerbTest
from assistant.planners.rules.first_ones import first_ones, of_the_first
from assistant.planners.rules.first_times import first_time
from assistant.planners.rules.headless import names_members
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.money_nouns import is_money_noun
from assistant.planners.rules.occasions import as_one, lend_objects, on_each
from assistant.planners.rules.portions import declared_rates, keep_which
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import Tie, find_ties, in_order
from assistant.planners.rules.world import World


def read_verbs(r: Reading) -> None:
    """Each verb of the question, in order."""
    _made_by_people(r)
    if not _speaks_of_people(r):
        for at in range(len(r.tokens)):
            if is_verb(r, at) and not r.asked and not counts_deeds(r, at, []) and comes_in(r, at):
                r.take(at)
        exclude_rows(r)
        _tie(r)
        return
    found: list[VerbTest] = []
    ties = find_ties(r)
    for at in range(len(r.tokens)):
        if is_verb(r, at) and (is_preferred(r, at) or of_a_number(r, at) or _of_owned(r, at)):
            r.take(at)
        elif is_verb(r, at) and not counts_deeds(r, at, found) and not _only_ties(r, at):
            found.extend(_read(r, at, ties, first=not found))
    nouns = [t for t in r.tests if isinstance(t, VerbTest)]  # September buyers, who did so before another deed or behind it
    ordered = in_order(r, [*nouns, *found], ties)
    of_them = any(
        t.has("share") for t in r.tokens
    )  # what share of September buyers had complained before: they are what it is of
    r.tests = [t for t in r.tests if t not in nouns or t in ordered or of_them]
    r.tests.extend(shared_periods(r, lend_objects(r, [t for t in ordered if t not in nouns])))
    read_before_those(r)
    as_one(r)


def _of_owned(r: Reading, at: int) -> bool:
    """but placed no store order: the verb of a deed that its noun has told already."""
    for test in r.tests:
        told = (
            isinstance(test, VerbTest) and test.verb == -1 and at < test.at and bool(set(test.behaviours) & set(r.behaviours(at)))
        )
        told = told and 0 <= test.at < len(r.tokens) and bool(r.tokens[test.at].of("entity"))
        between = [r.tokens[i] for i in r.between(at, test.at)] if told else []
        if told and all(t.of("value") or t.has("neg") or (not t.is_content and t.role != "break") for t in between):
            return True
    return False


def _made_by_people(r: Reading) -> None:
    """上周顾客在门店提的工单，各类型有几个: the things that people made are counted, and not the people."""
    for at in range(1, len(r.tokens) - 1):
        token, head = r.tokens[at], r.tokens[at + 1]
        tables = {r.world.model.entities[s.name].table for s in head.of("entity")}
        deeds = [b for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None and b.where is None]
        who = [i for i in range(at) if r.is_person(i) and not r.tokens[i].of("value") and not r.tokens[i].of("segment")]
        ends = at + 2 >= len(r.tokens) or r.is_break(at + 2) or r.tokens[at + 2].has("count", "each_other", "by", "per_group")
        made = token.text.endswith("的") and any(b.table in tables for b in deeds) and not r.is_person(at + 1)
        others = any(r.is_person(i) or t.has("people", "who") for i, t in enumerate(r.tokens) if i not in who)
        if made and ends and who and not others:
            r.tokens = tuple(replace(t, senses=(), ops=frozenset(["filler"])) if i in who else t for i, t in enumerate(r.tokens))
            r.take(at)
            return


def _speaks_of_people(r: Reading) -> bool:
    """Behind people, a list or a count of them, it is they who did it: 名单：华东，金卡，没下单的."""
    if _when_joined(r):
        return False
    counted = _counts_people(r) and any(is_verb(r, at) and _is_counted(r, at) for at in range(len(r.tokens)))
    narrowed = _narrows_people(r)
    described = r.listed and not r.counted and any(describes_people(r, at) for at in range(len(r.tokens)))
    described = (
        described or counts_those(r) or names_members(r) or (r.follows is None and any(isinstance(t, VerbTest) for t in r.tests))
    )
    return bool(
        r.has_person() or counted or narrowed or described or r.of_people or _heads(r) or _joined_and_did(r) or _who_joined(r)
    )


def _joined_and_did(r: Reading) -> bool:
    """signed up this year but never bought anything, 今年注册的里面一单没买的: who joined and did something else are people."""
    deeds = [{s.name for s in t.of("behaviour")} for i, t in enumerate(r.tokens) if r.behaviours(i) and not r.helps_only(i)]
    joining = {name for names in deeds for name in names if r.world.count_of_joining(name) is not None}
    others = [names for names in deeds if not names & joining]
    return r.follows is None and bool(joining) and bool(others) and not any(t.of("metric") for t in r.tokens)


def _who_joined(r: Reading) -> bool:
    """客单价…, then 今年注册的呢, registered this year?: whose it is to be; when they joined is no time of what is measured."""
    verbs = [at for at in range(len(r.tokens)) if r.behaviours(at) and not r.helps_only(at)]
    joined = [at for at in verbs if any(r.world.count_of_joining(name) is not None for name in r.behaviours(at))]
    rest = [t for at, t in enumerate(r.tokens) if at not in joined and t.is_content]
    plain = all(t.time or (t.of("value") and not (t.of("metric") or t.of("entity"))) for t in rest)
    timed = any(t.time for t in rest)
    return r.follows is not None and len(joined) == 1 == len(verbs) and timed and plain and not r.asked


def _when_joined(r: Reading) -> bool:
    """9月新客数, then 8月注册的呢: when is all that is asked, as those who joined are what is counted."""
    verbs = [name for at in range(len(r.tokens)) if not r.helps_only(at) for name in r.behaviours(at)]
    return any(r.world.count_of_joining(name) in r.talk.metrics for name in verbs) and _who_joined(r)


def _narrows_people(r: Reading) -> bool:
    """only those who registered last year: people, though no word names them."""
    return r.follows is not None and any(THOSE.match(r.text.text, t.start) for t in r.tokens if t.has("only"))


def _counts_people(r: Reading) -> bool:
    """Whether a metric of the question counts people who did something: buyers, active users."""
    return any(r.world.counts_people(s.name) for t in r.tokens for s in t.of("metric"))


def _only_ties(r: Reading, at: int) -> bool:
    """华南会员去年买了多少件女装: the verb of a sentence about a metric of the same facts, its subject before it, is no condition."""
    done = [b for name in r.behaviours(at) if (b := r.world.behaviour(name))]
    tables = {t for b in done for t in (b.table, *r.world.graph.details(b.table))}
    count = r.world.counts.get(r.world.model.domain.entity)
    metrics = [s.name for t in r.tokens for s in t.of("metric") if s.name != count and not t.of("entity")]
    if any(r.tokens[i].has("how_much") for i in r.where("that_value")):  # 买了多少钱: the money of the deed is the metric
        metrics += [m for table in tables if (m := r.world.money_of(table))]
    if not any(set(r.world.tables_of(name)) & tables for name in metrics) or is_preceded(r, at, "neg") or _is_counted(r, at):
        return False
    before = [i for i in range(at) if r.is_person(i) or describes_people(r, i)]
    counting = r.tokens[to] if (to := r.step(at, -1)) is not None else None
    if counting is not None and counting.has("count") and counting.has("people"):
        return False  # 8月华东有多少人下单，退款率多少: those who did it are counted
    if any(i < at or i == r.step(at, 1) for i in _heads(r)):
        return False
    named = any(r.is_person(i) or t.has("people", "who") for i, t in enumerate(r.tokens)) or _narrows_people(r)
    if not before and not named:
        r.take(at)  # 从浏览到支付，各会员等级的转化率: nobody is named who did it
        return True
    if not before or any(r.tokens[i].has("who", "owning") for i in range(before[-1], at)) or _whose(r, at):
        return False  # customers with a refund last month, how much did they spend
    after = [i for i in range(at + 1, len(r.tokens)) if r.is_person(i)]
    behind = r.step(at, 1)
    if behind is not None and r.is_only(behind, "count", "how_much", "how_is", "total"):
        behind = r.step(behind, 1)
    asks = behind is not None and any(set(r.world.tables_of(m)) & tables for m in r.metrics(behind))
    if after or (not asks and any(r.is_break(i) for i in range(before[-1], at))):
        return False
    of_that = set(declared_rates(r, at, {b.table for b in done})) & set(metrics)
    r.take(at)
    if of_that:
        return True  # do silver members convert on our campaigns? campaign conversion by type: the rate of that
    own = {table for name in metrics for table in r.world.tables_of(name)}
    keep_which(r, at, [b for b in done if b.table in own])
    return True


def _heads(r: Reading) -> list[int]:
    """how many customers bought in Q3 and how much did they spend: people who are counted, of whom a verb says which."""
    count = r.world.counts.get(r.world.model.domain.entity)
    whole = [at for at, t in enumerate(r.tokens) if not t.of("entity") and any(s.name == count for s in t.of("metric"))]
    return [*whole, *(at for at in range(1, len(r.tokens)) if r.is_person(at) and is_how_many(r, at - 1))]


def _is_counted(r: Reading, at: int) -> bool:
    """bought at least twice: how often it was done is said right behind the verb."""
    behind = r.tokens[to] if (to := r.step(at, 1)) is not None else None
    measure = (behind.comparison or behind.number) if behind is not None else None
    return measure is not None and measure.unit == "time"


def _tie(r: Reading) -> None:
    """No people: verbs tie words together, unless they are denied."""
    for at, token in enumerate(r.tokens):
        if _makes_rows(r, at):
            r.take(at)
            continue
        nouns = any(s.kind in ("metric", "entity", "dimension") for s in token.senses) or token.has("share", "grow")
        values = bool(token.of("value")) and (is_listed(r, at) or _fits_metric(r, at))
        if r.behaviours(at) and not nouns and not values and not is_preceded(r, at, "neg"):
            _tie_one(r, at)


def keep_verbs(r: Reading) -> None:
    """complained and gold, how many: a verb that was to tie words, where it is people who are counted after all, is not used up."""
    count = r.world.counts.get(r.world.model.domain.entity)
    people = r.follows is None and [a.names for a in r.asked] == [(count,)] and not r.groups
    if (
        not people
        or r.has_person()
        or any(isinstance(t, VerbTest | AnyOf) for t in r.tests)
        or any(t.of("metric") or t.of("entity") for t in r.tokens)
    ):
        return
    for at, token in enumerate(r.tokens):
        read = any(t.at == at for t in r.tests) or token.has("filler") or r.helps_only(at)
        if token.of("behaviour") and not read:
            r.used.discard(at)
            r.strict.add(at)


def _makes_rows(r: Reading, at: int) -> bool:
    """tickets opened in August: how the things just named came to be, though the word names something else as well."""
    things = [r.world.model.entities[name].table for name in r.entities(at - 1)] if at else []
    found = [b for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None]
    return any(b.where is None and b.table in things for b in found)


def _tie_one(r: Reading, at: int) -> None:
    """A verb that says nothing new is used up; one that says which rows are meant (退款的, cancelled) is a condition of them."""
    names = r.behaviours(at)
    tables = {t for token in r.tokens for s in token.of("metric") for t in r.world.tables_of(s.name)}
    tables |= {r.world.model.entities[s.name].table for token in r.tokens for s in token.of("entity")}
    windows = [found[0] for i in range(len(r.tokens)) if (found := r.window_metric(i)) is not None]
    tables |= {table for name in windows for table in r.world.tables_of(name)}
    numbers = [s.name for token in r.tokens for s in token.of("dimension") if r.world.is_number(s.name)]
    tables |= {r.world.model.dimensions[name].table for name in numbers}  # 退款订单金额
    for name in names:
        behaviour = r.world.behaviour(name)
        if behaviour is None or not tables & {behaviour.table, *r.world.graph.details(behaviour.table)}:
            continue
        counted = all(r.world.is_count(s.name) for t in r.tokens for s in t.of("metric"))  # no rate of those that are so
        which = rows_where if counted else World.value_where
        value = which(r.world, behaviour.table, behaviour.where) if behaviour.where else None
        if behaviour.where is None or value == r.world.usual_rows(behaviour.table):
            r.take(at)
            return
        if not counted and set(declared_rates(r, at, {behaviour.table})) & {s.name for t in r.tokens for s in t.of("metric")}:
            r.take(at)  # do men or women return more? refund rate: the rate of that
            return
        if value is not None and behaviour.table in tables:
            r.take(at)
            r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))
            return
    if not tables and r.follows and any(t.has("share") and not t.of("metric") for t in r.tokens):
        return  # 每个渠道里已经下过单的占多大比例: which part of those that were shown
    if not tables and ((r.follows and _of_last_rows(r, at, names)) or is_money_noun(r, at)):
        return  # 北京金卡近一年的消费是多少: the money is asked for
    if tables and r.tokens[at].text.endswith(("过", "过的")):
        return  # 打开过唤醒券的，近30天人均消费: what they did is no part of what is measured
    near = [n for n in (r.step(at, -1), r.beyond(at, 1, "with", "by")) if n is not None]
    if not tables or any(r.tokens[n].of("value") or r.tokens[n].has("by") for n in near):
        r.take(at)


def _of_last_rows(r: Reading, at: int, names: tuple[str, ...]) -> bool:
    """里头投诉有几件, behind a number of tickets: which of its rows are meant."""
    for name in names:
        behaviour = r.world.behaviour(name)
        value = r.world.value_where(behaviour.table, behaviour.where) if behaviour is not None and behaviour.where else None
        usual = r.world.usual_rows(behaviour.table) if behaviour is not None else None
        if value is None or value == usual:
            continue
        if usual is None or usual[0] != value[0]:  # refunded orders are not among those that are done: asked back
            r.take(at)
            r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))
        return True
    return False


def _fits_metric(r: Reading, at: int) -> bool:
    """Whether a verb that is also a value is one of the facts that a metric of the question counts (登录 次数)."""
    counts = [s.name for other in r.tokens for s in other.of("metric") if not r.world.is_average(s.name)]
    tables = {t for name in counts for t in r.world.tables_of(name)}  # a rate of such facts has chosen its own
    return any(tables & set(r.world.homes(s.name)) for s in r.tokens[at].of("value"))


# --- one verb --------------------------------------------------------------------------------------------------------------


def _read(r: Reading, at: int, ties: Sequence[Tie], *, first: bool) -> Iterator[VerbTest]:
    clause = clause_of(r, at)
    behaviours = r.behaviours(at)
    used, blocked = set(r.used), set(r.blocked)
    r.take(at)
    denied = denial(r, clause)
    began = first_time(r, at) if denied is None else None
    objects, behaviours = objects_of(r, clause, behaviours)
    behaviours, objects = _of_those_rows(r, named_by(r, clause, behaviours, objects), objects)
    _take_counted_noun(r, at, behaviours, objects)
    if not behaviours:
        r.used, r.blocked = used, blocked
        return
    least, most = _how_often(r, clause, behaviours, ties, denied=denied is not None, first=first)
    found = [b for name in behaviours if (b := r.world.behaviour(name))]
    period, same = period_of(r, clause, once=all(b.table == r.world.model.entities[b.entity].table for b in found))
    test = VerbTest(at, behaviours, denied is None, (), period, least, most, same, at)
    if began is not None:  # made their first purchase in August: when they first did it is not when they did it
        told = first_ones(test, objects if began else of_the_first(r, at, behaviours, objects), own=not began, ties=ties)
        if not told:
            r.used, r.blocked = used, blocked
            r.strict.update(began)
            return
        r.take(*began)
        yield from told
        return
    apart, objects = list(contrast(r, clause, test, objects)), any_of_only(r, clause, test, objects)
    behind = r.step(apart[-1].at, 1) if apart and test.period is None else None
    time = r.tokens[behind].time if behind is not None and r.free(behind) else None
    if time is not None:  # bought A but not B in 2026: when holds for both
        r.take(behind)
        test = replace(test, period=time.period)
        apart = [replace(other, period=time.period) for other in apart]
    elif behind is not None and r.free(behind) and r.tokens[behind].has("same_period") and any(t.time for t in r.tokens[:at]):
        r.take(behind)  # from January to March, how many bought A but no B in that period
        test = replace(test, same=True)
        apart = [replace(other, same=True) for other in apart]
    for occasion in on_each(r, test):
        yield from spread(occasion, objects)
    yield from apart
    yield from nowhere_else(r, clause, test, objects)


def _of_those_rows(r: Reading, behaviours: tuple[str, ...], objects: list[Object]) -> tuple[tuple[str, ...], list[Object]]:
    """退款订单有4笔及以上的, placed a cancelled order: the deed that is of those rows, where the usual one is of other rows."""
    for done in [b for name in behaviours if (b := r.world.behaviour(name)) is not None and b.where]:
        usual = rows_where(r.world, done.table, done.where or "")
        other = [(o, (usual[0], dict(o.options)[usual[0]])) for o in objects if usual is not None and usual[0] in dict(o.options)]
        if len(other) == 1 and other[0][1] != usual:
            siblings = [b for b in r.world.model.behaviours.values() if (b.table, b.entity) == (done.table, done.entity)]
            of_those = (b.name for b in siblings if b.where and rows_where(r.world, b.table, b.where) == other[0][1])
            return tuple(of_those), [o for o in objects if o is not other[0][0]]
    return behaviours, objects


def _how_often(
    r: Reading, clause: Clause, behaviours: tuple[str, ...], ties: Sequence[Tie], *, denied: bool, first: bool
) -> tuple[int, int | None]:
    """At least and at most how many times; 复购过, reordered: twice, as a first time came before, where that is not said itself."""
    at, (least, most) = clause.at, often(r, clause)
    told = any(set(r.tokens[i].of("behaviour")) & set(r.tokens[at].of("behaviour")) for i in range(at))  # … again in Q3
    told = told or any(isinstance(t, VerbTest) and set(t.behaviours) & set(behaviours) for t in r.tests)  # 9月买家
    then = not first and r.tokens[at].text.startswith(("又", "再"))  # 投诉过的客户里，三季度又下单的: they complained before
    then = then or (not first and r.tokens[at].text.endswith(" again"))
    again = r.tokens[at].has("again_verb") and not (told or then) and all(tie.late != at for tie in ties)
    return (2, None) if again and not denied and (least, most) == (1, None) else (least, most)


def _take_counted_noun(r: Reading, at: int, behaviours: tuple[str, ...], objects: list[Object]) -> None:
    """which customers opened a spend-and-save message: the noun of what they opened, though it also names the count of them."""
    kind = r.step(at, 1)
    if kind is not None and {s.name for s in r.tokens[at].of("value")} & set(r.dimensions(kind)):
        r.take(kind)  # 没有支付行为: what kind of thing the deed is
    noun = r.step(max((at, *(o.at for o in objects))), 1)
    if noun is None or not r.metrics(noun) or r.entities(noun) or not (_whose(r, at) or _of_somebody(r, at)):
        return
    own = {b.table for name in behaviours if (b := r.world.behaviour(name))}
    if all(r.world.is_count(name) and set(r.world.tables_of(name)) <= own for name in r.metrics(noun)):
        r.take(noun)


def _of_somebody(r: Reading, at: int) -> bool:
    """Whether people stand before a verb: how many people clicked one of our campaign messages."""
    return any(r.is_person(i) or t.has("people") or r.counts_people(i) for i, t in enumerate(r.tokens[:at]))


def _whose(r: Reading, at: int) -> bool:
    """Whether the people before a verb are asked for: which customers opened …"""
    people = max((i for i in range(at) if r.is_person(i)), default=None)
    before = people - 1 if people else None
    return before is not None and r.tokens[before].has("which", "list") and not r.tokens[before].is_content
