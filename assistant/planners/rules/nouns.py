"""Nouns beside metrics: whose rows they are of, what a deed was done to, what a list goes on with, what was taken back.

In: a `Reading` whose metrics are being read. Out: whether a noun is a number of its own; one that is not is used up. A noun that is
only some of a metric's rows (campaign sales) is never passed over. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.clauses import is_preceded
from assistant.planners.rules.draft import MissingTest, NumberTest, ValueTest
from assistant.planners.rules.headcounts import is_bare_head
from assistant.planners.rules.kin import own_limit
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.where_done import THINGS_ASKED

_OF_ROWS = re.compile(r"(?<![a-z])(?:for|from|of|on|among|across|over)(?: all| our| the)* $")


def having_one(r: Reading, at: int, tables: set[str]) -> None:
    """store sales, campaign orders: of the rows that belong to one, where not all of them do."""
    for entity in () if r.follows is not None else (r.world.model.entities[e] for e in r.entities(at)):
        paths = [path for table in tables if (path := r.world.graph.path(table, entity.table)) is not None]
        own = tuple(d for d in (*r.dimensions(at), *entity.columns) if entity.table in r.world.homes(d))
        if paths and own and not r.is_person(at) and THINGS_ASKED.match(r.text.text, r.tokens[at].end) is None:
            r.tests.append(MissingTest(at, own[:1], missing=False))
            r.take(at)
            return


def counted_once(r: Reading) -> None:
    """新注册了多少会员: a count of people that stands right beside another count of people is the same count; so is 人数, wherever."""
    count = r.world.counts.get(r.world.model.domain.entity)
    for asked in [a for a in r.asked if a.names[:1] == (count,) and 0 <= a.at < len(r.tokens)]:
        reach = len(r.tokens) if is_bare_head(r.tokens[asked.at]) and not _did_it(r, asked.at) else 1
        near = [a for a in r.asked if a is not asked and a.names and abs(a.at - asked.at) <= reach]
        if any(r.world.counts_people(a.names[0]) for a in near) and r.tokens[asked.at].has("count", "people") | (
            not r.tokens[asked.at].text.isascii()
        ):
            r.asked.remove(asked)


def _did_it(r: Reading, at: int) -> bool:
    """拉了多少新、多少人下单: a number of those who did what stands behind it."""
    return at + 1 < len(r.tokens) and bool(r.tokens[at + 1].of("behaviour"))


BARE_UNIT = re.compile("(?:各|有|是|分别|都)*(?:多少|几)?(?P<unit>[件单张份人家个笔])(?:数|量)?")


def counted_in_its_unit(r: Reading) -> None:
    """投诉最多的城市，各有多少件: a bare number in the unit of another metric is that metric."""
    metrics = r.world.model.metrics
    ranked = r.ranking.metrics if r.ranking is not None else ()
    for asked in list(r.asked):
        said = BARE_UNIT.fullmatch(r.tokens[asked.at].text) if 0 <= asked.at < len(r.tokens) else None
        others = {name for a in r.asked if a is not asked for name in a.names} | set(ranked)
        others |= {name for t in r.tests if isinstance(t, NumberTest) for name in t.metrics}  # 投诉数大于15的省份，分别多少件
        same = [
            n
            for n in others - set(asked.names)
            if (u := metrics[n].unit) is not None and said is not None and u.zh == said["unit"]
        ]
        if said is not None and same and r.world.is_count(same[0]) and not (_did_it(r, asked.at) or _is_listed(r, asked.at)):
            r.asked.remove(asked)
            if not r.asked:
                r.asked.append(replace(asked, names=(same[0],)))


def _is_listed(r: Reading, at: int) -> bool:
    """单量和取消单数: a number of its own, tied to another one."""
    marks = [(at + by, at + 2 * by) for by in (-1, 1) if 0 <= at + 2 * by < len(r.tokens)]
    return any(
        r.tokens[a].has("and") and not r.is_break(a) and not r.tokens[a].has("also") and r.tokens[b].of("metric")
        for a, b in marks
    )


_PARTICIPLE = re.compile(r"[a-z]+ (?:sent|created|opened|placed|raised|filed|received|answered|submitted)")


def rows_said_behind(r: Reading) -> None:
    """click rate for each campaign type, messages sent in September: of which rows the rates are, and when; not their number."""
    for asked in list(r.asked):
        others = [name for a in r.asked if a is not asked for name in a.names]
        token = r.tokens[asked.at] if 0 <= asked.at < len(r.tokens) else None
        if token is None or not _PARTICIPLE.fullmatch(token.text) or asked.at == 0 or not r.is_break(asked.at - 1) or not others:
            continue
        timed = r.beyond(asked.at, 1, "within")
        table = set(r.world.tables_of(asked.names[0])[:1]) if asked.names else set()
        rates = all(r.world.is_average(name) and table & set(r.world.tables_of(name)) for name in others)
        if rates and timed is not None and r.tokens[timed].time is not None:
            r.asked.remove(asked)


def take_back(r: Reading) -> None:
    """how often do buyers come back, I mean repurchase rate: what is meant is said behind."""
    marks = [i for i, t in enumerate(r.tokens) if t.has("i_mean") and not t.is_content]
    if not marks:
        return
    behind = [asked for asked in r.asked if asked.at > marks[0]]
    last = marks[0] >= len(r.tokens) - 2 and len(r.asked) > 1  # how many customers were around? active customers i mean
    if behind or last:
        r.asked = behind or [max(r.asked, key=lambda asked: asked.at)]
        r.take(*marks)


def asks_how(r: Reading) -> bool:
    """Whether it is asked how something is, and neither how many nor which, nor by what."""
    asks = any(t.has("how_is") and not t.has("count") and not t.is_content for t in r.pieces)
    counts = any(t.has("count", "list", "define") and not t.has("how_is") for t in r.pieces)
    return asks and not (counts or r.groups or r.ranking is not None or r.compare is not None or r.follows is not None)


def how_they_are(r: Reading) -> None:
    """how did the campaign go, 会员情况怎么样: not how many of them there are; what is recorded day by day (orders) is counted."""
    if not asks_how(r):
        return
    main = r.world.entity.table if r.world.entity is not None else None
    facts = set(r.world.fact_tables()) - {main}
    for asked in list(r.asked):
        token = r.tokens[asked.at] if 0 <= asked.at < len(r.tokens) else None
        entities = [s.name for s in token.of("entity")] if token is not None and not token.of("metric") else []
        if entities and not any(r.world.model.entities[e].table in facts for e in entities):
            r.asked.remove(asked)


def is_of_rows(r: Reading, at: int) -> bool:
    """conversion rate for sends this year: the rows of a rate that is asked for, no second number."""
    tables = {t for m in r.metrics(at) for t in r.world.tables_of(m)}
    rates = [s.name for t in r.tokens[:at] for s in t.of("metric") if r.world.is_average(s.name)]
    numbers = [d for t in r.tokens[:at] for s in t.of("dimension") if r.world.is_number(s.name) for d in r.world.homes(s.name)]
    medians = any(t.has("median") for t in r.tokens[:at]) and bool(set(numbers) & tables)  # median first response minutes for
    same = medians or any(set(r.world.tables_of(name)) == tables for name in rates)
    counts = bool(r.metrics(at)) and all(map(r.world.is_count, r.metrics(at)))
    first = at  # open rate of the text messages we sent: which of them, before their noun
    while first and _says_which(r, first - 1):
        first -= 1
    joined = (
        first > 0 and bool(r.tokens[first - 1].of("metric")) and " of " in r.tokens[first - 1].text
    )  # conversion of our campaign
    if not (same and counts and (joined or _OF_ROWS.search(r.text.text[: r.tokens[first].start]))):
        return False
    limit = own_limit(r.world, r.metrics(at)[0])
    if isinstance(limit, tuple):
        r.tests.append(ValueTest(at, ((limit[0], (limit[1],)),)))  # AOV of discounted orders
    r.strict.update([at] if limit is True else [])
    r.take(at)
    return True


def _says_which(r: Reading, at: int) -> bool:
    """of this year's wake-up coupon sends: which and when, before their noun."""
    token = r.tokens[at]
    return not token.of("metric") and (bool(token.of("value")) or token.time is not None)


_WHO = re.compile(r"(?<![a-z])(?:who|that)(?: have| has| had|'ve)? $")


def is_done_to(r: Reading, at: int) -> bool:
    """who clicked on any of our campaign messages: what they did it with, where another number is asked for."""
    verb = r.step(at, -1)
    while verb is not None and r.tokens[verb].of("value") and not r.tokens[verb].of("behaviour"):
        verb = r.step(verb, -1)  # who opened a wake-up coupon message
    if any(t.at == verb for t in r.tests_of_values()):
        return False  # 金卡会员工单类型为投诉的工单数: of what kind they are
    deeds = [b for s in r.tokens[verb].of("behaviour") if (b := r.world.behaviour(s.name))] if verb is not None else []
    own = {b.table for b in deeds}
    if not own or not r.metrics(at) or not all(r.world.is_count(m) and set(r.world.tables_of(m)) <= own for m in r.metrics(at)):
        return False
    who = any(t.has("who") or r.is_person(i) for i, t in enumerate(r.tokens[: verb or 0]))
    who = who or (verb is not None and _WHO.search(r.text.text[: r.tokens[verb].start]) is not None)
    who = who and not r.tokens[at].has("count")
    if who:
        r.take(at)
    return who


def listed_count(r: Reading, at: int) -> tuple[str, ...]:
    """NPS by touchpoint and survey responses, 销售额和订单: a noun at the end of a list of metrics is counted."""
    if _both_counted(r, at):
        return tuple(c for e in r.entities(at) if (c := r.world.counts.get(e)) is not None)
    if r.is_person(at) or not r.entities(at) or not any(asked.firm and asked.at < at for asked in r.asked):
        return ()
    if _OF_ROWS.search(r.text.text[: r.tokens[at].start]):
        return ()  # satisfied share by region, from the surveys
    behind = r.step(at, 1)
    if _shown_beside(r, at):
        return r.metrics(at)
    if not is_preceded(r, at, "and", "comma") or (behind is not None and r.metrics(behind)):
        return ()
    own = tuple(c for e in r.entities(at) if (c := r.world.counts.get(e)) is not None)
    tied = neighbour(r, at, -1)
    return r.metrics(at) or (own if tied is not None and any(asked.at == tied for asked in r.asked) else ())


def _shown_beside(r: Reading, at: int) -> bool:
    """sales by channel with orders: a number beside the first at the end of a message, of whatever has rows of its own."""
    tied = at - 1 if at and r.tokens[at - 1].text == "with" else 0
    before = next((i for i in range(tied - 1, -1, -1) if not r.is_break(i)), None)
    ends = all(r.is_break(i) for i in range(at + 1, len(r.tokens)))
    people = before is not None and (r.is_person(before) or bool(r.tokens[before].of("segment")))
    return before is not None and ends and not people and bool(r.groups)


def _both_counted(r: Reading, at: int) -> bool:
    """customers and orders by region, tickets and customers by region: two bare nouns, each counted, with what they are split by."""
    bare = r.tokens[at].text.isascii() and bool(r.entities(at)) and r.is_person(at) and not r.value_options(at)
    plain = bool(r.groups) and all(len(g.dimensions) < 2 for g in r.groups)  # channel: that of orders, or of joining
    if not bare or not plain or r.has_verbs() or r.follows is not None or any(t.of("segment") for t in r.tokens):
        return False
    for by in (-1, 1):
        tie, other = at + by, at + 2 * by
        tied = 0 <= other < len(r.tokens) and r.tokens[tie].text in ("and", ",") and any(asked.at == other for asked in r.asked)
        ends = min(at, other) == 0 or r.is_break(min(at, other) - 1)
        if tied and ends and r.tokens[other].of("entity") and r.tokens[other].text.isascii():
            return True
    return False


def are_its_rows(r: Reading, at: int, tables: set[str]) -> bool:
    """GMV of orders, 订单商品销售额: the rows that a metric is of, or what all of them belong to; campaign sales are some of all sales."""
    homes = {r.world.model.entities[e].table for e in r.entities(at)}
    told = {home for g in r.groups for d in g.dimensions for home in r.world.homes(d)}
    told |= {home for t in r.tests_of_values() for d, _ in t.options for home in r.world.homes(d)}
    if homes & told:
        return True  # store sales by store type: of which of them is said
    paths = [path for table in tables for home in homes if (path := r.world.graph.path(table, home)) is not None]
    return bool(homes & tables) or any(all(edge.missing != "drop" for edge in path) for path in paths)


def neighbour(r: Reading, at: int, by: int) -> int | None:
    """The token across an `and` or a comma."""
    near, ties = at + by, 0
    while 0 <= near < len(r.tokens) and r.tokens[near].has("and", "comma") and not r.tokens[near].senses:
        near += by
        ties += 1
    return near if ties and 0 <= near < len(r.tokens) else None


_IN_THEM = re.compile(
    r"(?<![a-z])(?:in|at|through|via|from|just|only|vs|and|than|is|are|as|prefers?"
    r"|(?:(?:did|do|does|have|has) )?(?:the|our))(?: the| our)? $"
)
_ACTS = re.compile(r"(?<![a-z])(?:did|do|does|have|has) (?:the|our) $")


def names_things(r: Reading, at: int) -> bool:
    """stores with more than 20 surveys: the stores themselves, though what was bought in store has a value of that name (store sales,
    in the shops, how much did the shops take)."""
    token = r.tokens[at]
    if token.of("entity") and token.of("value") and not token.text.isascii():
        return _ends_a_list(r, at)
    if not (token.text.isascii() and token.of("entity") and token.of("dimension") and token.of("value")) or r.is_person(at):
        return False
    behind = r.step(at, 1)
    joined = behind is not None and token.end + 1 == r.tokens[behind].start
    compound = joined and behind is not None and bool(r.metrics(behind) or r.entities(behind))
    before = r.text.text[: token.start]
    acts = _ACTS.search(before) is not None
    ends = behind is None or r.tokens[behind].time is not None or acts or r.tokens[behind].has("by", "per_group")
    return not (compound or (ends and _IN_THEM.search(before) is not None))


def _ends_a_list(r: Reading, at: int) -> bool:
    """列出上海的门店: things that are to be listed."""
    lists = any(t.has("list") and not t.is_content for t in r.tokens) and not r.has_person()
    ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
    return lists and ends and r.text.text[: r.tokens[at].start].endswith("的")
