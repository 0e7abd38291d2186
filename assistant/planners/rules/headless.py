"""People named by nothing but one of their values: 金卡里面投诉过的有几个, 有几个金卡最近一周投诉了, 没在天猫买过的金卡.

In: a fresh `Reading`. Out: whether such a value stands for people, as 金卡会员 would: what somebody did is said of it, nothing else is
named, and it can be said of nothing but people. Chinese leaves the noun out; in English people have one. Never fails.
"""

from assistant.planners.rules.reading import Reading


def names_members(r: Reading) -> bool:
    """Whether people are spoken of by one of their values alone."""
    if r.follows is not None or any(t.of("metric") or t.of("entity") for t in r.tokens):
        return False
    return any(_heads(r, at) for at in range(len(r.tokens)) if _only_of_people(r, at))


def _heads(r: Reading, at: int) -> bool:
    """Among them (金卡里…), counted (有几个金卡…), or at the end of what they did (买过的金卡)."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    before = r.tokens[at - 1] if at else None
    if behind is not None and behind.has("within") and not behind.senses:
        return _is_done(r, range(at + 2, len(r.tokens)))
    if before is not None and before.has("count") and not before.senses:
        return _is_done(r, range(at + 1, len(r.tokens)))
    ends = behind is None or r.is_break(at + 1) or (behind.has("count", "list") and not behind.senses)
    return ends and r.text.text[: r.tokens[at].start].endswith("的") and _is_done(r, range(at))


def _is_done(r: Reading, places: range) -> bool:
    """Whether it is said of somebody: a verb among some places, or a number or date that people have (最后一次下单超过180天的金卡)."""
    return any((r.tokens[i].of("behaviour") and not r.helps_only(i)) or _has_number(r, i) for i in places)


def _has_number(r: Reading, at: int) -> bool:
    names = [s.name for s in r.tokens[at].of("dimension")]
    measured = [d for d in names if r.world.is_number(d) or r.world.is_date(d)]
    return bool(measured) and all(describes_members(r, d) for d in measured)


def _only_of_people(r: Reading, at: int) -> bool:
    """金卡, 沉睡; not 女装, which goods are as well, and not 上海, where stores are."""
    token = r.tokens[at]
    names = {s.name for s in token.of("value")}
    others = any(s.kind not in ("value", "segment") for s in token.senses)
    people = len(names) == 1 and all(describes_members(r, d) for d in names) and not names & r.world.attributes.favourites
    return people and not others and not token.text.isascii()


def describes_members(r: Reading, name: str) -> bool:
    """Whether a dimension says what the members of the domain's entity are like."""
    entity = r.world.entity
    return entity is not None and r.world.is_about(r.world.model.dimensions[name], entity)
