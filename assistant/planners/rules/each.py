"""Each of the things that a value is a kind of (各场会员日, 唤醒券一场一行), some things (北京几家店的客单价), and things pointed at.

In: a `Reading`. It gains a `Group` by what names those things; the kind stays a condition. A number of things, or a year, that only points
at what was named or shown (这几家店, these 5 stores, 这一年里) is made a word that does. Never fails.
"""

import re
from dataclasses import replace
from typing import get_args

from assistant.language.values import Sense
from assistant.planners.rules.draft import Group
from assistant.planners.rules.kin import is_made_of, things_of_value
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Grain

_EACH_THING = re.compile(
    "[各每]一?(?:[场次个波轮期家]|个)?|(?:(?:of|for|in|by|per|at|from) )?(?:each|every)(?: (?:single|of(?: the| our)?))?|per"
)


def each_of_kind(r: Reading, at: int) -> None:
    """各场会员日, 每一场满减: each of the things of a kind, whose kind stays a condition."""
    mark = r.step(at, -1)
    if at > 0 and r.tokens[at - 1].text.startswith("each of"):
        mark = at - 1  # sales of each of the Guangzhou stores
    marked = mark is not None and r.tokens[mark].has("by", "per_group", "each_other")
    if mark is None or not marked or not _EACH_THING.fullmatch(r.tokens[mark].text):
        return
    names = things_of_value(r, at) or _told_apart(r, at)
    behind = r.step(at, 1) if r.tokens[at].text.isascii() else None  # every win-back coupon *campaign*
    others = [d for d in r.dimensions(behind) if r.world.is_groupable(d)] if behind == at + 1 else []
    if others and not set(others) & set(names) and behind is not None and not r.value_options(behind):
        r.groups.append(Group(behind, tuple(others)))  # return rate per shoe brand
        r.take(mark, behind)
    elif names:
        noun = behind if behind is not None and set(r.dimensions(behind)) & set(names) else None
        r.groups.append(Group(noun if noun is not None else mark, names))
        r.take(mark, noun)


def _told_apart(r: Reading, at: int) -> tuple[str, ...]:
    """for each online channel, 各线上渠道: the channels themselves, which online only sums up."""
    text, found = r.tokens[at].text, []
    coarse = [d for s in r.tokens[at].of("value") if (d := r.world.model.dimensions[s.name]).expr is not None]
    for name, finer in r.world.model.dimensions.items():
        label = finer.label.en if text.isascii() else finer.label.zh
        said = text.split()[-1] == label.lower().split()[-1] if text.isascii() else text.endswith(label)
        if said and finer.expr is None and any(d.table == finer.table and is_made_of(d, finer) for d in coarse):
            found.append(name)
    return tuple(found)


def each_named(r: Reading) -> None:
    """今年发的唤醒券，一场一行; 唤醒券，每场的打开率: each of the things of the kind that was named before."""
    for mark in (at for at in r.where("by", "per_group") if _ROW_EACH.fullmatch(r.tokens[at].text)):
        found = [(at, names) for at in range(mark) if r.free(at) and (names := things_of_value(r, at))]
        if len(found) == 1 and not r.groups:
            r.groups.append(Group(mark, found[0][1]))
            r.take(mark, *(at for at in r.where("times_asked") if at == found[0][0] - 1))  # 今年发的几次唤醒券，每次…

    some = _SOME.search(r.text.text)  # 今年那几场唤醒券活动，打开率分别是多少
    each = any(t.has("each_other", "descending", "ascending", "sort") and not t.senses for t in r.tokens)
    each = each or _ALL_LISTED.search(r.text.text) is not None
    if some is not None and not r.groups and each:
        found = [(at, names) for at, t in enumerate(r.tokens) if t.start >= some.end() and (names := things_of_value(r, at))]
        if len(found) == 1:
            r.groups.append(Group(found[0][0], found[0][1]))
            r.take(
                *(at for at, t in enumerate(r.tokens) if some.start() <= t.start < some.end() and t.has("count", "times_asked"))
            )

    _some_things(r)
    _things_apart(r)
    again = [at for at in r.where("by", "per_group") if _ROW_EACH.fullmatch(r.tokens[at].text) and r.free(at)]
    if any(g.at in r.where("by", "per_group") and _ROW_EACH.fullmatch(r.tokens[g.at].text) for g in r.groups):
        r.take(*again)  # 一波一波列出来，每波打开率多少


def _some_things(r: Reading) -> None:
    """北京几家店的销售额、单数和客单价: some things, with a number of each."""
    for at in range(len(r.tokens) - 1):
        token, world = r.tokens[at], r.world
        things = [e for e, count in world.counts.items() if count in r.metrics(at) and e != world.model.domain.entity]
        names = [(e, c) for e in things for c in world.model.entities[e].columns if world.is_groupable(c)]
        some = _SEVERAL.match(token.text) is not None and bool(names) and not r.groups and not _is_pointed(r, at)
        if some and r.text.text[token.end :].startswith("的") and r.metrics(at + 1):
            thing, name = names[0]
            r.groups.append(Group(at, (name,)))
            said = replace(token, senses=(Sense("dimension", name), Sense("entity", thing)))  # so that 北京 is where they are
            r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])
            return


def _things_apart(r: Reading) -> None:
    """今年开业的门店，销售额各多少; 上海那几家店各卖了多少: a number of each of the things that were described."""
    marks = [at for at, t in enumerate(r.tokens) if r.free(at) and t.has("each_other", "per_group") and _APART.match(t.text)]
    measured = any(t.of("metric") or (t.has("how_much") and t.text.isascii()) for t in r.tokens)
    if r.groups or r.follows is not None or len(marks) != 1 or not measured or _lists_values(r):
        return
    found = [(at, thing) for at in range(marks[0]) if (thing := _described_thing(r, at)) is not None]
    if len(found) == 1:
        at, (entity, name) = found[0]
        r.groups.append(Group(at, (name,)))
        r.tokens = (
            *r.tokens[:at],
            replace(r.tokens[at], senses=(Sense("dimension", name), Sense("entity", entity))),
            *r.tokens[at + 1 :],
        )
        r.take(at, marks[0])


def _lists_values(r: Reading) -> bool:
    """短信跟微信发的活动，打开率各多少: values in a list are what is told apart."""
    named = [{d for d, _ in r.value_options(at)} for at in range(len(r.tokens))]
    return any(named[at - 1] & named[at + 1] and r.tokens[at].has("and", "comma") for at in range(1, len(r.tokens) - 1))


def _described_thing(r: Reading, at: int) -> tuple[str, str] | None:
    """The entity and the name of things, no people, that something in front describes (…的门店, 上海那几家店)."""
    world, token, before = r.world, r.tokens[at], r.text.text[: r.tokens[at].start]
    some = _SEVERAL.match(token.text) is not None
    told = before.endswith(("的", "这", "那")) or (at > 0 and some and bool(r.tokens[at - 1].of("value")))
    told = told or (at > 0 and r.tokens[at - 1].text in ("几家", "几场", "几款", "几个"))
    to = r.beyond(at, 1, "relative", "refer") if token.text.isascii() else None
    behind = r.tokens[to] if to is not None else None
    told = told or (behind is not None and bool(behind.of("dimension") or behind.of("behaviour")))  # stores opened in 2025
    if not told or not r.free(at):
        return None
    things = [s.name for s in token.of("entity")] or [e for e, count in world.counts.items() if some and count in r.metrics(at)]
    names = [(e, c) for e in things if e != world.model.domain.entity for c in world.model.entities[e].columns]
    return next(((e, c) for e, c in names if world.is_groupable(c)), None)


_APART = re.compile("各|分别|每[家个场款]|each$|each (?:one|of them)$")


def point_at_some(r: Reading) -> None:
    """这几家店, 这5家店, these 5 stores: things that were shown or named, and no number of them."""
    world = r.world
    for at in range(len(r.tokens) - 1, -1, -1):
        token = r.tokens[at]
        things = [e for e, count in world.counts.items() if any(s.name == count for s in token.of("metric"))]
        things = [e for e in things if e != world.model.domain.entity and not token.of("entity")]
        column = next((c for e in things for c in world.model.entities[e].columns if world.is_groupable(c)), None)
        if column is not None and len(token.text) > 2 and _SEVERAL.match(token.text) and _is_pointed(r, at):  # 几家店
            some = r.text.text[: token.start].endswith("的") and not token.text.startswith(("这", "那"))  # 今年开业的几家店
            text = token.text[:2] if some else f"这{token.text[:2]}"
            mark = replace(token, text=text, end=token.start + 2, senses=(), ops=frozenset(["filler" if some else "refer"]))
            senses = (Sense("dimension", column), Sense("entity", things[0]))
            noun = replace(token, text=token.text[2:], start=token.start + 2, senses=senses, ops=frozenset())
            r.tokens = (*r.tokens[:at], mark, noun, *r.tokens[at + 1 :])
        elif token.number is not None and not (token.senses or token.time or token.comparison) and _is_pointed(r, at):
            behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
            told = at > 0 and r.tokens[at - 1].has("refer")
            named = behind is not None and bool(behind.of("entity") and behind.of("dimension")) and not r.is_person(at + 1)
            lasts = token.number.unit in get_args(Grain)  # in those 90 days
            if named or (told and not lasts and (behind is None or behind.role == "break")):  # AOV of those 5
                ops = frozenset(["filler"] if told else ["refer"])
                r.tokens = (*r.tokens[:at], replace(token, number=None, ops=ops), *r.tokens[at + 1 :])


def ask_which_one(r: Reading) -> None:
    """每种类型的店里，卖得最多的是哪家; 卖得最多的10款: of the things counted with this word, where no noun is said."""
    world = r.world
    for at in range(len(r.tokens) - 1, -1, -1):
        token = r.tokens[at]
        said = (_SO_MANY if token.number is not None else _WHICH_ONE).fullmatch(token.text)
        named = any(
            t.of("entity") or t.of("dimension") for t in (*r.tokens[max(at - 1, 0) : at], *r.tokens[at + 1 : at + 2])
        )  # 门店是哪家
        if said is None or named or token.senses or not any(t.has("most", "least", "best", "worst") for t in r.tokens):
            continue
        units = {e: world.model.metrics[count].unit for e, count in world.counts.items() if e != world.model.domain.entity}
        things = [e for e, unit in units.items() if unit is not None and unit.zh == said["unit"]]
        columns = [(e, c) for e in things for c in world.model.entities[e].columns if world.is_groupable(c)]
        if len(things) == 1 and columns:
            mark = replace(token, text=token.text[:-1], end=token.end - 1)
            senses = (Sense("dimension", columns[0][1]), Sense("entity", columns[0][0]))
            noun = replace(token, text=token.text[-1], start=token.end - 1, senses=senses, ops=frozenset())
            r.tokens = (*r.tokens[:at], mark, noun, *r.tokens[at + 1 :])
            return


_SO_MANY = re.compile("[0-9一二两三四五六七八九十]+(?P<unit>[家款件场])")
_WHICH_ONE = re.compile("(?:分别|各)?(?:是|为)?哪一?(?P<unit>[家款件场])")


def point_at_time(r: Reading) -> None:
    """近一年投诉过的客户，这一年里贡献了多少: the year that was named, and not the calendar's."""
    for at, token in enumerate(r.tokens):
        rolling = [t.time for t in r.tokens[:at] if t.time is not None and t.time.kind == "rolling"]
        year = [t for t in rolling if t.period.start and t.period.end and (t.period.end - t.period.start).days in (365, 366)]
        if token.time is not None and _THAT_YEAR.match(token.text) and len(year) == 1:
            r.tokens = (*r.tokens[:at], replace(token, time=year[0]), *r.tokens[at + 1 :])


_THAT_YEAR = re.compile("[这那]一年")


def _is_pointed(r: Reading, at: int) -> bool:
    before = r.text.text[: r.tokens[at].start]
    near = next((r.tokens[i] for i in range(at - 1, -1, -1) if not r.tokens[i].has("filler")), None)
    if near is not None and near.of("value"):
        return False  # 上海那几家店: which they are is said
    return (
        r.tokens[at].text.startswith(("这", "那"))
        or before.endswith(("这", "那"))
        or (before.endswith("的") and r.tokens[at].text.startswith("几"))
        or re.search(r"(?<![a-z])(?:these|those) $", before) is not None
    )


_SEVERAL = re.compile("几(?!乎)")
_SOME = re.compile("[这那]?几[场次波期轮]|[这那]几个")
_ALL_LISTED = re.compile("都列|[全都]部?[列给]|一一列|逐[个一场次]")
_ROW_EACH = re.compile(r"一([场次波期档轮])一(?:[行条]|\1)|每一?[场次波期轮]一?[行条]?|[按逐][场次波期轮]")
