"""Another part of the same whole: 高价值客户贡献了几成, then 忠诚客户呢; of all tickets what % is logistics, then and complaints?

In: a `Reading` of a message that names one value and nothing else, and the share before it. Out: the share of that value, or None where the
message says anything more, or narrows what was shown. Never fails.
"""

import re

from assistant.language.values import Sense
from assistant.planners.rules.lists import describes_members
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Predicate, SemanticQuery, Share

_OPENS = re.compile("(?:and|what about|how about|那么?)(?![a-z])")


def another_part(r: Reading, last: SemanticQuery) -> Aggregate | None:
    """The same share with another value as its part."""
    part = last.share.part if isinstance(last, Aggregate) and last.share is not None else None
    content = [at for at, t in enumerate(r.tokens) if t.is_content or t.role == "unread" or t.time or t.number or t.grain]
    if not isinstance(last, Aggregate) or not isinstance(part, Predicate) or len(content) != 1:
        return None
    within = any(t.has("within", "refer", "only", "neg", "except", "share") and not t.senses for t in r.tokens)
    asked = any(t.has("what_about") for t in r.tokens) or _OPENS.match(r.text.text) is not None
    value = _value(r, content[0], part.member)
    if value is None or within or not asked or (value.name == part.member and value.value in part.values):
        return None
    r.take(content[0])
    new = Predicate(member=value.name, op="=", values=(value.value,)) if value.value is not None else None
    return None if new is None else last.model_copy(update={"share": Share(part=new)})


def _value(r: Reading, at: int, member: str) -> Sense | None:
    """The value of the same dimension, else of another one that says what people are like, as both do."""
    senses = r.tokens[at].of("value")
    same = next((s for s in senses if s.name == member), None)
    if same is not None or not describes_members(r, member) or r.tokens[at].of("metric"):
        return same
    tests = [t for t in r.tests_of_values() if t.at == at and not t.negated and len(t.options) == 1 and len(t.options[0][1]) == 1]
    known = tests[0].options[0] if len(tests) == 1 and len(r.tests) == 1 else None
    return Sense("value", known[0], known[1][0]) if known is not None and describes_members(r, known[0]) else None
