"""What people did, counted as things: 上个月金卡会员提交的工单, tickets opened by diamond members, 上海客户的投诉, 昨天的投诉明细.

In: a `Reading` before its verbs are read. Out: the verb used up that only says how the things came to be; the name of a number, or of
things that are listed, in place of a deed that is a noun. Never fails: those who did it (提交过工单的金卡会员) stay who is asked for.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.clauses import is_preceded
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from semantic_layer.model import BehaviourType

_DETAIL = re.compile("明细|清单|详情|记录|列表")
_ENDS = ("count", "each_other", "by", "by_after", "per_group", "list", "share", "how_is", "distribution", "trend", "versus")
_VERBAL = re.compile("[过了的]$")


def read_whose_rows(r: Reading) -> None:
    """Each word for a deed that is no condition of people."""
    for at in range(len(r.tokens)) if r.follows is None else ():
        if not r.behaviours(at) or is_preceded(r, at, "neg", "except"):
            continue
        head = _head(r, at)
        if head is not None:
            _ties(r, at, head)
        elif not _is_noun(r, at):
            continue
        elif _is_listed(r, at):
            _name_things(r, at)
        elif _is_of_people(r, at):
            _name_number(r, at)


def _head(r: Reading, at: int) -> int | None:
    """The things that a verb made, which are asked for: 金卡会员提交的 | 工单, tickets | opened by members."""
    token, text = r.tokens[at], r.text.text
    if token.text.isascii():
        by, who = at + 1, r.step(at + 1, 1)
        said = at > 0 and by < len(r.tokens) and r.tokens[by].text == "by" and who is not None and r.is_person(who)
        return at - 1 if said and r.entities(at - 1) and not r.is_person(at - 1) else None
    behind = r.step(at, 1)
    if behind is None or not r.entities(behind) or r.is_person(behind) or not _stands_last(r, behind):
        return None
    makes = "的" in text[token.end - 1 : r.tokens[behind].start]
    return behind if makes and any(r.is_person(i) for i in range(at)) else None


def _stands_last(r: Reading, at: int) -> bool:
    """Whether nothing is told of the people behind a noun: 提交的工单超过2张的客户."""
    ends = at + 1 >= len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has(*_ENDS)
    return ends and not any(r.is_person(i) or r.tokens[i].has("people", "who") for i in range(at + 1, len(r.tokens)))


def _ties(r: Reading, at: int, head: int) -> None:
    """Uses up a verb of the things themselves; one that says which of them are meant is a condition of them."""
    tables = {r.world.model.entities[name].table for name in r.entities(head)}
    deeds = [b for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None and b.table in tables]
    deed = next(iter(deeds), None)
    if deed is None:
        return
    value = rows_where(r.world, deed.table, deed.where) if deed.where else None
    if deed.where and value is None:
        return
    if value is not None and value != r.world.usual_rows(deed.table):
        r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))
    r.take(at, at + 1 if head < at else None)
    _pass_over(r, at)


def _pass_over(r: Reading, at: int) -> None:
    """上海客户提交的工单: a bare word for people in front of what they did, of whom nothing else is said that they did."""
    who = r.step(at, -1)
    bare = who is not None and r.is_person(who) and not (r.tokens[who].of("value") or r.tokens[who].of("segment"))
    if who is not None and bare and not r.tokens[at].text.isascii() and not any(t.of("behaviour") for t in r.tokens[:who]):
        r.tokens = tuple(replace(t, senses=(), ops=frozenset(["filler"])) if i == who else t for i, t in enumerate(r.tokens))


def _is_noun(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    other = any(s.kind in ("metric", "entity", "dimension") for s in token.senses) or token.has("money_verb", "share", "grow")
    return not (other or token.text.isascii() or _VERBAL.search(token.text))


def _is_listed(r: Reading, at: int) -> bool:
    """昨天的投诉明细: the things, one by one."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    return behind is not None and behind.has("list") and not behind.is_content and _DETAIL.fullmatch(behind.text) is not None


def _is_of_people(r: Reading, at: int) -> bool:
    """上海客户的投诉, 金卡会员上个月的投诉: the deed of those who are named before it, and what is asked for."""
    before = r.step(at, -1)
    if before is not None and r.tokens[before].time is not None:
        before = r.step(before, -1)
    joined = r.text.text[: r.tokens[at].start].endswith("的") and before is not None and r.is_person(before)
    return joined and _stands_last(r, at) and not any(t.has("who") for t in r.tokens)


def _deed(r: Reading, at: int) -> BehaviourType | None:
    return next((b for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None), None)


def _name_things(r: Reading, at: int) -> None:
    deed = _deed(r, at)
    entity = r.world.entity_of(deed.table) if deed is not None else None
    value = rows_where(r.world, deed.table, deed.where) if deed is not None and deed.where else None
    if deed is None or entity is None or entity.name == r.world.model.domain.entity or (deed.where and value is None):
        return
    if value is not None and value != r.world.usual_rows(deed.table):
        r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))
    r.tokens = tuple(replace(t, senses=(Sense("entity", entity.name),)) if i == at else t for i, t in enumerate(r.tokens))


def _name_number(r: Reading, at: int) -> None:
    deed = _deed(r, at)
    metric = r.world.count_of_deeds(deed.name) if deed is not None else None
    if metric is not None:
        r.tokens = tuple(replace(t, senses=(Sense("metric", metric),)) if i == at else t for i, t in enumerate(r.tokens))
