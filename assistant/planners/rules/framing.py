"""What frames a question without being asked: as of today, whose numbers, the only things that can be ranked.

In: a `Reading` between its other passes. Out: the same reading; a place that was understood is used up, one that must not be read
otherwise stays unread and is asked about. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.inflections import singular
from assistant.language.values import fold
from assistant.planners.rules.asked_when import asks_when
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Asked, Group, NumberTest
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.lists import HIGH, LOW
from assistant.planners.rules.moments import calendar_unit
from assistant.planners.rules.reading import Reading


def read_today(r: Reading) -> None:
    """dormant today: what people are is as of today anyway; it is when nothing else was done."""
    for at, token in enumerate(r.tokens):
        period = token.time.period if token.time is not None and token.time.kind != "anchored" else None  # 30 days after it
        before = r.step(at, -1)
        if period is None or period.start != r.today or before is None:
            continue
        timed = any(t.time is not None for i, t in enumerate(r.tokens) if i != at)  # opened in September, still in progress today
        if not describes_people(r, before) and not (timed and r.tokens[before].of("value")):
            continue
        r.take(at)


_AMONG_RANKED = re.compile(r"(?:里面?|里头|当中|其中|中间?).{0,10}?(?:几|多少)[家个人]|how many of (?:the|them|those)")


_THE_FIRST = re.compile("第[一二三1-3]名?的?[那这]一?[家个款场位种类]")


_SEEN_BY = re.compile("(?:就|只|只是)?(?:看|按|按照|以|论)(?:着|的是)?$|(?<![a-z])(?:by|in|going by|in terms of)(?: the)? $")


_FROM_END_TO_END = re.compile(
    r"(?<![a-z])from (?:the |our |its )?(?:worst|best|highest|lowest|most|least|biggest|smallest|strongest|weakest|top)(?![a-z])[^,.;?]*?"
    r" (?:down |up |all the way )*to (?:the )?(?:worst|best|highest|lowest|most|least|biggest|smallest|strongest|weakest|bottom)(?![a-z])"
)


def rank_as_told(r: Reading) -> None:
    """买得最多的五个品牌，看件数: the number behind it says what is most, and not how often it was done. From the worst category down to
    the best: all of them."""
    if r.ranking is not None and r.ranking.limit in (1, None) and _FROM_END_TO_END.search(r.text.text):
        r.ranking = replace(r.ranking, limit=None, single=False)
    verb = next((a for a in r.asked if r.ranking is not None and a.at == r.ranking.at), None)
    if verb is None or r.ranking is None or len(r.asked) != 2 or not r.tokens[verb.at].of("behaviour"):
        return
    told = next(a for a in r.asked if a is not verb)
    stop = max((i for i in range(told.at) if r.is_break(i)), default=-1)
    if verb.at < stop < told.at and len(told.names) == 1 and _SEEN_BY.search(r.text.text[: r.tokens[told.at].start]):
        r.asked = [told]
        r.ranking = replace(r.ranking, at=told.at, metrics=told.names)


def ask_of_ranked(r: Reading) -> None:
    """前10里面华东的有几家: a number of those ranked, which no query holds, and no ranking of a part: it is asked about."""
    ranks = [at for at, t in enumerate(r.tokens) if t.number is not None and t.number.kind in ("rank", "rank_last")]
    if ranks and r.ranking is not None and _AMONG_RANKED.search(r.text.text, r.tokens[ranks[0]].start):
        r.used.discard(ranks[0])
        r.strict.add(ranks[0])
    ordinals = [*ranks, *(at for at, t in enumerate(r.tokens) if t.number is not None and t.number.kind == "ordinal")]
    first = next((at for at in ordinals if r.share and _THE_FIRST.search(r.text.text, r.tokens[at].start)), None)
    if first is not None:  # 排第一的那家占全部门店业绩的百分之几
        r.used.discard(first)
        r.strict.add(first)


def ask_what_is_meant(r: Reading) -> None:
    """好的客户: good in which way? 注册当天就下单的: on that very day, which is no window that a query has."""
    for at, token in enumerate(r.tokens[:-1]):
        vague = token.has("vague") and token.has("filler") and r.is_person(at + 1)
        if vague and r.text.text[token.end : token.end + 1] not in ",，。":
            r.strict.add(at)
    two = next((at for at, t in enumerate(r.tokens) if t.comparator and "同比" in t.text and "环比" in t.text), None)
    if two is not None:  # 同比环比都给我: one comparison at a time
        r.used.discard(two)
        r.strict.add(two)
    deeds = [at for at, t in enumerate(r.tokens) if t.of("behaviour")]
    for at in deeds[:-1]:
        if r.text.text.startswith(("当天", "当日"), r.tokens[at].end):
            r.used.discard(at)
            r.strict.add(at)


def rank_things(r: Reading) -> None:
    """华南的门店，业绩最好的8家: what is ranked is the only thing named, though its name is also a value (sold in stores)."""
    if r.head != "aggregate" or r.ranking is None or r.ranking.limit is None or r.groups:
        return
    things = [t for t in r.tests_of_values() if 0 <= t.at < len(r.tokens) and r.tokens[t.at].of("entity") and not t.negated]
    places = [t.at for t in things] or [  # 北京的门店今年销售额前五: of the place it is in, where it needs no test of its own
        i for i, t in enumerate(r.tokens) if i in r.used and t.of("entity") and t.of("value") and not r.is_person(i)
    ]
    names = [s.name for s in r.tokens[places[0]].of("dimension")] if len(places) == 1 else []
    if names:
        r.tests = [t for t in r.tests if t not in things]
        r.groups.append(Group(places[0], tuple(names)))


def drop_subjects(r: Reading) -> None:
    """三季度投诉超过12件的城市，各多少件; messages sent this year: open rate by channel: whose numbers, and no number of its own."""
    limits = [t for t in r.tests if isinstance(t, NumberTest) and t.metrics and t.unit is not None]
    for asked in list(r.asked) if limits else ():
        token = r.tokens[asked.at] if 0 <= asked.at < len(r.tokens) else None
        how_many = token is not None and token.has("count") and any(_UNITS.get(token.text[-1]) == t.unit for t in limits)
        if how_many and not any(set(asked.names) & set(t.metrics) for t in limits):
            r.asked.remove(asked)
            r.asked.append(Asked(limits[0].at, limits[0].metrics))
    colon = next((i for i, t in enumerate(r.tokens) if t.role == "break" and ":" in t.text), None)
    heads = [a for a in r.asked if colon is not None and a.at < colon and a.names and r.world.is_count(a.names[0])]
    behind = [a for a in r.asked if colon is not None and a.at > colon and a.names]
    if heads and behind and all(r.tokens[a.at].text.isascii() for a in heads):
        r.asked = [a for a in r.asked if a not in heads]
    r.asked = [a for a in r.asked if not _said_first(r, a)]


def _said_first(r: Reading, asked: Asked) -> bool:
    """for the messages we sent this year, what were the open rate and the click rate: of which rows, and not how many they are."""
    if not asked.names or not r.world.is_count(asked.names[0]) or not 0 <= asked.at < len(r.tokens):
        return False
    start = next((r.tokens[i].end for i in range(asked.at - 1, -1, -1) if r.is_break(i)), 0)
    after = next((i for i in range(asked.at, len(r.tokens)) if r.is_break(i)), None)
    others = [n for a in r.asked if after is not None and a.at > after for n in a.names]
    table = set(r.world.tables_of(asked.names[0])[:1])
    rates = bool(others) and all(r.world.is_average(n) and table & set(r.world.tables_of(n)) for n in others)
    return rates and re.match(r" ?(?:and )?for (?:the|our|all|each|every)?", r.text.text[start:]) is not None


_UNITS = {"件": "piece", "单": "order", "人": "person", "次": "time"}


def read_used_to(r: Reading) -> None:
    """lost customers who used to be big spenders: lifetime spend over 10k. What they were is what stands behind the colon."""
    for at in r.where("used_to"):
        colon = next((i for i in range(at, len(r.tokens)) if r.tokens[i].text.startswith(":")), None)
        if colon is not None and any(t.comparison for t in r.tokens[colon:]):
            r.take(*range(at, colon))


_EACH = re.compile("[每各]|(?<![a-z])(?:each|every|per)(?![a-z])|一个$")


def rank_within_each(r: Reading) -> None:
    """for each region, the city with the most new customers; 每个大区投诉量排第一的城市: one is ranked within each of the other."""
    ranking, groups = r.ranking, [g for g in r.groups if g.dimensions]
    times = [g for g in r.groups if (g.grain or g.part) and 0 <= g.at < len(r.tokens) and asks_when(r.tokens[g.at])]
    if (
        ranking is not None
        and ranking.single
        and len(groups) == len(times) == 1
        and len(r.groups) == 2
        and _says_each(r, groups[0].at)
    ):
        r.ranking = replace(ranking, target=(times[0].grain or times[0].part or "",))  # 各大区哪个月销售额最高
        return
    if ranking is None or len(groups) != 2 or len(r.groups) != 2:
        return
    each = [g for g in groups if _says_each(r, g.at)]
    said = r.tokens[ranking.at] if 0 <= ranking.at < len(r.tokens) else None
    if not each and said is not None and (said.text.endswith("的") or r.text.text.startswith("的", said.end)):
        each = [g for g in groups if g.at < ranking.at]  # 按大区，取销售额排名第一的品类
    if len(each) != 1:
        return
    other = next(g for g in groups if g is not each[0])
    if other.dimensions == each[0].dimensions:
        r.ranking = replace(ranking, single=False)
        return  # which region sold the most? sales for each region
    words = r.tokens[ranking.at : ranking.at + 3] if ranking.at >= 0 else ()  # the channel where the refund rate was highest
    noun = r.tokens[other.at].text if 0 <= other.at < len(r.tokens) else ""
    first = any(word.has(*HIGH, *LOW) and ranking.at + i in r.used for i, word in enumerate(words))
    alone = first and (not noun.isascii() or singular(noun) == noun)
    r.ranking = replace(ranking, target=other.dimensions, single=ranking.single or (alone and ranking.limit is None))


def _says_each(r: Reading, at: int) -> bool:
    """Whether the word of a breakdown, or the one in front of it, says of each."""
    words = [r.tokens[i].text for i in (at - 1, at) if 0 <= i < len(r.tokens) and not (i < at and r.is_break(i))]
    return any(_EACH.search(word) for word in words)


_ALL = re.compile("(?:全部|所有|全体|整个)的?|总的?|all(?: the| of the| our)? ")
_OF_ALL = re.compile("(?:全部|所有|全体|整个|总)的?$|(?<![a-z])all(?: the| of the| our)? $")


def share_of_all(r: Reading) -> None:
    """女装占全部品类销售额的多少; orders with a discount as a percentage of all orders: the whole that a share is of is no breakdown, and
    no number of another kind."""
    if not r.share:
        return
    for group in [g for g in r.groups if len(r.groups) == 1 and g.dimensions]:
        before = r.text.text[: r.tokens[group.at].start] if 0 <= group.at < len(r.tokens) else ""
        tests = [t for t in r.tests_of_values() if not t.negated and {d for d, _ in t.options} & set(group.dimensions)]
        one = len(tests) == 1 and all(len(values) == 1 for _, values in tests[0].options)
        if one and _OF_ALL.search(before):
            r.groups.remove(group)
    for place, asked in enumerate(r.asked):
        told = r.tokens[asked.at].text if 0 <= asked.at < len(r.tokens) else ""
        whole = _ALL.match(told)
        rest = fold(told[whole.end() :]) if whole is not None and r.tests else ""
        plain = next((name for name in r.world.model.metrics if rest and rest in names_of(r.world, name)), None)
        if plain is not None:
            r.asked[place] = replace(asked, names=(plain,))


_EACH_OF = re.compile(r"(?<![a-z])(?:each|every)(?: one| single one)? of (?:the |these |those |our )?$")


def read_each_of(r: Reading) -> None:
    """active customers in each of the past 12 months: by month."""
    for at, token in enumerate(r.tokens):
        mention = token.time if not (at and r.tokens[at - 1].has("both")) else None  # who bought in each of them
        said = _EACH_OF.search(r.text.text[: token.start]) if mention is not None and mention.kind == "rolling" else None
        unit = calendar_unit(mention) if mention is not None and said is not None else None
        if said is not None and unit is not None and not any(g.grain for g in r.groups):
            r.groups.append(Group(at, grain=unit))
            r.take(*(i for i, t in enumerate(r.tokens) if said.start() <= t.start < token.start))
