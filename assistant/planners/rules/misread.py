"""What a question says by its very words and no query says: who has …, first orders, after we sent it, 他近90天买了几次.

In: a finished `Reading` and the query made of it. Out: the places of words for `kept` to ask about: whatever rule used them up, an answer
beside them would be another one. Never fails.
"""

import re
from itertools import pairwise

from assistant.language.values import fold
from assistant.planners.rules.asked_things import of_what
from assistant.planners.rules.asked_what import asked_what
from assistant.planners.rules.contrasts import SCOPE, THOSE
from assistant.planners.rules.contributed import contributed_most
from assistant.planners.rules.draft import DateTest, ValueTest, VerbTest
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.first_person import ranked_within
from assistant.planners.rules.first_times import FIRST
from assistant.planners.rules.going_on import goes_on, goes_on_since_nothing
from assistant.planners.rules.joined_long import only_so_late
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.means import mean_lost
from assistant.planners.rules.none_sold import not_of_things
from assistant.planners.rules.once_more import again_lost, funnel_lost, since_lost
from assistant.planners.rules.per_thing import per_nothing
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.running_now import running_now
from assistant.planners.rules.several_kinds import several_kinds
from assistant.planners.rules.unit_growth import grew_by_amount
from assistant.planners.rules.unsaid import unsaid
from semantic_layer.model import RatioMetric
from semantic_layer.query import Aggregate, Change, MetricUse, Predicate, Records, Retention, SemanticQuery


def misread(r: Reading, query: SemanticQuery) -> list[int]:
    """The places of all such words."""
    things = (
        described_by(r)
        + after_what(r)
        + adds_to_nothing(r, query)
        + deed_lost(r)
        + ranked_within(r, query)
        + averaged_over_time(r)
        + new_since_when(r)
        + not_of_things(r, query)
        + goes_on_since_nothing(r)
        + unsaid(r, query)
        + only_dropped(r)
        + one_kind(r)
        + retention_lost(r, query)
        + mean_lost(r, query)
        + of_what(r, query)
        + again_lost(r, query)
        + funnel_lost(r, query)
        + since_lost(r, query)
        + several_kinds(r)
        + contributed_most(r)
        + whence(r, query)
        + what_as_who(r, query)
        + one_before(r, query)
        + best_of_people(r, query)
        + listed_per(r, query)
        + gap_as_change(r, query)
        + per_nothing(r)
        + grew_by_amount(r, query)
        + only_so_late(r)
        + running_now(r, query)
        + asked_what(r, query)
        + people_as_numbers(r)
    )
    return [*who_it_is(r, query), *things, *first_dropped(r), *people_as_rate(r, query), *somebody_else(r)]


def retention_lost(r: Reading, query: SemanticQuery) -> list[int]:
    """9月销售额, then 留存率怎么样, as why sales moved: who came back is asked for, and nothing in the query says so."""
    words = [at for at, t in enumerate(r.tokens) if t.has("retention") and not t.is_content]
    return [] if isinstance(query, Retention) else words


def new_since_when(r: Reading) -> list[int]:
    """新品中卖得最好的三款, as all products: what is new was launched at some time, and none is said."""
    main = r.world.model.domain.entity
    if r.follows is not None or any(isinstance(t, DateTest) for t in r.tests):
        return []
    things = [i for i, t in enumerate(r.tokens) if t.text.startswith(("新", "new ")) and t.of("entity") and i in r.used]
    return [i for i in things if all(s.name != main for s in r.tokens[i].of("entity"))]


_AVERAGE = re.compile(r"(?:平均|average |avg )(?:number of |count of |num of )?(?P<of>.+)")


def averaged_over_time(r: Reading) -> list[int]:
    """每月平均订单数, average number of orders per month, as orders per buyer of each month: or as how many a month has?"""
    found = []
    for asked in r.asked if any(g.grain for g in r.groups) and r.follows is None else ():
        said = _AVERAGE.fullmatch(r.tokens[asked.at].text) if 0 <= asked.at < len(r.tokens) else None
        ratios = [m for name in asked.names if isinstance(m := r.world.model.metrics[name], RatioMetric)]
        counted = {n for m in ratios if r.world.is_count(m.numerator) for n in names_of(r.world, m.numerator)}
        found += [asked.at] if said is not None and fold(said["of"]) in counted else []
    return found


def deed_lost(r: Reading) -> list[int]:
    """new customers by channel, then how many of them have bought, as all of them: what they did is no condition."""
    if r.follows is None or r.tests or r.asked or r.columns or r.head is not None or r.ranking is not None or r.groups:
        return []
    plain = [
        i for i, t in enumerate(r.tokens) if i in r.used and t.of("behaviour") and not t.has("filler") and not r.helps_only(i)
    ]
    counts = any(t.has("count") and not t.is_content for t in r.tokens)
    return [i for i in plain if counts and all(s.kind == "behaviour" for s in r.tokens[i].senses)]


def who_it_is(r: Reading, query: SemanticQuery) -> list[int]:
    """who has unresolved complaints, as their number: people are asked for, and none are shown."""
    alone = isinstance(query, Aggregate) and not query.group_by and not query.metrics[1:]
    return [a.at for a in r.asked] if _WHO.match(r.text.text) and alone and r.follows is None else []


_WHO = re.compile(r"who(?: has| have|'s) (?!the|to|been)")


def described_by(r: Reading) -> list[int]:
    """触达转化的那些订单，销售额一共多少; sales from campaign orders: what tells of things is no number that is asked for beside theirs."""
    places = sorted(a.at for a in r.asked if 0 <= a.at < len(r.tokens)) if len(r.asked) > 1 and r.follows is None else []
    said = [(at, _THOSE_THINGS.match(r.text.text, r.tokens[at].end)) for at in places]
    told = [at for at, found in said if found is not None and "的" in r.tokens[at].text + found.group() and at < max(places)]
    of_it = [b for a, b in pairwise(places) if _OF_IT.fullmatch(r.text.text[r.tokens[a].end : r.tokens[b].start])]
    return told + of_it


_OF_IT = re.compile(r" (?:from|of|on|in|through) (?:the |our |all )?")
_THOSE_THINGS = re.compile("的[那这]些|[,，]")


def after_what(r: Reading) -> list[int]:
    """opened it but placed no order after we sent it, as no order at all: since then, which nothing in the query says."""
    told = any(isinstance(t, VerbTest) and (t.after is not None or t.behind is not None) for t in r.tests)
    told = told or any(isinstance(t, VerbTest) and t.within_days is not None for t in r.tests)
    found = _AFTER_WE.search(r.text.text) if not told else None
    return [i for i, t in enumerate(r.tokens) if found is not None and t.end > found.start()][:1]


_AFTER_WE = re.compile(
    r"(?<![a-z])(?:after|since) (?:we|they|you|i|he|she|it) (?!last)(?:was |were |had |have )?[a-z]{3,}"
    r"|within [0-9a-z]+ (?:days?|weeks?) of (?:it|that)"
)


def adds_to_nothing(r: Reading, query: SemanticQuery) -> list[int]:
    """把会员等级也带上, with nothing shown before, as a list of everybody: what is it to stand beside?"""
    whole = isinstance(query, Records) and query.where is None and query.limit is None and r.follows is None
    adds = [t for t in r.tokens if t.has("add") and t.has("also") and not t.is_content]
    named = [at for at in range(len(r.tokens)) if r.is_person(at) or r.tokens[at].has("people")]
    people = any(not (at + 1 < len(r.tokens) and r.tokens[at + 1].of("dimension")) for at in named)  # 会员 of 会员等级
    return [c.at for c in r.columns] if whole and adds and not people else []


def first_dropped(r: Reading) -> list[int]:
    """first orders this year by month, 首单渠道分布, as all orders: that it is the first one is held by a deed that is so, or by none."""
    deeds = [d for t in r.tests if isinstance(t, VerbTest) for d in (t, t.after) if d is not None]
    if r.follows is not None or r.first_rows is not None or any(d.first or not d.did for d in deeds):
        return []  # not before then; have yet to place their first order
    verbs = [i for i, t in enumerate(r.tokens) if t.senses and all(s.kind == "behaviour" for s in t.senses)]
    said = [i for i in verbs if FIRST.search(r.tokens[i].text)]
    told = [i for i in said if r.tokens[i].text != "first" or any(t.of("behaviour") for t in r.tokens[i + 1 : i + 2])]
    return (told or [i for i in said if i and r.tokens[i - 1].has("by")])[:1]  # revenue by first purchase channel


def only_dropped(r: Reading) -> list[int]:
    """customers who only bought during promotions, 只买折扣订单的客户, as all who bought: that they did nothing else is no condition."""
    if r.follows is not None:
        return []
    verbs = {t.verb for t in r.tests if isinstance(t, VerbTest) and t.did and t.at_most is None}
    marks = [i for i in r.where("only") if not r.tokens[i].is_content and not SCOPE.match(r.tokens[i].text)]
    marks = [i for i in marks if not THOSE.match(r.text.text, r.tokens[i].start)]
    marks = [i for i in marks if (to := r.step(i, 1)) is None or not goes_on(r, to)]  # keep buying
    paid = {t.at for t in r.tests if isinstance(t, ValueTest) and _is_of_deeds(r, t)}  # who paid by Alipay only
    return [i for i in marks if _next_deed(r, i) in verbs or r.step(i, -1) in verbs or r.step(i, -1) in paid][:1]


def _is_of_deeds(r: Reading, test: ValueTest) -> bool:
    """Whether a value is of what people did and of nothing that they are, where people are listed or counted."""
    entity = r.world.entity
    people = r.head == "records" or any(r.world.counts_people(n) for a in r.asked for n in a.names)
    return (
        people and entity is not None and not any(r.world.is_about(r.world.model.dimensions[d], entity) for d, _ in test.options)
    )


def _next_deed(r: Reading, at: int) -> int | None:
    """What stands behind a word, a time passed over: 只在9月买过."""
    to = r.step(at, 1)
    return r.step(to, 1) if to is not None and r.tokens[to].time is not None else to


def one_kind(r: Reading) -> list[int]:
    """只含一种品类的订单, orders with only one category, as a breakdown by it: how many different ones there are in each."""
    said = _ONE_KIND.search(r.text.text) if r.follows is None else None
    return [g.at for g in r.groups if said is not None and 0 <= g.at < len(r.tokens) and r.tokens[g.at].start == said.end()]


_ONE_KIND = re.compile(
    r"(?:(?:只|仅|单)(?:[含有买包]+|跨)(?:了|过)?|包含|含有?|跨了?)(?:[一两二三四五1-5]|单一?|多)(?:个|种|类)(?:不同的?)?"
    r"|(?<![a-z])(?:with|of|from|in|contain(?:s|ing)?|includ(?:es|ing)|has|have|having) (?:only |just |exactly |more than |at least )?"
    r"(?:one|two|three|a single|multiple|several|1|2|3) (?:different |distinct )?"
)


def people_as_rate(r: Reading, query: SemanticQuery) -> list[int]:
    """9月转化的客户有多少, as a rate: how many people is no per cent."""
    names = (
        [m.metric for m in query.metrics if isinstance(m, MetricUse)] if isinstance(query, Aggregate) and not query.share else []
    )
    rates = bool(names) and all(r.world.model.metrics[name].format == "percent" for name in names)
    entity = r.world.model.domain.entity
    people = [at for at, t in enumerate(r.tokens) if any(s.name == entity for s in t.of("entity"))]
    behind = (next((t for t in r.tokens[at + 1 :] if not t.has("filler")), None) for at in people)
    beside = [*(t for t in behind if t is not None), *(r.tokens[at - 1] for at in people if at)]
    return [a.at for a in r.asked] if rates and any(t.has("count") and not t.is_content for t in beside) else []


def somebody_else(r: Reading) -> list[int]:
    """谁是消费最高的客户, then 他近90天买了几次, as everybody's: the one who was shown, which nothing in the query says."""
    return [0] if r.follows is None and r.tokens and _HE.match(r.text.text) else []


_HE = re.compile("(?:那|那么|所以)?[他她它](?!们)")


def gap_as_change(r: Reading, query: SemanticQuery) -> list[int]:
    """为什么9月华东比华南卖得多, as why the sum of both moved since August: what tells the two apart is no change in time."""
    sides = [p for p in parts_of(query.where) if isinstance(p, Predicate) and p.op == "in"] if isinstance(query, Change) else []
    tells = [at for at, t in enumerate(r.tokens) if t.has("versus", "more_than_other", "each_other") and not t.is_content]
    return tells if sides and r.follows is None and not any(t.comparator for t in r.tokens) else []


def people_as_numbers(r: Reading) -> list[int]:
    """new vs returning customers, orders this quarter, as three numbers: whose orders they are is asked."""
    said = [a.at for a in r.asked if 0 <= a.at < len(r.tokens) and a.names and r.world.counts_people(a.names[0])]
    beside = [to for at in said for by in (-1, 1) if (to := r.step(at, by)) is not None and r.tokens[to].has("versus")]
    more = any(a.names and not r.world.counts_people(a.names[0]) for a in r.asked)
    return beside if more and r.follows is None else []


def whence(r: Reading, query: SemanticQuery) -> list[int]:
    """where do our new customers come from, as how many there are: by what is not said, and their number is no answer."""
    plain = isinstance(query, Aggregate) and not query.group_by and query.where is None and r.follows is None
    asked = _WHENCE.search(r.text.text) if plain else None
    return [i for i, t in enumerate(r.tokens) if asked is not None and t.end > asked.start("where")][:1]


def one_before(r: Reading, query: SemanticQuery) -> list[int]:
    """sales last week and the one before, as last week alone: a second time that nothing was set against the first."""
    said = _ONE_BEFORE.search(r.text.text) if isinstance(query, Aggregate) and query.compare is None else None
    several = isinstance(query, Aggregate) and any(isinstance(m, MetricUse) and m.period is not None for m in query.metrics)
    if said is None or several:
        return []
    return [i for i, t in enumerate(r.tokens) if said.start() <= t.start < said.end() and t.text.startswith("before")]


_ONE_BEFORE = re.compile(r"(?<![a-z])and the (?:one|ones|two|three) before(?: (?:that|it))?(?![a-z])")


def what_as_who(r: Reading, query: SemanticQuery) -> list[int]:
    """what do our diamond members buy most, by money, as a list of those members: things are asked for, and not who bought them."""
    people = isinstance(query, Records) and r.world.entity is not None and query.entity == r.world.entity.name
    asked = _WHAT_DONE.search(r.text.text) if people and r.follows is None else None
    return [i for i, t in enumerate(r.tokens) if asked is not None and t.of("behaviour") and t.end > asked.start("what")][:1]


_WHAT_DONE = re.compile(r"^(?:and |so |hey,? |hi,? )?(?P<what>what) (?:do|did|have|are|were) (?!you |i )")


def best_of_people(r: Reading, query: SemanticQuery) -> list[int]:
    """what level are our best customers, as the level of most of all: by what they are best is not said, and nothing tells them."""
    everybody = isinstance(query, Aggregate) and query.where is None and r.follows is None
    counted = everybody and all(isinstance(m, MetricUse) and r.world.is_timeless(m.metric) for m in query.metrics)  # type: ignore[union-attr]
    best = [at for at in range(1, len(r.tokens)) if r.is_person(at) and r.tokens[at - 1].has("best", "worst")]
    return [at - 1 for at in best if counted and not r.tokens[at - 1].is_content]


def listed_per(r: Reading, query: SemanticQuery) -> list[int]:
    """searches per customer, as a list of those who searched: how often each did it, or all of them on average, is another number."""
    people = isinstance(query, Aggregate) and all(
        isinstance(m, MetricUse) and r.world.is_timeless(m.metric) for m in query.metrics
    )
    if not (isinstance(query, Records) or people) or r.follows is not None:
        return []
    per = [at for at in range(1, len(r.tokens) - 1) if r.tokens[at].text == "per" and r.is_person(at + 1)]
    return [at for at in per if r.tokens[at - 1].of("behaviour") and r.tokens[at - 1].text.endswith("s")]


_WHENCE = re.compile(
    r"(?:^|[,.;?!] ?|and |so |show me )(?P<where>where) (?:do|did|does|are|is|have|has)(?![a-z]).* (?:from|through)\W*$"
)
