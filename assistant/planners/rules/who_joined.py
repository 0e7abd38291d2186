"""Those who joined, said again behind their number: 上个月哪个渠道拉新最好, then 拉来的人客单价呢; …, then AOV of the customers it brought.

In: a fresh `Reading` of a follow-up and the query before it. Out: the same reading, with a word that points in the place of them, as 他们的
does. Never fails: behind any other number, and with a time or a value of its own, a message stays as it is.
"""

import re

from assistant.language.mentions import Piece
from assistant.planners.rules.reading import Reading, is_filler
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery

_BROUGHT = re.compile(
    r"(?<![a-z])(?:of |from |for )?(?:the |those )?(?P<who>[a-z-]+(?: [a-z]+)?) (?:that |who |which )?(?:it|they|that one)"
    r"(?: has| have| had|'s)? (?:brought|won|attracted|acquired|gained|pulled|drew|got)(?: us| in)*(?![a-z])"
)


def said_again(r: Reading, last: SemanticQuery) -> Reading:
    """The reading with those people pointed at."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)] if isinstance(last, Aggregate) else []
    deeds = {name for name in r.world.model.behaviours if names == [r.world.count_of_joining(name)]}
    own = any(t.time or t.of("value") or t.of("segment") for t in r.tokens)
    span = None if own or not deeds else _joined(r, deeds) or _brought(r)
    if span is None or not any(t.of("metric") and not _within(t, span) for t in r.tokens):
        return r
    word = "of them" if r.text.text[span[0] : span[1]].isascii() else "他们的"
    them = Piece(span[0], span[1], word, ops=frozenset({"refer"}))
    pieces = [p for p in r.pieces if not _within(p, span)]
    r.pieces = tuple(sorted((*pieces, them), key=lambda p: p.start))
    r.tokens = tuple(p for p in r.pieces if not is_filler(p))
    return r


def _within(piece: Piece, span: tuple[int, int]) -> bool:
    return span[0] <= piece.start < span[1]


def _joined(r: Reading, deeds: set[str]) -> tuple[int, int] | None:
    """拉来的人, 注册的客户: the deed, at the head of the message, with the people behind it."""
    places = [at for at, t in enumerate(r.tokens) if not t.has("what_about", "filler")][:1]
    for at in places if len(r.tokens) > 1 else ():
        verb, behind = r.tokens[at], r.tokens[at + 1 : at + 2]
        if not deeds & {s.name for s in verb.of("behaviour")} or verb.text.isascii():
            continue
        people = [t for t in behind if t.has("people") or r.is_person(at + 1)]
        between = r.text.text[verb.end : people[0].end] if people else ""
        if people and (between.startswith("的")):
            return verb.start, people[0].end
    return None


_ZH_BROUGHT = re.compile("(?:那么?|它|也)?(?P<said>(?:带|引|招|吸引|拉)(?:进|过)?来的(?:这些|那些)?)")


def _brought(r: Reading) -> tuple[int, int] | None:
    """带来的客户, the customers it brought in: by words that are no deed of theirs."""
    head = _ZH_BROUGHT.match(r.text.text)
    end = head.end() if head is not None else -1
    people = [t for at, t in enumerate(r.tokens) if (r.is_person(at) or t.has("people")) and t.start <= end <= t.end]
    if head is not None and people:
        return head.start("said"), people[0].end
    found = _BROUGHT.search(r.text.text)
    people = [t for at, t in enumerate(r.tokens) if found is not None and r.is_person(at) and t.end == found.end("who")]
    return found.span() if found is not None and people else None
