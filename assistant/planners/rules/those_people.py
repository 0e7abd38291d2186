"""People who are counted by what they did, where another number is theirs: 活跃用户的复购率, the average age of last month's buyers.

In: a `Reading` whose metrics are read; later, one whose period is. Out: a metric that counts who did something becomes that deed,
a condition of the number beside it; new ones of no time are those whom the model calls new. Never fails: two numbers stay two.
"""

import re
from dataclasses import replace

from assistant.language.values import Scalar
from assistant.planners.rules.draft import Asked, ValueTest, VerbTest
from assistant.planners.rules.joined import is_whose
from assistant.planners.rules.kin import doers, names_of, rate_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.model import MembersMetric

_PEOPLE = re.compile(r"(?:客户|会员|用户|顾客|买家|人|者|客)$|(?:ers|ors|members|shoppers|users|people|clients)$")
"""What names them; 购买客户数, buyer count is their number."""
_HOW_MANY = re.compile("[多几]|how many|number of")


def those_who_did(r: Reading) -> None:
    """下单客户的平均累计消费, returning customers' AOV: whose number it is, in the time of the question, and no second metric."""
    count = r.world.counts.get(r.world.model.domain.entity)
    for asked in list(r.asked) if r.follows is None else ():
        deed = _deed_counted(r, asked)
        others = [a for a in r.asked if a is not asked and a.names[:1] != (count,)]
        near = min(others, key=lambda a: abs(a.at - asked.at), default=None)
        if deed is None or near is None or not is_whose(r, asked.at, near.at):
            continue
        r.asked.remove(asked)
        r.tests.append(deed)


def _deed_counted(r: Reading, asked: Asked) -> VerbTest | None:
    """What they did whom a noun counts."""
    if len(asked.names) != 1 or not 0 <= asked.at < len(r.tokens) or _PEOPLE.search(r.tokens[asked.at].text) is None:
        return None
    if r.tokens[asked.at].has("count") or _HOW_MANY.search(r.tokens[asked.at].text):
        return None  # 发给了多少人，带来几单
    metric = r.world.model.metrics[asked.names[0]]
    again = (
        isinstance(metric, MembersMetric)
        and metric.entity == r.world.model.domain.entity
        and metric.at_least == int(metric.at_least)
    )
    behaviours = r.world.model.behaviours
    if isinstance(metric, MembersMetric) and again:
        found = next((b for b in behaviours if r.world.count_of_deeds(b) == metric.metric), None)
        return VerbTest(asked.at, (found,), at_least=int(metric.at_least), same=True) if found is not None else None
    found = next((b for b in behaviours if doers(r.world, b) == asked.names[0]), None)
    return VerbTest(asked.at, (found,), same=True) if found is not None else None


def rate_of_those(r: Reading) -> None:
    """returning buyers share last month: the declared rate of those who are counted, where nothing else is said of them."""
    name = r.asked[0].names[0] if len(r.asked) == 1 and len(r.asked[0].names) == 1 else None
    plain = r.share and not (r.tests or r.groups or r.apart or r.columns) and r.follows is None and r.ranking is None
    rate = rate_of(r.world, name) if plain and name is not None and r.world.counts_people(name) else None
    if rate is not None:
        r.asked = [replace(r.asked[0], names=(rate,))]
        r.share = False


_NEW = re.compile("^新|(?<![a-z])new(?![a-z])|(?<![a-z])newly ")


def new_ones(r: Reading) -> None:
    """新会员的客单价, AOV of new members, of no time: those whom a tag calls by a name that the count of them goes by too; who did
    something, of no time, did so at any time."""
    for place, test in enumerate(r.tests) if r.period is None and not r.timed else ():  # 9月新增会员, then 新会员构成: of then
        if not isinstance(test, VerbTest) or test.period is not None or not test.did or not 0 <= test.at < len(r.tokens):
            continue
        count = _count_of_new(r, test)
        tag = called_new(r.world, count) if count is not None else None
        if tag is not None:
            r.tests[place] = ValueTest(test.at, (tag,))
        elif count is not None and r.follows is None:
            r.strict.add(test.at)  # new since when?
            r.used.discard(test.at)
        elif test.same and test.verb == -1:
            r.tests[place] = replace(test, same=False)


_SPREAD = re.compile("分布$|(?<![a-z])distribution")  # 年龄分布 is a name of the age group itself


def how_new_ones_spread(r: Reading) -> None:
    """新会员的年龄分布, 新增用户的性别比例, of no time: how those whom a tag calls new are spread, and not everybody who ever joined."""
    count, asked = r.world.counts.get(r.world.model.domain.entity), r.asked[0] if len(r.asked) == 1 else None
    spread = r.share or any(t.has("distribution") or _SPREAD.search(t.text) for t in r.tokens)
    told = r.tests or r.trend or r.ranking is not None or r.compare is not None or not r.groups or r.follows is not None
    if (
        asked is None
        or count is None
        or not spread
        or told
        or r.timed
        or r.period is not None
        or any(g.grain or g.part for g in r.groups)
    ):
        return
    joins = any(asked.names == (r.world.count_of_joining(b),) for b in r.world.model.behaviours)
    text = r.tokens[asked.at].text if joins and 0 <= asked.at < len(r.tokens) else ""
    tag = called_new(r.world, asked.names[0]) if _NEW.search(text) and _PEOPLE.search(text) else None
    if tag is not None:
        r.asked = [replace(asked, names=(count,))]
        r.tests.append(ValueTest(asked.at, (tag,)))


def _count_of_new(r: Reading, test: VerbTest) -> str | None:
    """The count of those who joined, where a noun of that name says that they are new: 新会员, and not 注册过的客户."""
    count = next((c for b in test.behaviours if (c := r.world.count_of_joining(b)) is not None), None)
    text = r.tokens[test.at].text
    return count if count is not None and _NEW.search(text) is not None and text in names_of(r.world, count) else None


def called_new(world: World, count: str) -> tuple[str, tuple[Scalar, ...]] | None:
    """The value of a tag with a name that a count goes by."""
    names = set(names_of(world, count))
    tags = (d for d in world.model.dimensions.values() if d.tag)
    return next(
        ((d.name, (v.value,)) for d in tags for v in d.values if {str(v.value), v.label.zh, v.label.en} & names),
        None,
    )
