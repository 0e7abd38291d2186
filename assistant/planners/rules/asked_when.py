"""Whether a part of the time is what is asked for: which weekday, 哪个月, the best day of the week for store sales.

In: a token, or a `Reading` whose superlative is known. Out: yes or no. Never fails.
"""

import re

from assistant.language.mentions import Piece
from assistant.planners.rules.reading import Reading

_ASKS_WHEN = re.compile("(?:[a-z]+ )?(?:which|what)(?![a-z])|在?(?:哪|周几|星期几|礼拜几|几点)")
_ASKS_ONE = re.compile(r"哪(?![些几])|周几|(?<![a-z])(?:which|what) [a-z ]*[a-rt-z]$|(?:best|worst) [a-z]*[a-rt-z]$")


def is_part_of_time(token: Piece) -> bool:
    """Whether a word is a unit or a part of time, and nothing else."""
    return (token.grain is not None or token.has("part_weekday", "part_hour")) and not token.senses


def asks_when(token: Piece) -> bool:
    """Whether a word asks which part of the time: which weekday, what hour, 周几, 哪个月."""
    return is_part_of_time(token) and _ASKS_WHEN.match(token.text) is not None


def ranks_time(r: Reading, word: int | None) -> bool:
    """the worst weekday for store sales: a part of the time right behind the superlative."""
    at = r.step(word, 1) if word is not None else None
    return at is not None and r.tokens[at].has("part_weekday", "part_hour") and not r.tokens[at].senses


def only_time_asked(r: Reading, word: int | None) -> bool:
    """Whether nothing but the time is ranked; 哪个月哪家门店: both are."""
    others = any(
        t.has("which") and not t.is_content and i + 1 < len(r.tokens) and r.tokens[i + 1].of("dimension")
        for i, t in enumerate(r.tokens)
    )
    return not others and (any(map(asks_when, r.tokens)) or ranks_time(r, word))


def asks_one_time(r: Reading, word: int | None) -> bool:
    """Whether one part of the time is asked for: which month, 周几, the best day of the week; not which months."""
    if any(is_part_of_time(t) and _ASKS_ONE.search(t.text.partition(" of ")[0]) for t in r.tokens):
        return True
    part = any(t.has("part_weekday", "part_hour") and not t.is_content for t in r.tokens)
    return part and (_asks_one(r) or ranks_time(r, word))


def _asks_one(r: Reading) -> bool:
    """周几, 哪个时段, which weekday, what hour: not each of them."""
    return any(t.has("which") or t.text.startswith(("周几", "星期几", "礼拜几", "几点", "哪")) for t in r.pieces)
