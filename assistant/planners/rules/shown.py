"""Groups that the last answer showed, pointed at: 这些城市的客单价, AOV of these provinces, the worst region, city by city.

In: a `Reading` of the message and the last query. Out: the query to change, bound to those groups however they are measured, ordered or
broken down from here on (the top five by sales stay the five); None where nothing points at groups. Words that point are used up. Only
groups of one dimension can be pointed at. Raises `Unbound` where one of several groups is meant and nothing says which.
"""

import re
from dataclasses import dataclass, replace

from assistant.language.mentions import Piece
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.doers_of_shown import count_doers
from assistant.planners.rules.draft import Asked, Group
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.followlist import falls
from assistant.planners.rules.per_thing import says_per
from assistant.planners.rules.reading import Reading, is_helping_verb
from assistant.planners.rules.there import says_there
from assistant.planners.rules.traits import adds_to_shown, are_traits
from assistant.planners.rules.units import unit_noun
from assistant.planners.rules.which_shown import asks_which_shown, counts_which_shown
from semantic_layer.query import Aggregate, ByDimension, ByTime, InGroups, MetricUse, Order, Predicate, SemanticQuery

_ENDS = ("most", "least", "best", "worst", "fastest", "slowest", "descending", "ascending")
_THE_ONE = re.compile(r"^(?:the )?[a-z]+ one(?![a-z]| first| last| on top| at the top)|^最.的?(?:那一?个|一个)")
_FIRST = re.compile(
    r"(?:排名?|排在)?第一(?:名|位|的)|榜首|冠军|(?:the )?(?:first|top|winning|number one) one|the winner|number one"
)
"""第一名的客单价: of the order that was shown."""
_ONE = re.compile("[那这]一?个|that|this")
_PRONOUN = re.compile(
    "(?:of )?(?:their|them|they|these|those)|[它他她]们的?|[这那]些的?|[这那][两几三四五六七八九十]+[个家种类款场]的?"
)
_ASKS = ("which", "who", "sort")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The last query about the groups meant. `each`: what is asked next is asked of each of them."""

    query: Aggregate
    each: str | None = None


def points_at_groups(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message that could stand alone speaks of a group that was shown: for the top channel, sales by category; 这个大区的."""
    named = {p.member for p in parts_of(last.where) if isinstance(p, Predicate)} if isinstance(last, Aggregate) else set()
    group = _group(r, last)
    if _those_pointed_at(r, named | ({group.member} if group is not None else set())):
        return True
    content = [t for t in r.tokens if t.is_content]
    if group is not None and isinstance(last, Aggregate) and last.limit is not None and _each_words(r):
        return bool(content) and all(
            t.of("metric") and not t.of("dimension") for t in content
        )  # top 5 stores, then refund rate of each
    one = isinstance(last, Aggregate) and last.limit == 1 and _says_it(r)
    bare = isinstance(last, Aggregate) and last.limit is not None and len(_said(r)) == 1 == len(r.pieces) - _stops(r)
    if bare and _only_asks(r):
        return group is not None  # top 5 cities by sales, then orders?
    return group is not None and (_extreme(r, last) is not None or one)


def _stops(r: Reading) -> int:
    """How many pieces of a message are only stops, or help others: 有几个商品 is 几个商品."""
    return sum(t.role == "break" or is_helping_verb(t) for t in r.pieces)


def _said(r: Reading) -> list[Piece]:
    return [t for t in r.tokens if t.is_content and not is_helping_verb(t)]


def pointed_at(r: Reading, last: Aggregate) -> Pointed | None:
    """What the message points at."""
    if adds_to_shown(r):
        return None  # put orders next to it: beside the ranking as it is
    group = _group(r, last)
    _take_that_one(r, last)
    if group is not None and counts_which_shown(r, last):
        return Pointed(_within(last, _bare(last)).model_copy(update={"count_groups": True}), group.member)
    if group is not None and asks_which_shown(r, last):
        return Pointed(_within(last, _bare(last)).model_copy(update={"order": last.order}), group.member)
    if group is None:
        _ask_which_time(r, last)
        return None
    extreme = _extreme(r, last)
    if extreme is not None:
        return _the_one(r, last, group, extreme)
    if (only := _the_only_one(r, last, group)) is not None:
        return only
    if (first := _number_of_the_first(r, last, group)) is not None:
        return first
    _ask_which_one(r, last, group)
    found = _all_of_them(r, last, group)
    if found is not None:
        count_doers(r, last)
    return found


def _group(r: Reading, last: SemanticQuery) -> ByDimension | None:
    """The one breakdown that was shown, with or without what its things are like."""
    groups = last.group_by if isinstance(last, Aggregate) else ()
    named = groups[0] if groups else None
    return named if isinstance(named, ByDimension) and (len(groups) == 1 or are_traits(r, last)) else None


def _ask_which_time(r: Reading, last: Aggregate) -> None:
    """最低的那个月按渠道看: a month by its number is no condition that a query can hold; raises `Unbound`."""
    grains = {g.grain for g in last.group_by if isinstance(g, ByTime)}
    for at, token in enumerate(r.tokens):
        before = next((r.tokens[i] for i in range(at - 1, -1, -1) if not r.tokens[i].has("refer", "filler")), None)
        named = (token.grain is not None and token.grain.grain in grains) or unit_noun(token.text) in grains
        more = any(t.of("metric") or t.of("dimension") for t in r.tokens[at + 1 :])
        if named and more and before is not None and before.has(*_ENDS) and not before.is_content:
            raise Unbound(token.text)


_THAT_ONE = re.compile(r"[这那]一?[家个款件场]$|(?<![a-z])(?:that|this) $")


def _take_that_one(r: Reading, last: Aggregate) -> None:
    """that store's AOV, behind the sales of one: it is what the last answer was of, and no breakdown."""
    named = {p.member for p in parts_of(last.where) if isinstance(p, Predicate) and p.op == "=" and len(p.values) == 1}
    for at in _those_pointed_at(r, named):
        r.groups = [g for g in r.groups if g.at != at]
        r.take(at - 1 if at and r.tokens[at - 1].has("refer") else None, at)


def _those_pointed_at(r: Reading, names: set[str]) -> list[int]:
    """The places of nouns for dimensions of these names behind 那家, that."""
    nouns = [at for at, t in enumerate(r.tokens) if names & {sense.name for sense in t.of("dimension")}]
    return [at for at in nouns if _THAT_ONE.search(r.text.text[: r.tokens[at].start])]


def _ask_which_one(r: Reading, last: Aggregate, group: ByDimension) -> None:
    """那家店单独拎出来看看, behind many stores: one of them, and no word says which; raises `Unbound`."""
    said = _those_pointed_at(r, {group.member})
    one = last.limit == 1 or any(isinstance(p, Predicate) and p.member == group.member for p in parts_of(last.where))
    if said and not one and not any(t.of("value") for t in r.tokens if not t.of("dimension")):
        raise Unbound(r.tokens[said[0]].text)


def _extreme(r: Reading, last: SemanticQuery) -> int | None:
    """The place of the dimension in 最差的大区, 排第一的那个城市: an end of the scale right before what the groups are."""
    group = _group(r, last)
    asks = any(t.has(*_ASKS) and not t.is_content and not t.has("filler", "relative", "most") for t in r.tokens)
    ranks = any(_is_rank(t) and not t.has("most") and _THE_ONE.match(t.text) is None for t in r.tokens)
    if group is None or ranks or any(t.has("which") and "filler" not in t.ops for t in r.tokens):
        return None
    for at, token in enumerate(r.tokens):
        if not any(sense.name == group.member for sense in token.of("dimension")):
            continue
        before = at - 1
        while before >= 0 and r.tokens[before].has("refer", "filler") and not r.tokens[before].is_content:
            before -= 1
        ends = before >= 0 and r.tokens[before].has(*_ENDS) and not r.tokens[before].is_content
        rest = r.tokens[at + 1 :]
        if rest and rest[0].has("by") and not rest[0].is_content and token.text.isascii():
            continue  # top region by orders: of another order
        if before > 0 and token.text.isascii() and _OF_ONE.search(r.text.text[: r.tokens[before].start]):
            rest = (*r.tokens[:before], *rest)  # how many orders in the worst region
        more = any(t.of("metric") or t.of("dimension") or t.grain or t.has("count") for t in rest)
        if ends and more and (not asks or r.tokens[before].has("most")):
            return at
    return _without_a_noun(r)


_IT = re.compile("它(?!们)|[这那]一?[个家款种](?![月周年天季场次])|(?<![a-z])(?:(?:that|this) one|its?)(?![a-z])")


def _says_it(r: Reading) -> bool:
    """it, that one; there and what it has, where people may be spoken of: 那里有多少客户, how many customers does it have."""
    has = _ITS.search(r.text.text) is not None
    return says_there(r) or has or (_IT.search(r.text.text) is not None and not r.has_person())


_WHICH_IS_IT = re.compile("(?:主要|具体|那)*是哪一?[个家种类款]")
"""满意度最低的大区, then 是哪个触点: the lowest one in there."""
_ITS = re.compile(rf"它(?!们)|(?<![a-z])(?:its|do(?:es)? it|did it)(?![a-z])|^{_WHICH_IS_IT.pattern}")


def _the_only_one(r: Reading, last: Aggregate, group: ByDimension) -> Pointed | None:
    """今年卖得最好的品牌是哪个, then 它每个月卖多少, that one by month: the one that was shown, and not the best of each month."""
    nouns = _those_pointed_at(r, {group.member})
    asks = bool(r.groups or r.asked or r.tests or r.compare) or r.period_at is not None
    if last.limit != 1 or not asks or not (_says_it(r) or (nouns and not r.has_person())):
        return None
    r.groups = [g for g in r.groups if g.at not in nouns]
    r.take(*nouns, *(i for i in r.where("refer") if not r.tokens[i].is_content))
    order = {"order": last.order, "limit": 1, "offset": last.offset} if _WHICH_IS_IT.match(r.text.text) and not r.asked else {}
    return Pointed(_within(last, _bare(last)).model_copy(update={"group_by": (), **order}))


_OF_ONE = re.compile(r"(?<![a-z])(?:in|of|for|from) (?:the )?$")


def _without_a_noun(r: Reading) -> int | None:
    """take the worst one and break it out by region, 最差的那个，往下拆到城市."""
    for at, token in enumerate(r.tokens):
        ended = (token.has(*_ENDS) and not token.is_content) or _is_rank(token)
        alone = ended and _THE_ONE.search(r.text.text[token.start :]) is not None
        named = ended and _FIRST.match(token.text) is not None
        behind = r.tokens[at + 1 :] if not token.text.isascii() else r.tokens
        if named and any(t.of("metric") or t.of("dimension") for t in behind):
            return at
        if alone and any(t.of("dimension") for t in behind if t is not token):  # show me the cities in the worst one
            return at
    return None


_OF_RANK = re.compile(r"的(?!几)|'s(?![a-z])")
_OF_THE_ONE = re.compile(r"^[^的]{1,4}的?[那这]一?[个家名位]的|^[a-z ]+ one's ")
_OF_THEM = re.compile(r"(?<![a-z])(?:of|for) (?:the )?$")


def _names_the_first(r: Reading, at: int) -> bool:
    """前三的 …, 最高的那个的 …, … of the top three: the first of what was shown; 最高的订单数 is the most orders."""
    token, text = r.tokens[at], r.text.text
    if not _is_rank(token):
        return token.has(*_ENDS) and not token.senses and _OF_THE_ONE.match(text[token.start :]) is not None
    return _OF_RANK.match(text, token.end) is not None or _OF_THEM.search(text[: token.start]) is not None


def _number_of_the_first(r: Reading, last: Aggregate, group: ByDimension) -> Pointed | None:
    """前三的消费各多少, 最高的那个的订单数, spend of the top three: another number of those that the one that was shown puts first."""
    ranking, plain = r.ranking, not (last.limit or last.compare or last.share or last.having)
    shown = [m for m in last.metrics if isinstance(m, MetricUse)]
    others = [n for a in r.asked for n in a.names] or list(ranking.metrics if ranking is not None else ())
    at = next((i for i in range(len(r.tokens)) if _names_the_first(r, i)), None)
    if ranking is None or at is None or not plain or not shown or not others or r.groups or r.tests:
        return None
    if set(others) & {m.metric for m in shown}:
        return None  # 前三的销售额, of sales: the first three
    by, limit = shown[0].name or shown[0].metric, ranking.limit or 1
    order = (Order(by=by, descending=falls(r, replace(ranking, metrics=(by,)), by)),)
    r.asked = r.asked or [Asked(ranking.at, ranking.metrics)]
    r.ranking = None
    r.take(at, *r.where("each_other"), *(i for i in r.where("refer") if not r.tokens[i].is_content))
    found = _within(last, _bare(last).model_copy(update={"order": order, "limit": limit}))
    return Pointed(found, group.member) if limit > 1 else Pointed(found.model_copy(update={"group_by": ()}))


def _is_rank(token: Piece) -> bool:
    return token.number is not None and token.number.kind in ("rank", "rank_last")


def _the_one(r: Reading, last: Aggregate, group: ByDimension, at: int) -> Pointed | None:
    """The worst region: the last result's own end of the scale."""
    ranking = r.ranking
    name = next((m.name or m.metric for m in last.metrics if isinstance(m, MetricUse)), None)
    if ranking is None or name is None:
        return None
    judged = next((good for word, good in (("best", True), ("worst", False)) if word in r.tokens[at].text), ranking.good)
    ranking = replace(ranking, good=judged)
    by = next((order.by for order in last.order if order.by != group.member), name)
    first = bool(last.order) and ranking.good is None and any(t.has("most") and "第一" in t.text for t in r.tokens)
    descending = last.order[0].descending if first else falls(r, ranking, by)  # 排第一的: of the order that was shown
    one = _bare(last).model_copy(update={"order": (Order(by=by, descending=descending),), "limit": 1})
    r.groups = [g for g in r.groups if g.at != at]
    if ranking.metrics and not r.asked:  # 第一名的客单价: what is asked of it, and orders nothing
        r.asked.append(Asked(ranking.at, ranking.metrics))
    r.ranking = None
    r.take(at, *(i for i in r.where("refer") if not r.tokens[i].is_content))
    return Pointed(_within(last, one).model_copy(update={"group_by": ()}))


def _all_of_them(r: Reading, last: Aggregate, group: ByDimension) -> Pointed | None:
    """这些城市, of these provinces, each of them."""
    people = any(r.is_person(at) for at in range(len(r.tokens)))
    for at in () if people else [i for i, t in enumerate(r.tokens) if t.has("refer") and not t.senses]:
        noun = r.step(at, 1)
        named = noun is not None and (
            any(s.name == group.member for s in r.tokens[noun].of("dimension")) or _is_any_group(r.tokens[noun])
        )
        each = any(t.has("each_other", "per_group") and not t.is_content for t in r.tokens)
        chosen = last.limit is not None or bool(last.having)
        if not named and not (chosen and (each or _PRONOUN.fullmatch(r.tokens[at].text))):
            continue
        if r.tokens[at].text == "they" and r.groups:
            continue  # top 5 stores, then which cities are they in
        if named and _ONE.fullmatch(r.tokens[at].text):
            raise Unbound(group.member)  # 那个城市: which one, nobody said
        r.take(at, noun if named else None)
        r.groups = [g for g in r.groups if not (named and g.at == noun)]
        r.asked = [
            a for a in r.asked if not (named and a.at == noun and not r.count_words)
        ]  # same stores last month: no number of them
        r.take(*(i for i in r.where("each_other", "per_group") if not r.tokens[i].is_content and each))
        query = _within(last, _bare(last)) if last.limit is not None or last.having else last
        return Pointed(query, group.member if each or not _splits_otherwise(r.groups, group) else None)
    return None if people else _each_chosen(r, last, group)


def _is_any_group(token: Piece) -> bool:
    """avg basket for each of these groups: what was shown, by no name of its own."""
    return (
        token.has("kind_noun")
        and not token.senses
        and token.text in ("groups", "segments", "buckets", "bands", "tiers", "组", "分组")
    )


def _each_chosen(r: Reading, last: Aggregate, group: ByDimension) -> Pointed | None:
    """卖得最好的5个商品, then 分别卖了多少件: of those five, and not the five with the most pieces."""
    marks = _each_words(r)
    size = r.ranking is not None and r.ranking.limit == last.limit and not any(t.has(*_ENDS) for t in r.tokens)
    ranked = r.ranking is not None and not size  # how many orders did each of those five have
    more = r.groups or r.tests or ranked or r.period_at is not None or r.compare is not None
    if not (marks or _only_asks(r) or says_per(r) is not None) or more or last.limit is None or not r.asked:
        return None
    r.take(*marks)
    r.ranking = None if size else r.ranking
    return Pointed(_within(last, _bare(last)), group.member)


def _only_asks(r: Reading) -> bool:
    """女装销量前10的商品, then 退款率呢: another number of those ten; 换成销售额 is of others, and so is another order."""
    content = _said(r)
    marks = ("swap", "rather_not", "sort", "by", "add", "also", "only", *_ENDS)
    other = any(t.has(*marks) and not t.is_content and t.text != "also" for t in r.pieces)
    named = any(r.world.model.entities[s.name].columns for t in content for s in t.of("entity"))  # what about stores
    plain = all(t.of("metric") and not t.has("count") for t in content) and not named
    return bool(content) and plain and not other and not any(t.text == "instead" for t in r.pieces)


def _each_words(r: Reading) -> list[int]:
    """分别, of each, with nothing behind that could be a breakdown."""
    words = [i for i in r.where("each_other", "per_group", "by", "refer") if not r.tokens[i].is_content]
    words = [i for i in words if not r.tokens[i].has("refer") or r.tokens[i].text.startswith("each")]
    return [i for i in words if not r.tokens[i].text.isascii() or _OF_EACH.fullmatch(r.tokens[i].text)]


_OF_EACH = re.compile(r"(?:(?:of|for|in|from) )?each(?: of (?:them|those|these))?")


def _splits_otherwise(groups: list[Group], group: ByDimension) -> bool:
    return any(group.member not in g.dimensions for g in groups)


def _is_of_things(last: Aggregate) -> bool:
    return len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension)


def why_of(last: Aggregate) -> Aggregate:
    """跌得最多的是哪个省, then 为什么: of the one that was shown."""
    return _within(last, _bare(last).model_copy(update={"limit": 1})) if last.limit == 1 and _is_of_things(last) else last


def of_each(r: Reading, query: SemanticQuery | None, pointed: Pointed) -> SemanticQuery | None:
    """for each of them, which three categories sell best: the groups stay, and a limit is one for each of them."""
    if not isinstance(query, Aggregate) or pointed.each is None:
        return query
    groups = tuple(g for g in query.group_by if getattr(g, "member", None) != pointed.each)
    limit = r.ranking.limit if r.ranking is not None else None
    per = (pointed.each,) if limit is not None and groups else ()
    return query.model_copy(update={"group_by": (ByDimension(member=pointed.each), *groups), "limit_per": per})


def _bare(last: Aggregate) -> Aggregate:
    """The groups as they were chosen, without what does not choose them."""
    chosen = {o.by for o in last.order} | {h.by for h in last.having}
    metrics = tuple(m for m in last.metrics if isinstance(m, MetricUse) and (m.name or m.metric) in chosen) or last.metrics[:1]
    parts = any(o.part != "value" for o in last.order) or any(h.part != "value" for h in last.having)
    changes: dict[str, object] = {"metrics": metrics, "group_by": last.group_by[:1]}
    changes |= {"running_total": False, "limit_per": (), "count_groups": False}
    return last.model_copy(update=changes if parts else changes | {"compare": None, "share": None})


def _within(last: Aggregate, groups: Aggregate) -> Aggregate:
    """The last query of these groups alone, in no order yet."""
    rest = parts_of(last.where)
    where = joined((*rest, InGroups(groups=groups)))
    changes: dict[str, object] = {"order": (), "limit": None, "offset": 0, "limit_per": (), "having": (), "count_groups": False}
    return last.model_copy(update={"where": where, **changes})
