"""A question that was asked back, said in other words that mean the same: bought home but never food -> customers who bought home ….

In: the normalised question, its best cover, the `World`, today. Out: the other wording, or None where nothing is left out. Only what
people leave out in a short note is put in: who it is about (nobody else is named, and nothing else asked for), what `nothing` is none of,
which days `between 60 and 90 days ago` are, since when `not since` is. Never fails.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.language.mentions import Cover, Piece
from assistant.language.text import Normalised
from assistant.planners.rules.world import World

Change = tuple[int, int, str]
"""A stretch of the question and the words instead of it."""

_NOTHING = re.compile(
    r"(?<![a-z])(?P<but>but|and|yet|though|then)(?:,)? (?:nothing|none|zero|nil)(?: at all)?(?= (?:in|since|for|over|during|within|after|this|last|from))"
)
_AGO = re.compile(r"(?:between )?(?P<a>\d{1,3})(?: days)?(?: and | to |-)(?P<b>\d{1,3}) days (?:ago|back)(?![a-z])")
_NOT_SINCE = re.compile(r"(?<![a-z])(?:not|nothing|never) (?:again )?since(?: then)?(?=[ ]?(?:[,.;?!:—]|$| -))")
_OPENING = re.compile(
    r"(?:(?:please|pls|can you|could you|hi|hey|hello|quick one|need|i need|give me|show me|get me|list|list of|pull|pull me|find)[,: ]+)*"
    r"(?:(?:an? |the )?list(?: of)?[,:]? -? ?)?"
)


def resaid(text: Normalised, cover: Cover, world: World, today: date) -> str | None:
    """The whole question in other words; None where there are none."""
    changes = sorted(
        (
            *_nothing(text.text, cover),
            *_days_ago(text.text, today),
            *_not_since(text.text, cover),
            *_whom(text.text, cover, world),
        )
    )
    if not changes:
        return None
    line = text.original
    for start, end, words in reversed(changes):
        a, b = text.original_span(start, end) if end > start else (text.original_span(start, start + 1)[0],) * 2
        line = line[:a] + words + line[b:]
    return line


def _nothing(line: str, cover: Cover) -> Iterator[Change]:
    """at least 3 orders ever but nothing in the last 180 days: no orders then; ordered 5 times but nothing since June: did not order."""
    for found in _NOTHING.finditer(line):
        before = [p for p in cover if p.end <= found.start() and (p.of("behaviour") or p.of("entity"))]
        if before:
            none = "no" if before[-1].of("entity") else "haven't"
            yield found.start(), found.end(), f"{found['but']} {none} {before[-1].text}"


def _days_ago(line: str, today: date) -> Iterator[Change]:
    """between 60 and 90 days ago: from the one day to the other."""
    for found in _AGO.finditer(line):
        near, far = sorted((int(found["a"]), int(found["b"])))
        yield found.start(), found.end(), f"between {today - timedelta(days=far)} and {today - timedelta(days=near)}"


def _not_since(line: str, cover: Cover) -> Iterator[Change]:
    """bought on Double 11 but not since: not after it."""
    for found in _NOT_SINCE.finditer(line):
        ends = [p.time.period.end for p in cover if p.time is not None and p.end <= found.start()]
        if ends and ends[-1] is not None:
            yield found.start(), found.end(), f"not since {ends[-1]}"


def _whom(line: str, cover: Cover, world: World) -> Iterator[Change]:
    """bought home but never food; at least 3 orders ever, none since June: the people that the rest describes."""
    opening = _OPENING.match(line)
    start = opening.end() if opening is not None else 0
    rest = [p for p in cover if p.start >= start and p.role != "break"]
    if (
        world.entity is None
        or not rest
        or _names_people(rest, world)
        or any(p.has("by", "trend", "share", "which") and not p.has("filler") for p in rest)
    ):
        return
    people = world.entity.label.en.lower()
    people = people if people.endswith("s") else f"{people}s"
    first = next((p for p in rest if not p.has("filler") or p.senses), rest[0])
    if _is_deed(first) or (first.has("neg") and len(rest) > 1 and any(map(_is_deed, rest[1:4]))):
        yield first.start, first.start, f"{people} who "
    elif first.comparison is not None and first.start == rest[0].start:
        yield first.start, first.start, f"{people} with "


def _is_deed(piece: Piece) -> bool:
    """Whether a word can only be what somebody did: bought, and not orders, a complaint."""
    return bool(piece.of("behaviour")) and not (piece.of("metric") or piece.of("entity") or piece.of("dimension"))


def _names_people(rest: list[Piece], world: World) -> bool:
    main = world.model.domain.entity
    return any(
        p.of("segment") or p.has("who", "people") or any(s.kind == "entity" and s.name == main for s in p.senses) for p in rest
    )
