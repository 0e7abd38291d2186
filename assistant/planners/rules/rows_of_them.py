"""How many of them: complaints in September, then how many of them are from gold members; new members by channel, then 有多少人下过单了.

In: the text of a message, the numbers before it and what was made of the two. Out: the same number of such rows, and no number of
people who did nothing of the kind; one number where one is asked for, and no longer one of each group. Never fails.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.qa import Interpretation
from semantic_layer.query import Aggregate

_OF_THEM = re.compile(
    r"^(?:and |so |ok |now |then )*how many of (?:them|those|these) (?:are|were|is|was|come|came|have|had) (?:from |by |of |in |at )?"
    r"(?P<such>[a-z0-9' -]{2,30}?)[?. ]*$",
    re.I,
)
_ONE_NUMBER = re.compile(
    r"^(?:那|那么|请问|然后|其中|里面|这里面|[,，])*有?(?:多少|几)(?:个|位)?(?:人|客户|会员|用户)?(?!钱|元|件|单|次|款|家|种|类)"
    r"|^(?:and |so |ok |now |then )*how many(?: of (?:them|those|these))?(?: people| customers| members)? "
    r"(?:have|has|had|are|were|did|bought|[a-z]+ed)(?![a-z])",
    re.I,
)
_EACH = re.compile(r"[每各]|分别|按|逐|(?<![a-z])(?:each|every|by|per|monthly|weekly|daily|split|still)(?![a-z])", re.I)


def rows_of_them(text: str, last: Aggregate, plan: Callable[[str], Interpretation]) -> Interpretation | None:
    """The number that was shown, of such rows only."""
    found = _OF_THEM.match(text)
    if found is None or last.share is not None or last.limit is not None or last.having:
        return None
    told = plan(f"only {found['such']}")
    query = told.queries[0] if len(told.queries) == 1 and told.clarification is None else None
    narrowed = isinstance(query, Aggregate) and query.metrics == last.metrics and query.where != last.where
    return as_one_number(text, last, told) if narrowed else None


def as_one_number(text: str, last: Aggregate, told: Interpretation) -> Interpretation:
    """One number, of all the groups that were shown together, where how many of them is asked for."""
    query = told.queries[0] if len(told.queries) == 1 and told.clarification is None else None
    if not isinstance(query, Aggregate) or not last.group_by or query.group_by != last.group_by or query.limit is not None:
        return told
    more = query.metrics == last.metrics and query.where != last.where and query.share is None and not query.having
    if not more or _ONE_NUMBER.match(text) is None or _EACH.search(text):
        return told
    return replace(told, queries=(query.model_copy(update={"group_by": (), "order": (), "compare": None}),))
