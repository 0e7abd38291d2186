"""The others of those who were just counted: how many of them bought this month?, then list the ones who didn't; 没买的列出来.

In: a fresh `Reading` of a message and the query before it. Out: that query with its deed turned round (left undone, or done where it was
not), at the same time, listed where a list is asked for; None where the message says more than that, or there is no deed. Never fails.
"""

import re
from collections.abc import Sequence

from assistant.language.mentions import Piece
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.those_counted import whom
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Records, SemanticQuery

_DID_NOT = re.compile(
    r"(?:(?:ok|and|now|then|so|please|just|,) ?)*(?:(?:list|show|give|pull|get) (?:me |out )?)?(?:how many )?"
    r"(?:(?:the )?(?:ones?|others?|rest)|those|people|customers|members|which(?: ones)?)?(?: of them)? ?(?:who |that |which )?"
    r"(?:did(?:n'?t| not)|have(?:n'?t| not)|has(?:n'?t| not))(?: yet)?\W*(?:please)?\W*"
)
_LISTS = re.compile(r"(?<![a-z])(?:list|show|give|pull|get|who|which)(?![a-z])|列|名单|拉|是谁|哪些|导")


def who_did_not(r: Reading, last: SemanticQuery | None) -> SemanticQuery | None:
    """The query of the others: those who did not, and those who did where it was of those who did not."""
    if isinstance(last, Aggregate) and last.share is not None and last.share.part is not None:
        last = last.model_copy(
            update={"where": joined((*parts_of(last.where), last.share.part)), "share": None}
        )  # 占多少, then 没买的
    if not isinstance(last, Aggregate | Records) or (isinstance(last, Aggregate) and last.share):
        return None
    parts, text = parts_of(last.where), r.text.text.strip()
    done = [p for p in parts if isinstance(p, Behaviour) and p.did]
    turned = done[-1] if done and _DID_NOT.fullmatch(text) else _turned(r, parts)
    if turned is None:
        return None
    other = turned.model_copy(update={"did": not turned.did})
    where = joined(tuple(other if p is turned else p for p in parts))
    return _asked_of(r, last.model_copy(update={"where": where}), text)


def _asked_of(r: Reading, query: Aggregate | Records, text: str) -> SemanticQuery | None:
    """Listed or counted, as the message asks; as before where it does not say."""
    entity = r.world.model.domain.entity
    count = r.world.counts.get(entity)
    asks_number = any(t.has("count") for t in r.tokens)
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)] if isinstance(query, Aggregate) else []
    if isinstance(query, Aggregate) and not asks_number and _LISTS.search(text):
        if len(names) == 1 and r.world.counts_people(names[0]):
            return Records(entity=entity, where=whom(r, query, described=True))
        return None if _LISTS.search(text.replace("who", "")) else query
    if isinstance(query, Records) and query.entity != entity:
        return None
    if isinstance(query, Records) and asks_number:
        return Aggregate(metrics=(MetricUse(metric=count or ""),), where=query.where)
    return query


def _turned(r: Reading, parts: Sequence[Filter]) -> Behaviour | None:
    """The deed that a message turns round, which says nothing else: 没买的列出来, 没投诉过的呢, and those who did complain."""
    content = [t for t in r.tokens if t.is_content and not t.has("count", "list", "neg")]
    people = any(t.has("who", "people") and not t.has("filler") and t.is_content for t in r.tokens)
    if any(t.has("neg") and i + 1 < len(r.tokens) and not r.tokens[i + 1].is_content for i, t in enumerate(r.tokens)):
        return None  # 只打开没点的: what was not done is said behind
    if len(content) != 1 or people or any(content[0].of(kind) for kind in ("entity", "metric")) or content[0].time is not None:
        return None
    at = next(i for i, t in enumerate(r.tokens) if t is content[0])
    denied, whose = at > 0 and r.tokens[at - 1].has("neg"), _WHOSE.search(r.text.text) is not None
    for deed in reversed([p for p in parts if isinstance(p, Behaviour)]):
        if _MORE.search(r.text.text) and deed.after is None:
            continue  # 8月首单的客户, then 其中没再买过的: no more than that, which is another thing
        named = deed.behaviour in {s.name for s in content[0].of("behaviour")}
        if (named and whose and denied == deed.did) or (deed.did and _is_opposite(r, deed, content[0])):
            return deed
    return None


_MORE = re.compile("再|又|后来|之后|以后|此后|(?<![a-z])(?:again|since|any ?more|afterwards?|later)(?![a-z])")
_WHOSE = re.compile("的|(?<![a-z])(?:who|that|those|ones|people|customers|members)(?![a-z])")


def _is_opposite(r: Reading, deed: Behaviour, said: Piece) -> bool:
    """打开的, then 没打开的呢: a value of the rows that is the opposite of what was done."""
    known = r.world.behaviour(deed.behaviour)
    rows = rows_where(r.world, known.table, known.where) if known is not None and known.where else None
    values = {(s.name, s.value) for s in said.of("value")}
    return rows is not None and isinstance(rows[1], bool) and (rows[0], not rows[1]) in values
