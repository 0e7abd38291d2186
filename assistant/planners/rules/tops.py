"""How many are ranked, and of what: top 5, 前十, the three lowest, the best three months, which flagship store.

In: a `Reading`. Out: the place of the number that says how many, or None; the things that a value is a kind of. Never fails.
"""

import re
from dataclasses import replace
from typing import get_args

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Asked, Group, Ranking
from assistant.planners.rules.kin import thing_of_kind, things_of_value
from assistant.planners.rules.lists import HIGH, LOW, columns_asked
from assistant.planners.rules.nouns import names_things
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import AMONG
from semantic_layer.query import Grain

DIRECTED = (*HIGH, *LOW)
GRAINS: frozenset[str] = frozenset(get_args(Grain))
_COUNT_UNITS = ("piece", "person", "order", None)


def ranked_number(r: Reading) -> int | None:
    """top 5, 前十, 后三; or a bare count beside a noun where a superlative says what for (最低的三个区域, which 3 provinces)."""
    for at, token in enumerate(r.tokens):
        ranked = token.number is not None and token.number.kind in ("rank", "rank_last")
        if r.free(at) and ranked and not token.has("since_last") and not _FIRST_TIME.fullmatch(token.text):
            return at  # 最后一次评价 is one of somebody's, no rank
    alone = _lone_number(r)
    which = any(t.number is not None and at and r.tokens[at - 1].has("which") for at, t in enumerate(r.tokens))
    if alone is not None or not (which or r.where(*DIRECTED, "sort", "descending", "ascending", "compare_high")):
        return alone  # which 5 cities have the most loyal customers: most is a part of their name
    return _bare_count(r)


_FIRST_TIME = re.compile("(?:第一|头一)[次回]")
"""近90天头一回买美妆的: when they first did it, and no rank."""
_GIVES = re.compile(
    r"(?:给我|取|留|要|挑|选|拿)(?:出|下|最?前)?$|(?<![a-z])(?:give me|just|take|keep|only)(?: the)?(?: first| top)? $"
)


def _bare_count(r: Reading) -> int | None:
    """最低的三个区域, which 3 provinces: a count beside the noun that is ranked."""
    for at, token in enumerate(r.tokens):
        number = token.number
        if number is not None and number.unit in GRAINS and _is_superlative_of(r, at):
            return at
        if (
            r.free(at)
            and number is not None
            and number.kind == "cardinal"
            and number.unit in _COUNT_UNITS
            and isinstance(number.plain, int)
        ):
            if _counts_values(r, at, int(number.plain)):
                continue
            beside = [r.step(at, 1), r.step(at, -1), r.beyond(at, 1, "refer", "within", "of_which")]
            if (behind := r.step(at, 1)) is not None and r.is_only(behind, "with", "refer") and r.where(*DIRECTED):
                return at  # name the three with the top open rate
            people = behind is not None and (describes_people(r, behind) or r.tokens[behind].of("segment"))
            if people and r.tokens[at].text.isascii() and r.where(*DIRECTED):
                return at  # 15 at-risk gold members who spent the most
            if (ahead := r.step(at, -1)) is not None and r.tokens[ahead].has("list") and not r.tokens[ahead].is_content:
                return at  # 从高到低取20个
            if _GIVES.search(r.text.text[: r.tokens[at].start]) and (behind is None or r.is_break(behind)):
                return at  # 按近一年消费从高到低给我50个
            if any(n is not None and _is_ranked(r, n, ahead=n == behind) for n in beside):
                return at
    return None


def _is_ranked(r: Reading, noun: int, *, ahead: bool) -> bool:
    """Whether so many of a noun are asked for: 3 provinces, 3 community stores with the smallest AOV."""
    named = bool(r.dimensions(noun) or r.entities(noun)) or r.tokens[noun].has(*DIRECTED, "which")
    return named or (ahead and thing_of_kind(r, noun) is not None and bool(r.where(*DIRECTED)))


def _lone_number(r: Reading) -> int | None:
    """show ten of them, 给我10个: how many of what was shown before, and nothing else."""
    if r.follows is None:
        return None
    made = next((at for at, t in enumerate(r.tokens) if t.number is not None and at and r.tokens[at - 1].text == "make it"), None)
    content = [made] if made is not None else [at for at, t in enumerate(r.tokens) if t.is_content or t.number is not None]
    number = r.tokens[content[0]].number if len(content) == 1 and r.free(content[0]) else None
    whole = number is not None and number.kind == "cardinal" and isinstance(number.plain, int) and number.unit in _COUNT_UNITS
    return content[0] if whole and not r.tokens[content[0]].senses else None


def of_those_people(r: Reading, number: int) -> bool:
    """金卡会员里近一年消费最多的20个, of our gold members the top 20 by spend: people are the only ones who were spoken of."""
    token = r.tokens[number].number
    ends = number + 1 == len(r.tokens) or r.is_break(number + 1) or r.tokens[number].text.isascii()
    if token is None or token.unit not in (None, "piece") or not ends or r.follows is not None or token.value < 1:
        return False
    text = r.text.text  # 金卡里近90天花钱最多的20个: they are people, whatever they are called
    within = [i for i, t in enumerate(r.tokens) if describes_people(r, i) and AMONG.match(text, t.end)]
    named = sorted({*within, *(at for at in range(len(r.tokens)) if r.is_person(at))})
    things = [
        at for at, t in enumerate(r.tokens) if at not in named and (t.of("entity") or t.of("dimension")) and not r.metrics(at)
    ]
    if things and named:
        shown = columns_asked(r)[1]  # …最多的20个，带上城市
        things = [at for at in things if at not in shown]
    numbers = {at for at in things if all(r.world.is_number(s.name) for s in r.tokens[at].of("dimension")) and r.dimensions(at)}
    return bool(named) and named[0] < number and not set(things) - numbers


def _counts_values(r: Reading, at: int, number: int) -> bool:
    """满减和折扣两类: a number that only counts the values before it."""
    pointed = r.text.text[: r.tokens[at].start].endswith(("这", "那", "以上", "these "))
    if pointed and sum(bool(t.of("value")) for t in r.tokens[:at]) == number:
        return True  # 满减、折扣…，今年这五类活动
    place, values = at - 1, 0
    while place >= 0 and (r.tokens[place].of("value") or r.tokens[place].has("and", "or", "comma")):
        values += bool(r.tokens[place].of("value"))
        place -= 1
    return values == number > 1


def _is_superlative_of(r: Reading, at: int) -> bool:
    """最低的3个月, the best three months: a word for most or least right beside a length of time, which no period is of."""
    near = (r.step(at, -1), r.step(at, 1))
    beside = any(n is not None and r.tokens[n].has(*DIRECTED) and not r.tokens[n].senses for n in near)
    number = r.tokens[at].number
    whole = number is not None and number.kind == "cardinal" and isinstance(number.plain, int)
    return r.free(at) and beside and whole and r.tokens[at].time is None


def of_kind(r: Reading, ranking: Ranking) -> Ranking:
    """业绩排前五的社区店, of our member day campaigns the three with the top open rate: things that a value is a kind of.

    Only stores with 20 responses, which five had the lowest NPS: else the one kind of thing that was spoken of."""
    kinds = [(at, name) for at in range(len(r.tokens)) if (name := thing_of_kind(r, at)) is not None]
    kinds += [
        (at, names[0])
        for at in range(1, len(r.tokens))
        if (_WHICH_ONE.fullmatch(r.tokens[at - 1].text) or _ranks_it(r, at - 1)) and (names := things_of_value(r, at))
        if not r.world.is_key(names[0])
    ]
    asked = [at for at, _ in kinds if at > 0 and r.tokens[at - 1].has("which")]  # which flagship store sells the most
    if (ranking.limit is None and not asked) or r.groups or r.has_person():
        return ranking
    found = next(iter(kinds), None)
    if found is None and r.follows is None:
        things = [
            (at, d) for at in range(ranking.at) if r.free(at) and r.entities(at) and not r.metrics(at) for d in r.dimensions(at)
        ]
        alone = len(things) == 1 and (names_things(r, things[0][0]) or not r.value_options(things[0][0]))
        found = things[0] if alone else None
        r.take(found[0] if found is not None else None)
    if found is None:
        return ranking
    r.groups.append(Group(found[0], (found[1],)))
    return replace(ranking, target=(found[1],))


def things_by(r: Reading) -> Ranking | None:
    """Shanghai stores by sales this year, women's wear brands by units: things, all of them, in the order of a number of theirs."""
    by = next(
        (
            at
            for at in r.where("by")
            if r.tokens[at].text == "by" and at and r.metrics(at + 1 if at + 1 < len(r.tokens) else None)
        ),
        None,
    )
    if by is None or r.groups or r.follows is not None or any(r.metrics(i) or r.is_person(i) for i in range(by)):
        return None
    if any(t.has("count", "share", "by", "each_other", "list") and not t.is_content for t in r.tokens[:by]):
        return None
    nouns = [(at, tuple(d for d in r.dimensions(at) if r.world.is_groupable(d))) for at in range(by) if r.free(at)]
    things = [(at, names) for at, names in nouns if names and (r.entities(at) or not r.value_options(at))]
    things = things or [(at, (name,)) for at in range(by) if (name := thing_of_kind(r, at)) is not None]
    if len(things) != 1 or any(r.world.is_number(d) or r.world.is_date(d) for d in things[0][1]):
        return None
    at, names = things[0]
    r.groups.append(Group(at, names))
    r.asked.append(Asked(by + 1, r.metrics(by + 1)))
    ranking = Ranking(by + 1, metrics=r.metrics(by + 1), target=names)
    r.take(by, by + 1, at if r.tokens[at].of("dimension") else None)
    return ranking


def _ranks_it(r: Reading, at: int) -> bool:
    """top 5 dresses, 销量前5的连衣裙: the number stands right before it."""
    token, before = r.tokens[at], r.tokens[at - 1] if at else None
    if before is not None and before.number is not None and token.has("sells_high", "sells_low") and token.text.isascii():
        return True  # 10 best selling dresses
    if (
        before is not None
        and before.has("most", "least")
        and not before.senses
        and token.of("behaviour")
        and token.text.isascii()
    ):
        return token.text.endswith(("ed", "en", "ght", "sold"))  # 5 most viewed shoes
    return token.number is not None and token.number.kind in ("rank", "rank_last")


_WHICH_ONE = re.compile("(?:是|为)?哪一?[场次期波档款家]|which")
"""哪场唤醒券打开率最高: one of the things that a value is a kind of."""


def of_the_number(r: Reading, ranking: Ranking, number: int | None) -> Ranking:
    """What is ranked by the number alone: units of time, people, things that a value is a kind of."""
    token = r.tokens[number] if number is not None else None
    if token is not None and token.number is not None and number is not None and token.number.unit in GRAINS:
        r.groups.append(Group(number, grain=token.number.unit))  # type: ignore[arg-type]
        return replace(ranking, target=(token.number.unit,))
    counted = (
        token is not None and token.number is not None and token.end >= token.number.end
    )  # top 3 member day campaigns: no members
    persons = counted and token is not None and token.number is not None and token.number.unit == "person"
    named = _things_ranked(r, number) if persons else None
    if named is not None:
        r.groups.append(Group(*named))
        return replace(ranking, target=named[1])
    if not r.groups and (persons or (number is not None and of_those_people(r, number))):
        r.listed = True
        return replace(ranking, target=(r.world.model.domain.entity,))
    return of_kind(r, ranking)


def _things_ranked(r: Reading, number: int | None) -> tuple[int, tuple[str, ...]] | None:
    """门店销售额前十名, 上海的门店9月业绩前五名: the things in front of what ranks them, of which there are so many places."""
    measure = r.step(number, -1) if number is not None and r.tokens[number].text.endswith("名") else None
    if measure is not None and r.tokens[measure].has("most", "least") and not r.tokens[measure].senses:
        measure = r.step(measure, -1)  # 订单数最高的三名
    thing = r.step(measure, -1) if measure is not None and r.tokens[measure].of("metric") else None
    while thing is not None and r.tokens[thing].time is not None:
        thing = r.step(thing, -1)
    people = any(r.is_person(at) or t.has("people") for at, t in enumerate(r.tokens) if at != number)
    names = tuple(d for d in r.dimensions(thing) if r.world.is_groupable(d)) if thing is not None and not people else ()
    if thing is None or not names or not (r.tokens[thing].of("entity") or not r.tokens[thing].of("value")):
        return None
    r.take(thing)
    return thing, names


def tells_whose(r: Reading, at: int) -> bool:
    """what do early adopters buy most: a tag that people have or not says whose, and not which of them."""
    flag = any(r.world.model.dimensions[d].type == "boolean" for d in r.dimensions(at))
    return flag and at > 0 and r.tokens[at - 1].text == "what" and bool(r.tokens[at].of("segment") or r.tokens[at].of("value"))
