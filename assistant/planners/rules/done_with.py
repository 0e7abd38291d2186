"""What was done, with another value: how many ordered on the app last week, then and the mini program?; 买过女装的, 男装呢.

In: the conditions of the query before, and a value of a follow-up that a deed in them is limited by. Out: the same conditions with the
other value in the deed; None where no deed, or more than one, is limited so, and where the value limits those before instead.
"""

import re
from dataclasses import replace

from assistant.planners.rules.conditions import Unbound, value_filter
from assistant.planners.rules.doers import since_they_joined
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.edits import each_part, joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.same_rows import of_same_rows
from assistant.planners.rules.since_then import since_then
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricPredicate, Predicate


def done_with(r: Reading, where: Filter | None, test: Test, *, extend: bool) -> Filter | None:
    """The conditions with the value in the deed."""
    if not isinstance(test, ValueTest) or test.negated or test.rank is not None or test.at in r.apart or _narrows(r, test):
        return None
    options = dict(test.options)
    if any(isinstance(p, Predicate) and p.member in options for p in parts_of(where)):
        return None
    held = [p for p in _in_deeds(where) if p.member in options and p.op in ("=", "in")]
    later = _of_the_later(where, held) if len(held) == 2 else None
    if len(held) != 1 and later is None:
        return None
    old = later or held[0]
    if extend and any(_is_all_else(p, old) for p in parts_of(where)):
        raise Unbound(old.member)  # 只买过女装的, then 加上鞋靴: both of them and nothing else, or nothing but any of them?
    values = tuple(dict.fromkeys((*(old.values if extend else ()), *options[old.member])))
    part = Predicate(member=old.member, op="in" if len(values) > 1 else "=", values=values)
    return _swapped(where, old, part)


def _of_the_later(where: Filter | None, held: list[Predicate]) -> Predicate | None:
    """先买了女装、之后又买配饰的, then 换成鞋靴: what came later is what was said last; None of two that have no order."""
    ordered = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.after is not None]
    outer = [p for p in held for deed in ordered if p in parts_of(deed.where)]
    inner = [p for p in held for deed in ordered if deed.after is not None and p in parts_of(deed.after.where)]
    return outer[0] if len(outer) == len(inner) == 1 and outer != inner else None


def of_deed(r: Reading, where: Filter | None, test: Test) -> Filter | None:
    """近30天投诉单有多少, then 还在处理中的是哪些客户: what people cannot be, and the one deed of before can; None where that is not so."""
    deeds = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and p.after is None]
    known = r.world.behaviour(deeds[0].behaviour) if len(deeds) == 1 and isinstance(test, ValueTest) else None
    if known is None or not isinstance(test, ValueTest) or test.rank is not None:
        return None
    held = next(((d, v) for d, v in test.options if known.table in r.world.homes(d)), None)
    if held is None or any(isinstance(p, Predicate) and p.member == held[0] for p in parts_of(deeds[0].where)):
        return None  # who paid by WeChat, and how many of those also paid with Alipay: no one order
    part = value_filter(*held, negated=test.negated)
    told = deeds[0].model_copy(update={"where": joined((*parts_of(deeds[0].where), part))})
    return joined(tuple(told if p is deeds[0] else p for p in parts_of(where)))


def redone(r: Reading, query: Aggregate, *, extend: bool) -> tuple[Aggregate, list[Test]]:
    """The query with the deeds that another value was named for, and the conditions that are none of them."""
    query, left = query.model_copy(update={"where": since_then(r, query.where)}), []
    for test in [_as_before(r, t, query) for t in r.tests]:
        share = query.share
        if (where := done_with(r, query.where, test, extend=extend)) is not None:
            query = query.model_copy(update={"where": where})
        elif share is not None and (part := done_with(r, share.part, test, extend=extend)) is not None:
            query = query.model_copy(update={"share": share.model_copy(update={"part": part})})
        else:
            left.append(test)
    return query, left


def _as_before(r: Reading, test: Test, query: Aggregate) -> Test:
    """A condition as what was shown lets it be understood."""
    return since_they_joined(r, same_deed(r, of_same_rows(r, _in_kind(r, test, query), query), query.where), query)


BY_IT = re.compile(r"(?<![a-z])(?:with|using|through|from|because of|thanks to|via) (?:it|that|this)(?= *[?.!,]| *$)")


def same_deed(r: Reading, test: Test, where: Filter | None) -> Test:
    """how many bought last month, then how many of them bought with a coupon: in that month; with it, of a message, is more than that."""
    if not isinstance(test, VerbTest) or not test.did or test.after is not None or test.behind is not None:
        return test
    if BY_IT.search(r.text.text):
        raise Unbound("it")
    done = [
        p
        for p in parts_of(where)
        if isinstance(p, Behaviour) and p.did and p.behaviour in test.behaviours and p.period is not None
    ]
    before = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and p.behaviour in test.behaviours]
    word = r.tokens[test.verb] if 0 <= test.verb < len(r.tokens) else None
    if before and word is not None and word.has("again_verb") and (test.at_least, test.at_most) == (2, None):
        test = replace(test, at_least=1)  # 8月下单的, then 里面有多少9月又下单了: again after what was said before
    again = test.period is None and not test.same and r.period is None and bool(test.objects)
    verb = r.tokens[test.verb].text if 0 <= test.verb < len(r.tokens) else ""
    ever = verb.endswith(("过", "过的")) or re.search(r"(?<![a-z])(?:ever|before|already)(?![a-z])", r.text.text)
    return replace(test, period=done[0].period) if again and len(done) == 1 and not ever else test


def _in_kind(r: Reading, test: Test, last: Aggregate) -> Test:
    """women's wear sales, then what about men's?: another value of what was limited before, and not who bought it."""
    at = test.at
    behind = r.text.text[r.tokens[at].end :] if isinstance(test, ValueTest) and 0 <= at < len(r.tokens) else ""
    if not isinstance(test, ValueTest) or not re.match(r"['’]s?(?= ?[?.!,;]| *$)", behind):
        return test
    word = f"{r.tokens[at].text}'s "
    for part in (*(p for p in parts_of(last.where) if isinstance(p, Predicate)), *_in_deeds(last.where)):
        found = [v.value for v in r.world.model.dimensions[part.member].values if v.label.en.lower().startswith(word)]
        if len(found) == 1:
            meant = replace(test, options=((part.member, (found[0],)),))
            r.tests = [meant if t is test else t for t in r.tests]
            return meant
    return test


def _narrows(r: Reading, test: ValueTest) -> bool:
    """其中金卡的, of those the ones who registered on …: of the same people, fewer."""
    inside = any(t.has("within") and not t.senses and not t.has("filler") for t in r.tokens[: max(test.at, 0)])
    return bool(test.hints) or inside or any(t.has("refer") and not t.senses for t in r.tokens)


def _in_deeds(where: Filter | None) -> list[Predicate]:
    """The values that deeds, and numbers of people, are limited by."""
    found: list[Predicate] = []

    def look(part: Filter) -> Filter:
        if isinstance(part, MetricPredicate):  # 在天猫消费超过5000的, then 京东呢
            found.extend(p for p in parts_of(part.where) if isinstance(p, Predicate))
        deed: Behaviour | None = part if isinstance(part, Behaviour) else None
        while deed is not None:
            found.extend(p for p in parts_of(deed.where) if isinstance(p, Predicate))
            deed = deed.after
        return part

    each_part(where, look)
    return found


def _is_all_else(part: Filter, old: Predicate) -> bool:
    """Whether a condition says that they did it with nothing but a value."""
    other = part.where if isinstance(part, Behaviour) and not part.did else None
    return (
        isinstance(other, Predicate)
        and other.op in ("!=", "not in")
        and (other.member, set(other.values)) == (old.member, set(old.values))
    )


def _swapped(where: Filter | None, old: Predicate, new: Predicate) -> Filter | None:
    def change(part: Filter) -> Filter:
        if isinstance(part, MetricPredicate):
            return part.model_copy(update={"where": each_part(part.where, lambda p: new if p == old else p)})
        if not isinstance(part, Behaviour):
            return part
        if _is_all_else(part, old):  # 只买过女装的, then 鞋靴呢: shoes, and nothing but shoes
            return part.model_copy(update={"where": new.model_copy(update={"op": "!=" if new.op == "=" else "not in"})})
        inner = each_part(part.where, lambda p: new if p == old else p)
        after = change(part.after) if part.after is not None else None
        return part.model_copy(update={"where": inner, "after": after})

    return each_part(where, change)
