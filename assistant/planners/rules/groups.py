"""Breakdowns: by what the numbers are split.

In: a `Reading`. It gains a `Group` for each dimension, grain or part of the date that a word marks as one: 各渠道, by region and
level, 哪些城市, value tier x region, 年龄分布, 区域维度. A dimension without a mark is a breakdown only where nothing else explains it.
"""

import re
from dataclasses import replace

from assistant.planners.rules.apart import asked_alone, each_of_values
from assistant.planners.rules.draft import DateTest, Group, NumberTest
from assistant.planners.rules.each import each_named, each_of_kind
from assistant.planners.rules.kinds import bare_kinds, each_in_name, kind_of_thing, kinds_of_it
from assistant.planners.rules.lists import shows_which
from assistant.planners.rules.reading import Reading, says_kinds
from assistant.planners.rules.tops import tells_whose
from assistant.planners.rules.units import unit_noun
from assistant.planners.rules.where_done import THINGS_ASKED
from assistant.planners.rules.whichever import takes_whichever
from semantic_layer.query import Grain, TimePart

_PARTS: dict[str, TimePart] = {"part_weekday": "weekday", "part_weekend": "weekend", "part_hour": "hour"}
_MARKS = ("by", "which", "per_group", "cross")
_BEHIND = ("by_after", "distribution", "share", "cross", "each_other")
_ASKS = re.compile("怎么|如何|多大|.{1,3}多大$|用什么|用啥|通过什么|从哪|哪|(?:how|which|what) ")
"""用什么付款, how they pay: names of a dimension that ask for it."""
_EVERY_KIND = re.compile("[每各]一?个?(?:档|级|层|类|种|组|等级|阶段|级别|层级)")
_BETWEEN = ("and", "cross", "by", "per_group", "comma")


def read_groups(r: Reading) -> None:
    """The marked breakdowns, in the order of the words."""
    marks = [at for at in r.where("kind_noun", "by") if says_kinds(r.tokens[at])]
    kinds = [at for at in marks if kind_of_thing(r, at)]
    for at in range(len(r.tokens)):
        if r.free(at) and r.tokens[at].has("kind_noun") and _kinds_again(r, at):
            continue
        counted = at > 0 and _counts_kinds(r, at - 1)
        done = at > 0 and r.tokens[at - 1].has("which") and bool(r.tokens[at].of("behaviour")) and r.tokens[at].text.isascii()
        if r.free(at) and _can_group(r, at) and (_is_marked(r, at) or counted) and not done:  # which converted better
            r.take(*([at - 1] if counted else []))
            _extend_back(r, at)
            _take(r, at)
            _continue(r, at)
        elif r.free(at) and r.tokens[at].of("dimension"):
            _kinds(r, at)
        elif r.free(at) and r.tokens[at].of("value"):
            each_of_kind(r, at)
    each_named(r)
    bare_kinds(r)
    each_in_name(r)
    r.groups.sort(key=lambda group: group.at if kinds else 0)  # 各大区各类工单


def _counts_kinds(r: Reading, at: int) -> bool:
    """三种店型的业绩, 四类工单: how many kinds there are, which are all of them."""
    number = r.tokens[at].number
    if number is None or not r.free(at) or r.follows is not None or r.entities(at + 1):
        return False
    return _KINDS.fullmatch(r.tokens[at].text) is not None


_KINDS = re.compile(r"[两二三四五六七八九十\d]+(?:种|类|大类|档)")


def _kinds_again(r: Reading, at: int) -> bool:
    """members by churn risk, how many at each level: the levels of what was named before."""
    mark = r.step(at, -1)
    again = mark is not None and r.tokens[mark].has("by", "per_group") and any(g.dimensions and g.at < mark for g in r.groups)
    told = again and mark is not None and any(r.is_break(i) for i in range(max(g.at for g in r.groups if g.at < mark), mark))
    if not told or " " in r.tokens[at].text or not r.tokens[at].text.isascii():
        return False
    r.take(mark, at)
    return True


def _kinds(r: Reading, at: int) -> None:
    """流失风险各等级, 生命周期哪个阶段: each level of what stands before it."""
    mark = at + 1
    if mark >= len(r.tokens) or not _can_group(r, at):
        return
    token = r.tokens[mark]
    if token.has("by") and _EVERY_KIND.fullmatch(token.text) and _ends(r, mark):
        _take(r, at)  # 流失风险每一档各有多少人
        r.take(mark)
    elif token.has("kind_noun") and token.text.startswith("各"):
        _take(r, at)
        r.take(mark)
    elif token.has("by", "per_group", "which") and kinds_of_it(r, at, mark + 1) and not token.is_content:
        _take(r, at)
        r.take(mark, mark + 1)
    elif token.has("which") and len(token.text) > 2 and not token.text.isascii() and _ends(r, mark):  # 生命周期哪个阶段
        _take(r, at)
        r.take(mark)


def _ends(r: Reading, at: int) -> bool:
    return at + 1 >= len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("each_other", "count")


def read_preferred(r: Reading) -> None:
    """which channels do loyal customers prefer: by their favourite channel, not the channel of anything."""
    marks = [at for at in r.where("prefer") if not r.tokens[at].is_content]
    for place, group in enumerate(r.groups):
        names = tuple(f for d in group.dimensions if (f := r.world.attributes.favourite_of.get(d)))
        if marks and names:
            r.groups[place] = replace(group, dimensions=names)
            r.take(*marks)
            return


def read_distributed(r: Reading) -> None:
    """…, 看下分布: a distribution of what the only dimension beside it says."""
    if r.groups or not any(not r.tokens[at].is_content for at in r.where("distribution")):
        return
    for at in range(len(r.tokens)):
        if r.free(at) and r.dimensions(at) and _can_group(r, at) and not r.entities(at):
            _take(r, at)


def read_bare_groups(r: Reading) -> None:
    """Dimensions that nothing else explains: 渠道销售额, the city after 销售额超过100万的."""
    cross_of_two(r)
    _without_numbers(r)
    versus = [at for at in r.where("versus") if not r.tokens[at].is_content]
    pairs = [at for at in range(len(r.tokens)) if r.free(at) and r.dimensions(at) and _can_group(r, at)]
    if (
        versus
        and r.compare is None
        and not r.groups
        and len(pairs) == 1
        and not any(t.time and i != r.period_at for i, t in enumerate(r.tokens))
    ):
        _take(r, pairs[0])
        r.take(*versus)
    last = max((i for i, t in enumerate(r.tokens) if t.role == "meaning"), default=-1)
    ends = last in versus and r.tokens[last].text in _SIDE_BY_SIDE and any(g.dimensions for g in r.groups)
    if r.apart or ends or any(g.part for g in r.groups):  # 工作日和周末的订单量差多少, 各触点满意度对比一下: beside each other
        r.take(*(at for at in versus if r.compare is None))
    having = [t.at for t in r.tests if isinstance(t, NumberTest) and t.metrics]
    for at in range(len(r.tokens)):
        if not r.free(at) or not r.dimensions(at) or not _can_group(r, at):
            continue
        if _only_said_when(r, at):
            r.take(at)
            continue
        things = bool(r.entities(at)) and r.compare is not None and THINGS_ASKED.match(r.text.text, r.tokens[at].end) is not None
        beside = things or (
            any(a.at in (r.step(at, 1), r.step(at, -1)) for a in r.asked) and not r.world.is_number(r.dimensions(at)[0])
        )
        if (any(place < at for place in having) and not r.has_person()) or (beside and not r.groups and not r.listed):
            _take(r, at)
            _continue(r, at)


_SIDE_BY_SIDE = ("比一比", "比一下", "对比", "对比一下", "比较一下", "比较", "比比", "compared", "side by side", "comparison")


def _only_said_when(r: Reading, at: int) -> bool:
    """今年上架的商品卖了多少钱: things of which it is said when they came to be, and nobody asks for each of them."""
    homes = {home for t in r.tests if isinstance(t, DateTest) for d in t.dimensions for home in r.world.homes(d)}
    things = {r.world.model.entities[e].table for e in r.entities(at)}
    each = any(t.has("each_other", "per_group", "by", "which", "list", "most", "least") for t in r.tokens)
    return bool(homes & things) and bool(r.asked) and not (each or r.ranking is not None)


def counts_groups(r: Reading) -> bool:
    """How many cities had sales over 100k, 客单价超过600的城市有几个: a counting word beside what the groups are."""
    if r.ranking is not None or r.share or not r.count_words:
        return False
    places = {g.at for g in r.groups if g.dimensions}
    done = {
        at for at in r.count_words if (g := r.step(at, -1)) in places and g and r.tokens[g - 1].has("by")
    }  # 按门店统计…: no number
    words = [at for at in r.count_words if at not in done]
    return any(r.beyond(at, by, "exists", "total", "which", "with") in places for at in words for by in (1, -1))


def _can_group(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    if token.grain is not None or (token.has(*_PARTS) and not token.is_content) or _unit_beside(r, at) is not None:
        return True
    before = r.step(at, -1)
    if r.follows and before is not None and r.tokens[before].has("only", "drop", "except") and r.value_options(at):
        return False  # 只留门店的，按月展开
    return not tells_whose(r, at) and any(r.world.is_groupable(name) for name in r.dimensions(at))


def _unit_beside(r: Reading, at: int) -> Grain | None:
    """quarters as columns, 列放季度: a unit of time beside a word for a breakdown."""
    before, after = r.step(at, -1), r.step(at, 1)
    if before is not None and r.tokens[before].has("drop", "except", "neg"):
        return None
    sided = (before is not None and r.tokens[before].has("by")) or (after is not None and r.tokens[after].has("by_after"))
    return unit_noun(r.tokens[at].text) if sided and not r.tokens[at].is_content else None


def _is_marked(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    if token.grain is not None or token.has(*_PARTS) or _unit_beside(r, at) is not None:
        return True
    named = bool(token.of("dimension"))
    averaged = at > 0 and r.tokens[at - 1].has("avg")  # 平均多大年纪
    if named and not (averaged or token.of("metric")) and (_ASKS.match(token.text) or asked_alone(r, at)):
        return True
    if _is_enumerated(r, at) or (named and _is_every(r, at)):
        return False
    return _is_marked_beside(r, at)


def _is_marked_beside(r: Reading, at: int) -> bool:
    """Whether a word beside a dimension makes a breakdown of it."""
    before = r.beyond(at, -1, "total", "only")
    counted = before is not None and r.tokens[before].number is not None and not r.tokens[before].senses
    if before is not None and counted:
        before = r.step(before, -1)
    if before is not None and r.tokens[before].has(*_MARKS) and not r.tokens[before].senses:
        return not (r.tokens[before].has("which") and shows_which(r, before))
    after = r.step(at, 1)
    if _takes_its_place(r, at, after):
        return True
    if after is not None and r.tokens[after].has("per_group", "each_other") and not r.tokens[after].is_content:
        further = r.step(after, 1)
        if further is None or not (r.dimensions(further) or r.tokens[further].grain or r.tokens[further].has("kind_noun")):
            return True
    if after is not None and r.tokens[after].text == "不同的" and not r.tokens[after].senses:
        return True  # 会员等级不同的，人数分开列
    of_next = after is not None and r.tokens[after].has("by") and (to := r.step(after, 1)) is not None and bool(r.dimensions(to))
    if after is not None and r.tokens[after].has(*_BEHIND) and not of_next:  # satisfaction score for each touchpoint
        flag = any(r.world.model.dimensions[d].type == "boolean" for d in r.dimensions(at))
        return not r.tokens[after].has("share") or not (r.value_options(at) or flag)
    two = r.step(at, -1)
    return two is not None and r.tokens[two].has("distribution") and not r.is_person(at)


def _takes_its_place(r: Reading, at: int, after: int | None) -> bool:
    """换成渠道, how about categories instead, 那渠道呢: a dimension alone, behind numbers split by another one."""
    both = any(t.has("both", "refer", "same") or (t.number and r.free(i)) for i, t in enumerate(r.tokens))  # both categories
    if both or r.follows != "aggregate" or not r.dimensions(at) or r.value_options(at) or r.entities(at):
        return False
    opened = any(t.has("what_about", "swap", "add") and not t.is_content for t in r.pieces)
    ends = after is None or r.tokens[after].has("rather_not", "what_about") or r.is_break(at + 1)
    alone = not any(t.is_content for i, t in enumerate(r.tokens) if i != at and i not in r.used)
    return opened and ends and alone and not r.world.is_number(r.dimensions(at)[0])


def _is_enumerated(r: Reading, at: int) -> bool:
    """电话、在线、微信、门店各占几成: a noun that is one more value of what stands before it is no breakdown of its own."""
    before = r.beyond(at, -1, "and", "or", "comma") if at and r.tokens[at - 1].has("and", "or") else None
    if before is None or r.tokens[before].of("dimension"):
        return False
    return bool({d for d, _ in r.value_options(at)} & {d for d, _ in r.value_options(before)})


def _is_every(r: Reading, at: int) -> bool:
    """全渠道, all channels: no breakdown, everything."""
    before = at - 1
    if r.tokens[at].of("value") and r.tokens[at].of("entity") and not r.tokens[at].text.isascii():
        return False  # 全部门店卖了多少: what the stores sold, not all that was sold
    if takes_whichever(r, at):
        return True
    if before >= 0 and r.free(before) and r.tokens[before].has("total") and not r.tokens[before].is_content:
        marked = before > 0 and r.tokens[before - 1].has("by", "per_group")
        after = r.step(at, 1)  # line up all the categories by sales growth: they are what is lined up
        if after is not None and r.tokens[after].has("by") and r.metrics(r.step(after, 1)):
            return False
        if (
            not marked
            and any(t.of("metric") for i, t in enumerate(r.tokens) if i != at)
            and not (at + 1 < len(r.tokens) and r.tokens[at + 1].has(*_BEHIND))
        ):
            r.take(before, at)
            return True
    return False


def _own_hints(r: Reading, at: int) -> tuple[str, ...]:
    """从不同渠道注册进来的人: by how they joined, beside a verb that happens once to everybody; complaints come in otherwise."""
    entity = r.world.entity if r.has_person() or not any(t.of("metric") for t in r.tokens) else None
    for near in (r.step(at, 1), r.step(at, -1)):
        tables = {b.table for name in r.behaviours(near) if (b := r.world.behaviour(name))}
        if entity is not None and tables == {entity.table}:
            return tuple(d for d in r.dimensions(at) if entity.table in r.world.homes(d))
    return ()


def _take(r: Reading, at: int) -> None:
    token = r.tokens[at]
    part = next((part for op, part in _PARTS.items() if token.has(op) and not token.is_content), None)
    if token.grain is not None:
        r.groups.append(Group(at, grain=token.grain.grain))
    elif part is not None:
        r.groups.append(Group(at, part=part))
    elif not r.dimensions(at):
        r.groups.append(Group(at, grain=_unit_beside(r, at)))
    else:
        names = tuple(name for name in r.dimensions(at) if r.world.is_groupable(name))
        r.groups.append(Group(at, names, hints=_own_hints(r, at)))
    r.take(at)
    number = r.step(at, -1)
    if number is not None and r.free(number) and r.tokens[number].number is not None and not r.tokens[number].senses:
        r.take(number)
    for near in (r.step(at, -1), r.step(at, 1)):
        if (
            near is not None
            and r.free(near)
            and (r.tokens[near].has("by", "which", "per_group", "by_after", "cross", "distribution") or is_bare_kind(r, near, at))
            and (not r.tokens[near].senses or is_bare_kind(r, near, at))
            and not each_of_values(r, at, near)
        ):
            r.take(near)


def is_bare_kind(r: Reading, near: int, at: int) -> bool:
    """per spending power tier: a word for kinds behind what they are kinds of; a city tier is no city."""
    token = r.tokens[near]
    kinds = [r.world.model.dimensions[d].values for d in (s.name for s in r.tokens[at].of("dimension"))]
    closed = token.text.startswith("level") or any(0 < len(values) <= _MOST_KINDS for values in kinds)
    return near == at + 1 and token.has("kind_noun") and token.text.isascii() and " " not in token.text and closed


_MOST_KINDS = 20
"""Values of a dimension that are kinds: more are names, which have kinds of their own."""


def _extend_back(r: Reading, at: int) -> None:
    """会员等级和年龄段交叉: what a mark behind a list holds for all of it."""
    after = r.step(at, 1)
    if after is None or not r.tokens[after].has("cross", "by_after", "distribution"):
        return
    tie, to = at - 1, at - 2
    if to >= 0 and r.tokens[tie].has("and", "cross") and r.free(to) and _can_group(r, to):
        r.take(tie)
        _take(r, to)


def _continue(r: Reading, at: int) -> None:
    """by region *and member level*, 各区域、渠道, tier x region: what a list adds, on both sides of a cross."""
    before = r.step(at, -1)
    while before is not None and r.tokens[before].has("cross"):
        to = r.step(before, -1)
        if not r.free(to) or to is None or not _can_group(r, to):
            break
        r.take(before)
        _take(r, to)
        before = r.step(to, -1)
    while True:
        to, passed = at + 1, []
        while to < len(r.tokens) and r.tokens[to].has(*_BETWEEN) and not r.tokens[to].senses:
            passed.append(to)
            to += 1
        if (
            not passed
            or not r.free(to)
            or not _can_group(r, to)
            or (r.is_break(passed[-1]) and len(passed) == 1 and not _listed(r, to))
        ):
            return
        _take(r, to)
        r.take(*(p for p in passed if not r.is_break(p)))
        at = to


def _without_numbers(r: Reading) -> None:
    """what age are they? show me the age group breakdown: the bands of a number, not the number too."""
    bands = [r.world.model.dimensions[d].label.en for g in r.groups for d in g.dimensions if not r.world.is_number(d)]
    r.groups = [
        g
        for g in r.groups
        if not (
            g.dimensions
            and all(r.world.is_number(d) for d in g.dimensions)
            and any(band.startswith(r.world.model.dimensions[d].label.en + " ") for band in bands for d in g.dimensions)
        )
    ]


def cross_of_two(r: Reading) -> None:
    """a crosstab of spending power vs churn risk: two dimensions on both sides of versus, and nothing to compare."""
    for at in r.where("versus"):
        a, b = r.step(at, -1), r.step(at, 1)
        plain = not r.tokens[at].is_content and a is not None and b is not None and r.compare is None
        if plain and a is not None and b is not None and all(_can_group(r, i) and not r.value_options(i) for i in (a, b)):
            for place in (a, b):
                if r.free(place) and r.dimensions(place):
                    _take(r, place)
            r.take(at)


def _listed(r: Reading, at: int) -> bool:
    """Whether a list goes on behind a comma: by region, channel and level."""
    after = at + 1
    return (
        after < len(r.tokens)
        and r.tokens[after].has("and", "comma")
        and after + 1 < len(r.tokens)
        and bool(r.dimensions(after + 1))
    )
