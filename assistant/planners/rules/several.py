"""Several asks in one message: the sentences apart, each read after the one before it.

In: the text of a message that could not be read as one ask. Out: its parts, where there are several; the planner reads them in turn,
a later one may lean on an earlier one. Nothing fails.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.language.inflections import singular
from assistant.language.mentions import Piece
from assistant.planners.rules.edits import periods_in
from assistant.planners.rules.leads import lead_in, opens_lead, says_no_more, time_of_lead, told_apart
from assistant.planners.rules.reading import Reading
from assistant.ports import Context
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Records, SemanticQuery

_ENDS = re.compile(
    r"[?？。!！;；\n]+|(?:,|，|\s)*(?:另外|还有就是|顺便(?:再)?(?:看下|看看|问下)?|(?<![a-z])also,|(?<![a-z])and also(?![a-z])"
    r"|as well as (?=what|how|which))"
)
_MOST = 4


@dataclass(frozen=True, slots=True)
class After:
    """What a part may know of the conversation: the query of the part before it."""

    last: SemanticQuery | None = None
    history: tuple[SemanticQuery, ...] = ()


_WHETHER = re.compile(r"\s*(?:do|does|did|is|are|was|were|have|has)(?![a-z])|.*(?:是不是|有没有|是否|吗)", re.I)


def asks_whether(part: str) -> bool:
    """Whether a sentence is a yes-or-no question.

    >>> asks_whether("Do gold members spend more than the rest"), asks_whether("sales by region")
    (True, False)
    """
    return _WHETHER.match(part) is not None


def parts_of(text: str) -> tuple[str, ...]:
    """The sentences of a message; empty where it is only one, or too many.

    >>> parts_of("上个月销售额多少？按渠道看占比。")
    ('上个月销售额多少', '按渠道看占比')
    """
    found = tuple(part.strip(" ,，") for part in _ENDS.split(text) if part and part.strip(" ,，"))
    return found if 1 < len(found) <= _MOST else ()


def is_whole(r: Reading) -> bool:
    """Whether a sentence names something to count or measure by itself."""
    return any(t.of("metric") or (t.of("entity") and r.where("count", "list")) for t in r.tokens)


def says_when(r: Reading) -> bool:
    """Whether a sentence without a metric of its own has a time."""
    return any(t.time is not None for t in r.tokens) and not is_whole(r)


def is_timed(last: Interpretation) -> bool:
    """Whether the query has a period, or what was done in it."""
    query = last.queries[0] if last.queries else None
    share = query.share.part if isinstance(query, Aggregate) and query.share is not None else None
    deeds = periods_in(getattr(query, "where", None)) | periods_in(share)
    return getattr(query, "period", None) is not None or bool(deeds)


def shows_more(last: Interpretation, planned: Interpretation) -> bool:
    """Whether a further sentence only adds numbers to those of the sentence before it: 把各店的退款率也附上."""
    a, b = (p.queries[0] if p.queries else None for p in (last, planned))
    if not isinstance(a, Aggregate) or not isinstance(b, Aggregate) or not planned.carried:
        return False
    if a.group_by != b.group_by or a.where != b.where:
        return False
    return set(a.metrics) < set(b.metrics) or (a.metrics == b.metrics and a.order != b.order and a.having == b.having)


def asks_which_most(r: Reading) -> bool:
    """in which channel do people come back most?: a ranking by what is done, and by no number that is named."""
    done = any(t.of("behaviour") for t in r.tokens) and not any(t.of("metric") and not t.of("behaviour") for t in r.tokens)
    return done and bool(r.where("which") and r.where("most"))


def after_lead(
    parts: tuple[str, ...], lead: Reading, plan: Callable[[str, Context], Interpretation], context: Context
) -> Interpretation | None:
    """What two sentences come to, of which the first (`lead`) only leads to the second, or asks whether something else is so."""
    if len(parts) != 2 or not (asks_whether(parts[0]) or opens_lead(parts[0])):
        return None
    then = plan(parts[1], After())
    shown = _in_its_time(lead, then, parts[1], plan)
    alone = lead_in(lead, shown)
    if only_leads(alone, shown, parts[1]) or says_no_more(alone, shown, parts[1]):
        return told_apart(shown, lead, parts[0])
    if not asks_whether(parts[0]):
        return None
    return beside(plan(parts[0], context), then, parts[0]) if goes_further(parts, then) else None


def _in_its_time(
    lead: Reading, then: Interpretation, text: str, plan: Callable[[str, Context], Interpretation]
) -> Interpretation:
    """what are people contacting us about this month? tickets by type: the second in the time that only the first one says."""
    when = time_of_lead(lead)
    timed = when is None or not then.queries or getattr(then.queries[0], "period", when) is not None
    return then if timed else plan(f"{text} {when}", After())


def only_leads(lead: Reading, then: Interpretation, text: str) -> bool:
    """do high-value customers get deeper discounts? discount rate by value tier: the first sentence says no more than what it is for.

    `then`: the second, `text`, understood by itself; no number, time or name stands in the first that is not in what the second shows."""
    query = then.queries[0] if then.queries else None
    if not isinstance(query, Aggregate) or not query.group_by or not asks_whether(lead.text.original):
        return False
    shown = {group.member for group in query.group_by if isinstance(group, ByDimension)}
    shown |= {use.metric for use in query.metrics if isinstance(use, MetricUse)}
    told = [t for t in lead.tokens if any(t.of(kind) for kind in ("value", "dimension", "metric", "segment"))]
    others = any(t.time is not None or t.number is not None or t.comparison is not None for t in lead.tokens)
    others = others or any(t.role == "unread" for t in lead.tokens)
    named = [t for t in told if not all(s.kind in ("entity", "behaviour") for s in t.senses)]
    return (
        bool(shown)
        and not others
        and any(_is_shown(lead, t, shown) for t in named)
        and all(_may_lead(lead, t, shown, text) for t in named)
    )


_FURTHER = re.compile(r"(?:and|also|plus|then)(?![a-z])|再|顺便|另外|还有|同时|并", re.I)


def goes_further(parts: tuple[str, ...], then: Interpretation) -> bool:
    """Is shoes our weakest category? And sales by store type: two things, of which the second is of no shoes."""
    query = then.queries[0] if then.queries else None
    split = isinstance(query, Aggregate) and bool(query.group_by)
    return len(parts) == 2 and asks_whether(parts[0]) and split and _FURTHER.match(parts[1]) is not None


def beside(first: Interpretation, then: Interpretation, words: str) -> Interpretation:
    """Both answers; the second alone where the first sentence was not understood, which is told."""
    if first.queries and first.clarification is None and first.refusal is None:
        return replace(first, rest=(then,))
    return replace(then, issues=(*then.issues, Issue("set-aside", "assumption", params={"words": words})))


def _is_shown(lead: Reading, token: Piece, shown: set[str]) -> bool:
    tags = [json.loads(lead.world.model.segments[s.name].where or "{}").get("member") for s in token.of("segment")]
    return any(name in shown for name in (*(s.name for s in token.senses), *tags))


def _may_lead(lead: Reading, token: Piece, shown: set[str], text: str) -> bool:
    """A name of what is shown, a word that is as well a deed (complain more), or one that is said again (discounts, discount rate)."""
    again = singular(token.text) in text.lower()
    return _is_shown(lead, token, shown) or again or bool(token.of("behaviour")) or not (token.of("value") or token.of("segment"))


def measures_anew(last: Interpretation, planned: Interpretation, lead: Reading) -> bool:
    """Whether a further sentence asks again, and by what, for what a question before it (`lead`) asked: one for yes or no, for the first

    of them, or one that names no number itself (which categories get refunded most? refund rate, last quarter)."""
    whether = asks_whether(lead.text.original) or asks_which_most(lead)
    a, b = (p.queries[0] if p.queries else None for p in (last, planned))
    if not isinstance(a, Aggregate) or not isinstance(b, Aggregate) or not a.group_by or a.group_by != b.group_by:
        return False
    anew = whether and bool(planned.carried) and (a.metrics, a.period) != (b.metrics, b.period)
    same = a.where == b.where and (
        (a.limit == 1 and b.limit is None) or (a.metrics == b.metrics and not a.period and bool(b.period))
    )
    return b.share is None and (anew or same)  # …actually converts? conversion for each type, since New Year: when is said behind


def so_many(last: Interpretation | None, r: Reading) -> Interpretation | None:
    """who spent the most in the past 90 days? Top 30 customers and how much each one spent: the first 30 of that very order."""
    query = last.queries[0] if last is not None and last.queries else None
    sizes = [t.number.value for t in r.tokens if t.number is not None and t.number.kind == "rank"]
    told = any(t.time is not None or t.of("segment") or t.of("value") or t.comparison is not None for t in r.tokens)
    if last is None or not isinstance(query, Records) or query.limit != 1 or len(sizes) != 1 or told:
        return None
    return replace(last, queries=(query.model_copy(update={"limit": int(sizes[0])}),))


def says_only_when(r: Reading, last: Interpretation) -> str | None:
    """AOV by gender? Q3 orders: the words of a sentence that only says of when the rows of the one before it are."""
    query = last.queries[0] if last.queries else None
    content = [t for t in r.tokens if t.is_content]
    times = [t for t in content if t.time is not None]
    names = [s.name for t in content if t not in times for s in t.of("metric")]
    metrics = [m.metric for m in query.metrics if isinstance(m, MetricUse)] if isinstance(query, Aggregate) else []
    tables = {table for name in metrics for table in r.world.tables_of(name)}
    rows = bool(names) and all(r.world.is_count(n) and set(r.world.tables_of(n)) <= tables and n not in metrics for n in names)
    asks = any(t.has("count", "list", "by", "which", "how_much", "share") and not t.is_content for t in r.tokens)
    return times[0].text if len(times) == 1 and len(content) == 2 and rows and not asks and not is_timed(last) else None


_OF_EACH = re.compile(r"(?<![a-z])(?:for|of|in|by) each(?![a-z])(?! other)|(?<![a-z])each of them|各|分别")


def takes_away(r: Reading, first: Interpretation, then: Interpretation) -> bool:
    """Whether a further sentence leaves something out (skip cities with …) and does not go on from what the first one shows."""
    opens = next((t for t in r.tokens if t.role != "break"), None)
    if first.queries and getattr(first.queries[0], "limit", None) == 1 and _OF_EACH.search(r.text.text):
        return True  # which category gets returned the most? return rate for each: of all of them, the best is one
    if opens is None or opens.is_content or not opens.has("except", "drop") or not (first.queries and then.queries):
        return False
    shown, more = first.queries[0], then.queries[0]
    if not isinstance(shown, Aggregate) or not isinstance(more, Aggregate):
        return False
    return not set(shown.metrics) <= set(more.metrics)
