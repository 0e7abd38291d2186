"""What was shown last, side by side: separately for each of the two, the two of them day by day, 这两个放一起看.

In: a `Reading` of the message, the last queries. Out: the query to change, broken down by what tells the sides apart: the values that
its condition lists, or the one value (or the period) in which the last two queries differ; None where nothing of the kind is said.
Raises `Unbound` where it is said and the last answers have no two sides. Words that say it are used up.
"""

from datetime import date

from assistant.planners.rules.adding import compares_values
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.leaning import FOR_BOTH
from assistant.planners.rules.ranked_again import BESIDE_IT
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, Compare, MetricUse, Predicate, SemanticQuery


def side_by_side(r: Reading, last: Aggregate, history: tuple[SemanticQuery, ...]) -> Aggregate | None:
    """The last query with its sides apart."""
    if FOR_BOTH.search(r.text.text) and history and not r.tests and not _listed(last):
        return _of_two_before(r, last, history[-1])
    each = [at for at in r.where("each_other") if not r.tokens[at].is_content]
    said = [at for at in r.where("both_of", "together") if not r.tokens[at].senses] or _only_compares(r)
    both = said or _two_of_a_kind(r)
    named = any(t.of("dimension") or t.of("metric") or t.of("value") for at, t in enumerate(r.tokens) if at not in both)
    if named or not (each or both):
        return None
    found = _listed(last) or (of_two(r, last, history[-1]) if both and history else None)
    if found is None and said:
        raise Unbound("both_of")
    if found is not None:
        r.take(*each, *both)
    return found


def _of_two_before(r: Reading, last: Aggregate, before: SemanticQuery) -> Aggregate | None:
    """the open rate of one, and of another, then conversion for both: of the last two that were spoken of."""
    found = of_two(r, last, before)
    if found is not None:
        r.groups = [g for g in r.groups if g.at > 0 and r.tokens[g.at - 1].has("by", "per_group")]
        r.take(*r.where("both", "both_of"))
    return found


def the_others(r: Reading, last: Aggregate) -> Aggregate | None:
    """短信的打开率, then 其他几个渠道呢; the other regions: all but what was shown, each by itself."""
    at = next((i for i, t in enumerate(r.tokens) if t.has("rest") and not _is_told(r, i, last)), None)
    noun = _noun_of(r, at) if at is not None else None
    kinds = _kinds(r, noun)
    named = any(t.of("metric") or t.of("value") for i, t in enumerate(r.tokens) if i not in (at, noun))
    if at is None or named or (noun is not None and not kinds and r.tokens[noun].is_content):
        return None
    shown = [p for p in parts_of(last.where) if isinstance(p, Predicate) and p.op in ("=", "in")]
    meant = [p for p in shown if not kinds or p.member in kinds]
    if len(meant) != 1:
        return None
    one = meant[0]
    out = Predicate(member=one.member, op="!=" if len(one.values) == 1 else "not in", values=one.values)
    r.tests = [t for t in r.tests if t.at != at]
    r.groups = [g for g in r.groups if g.at != noun]
    r.counted, r.asked = False, []
    r.take(*range(at, (at if noun is None or not kinds else noun) + 1), *r.where("each_other", "count"))
    where = joined((*(p for p in parts_of(last.where) if p is not one), out))
    return last.model_copy(update={"where": where, "group_by": (*last.group_by, ByDimension(member=one.member))})


def _noun_of(r: Reading, at: int) -> int | None:
    return r.beyond(at, 1, "count", "per_group", "kind_noun", "each_other")


def _kinds(r: Reading, noun: int | None) -> set[str]:
    """The dimensions that a noun names."""
    token = r.tokens[noun] if noun is not None else None
    return {s.name for s in token.of("dimension")} if token is not None and not token.of("value") else set()


def _is_told(r: Reading, at: int, last: Aggregate) -> bool:
    """Whether the word is a value of what is shown: tickets of the type 其他, behind tickets."""
    names = {s.name for s in r.tokens[at].of("value")}
    tables = {t for m in last.metrics if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)}
    kinds = _kinds(r, _noun_of(r, at))
    shown = {p.member for p in parts_of(last.where) if isinstance(p, Predicate)}
    return any(r.world.model.dimensions[n].table in tables for n in names) and not kinds - names and not kinds & shown


def _only_compares(r: Reading) -> list[int]:
    """差多少, side by side, what's the difference: a message that says nothing but to compare."""
    said = [at for at in r.where("versus", "comparative") if not r.tokens[at].senses and r.tokens[at].time is None]
    rest = [t for at, t in enumerate(r.tokens) if at not in said]
    bare = not any(t.is_content or t.comparator or t.time or t.number or t.grain for t in rest)
    return said if bare and any(r.tokens[at].has("versus") for at in said) else []


def _two_of_a_kind(r: Reading) -> list[int]:
    """两个城市, the two regions: a number with what they are, behind answers about one each."""
    for at, token in enumerate(r.tokens):
        noun = r.step(at, 1)
        if token.number is not None and token.number.plain == 2 and noun is not None and r.tokens[noun].of("dimension"):
            return [at, noun]
    return []


def _listed(last: Aggregate) -> Aggregate | None:
    """Among the values of the only condition that lists several, which nothing shows apart yet."""
    shown = {g.member for g in last.group_by if isinstance(g, ByDimension)}
    lists = [p for p in parts_of(last.where) if isinstance(p, Predicate) and p.op == "in" and p.member not in shown]
    if len(lists) != 1:
        return None
    return last.model_copy(update={"group_by": (*last.group_by, ByDimension(member=lists[0].member))})


def of_two(r: Reading, last: Aggregate, before: SemanticQuery) -> Aggregate | None:
    """The last two answers as one: by the dimension in whose value they differ, or one period against the other."""
    if not isinstance(before, Aggregate) or before.compare or last.compare or before.group_by != last.group_by:
        return None
    if before.metrics != last.metrics:
        return None
    if before.where == last.where and before.period != last.period and last.period is not None and before.period is not None:
        first, second = sorted((before.period, last.period), key=lambda p: p.start or date.min)
        return last.model_copy(update={"period": second, "compare": Compare(kind="period", period=first)})
    return _of_values(r, last, before) if before.period == last.period else None


def _of_values(r: Reading, last: Aggregate, before: Aggregate) -> Aggregate | None:
    now, then = parts_of(last.where), parts_of(before.where)
    new, old = [p for p in now if p not in then], [p for p in then if p not in now]
    if len(new) != 1 or len(old) != 1:
        return None
    a, b = old[0], new[0]
    if not (isinstance(a, Predicate) and isinstance(b, Predicate) and (a.op, b.op) == ("=", "=")):
        return None
    kinds = [{p.member, *r.alike.get((p.member, str(p.values[0])), ())} for p in (a, b)]
    member = next((m for m in (a.member, b.member) if m in kinds[0] & kinds[1]), None)  # Shanghai, Hangzhou: two cities
    if member is None:
        return None
    both = Predicate(member=member, op="in", values=(*a.values, *b.values))
    where = joined((*(p for p in now if p is not b), both))
    return last.model_copy(update={"where": where, "group_by": (*last.group_by, ByDimension(member=member))})


def beside_it(r: Reading, query: Aggregate) -> Aggregate:
    """monthly sales of home goods, then put food next to it: both, told apart."""
    said = any(BESIDE_IT.fullmatch(t.text) for t in r.tokens) and any(isinstance(t, ValueTest) for t in r.tests)
    return (_listed(query) or query) if said or lists_values(r) or compares_values(r) else query


def lists_values(r: Reading) -> bool:
    """小程序和官网也列出来, list the website too: values that are to stand beside those that were shown, and no list of anybody."""
    plain = [t for t in r.tokens if not t.is_content]
    listed = any(t.has("list") or "列" in t.text for t in plain) and any(t.has("also", "add") for t in plain)
    values = bool(r.tests) and all(isinstance(t, ValueTest) and not t.negated for t in r.tests)
    people = any(r.is_person(at) or t.has("who", "people", "refer") for at, t in enumerate(r.tokens))
    return listed and values and not (people or r.asked or r.groups)
