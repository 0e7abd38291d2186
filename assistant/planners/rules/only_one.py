"""People by how many different things there were: 只用过一个渠道的会员, members who bought in only one category.

In: a `Reading` and the query made of it. Out: the places of the nouns, for `unheld`: no query tells how many different ones somebody had,
and all people by that breakdown are not those. Never fails; the first or the best one, where one row is asked for, is no such thing.
"""

import re

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Records, SemanticQuery

_ONE = re.compile(
    r"(?:只[^，,。；;]{0,5}[一1](?:[个家种款类条]|个)|(?<![a-z])(?:only|just) (?:(?:in|at|from|on) )?(?:one|1|a single) )$"
)


def only_one(r: Reading, query: SemanticQuery) -> list[int]:
    """The places of the nouns behind only one, where it is of people or of what they did."""
    if not isinstance(query, Aggregate | Records) or query.limit is not None or not (r.has_person() or r.has_verbs()):
        return []
    nouns = [at for at, t in enumerate(r.tokens) if t.of("dimension") and not t.of("value")]
    return [at for at in nouns if _ONE.search(r.text.text[: r.tokens[at].start])]
