"""Another part of the same whole: 高价值客户贡献了几成, then 忠诚客户呢; what high-value customers bought, then what about early adopters?

In: a `Reading` of a message that names one value and nothing else, and the numbers before it. Out: the share of that value, the numbers
of that kind of people; None where the message says anything more, or narrows what was shown. Never fails.
"""

import re

from assistant.language.values import Sense
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Predicate, SemanticQuery, Share

_OPENS = re.compile("(?:and|what about|how about|那么?)(?![a-z])")


def another_part(r: Reading, last: SemanticQuery) -> Aggregate | None:
    """The same share with another value as its part; the same numbers of people of another kind."""
    place = _only_word(r)
    if not isinstance(last, Aggregate) or place is None:
        return None
    part = last.share.part if last.share is not None else None
    if not isinstance(part, Predicate):
        return _other_kind(r, last, place)
    if (other := _other_whole(r, last, place)) is not None:
        return other
    if any(t.at == place and t.rank is not None for t in r.tests_of_values()):
        return None  # 金卡及以上呢: more than that one
    value = _value(r, place, part.member)
    if value is None or (value.name == part.member and value.value in part.values):
        return None
    r.take(place)
    new = Predicate(member=value.name, op="=", values=(value.value,)) if value.value is not None else None
    return None if new is None else last.model_copy(update={"share": Share(part=new)})


def _other_whole(r: Reading, last: Aggregate, place: int) -> Aggregate | None:
    """what % of gold members are promo-sensitive, then and silver?: the same part, of others of the kind that the whole is of."""
    tests = [t for t in r.tests_of_values() if t.at == place and not t.negated and t.rank is None]
    for part in parts_of(last.where) if len(tests) == len(r.tests) == 1 else ():
        values = dict(tests[0].options).get(part.member) if isinstance(part, Predicate) and part.op in ("=", "in") else None
        if values is not None and isinstance(part, Predicate):
            r.take(place)
            new = Predicate(member=part.member, op="=" if len(values) == 1 else "in", values=values)
            return last.model_copy(update={"where": joined(tuple(new if p is part else p for p in parts_of(last.where)))})
    return None


def _only_word(r: Reading) -> int | None:
    """The one word of what about X, X 呢; None where the message says more, or narrows what was shown."""
    content = [at for at, t in enumerate(r.tokens) if t.is_content or t.role == "unread" or t.time or t.number or t.grain]
    within = any(t.has("within", "refer", "only", "neg", "except", "share") and not t.senses for t in r.tokens)
    asked = any(t.has("what_about") for t in r.tokens) or _OPENS.match(r.text.text) is not None
    return content[0] if len(content) == 1 and asked and not within else None


def _other_kind(r: Reading, last: Aggregate, place: int) -> Aggregate | None:
    """what high-value customers bought, then what about early adopters: one tag in place of another, who both are kinds of people."""
    tests = [t for t in r.tests_of_values() if t.at == place and not t.negated and len(t.options) == 1]
    tags = [p for p in parts_of(last.where) if isinstance(p, Predicate) and r.world.model.dimensions[p.member].tag]
    if len(r.tests) != 1 or len(tests) != 1 or len(tags) != 1 or tags[0].op != "=":
        return None
    name, values = tests[0].options[0]
    if name == tags[0].member or not r.world.model.dimensions[name].tag or any(t.has("and") for t in r.tokens):
        return None  # and price-sensitive ones: those of them, perhaps
    r.take(place)
    new = Predicate(member=name, op="=" if len(values) == 1 else "in", values=values)
    return last.model_copy(update={"where": joined(tuple(new if p is tags[0] else p for p in parts_of(last.where)))})


def _value(r: Reading, at: int, member: str) -> Sense | None:
    """The value of the same dimension, else of another one that says what people are like, as both do."""
    senses = r.tokens[at].of("value")
    same = next((s for s in senses if s.name == member), None)
    if same is not None or not describes_members(r, member) or r.tokens[at].of("metric"):
        return same
    tests = [t for t in r.tests_of_values() if t.at == at and not t.negated and len(t.options) == 1 and len(t.options[0][1]) == 1]
    known = tests[0].options[0] if len(tests) == 1 and len(r.tests) == 1 else None
    return Sense("value", known[0], known[1][0]) if known is not None and describes_members(r, known[0]) else None
