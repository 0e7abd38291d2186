"""The answers of a conversation set against each other: which is highest, by how much more, 哪个变化最大, behind one about each.

In: a `Reading` of a message that says nothing else, the last query and those before it. Out: the query to change: the values that the last
answers were about, told apart; or the comparison that was shown, in the order of its changes. None where a message asks for anything else,
or where the answers before it are no values of one dimension. Never fails; words that say it are used up.
"""

import re

from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, Filter, MetricUse, Order, Predicate, SemanticQuery

_BEST = re.compile(
    r"(?:那|那么|所以|请问)?(?:[它他]们)?(?:里面?|中间?|当中|之中)?(?:哪[一]?个|谁|哪边|哪里)(?:的)?(?:更|最|比较)?"
    r"(?:高|低|多|少|好|差|大|小|贵|便宜)(?:一?些|一?点)?(?:啊|呢|呀)?\W*"
    r"|(?:and |so |ok )*(?:which|who)(?: one| of (?:them|those|these|the (?:two|three|four|five)))?"
    r"(?: is|'s| was| has| had| did)?(?: the)? "
    r"(?:highest|lowest|higher|lower|best|worst|better|worse|biggest|smallest|bigger|smaller|largest|most|least|top|more|less)(?: one)?\W*"
)
_BY_HOW_MUCH = re.compile(
    r"(?:and |so |ok )*(?:by )?how much (?:more|less|higher|lower|better|worse|bigger|smaller)(?: is (?:it|that)| than that)?\W*"
    r"|(?:and |so )*by how much\W*|(?:那|那么)?(?:高|多|低|少|贵|好|大)(?:出|了)?(?:多少|几倍)(?:啊|呢)?\W*"
)
_CHANGED_MOST = re.compile(
    r"(?:那|那么)?(?:其中|里面)?(?:哪[一]?个|谁|哪里)(?:的)?(?:变化|变动|波动)(?:最大|最多|得最多|幅度最大)(?:啊|呢)?\W*"
    r"|(?:and |so |ok )*(?:which|who)(?: one| of (?:them|those|these))? (?:has |have )?(?:changed|moved|swung|shifted)(?: the)? most\W*"
)


def seen_before(r: Reading, last: Aggregate, history: tuple[SemanticQuery, ...]) -> Aggregate | None:
    """What the message is about, where it says nothing but that."""
    if r.tests or r.asked or r.period_at is not None:
        return None
    if last.compare is not None and last.group_by and _CHANGED_MOST.fullmatch(r.text.text):
        return _by_change(r, last)
    best, gap = _BEST.fullmatch(r.text.text), _BY_HOW_MUCH.fullmatch(r.text.text)
    if not (best or gap) or last.group_by or last.compare is not None or last.share is not None:
        return None
    found = _told_apart(last, history[-1:] if gap else history)
    if found is not None and (gap or r.ranking is None):  # 哪个高: the two of them, which the answer sets against each other
        r.ranking = None
        r.take(*range(len(r.tokens)))
    return found


def _by_change(r: Reading, last: Aggregate) -> Aggregate | None:
    """Up or down, whatever is more: all of them, the largest rise first."""
    use = next((m for m in last.metrics if isinstance(m, MetricUse)), None)
    if use is None:
        return None
    r.ranking, r.groups, r.trend = None, [], False
    r.take(*range(len(r.tokens)))
    order = (Order(by=use.name or use.metric, part="growth"),)
    return last.model_copy(update={"order": order, "limit": None, "offset": 0})


def _told_apart(last: Aggregate, history: tuple[SemanticQuery, ...]) -> Aggregate | None:
    """女装…, 鞋靴呢, 童装呢: all that were asked about one behind the other, but for one value the same."""
    values: list[Predicate] = []
    rest: tuple[Filter, ...] = ()
    for before in reversed(history):
        pair = _differ(last, before)
        if pair is None or (values and pair[0] != values[0]):
            break
        rest = tuple(p for p in parts_of(last.where) if p != pair[0])
        values += [p for p in pair if p not in values]
    if not values:
        return None
    member = values[0].member
    both = Predicate(member=member, op="in", values=tuple(v for p in reversed(values) for v in p.values))
    return last.model_copy(update={"where": joined((*rest, both)), "group_by": (ByDimension(member=member),)})


def _differ(last: Aggregate, before: SemanticQuery) -> tuple[Predicate, Predicate] | None:
    """The only condition in which two queries differ, a value of one dimension each."""
    if not isinstance(before, Aggregate) or before.model_copy(update={"where": last.where}) != last:
        return None
    now, then = parts_of(last.where), parts_of(before.where)
    new, old = [p for p in now if p not in then], [p for p in then if p not in now]
    if len(new) != 1 or len(old) != 1:
        return None
    a, b = new[0], old[0]
    plain = isinstance(a, Predicate) and isinstance(b, Predicate) and a.op == b.op == "=" and a.member == b.member
    return (a, b) if plain and isinstance(a, Predicate) and isinstance(b, Predicate) else None
