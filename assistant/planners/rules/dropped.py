"""What a follow-up takes away or puts in another's place: 去掉性别, remove the gender split, categories instead of channels.

In: a `Reading` of a follow-up. It gains `dropped`: names of breakdowns, conditions and metrics that go. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.kin import longer_names
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import unit_noun


def read_dropped(r: Reading) -> None:
    """去掉性别, 不分渠道, remove the gender split: breakdowns and conditions that a follow-up takes away."""
    if r.follows is None:
        return
    _read_swapped(r)
    _leave_others_out(r)
    for at in r.where("drop", "except", "neg", "rather_not"):
        to = r.beyond(at, 1, "by", "per_group", "filler")
        ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
        noun = at > 0 and r.dimensions(at - 1) and not r.value_options(at - 1) and r.free(at - 1)
        opens = at < 2 or r.is_break(at - 2)  # 不足50张的省份就别算进来了: those provinces, no breakdown
        if ends and opens and noun and not r.tokens[at].is_content:
            r.dropped.append(r.dimensions(at - 1))
            r.take(at - 1, at)  # 渠道不看了，换城市
            continue
        if to is None or r.tokens[at].is_content or r.tokens[at].has("rather_not"):
            continue
        named = r.tokens[to].grain
        grain = named.grain if named is not None else unit_noun(r.tokens[to].text)
        if grain is not None:
            r.dropped.append((grain,))
            r.take(*range(at, to + 1))
        elif r.metrics(to) and r.tokens[at].has("drop") and r.follows == "aggregate":
            names = r.metrics(to)
            r.dropped.append((*names, *longer_names(r.world, r.tokens[to].text, names)))  # 投诉率也看下，不要件数了
            r.take(*range(at, to + 1))
        elif r.dimensions(to) and not r.value_options(to) and not (_values_behind(r, to) or _tested_behind(r, to)):
            r.dropped.append(r.dimensions(to))
            r.take(*range(at, to + 1))
            after = to + 1
            if after < len(r.tokens) and r.tokens[after].has("distribution", "by", "by_after") and not r.tokens[after].is_content:
                r.take(after)


def keep_who_did(r: Reading) -> None:
    """leave out people who never ordered, 把没买过的去掉: those who did stay."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    said = _NEVER_OUT.search(r.text.text) is not None
    if said and len(deeds) == len(r.tests) == 1 and not deeds[0].did and deeds[0].at_least == 1:
        r.tests, r.listed = [replace(deeds[0], did=True)], False
        r.take(*(at for at in r.where("drop", "except") if not r.tokens[at].is_content))


_NEVER_OUT = re.compile(
    r"(?<![a-z])(?:leav(?:e|ing) out|exclud(?:e|ing)|drop|remove|without|except|minus|take out|filter out|ignore) .{0,30}?"
    r"(?:who|that|which) (?:have |has |had )?(?:never|not|didn't|haven't|hasn't|did not)(?![a-z])"
    r"|(?:去掉|排除|剔除|除去|除了|刨除|不要|不算|去除|剔掉).{0,6}(?:从?没|未).{0,12}的|(?:从?没|未).{1,12}的.{0,4}(?:去掉|排除|剔除|不要|不算|除外|剔掉)"
)


def says_all_but(r: Reading) -> bool:
    """just the stores, then sorry, everything except stores: all but them, and not simply no longer them alone."""
    return _ALL_BUT.search(r.text.text) is not None


_ALL_BUT = re.compile(
    r"(?<![a-z])(?:everything|anything|anyone|everyone|all|all of them) (?:but|except|other than|besides)(?![a-z])|除了.{1,12}(?:都|全)"
)


def leave_out_values(r: Reading) -> None:
    """revenue without stores, online only no stores: the value left out, where the word names things as well and ends the clause."""
    none = [at for at in r.where("neg") if r.tokens[at].text in ("no", "not") and at and _adds(r, at - 1)]
    for at in (*r.where("drop", "except"), *none):
        to = r.beyond(at, 1, "by", "per_group", "filler")
        ends = to is not None and (to + 1 == len(r.tokens) or r.is_break(to + 1))
        token = r.tokens[to] if to is not None and ends and not r.tokens[at].is_content else None
        if to is None or token is None or not (token.of("entity") and token.of("value")) or r.is_person(to):
            continue
        if any(t.has("examples") for t in r.tokens[:at]):
            continue  # online, i.e. anything but stores: the same once more
        r.tokens = (*r.tokens[:to], replace(token, senses=token.of("value")), *r.tokens[to + 1 :])


def _adds(r: Reading, before: int) -> bool:
    """…, no stores; online only no stores: what is left out of something that was said before."""
    return r.is_break(before) or r.tokens[before].has("only", "and") or bool(r.tokens[before].of("value"))


def _values_behind(r: Reading, noun: int) -> bool:
    """exclude the categories food and home, exclude category in (food, home): the noun only says of what the values are."""
    behind = [i for i in range(noun + 1, min(noun + 4, len(r.tokens))) if r.value_options(i)]
    between = [r.tokens[i] for i in r.between(noun, behind[0])] if behind else []
    own = set(r.dimensions(noun)) & {d for i in behind[:1] for d, _ in r.value_options(i)}
    return bool(own) and not any(t.is_content for t in between)


def _tested_behind(r: Reading, noun: int) -> bool:
    """drop cities with fewer than 50 orders: some of them are left out, and they are no breakdown that goes."""
    behind = next(
        (i for i in range(noun + 1, len(r.tokens)) if r.is_break(i) or r.tokens[i].comparison or r.tokens[i].of("value")), None
    )
    return behind is not None and r.tokens[behind].comparison is not None and r.text.text.isascii()


def _read_swapped(r: Reading) -> None:
    """categories instead of channels, 把华东换成华南: what a further breakdown or value takes the place of."""
    for at in r.where("rather_not", "swap"):
        ahead = r.tokens[at].has("rather_not") or r.tokens[at].text.isascii()  # swap Tmall for JD, 把天猫换成京东
        to = r.beyond(at, 1 if ahead else -1, "by", "per_group", "filler", "what_about")
        if to is None or r.tokens[at].is_content or r.metrics(to):
            continue
        named = r.tokens[to].grain if r.tokens[at].has("rather_not") and r.tokens[to].time is None else None
        grain = (named.grain,) if named is not None else ()  # by region instead of by month
        names = grain or r.dimensions(to) or tuple(dict.fromkeys(d for d, _ in r.value_options(to)))
        if names and any(i != to and r.free(i) and (r.dimensions(i) or r.value_options(i)) for i in range(len(r.tokens))):
            r.dropped.append(names)
            r.take(at, to)


def _leave_others_out(r: Reading) -> None:
    """其他渠道都去掉，剩天猫; drop the other channels, just Tmall: the one that is named beside is what is kept, and says it all."""
    for at in r.where("rest"):
        kind = at + 1 if at + 1 < len(r.tokens) and r.dimensions(at + 1) and not r.value_options(at + 1) else at
        start = max((i + 1 for i in range(at) if r.is_break(i)), default=0)
        end = next((i for i in range(kind + 1, len(r.tokens)) if r.is_break(i)), len(r.tokens))
        clause = [i for i in range(start, end) if i not in range(at, kind + 1)]
        plain = all(not r.tokens[i].is_content and r.tokens[i].role != "unread" for i in clause)
        out = any(r.tokens[i].has("drop", "except", "rather_not") for i in clause)
        kept = any(r.value_options(i) for i in range(len(r.tokens)) if not start <= i < end)
        if (
            plain
            and out
            and kept
            and not any(r.tokens[i].has("neg") for i in clause if not r.tokens[i].has("drop", "rather_not"))
        ):
            r.take(at, kind, *clause)
