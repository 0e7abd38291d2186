"""What stands before the question proper: a heading that says what it is for, a question that only leads up to it.

In: a normalised question and its best cover. Out: spans of "for the beauty launch" in front of a colon, 要投一批券：, and of a first
sentence such as "Are we discounting harder than a year ago?" where the next one asks for the number. Nothing that names somebody, a
metric, or a value that the rest does not name again is ever part of one. What is set aside is told to the asker. Never fails.
"""

import re
from collections.abc import Iterable

from assistant.language.mentions import Cover, Piece
from assistant.language.text import Normalised

Span = tuple[int, int]

_HEADING = re.compile(r"^[^:,，。.?？!！;；]{2,40}:(?=.{4,})")
_FOR = re.compile(r"(?<![a-z])for (?!each|every|all )")
_PLANS = re.compile(r"(?:我们?|咱们?|这次|本周|下周|明天|今天)*(?:要|准备|打算|想要?|为了|计划|拟)(?!是|不|有)")
_MAILED = re.compile(r"mailing|mail-?out|mailshot|sms blast|email blast|push|newsletter|campaign|群发|推送|短信|发券|投放")
_LEADING = re.compile(r"^([^?]{4,80}\?)\s*(?=.{6,})")
_ASKS = re.compile(
    r"\s*(?:how|are|is|was|were|do|does|did|have|has|what|which|who|where|when)(?![a-z])|.*(?:吗|呢|么|是不是|有没有|谁|哪|什么|怎么样|如何)"
)
_TOLD = frozenset(("only", "except", "neg", "drop", "without", "add", "or", "refer", "list", "count", "sort", "export", "share",
                   "why", "define", "by", "per_group"))  # fmt: skip


def preambles(text: Normalised, cover: Cover) -> tuple[Span, ...]:
    """The spans of `text` that only lead up to the question; at most one."""
    found = _heading(text, cover) or _leading_question(text, cover)
    return (found,) if found is not None else ()


def _heading(text: Normalised, cover: Cover) -> Span | None:
    line = text.text
    match = _HEADING.match(line)
    if match is None:
        return None
    end = match.end() - 1
    purpose = _FOR.search(line, 0, end)
    start = purpose.start() if purpose else 0 if _PLANS.match(line) else None
    inside = [p for p in cover if start is not None and start <= p.start and p.end <= end]
    if start is None or not any(p.role == "unread" or _MAILED.search(p.text) for p in inside):
        return None
    known = _values(p for p in cover if p.start >= end)
    free = all(not _values([p]) - known or _MAILED.fullmatch(p.text) for p in inside)
    named = any(s.kind in ("metric", "entity", "segment") for p in inside for s in p.senses if not _MAILED.search(p.text))
    limits = any(
        p.comparison or p.comparator or (p.has("only", "except", "neg", "list", "count") and not p.has("filler")) for p in inside
    )
    return (start, end) if free and not named and not limits else None


def _leading_question(text: Normalised, cover: Cover) -> Span | None:
    match = _LEADING.match(text.text)
    if match is None or not _ASKS.match(match[1]):
        return None
    end = match.end(1)
    inside, rest = [p for p in cover if p.end <= end], [p for p in cover if p.start >= end]
    if not any(p.of("metric") for p in rest) or not any(p.role == "unread" for p in inside):
        return None
    again = {(s.kind, s.name) for p in rest for s in p.senses}
    kinds = ("metric", "entity", "segment", "behaviour")
    named = any(p.senses and not any((s.kind, s.name) in again for s in p.senses) for p in inside if any(map(p.of, kinds)))
    timed = any(p.time or p.grain or p.comparator for p in inside) and not any(p.time or p.comparator for p in rest)
    limits = any(p.comparison or (p.has(*_TOLD) and not p.has("filler")) for p in inside)
    return None if named or timed or limits or _values(inside) - _values(rest) else (0, end)


def _values(pieces: Iterable[Piece]) -> set[object]:
    return {sense.value for piece in pieces for sense in piece.of("value")}
