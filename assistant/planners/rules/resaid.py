"""A question that was asked back, said in other words that mean the same: bought home but never food -> customers who bought home ….

In: the normalised question, its best cover, the `World`, today. Out: the other wording, or None where nothing is left out. Only what
people leave out in a short note is put in: who it is about (nobody else is named, and nothing else asked for), what `nothing` is none of,
which days `between 60 and 90 days ago` are, since when `not since` is. Never fails.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.language.inflections import singular
from assistant.language.mentions import Cover, Piece
from assistant.language.text import Normalised
from assistant.planners.rules.world import World

Change = tuple[int, int, str]
"""A stretch of the question and the words instead of it."""

_NOTHING = re.compile(
    r"(?:(?<![a-z])|(?=,))(?P<but>but|and|yet|though|then|(?<=[a-z0-9]),)(?:,)? (?:nothing|none|zero|nil)(?: at all)?"
    r"(?= (?:in|since|for|over|during|within|after|this|last|from))"
)
_AGO = re.compile(r"(?:between )?(?P<a>\d{1,3})(?: days)?(?: and | to |-)(?P<b>\d{1,3}) days (?:ago|back)(?![a-z])")
_NOT_SINCE = re.compile(r"(?<![a-z])(?:not|nothing|never) (?:again )?since(?: then)?(?=[ ]?(?:[,.;?!:—]|$| -))")
_OPENING = re.compile(
    r"(?:(?:please|pls|can you|could you|hi|hey|hello|quick one|need|i need|give me|show me|get me|list|list of|pull|pull me|find)[,: ]+)*"
    r"(?:(?:an? |the )?list(?: of)?[,:]? -? ?)?"
)


def resaid(text: Normalised, cover: Cover, world: World, today: date, *, sure: bool = False) -> str | None:
    """The whole question in other words; None where there are none. `sure`: only those that also read better what would be answered."""
    line = text.text
    if not line.isascii():
        return None  # Chinese leaves people out anyway: 复购客单价 is a number, and nobody's
    found = (
        (*_of_whom(line, cover), *_of_the_most(line, cover), *_what_they_took(line))
        if sure
        else (
            *_of_whom(line, cover),
            *_of_the_most(line, cover),
            *_what_they_took(line),
            *_same_holiday(line, cover),
            *_often(cover, world),
            *_never(line, cover, world),
            *_nothing(line, cover),
            *_days_ago(line, today),
            *_not_since(line, cover),
            *_whom(line, cover, world),
            *_shown(line, cover, world),
            *_in_pieces(line, cover),
        )
    )
    changes = sorted(found)
    if not changes:
        return None
    said = text.original
    for start, end, words in reversed(changes):
        a, b = text.original_span(start, end) if end > start else (text.original_span(start, start + 1)[0],) * 2
        said = said[:a] + words + said[b:]
    return said


def _nothing(line: str, cover: Cover) -> Iterator[Change]:
    """at least 3 orders ever but nothing in the last 180 days: no orders then; ordered 5 times but nothing since June: did not order."""
    for found in _NOTHING.finditer(line):
        before = [p for p in cover if p.end <= found.start() and (p.of("behaviour") or p.of("entity"))]
        if before:
            none = "no" if before[-1].of("entity") else "haven't"
            but = ", but" if found["but"] == "," else found["but"]
            yield found.start(), found.end(), f"{but} {none} {before[-1].text}"


_TOOK = re.compile(
    r"what did (?=(?:all (?:of )?)?(?:the|our) [a-z ]+?s (?:all )?(?:take|bring in|earn|turn over|gross)(?![a-z]))"
)


def _what_they_took(line: str) -> Iterator[Change]:
    """what did the stores take yesterday: how much did all of them; what each of them took is another question."""
    for found in _TOOK.finditer(line):
        yield found.start(), found.end(), "how much did "


_HOLIDAY = re.compile(
    r"(?<![a-z])(?:(?:the |that )?same (?:holiday|festival)|(?<=year's )(?:holiday|festival)|(?:the|that) (?:holiday|festival))(?![a-z])"
)


def _same_holiday(line: str, cover: Cover) -> Iterator[Change]:
    """National Day against the same holiday in 2025, against last year's holiday: the one that was named before."""
    for found in _HOLIDAY.finditer(line):
        before = [p for p in cover if p.time is not None and p.time.kind == "festival" and p.end <= found.start()]
        if before and len({p.text for p in before}) == 1:
            yield found.start(), found.end(), _NAMED.sub("", before[0].text)


_NAMED = re.compile(r"^(?:this|last) year'?s? |(?: (?:in|of))?(?: this year| last year| 20\d\d)$|^20\d\d ")


_NOUN = re.compile(r"[a-z]+(?= (?:in|over|during|within|for|last|past)(?![a-z]))")


def _often(cover: Cover, world: World) -> Iterator[Change]:
    """cancelled 2 or more orders in the last 90 days: so many times then, where the words also name a number of something else."""
    words = [p for p in cover if not (p.has("filler") and not p.senses)]
    for verb, many, what in zip(words, words[1:], words[2:], strict=False):
        windows = [w for s in what.of("dimension") if (w := world.attributes.window_of(s.name)) is not None]
        counted = {m for s in verb.of("behaviour") if (m := world.count_of_deeds(s.name)) is not None}
        noun = _NOUN.match(what.text)
        other = bool(counted) and bool(windows) and all(metric not in counted for metric, _ in windows)
        if other and noun is not None and many.comparison is not None:
            yield what.start, what.start + noun.end(), "times"


_NEVER = re.compile(r"(?:(?:has|have|had|who've|who's) )?never (?=[a-z]+)")


def _never(line: str, cover: Cover, world: World) -> Iterator[Change]:
    """who has never opened any email: people who did not do it, where the words also name rows of which it is not true."""
    for piece in cover:
        flags = [s for s in piece.of("value") if s.value is False and s.name in world.model.dimensions]
        said = next((m for m in _NEVER.finditer(line) if m.start() <= piece.start < m.end()), None)
        if flags and said is not None and not piece.of("behaviour"):
            yield said.start(), said.end(), "have not "


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
    shown = next((p.start for p in rest if p.has("with", "list") and not p.is_content), len(line))
    if any(p.of("metric") and not (p.of("entity") or p.of("behaviour")) and p.start < shown for p in rest):
        return  # repurchase AOV: a number of what was done
    if _is_deed(first) or (first.has("neg") and len(rest) > 1 and any(map(_is_deed, rest[1:4]))):
        yield first.start, first.start, f"{people} who "
    elif any(_is_theirs(world, s.name) for s in first.of("value")) and any(_is_deed(p) or p.has("neg") for p in rest[1:]):
        yield first.start, first.start, f"{people}: "
    elif (first.comparison is not None or _is_limited(first, rest, world)) and first.start == rest[0].start:
        yield first.start, first.start, f"{people} with "


def _is_limited(first: Piece, rest: list[Piece], world: World) -> bool:
    """last order more than 120 days ago: what people have, and right behind it a limit of it."""
    theirs = any(_is_theirs(world, s.name) for s in first.of("dimension"))
    behind = next((p for p in rest if p.start >= first.end and not (p.has("filler", "copula") and not p.senses)), None)
    return theirs and behind is not None and (behind.comparison is not None or behind.time is not None)


_PAID = ("spent", "paid", "have spent", "has spent")


def _is_deed(piece: Piece) -> bool:
    """Whether a word can only be what somebody did: bought, and not orders, a complaint."""
    return (bool(piece.of("behaviour")) and not (piece.of("metric") or piece.of("entity"))) or piece.text in _PAID


def _names_people(rest: list[Piece], world: World) -> bool:
    main = world.model.domain.entity
    return any(
        p.of("segment") or p.has("who", "people") or any(s.kind == "entity" and s.name == main for s in p.senses) for p in rest
    )


def _shown(line: str, cover: Cover, world: World) -> Iterator[Change]:
    """dormant diamonds, last order date and spend please: what is to be shown of them stands last, and nothing else there."""
    for stop in re.finditer(r"(?:,| -+|—)(?= )", line):
        tail = [p for p in cover if p.start >= stop.end() and p.role != "break"]
        front = [p for p in cover if p.end <= stop.start()]
        named = [p for p in tail if p.of("dimension") or p.of("metric") or p.has("money_verb")]
        plain = all(p in named or p.has("and", "filler") or p.time is not None for p in tail)
        valued = any(p.of("value") or p.of("segment") or p.of("behaviour") or p.has("by", "with", "most") for p in tail)
        about = any(s.name in world.model.dimensions and _is_theirs(world, s.name) for p in named for s in p.of("dimension"))
        who = any(p.of("segment") or p.of("value") or p.of("entity") for p in front)
        if (
            named
            and plain
            and about
            and who
            and not valued
            and not any(p.of("metric") or p.has("count", "with") for p in front if not p.of("entity"))
        ):
            yield named[0].start, named[0].start, "with "
            return


def _is_theirs(world: World, name: str) -> bool:
    return world.entity is not None and world.is_about(world.model.dimensions[name], world.entity)


_OF_THE_MOST = re.compile(
    r"(?<![a-z])(?:is|are|was|were) the (?P<noun>(?:[a-z]+ ){1,3})(?:of|for|to) "
    r"(?=(?:the )?(?:most|fewest|largest number of|highest number of) )"
)


def _of_the_most(line: str, cover: Cover) -> Iterator[Change]:
    """which five stores are the home store of the most gold members: which of them have the most."""
    found = _OF_THE_MOST.search(line)
    if found is None:
        return
    before = [p for p in cover if p.end <= found.start() and p.of("dimension")]
    noun = [p for p in cover if found.start("noun") <= p.start and p.end <= found.end("noun") and p.is_content]
    if len(noun) != 1 or not before or not noun[0].of("dimension"):
        return
    if {s.name for s in before[-1].of("dimension")} & {s.name for s in noun[0].of("dimension")}:
        yield found.start(), found.end(), "have "
    elif singular(noun[0].text.split()[-1]) == singular(before[-1].text):  # which channel is the preferred channel of …
        yield before[-1].start, found.end(), f"{noun[0].text} have "


_PIECES = re.compile(
    r"(?<![a-z])(?P<many>(?:how many|(?:the )?(?:total )?number of|#(?: of)?|total)(?: the)? )?(?<!a )(?<!a few )"
    r"(?:pairs?|pieces|bottles|boxes|packs|packets|bags|jars|tubes|cans|tins|cups|sets|items|units|copies|cartons|bars|rolls|sticks)"
    r" of (?=.*(?<![a-z])(?:sold|sell|sells|selling|shifted|shift|moved|go out|went out)(?![a-z]))"
)


def _in_pieces(line: str, cover: Cover) -> Iterator[Change]:
    """how many pairs of boots did we sell, bottles of perfume sold last week: how many of them, in the word that they are counted in."""
    found = _PIECES.search(line)
    if found is None or any(p.of("metric") and not p.of("value") for p in cover):
        return
    opens = found["many"] is not None or not any(p.is_content for p in cover if p.end <= found.start())
    noun = any(p.of("value") and not p.of("entity") and p.start <= found.end() < p.end for p in cover)
    if opens and noun:
        yield found.start(), found.end(), "how many "


_TOP = re.compile(
    r"(?P<top>(?:the )?(?:top|first|best|biggest) \d+) (?P<by>by [a-z0-9 -]+?) (?:among|amongst|within|out of|of|from) (?:all |the |our )*"
    r"(?P<who>[a-z0-9' -]+?)(?=[,.?!;:]|$| - )"
)


def _of_whom(line: str, cover: Cover) -> Iterator[Change]:
    """top 30 by lifetime spend among at-risk customers: the top 30 at-risk customers by it."""
    found = _TOP.search(line)
    if found is None:
        return
    who = [p for p in cover if p.start >= found.start("who") and p.end <= found.end("who") and p.role != "break"]
    if who and (who[-1].of("segment") or who[-1].of("entity") or who[-1].of("value")):
        yield found.start(), found.end(), f"{found['top']} {found['who']} {found['by']}"
