"""Mentions: every stretch of a question that may mean something, and the best ways to cut the question into them.

In: a normalised question, the index of a domain's names, the calendar. Out: `Piece`s (a span with all that it may be: names,
operators, a period, a number …) and covers of the whole question by pieces, best first. What no piece explains is a piece of its
own, marked unread: nothing is lost. Never fails; the time is linear in the length of the text, which the caller bounds.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from assistant.language.calendar import Calendar
from assistant.language.causes import CAUSED, find_causes
from assistant.language.comparisons import Comparison, comparisons, is_cut
from assistant.language.coordination import shared_heads
from assistant.language.dates import PeriodMention
from assistant.language.numerals import Number, numbers
from assistant.language.operators import find_operators
from assistant.language.phrases import OUT, SHOWN, find_phrases
from assistant.language.separable import joined_by_de, separated
from assistant.language.text import HAN, Normalised
from assistant.language.time_relations import Comparator, GrainMention, read_times
from assistant.language.values import Hit, Sense, ValueIndex
from semantic_layer.model import SemanticModel

Role = Literal["meaning", "break", "unread"]

_FREE = re.compile(r"[\s\"「」『』]+|(?<=[a-z0-9])-(?=[a-z0-9])")
_BREAK = re.compile(r"[,，.。;；?？!！:：\n()\[\]{}'~…—|<>《》【】`^•·*#_\\-]+")
_WORD = re.compile(rf"[^\W\d_{HAN}]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[{HAN}]|\S")
_PICTURE = re.compile(r"[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff]+")
_BEAM = 6
_MARGIN = 4.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch [start, end) of the normalised question with everything that it may be.

    `read_as`: the spelling that a typo was taken for. `quality`: 1 for exact spelling, less for a typo.
    """

    start: int
    end: int
    text: str
    role: Role = "meaning"
    senses: tuple[Sense, ...] = ()
    ops: frozenset[str] = frozenset()
    time: PeriodMention | None = None
    grain: GrainMention | None = None
    comparator: Comparator | None = None
    number: Number | None = None
    comparison: Comparison | None = None
    quality: float = 1.0
    read_as: str | None = None

    def of(self, kind: str) -> tuple[Sense, ...]:
        """The senses of one kind."""
        return tuple([sense for sense in self.senses if sense.kind == kind]) if self.senses else ()  # a list is the quicker

    @property
    def is_content(self) -> bool:
        """Whether it is a name, a time or a number, and not only a word that relates them."""
        return bool(self.senses or self.time or self.grain or self.comparator or self.number or self.comparison)

    def has(self, *ops: str) -> bool:
        """Whether it may be one of these operators."""
        return not self.ops.isdisjoint(ops)


Cover = tuple[Piece, ...]


def spot(text: Normalised, index: ValueIndex, calendar: Calendar, extra: Sequence[Piece] = ()) -> tuple[Piece, ...]:
    """Every piece of a question, overlapping ones too; pieces of the same span are one. `extra`: found by other means (typos)."""
    line = text.text
    found: dict[tuple[int, int], Piece] = {}

    def merge(piece: Piece) -> None:
        known = found.get((piece.start, piece.end))
        found[piece.start, piece.end] = piece if known is None else _merged(known, piece)

    hits = index.find(line)
    moments = tuple(_moments(text, calendar))
    cut = _cut_by_times(line, hits, moments)
    if cut:
        moments += tuple(_moments(_without(text, cut), calendar))
    taken = [(piece.start, piece.end) for piece in moments]
    for piece in moments:
        merge(piece)
    for hit in _outside_grains(hits, moments):
        merge(Piece(hit.start, hit.end, line[hit.start : hit.end], senses=hit.senses))
    related = tuple(_related(line))
    for piece in (*_parted(line, hits, index), *related, *extra):
        merge(piece)
    found |= {
        (piece.start, piece.end): piece for piece in related if piece.ops is OUT or piece.ops is CAUSED
    }  # take the shops out: take is no deed there; held sales back: nothing is undone
    taken += [(piece.start, piece.end) for piece in related if piece.ops is SHOWN]
    for hit in shared_heads(line, hits, index.terms):  # open and click rates: no deed of opening
        found[hit.start, hit.end] = Piece(hit.start, hit.end, line[hit.start : hit.end], senses=hit.senses)
    named = {span for span, piece in found.items() if piece.senses or (piece.has("rated") and len(piece.text) > 1)}
    for piece in _numeric(text, taken, named):
        merge(piece)
    _keep_behind_deeds(found)
    _keep_nouns(found, line)
    for (start, end), piece in tuple(found.items()):
        if piece.text.endswith("的") and (start, end - 1) in found:
            merge(replace(found[start, end - 1], end=end, text=piece.text))
    return tuple(found.values())


_NOUN_AHEAD = re.compile(r"(?<![a-z])(?:per|each|every|an|single|one|average|avg) $")
"""What a noun follows, and no verb."""
_OWNED = re.compile(r"(?<![a-z])(?:the|a|my|our|this|next|last|one|for|on) (?:[a-z']+ )?$")


def _keep_nouns(found: dict[tuple[int, int], Piece], line: str) -> None:
    """spend per order by gender: nothing is ordered; for the board slide: nothing goes down."""
    for span, piece in tuple(found.items()):
        sorts = piece.has("sort") and _NOUN_AHEAD.search(line[: span[0]])
        if sorts or (piece.text in ("slide", "slides") and _OWNED.search(line[: span[0]])):
            del found[span]


def _keep_behind_deeds(found: dict[tuple[int, int], Piece]) -> None:
    """后 and 前 alone only order what was done right before them: 加购后付款; anywhere else they are part of a word."""
    done = {end for (_, end), piece in found.items() if piece.of("behaviour")}
    for (start, end), piece in tuple(found.items()):
        if end - start == 1 and piece.has("afterwards", "beforehand") and start not in done:
            del found[start, end]


def _parted(line: str, hits: Sequence[Hit], index: ValueIndex) -> Iterator[Piece]:
    """Verbs that a number parts from their object (下了5单), names that a 的 parts (工单的满意度)."""
    for start, end, senses in (*separated(line, index), *joined_by_de(line, hits, index)):
        yield Piece(start, end, line[start:end], senses=senses)


def _related(line: str) -> Iterator[Piece]:
    """Words that relate things, and phrases that only say how the answer is to be shown."""
    for operator in find_operators(line):
        yield Piece(operator.start, operator.end, line[operator.start : operator.end], ops=operator.names)
    for start, end, ops in (*find_phrases(line), *find_causes(line)):
        yield Piece(start, end, line[start:end], ops=ops)


def _moments(text: Normalised, calendar: Calendar) -> Iterator[Piece]:
    """Periods, grains and comparators; each word of time used once."""
    line, timed = text.text, read_times(text, calendar)
    for period in timed.periods:
        yield Piece(period.start, period.end, line[period.start : period.end], time=period)
    for grain in timed.grains:
        yield Piece(grain.start, grain.end, line[grain.start : grain.end], grain=grain)
    for comparator in timed.comparators:
        yield Piece(comparator.start, comparator.end, line[comparator.start : comparator.end], comparator=comparator)


def _cut_by_times(line: str, hits: Iterable[Hit], moments: Sequence[Piece]) -> frozenset[int]:
    """The places of values that a time begins or ends within: the last day of `Suite 7 last month` is no 7th, 上周|天猫 no Sunday.

    English ones only where they are stored: a declared one is a word of its own there."""
    names = [hit for hit in hits if any(s.kind == "value" and (s.stored or not line[hit.start].isascii()) for s in hit.senses)]
    crossed = [
        hit
        for hit in names
        if any(hit.start < m.start < hit.end < m.end or m.start < hit.start < m.end < hit.end for m in moments)
    ]
    return frozenset(at for hit in crossed for at in range(hit.start, hit.end))


def _outside_grains(hits: Iterable[Hit], moments: Sequence[Piece]) -> Iterator[Hit]:
    """The names that do not begin inside a word for a unit of time: 每周活跃客户数 is by week, no 周活跃客户数."""
    grains = [(piece.start, piece.end) for piece in moments if piece.grain is not None and not piece.text.isascii()]
    return (hit for hit in hits if not any(start < hit.start < end < hit.end for start, end in grains))


def _without(text: Normalised, places: Collection[int]) -> Normalised:
    """The same text with a stop in some places."""
    return replace(text, text="".join("·" if at in places else char for at, char in enumerate(text.text)))


def visible(pieces: Iterable[Piece], model: SemanticModel) -> tuple[Piece, ...]:
    """The pieces without names that a restricted model does not have; a piece that was nothing else is left out."""
    members: dict[str, Container[str]] = {
        "metric": model.metrics,
        "dimension": model.dimensions,
        "value": model.dimensions,
        "segment": model.segments,
        "behaviour": model.behaviours,
        "entity": model.entities,
    }
    out = []
    for piece in pieces:
        senses = tuple(sense for sense in piece.senses if sense.name in members[sense.kind])
        kept = piece if len(senses) == len(piece.senses) else replace(piece, senses=senses)
        if kept.is_content or kept.ops:
            out.append(kept)
    return tuple(out)


def _merged(a: Piece, b: Piece) -> Piece:
    return replace(
        a,
        senses=tuple(dict.fromkeys((*a.senses, *b.senses))),
        ops=a.ops | b.ops,
        time=a.time or b.time,
        grain=a.grain or b.grain,
        comparator=a.comparator or b.comparator,
        number=a.number or b.number,
        comparison=a.comparison or b.comparison,
        quality=max(a.quality, b.quality),
    )


def _numeric(text: Normalised, taken: Sequence[tuple[int, int]], found: Collection[tuple[int, int]]) -> list[Piece]:
    """Numbers and comparisons; one whose unit is also a name (5 orders) stands without it too."""
    line = text.text
    ends = {end: max(start for start, other in found if other == end) for _, end in found}
    pieces = []
    plain = _without_done(text, found)
    items: list[Comparison | Number] = [*comparisons(plain, taken), *numbers(plain, taken)]
    sided = {end - 1 for start, end in found if line[end - 1] in "前后" and end - start > 1}
    items += numbers(_without(text, sided), taken) if sided else []  # 购买后 | 四个触点 beside 购买 | 后四个
    for item in items:
        spans = [(item.start, item.end)]
        unit = ends.get(item.end)
        if item.unit and unit is not None and line[item.start : unit].strip() and not is_cut(line[: item.end], unit):
            spans = [(item.start, unit - (line[unit - 1] == " "))]
        for start, end in spans:
            number = item if isinstance(item, Number) else None
            comparison = item if isinstance(item, Comparison) else None
            pieces.append(Piece(start, end, line[start:end], number=number, comparison=comparison))
    return pieces


def _without_done(text: Normalised, found: Collection[tuple[int, int]]) -> Normalised:
    """投诉过两次 is done twice, not more than twice: a 过 that ends a name compares with nothing."""
    done = {end - 1 for start, end in found if text.text[end - 1] == "过" and end - start > 1}
    return _without(text, done) if done else text


# --- covers ---------------------------------------------------------------------------------------------------------------


def weight(piece: Piece) -> float:
    """How good it is to read a stretch as this piece: by the character, less for words that carry little."""
    size = sum(1 for char in piece.text if not char.isspace())
    if piece.role == "unread":
        return -2.0 * size if not piece.text.isascii() else -1.5 * min(size, 8)
    if piece.is_content:
        ranks = piece.number is not None and piece.number.kind in ("rank", "rank_last") and not piece.senses
        rate = 0.98 if ranks else 1.0 * piece.quality  # 购买后 | 四个, not 购买 | 后四个
        if piece.senses and any(map(str.isdigit, piece.text)):
            rate *= 0.999  # refunded orders | last 30 days, not refunded | orders last 30 days
    elif piece.ops == {"particle"}:
        rate = 0.1
    elif piece.ops <= {"filler", "particle"}:
        rate = 0.97 if " " in piece.text else 0.9  # please share: a phrase outweighs words of it that mean something elsewhere
    else:
        rate = 0.95
    return rate * size - 0.45


def covers(text: Normalised, pieces: Iterable[Piece], most: int = 3) -> tuple[Cover, ...]:
    """The best ways to cut the question into pieces that do not overlap, best first; spaces belong to no piece."""
    line = text.text
    starting: dict[int, list[Piece]] = {}
    for piece in pieces:
        starting.setdefault(piece.start, []).append(piece)
    best: list[list[_Path]] = [[] for _ in range(len(line) + 1)]
    best[0] = [_Path(0.0, None, None)]
    for at in range(len(line)):
        if not best[at]:
            continue
        beam = sorted(best[at], key=lambda path: -path.score)[:_BEAM]
        space = _FREE.match(line, at)
        if space:
            best[space.end()].extend(beam)
            continue
        for piece in (*starting.get(at, ()), _unexplained(line, at)):
            gain = weight(piece)
            best[piece.end].extend(_Path(path.score + gain - _apart(path.last, piece), piece, path) for path in beam)
    ranked = sorted(best[len(line)], key=lambda path: -path.score)[:_BEAM]
    distinct = dict.fromkeys(_joined(path.pieces(), line) for path in ranked if path.score >= ranked[0].score - _MARGIN)
    fewest = min((_unread(cover) for cover in distinct), default=0)
    return tuple(cover for cover in distinct if _unread(cover) <= fewest)[:most]


def _apart(last: Piece | None, piece: Piece) -> float:
    """Two numbers with nothing between them are rarely two: total | product sales, not total product | sales."""
    bare = last is not None and last.text.isascii() and piece.start - last.end == 1
    numbers = bare and last is not None and all(p.senses and all(s.kind == "metric" for s in p.senses) for p in (last, piece))
    return 1.0 if numbers else 0.0


def _unread(cover: Cover) -> int:
    return sum(1 for piece in cover if piece.role == "unread")


class _Path(NamedTuple):
    """A cover up to some character, as its last piece and the path before it."""

    score: float
    last: Piece | None
    before: "_Path | None"

    def pieces(self) -> Cover:
        out: list[Piece] = []
        path: _Path | None = self
        while path is not None and path.last is not None:
            out.append(path.last)
            path = path.before
        return tuple(reversed(out))


_PARTICLE = frozenset(("particle",))
_COMMA = frozenset(("and", "comma"))


def _is_loose(cover: Cover, at: int) -> bool:
    """A Chinese particle right beside something unread or another particle (本地, 得分); an English one with no name behind it."""
    piece = cover[at]
    if piece.ops != _PARTICLE or piece.senses:
        return False
    if piece.text.isascii():
        after = cover[at + 1] if at + 1 < len(cover) else None
        return after is None or not (after.is_content or after.ops)
    around = [cover[i] for i in (at - 1, at + 1) if 0 <= i < len(cover)]
    near = [p for p in around if p.end == piece.start or p.start == piece.end]
    return any(p.role == "unread" or (p.ops == _PARTICLE and not p.text.isascii()) for p in near)


def _unexplained(line: str, at: int) -> Piece:
    """Punctuation, or the smallest stretch that nothing explains: a word, a number, a Chinese character."""
    stop = _BREAK.match(line, at) or _PICTURE.match(line, at)
    if stop:
        return Piece(at, stop.end(), stop.group(), role="break", ops=_COMMA if stop.group() == "," else frozenset())
    word = _WORD.match(line, at)
    end = word.end() if word else at + 1
    return Piece(at, end, line[at:end], role="unread")


def _hyphenated(cover: Cover, line: str) -> Cover:
    """A-list: a compound of words that are no names is one word, which nothing explains; brand-wise has a name in it."""
    out: list[Piece] = []
    for piece in cover:
        last = out[-1] if out else None
        if last is not None and line[last.end : piece.start] == "-" and not (last.is_content or piece.is_content):
            out[-1] = Piece(last.start, piece.end, line[last.start : piece.end], role="unread")
        else:
            out.append(piece)
    return tuple(out)


def _joined(cover: Cover, line: str) -> Cover:
    """Neighbouring unread Chinese characters as one piece; a particle that leans on nothing is unread too."""
    out: list[Piece] = []
    cover = _hyphenated(cover, line)
    for at, piece in enumerate(cover):
        if _is_loose(cover, at):
            piece = replace(piece, role="unread", ops=frozenset())  # noqa: PLW2901
        last = out[-1] if out else None
        if last and last.role == piece.role == "unread" and last.end == piece.start and not (last.text + piece.text).isascii():
            out[-1] = Piece(last.start, piece.end, line[last.start : piece.end], role="unread")
        else:
            out.append(piece)
    return tuple(out)
