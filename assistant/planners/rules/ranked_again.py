"""A ranking that goes on from what was shown: 给我看看前十的店, the 5 weakest of all our stores, 把华东去掉重新排前10, 前5名呢.

In: a `Reading` of the message, the query before it. Out: whether it goes on from that; that query freed of what had chosen some of the
things, where the message ranks all of them, or ranks anew; whether it asks for the other end of the order that was shown. Raises
`Unbound` where it ranks anew and nothing says by which of two numbers.
"""

import re

from assistant.planners.rules.chosen import is_thing
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.edits import about, joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, ByTime, Filter, InGroups, MetricUse, Records, SemanticQuery

BESIDE_IT = re.compile(
    r"(?:也|都|再|并)*[放摆列](?:在|到)?旁边|"
    r"(?:right )?(?:next to|beside|alongside|besides) (?:it|that|them|this)|alongside|"
    r"(?:next to|beside|alongside|together with|along with) (?:the|those|these|each|that) (?:count|number|figure|total)s?"
)
"""put click rate next to it, next to those counts: what was shown stays."""
_ENDS = ("most", "least", "best", "worst")


def ranks_on(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message ranks what was shown, or sets a number beside it, though its words could stand alone."""
    if isinstance(last, Aggregate) and any(BESIDE_IT.fullmatch(t.text) for t in r.tokens):
        return any(t.of("metric") for t in r.tokens)  # put sales and orders beside it
    return isinstance(last, Aggregate) and (_by_what_was_shown(r, last) or _leaves_out_and_ranks(r))


def _ranks(r: Reading) -> bool:
    return any(t.number is not None and t.number.kind in ("rank", "rank_last") for t in r.tokens)


def _by_what_was_shown(r: Reading, last: Aggregate) -> bool:
    """sales last month, then show me the top 10 stores: by that number, in that time, as the message names neither."""
    content = [t for t in r.tokens if t.is_content and t.number is None]
    things = [t for t in content if t.of("dimension") and t.of("entity") and not t.of("metric")]
    plain = last.compare is None and last.share is None and not any(isinstance(g, ByTime) for g in last.group_by)
    told = any(t.has("by", "sort", "count", "define", "why", "except", "drop") and not t.is_content for t in r.pieces)
    return plain and _ranks(r) and len(content) == len(things) == 1 and not told and not r.has_person()


def _leaves_out_and_ranks(r: Reading) -> bool:
    """把华东去掉，按销售额重新排前10: nothing is named that is ranked, so that it is what was ranked before."""
    out = any(t.has("drop", "except") and not t.is_content for t in r.pieces)
    content = [t for t in r.tokens if t.is_content]
    known = all(t.of("value") or t.of("metric") or t.number is not None for t in content)
    things = any(t.of("entity") and not (t.of("value") or t.of("metric")) for t in content)
    return out and _ranks(r) and known and not things and any(t.of("value") for t in content)


# --- what is ranked --------------------------------------------------------------------------------------------------------

_OF_ALL = re.compile(
    r"(?<![a-z])(?:of|among|out of|across) (?:all|any)(?: of)?(?: our| the| my)? $|(?<![a-z])all(?: of)?(?: our| the)? $"
    r"|(?:所有|全部|全体|全国|全公司)的?$"
)
_ANEW = re.compile(r"重新|重排|再排|再取|补足|(?<![a-z])(?:re-?rank|rank (?:it |them )?again|again|anew|afresh)(?![a-z])")


def of_all_things(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """The query before, of all of its things, where the message ranks those: now the 5 weakest of all our stores."""
    group = _group(last)
    if not isinstance(last, Aggregate) or group is None:
        return last
    noun = next((at for at, t in enumerate(r.tokens) if _is_all_of(r, at, group)), None)
    ranks = _ranks(r) or any(t.number is not None for t in r.tokens) or any(t.has(*_ENDS) and not t.senses for t in r.tokens)
    if noun is None or not ranks:
        return last
    r.take(*(at for at in range(max(noun - 1, 0), noun) if r.tokens[at].has("total", "within")), noun)
    kept = tuple(p for p in parts_of(last.where) if not _chooses(r, p, group))
    return last.model_copy(update={"where": joined(kept)})


def _group(last: SemanticQuery) -> str | None:
    groups = last.group_by if isinstance(last, Aggregate) else ()
    return groups[0].member if groups and isinstance(groups[0], ByDimension) else None


def _is_all_of(r: Reading, at: int, group: str) -> bool:
    token = r.tokens[at]
    named = any(s.name == group for s in token.of("dimension"))
    return named and _OF_ALL.search(r.text.text[: token.start]) is not None


def _chooses(r: Reading, part: Filter, group: str) -> bool:
    """Whether a condition says which of the things: those that were ranked first, what they are like."""
    member = part.member if isinstance(part, InGroups) else about(part)
    if member is None or member not in r.world.model.dimensions:
        return False
    own = is_thing(r.world, group) and r.world.model.dimensions[member].table == r.world.model.dimensions[group].table
    return member == group or own


def ranked_anew(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """把华东去掉，按销售额重新排前10, behind a number of those that a ranking chose: the next ones come in for those left out."""
    group = _group(last)
    first = next((p for p in parts_of(getattr(last, "where", None)) if isinstance(p, InGroups) and p.member == group), None)
    if not isinstance(last, Aggregate) or first is None or first.groups.limit is None:
        return last
    freed = last.model_copy(update={"where": joined(tuple(p for p in parts_of(last.where) if p is not first))})
    if not (_leaves_out_and_ranks(r) and _ANEW.search(r.text.text)):
        if not _as_many_of_them(r, first.groups.limit):
            return last
        said = any(t.of("metric") for t in r.tokens)
        if said or first.groups.compare is not None or not _shows_what_ranked(last, first.groups):
            raise Unbound("ranking")  # behind the AOV of those five, and the worst 5?: by AOV, or by what had chosen them
        return freed.model_copy(update={"order": first.groups.order, "limit": first.groups.limit})
    if not _shows_what_ranked(last, first.groups) and not any(t.of("metric") for t in r.tokens):
        raise Unbound("ranking")  # the 10 that sold most, then their AOV, then …重新排前10: by which of the two
    return freed


def _as_many_of_them(r: Reading, limit: int) -> bool:
    """and the bottom 5, behind numbers of the best 5: of those it would be all, so that it is of all things."""
    return r.ranking is not None and (r.ranking.limit or 0) >= limit and not r.groups


def _shows_what_ranked(last: Aggregate, groups: Aggregate) -> bool:
    """Whether the number that chose the things is still among those that are shown."""
    shown = {m.metric for m in last.metrics if isinstance(m, MetricUse)}
    return shown >= {m.metric for m in groups.metrics if isinstance(m, MetricUse)}


def asks_other_end(r: Reading, ranking: Ranking, query: Aggregate | Records) -> bool:
    """三季度业绩垫底的5家门店, then 前5名呢; the 5 worst, then and the top 5?: the first ones of the order from its other end."""
    order = query.order[0] if query.order else None
    ranked = any(t.number is not None and t.number.kind == "rank" for t in r.tokens)
    if order is None or order.descending or not ranked or any(t.has("only") and not t.is_content for t in r.tokens):
        return False
    metric = r.world.model.metrics.get(order.by)
    top = re.search(r"(?<![a-z])top(?![a-z])|前.{1,4}?[名强]", r.text.text) is not None
    return metric is not None and metric.up_is_good is not False and (top or ranking.limit == query.limit)
