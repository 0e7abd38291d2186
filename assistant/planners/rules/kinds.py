"""Kinds of things: 各类型活动的打开率, 各类工单, 哪类活动.

In: a `Reading` and the place of a word for kinds. Out: the breakdown by what says of which kind the things are that stand behind it;
the dimensions of a table that say so. Never fails: a word for kinds of nothing stays free.
"""

import re

from assistant.planners.rules.draft import Group
from assistant.planners.rules.reading import OF_EACH_KIND, Reading


def kind_of_thing(r: Reading, at: int) -> bool:
    """各类型活动: the kind of the things that the noun behind it names."""
    after = r.step(at, 1)
    text = r.tokens[at].text
    marked = text.startswith(("各", "每")) or (at > 0 and r.tokens[at - 1].has("by", "per_group", "which"))
    if after is None or not marked:
        return False
    kind = "类" if OF_EACH_KIND.fullmatch(text) else text.removeprefix("各")  # 每种工单, 各种工单
    mark = None if text.startswith(("各", "每")) else at - 1
    for entity in r.entities(after):
        names = kinds_of(r, kind, r.world.model.entities[entity].table, but=r.dimensions(after))
        if names and not r.is_person(after):
            r.groups.append(Group(at, names))
            r.take(at, after, mark)
            return True
    asks = at > 0 and r.tokens[at - 1].has("which")
    named = r.metrics(after) if asks else tuple(m.name for m in r.tokens[after].of("metric"))  # also where it orders: 从高到低排
    measured = named if not r.entities(after) else ()
    for metric in measured:
        names = kinds_of(r, kind, _things_of(r, metric, r.tokens[after].text))
        if names:  # 各类工单解决率: the kinds of the things that the metric is about
            r.groups.append(Group(at, names))
            r.take(at, mark)
            return True
    return False


def kinds_of_it(r: Reading, at: int, kind: int) -> bool:
    """churn risk by level: the levels of what stands before it; region by level is by another dimension of that name."""
    if kind >= len(r.tokens) or not r.tokens[kind].has("kind_noun"):
        return False
    other = r.tokens[kind].text.isascii() and bool(r.dimensions(kind))
    return not other or any(r.world.model.dimensions[d].tag for d in r.dimensions(at))


def bare_kinds(r: Reading) -> None:
    """还在处理中的工单，每一类有多少件: by the kinds of what is counted, where no noun stands behind the word."""
    for at in [i for i in r.where("by") if OF_EACH_KIND.fullmatch(r.tokens[i].text)]:
        after = r.step(at, 1)
        nouns = after is not None and (r.entities(after) or r.dimensions(after) or r.metrics(after))
        named = bool(nouns) and after is not None and not r.tokens[after].has("count")
        things = [e for i, t in enumerate(r.tokens) if i < at and not r.is_person(i) for e in (s.name for s in t.of("entity"))]
        names = kinds_of(r, "类", r.world.model.entities[things[0]].table)[:1] if len(things) == 1 and not named else ()
        if names:
            r.groups.append(Group(at, names))
            r.take(at)


_ABOUT = re.compile(
    r"(?<![a-z])what (?:are|were|is|was|did) .{1,60} about\W*$"
    r"|(?:都|主要|分)(?:是|有|为)?(?:哪几|哪些|哪|什么)(?:类|种|类型)(?=\W|$)"
    r"|(?:都|主要|主要都|大多)是?(?:关于|因为|为了|问|反映)的?(?:什么|啥)(?:的|问题|事情?)?\W*$"
)


def about_what(r: Reading) -> None:
    """what were last month's tickets about?, 上个月的工单都是因为什么: by the kind that such things have, and not how many in all."""
    if r.groups or r.has_person() or r.follows is not None or _ABOUT.search(r.text.text) is None:
        return
    for at in range(len(r.tokens)):
        things = [r.world.model.entities[s.name].table for s in r.tokens[at].of("entity")] if not r.is_person(at) else []
        names = kinds_of(r, "type", things[0])[:1] if len(things) == 1 else ()
        if names:
            r.groups.append(Group(at, names))
            return


def each_in_name(r: Reading) -> None:
    """今年各场活动的打开率, where a metric goes by that name: each of the things that its name begins with."""
    for at in range(len(r.tokens) - 1):
        token, behind = r.tokens[at], r.tokens[at + 1]
        if not r.free(at) or token.is_content or not token.has("per_group") or not token.text.startswith(("各", "每")):
            continue
        for entity in r.world.model.entities.values():
            begins = behind.of("metric") and behind.text.startswith((entity.label.zh, *entity.synonyms.zh))
            name = next((c for c in entity.columns if r.world.is_groupable(c)), None)
            if begins and name is not None and entity.name != r.world.model.domain.entity:
                r.groups.append(Group(at, (name,)))
                r.take(at)
                return


def _things_of(r: Reading, metric: str, words: str) -> str:
    """The table of the things that a metric is of: 活动 of 活动的点击率, else its own rows."""
    entities = (e for e in r.world.model.entities.values() if words.startswith((e.label.zh, e.label.en.lower())))
    return next((e.table for e in entities), r.world.tables_of(metric)[0])


def kinds_asked(r: Reading, at: int) -> tuple[str, ...]:
    """哪类活动打开率最高: of which kind they are, and not which one; of people there are many kinds, and it is asked which are meant."""
    before = r.step(at, -1)
    if before is None or not r.tokens[before].has("which") or r.tokens[before].text[-1] not in "类种":
        return ()
    if r.is_person(at):
        r.strict.add(before)
    tables = [r.world.model.entities[name].table for name in r.entities(at)]
    return tuple(d for table in tables for d in kinds_of(r, "类", table)[:1])


def kinds_of(r: Reading, kind: str, table: str, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The dimensions of a table that say of which kind its things are: 工单类型 for 类."""
    ends = (kind, f"{kind}型", f"{kind}别") if kind == "类" else (kind, kind.removesuffix("s"))
    return tuple(
        d.name
        for d in r.world.model.dimensions.values()
        if d.table == table and d.label[_lang(kind)].lower().endswith(ends) and d.name not in but
    )


def _lang(text: str) -> str:
    return "en" if text.isascii() else "zh"
