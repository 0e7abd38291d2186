"""Parts of a whole, each by itself: 微信和支付宝的订单占比, share of Tmall and JD in sales, each; what % is gold, what % diamond.

In: a `Reading` whose conditions are read, before its shares are. `read_listed_parts` makes values that are listed as the part a breakdown
among them, and one list of two values of one kind that were read apart. `over_all` says which of the breakdowns of a finished query only
list some parts of the whole, over all of which the total runs. Never fails: what is put together (占比合计, between the two) is left alone.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.planners.rules.draft import Group, ValueTest
from assistant.planners.rules.edits import group_name, parts_of
from assistant.planners.rules.percents import says_nothing_new
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.share_sides import said_of_counted, stands_where
from semantic_layer.query import ByDimension, ByTime, Filter, GroupBy, Predicate, Share

_EACH = re.compile("各|分别")
_TOGETHER = re.compile(r"合计|总共|一共|合在一起|加起来|加一起|(?<![a-z])(?:combined|in total|altogether|jointly)(?![a-z])")
_BETWEEN = re.compile(r"(?<![a-z])(?:between|among|amongst|split|the two|of the (?:two|three|four))(?![a-z])|之间|之中|两者")


def read_listed_parts(r: Reading) -> None:
    """Values that are the parts which are asked for, each by itself."""
    marks = [at for at in r.where("share") if not r.tokens[at].of("metric") and not says_nothing_new(r, at)]
    either = any(t.has("or") and not t.is_content for t in r.tokens)
    if not marks or either or r.where("together", "versus") or _TOGETHER.search(r.text.text):
        return
    twice = _joined_values(r)
    for test in [t for t in r.tests_of_values() if _lists(r, t) and t.at not in r.apart]:
        if (test.at in twice or _said_before(r, test, marks[-1])) and _is_the_part(r, test, marks[0]):
            liked = r.world.attributes.favourites  # 女装: what is bought, and no favourite of anybody
            names = tuple(d for d, values in test.options if len(values) > 1 and (d not in liked or d in test.hints))
            r.groups.append(Group(test.at, names, hints=test.hints))
            r.apart.append(test.at)
    if any(t.at in r.apart and _is_the_part(r, t, marks[0]) for t in r.tests_of_values()):
        r.share = True
        r.take(*marks)


def _lists(r: Reading, test: ValueTest) -> bool:
    """Several values that were named one by one: no 春日唤醒券 of every year, no 金卡及以上."""
    _, values = test.options[0]
    named = {s.value for s in r.tokens[test.at].of("value")} if 0 <= test.at < len(r.tokens) else set()
    added = test.at + 1 < len(r.tokens) and _PLUS.fullmatch(r.tokens[test.at + 1].text)
    return len(values) > 1 and not (test.negated or test.rank or added) and not set(values) <= named


_PLUS = re.compile(r"加上?|再加|plus|\+")
"""天猫加京东占多少: of both together."""


def _joined_values(r: Reading) -> set[int]:
    """by WeChat and by Alipay, what percentage gold and what percentage diamond: two of a kind, which nothing is at once."""
    found: set[int] = set()
    plain = sorted((t for t in r.tests_of_values() if not t.negated and t.rank is None), key=lambda t: t.at)
    for a, b in pairwise(plain):
        a = next((t for t in r.tests_of_values() if t.at in found), a)  # noqa: PLW2901 - the third of three
        between = [r.tokens[i] for i in r.between(a.at, b.at)]
        tied = any(t.has("and", "comma") for t in between) and not any(t.has("but", "also", "again_verb") for t in between)
        bare = all(
            not t.is_content and (t.has("and", "comma", "by", "share", "filler", "with", "how_much") or t.role == "break")
            for t in between
        )
        mine = dict(b.options)
        shared = tuple((d, (*v, *mine[d])) for d, v in a.options if d in mine and not set(v) & set(mine[d]))
        if tied and bare and shared:
            joined = replace(a, options=shared, hints=(*a.hints, *b.hints))
            r.tests = [joined if t is a else t for t in r.tests if t is not b]
            found.add(a.at)
            r.take(*(i for i in r.between(a.at, b.at) if not r.tokens[i].has("comma")))
    return found


def _said_before(r: Reading, test: ValueTest, mark: int) -> bool:
    """华东和华南的销售额占比: in front of a Chinese word for shares, with nothing said of them behind it that would be the part."""
    chinese = not r.tokens[mark].text.isascii() and test.at < mark
    others = [t for t in r.tests if t is not test and t.at > test.at]
    within = any(r.tokens[i].has("within") and not r.tokens[i].is_content for i in r.between(test.at, mark))
    split = any(g.dimensions for g in r.groups)
    return chinese and not others and not within and not split and not r.tokens[mark].text.startswith(("百分之", "几成", "有"))


def _is_the_part(r: Reading, test: ValueTest, mark: int) -> bool:
    """Whether the values are what has a share, not that of which something else has: for app and Tmall each, what share was refunded."""
    if not r.tokens[mark].text.isascii():
        return not any(t.at > test.at for t in r.tests if t is not test)
    r.apart.append(test.at)
    others = {at for at in said_of_counted(r, mark) if not stands_where(r, at)}
    r.apart.remove(test.at)
    return not others


_RATIO = re.compile("的?比[例率]")
"""男女比例: of the one to the other."""


def over_all(r: Reading, share: Share | None, groups: tuple[GroupBy, ...], where: Filter | None) -> Share | None:
    """The share with the breakdowns of which only some parts are listed: 天猫和京东各占多少, of all channels."""
    share = _of_each_time(r, share, groups)
    marks = [t for t in r.tokens if t.has("share") and not t.of("metric")]
    ratio = "占" not in r.text.text and any(_RATIO.match(t.text) for t in marks)
    if share is None or share.part is not None or not marks or ratio or _BETWEEN.search(r.text.text):
        return share
    listed = {d for t in r.tests_of_values() if t.at in r.apart for d, _ in t.options}
    chosen = [p for p in parts_of(where) if isinstance(p, Predicate) and p.op in ("=", "in")]
    over = tuple(
        g.member
        for g in groups
        if isinstance(g, ByDimension) and g.member in listed and any(p.member == g.member and not _is_all(r, p) for p in chosen)
    )
    others = tuple(name for g in groups if (name := group_name(g)) and name not in over) if over else ()
    return share.model_copy(update={"over": over, "within": others}) if over else share


def _of_each_time(r: Reading, share: Share | None, groups: tuple[GroupBy, ...]) -> Share | None:
    """今年每月各渠道销售额占比: of each month's sales; of the year's where that is said."""
    times = tuple(name for g in groups if isinstance(g, ByTime) and (name := group_name(g)))
    parts = any(isinstance(g, ByDimension) for g in groups) and share is not None and share.part is None
    if share is None or not parts or not times or OF_ALL_TIME.search(r.text.text):
        return share
    return share.model_copy(update={"within": times})


OF_ALL_TIME = re.compile(r"占(?:了)?(?:全年|整年|今年|去年|年度|全部|总|整个|全)|of the (?:year|total|whole)|the year's")
"""今年每月销售额占全年的比例"""


def _is_all(r: Reading, part: Predicate) -> bool:
    """Whether nothing is left out: 旗舰店、标准店和社区店."""
    declared = {v.value for v in r.world.model.dimensions[part.member].values}
    return bool(declared) and declared <= set(part.values)
