"""Whether a message that fits nothing of what was shown may be a question of its own: and NPS?, behind sales by category, is none.

In: a `Reading` of the message and the query before it. Out: yes or no. Never fails.
"""

from collections.abc import Sequence

from assistant.planners.rules.amongst import asks_what_share_that_is, leans_on
from assistant.planners.rules.leaning import leaves_out, only_asks_on, only_goes_on, rather_this, refers
from assistant.planners.rules.of_the_same import counts_them
from assistant.planners.rules.out_of_all import asks_of_all
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Records, SemanticQuery


def only_of_shown(r: Reading, last: SemanticQuery, problems: Sequence[Issue]) -> bool:
    """Whether a message speaks of what was shown and of nothing else. `problems`: what the model says against it."""
    leans = leans_on(r, last) or refers(r) or rather_this(r) or leaves_out(r) or only_asks_on(r)
    leans = leans or counts_them(r, last) or only_goes_on(r) or asks_what_share_that_is(r) or asks_of_all(r)
    leans = leans or r.text.text.startswith("占")  # 占所有女装客户的多少: of the part that was counted, and of none else
    return leans or (bool(problems) and _asks_numbers_only(r, last))


_OTHERS = ("count", "who", "list", "total", "define", "why")


def _asks_numbers_only(r: Reading, last: SemanticQuery) -> bool:
    """complaints, and NPS?, behind sales by category: they have no category, which is to be said, and no total of all in its place."""
    shown = isinstance(last, Records) and last.where is not None
    shown = shown or (isinstance(last, Aggregate) and bool(last.group_by or last.where))
    content = [t for t in r.tokens if t.is_content]
    other = any(t.role == "unread" or (t.has(*_OTHERS) and not t.is_content) for t in r.tokens)
    return shown and bool(content) and not other and all(t.of("metric") and not t.time for t in content)
