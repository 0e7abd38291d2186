"""What people did it to is asked for, and no query says of what kind: what did they buy, 他们买了什么, what did they complain about.

In: a finished `Reading` and the query made of it. Out: the places of the deeds whose object is asked for, for `misread`, where the query
lists or counts the people themselves; which categories did they buy is asked by its noun. Never fails.
"""

import re

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, Records, SemanticQuery


def of_what(r: Reading, query: SemanticQuery) -> list[int]:
    """The places of all such deeds."""
    deeds = [t.verb for t in r.tests if isinstance(t, VerbTest) and t.did and 0 <= t.verb < len(r.tokens)]
    return [at for at in deeds if _asks_for(r, at)] if deeds and _is_of_people(r, query) else []


def asks_what_most(r: Reading) -> bool:
    """what did they buy most, 他们买得最多的是什么: things of no kind that a query could rank."""
    deeds = [at for at, t in enumerate(r.tokens) if t.of("behaviour") and not t.of("metric")]
    return any(_asks_for(r, at) or (_MOST.match(r.text.text, r.tokens[at].end) and _asked_before(r, at)) for at in deeds)


def _asked_before(r: Reading, at: int) -> bool:
    text = r.text.text
    found = _WHAT.search(text[: r.tokens[at].start])
    return found is not None or _ZH_END.search(text) is not None


_MOST = re.compile(r" (?:the )?most(?![a-z])|[得的]最多的?")
_ZH_END = re.compile("是(?:什么|啥)(?:东西|商品)?[呢啊?？]?$")


def _is_of_people(r: Reading, query: SemanticQuery) -> bool:
    if isinstance(query, Records):
        return query.entity == r.world.model.domain.entity
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)] if isinstance(query, Aggregate) else []
    alone = isinstance(query, Aggregate) and not query.group_by and len(names) == len(query.metrics)
    return alone and all(r.world.counts_people(name) for name in names)


def _asks_for(r: Reading, at: int) -> bool:
    text, token = r.text.text, r.tokens[at]
    asked = _WHAT.search(text[: token.start])
    told = asked is not None and _WHO.search(text[asked.end() : token.start]) is None
    return (told and _REST.match(text, token.end) is not None) or _ZH_WHAT.match(text, token.end) is not None


_WHAT = re.compile(
    r"(?<![a-z])what(?: else| all| (?:kind|sort)s? of things)?"
    r"(?:'ve|'re|'d|'s| did| do| does| have| has| had| are| were| is| was)(?: also| usually| mostly| mainly)? "
)
_WHO = re.compile(r"(?<![a-z])(?:who|that|whose|which)(?![a-z])")
"""what do customers who bought this year spend: they are told by what they did."""
_REST = re.compile(
    r"\W*$|[?.!,;]| (?:about|from us|lately|recently|then|there|again|in|last|this|over|during|since|on|by)(?![a-z])"
)
_ZH_WHAT = re.compile(
    r"[了过]?(?:一?些|点)?(?:什么|啥|哪些)(?:东西|玩意|商品|货|内容)?(?:呢|呀|啊|吗|的)?(?=$|[?？。,，!！;；])"
    "|(?:的|都)是(?:什么|啥)"
)
