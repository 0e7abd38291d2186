"""The same thing of another year: 2026年国庆狂欢's open rate, then 去年那场呢, and last year's one?

In: a `Reading` of the message, the query before it, the names of the model. Out: that query of the thing with the same name and the other
year in it; None where the message says more than a year, or there is no such thing. Never fails.
"""

import re

from assistant.language.values import ValueIndex, fold
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Predicate, SemanticQuery

_ONE = re.compile(
    r"(?:那么?|那|再看看?|看看?|换成)?(?:上一年|去年|前年|今年|(?:20)?\d\d年)的?[那这]?一?[场次档波个期回]?(?:活动)?(?:的?怎么样|呢|的呢)?[?？]*"
    r"|(?:and |what about |how about |same for )*(?:the )?(?:last year's|this year's|20\d\d's|the 20\d\d)(?: one)?\?*"
    r"|(?:and |what about |how about |same for )*the one (?:of|in|from) (?:last year|20\d\d)\?*"
)
_NAMED = re.compile(r"(?P<year>20\d\d)(?P<rest>\D.*)")


def of_other_year(r: Reading, last: SemanticQuery, index: ValueIndex) -> Aggregate | None:
    """The query of the same name in the year that a message is nothing but."""
    times = [t.time for t in r.tokens if t.time is not None]
    start = times[0].period.start if len(times) == 1 else None
    if not isinstance(last, Aggregate) or last.period is not None or start is None or not _ONE.fullmatch(r.text.text.strip()):
        return None
    parts = parts_of(last.where)
    for place, part in enumerate(parts):
        value = part.values[0] if isinstance(part, Predicate) and part.op == "=" else None
        named = _NAMED.fullmatch(value) if isinstance(value, str) else None
        if named is None or not isinstance(part, Predicate) or int(named["year"]) == start.year:
            continue
        other = f"{start.year}{named['rest']}"
        senses = [sense for hit in index.find(fold(other)) for sense in hit.senses]
        if any(s.kind == "value" and s.name == part.member and s.value == other for s in senses):
            moved = part.model_copy(update={"values": (other,)})
            return last.model_copy(update={"where": joined((*parts[:place], moved, *parts[place + 1 :]))})
    return None
