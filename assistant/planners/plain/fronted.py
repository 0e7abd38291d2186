"""Chinese says first what describes: 年龄大于30的会员的姓名 is read as 姓名 of 会员 that 年龄大于30; one reader reads both languages.

In: the tokens of a question, part by part. Out: the same tokens, each description behind what it describes, what is counted behind
its count, numbered anew. A description ends in 的 and says more than whose; what is not recognised stays where it is. Never fails.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.language.mentions import Piece
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import is_behind

_DE = "的"
_LINKS = ("和", "与", "及", "以及", "、", "跟", "并", "还有", ",", "，")
_AMOUNTS = ("avg", "sum", "max", "min")
_LETTING = ("所有", "全部", "这些", "那些", "一些", "其他", "各", "不同", "不同的", "前", "只", "仅")
"""Words that may stand between a description and what it describes."""
_FIRST = ("the", "each", "count", "distinct")


def fronted(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens with what describes behind what it describes."""
    if not any(_is_han(t) for t in tokens):
        return tokens
    tokens = tuple(_apart(list(_flagged(list(_often(tuple(map(_ranking, tokens, (None, *tokens)))))))))
    made = [t for part in _parts(tuple(_kinds(tokens))) for t in _counted(_turned(part))]
    return tuple(_numbered(made))


def _is_han(t: Token) -> bool:
    return not t.text.isascii()


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches between stops, each with the stop that ends it."""
    part: list[Token] = []
    for token in tokens:
        part.append(token)
        if token.is_stop:
            yield part
            part = []
    yield part


def _numbered(tokens: Sequence[Token]) -> Iterator[Token]:
    for at, token in enumerate(tokens):
        noun = replace(token.noun, at=at) if token.noun is not None else None
        yield replace(token, at=at, noun=noun)


def _compared(tokens: list[Token]) -> list[Token]:
    """客户人数超过3人 is 超过3人 客户."""
    out: list[Token] = []
    for token in tokens:
        counted = len(out) > 1 and is_behind(out[-1].text) and out[-2].noun is not None and out[-2].noun.rows
        if token.piece.comparison is not None and counted:
            out[-2:] = [token, out[-2]]
        else:
            out.append(token)
    return out


def _apart(tokens: list[Token]) -> Iterator[Token]:
    """每个类别产品 are the products of each category."""
    for at, token in enumerate(tokens):
        yield token
        one, other = token.noun, tokens[at + 1].noun if at + 1 < len(tokens) else None
        if at == 0 or one is None or other is None or not (tokens[at - 1].has("each") and _is_han(token)):
            continue
        if one.rows and other.rows and not set(one.rows) & set(other.rows):
            yield _word(token, _DE, "ask")


def _flagged(tokens: list[Token]) -> Iterator[Token]:
    """流失客户 are 流失的客户."""
    for at, token in enumerate(tokens):
        yield token
        after = tokens[at + 1].noun if at + 1 < len(tokens) else None
        if token.has("flag") and _is_han(token) and after is not None and after.rows:
            yield _word(token, _DE, "ask")


def _ranking(token: Token, before: Token | None) -> Token:
    """哪三个国家 are the first three."""
    number = token.piece.number
    if before is None or number is None or number.kind != "cardinal" or not before.text.startswith("哪"):
        return token
    return replace(token, piece=replace(token.piece, number=replace(number, kind="rank")))


def _often(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """订购次数最多 is 订购 most often."""
    before: Token | None = None
    for token in tokens:
        if before is not None and before.text in ("次数", "频率") and token.has("most", "least") and token.noun is None:
            role = "commonest" if token.has("most") else "rarest"
            before = replace(token, roles=frozenset({role}))
            continue
        if before is not None:
            yield before
        before = token
    if before is not None:
        yield before


def _kinds(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """不同国家的人数 is a breakdown, 多少不同国家 and 哪些不同国家 are not."""
    measured = any((t.has("count", *_AMOUNTS) and t.noun is None) or is_behind(t.text) for t in tokens)
    for at, token in enumerate(tokens):
        later = any(t.has("count", *_AMOUNTS) or is_behind(t.text) for t in tokens[at + 1 :])
        if token.text.startswith("统计") and token.has("count") and later:  # 统计每个城市的员工数量: it only asks
            yield replace(token, roles=frozenset({"ask"}))
            continue
        asked = at > 0 and tokens[at - 1].has("count")
        behind = [t.text for t in tokens[at + 2 : at + 4] if t.text != _DE]
        asked = asked or (bool(behind) and tokens[at + 1].noun is not None and is_behind(behind[0]))
        plain = token.roles == {"distinct", "each"} and (asked or not measured)
        yield replace(token, roles=frozenset({"distinct"})) if plain else token


# --- a description ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Described:
    """`before`: what asks; `marks`: what is said of the head (每个, 多少); `clause`: what describes it; `rest`: what comes behind."""

    before: list[Token]
    marks: list[Token]
    clause: list[Token]
    head: list[Token]
    rest: list[Token]


def _turned(part: list[Token]) -> list[Token]:
    found = _described(part)
    if found is None:
        return part
    asked, rest = _asked_of(found.rest)
    clause = _ranked(found.clause)
    found, clause = _so_many_first(found, clause)
    that = _word(clause[0], "that", "rel")
    if asked:
        of = _word(found.head[0], "of", "of")
        return [*found.before, *asked, of, *found.marks, *found.head, that, *clause, *rest]
    return [*found.before, *found.marks, *found.head, that, *clause, *_anew(rest)]


def _so_many_first(found: _Described, clause: list[Token]) -> tuple[_Described, list[Token]]:
    """单价最高的3个产品: how many belongs to what ranks."""
    numbers = [t for t in found.marks if t.piece.number is not None and t.piece.number.kind == "cardinal" and t.noun is None]
    at = next((i for i, t in enumerate(clause) if t.has("most", "least") and t.noun is None), None)
    if len(numbers) != 1 or at is None:
        return found, clause
    return replace(found, marks=[t for t in found.marks if t is not numbers[0]]), [
        *clause[: at + 1],
        numbers[0],
        *clause[at + 1 :],
    ]


def _word(near: Token, text: str, role: str) -> Token:
    """A word that Chinese does without."""
    piece = Piece(near.piece.start, near.piece.start, text, ops=frozenset({role}))
    return Token(near.at, piece, shown=text, roles=frozenset({role}))


def _described(part: list[Token]) -> _Described | None:
    """The first 的 that ends a description of rows."""
    for at, token in enumerate(part):
        if not token.text.endswith(_DE) or token.noun is not None or at == 0:
            continue
        own = [token] if token.text != _DE else []  # 最大的 says more than 的
        before, marks, clause = _split([*_compared(part[:at]), *own])
        head_at = _head(part, at + 1)
        if head_at is None or not _describes(clause) or _is_inner(part, head_at) or not _fits(part[head_at], clause):
            continue
        if any(t.has("each") for t in marks) and clause[0].noun is not None and any(t.text == _DE for t in clause):
            continue  # 各合同类型的流失客户: each is of the first
        clause = _verbs(clause)
        if (
            before
            and before[-1].has("tie")
            and len(clause) > 1
            and clause[0].piece.comparison
            and clause[1].piece.comparison is None
        ):
            marks, clause = [*marks, clause[0]], clause[1:]  # 有至少一个状态为取消的订单
        between = [t for t in part[at + 1 : head_at] if t.text not in _LETTING or t.has("distinct")]
        return _Described(before, [*marks, *between], clause, [part[head_at]], part[head_at + 1 :])
    return None


def _head(part: list[Token], at: int) -> int | None:
    """The noun of rows behind a 的; of two neighbours that name rows the last is meant."""
    while (
        at < len(part)
        and part[at].noun is None
        and (part[at].text in _LETTING or part[at].piece.number or part[at].has("distinct"))
    ):
        at += 1
    if at >= len(part):
        return None
    noun = part[at].noun
    if noun is None:
        return None
    while at + 1 < len(part) and (after := part[at + 1].noun) is not None and after.rows:
        at += 1
    return at


def _fits(head: Token, clause: list[Token]) -> bool:
    """Whether rows are described; an attribute is by what it has or how often it is used: 有4个以上地址的国家, 最常用的付款方式."""
    noun = head.noun
    counts = clause[-1].has("commonest", "rarest") or (
        any(t.noun is not None and t.noun.rows for t in clause) and any(t.piece.comparison or t.has("neg") for t in clause)
    )
    return noun is not None and (bool(noun.rows) or (bool(noun.dimensions) and counts))


def _verbs(clause: list[Token]) -> list[Token]:
    """在伦敦工作 says where, even where 工作 is a thing of its own too."""
    last = clause[-1]
    place = len(clause) > 1 and (clause[-2].values or clause[-2].quoted) and any(t.text == "在" for t in clause)
    return [*clause[:-1], replace(last, noun=None)] if place and last.has("tie") and last.noun is not None else clause


def _is_inner(part: list[Token], head: int) -> bool:
    """2014年举办的音乐会最多的体育场: what was described only describes something else."""
    after = part[head + 1 : head + 4]
    if not after or after[0].noun is not None or not after[0].has("most", "least", "tie"):
        return False
    ends = 0 if after[0].text.endswith(_DE) else 1 if len(after) > 1 and after[1].text == _DE else None
    return ends is not None and _head(part, head + 2 + ends) is not None


def _split(tokens: list[Token]) -> tuple[list[Token], list[Token], list[Token]]:
    """What asks, what is said of the head, and what describes it; a subject that was asked for stays in front with its verb."""
    at = 0
    while at < len(tokens) and _is_frame(tokens[at]):
        at += 1
    marks = [t for t in tokens[:at] if t.has("each", "count", "distinct")]
    before = [t for t in tokens[:at] if t not in marks]
    subject = (
        at < len(tokens)
        and tokens[at].noun is not None
        and at > 0
        and (tokens[at - 1].has("each", "count") or tokens[at - 1].text.startswith("哪"))
    )
    verb = next((i for i in range(at + 1, len(tokens)) if tokens[i].has("tie")), None) if subject else None
    if verb is not None and all(t.noun is not None or t.has("of") or t.text == _DE for t in tokens[at:verb]):
        return tokens[: verb + 1], [], tokens[verb + 1 :]
    return before, marks, tokens[at:]


def _is_frame(t: Token) -> bool:
    """Whether a word only asks: 列出, 每个, 有多少."""
    number = t.piece.number
    if number is not None and number.kind != "cardinal":
        return True  # 前三, 哪三个
    plain = t.noun is None and not t.values and not t.piece.comparison and not t.piece.time and not number
    return (
        plain
        and not t.has("most", "least", "neg", "contains", *_AMOUNTS)
        and (t.has("each", "count") or (t.has("ask") and t.text not in ("有", "在", "含")))
    )


def _describes(clause: list[Token]) -> bool:
    """Whether a stretch says more than whose something is."""
    if any(t.piece.role == "unread" and not t.quoted for t in clause) or any(
        t.has("each", "count") and t.noun is None for t in clause
    ):
        return False
    if all(t.has("most", "least") or t.has("ask") for t in clause):
        return False
    said = any(
        t.piece.comparison
        or t.piece.time
        or t.piece.number
        or t.values
        or t.quoted
        or t.has("neg", "contains", "most", "least", "commonest", "rarest")
        for t in clause
    )
    said = said or any(t.has("flag") for t in clause)
    return said or any(t.has("tie") and t.noun is None for t in clause)


def _ranked(clause: list[Token]) -> list[Token]:
    """容量最大 becomes 最大 容量; a description inside of a description is turned too."""
    if len(clause) > 1 and clause[-1].has("most", "least") and clause[-1].noun is None and clause[-2].noun is not None:
        inner = _turned(clause[:-1]) if any(t.text == _DE for t in clause[:-1]) else clause[:-1]
        first = next(at for at, t in enumerate(inner) if t.noun is not None)
        if inner == clause[:-1]:
            first = len(inner) - 1
            while first > 0 and inner[first - 1].noun is not None:  # 发票 总额
                first -= 1
        return [*inner[:first], clause[-1], *inner[first:]]
    return _turned(clause)


def _asked_of(rest: list[Token]) -> tuple[list[Token], list[Token]]:
    """What is asked of the head: 的姓名和年龄, 的平均年龄, 有多少, 的数量."""
    at = 1 if rest and rest[0].text == _DE else 0
    counts = [t for t in rest[at : at + 1] if t.has("count") and t.noun is None]
    after = rest[at + 1 : at + 2]
    if counts and (not after or after[0].noun is None):
        return [_word(counts[0], "number of", "count")], rest[at + 1 :]
    end = at
    while end < len(rest) and _is_listed(rest[end]):
        end += 1
    while end > at and rest[end - 1].noun is None:
        end -= 1
    asked = rest[at:end]
    if not asked or (at == 0 and not asked[0].has("most", "least", *_AMOUNTS) and (asked[0].noun is None or asked[0].noun.rows)):
        return [], rest
    return asked, rest[end:]


def _is_listed(t: Token) -> bool:
    return t.noun is not None or t.text in (*_LINKS, *_LETTING, _DE) or t.has("most", "least", *_AMOUNTS)


def _anew(rest: list[Token]) -> list[Token]:
    """What follows a description of the subject is asked for anew: 来自哪些国家, 叫什么名字."""
    at = 1 if len(rest) > 1 and rest[0].has("tie") and rest[1].has("ask") else 0
    asks = len(rest) > at and rest[at].noun is None and rest[at].has("ask") and rest[at].text != _DE
    if not asks or not any(t.noun is not None for t in rest):
        return rest
    stop = _word(rest[0], ",", "and")
    return [replace(stop, piece=replace(stop.piece, role="break")), *rest[at:]]


# --- what is counted ------------------------------------------------------------------------------------------------------------


def _counted(part: list[Token]) -> list[Token]:
    """有多少汽车的马力大于150: an attribute behind what is counted or sought, and compared, describes it."""
    for at in range(1, len(part) - 1):
        head, before = part[at].noun, part[at - 1]
        if head is None or not head.rows or not (before.has("count") or before.text.startswith("哪")):
            continue
        own = at + 2 if part[at + 1].text == _DE else at + 1
        after = part[own] if own < len(part) else None
        if after is None or after.noun is None or after.noun.rows or own + 1 >= len(part):
            continue
        told, then = part[own + 1], part[own + 2] if own + 2 < len(part) else None
        equal = told.text in ("是", "为", "等于", "属于") and then is not None and bool(then.values or then.quoted)
        if told.piece.comparison is not None or told.has("contains") or equal:
            return [*part[: at + 1], _word(after, "that", "rel"), *part[own:]]
    return part
