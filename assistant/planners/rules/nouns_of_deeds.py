"""A deed listed beside numbers is a number too: 单量、退货, 触达、打开率, 新客和活跃, 业绩、客单、连带、复购.

In: a fresh `Reading`. Out: its tokens, the bare verbs of such a list being the metrics that are called so; where more than one could be
meant (退款 of how much money, or of how many orders), the word stays to be asked about. Never fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense, fold
from assistant.planners.rules.all_there_are import read_all_there_are
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric

_ASKS = ("count", "how_is", "how_much", "each_other")
_BEHIND = {
    *_ASKS,
    "list",
    "trend",
    "most",
    "least",
    "best",
    "worst",
    "particle",
    "filler",
    "also",
    "both",
    "share",
    "by_after",
    "add",
}
_ALL_DONE = re.compile("(?:都|均|全|两者)+(?:有|做|过)")
"""订单和退款都有的客户: who has both."""
_DONE = re.compile(".*[了过的]|[有没被].*")


def read_nouns_of_deeds(r: Reading) -> None:
    """Each list of numbers, one of which is said by its deed alone; how many are listed is read before, as it stands between them."""
    read_all_there_are(r)
    _read_alone(r)
    if r.follows is None:
        _leave_values(r)
    for items, stop in _lists(r):
        deeds = [at for at in items if _is_deed(r, at)]
        asked = [at for at in items if at not in deeds]
        end = _past_each(r, stop)
        if _ALL_DONE.match(r.text.text[r.tokens[items[-1]].end :]):
            continue
        if not deeds or not (asked or _asked_apart(r, deeds, end)) or not _ends(r, end):
            continue
        _count_things(r, asked)
        people = any(t.has("people") for t in r.tokens[end : end + 3])
        for at in deeds:
            found = _called(r, at, asked, people=people or _all_people(r, asked), told=_is_counted(r, at, end))
            if len(found) == 1:
                said = replace(r.tokens[at], senses=(Sense("metric", found[0]),), ops=frozenset())
                r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])
            else:
                r.tokens = (*r.tokens[:at], _unread(r.tokens[at]), *r.tokens[at + 1 :])


def _read_alone(r: Reading) -> None:
    """上个月投诉, 昨天注册情况: a time and what was done in it are how often, where no money is called so too."""
    content = [at for at, t in enumerate(r.tokens) if t.is_content]
    rest = [t for at, t in enumerate(r.tokens) if at not in content and t.role != "break"]
    deeds = [at for at in content if _is_deed(r, at) and not r.tokens[at].has("money_verb")]
    plain = len(content) == 2 and len(deeds) == 1 and all(r.tokens[at].time is not None for at in content if at not in deeds)
    if r.follows is not None or not plain or not all(t.has("how_is", "particle", "filler") for t in rest):
        return
    at = deeds[0]
    found = _called(r, at, (), people=False, told=True)
    text = fold(r.tokens[at].text)
    money = any(
        w.startswith(text) for m, told in r.world.model.metrics.items() if told.format == "currency" for w in names_of(r.world, m)
    )
    if len(found) == 1 and not money:
        said = replace(r.tokens[at], senses=(Sense("metric", found[0]),), ops=frozenset())
        r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])


def _lists(r: Reading) -> Iterator[tuple[list[int], int]]:
    """The places of the words of each list, and the place behind it; 多少 may stand behind each word."""
    at = 0
    while at < len(r.tokens):
        items: list[int] = []
        to = at
        while to < len(r.tokens) and (_is_deed(r, to) or _is_number(r, to) or _counted(r, to) is not None):
            items.append(to)
            to = _past_asking(r, to + 1)
            if not (to + 1 < len(r.tokens) and _ties(r, to)):
                break
            to += 1
        if len(items) > 1:
            yield items, to
        at = max(to, at + 1)


_BESIDE = ("、", "和", "跟", "与", "及", "以及")


def _counted(r: Reading, at: int) -> str | None:
    """订单和消费: what counts the things that a Chinese noun names, and nobody."""
    token = r.tokens[at]
    beside = any(0 <= to < len(r.tokens) and r.tokens[to].text in _BESIDE for to in (at - 1, at + 1))
    if not beside or token.text.isascii() or r.is_person(at) or token.of("value") or token.of("behaviour"):
        return None  # 来了多少工单，投诉占百分之几: two questions
    return next((c for s in token.of("entity") if (c := r.world.counts.get(s.name)) is not None), None)


def _count_things(r: Reading, places: Sequence[int]) -> None:
    """The things of such a list are how many there are."""
    for at in places:
        count = _counted(r, at)
        if count is not None and not _is_number(r, at):
            said = replace(r.tokens[at], senses=(Sense("metric", count),), ops=frozenset())
            r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])


def _leave_values(r: Reading) -> None:
    """上个月折扣和客单, as the AOV of one kind of campaign: a kind that a number is called after, too, is asked about."""
    for at, token in enumerate(r.tokens):
        only = bool(token.senses) and all(s.kind == "value" for s in token.senses) and not token.text.isascii()
        ties = [to for to in (at - 1, at + 1) if 0 <= to < len(r.tokens) and _ties(r, to)]
        beside = any(0 <= 2 * to - at < len(r.tokens) and _is_number(r, 2 * to - at) for to in ties)
        rates = (m for m in r.world.model.metrics if f"{fold(token.text)}率" in names_of(r.world, m)) if only and beside else ()
        if next(iter(rates), None) is not None:
            r.tokens = (*r.tokens[:at], _unread(token), *r.tokens[at + 1 :])


def _unread(token: Piece) -> Piece:
    return replace(token, senses=(), ops=frozenset(), role="unread")


def _past_asking(r: Reading, at: int) -> int:
    """Behind 多少 of this word, where another word follows: 触达多少、转化多少."""
    asks = at + 1 < len(r.tokens) and _asks(r, at) and _ties(r, at + 1)
    return at + 1 if asks else at


def _asks(r: Reading, at: int) -> bool:
    return at < len(r.tokens) and r.tokens[at].has(*_ASKS) and (r.tokens[at].has("people") or not r.tokens[at].is_content)


def _ties(r: Reading, at: int) -> bool:
    return r.tokens[at].has("and") and not r.tokens[at].is_content and not r.tokens[at].has("also")


def _is_deed(r: Reading, at: int) -> bool:
    """A verb that says neither when it was done nor who did not: 投诉, 活跃; not 投诉过."""
    token = r.tokens[at]
    bare = bool(token.of("behaviour")) and not token.of("metric") and not token.of("entity") and not token.text.isascii()
    before = r.tokens[at - 1] if at else None
    who = before is not None and (before.has("people") or r.is_person(at - 1))  # 多少人下单
    free = before is None or not (before.has("neg", "only", "except") or before.of("behaviour") or who)
    done = _DONE.fullmatch(token.text) is not None or r.text.text[token.end :].startswith(("的", "过", "了"))
    return bare and free and (not done or (token.text.endswith("了") and _asks(r, at + 1)))


def _is_number(r: Reading, at: int) -> bool:
    """A word that names a number and nothing else: 单量, not 会员."""
    token = r.tokens[at]
    return bool(token.of("metric")) and not token.of("entity") and not token.has("people")


def _ends(r: Reading, at: int) -> bool:
    """Whether the list is all that is said there: 投诉、退货客户 is of customers."""
    if at == len(r.tokens) or r.is_break(at):
        return True
    token = r.tokens[at]
    behind = r.text.text[r.tokens[at - 1].end : token.start].strip()
    if behind.startswith("的"):
        return False
    return token.time is not None or token.has("people", *_ASKS) or (not token.is_content and bool(token.ops & _BEHIND))


def _asked_apart(r: Reading, deeds: Sequence[int], end: int) -> bool:
    """触达多少、打开多少, 触达、打开各多少: how many is asked of each deed, though no other number is named."""
    each = _asks(r, end) and (r.tokens[end].has("each_other") or r.tokens[end - 1].has("per_group"))
    each = each and not any(r.tokens[at].of("value") for at in deeds)  # 浏览、加购、支付各有多少人: of each kind of one thing
    return each or all(_asks(r, at + 1) for at in deeds)


def _past_each(r: Reading, at: int) -> int:
    """Behind 各 of 各多少人."""
    each = _asks(r, at + 1) and r.tokens[at].has("per_group", "each_other") and not r.tokens[at].is_content
    return at + 1 if each else at


def _is_counted(r: Reading, at: int, end: int) -> bool:
    """Whether how many is asked of a deed, or of all that is listed."""
    return _asks(r, at + 1) or _asks(r, end)


def _all_people(r: Reading, asked: Sequence[int]) -> bool:
    return bool(asked) and all(any(r.world.counts_people(m) for m in r.metrics(at)) for at in asked)


def _called(r: Reading, at: int, asked: Sequence[int], *, people: bool, told: bool) -> list[str]:
    """The metrics that a deed may be short for, beside those that are named."""
    text, model = fold(r.tokens[at].text).removesuffix("了"), r.world.model
    tables = {b.table for s in r.tokens[at].of("behaviour") if (b := r.world.behaviour(s.name)) is not None}
    named = [m for m in model.metrics if any(w.startswith(text) and w != text for w in names_of(r.world, m))]
    of_it = [m for m in named if set(r.world.tables_of(m)) & tables]
    rates = [m for m in of_it if isinstance(model.metrics[m], RatioMetric) and f"{text}率" in names_of(r.world, m)]
    rates = [m for m in rates if set(r.world.tables_of(m)) <= tables]  # 投诉率, of orders: 投诉 alone is no rate
    counts = [m for m in of_it if not isinstance(model.metrics[m], RatioMetric)]
    if r.tokens[at].has("again_verb"):
        return [] if people else rates
    if people:
        return [m for m in counts if r.world.counts_people(m)]
    if r.tokens[at].has("money_verb"):  # 近90天的单数和消费: how much they spent, not how often
        return [m for table in sorted(tables) if (m := r.world.money_of(table)) is not None]
    beside = {m for place in asked for m in r.metrics(place)}
    same = [m for m in beside if isinstance(model.metrics[m], RatioMetric) and set(r.world.tables_of(m)) & tables]
    if same and rates and not told:
        return rates
    deeds = {r.world.count_of_deeds(s.name) for s in r.tokens[at].of("behaviour")}
    rows = [m for m in counts if m in deeds] or [m for m in counts if r.world.counts_people(m)]
    money = [m for m in counts if model.metrics[m].format == "currency"]
    if rates and not told and not _one_unit(r, rows, beside):
        return []
    return rows if not money or told else _of_kind(r, rows, money, beside)


def _one_unit(r: Reading, rows: Sequence[str], beside: set[str]) -> bool:
    """Whether what is counted and what stands beside it are told in one unit: 单量和退货, both of orders."""
    units = {getattr(r.world.model.metrics[m].unit, "zh", None) for m in (*rows, *beside)}
    return bool(beside) and len(units) == 1 and None not in units


def _of_kind(r: Reading, rows: list[str], money: list[str], beside: set[str]) -> list[str]:
    """Beside money only, the money; beside counts of the same things only, the count; else it may be either."""
    if beside and all(r.world.model.metrics[m].format == "currency" for m in beside):
        return money
    return rows if _one_unit(r, rows, beside) else [*rows, *money]
