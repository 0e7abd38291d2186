"""What is refused: changing data, acting in the world, personal data, secrets, forecasts, and subjects outside the data.

In: the normalised question, the pieces of its best cover, the model. Out: an `Issue` whose code says which rule, or None. The rules
look at who does what to whom: an order to change or send, at the beginning of a sentence, with members of the data as its object; a
topic word only where the model does not know the word itself. What people did (customers who updated …) is no order.
"""

import re
from collections.abc import Sequence
from functools import cache

from assistant.language.lexicon import either
from assistant.language.mentions import Piece
from assistant.language.refused import refused_words
from assistant.language.text import Normalised
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Records

_SQL_WRITE = re.compile(
    r"(?<![a-z])(?:drop\s+(?:table|view|schema|database)|delete\s+from|insert\s+into|update\s+\w+\s+set|alter\s+table|truncate(?:\s+table)?\s+\w+"
    r"|create\s+(?:or\s+replace\s+)?(?:table|view|schema|database)|grant\s+\w+\s+to|attach\s+|copy\s+\w+\s+(?:to|from)|union\s+(?:all\s+)?select)"
)
_ROW_WRITE = re.compile(
    r"(?<![a-z])(?:remove|drop|take|kick|strike|wipe|clear|purge|clean)(?![a-z]).* (?:from|out of|off) (?:the |our )?"
    r"(?:database|db|system|tables?|crm|records)(?![a-z])|"
    "往.{1,16}?(?:表|库)里?面?(?:加|插|写|塞|录|放|补|存)|(?:表|库)里?面?(?:加|插入|写入|插|塞|录入|补)(?:一|个|条|行)"
)
"""往订单表里加一条."""
_FIELD_WRITE = re.compile(
    r"(?:change|edit|fix|adjust|correct|reset|modify|remove|delete|raise|lower|set|bump) (?:my|his|her|their|our) [a-z' ]*?"
    r"(?:numbers?|figures?|levels?|status|tags?|points|names?|address(?:es)?|records?)(?![a-z])(?! by| from| in| for)"
    r"|(?:remove|delete|strip|take|drop) .*(?<![a-z])(?:tags?|levels?|status|flags?) (?:from|off) "
    r"(?:customer|member|user|client|him|her|them)"
)
"""change my store's sales number, remove the diamond tag from customer 123."""
_SQL_READ = re.compile(r"(?<![a-z])select\s+(?:[\w*.\"'(),\s]{1,80})\s+from\s+\w+|^\s*(?:pragma|describe|explain analyze)\s+\w+")
_CLAUSE = re.compile(r"[,，.。;；?？!！:：\n]+|(?<![a-z])(?:and then|then|and)(?![a-z])|然后|再|并且|并")
_OPENERS = re.compile(
    r"^(?:\s|please|pls|plz|kindly|can you|could you|would you|will you|i want you to|i want to|i'd like you to|i need you to"
    r"|i need to|help me|help me to"
    r"|go ahead and|let's|lets|now|just|also|ok|okay|hey|hi|wenke|first|to|请|帮我|帮忙|麻烦|麻烦你|你"
    r"|能不能|能否|可以|给我|我想|我要|我想要"
    r"|直接|马上|立刻|现在|一键|顺便|批量|全部)+"
)
_TO_ME = re.compile(
    r"(?:send|forward|ping|shoot|text|message|push) (?:me|us|over|across)(?! (?:a|an|the)? ?(?:text|sms|email|reminder|alert)s?(?![a-z]))"
    r"|remind (?:me|us) (?=(?:again )?(?:what|how|which|when|who|where|why|of))"
)
"""send me the top ten, remind me what loyal means: to be told, not to be sent to anybody."""
_TOLD = re.compile(r"(?:send|forward|email|post|share) (?!.*(?<![a-z])(?:to|them|him|her|everyone|all|each)(?![a-z]))")
_ALSO = re.compile(r"(?<![a-z])(?:and|or|then)$")
_THEIRS = re.compile(
    r" (?:order|buy|pay|book|call|phone|contact|register|cancel|return|push|post)(?:ed|s)?(?: (?!them|everyone|all|those|these)| ?[,.?!]?$)"
)
"""buyers who come back and order again: what people do, behind an `and`; and call them is an order."""
_NARROWS = re.compile(
    r"(?:ok |okay |now |and |then |please |pls |can you |could you )*(?:drop|remove|take out|cut|exclude|filter out|leave out|lose) "
    r"(?!.*(?<![a-z])(?:database|system|tables?|crm|records?|rows?|schema|data|accounts?|profiles?)(?![a-z]))"
)
"""drop JD, drop everyone who hasn't spent over 3000: less of what was shown; no data is changed."""
_KEEPS = re.compile(
    r".*(?<![a-z])(?:keep|only|just) .* and (?:drop|remove|leave out|cut|lose) (?:the |all )?(?:others?|rest|other [a-z]+)[.! ]*$"
)
"""keep the customers from South China and drop the other regions."""
_MEETING = re.compile(
    r" (?:call|meeting|review|deck|sheet|session|round|file|model|slide|workshop|cycle)(?![a-z])|会|材料|模型|ppt"
)
"""for the forecast call: what it is for, nothing to be told."""
_SHOWN = re.compile(
    r".* (?:next to|beside|alongside|besides) (?:it|that|them|this|each(?: one| of them)?)(?![a-z])"
    r"| (?:it|this|that|the (?:chart|graph|metric|view|breakdown|grouping|period|dates?))(?![a-z])"
)
"""change it to orders: what is shown, no data."""
_PEOPLE = re.compile("会员|客户|用户|顾客|人$|(?:customer|member|user|client|buyer|shopper|people|person)s?$")
_DEFINITE = re.compile(r" (?:the|all|every|each|our|their|her|his|its|my|this|that|these|those) ")
"""set the price of all shoes 10% lower."""


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(either((*refused_words("zh").get(key, ()), *refused_words("en").get(key, ()))))


def refusal(text: Normalised, pieces: Sequence[Piece], *, written: str, follows: bool = False) -> Issue | None:
    """Why the question is refused, or None.

    `written`: as it was typed, where a slip put right (shelf, shell) accuses nobody; `follows`: there is a result before it, which
    drop everyone who … narrows."""
    line = text.text
    opener = _OPENERS.match(line)
    if _SQL_WRITE.search(line) or _ROW_WRITE.search(line) or _FIELD_WRITE.match(line, opener.end() if opener else 0):
        return Issue("refuse-write")
    if _pattern("secret").search(written):
        return Issue("refuse-secret")
    if _SQL_READ.search(line):
        return Issue("refuse-sql")
    if _pattern("redefine").search(line) and re.search(r"means?|is now|就|关闭|等于|当作|算作|equals|=", line):
        return Issue("refuse-redefine")
    ordered = None if follows and (_NARROWS.match(line) or _KEEPS.match(line)) else _order(line, pieces)
    return ordered or _personal(line, pieces) or _elsewhere(text, pieces)


# --- orders ------------------------------------------------------------------------------------------------------------------


def _order(line: str, pieces: Sequence[Piece]) -> Issue | None:
    if _pattern("send_alone").search(line):
        return Issue("refuse-action")
    at = 0
    for clause in _CLAUSE.split(line):
        start = line.find(clause, at)
        at = start + len(clause)
        if _THEIRS.match(clause) and _ALSO.search(line[:start]):
            continue
        code = _order_in(clause, start, pieces) or _order_behind(clause, start, pieces)
        if code is not None:
            return Issue(code)
    return None


def _order_in(clause: str, start: int, pieces: Sequence[Piece]) -> str | None:
    opener = _OPENERS.match(clause)
    body_at = opener.end() if opener else 0
    body = clause[body_at:]
    offset = start + body_at
    for key, code in (("write", "refuse-write"), ("send", "refuse-action")):
        verb = _pattern(key).match(body)
        longer = verb and (
            any(p.senses and p.start == offset and p.end > offset + verb.end() for p in pieces)
            or _is_noun(offset, pieces)
            or _tells_which(body, offset, pieces)
        )
        end = offset + len(body)
        if key == "send" and _TO_ME.match(body) and not _sends_thing(body):
            continue  # send me the top ten: to be shown
        if key == "send" and verb and _TOLD.match(body) and not _sends_thing(body) and _has_metric(offset, end, pieces):
            continue  # send the September revenue of a store: nobody else is named
        if verb and not longer and not _ends_in_metric(end, pieces) and _has_object(body, offset + verb.end(), end, pieces, key):
            return code
    moved = _pattern("write_to").match(body)
    if moved and not _SHOWN.match(body[moved.end() :]) and not body[moved.end() :].startswith(" to "):  # switch to accessories
        into = re.search(r"(?<![a-z])(?:to|as|into)(?![a-z])", body) and _has_members(offset, offset + len(body), pieces)
        if into or (_DEFINITE.match(body[moved.end() :]) and _pattern("thing").search(body)):
            return "refuse-write"
    return _handled(body, offset, pieces)


def _has_metric(start: int, end: int, pieces: Sequence[Piece]) -> bool:
    return any(p.of("metric") and not p.of("entity") for p in pieces if start <= p.start and p.end <= end)


_ENDS = "(?:了|吧|呗|啊|哈|一下|可以吗|好吗|行吗|好不好|谢谢)*$"
_ORDERED = re.compile("帮我|给我|麻烦|请|[都全]|统一|一律|批量|直接|吧$|呗$")
_NO_ORDER = re.compile("[被谁哪几多少吗占率数]|什么|有没有|没有|是否")


def _order_behind(clause: str, start: int, pieces: Sequence[Piece]) -> str | None:
    """这批客户帮我全部调成金卡, 沉睡的客户都清掉吧: in Chinese the members may stand first, and the order last."""
    if clause.isascii() or not _ORDERED.search(clause) or _NO_ORDER.search(clause):
        return None
    change, write = either(refused_words("zh")["change_to"]), either(refused_words("zh")["write"])
    found = re.search(f"{change}(?=.{{1,8}}{_ENDS})|{write}(?={_ENDS})", clause)
    before = [p for p in pieces if found is not None and start <= p.start and p.end <= start + found.start()]
    theirs = found is not None and _FOR_SOMEBODY.search(clause[: found.start()]) is not None and any(p.senses for p in before)
    return "refuse-write" if theirs or any(_names_people(p) for p in before) else None


_FOR_SOMEBODY = re.compile("[帮给替][他她它]|(?:[他她]|这位|那位)的?$")
"""帮他会员等级改成钻石"""


def _names_people(piece: Piece) -> bool:
    """Whether a piece is of people: members, a segment of them, those who were shown before."""
    pointed = piece.has("refer") and not piece.has("filler")
    return (
        bool(piece.of("entity") or piece.of("segment"))
        or pointed
        or (bool(piece.of("value")) and _PEOPLE.search(piece.text) is not None)
    )


def _is_noun(start: int, pieces: Sequence[Piece]) -> bool:
    """Whether a word that could be an order is a value in a list: phone vs live chat."""
    at = next((i for i, p in enumerate(pieces) if p.start == start), None)
    if at is None or not pieces[at].of("value"):
        return False
    if (
        at > 1
        and pieces[at - 1].role == "break"
        and {s.name for s in pieces[at].of("value")} & {s.name for s in pieces[at - 2].of("value")}
    ):
        return True  # browse, add to cart, pay
    behind = pieces[at + 1] if at + 1 < len(pieces) else None
    things = (
        behind is not None and (behind.of("entity") or behind.of("metric")) and _PEOPLE.search(behind.text) is None
    )  # phone tickets, phone complaints, email opens: nobody to be phoned
    return behind is not None and bool(things or behind.has("versus", "and", "or", "by"))


def _tells_which(body: str, start: int, pieces: Sequence[Piece]) -> bool:
    """退款订单金额最高的10个客户: who did the most of it, and nobody who is to be given money back."""
    deed = any(p.of("behaviour") for p in pieces if p.start == start)
    return deed and "给" not in body and _MEASURED.search(body) is not None


_MEASURED = re.compile("最[大小高低多少]|以上|以下|超过|不到|多于|少于|不足")


def _ends_in_metric(end: int, pieces: Sequence[Piece]) -> bool:
    """Whether a Chinese clause asks for a number of something, its head being its end: 通知类活动的点击率."""
    last = max((p for p in pieces if p.end <= end and p.is_content), key=lambda p: p.end, default=None)
    return last is not None and not last.text.isascii() and bool(last.of("metric")) and not last.of("entity")


_WAS_SENT = re.compile("的|过(?![去来])")
_HOW_MANY_SENT = re.compile("(?:[了过]|出去?了?)(?:多少|几)|多少")


def _handled(body: str, offset: int, pieces: Sequence[Piece]) -> str | None:
    """把 members 改成 …, 给 members 发 …"""
    handle = re.search(either(refused_words("zh")["handle"]) + "|向|对", body)
    if handle is None:
        return None
    rest = body[handle.end() :]
    changed = re.search(either((*refused_words("zh")["change_to"], *refused_words("zh")["write"])), rest)
    whose = changed and re.search(either(refused_words("zh")["one_person"]), rest[: changed.start()])
    if changed and (whose or _has_members(offset + handle.end(), offset + handle.end() + changed.start(), pieces)):
        return None if _swaps(offset + handle.end(), offset + len(body), pieces) else "refuse-write"
    sent = re.search(either(refused_words("zh")["send"]), rest)
    if sent and (_WAS_SENT.match(rest, sent.end()) or _HOW_MANY_SENT.match(rest, sent.end())):
        return None  # 今年给会员发的那些活动, 给西南发了多少条, 给他们发过活动: what was sent, no order to send
    if sent and handle.start() == 0 and handle.group() in ("给", "向") and _sends_thing(rest[sent.end() - 1 :]):
        return "refuse-action"
    if (
        sent
        and handle.group() in ("给", "向", "对")
        and _has_members(offset + handle.end(), offset + handle.end() + sent.start(), pieces)
    ):
        return "refuse-action"
    return None


def _swaps(start: int, end: int, pieces: Sequence[Piece]) -> bool:
    """把华东换成华南: one value of what is shown for another of its kind; nobody is named whose it would be."""
    inside = [p for p in pieces if start <= p.start and p.end <= end and p.is_content]
    kinds = [{s.name for s in p.of("value")} for p in inside]
    people = any(p.of("entity") or p.of("segment") or _PEOPLE.search(p.text) for p in inside)
    return len(inside) == 2 and bool(kinds[0] & kinds[1]) and not people


def _sends_thing(text: str) -> bool:
    """Whether what is sent is a coupon, a message, points: named last, or before whom they go to; not 发券最多的渠道."""
    english = re.search(either(refused_words("en")["sendable"]) + r" (?:to|for) ", text)
    return (
        english is not None
        or re.search(either(refused_words("zh")["sendable"]) + r"(?:$|给|吧|呗|啊|哈|了$|过去|出去|下去)", text.rstrip())
        is not None
    )


def _has_object(body: str, start: int, end: int, pieces: Sequence[Piece], key: str) -> bool:
    """Whether an order has something of ours as its object: members, values, tables, people meant by a pronoun, a coupon."""
    if key == "send" and _sends_thing(body):
        return True
    if key == "write" and _pattern("thing").search(body):
        return True
    if re.search(r"(?<![a-z])(?:them|everyone|these people|those people|all of them)(?![a-z])|这些|他们|她们|所有人", body):
        return True
    return _has_members(start, end, pieces)


def _has_members(start: int, end: int, pieces: Sequence[Piece]) -> bool:
    kinds = {"entity", "segment", "value"}
    inside = [p for p in pieces if start <= p.start and p.end <= end]
    return any(s.kind in kinds for p in inside for s in p.senses) or any(p.has("refer") and not p.has("filler") for p in inside)


# --- personal data -----------------------------------------------------------------------------------------------------------


def _personal(line: str, pieces: Sequence[Piece]) -> Issue | None:
    """Personal data that the asker may not see at all: the model does not know the word (or only a part of it: 微信 of 微信号)."""
    known = [(p.start, p.end) for p in pieces if p.senses]
    for match in _pattern("personal").finditer(line):
        if not any(a <= match.start() and match.end() <= b for a, b in known):
            return Issue("refuse-personal", params={"words": match.group()})
    return None


def private_words(pieces: Sequence[Piece], model: SemanticModel) -> tuple[str, ...]:
    """The words of a question that can only mean personal data; `name` beside things alone is what they are called."""
    found = []
    things = any(s.kind == "entity" and s.name != model.domain.entity for p in pieces for s in p.senses)
    people = any(
        s.kind == "segment" or (s.kind == "behaviour" and not s.stored) or s.name == model.domain.entity
        for p in pieces
        for s in p.senses
    )
    for piece in pieces:
        if things and not people and piece.text in ("name", "names", "名字", "名称"):
            continue
        kinds = {(s.kind == "dimension" and model.dimensions[s.name].pii is not None) for s in piece.senses}
        if kinds == {True}:
            found.append(piece.text)
    return tuple(found)


def private_of_people(pieces: Sequence[Piece], model: SemanticModel) -> tuple[str, ...]:
    """Words that may mean personal data and stand beside people: the phone of customer 7."""
    content = [p for p in pieces if p.is_content and any(s.kind != "behaviour" for s in p.senses)]
    found = []
    for place, piece in enumerate(content):
        pii = any(s.kind == "dimension" and model.dimensions[s.name].pii is not None for s in piece.senses)
        near = [content[i] for i in (place - 1, place + 1) if 0 <= i < len(content)]
        people = any(s.kind == "entity" and s.name == model.domain.entity for p in near for s in p.senses)
        if pii and (people or any(p.of("value") and _PEOPLE.search(p.text) for p in near)):
            found.append(piece.text)
    return tuple(found)


_EVERYONE = re.compile(
    r"(?:(?<![a-z])(?:all|every|each)(?: (?:of )?(?:our|the|my|your))?|所有的?|全部的?|全体|全量|每个|每位|每一个|每一位)\s?$"
)


def withholds(outcome: Interpretation | None, line: str, pieces: Sequence[Piece], model: SemanticModel) -> bool:
    """Whether personal data stays unshown: it is only shown, masked, beside the members of a limited list (or in a follow-up on one).

    Nobody gets it of all: all customers in Beijing, 北京所有客户."""
    people = [p for p in pieces if any(s.kind == "entity" and s.name == model.domain.entity for s in p.senses)]
    if outcome is None or (outcome.queries and any(_EVERYONE.search(line[: p.start]) for p in people)):
        return True
    if outcome.refusal is not None or outcome.describe is not None:
        return False
    limited = all(isinstance(q, Records) and (q.where is not None or q.limit is not None) for q in outcome.queries)
    return not outcome.queries or not limited


# --- elsewhere -----------------------------------------------------------------------------------------------------------------


def _elsewhere(text: Normalised, pieces: Sequence[Piece]) -> Issue | None:
    """Forecasts, other companies, and topics outside the data; only where words were left unread."""
    line = text.text
    ahead = _pattern("forecast").search(line)
    if ahead is not None and not _MEETING.match(line, ahead.end()):
        return Issue("refuse-forecast", params={"words": text.shown(ahead.start(), ahead.end())})
    unread = [p for p in pieces if p.role == "unread"]
    for key, code in (("outside", "refuse-outside"), ("company", "refuse-outside")):
        for match in _pattern(key).finditer(line):
            known = any(p.senses and p.start <= match.start() and match.end() <= p.end for p in pieces)
            split = any(p.senses and p.start < match.start() < p.end for p in pieces)  # agreed to marketing | spend more
            several = " " in match.group() and not (known or split)  # shop assistants: no shop
            if several or any(p.start < match.end() and match.start() < p.end for p in unread):
                return Issue(code, params={"words": text.shown(match.start(), match.end())})
    return _owner(text, pieces)


def _owner(text: Normalised, pieces: Sequence[Piece]) -> Issue | None:
    """Whose number it is, where that is a name the data does not know: Acme's sales."""
    for at, piece in enumerate(pieces[:-1]):
        if piece.role != "unread" or not piece.text.endswith("'s"):
            continue
        if text.shown(piece.start, piece.end)[:1].isupper() and any(p.of("metric") for p in pieces[at + 1 : at + 3]):
            return Issue("refuse-outside", params={"words": text.shown(piece.start, piece.end - 2)})
    return None
