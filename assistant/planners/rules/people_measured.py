"""A number of people, of some of them only: 客户平均年龄, then 买过美妆的呢; spend per customer, then of those who complained.

In: the text of a message, the numbers before it, and how to read a question by itself. Out: the same numbers of those people, who are
named by what they did and by nothing else; None where the message says anything more, or the numbers count people. Never fails.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.planners.rules.conditions import Unbound, possible
from assistant.planners.rules.deed_times import ANY_TIME
from assistant.planners.rules.edits import carried_over, joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.several import After
from assistant.ports import Context
from assistant.qa import Interpretation
from semantic_layer.query import Aggregate, Behaviour, Calculation, Filter, MetricUse, Records

_HOW_MANY = re.compile("有多少|有几[个位]|how many")
_INSTEAD = re.compile("呢|(?:what|how) about", re.I)
_WHO = "(?:人|客户|会员|用户|顾客)"
_ZH = re.compile(
    r"^(?:那|那么|其中|再看看?|[,，])*(?:只看|只算|只要|就看|仅看)?(?:其中)?"
    rf"(?P<who>[^,，的]{{2,16}})的{_WHO}?(?:呢|看看|又?是多少)?[?？]?$"
)
_EN = re.compile(
    r"^(?P<lead>(?:and |but |ok |so |just |only |what about |how about |of |for |among )*)(?P<those>(?:of )?(?:those |the ones |people |"
    r"customers |members )?)(?P<who>who (?!are |is )[a-z0-9' -]{3,40}?)(?P<asks>[?.]?)$",
    re.I,
)
"""What people are named by and nothing else: 买过美妆的呢, of those who complained; who bought beauty."""


def counts_people(r: Reading, last: Aggregate) -> bool:
    """Whether numbers are numbers of people and nothing else."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    return len(names) == len(last.metrics) and all(r.world.counts_people(name) for name in names)


def people_asked(r: Reading, told: Interpretation) -> Aggregate | Records | None:
    """The number or the list of people, as they are, that a question by itself asks for; None where it asks for something else."""
    query = told.queries[0] if len(told.queries) == 1 and told.clarification is None and told.refusal is None else None
    entity = r.world.model.domain.entity
    count = (MetricUse(metric=r.world.counts.get(entity) or ""),)
    if isinstance(query, Records) and query.entity == entity:
        bare = not (query.columns or query.order or query.limit) and _HOW_MANY.search(r.text.text) is not None
        return Aggregate(metrics=count, where=query.where) if bare else query  # 有几个是高价值客户
    plain = isinstance(query, Aggregate) and query.metrics == count and query.compare is None and query.period is None
    return query if isinstance(query, Aggregate) and plain else None


def people_measured(
    text: str,
    last: Aggregate,
    read: Callable[[str], Reading],
    plan: Callable[[str, Context], Interpretation],
    *,
    sure: bool = False,
) -> Interpretation | None:
    """The last numbers, of the people whom a message names. `sure`: only where it can mean nothing else."""
    asked = _asked(text, sure=sure)
    if asked is None or counts_people(read(text), last) or (sure and not _is_of_people(read(text), last)):
        return None
    query = people_asked(read(asked), told := plan(asked, After()))
    parts = parts_of(query.where) if isinstance(query, Aggregate) and not query.group_by else ()
    if not parts or not all(isinstance(p, Behaviour) for p in parts):
        return None
    parts = tuple(_in_that_time(text, p, last) for p in parts)
    try:
        kept = (p for p in parts_of(last.where) if p not in parts and not (isinstance(p, Behaviour) and _INSTEAD.search(text)))
        where = possible(joined((*kept, *parts)))  # 买过美妆的, then 投诉过的呢: in their place
    except (Unbound, ValueError):
        return None
    made = last.model_copy(update={"where": where})
    return replace(told, queries=(made,), carried=carried_over(last, made))


def _in_that_time(text: str, part: Filter, last: Aggregate) -> Filter:
    """spend per customer this year, then of those who complained: this year; 投诉过的 did so at any time."""
    timed = not isinstance(part, Behaviour) or part.period is not None or not part.did or part.after is not None
    return part if timed or "过" in text or ANY_TIME.search(text) else part.model_copy(update={"period": last.period})


def _asked(text: str, *, sure: bool) -> str | None:
    """The same of customers, as a question of its own."""
    chinese, english = _ZH.match(text), _EN.match(text)
    if chinese is not None and not sure:
        return f"{chinese['who']}的客户有多少"
    if english is None or (sure and not (english["lead"] or english["those"]) and english["asks"] == "?"):
        return None  # average age, then who bought beauty?: who they are
    return f"how many customers {english['who']}"


def _is_of_people(r: Reading, last: Aggregate) -> bool:
    """Whether the numbers are of people as they are, or for each of them: average age, spend per customer."""
    facts = set(r.world.fact_tables()) - {r.world.model.entities[r.world.model.domain.entity].table}
    own = [m for m in last.metrics if isinstance(m, Calculation) and m.member and not facts & set(r.world.homes(m.member))]
    each = [m for m in last.metrics if isinstance(m, MetricUse) and _per_person(r, m.metric)]
    return len(own) + len(each) == len(last.metrics) > 0


def _per_person(r: Reading, name: str) -> bool:
    """Whether a metric is something for each of a number of people."""
    below = getattr(r.world.model.metrics.get(name), "denominator", None)
    return below is not None and r.world.counts_people(below)
