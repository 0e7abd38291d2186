"""How many there are of what is named, said beside it: 六个渠道的单量, 会员等级四档各多少人, A和B两场活动, 几期唤醒券分别多少.

In: a fresh `Reading`. Out: its tokens, such a number being each of them where it stands in front of what there are so many of, and nothing
where it follows what it counts. A number that counts something else (买过三个品类) is left alone. Never fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.language.mentions import Piece
from assistant.language.number_words import chinese_value
from assistant.planners.rules.reading import Reading

_SO_MANY = re.compile(
    "(?:[那这]|(?<![^的])全部|所有)?(?P<n>[二两三四五六七八九十]{1,2}|[2-9]|[12][0-9]|几)(?P<unit>[个种类档场期波轮家级层款大批段组])"
)
_ROUNDS = re.compile("几[期场波轮档批]")
_RANKED = re.compile("(?:[前后第近末]|最[高低好差大小多少]的?|垫底的?|倒数|过|了|满|有)$")
_FILLER, _EACH = frozenset({"filler"}), frozenset({"by", "per_group"})
_RANKS = ("most", "least", "best", "worst", "sells_high", "sells_low")


@dataclass(frozen=True, slots=True)
class _Said:
    """Where it is said how many: the places of its words, what stands before and behind them, and the number (None: 几)."""

    inside: tuple[int, ...]
    before: int
    behind: int
    number: int | None
    words: str


def read_all_there_are(r: Reading) -> None:
    """Each such number, in order."""
    for found in _SO_MANY.finditer(r.text.text):
        said = _said(r, found)
        if said is None:
            continue
        if r.follows is not None:
            if said.number in _sizes(r, said.behind) and _asks_of_all(r):
                _say(r, said.inside, _EACH)  # 七个大区一个一个列出来, behind one number of them all
        elif said.number is None:
            if _ROUNDS.fullmatch(said.words) and _is_each(r) and _named(r, said.behind):
                _say(r, said.inside, _EACH)
        elif _listed_before(r, said.before) == said.number or said.number in _sizes(r, said.before):
            kind = (said.behind,) if _is_kind(r, said.behind) else ()
            _say(r, (*said.inside, *kind), _FILLER)
        elif said.number in _sizes(r, said.behind) and not _listed_before(r, said.before) and _asks_of_all(r):
            _say(r, said.inside, _EACH)


def _said(r: Reading, found: re.Match[str]) -> _Said | None:
    inside = tuple(i for i, t in enumerate(r.tokens) if found.start() <= t.start and t.end <= found.end())
    content = any(r.tokens[i].senses or r.tokens[i].time or r.tokens[i].grain for i in inside)
    if not inside or content or r.used & set(inside) or _RANKED.search(r.text.text[: found.start()]):
        return None
    value = chinese_value(found["n"]) if found["n"] != "几" else None
    return _Said(inside, inside[0] - 1, inside[-1] + 1, int(value.value) if value else None, found.group())


def _say(r: Reading, places: Sequence[int], ops: frozenset[str]) -> None:
    """Makes the words one word with these operators: the first of them; the others say nothing."""
    said = {at: ops if at == places[0] else _FILLER for at in places}
    told = tuple((i, _plain(t, said[i]) if i in said else t) for i, t in enumerate(r.tokens))
    r.tokens = tuple(t for i, t in told if r.used or said.get(i) != _FILLER)


def _plain(token: Piece, ops: frozenset[str]) -> Piece:
    return replace(token, role="meaning", senses=(), ops=ops, number=None, comparison=None, comparator=None)


def _sizes(r: Reading, at: int) -> set[int]:
    """How many values there are of what a word names: 4 of 会员等级."""
    known = r.world.model.dimensions
    names = [s.name for s in r.tokens[at].of("dimension")] if 0 <= at < len(r.tokens) else []
    return {len(known[name].values) for name in names if known[name].values}


def _listed_before(r: Reading, at: int) -> int:
    """How many values end right there, tied by `and` or by nothing."""
    count = 0
    while at >= 0:
        token = r.tokens[at]
        if token.of("value"):
            count += 1
        elif not (token.has("and") and not token.is_content):
            break
        at -= 1
    return count if count > 1 else 0


def _is_kind(r: Reading, at: int) -> bool:
    """阶段 of 五个阶段, 活动 of 两场活动: what they are, which is said already."""
    if not at < len(r.tokens):
        return False
    token = r.tokens[at]
    return token.has("kind_noun") and not token.of("dimension") and not token.has("by")


def _named(r: Reading, at: int) -> bool:
    return at < len(r.tokens) and bool(r.tokens[at].of("value") or r.tokens[at].of("entity"))


def _is_each(r: Reading) -> bool:
    """Whether a number of each of them is asked for: 分别多少, 各多少."""
    return any(t.has("each_other", "per_group") and not t.is_content for t in r.tokens)


def _asks_of_all(r: Reading) -> bool:
    """Whether nothing else may be said of so many of them: 哪三个渠道最高, 在六个渠道都买过."""
    return not any(t.has(*_RANKS, "who", "which") or t.of("behaviour") or t.comparison for t in r.tokens if not t.of("metric"))
