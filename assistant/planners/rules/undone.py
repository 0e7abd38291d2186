"""The others of those who were just counted: how many of them bought this month?, then list the ones who didn't; 没买的列出来.

In: a fresh `Reading` of a message and the query before it. Out: that query with its last deed left undone, at the same time, listed
where a list is asked for; None where the message says more than that, or nothing was done. Never fails.
"""

import re

from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Behaviour, MetricUse, Records, SemanticQuery

_DID_NOT = re.compile(
    r"(?:(?:ok|and|now|then|so|please|just|,) ?)*(?:(?:list|show|give|pull|get) (?:me |out )?)?(?:how many )?"
    r"(?:(?:the )?(?:ones?|others?|rest)|those|people|customers|members|which(?: ones)?)?(?: of them)? ?(?:who |that |which )?"
    r"(?:did(?:n't| not)|have(?:n't| not)|has(?:n't| not))(?: yet)?\W*(?:please)?\W*"
)
_LISTS = re.compile(r"(?<![a-z])(?:list|show|give|pull|get|who|which)(?![a-z])|列|名单|拉|是谁|哪些|导")


def who_did_not(r: Reading, last: SemanticQuery | None) -> SemanticQuery | None:
    """The query of the others."""
    parts = parts_of(getattr(last, "where", None))
    deeds = [part for part in parts if isinstance(part, Behaviour) and part.did]
    count = r.world.counts.get(r.world.model.domain.entity)
    people = isinstance(last, Records) and last.entity == r.world.model.domain.entity
    counted = isinstance(last, Aggregate) and last.metrics == (MetricUse(metric=count or ""),) and not last.share
    if not deeds or not (people or counted) or last is None:
        return None
    text = r.text.text.strip()
    if not (_DID_NOT.fullmatch(text) or _denies(r, deeds[-1])):
        return None
    where = joined(tuple(p.model_copy(update={"did": False}) if p is deeds[-1] else p for p in parts))
    asks_number = any(t.has("count") for t in r.tokens)
    if isinstance(last, Aggregate) and not asks_number and _LISTS.search(text):
        return Records(entity=r.world.model.domain.entity, where=where)
    if isinstance(last, Records) and asks_number:
        return Aggregate(metrics=(MetricUse(metric=count or ""),), where=where)
    return last.model_copy(update={"where": where})


def _denies(r: Reading, deed: Behaviour) -> bool:
    """没买的列出来: the same deed, denied, and nothing else said."""
    content = [t for t in r.tokens if t.is_content and not t.has("count", "list")]
    same = len(content) == 1 and deed.behaviour in {s.name for s in content[0].of("behaviour")}
    plain = not any(t.of("entity") or t.of("metric") or t.time for t in content)
    others = any(t.has("who", "people") and not t.has("filler") and t.is_content for t in r.tokens)
    return same and plain and not others and any(t.has("neg") for t in r.tokens) and "的" in r.text.text
