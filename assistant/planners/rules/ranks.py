"""Order and limit: top N, the three lowest, which … most, sorted by, fastest growing.

In: a `Reading`. It gains a `Ranking`: the direction, the limit, what orders (a metric, an attribute, the growth of one), and the
noun that is ranked, which becomes a breakdown or, for people, the list.
"""

import re
from dataclasses import replace
from typing import Literal

from assistant.language.inflections import singular
from assistant.planners.rules.asked_when import asks_one_time, only_time_asked
from assistant.planners.rules.by_date import by_date, dates_that_order
from assistant.planners.rules.draft import Asked, Group, NumberTest, Ranking
from assistant.planners.rules.growth import only_compares
from assistant.planners.rules.kin import kind_of, rate_of
from assistant.planners.rules.kinds import kind_of_thing, kinds_asked
from assistant.planners.rules.lists import HIGH, LOW, lists_people
from assistant.planners.rules.numeric import measured
from assistant.planners.rules.people_by import people_by
from assistant.planners.rules.reading import Reading, says_kinds
from assistant.planners.rules.tops import DIRECTED, of_the_number, ranked_number, tells_whose, things_by


def read_ranking(r: Reading) -> None:
    """The one ranking of a question, if there is any."""
    if (ranking := by_date(r)) is not None:
        r.ranking = ranking
        return
    number = ranked_number(r)
    word = _superlative(r)
    if word is not None and number is None and only_compares(r, word):
        r.take(word)
        return
    sort = next(iter(r.where("sort")), None)
    order = next(iter(r.where("descending", "ascending")), None)
    if number is None and word is None and sort is None and order is None:
        r.ranking = things_by(r) or people_by(r)
        return
    anchor = next(at for at in (number, word, sort, order) if at is not None)
    other = _other_end(r, word) if number is None else None
    if other is not None:  # 哪个最多，哪个最少: all of them, in order
        r.take(other)
        sort = sort if sort is not None else word
    ranking = Ranking(anchor, _falls(r, number, word, order), _limit(r, number))
    ranking = _graded(r, ranking, word)
    asks_many = any(
        t.text in _MANY or (t.has("list", "sort") and _ALL.search(r.text.text, t.start, t.end + len(" all"))) for t in r.pieces
    )
    asks_many = asks_many or _ALL_OUT.search(r.text.text) is not None or _asks_each(r, word)
    r.take(number, word, sort, order, *(i for i in r.where("sort") if not r.tokens[i].is_content))
    ranking = _grown(r, ranking, word)
    ranking = _target(r, ranking, number, word, sort)
    ranking = replace(
        ranking, single=number is None and word is not None and sort is None and not asks_many and _is_singular(r, ranking, word)
    )
    r.ranking = _measure(r, ranking, word, sort)


_ALL = re.compile(r"[全都]|(?<![a-z])all(?![a-z])")
"""全列出来, list them all: which is highest, and the others too."""
_ALL_OUT = re.compile("[全都]部?(?:给我|帮我)?(?:排|列|摆)一?[下排列出]")
_EACH_TOO = re.compile(
    r"(?:[?？,，;；。.]| -).*(?:(?<![a-z])(?:for|of|in|by) each(?![a-z])(?! other)|(?<![a-z])each of them|[各每]个?[一-鿿]|分别|each one)"
)


def _asks_each(r: Reading, word: int | None) -> bool:
    """which category gets returned the most? return rate for each: the best is asked, and all of them behind it."""
    if word is None or re.search("[各每]", r.text.text[: r.tokens[word].start]):
        return False  # 每个大区里投诉最多的是哪个城市，各有多少件: the best of each
    return _EACH_TOO.search(r.text.text, r.tokens[word].end) is not None


_TO = re.compile(r"(?:(?<![a-z])to (?:the )?|[到至])$")
"""from the highest growth rate to the lowest."""
_MANY = ("哪些", "哪几个", "有哪些", "哪几家", "哪几种")


def _is_singular(r: Reading, ranking: Ranking, word: int | None) -> bool:
    """Whether one thing is asked for: which city, 最高的渠道; not which cities."""
    at = next((g.at for g in r.groups if g.dimensions == ranking.target or g.grain in ranking.target), None)
    tested = not ranking.target and len(r.groups) == 1 and any(isinstance(t, NumberTest) for t in r.tests)
    at = r.groups[0].at if at is None and tested and r.groups[0].dimensions else at  # 点击率最低但发送量超过1000的活动
    if at is None and not any(
        g.dimensions for g in r.groups
    ):  # 周几销售额最高, which month had the highest sales: one part of the time
        return asks_one_time(r, word)
    if at is None or at < 0 or at >= len(r.tokens):
        return False
    text = r.tokens[at].text
    noun = text.partition(" of ")[0].rpartition(" ")[2]  # which types of campaign convert best: types
    return not text.isascii() or singular(noun) == noun


def _superlative(r: Reading) -> int | None:
    found = [at for at in r.where(*DIRECTED) if not r.tokens[at].is_content or _is_first(r, at)]
    if found:
        return found[0]
    asked = any(r.tokens[at].has("which") and (n := r.step(at, 1)) is not None and r.dimensions(n) for at in range(len(r.tokens)))
    if asked or _which_of_them(r):
        return next(
            (at for at in r.where("compare_high", "compare_low") if not r.tokens[at].of("metric") and _grades(r, at)), None
        )
    return None


def _which_of_them(r: Reading) -> bool:
    """各品类的复购率哪个高: which of what stands in front, and the word for high right behind."""
    for at in r.where("which"):
        behind = at + 1 if at + 1 < len(r.tokens) and r.tokens[at + 1].has("compare_high", "compare_low") else None
        groups = any(r.dimensions(i) and not r.value_options(i) and not r.metrics(i) for i in range(at))
        if behind is not None and groups and any(r.metrics(i) for i in range(at)):
            return True
    return False


def _grades(r: Reading, at: int) -> bool:
    """Whether 高, 低, 多 say how something is (客单价高, 哪个低): they stand behind it; 低分评价 are bad ones, 比8月多 more than then."""
    if r.tokens[at].text.isascii():
        return True
    before, after = r.beyond(at, -1, "comparative", "more_than_other"), r.step(at, 1)
    graded = before is not None and (
        r.metrics(before) or r.behaviours(before) or r.dimensions(before) or r.tokens[before].has("which", "money_verb")
    )
    ends = after is None and (before is None or r.tokens[before].comparator is None)
    return bool(graded) or ends or (after is not None and r.tokens[after].has("filler"))


def _other_end(r: Reading, word: int | None) -> int | None:
    """A superlative of the other direction, behind a stop or an `and`."""
    if word is None:
        return None
    ends = (LOW, HIGH) if r.tokens[word].has(*HIGH) else (HIGH, LOW)
    found = next(
        (at for at in r.where(*ends[0]) if at > word + 1 and not r.tokens[at].has(*ends[1]) and not r.tokens[at].senses), None
    )
    if found is None:
        return None
    tied = any(r.is_break(i) or r.tokens[i].has("and") for i in r.between(word, found))
    return found if tied or _TO.search(r.text.text[: r.tokens[found].start]) else None


def _is_first(r: Reading, at: int) -> bool:
    """第一: an ordinal that is the top of something; 第一次下单 is none."""
    token = r.tokens[at]
    if r.text.text[token.end :].startswith(("次", "回", "单", "笔")):
        return False
    return token.number is not None and token.number.kind == "ordinal" and not token.senses and not token.time


def _falls(r: Reading, number: int | None, word: int | None, order: int | None) -> bool:
    if order is not None and not (word is not None and number is not None):
        return not r.tokens[order].has("ascending")
    if word is not None:
        return not r.tokens[word].has(*LOW, "compare_low") or r.tokens[word].has(*HIGH)
    token = r.tokens[number] if number is not None else None
    return token is None or token.number is None or token.number.kind != "rank_last"


def _limit(r: Reading, number: int | None) -> int | None:
    token = r.tokens[number] if number is not None else None
    if token is None or token.number is None:
        return None
    value = int(token.number.value)
    return value if value >= 1 else None


_MUCH = re.compile("最(?:厉害|狠|猛|凶)")


def _graded(r: Reading, ranking: Ranking, word: int | None) -> Ranking:
    """Best and worst go by whether up is good for the metric; so do fast and slow, for what takes long has a high number."""
    order = next((t for t in r.pieces if t.has("ascending", "descending") and _PACE.match(t.text)), None)
    if word is None and order is not None:  # slowest first, 从慢到快: what takes longest comes first
        return replace(ranking, good=_PACE.match(order.text)["fast"] is not None)  # type: ignore[index]
    numbered = _NUMBERED.match(r.tokens[ranking.at].text) if word is None else None  # worst 10 stores by refund rate
    if numbered is not None:
        return replace(ranking, good=numbered["good"] is not None)
    if word is None or not r.tokens[word].has("best", "worst", "fastest", "slowest"):
        return ranking
    if _MUCH.search(r.tokens[word].text):
        return ranking  # 退货最厉害: most of it, good or bad
    return replace(ranking, good=r.tokens[word].has("best", "fastest"))


_NUMBERED = re.compile(r"(?:the )?(?:(?P<good>best)|worst) ")
_PACE = re.compile(r"(?:from |从|由)?(?:(?P<fast>fast|quick|快)|slow|慢)")


def _grown(r: Reading, ranking: Ranking, word: int | None) -> Ranking:
    """增长最快, fell most, sorted by growth: the order goes by the rate of change."""
    for at in r.where("grow", "shrink"):
        token = r.tokens[at]
        if token.of("metric") or token.of("dimension"):
            continue
        r.take(at)
        little = (
            word is not None and r.tokens[word].has("least", "slowest") and not r.tokens[word].has("worst", "most", "steepest")
        )
        falls = ranking.descending if token.has("grow") else little  # the worst fall is the largest one
        graded = word is not None and r.tokens[word].has("worst") and token.has("grow")  # the worst growth is the smallest one
        for more in r.where("grow", "shrink", "steepest", "fastest", "best", "most"):
            if not r.tokens[more].is_content:
                r.take(more)
        return replace(ranking, part="growth", descending=falls and not graded, good=False if graded else None)
    told = r.beyond(word, 1, "share") if word is not None and r.tokens[word].has("best", "worst") else None
    if word is not None and told is not None and r.tokens[told].has("change_word") and not r.tokens[told].is_content:
        r.take(*range(word, told + 1))  # the worst % change in sales
        return replace(ranking, part="growth", good=r.tokens[word].has("best"))
    changed = r.step(word, -1) if word is not None and r.tokens[word].has("steepest") else None
    if changed is not None and r.tokens[changed].text in ("变化", "变动") and not r.tokens[changed].is_content:
        r.used.discard(changed)
        r.strict.add(changed)  # 变化最大的大区: up or down, which no order holds
    return ranking


def _target(r: Reading, ranking: Ranking, number: int | None, word: int | None, sort: int | None) -> Ranking:
    """What is ranked: the noun beside the number, else behind the superlative, else the one that `which` asks for."""
    if number is None and only_time_asked(r, word):
        return ranking  # best day of the week for store sales: no store
    for at in (at for at in _places(r, number, word, sort) if not (tells_whose(r, at) or dates_that_order(r, at, ()))):
        dimensions = kinds_asked(r, at) or tuple(
            d for d in r.dimensions(at) if r.world.is_groupable(d) and not r.world.is_number(d)
        )
        if r.is_person(at) or (r.tokens[at].has("people") and r.tokens[at].has("money_verb")):
            r.listed = True
            return replace(ranking, target=(r.world.model.domain.entity,))
        if dimensions or r.tokens[at].grain is not None:
            if _is_measure_of(r, at) or (word is not None and at == r.beyond(word, 1) and r.metrics(at) and not r.entities(at)):
                continue  # lowest satisfaction: the score, and not what kind of people
            if at and r.tokens[at - 1].has("kind_noun", "by") and says_kinds(r.tokens[at - 1]) and kind_of_thing(r, at - 1):
                return replace(ranking, target=r.groups[-1].dimensions)  # 各类活动的活动转化率排个名
            grain = r.tokens[at].grain
            r.groups.append(Group(at, dimensions, grain.grain if grain else None))
            r.take(at)
            for near in (r.step(at, -1),):
                if near is not None and r.free(near) and r.tokens[near].has("which", "by") and not r.tokens[near].is_content:
                    r.take(near)
            return replace(ranking, target=dimensions or (grain.grain if grain else "",))
    return of_the_number(r, ranking, number)


def _is_measure_of(r: Reading, at: int) -> bool:
    """`by` before a noun that is also a metric says what orders, not what is ranked."""
    before = r.step(at, -1)
    return before is not None and r.tokens[before].has("by", "sort") and bool(r.metrics(at))


def _places(r: Reading, number: int | None, word: int | None, sort: int | None) -> list[int]:
    out: list[int | None] = []
    if number is not None:
        out += [r.beyond(number, 1, *DIRECTED, "total", "refer"), r.beyond(number, -1, "which", "by", *DIRECTED)]
    out += [n for at in r.where("which") if (n := r.beyond(at, 1, "total", *DIRECTED)) is not None]
    if word is not None:
        first = r.beyond(word, 1)
        unit = r.step(first, 1) if first is not None and r.metrics(first) else None
        out += [unit] if unit is not None and r.tokens[unit].grain is not None else []  # best sales day
        out += [first, _noun_behind(r, word), _noun_before(r, word)]
    measure = r.step(sort, -1) if sort is not None else None
    if measure is not None and r.tokens[measure].of("metric"):
        before = r.step(measure, -1)
        timed = before is not None and r.tokens[before].time is not None
        out.append(r.step(before, -1) if timed and before is not None else before)  # 门店业绩排名, 门店今年业绩排名
    if sort is not None:
        out += [at for at in (r.beyond(sort, 1), r.beyond(sort, -1)) if at is not None and not r.tokens[at].of("metric")]
    out += [
        r.step(at, 1) for at in out if at is not None and r.value_options(at) and not r.is_person(at)
    ]  # top 5 beauty products
    return [at for at in out if at is not None and (r.free(at) or r.is_person(at))]


def _noun_before(r: Reading, word: int) -> int | None:
    """the city with the most complaints"""
    before = r.step(word, -1)
    if before is None or not r.tokens[before].has("with"):
        return None
    return r.step(before, -1)


def _noun_behind(r: Reading, word: int) -> int | None:
    """highest *spending* cities, 卖得最好的品类: the next noun in the same stretch."""
    at = r.step(word, 1)
    while at is not None:
        if r.free(at) and r.dimensions(at) and not (r.tokens[at].has("by")):
            before = r.step(at, -1)
            if before is None or not r.tokens[before].has("by", "with"):
                return at
        at = r.step(at, 1)
    return None


def _measure(r: Reading, ranking: Ranking, word: int | None, sort: int | None) -> Ranking:
    """What orders: `by` a metric; the one beside the superlative; the one before the number."""
    counted = _counted(r, ranking, word) if _measured_later(r, word) else ranking
    if counted is not ranking:
        return counted
    for at in _measure_places(r, ranking, word, sort):
        measure = measured(r, at, None) or dates_that_order(r, at, ranking.target)
        if measure is None:
            continue
        metrics, dimensions = measure
        r.take(at)
        before = r.step(at, -1)
        if (
            before is not None
            and r.free(before)
            and r.tokens[before].has("by", "with", "sort")
            and not (r.tokens[before].is_content or r.tokens[before].has("kind_noun"))
        ):
            r.take(before)
        if not ((r.listed and ranking.target == (r.world.model.domain.entity,)) or lists_people(r) or r.follows is not None):
            r.asked.append(Asked(at, metrics, None if metrics else _total_of(r, dimensions[0]), dimensions))
        period_at = r.step(at, -1)
        token = r.tokens[period_at] if period_at is not None else None
        period = token.time.period if token is not None and token.time is not None and r.free(period_at) else None
        return replace(ranking, at=at, metrics=metrics, dimensions=dimensions, period=period)
    return _counted(r, ranking, word)


def _measured_later(r: Reading, word: int | None) -> bool:
    """退换货工单最多的三个大区，平均解决多久: the number that is named is said in a clause of its own, behind what orders."""
    if word is None or r.tokens[word].text.isascii():
        return False
    ends = next((i for i in range(word, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    behind = [i for i in range(ends, len(r.tokens)) if r.metrics(i)]
    ordering = any(r.tokens[i - 1].has("by", "sort") and r.tokens[i - 1].text != "各" for i in behind)  # 买得最多的商品，按件数
    return bool(behind) and not ordering and not any(r.metrics(i) for i in range(ends))


def _total_of(r: Reading, name: str) -> Literal["sum", "avg", "max"]:
    """What groups are ranked by that have a number in every row: what adds up by its sum, a price by its average or its highest."""
    if name in r.world.attributes.windows.values() or r.world.declared(name, "sum") is not None:
        return "sum"
    return "avg" if r.world.declared(name, "avg") is not None else "max"


def _counted(r: Reading, ranking: Ranking, word: int | None) -> Ranking:
    """投诉最多的城市, which cities complain the most, 物流工单最多的城市: how often it was done, or how many of them there are, where
    nothing else is measured; which campaign types convert best: how large a part it is of those that could have been."""
    if (often := _most_often(r, ranking, word)) is not None:
        return often
    named = any(t.of("metric") and not r.is_person(i) and not t.of("behaviour") for i, t in enumerate(r.tokens))
    split = bool(r.groups) or any(t.grain is not None or t.has("part_hour", "part_weekday", "part_weekend") for t in r.tokens)
    later = _measured_later(r, word)
    if word is None or (named and not later) or r.listed or not split or not r.tokens[word].has("most", "least", "best", "worst"):
        return ranking
    well = r.tokens[word].has("best", "worst")
    for at in (r.step(word, -1),) if later else (r.step(word, -1), r.step(word, 1)):
        metric = next((m for name in r.behaviours(at) if (m := r.world.count_of_deeds(name))), None)
        if metric is not None and well:
            metric = rate_of(r.world, metric)
        if at is not None and metric is not None and not r.helps_only(at):
            r.asked.append(Asked(at, (metric,)))
            r.take(at)
            return replace(ranking, at=at, metrics=(metric,))
        kind = kind_of(r, r.tokens[at]) if at is not None and later and r.free(at) else None
        things = r.world.counts.get(kind) if kind is not None else None
        if at is not None and things is not None:  # which of them stays a condition
            r.asked.append(Asked(at, (things,)))
            return replace(ranking, metrics=(things,))
    return ranking


def _most_often(r: Reading, ranking: Ranking, word: int | None) -> Ranking | None:
    """9月天猫下单最多的10个客户: people by how often they did it; 买得最多 may be money as well."""
    verb = r.step(word, -1) if word is not None and r.tokens[word].has("most", "least") else None
    if verb is None or ranking.target != (r.world.model.domain.entity,) or r.tokens[verb].text.isascii():
        return None
    money = r.text.text[r.tokens[verb].end :].startswith("得") or r.tokens[verb].has("money_verb")
    if money or r.metrics(verb) or r.helps_only(verb):
        return None
    metric = next((m for name in r.behaviours(verb) if (m := r.world.count_of_deeds(name))), None)
    if metric is None:
        return None
    r.take(verb)
    return replace(ranking, at=verb, metrics=(metric,))


def _measure_places(r: Reading, ranking: Ranking, word: int | None, sort: int | None) -> list[int]:
    out: list[int | None] = [
        n
        for at in r.where("by")
        if (n := r.beyond(at, 1, "total")) is not None and not r.tokens[at].is_content and r.tokens[at].text != "各"
    ]  # 客单价最高的三个城市，各卖了多少: by AOV
    out += [r.step(n, 1) for n in out if n is not None and r.value_options(n) and not r.metrics(n)]  # by app spend
    if sort is not None:
        out.append(r.beyond(sort, 1, "by"))
    if word is not None:
        zh = not r.tokens[word].text.isascii()
        out += [r.beyond(word, -1 if zh else 1, "total", "by"), r.beyond(word, 1 if zh else -1, "total", "by")]
    out += [r.beyond(ranking.at, -1, "total", "by"), r.beyond(ranking.at, 1, "total")]
    said = [at for at in out if at is not None and r.free(at)]
    return [
        at for at in said if not r.is_person(at) or (sort is not None and at and r.metrics(at) and r.tokens[at - 1].text == "by")
    ]
