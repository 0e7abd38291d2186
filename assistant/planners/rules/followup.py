"""Follow-ups: a message that changes the last query becomes a new, complete one.

In: a `Reading` of the message, the last complete query and those before it. Out: the new query, or None where the message stands on
its own (a new topic) or changes nothing that can be changed. What was kept is listed, for the answer to show.
"""

import re
from dataclasses import dataclass

from assistant.language.mentions import Piece
from assistant.planners.rules.adding import LIKEWISE, adds_values
from assistant.planners.rules.all_shown import take_all_shown
from assistant.planners.rules.another_kind import without_kinds
from assistant.planners.rules.another_part import another_part
from assistant.planners.rules.as_many import as_many_at_the_end
from assistant.planners.rules.asked_things import asks_what_most
from assistant.planners.rules.build import Built
from assistant.planners.rules.conditions import Binder, Unbound, possible
from assistant.planners.rules.done_with import redone
from assistant.planners.rules.draft import NumberTest, ValueTest
from assistant.planners.rules.drawn import asks_to_draw
from assistant.planners.rules.dropped import keep_who_did, says_all_but
from assistant.planners.rules.edits import (
    about,
    carried_over,
    compared,
    group_name,
    had_all,
    joined,
    parts_of,
    periods_in,
    taken_out,
    with_condition,
    with_groups,
    with_metrics,
)
from assistant.planners.rules.faring import against_others
from assistant.planners.rules.followlist import changed_list, falls, tables_of, turned
from assistant.planners.rules.gives_way import (
    about_same,
    ask_if_unclear,
    of_one_kind,
    of_who_did,
    what_stays,
    without_other_rows,
)
from assistant.planners.rules.growth import of_those_changed
from assistant.planners.rules.headcounts import is_bare_head
from assistant.planners.rules.journeys import steps_there
from assistant.planners.rules.kin import named_in_order
from assistant.planners.rules.leaning import FOR_BOTH, settle_words, takes_out
from assistant.planners.rules.left_over import those_left
from assistant.planners.rules.means import averaged
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.moved import moved_period, retimed
from assistant.planners.rules.of_the_chosen import of_the_chosen
from assistant.planners.rules.of_the_same import (
    as_shown,
    counts_of_them,
    in_time_of,
    of_those_who_joined,
    rates_again,
    who_did,
)
from assistant.planners.rules.of_who_was_counted import of_the_one_shown, of_who_was_counted
from assistant.planners.rules.one_side import joined_then, of_one_side, same_two
from assistant.planners.rules.out_of_all import out_of_all
from assistant.planners.rules.out_of_share import OF_EACH, ask_of_each, of_all_of_them, of_the_part, part_of_those, says_of_what
from assistant.planners.rules.people_of_it import people_of_it
from assistant.planners.rules.put_together import put_together
from assistant.planners.rules.ranked_again import asks_other_end, ranked_anew
from assistant.planners.rules.reading import OF_EACH_KIND, Reading
from assistant.planners.rules.regrouped import counted_groups, regrouped, with_having
from assistant.planners.rules.remeasured import of_other_rows, remeasured
from assistant.planners.rules.seen_before import seen_before
from assistant.planners.rules.share_who_did import converted
from assistant.planners.rules.shown import of_each, pointed_at, why_of
from assistant.planners.rules.sides import beside_it, lists_values, side_by_side, the_others
from assistant.planners.rules.those_counted import told_beside, whom
from assistant.planners.rules.traits import with_traits
from assistant.planners.rules.two_seen import of_the_two
from assistant.planners.rules.units import in_its_unit
from assistant.planners.rules.whether import is_yes_or_no
from assistant.planners.rules.whose_place import of_whom
from assistant.planners.rules.why_of_it import why_of_it
from semantic_layer.query import (
    Aggregate,
    ByDimension,
    ByTime,
    Change,
    Filter,
    Funnel,
    GroupBy,
    Having,
    MetricUse,
    Order,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
    Share,
)


@dataclass(frozen=True, slots=True)
class Followed:
    """The new query, with what was kept of the old one (names of members, `period`)."""

    built: Built
    carried: tuple[str, ...]


def follow(r: Reading, last: SemanticQuery, history: tuple[SemanticQuery, ...]) -> Followed | None:
    """The query that the message makes of `last`; `r` has been read with `last` in mind."""
    keep_who_did(r)
    same_two(r, last)
    last = of_the_one_shown(r, ranked_anew(r, without_kinds(r, last)))
    if takes_out(r):
        return None
    if (two := of_the_two(r, last, history)) is not None:
        return Followed(Built(two, tuple(r.issues)), carried_over(last, two))
    others = isinstance(last, Aggregate) and not against_others(r)
    sides = (seen_before(r, last, history) or side_by_side(r, last, history)) if isinstance(last, Aggregate) else None
    sides = sides or (those_left(r, last, history) or the_others(r, last) if others and isinstance(last, Aggregate) else None)
    pointed = pointed_at(r, last) if isinstance(last, Aggregate) and sides is None else None
    settle_words(r)
    _take_same_size(r, last)
    query = (
        _undone(r, history) or converted(r, last, history) or people_of_it(r, last) or who_did(r, last) or another_part(r, last)
    )
    query = query or _changed(r, sides or (last if pointed is None else pointed.query)) or sides
    query = with_traits(r, query if pointed is None else of_each(r, query or pointed.query, pointed), last)
    if query is None or not had_all(last, r.dropped, added=bool(r.asked)) or _lacks_both(r, query):
        return None
    return Followed(Built(query, tuple(r.issues)), carried_over(last, query))


def _lacks_both(r: Reading, query: SemanticQuery) -> bool:
    """the open rate of one, and of another, then conversion for both: of which only one is left."""
    several = any(isinstance(p, Predicate) and p.op == "in" for p in parts_of(getattr(query, "where", None)))
    alone = isinstance(query, Aggregate) and not (query.compare or several)
    return alone and FOR_BOTH.search(r.text.text) is not None


def _take_same_size(r: Reading, last: SemanticQuery) -> None:
    """国庆销售额最高的5个子品类, then 去年国庆是哪5个: as many as there were; 每种多大比例: of each kind that was shown."""
    if isinstance(last, Aggregate) and last.group_by and not r.groups:
        r.take(*(at for at, token in enumerate(r.tokens) if OF_EACH_KIND.fullmatch(token.text)))
    size = last.limit if isinstance(last, Aggregate) and r.ranking is None else None
    for at, token in enumerate(r.tokens):
        if size is not None and token.number is not None and not token.senses and token.number.value == size:
            r.take(at if token.number.kind == "cardinal" and token.number.unit in (None, "piece") else None)
    take_all_shown(r, last)


def _undone(r: Reading, history: tuple[SemanticQuery, ...]) -> SemanticQuery | None:
    if any(t.has("undo") for t in r.tokens) and history:
        return history[-1]
    return None


def _changed(r: Reading, last: SemanticQuery) -> SemanticQuery | None:
    match last:
        case Aggregate():
            return _aggregate(r, last)
        case Records():
            return changed_list(r, last)
        case Change():
            plain = Aggregate(
                metrics=(MetricUse(metric=last.metric),), where=last.where, period=last.period, compare=last.compare
            )
            return _aggregate(r, plain) or (plain if r.compare is not None else None)  # 这个月怎么样, then 比上个月呢
        case Funnel() | Retention():
            return _timed(r, last)


def _timed(r: Reading, last: Funnel | Retention) -> SemanticQuery | None:
    where, (there, tests) = last.where, (steps_there(r, last) if isinstance(last, Funnel) else (last, r.tests))
    if tests:
        binder = Binder(r.world, (r.world.model.entities[last.entity].table,), r.today)
        where = joined((*parts_of(where), *(f for t in tests if (f := binder.bind(t)) is not None)))
    period = moved_period(r, last.period)
    changed = there.model_copy(update={"where": where, "period": period or last.period})
    return changed if changed != last or r.chart or r.export else None


# --- a result of numbers ---------------------------------------------------------------------------------------------------


def _aggregate(r: Reading, last: Aggregate) -> SemanticQuery | None:
    if r.ranking is not None and asks_what_most(r) and not r.groups:
        raise Unbound("things")
    if r.head == "change":
        return why_of_it(r, last, _refiltered(r, why_of(last)))
    if last.count_groups and any(t.has("list", "which") and "filler" not in t.ops for t in r.pieces):
        last = last.model_copy(update={"count_groups": False})  # 有几个, then 是哪些
        if not (r.groups or r.tests or r.asked or r.ranking):
            return last
    if (whole := out_of_all(r, last)) is not None:
        return whole
    last = of_the_part(r, last)
    if last.limit is not None and _SHOW_ALL.match(r.text.text):
        return last.model_copy(update={"limit": None, "offset": 0})  # 哪类活动转化率最高？五类都列一下
    shown = any(isinstance(t, NumberTest) and not (t.metrics or t.dimensions) for t in r.tests)  # which ones are above 1.25 %
    if _asks_people(r) and not (shown and last.group_by) and not lists_values(r):
        base = Records(entity=r.world.model.domain.entity, where=whom(r, last, described=True))
        return changed_list(r, base) or base
    rates_again(r, last)
    counts_of_them(r, last)
    joined_then(r, last)
    query = put_together(r, last)
    query = without_other_rows(r, remeasured(r, query)) if r.asked else remeasured(r, query)
    query = regrouped(r, averaged(r, query))
    query = beside_it(r, _refiltered(r, query))
    query = retimed(r, query)
    query = of_those_changed(r, _recompared(r, query))
    query = of_one_side(r, last, query)
    query = of_those_who_joined(r, last, in_time_of(r, last, of_the_chosen(r, last, _reordered(r, query))))
    query = of_who_was_counted(r, last, query)
    if r.running and any(isinstance(g, ByTime) for g in query.group_by):
        query = query.model_copy(update={"running_total": True, "compare": None, "share": None})
    touched = query != last or r.chart is not None or r.export or any(t.has("again") for t in r.tokens) or asks_to_draw(r)
    touched = touched or (r.share and last.share is not None)  # split across categories, then add the percentages too
    touched = touched or (r.period_at is not None and query.period == r.period)  # 本月…, then 本季度呢, of the same days so far
    return query if touched else None


_SHOW_ALL = re.compile(
    r"(?:那|把)?(?:[一二两三四五六七八九十0-9]+[个类种家款]|全部|所有的?|其他的?)?[都全](?:列|给|要|放|看|展示|显示|摆|说)(?:一下|出来|上|我|看看|吧)*\W*$"
    r"|(?:please |and |ok )*(?:list|show|give)(?: me)? (?:all of them|them all|all (?:of the )?(?:\w+ )?\w+)\W*$"
)


def _asks_people(r: Reading) -> bool:
    only = any(t.has("only") and not t.is_content for t in r.tokens) and not r.has_person()  # 再筛一下，只统计用了优惠的订单
    drawn = r.chart not in (None, "table") and not r.of_people  # show those as a pie
    drawn = drawn or bool(r.asked and LIKEWISE.search(r.text.text))  # NPS也照这样列给我
    return (
        r.listed
        and not (only or drawn or r.share or r.groups)
        and (r.ranking is None or bool(r.ranking.metrics or r.ranking.dimensions))
    )


def _refiltered(r: Reading, query: Aggregate) -> Aggregate:
    if not r.tests:
        return query
    deeds = periods_in(query.where)  # 其中同期没买过食品的: when they did what was asked about
    usual = next(iter(deeds)) if query.period is None and len(deeds) == 1 else query.period
    binder = Binder(r.world, tables_of(r, query), r.today, r.period or usual)
    again = of_who_did(r, query.where)
    r.tests = [t for t in r.tests if t is not again]
    query, left = redone(r, _counted_part(r, query), extend=adds_values(r))
    where, groups = query.where, query.group_by
    shown = tuple(name for g in query.group_by if isinstance(g, ByDimension) and (name := g.member))
    shown = shown or tuple(p.member for p in parts_of(where) if isinstance(p, Predicate) and p.op == "=")  # 成都…, then 重庆呢
    for test in left:
        if isinstance(test, NumberTest) and (having := _chooses_groups(r, query, test)) is not None:
            query = counted_groups(r, with_having(query.model_copy(update={"where": where}), having))
            where = query.where
            continue
        where, test = of_whom(r.world, where, as_shown(r, test, shown, deeds), shown)  # noqa: PLW2901
        part = binder.bind(test)
        if part is None:
            continue
        query, explained = of_other_rows(r, query, test)
        if explained:
            continue
        if isinstance(part, Predicate) and part.op in ("!=", "not in"):
            where = taken_out(where, part, instead=says_all_but(r))
            continue
        shown_part = query.share.part if query.share is not None else None
        if shown_part is not None and about_same(r.world, shown_part, part):
            query = query.model_copy(update={"share": Share(part=part)})  # of all tickets what % is X; what about Y then
            continue
        ask_if_unclear(r, query, where, test, part, adds=adds_values(r))
        where, groups = of_one_kind(r, where, groups, part) if adds_values(r) else (where, groups)
        kept = what_stays(r, where, part, adds=adds_values(r))
        groups = _of_the_new_kind(groups, where, kept, part)
        where = with_condition(kept, part, extend=adds_values(r))
        if isinstance(test, ValueTest) and isinstance(part, Predicate) and _rates_alone(r, query, where, part):
            groups = (ByDimension(member=part.member),)  # 这个月APP的转化率, 那小程序和官网呢: rates do not add up
        single = isinstance(test, ValueTest) and test.at not in r.apart and (r.groups or not adds_values(r))
        if single and isinstance(part, Predicate) and part.op == "=":
            groups = tuple(g for g in groups if not (isinstance(g, ByDimension) and g.member == part.member))
    r.issues.extend(binder.issues)
    query = query.model_copy(update={"where": possible(where)})
    return with_groups(query, groups) if groups != query.group_by else query


def _counted_part(r: Reading, query: Aggregate) -> Aggregate:
    """同意营销的占多少, then 就要同意营销的，按区域分别多少人: how many of those there are, and no share any more."""
    only = any(t.has("only") and not t.is_content for t in r.tokens)
    part = query.share.part if query.share is not None else None
    heads = any(is_bare_head(t) for t in r.tokens) or r.counted
    return query.model_copy(update={"share": None}) if part is not None and only and heads and not r.share else query


def _of_the_new_kind(groups: tuple[GroupBy, ...], where: Filter | None, kept: Filter | None, part: Filter) -> tuple[GroupBy, ...]:
    """上海和北京谁的销售额高, then 广州呢: a city, and not the province that it lies in."""
    gone = {p.member for p in parts_of(where) if isinstance(p, Predicate) and p not in parts_of(kept)}
    if not isinstance(part, Predicate) or part.member in gone:
        return groups
    return tuple(ByDimension(member=part.member) if isinstance(g, ByDimension) and g.member in gone else g for g in groups)


def _rates_alone(r: Reading, query: Aggregate, where: Filter | None, part: Predicate) -> bool:
    """Whether nothing but rates and averages is shown, each one number, and now of several values: 京东也一起看."""
    averages = all(isinstance(m, MetricUse) and r.world.is_average(m.metric) for m in query.metrics)
    together = any(t.has("together", "total", "or") and not t.is_content for t in r.tokens)
    several = any(isinstance(p, Predicate) and p.member == part.member and p.op == "in" for p in parts_of(where))
    return averages and several and not (query.group_by or query.share or query.compare or together)


def _chooses_groups(r: Reading, query: Aggregate, test: NumberTest) -> Having | None:
    """只看销售额超过10万的, which are above 1.25 %: which of the groups that are shown, not of which people."""
    comparison = r.tokens[test.at].comparison if 0 <= test.at < len(r.tokens) else None
    names = [m.name or m.metric for m in query.metrics if isinstance(m, MetricUse)]
    shown = [n for n in names if n in test.metrics] or list(test.metrics) or ([] if test.dimensions else names)
    people = any(r.is_person(at) for at in range(len(r.tokens)))
    if not query.group_by or comparison is None or people or test.period is not None:
        return None
    by = next((n for n in shown if (r.world.model.metrics[n].format == "percent") == test.percent), None)
    return None if by is None else Having(by=by, op=test.op, values=in_its_unit(r.world, by, comparison))


def _recompared(r: Reading, query: Aggregate) -> Aggregate:
    grown = r.ranking is not None and r.ranking.part == "growth" and query.compare is None and r.compare is None
    if grown and query.period is not None and query.period.start is not None:  # sales last month, then 哪个渠道跌得最多
        r.base = r.base or query.period
        query = compared(query, before_it(r))
    if r.compare is not None:
        return compared(query, r.compare)
    if query.compare is not None and r.asked and is_yes_or_no(r):  # NPS in Q3 against Q2, then were complaints up too
        r.take(*(i for i in r.where("grow", "shrink") if not r.tokens[i].is_content))
    if r.share:
        ask_of_each(r, query)
        part = None if says_of_what(r) or not query.group_by else Share()
        if (part is None or OF_EACH.search(r.text.text)) and query.where is not None:
            those, rest = part_of_those(r, told_beside(r, query))
            told = with_groups(
                query, tuple(g for g in query.group_by if group_name(g) != about(those))
            )  # levels, then 金卡以上占多少
            return told.model_copy(update={"share": Share(part=those), "where": rest, "compare": None})
        return of_all_of_them(r, query).model_copy(update={"share": part, "compare": None})
    return query


def _reordered(r: Reading, query: Aggregate) -> Aggregate:
    ranking = r.ranking
    if ranking is None and any(t.has("reverse") for t in r.tokens):
        return query.model_copy(update={"order": turned(query.order)})
    if ranking is None or not query.group_by:
        return query
    names = [m.name or m.metric for m in query.metrics if isinstance(m, MetricUse)]
    if ranking.metrics and not set(ranking.metrics) & set(names):
        query = with_metrics(query, (MetricUse(metric=ranking.metrics[0]),))
        names = [ranking.metrics[0]]
    alone = tuple(m for m in query.metrics if isinstance(m, MetricUse) and m.metric in ranking.metrics)
    if alone and len(names) > len(alone) and any(t.has("only") and not t.is_content for t in r.tokens):
        query = with_metrics(query, alone)  # rank them on conversion alone
    by = next((n for n in ranking.metrics if n in names), None) or named_in_order(r, names)
    by = by or next((o.by for o in query.order if o.by in names), names[0] if names else None)
    if by is None:
        return query
    directed = any(t.has("descending", "ascending", "most", "least", "best", "worst", "fastest", "slowest") for t in r.tokens)
    directed = directed or ranking.good is not None or asks_other_end(r, ranking, query)
    part = ranking.part if query.compare is not None else "value"
    if part == "value" and query.order and not ranking.metrics and query.compare is not None and query.order[0].by == by:
        part = query.order[0].part  # 涨得最猛的五个, then 垫底的五个: of the same growth
    one = ranking.single or (
        ranking.limit is None and any(_asks_one(t) for t in r.pieces) and not any(t.text == "ones" for t in r.pieces)
    )
    one = (one or (ranking.limit is None and _says_only_the_end(r))) and not as_many_at_the_end(r, query)
    one = one and not (ranking.limit is None and any(t.has("sort", "descending", "ascending") and not t.senses for t in r.tokens))
    limit = ranking.limit or (1 if one else query.limit)  # 看看哪个涨得快，从高到低排一下: all of them
    ranked = any(t.number is not None and t.number.kind == "rank_last" for t in r.tokens)
    if query.order and not directed and not ranked and not ranking.metrics and ranking.part == "value":
        return query.model_copy(update={"limit": limit, "offset": query.offset if limit == query.limit else 0})
    order = (Order(by=by, part=part, descending=falls(r, ranking, by)),)
    return query.model_copy(update={"order": order, "limit": limit, "offset": 0})


def _says_only_the_end(r: Reading) -> bool:
    """CSAT by region, then worst; 最高的: the one at that end, where nothing more is said."""
    words = [t for t in r.tokens if t.role != "break" and not t.has("filler", "what_about")]
    return len(words) == 1 and words[0].has("most", "least", "best", "worst") and not words[0].is_content


def _asks_one(piece: Piece) -> bool:
    """which one, 哪个月: not 哪些."""
    unit = piece.grain is not None and piece.text.startswith(("哪", "which", "what"))
    return unit or (piece.has("which") and piece.text not in ("哪些", "哪几个"))
