"""Chinese words that say again what stands beside them: 客服平均多久首响, 超过3000块的大单, 浏览过的人最后付了钱, 风险档, 1分2分.

In: a fresh `Reading`. Out: such words left out, or read as what they stand for; `当天` behind a deed is strict, as no query holds it.
A word is left out only where the rest says all of it: 客服 of tickets, as 客服工单 are tickets; 大单 where a limit of money says how large.
Never fails.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.language.comparisons import Comparison
from assistant.language.mentions import Piece
from assistant.language.values import Sense, fold
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading, is_light


def leave_out_again(r: Reading) -> None:
    """Each of these words, where it is one."""
    if r.text.text.isascii():
        return
    _topics(r)
    _rows_named_by(r)
    _in_the_end(r)
    _large_ones(r)
    _cut_numbers(r)
    _scores_in_a_row(r)
    _kinds_of_groups(r)
    _on_that_day(r)
    _none_of(r)
    _verbs_of_numbers(r)
    _such_things(r)
    _up_or_down(r)
    _by_how_much(r)
    _went_to(r)
    _those_told_of(r)


def _drop(r: Reading, at: int) -> None:
    r.tokens = (*r.tokens[:at], *r.tokens[at + 1 :])


# --- what the question is about --------------------------------------------------------------------------------------------

_HAN_WORD = re.compile("[一-鿿]{2,5}")


def _topics(r: Reading) -> None:
    """客服上周收到多少投诉, 消息的打开率: a word that a name of the same thing has in front, which that thing has without it too."""
    for at in [i for i, t in enumerate(r.tokens) if t.role == "unread" and _HAN_WORD.fullmatch(t.text)][::-1]:
        before = r.tokens[at - 1] if at else None
        split = before is not None and before.has("which", "by", "per_group", "who", "most", "least", "neg", "except", "only")
        behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
        split = split or (behind is not None and behind.has("by_after", "contain", "most", "least", "list", "who"))
        split = split or _SPEAKERS.match(r.text.text, r.tokens[at].end) is not None
        tables = frozenset() if split else _told_of(r, r.tokens[at].text)
        others = [_tables(r, t) for i, t in enumerate(r.tokens) if i != at]
        if any(t.of("metric") and not own & tables for t, own in zip((*r.tokens[:at], *r.tokens[at + 1 :]), others, strict=True)):
            continue  # 客服一共接了多少单，平均多久回第一句: no orders
        if tables and any(own & tables for own in others):
            r.tokens = tuple(_only_of(r, t, tables) for t in r.tokens)
            _drop(r, at)


_SPEAKERS = re.compile("[这那][边里头儿]")
"""客服这边问下: who asks, which is told to them."""


def _rows_named_by(r: Reading) -> None:
    """物流类的单子: tickets, of the rows that a word may mean those that the value in front of it is of."""
    for at in range(1, len(r.tokens)):
        value = r.tokens[at - 1]
        homes = {home for s in value.of("value") for home in r.world.homes(s.name)}
        own = homes & _tables(r, r.tokens[at])
        if len(own) == 1 and not value.of("behaviour"):
            one = _only_of(r, r.tokens[at], frozenset(own))
            r.tokens = (*r.tokens[:at], one, *r.tokens[at + 1 :])


def _told_of(r: Reading, word: str) -> frozenset[str]:
    """The tables of the things whose name may have a word in front that says nothing more: 客服工单 and 工单; of several numbers of
    the same rows at least, as 优惠后销售额 is one of its own kind: 消息打开率 and 打开率, 消息点击率 and 点击率."""
    model = r.world.model
    found = {
        e.table
        for e in model.entities.values()
        if e.name != model.domain.entity and _may_stand_in_front(word, tuple(map(fold, (e.label.zh, *e.synonyms.zh))))
    }
    named = [n for n, m in model.metrics.items() if word + fold(m.label.zh) in names_of(r.world, n)]
    rows = {r.world.tables_of(name)[0] for name in named}
    return frozenset(found | (rows if len(rows) == 1 and len(named) > 1 else set()))


def _may_stand_in_front(word: str, names: tuple[str, ...]) -> bool:
    return any(n.startswith(word) and n[len(word) :] in names for n in names if n != word)


def _tables(r: Reading, token: Piece) -> frozenset[str]:
    """The tables of the facts that a word is of."""
    model, found = r.world.model, set[str]()
    for s in token.senses:
        if s.kind == "metric":
            found.add(r.world.tables_of(s.name)[0])
        elif s.kind == "entity" and s.name != model.domain.entity:
            found.add(model.entities[s.name].table)
        elif s.kind == "behaviour" and (b := r.world.behaviour(s.name)) is not None:
            found.add(b.table)
    homes = {model.dimensions[s.name].table for s in token.of("value")}
    return frozenset(found | homes) if len(homes) == 1 else frozenset(found)


def _only_of(r: Reading, token: Piece, tables: frozenset[str]) -> Piece:
    """物流类的单子: the rows of what it is about, where a word for rows may be of several things."""
    rows = [s for s in token.of("entity") if s.name != r.world.model.domain.entity]
    own = [s for s in rows if r.world.model.entities[s.name].table in tables]
    return replace(token, senses=tuple(s for s in token.senses if s not in rows or s in own)) if len(rows) > 1 and own else token


# --- how it ended, how large it is -----------------------------------------------------------------------------------------


def _in_the_end(r: Reading) -> None:
    """浏览过的人最后付了钱: what came of it, behind another deed."""
    if any(t.has("share") and not t.is_content for t in r.tokens):
        return  # 在APP浏览的人有百分之几最后付了钱: in the app as well?
    for at in range(len(r.tokens) - 1, 0, -1):
        token = r.tokens[at]
        first = any(t.of("behaviour") or (t.of("value") and t.text.startswith(("用了", "有"))) for t in r.tokens[:at])
        if not first:
            continue
        if token.has("in_the_end") and not token.senses and at + 1 < len(r.tokens):
            behind = r.tokens[at + 1]
            if behind.of("behaviour") or behind.has("neg"):
                _drop(r, at)
        elif token.of("dimension") and (end := _END.match(token.text)) is not None:
            deeds = [n for n, b in r.world.model.behaviours.items() if token.text[end.end() :] in b.verbs.zh]
            if deeds and not r.follows:
                senses = tuple(Sense("behaviour", n) for n in deeds)
                r.tokens = (*r.tokens[:at], replace(token, senses=senses), *r.tokens[at + 1 :])


_END = re.compile("最后|最终")
_LARGE = {"大": (">=", ">"), "小": ("<=", "<")}


def _large_ones(r: Reading) -> None:
    """超过3000块的大单: how large they are is said by a limit of money."""
    limits = [t.comparison for t in r.tokens if t.comparison is not None and t.comparison.unit == "currency"]
    for at, token in enumerate(r.tokens):
        said = _LARGE.get(token.text[:1]) if token.has("compare_high", "compare_low") and len(token.text) == 1 else None
        noun = _BILL.match(r.text.text, token.end)
        if said is None or noun is None or len(limits) != 1 or limits[0] is None or limits[0].op not in said:
            continue
        entity = _entity_of(r, noun[0])
        over = [i for i in range(at + 1, len(r.tokens)) if r.tokens[i].start < noun.end()]
        if entity is None or any(r.tokens[i].end > noun.end() for i in over):
            continue
        senses = next((r.tokens[i].senses for i in over if r.tokens[i].of("entity")), (Sense("entity", entity),))
        one = replace(token, end=noun.end(), text=noun[0], senses=senses, ops=frozenset())
        r.tokens = (*r.tokens[:at], one, *r.tokens[at + 1 + len(over) :])
        return


def _entity_of(r: Reading, noun: str) -> str | None:
    """The things that a noun, or a counting word, is of."""
    names = ((n, e.label.zh, e.unit.zh if e.unit else "", *e.synonyms.zh) for n, e in r.world.model.entities.items())
    return next((n for n, *words in names if noun.removeprefix("额") in words), None)


_BILL = re.compile("额?(?:订单|单子|单|交易)")


def _cut_numbers(r: Reading) -> None:
    """优惠超过100块: a number of money cut short in front of a limit of money, where one name of one number goes on from it."""
    for at, (token, behind) in enumerate(pairwise(r.tokens)):
        limit = behind.comparison
        if token.role != "unread" or limit is None or limit.unit != "currency" or token.end != behind.start:
            continue
        names = [
            d.name
            for d in r.world.model.dimensions.values()
            if r.world.is_number(d.name) and any(fold(w) in _fuller(token.text) for w in (d.label.zh, *d.synonyms.zh))
        ]
        if len(names) == 1:
            one = replace(token, role="meaning", senses=(Sense("dimension", names[0]),))
            r.tokens = (*r.tokens[:at], one, *r.tokens[at + 1 :])


def _fuller(word: str) -> tuple[str, ...]:
    return tuple(f"{word}{end}" for end in ("金额", "额", "的金额", "的钱", "总额"))


def _scores_in_a_row(r: Reading) -> None:
    """打过1分2分的: one or the other, as 1分或2分 is."""
    for at, (a, b) in enumerate(pairwise(r.tokens)):
        one, two = a.number, b.number
        if one is None or two is None or (one.unit, two.unit) != ("point", "point") or a.end != b.start:
            continue
        third = at + 2 < len(r.tokens) and r.tokens[at + 2].number is not None
        if two.value - one.value == 1 and not third and not (at and r.tokens[at - 1].number is not None):
            both = Comparison(a.start, b.end, "between", one.value, two.value, "point")
            piece = replace(a, end=b.end, text=a.text + b.text, number=None, comparison=both)
            r.tokens = (*r.tokens[:at], piece, *r.tokens[at + 2 :])
            return


# --- kinds, days -----------------------------------------------------------------------------------------------------------


def _kinds_of_groups(r: Reading) -> None:
    """在各个流失风险档里: the kinds of a breakdown, right behind its name."""
    for at in range(len(r.tokens) - 1, 1, -1):
        token, named, by = r.tokens[at], r.tokens[at - 1], r.tokens[at - 2]
        plain = token.has("kind_noun") and not (token.is_content or token.has("by", "per_group")) and token.start == named.end
        if plain and named.of("dimension") and by.has("by", "per_group") and named.text not in token.text:
            _drop(r, at)


def _on_that_day(r: Reading) -> None:
    """注册当天就下单: the day of another deed, which no query holds; 双11当天 is a day that is said already."""
    for at in range(len(r.tokens) - 1, -1, -1):
        if not r.tokens[at].has("that_day") or r.tokens[at].senses:
            continue
        near = next((t for t in r.tokens[at - 1 :: -1] if not is_light(t)), None) if at else None
        if near is not None and near.time is not None:
            _drop(r, at)


def _none_of(r: Reading) -> None:
    """零退款, 0投诉: not done."""
    for at, (token, behind) in enumerate(pairwise(r.tokens)):
        zero = token.text in ("零", "0") and token.end == behind.start and behind.of("behaviour") and not token.senses
        if zero and not (behind.of("metric") and not behind.of("value")):
            none = replace(token, text="没", role="meaning", number=None, ops=frozenset(["neg"]))
            deed = replace(behind, senses=behind.of("behaviour"))
            r.tokens = (*r.tokens[:at], none, deed, *r.tokens[at + 2 :])
            return


def _verbs_of_numbers(r: Reading) -> None:
    """哪个触达渠道发，点击率最高; 走哪个渠道; 各大区卖各品类: a bare verb beside a breakdown, where a number is named anyway."""
    if not any(t.of("metric") for t in r.tokens):
        return
    for at in [i for i, t in enumerate(r.tokens) if t.role == "unread" and t.text in _VERBS][::-1]:
        before = at > 1 and r.tokens[at - 1].of("dimension") and r.tokens[at - 2].has("which", "by", "per_group")
        behind = at + 2 < len(r.tokens) and r.tokens[at + 1].has("which", "by") and r.tokens[at + 2].of("dimension")
        if before or behind:
            _drop(r, at)


_VERBS = ("发", "走", "推", "送", "投", "发送", "推送")


def _such_things(r: Reading) -> None:
    """唤醒券这类活动: the noun of what a value is a kind of."""
    for at in range(1, len(r.tokens) - 1):
        value, noun = r.tokens[at - 1], r.tokens[at + 1]
        homes = {home for s in value.of("value") for home in r.world.homes(s.name)}
        own = {r.world.model.entities[s.name].table for s in noun.of("entity")}
        if _SUCH.fullmatch(r.tokens[at].text) and own & homes and not r.is_person(at + 1):
            r.tokens = (*r.tokens[:at], *r.tokens[at + 2 :])
            return


_SUCH = re.compile("这一?[类种]|这些|那一?[类种]|这几[类种]")


def _up_or_down(r: Reading) -> None:
    """今年国庆比去年国庆多卖了还是少卖了: one question, which of the two it was."""
    for at in range(1, len(r.tokens) - 1):
        way, either, other = r.tokens[at - 1 : at + 2]
        ways = (way.has("grow") and other.has("shrink")) or (way.has("shrink") and other.has("grow"))
        if either.has("or") and ways and not (way.is_content or either.is_content or other.is_content):
            r.tokens = (*r.tokens[:at], *r.tokens[at + 2 :])
            return


def _those_told_of(r: Reading) -> None:
    """给他们发过活动但没打开的金卡会员: the people who are named behind, of whom all this is told."""
    for at, token in enumerate(r.tokens):
        deed = at + 1 < len(r.tokens) and bool(r.tokens[at + 1].of("behaviour")) and r.tokens[at + 1].text.endswith("过")
        to_them = token.has("refer") and token.text in _THEM and _TO.search(r.text.text[: token.start]) is not None
        named = next((i for i in range(at + 2, len(r.tokens)) if r.is_person(i)), None) if deed and to_them else None
        if named is not None and r.text.text[: r.tokens[named].start].endswith("的") and r.follows is None:
            _drop(r, at)
            return


_THEM = ("他们", "她们")
_TO = re.compile("[给对向]$")


def _by_how_much(r: Reading) -> None:
    """上周业绩比前一周涨了还是跌了，百分之几: in percent, as a change is shown anyway."""
    for at in range(2, len(r.tokens)):
        grows = r.is_break(at - 1) and r.tokens[at - 2].has("grow", "shrink") and not r.tokens[at - 2].is_content
        if grows and _PERCENT.fullmatch(r.tokens[at].text) and at == len(r.tokens) - 1:
            r.tokens = r.tokens[: at - 1]
            return


_PERCENT = re.compile("百分之(?:几|多少)|几个百分点|多少个点|几个点")


def _went_to(r: Reading) -> None:
    """去过门店消费的: the way there, in front of where something was done."""
    for at in range(len(r.tokens) - 2):
        value, deed = r.tokens[at + 1 : at + 3]
        if r.tokens[at].text in ("去过", "到过") and value.of("value") and deed.of("behaviour") and not r.tokens[at].senses:
            _drop(r, at)
            return
