"""The cut of a plain question: names, values, numbers, periods and the words that relate them, each with all that it may be.

In: a text, the index of a model's names, the calendar, the world of the model. Out: the best cover, as tokens. A metric whose
name only says how a column is aggregated (total price) is no name here: the question's own words say it. Never fails; what nothing
explains is a token of its own, marked unread.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover, Piece, covers, spot, visible
from assistant.language.text import Normalised, normalise
from assistant.language.values import Scalar, ValueIndex
from assistant.planners.plain.frame import Noun
from assistant.planners.plain.respell import exchanges
from assistant.planners.plain.words import find_words, roles_of
from assistant.planners.rules.world import World

_ONE = re.compile(r"(?i)\b(at least|more than|at most|exactly|less than|fewer than|only|over) (?:one|a single)\b")
_SEVERAL = re.compile(r"(?i)\b(?:multiple|several)\b")
_APART = re.compile(
    r"(至少|最少|起码|超过|多于|大于|不到|少于|不足|最多|至多|不超过|正好|恰好|只)"
    r"((?:拥有|持有|有|买|购买|参加|举办|下|生产|使用|订购|去|来|做|写|开设|开|管理)(?:了|过)?)(?=[0-9零一二两三四五六七八九十百千万]+)"
)
"""至少拥有一家: the verb stands between what compares and the number."""
_DONE = re.compile(r"(?<=[买去来用做下有办加看订])过(?=[0-9零一二两三四五六七八九十百千万])")
"""做过两份: the particle is no `over`."""
_OR_MORE = re.compile(r"([0-9一二两三四五六七八九十百]+)([个份次家名位种件项条])?或(?:者)?\1\2?(以上|以下)")
_OR_THAN = re.compile(
    r"(?i)(?<=\d) or (?=(?:higher|greater|more|larger|bigger|longer|later|lower|less|fewer|smaller|shorter) than\b)"
)
"""below 600 or higher than 900: two comparisons, and no `600 or higher`."""
_AND_ITS = re.compile(
    r"(?i)(\b(?:most|fewest|least|largest|highest|lowest|smallest)\b.*?),? and how many"
    r"(?: (?:were|are|is|was) (?:they|there|it|that))?\s*\?*$"
    r"|(最.*)[，,](?:分别|各)?(?:有|是)?(?:多少|几)[个家位人次]?[？?]?$"
)
"""Which has the most, and how many: a ranking shows its number anyway."""
_STARTS = re.compile(r"以[“\"'‘]?(\w{1,20}?)[”\"'’]?(?:字母)?(?:开头|打头)")
_UNITS = set("个位名人家种类款辆部台首场座间本张条项件笔单份套只门次")
_NAMES = re.compile(r"(?i)\bfirst(?: names?)? and (?:the )?last names?\b")
_QUOTED = re.compile(r"[\"'“‘「《]([^\"'”’」》]{1,60})[\"'”’」》]")
_AGGREGATED = re.compile(
    r"(?:the )?(?:number of|how many|count of|total|sum of|overall|average|mean|avg|highest|lowest|maximum|minimum|max|min|"
    r"different|distinct|unique)\b|"
    r"(?:总|平均|最高|最低|最大|最小|不同|多少|几)|.*(?:数|数量|个数|人数|总和|平均值|最大值|最小值)$"
)
"""Names that say how something is aggregated, before or behind it."""
_COUNTED = re.compile(r"(?:the )?(?:number of|how many|count of)\b")
_MOST_EXCHANGED = 3
"""Words of one question that may be exchanged for other words for the same."""
_SHORTEST = 3
"""Shorter values (a country's code) are meant only in capitals."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of a question. `quoted`: it stood in quotation marks; `shown`: as it was written."""

    at: int
    piece: Piece
    noun: Noun | None = None
    values: tuple[tuple[str, Scalar], ...] = ()
    behaviours: tuple[str, ...] = ()
    quoted: bool = False
    shown: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.piece.text

    def has(self, *roles: str) -> bool:
        """Whether it may do one of these."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_stop(self) -> bool:
        """Whether a sentence or a part of it ends here."""
        return self.piece.role == "break" and not set(self.text) <= set("\"'“”‘’()《》「」-_*`")


def cut(
    text: str, index: ValueIndex, calendar: Calendar, world: World, *, without_aggregated: bool = False
) -> tuple[tuple[Token, ...], Cover]:
    """The tokens of a question, and the cover they were made of. `without_aggregated`: `minimum salary` is no attribute."""
    made = _once(text, index, calendar, world, without_aggregated=without_aggregated)
    for _ in range(_MOST_EXCHANGED):
        better = _exchanged(made, index, lambda t: _once(t, index, calendar, world, without_aggregated=without_aggregated))
        if better is None:
            break
        made = better
    return made.tokens, made.cover


@dataclass(frozen=True, slots=True)
class _Cut:
    normal: Normalised
    tokens: tuple[Token, ...]
    cover: Cover

    @property
    def unread(self) -> list[tuple[int, int]]:
        """The spans that nothing explains."""
        return [(t.piece.start, t.piece.end) for t in self.tokens if t.piece.role == "unread" and not t.quoted]


def _chinese(text: str) -> str:
    """The text with what stands apart in Chinese together: 至少拥有一家, 两份或两份以上."""
    text = _STARTS.sub(r' starts with "\1" ', text)
    return _DONE.sub("了", _OR_MORE.sub(r"\1\2\3", _APART.sub(r"\2\1", text)))


def _once(text: str, index: ValueIndex, calendar: Calendar, world: World, *, without_aggregated: bool) -> _Cut:
    text = _AND_ITS.sub(lambda m: m[1] or m[2], text)
    text = _OR_THAN.sub(" or is ", text)
    text = _SEVERAL.sub("more than 1", _ONE.sub(lambda m: f"{m[1]} 1", text))
    normal = normalise(_NAMES.sub("first name and last name", _chinese(text)))
    quotes = tuple((m.start(1), m.end(1)) for m in _QUOTED.finditer(normal.text))
    known = visible(spot(normal, index, calendar), world.model)
    named = [_named(p, normal, quotes, without_aggregated=without_aggregated) for p in known]
    pieces = tuple(_pieces(normal, tuple(p for p in named if p is not None), quotes))
    found = covers(normal, pieces)
    cover = found[0] if found else ()
    return _Cut(normal, tuple(_tokens(cover, normal, world, quotes)), cover)


def _exchanged(made: _Cut, index: ValueIndex, again: Callable[[str], _Cut]) -> _Cut | None:
    """The cut with a word that nothing explains exchanged for another word for the same, where that explains more."""
    normal, unread = made.normal, made.unread

    def knows(word: str) -> bool:
        return word not in roles_of() and any(
            hit.end - hit.start == len(word) and any(s.kind != "behaviour" for s in hit.senses) for hit in index.find(word)
        )

    for begin, stop, other in exchanges(normal.text, unread, knows) if unread else ():
        first, last = normal.original_span(begin, stop)
        found = again(normal.original[:first] + other + normal.original[last:])
        if sum(b - a for a, b in found.unread) < sum(b - a for a, b in unread):
            return found
    return None


def _pieces(normal: Normalised, named: tuple[Piece, ...], quotes: tuple[tuple[int, int], ...]) -> Iterator[Piece]:
    words = {(start, end): roles for start, end, roles in find_words(normal.text)}
    spans = {(p.start, p.end) for p in named}
    dated = {p.end for p in named if any(s.kind == "dimension" for s in p.senses)}
    named = tuple(p for p in named if p.grain is None or p.senses or p.end not in dated)  # `each year` where years are a column
    for piece in _without_units(named):
        roles = words.get((piece.start, piece.end), frozenset())
        small = not _inside(piece.start, piece.end, quotes) and normal.shown(piece.start, piece.end)[:1].islower()
        if roles - {"state"} and small and piece.senses and all(s.kind == "value" for s in piece.senses):
            piece = replace(piece, senses=())  # noqa: PLW2901 - a word of ours in small letters is no value
        yield replace(piece, ops=roles)
    for (start, end), roles in words.items():
        if (start, end) not in spans and normal.shown(start, end) != "US" and not _is_thing(normal.text, start, end, roles):
            yield Piece(start, end, normal.text[start:end], ops=roles)


def _is_thing(line: str, start: int, end: int, roles: frozenset[str]) -> bool:
    """Whether a verb of ours stands as a noun: a head, any result, their score."""
    word = line[start:end]
    if roles != {"tie"} or not word.isascii() or word in ("have", "has", "had") or word.endswith(("ed", "ing")):
        return False
    before = line[:start].rstrip().rpartition(" ")[2]
    return before in ("a", "an", "the", "any", "some", "their", "its", "his", "her", "each", "every", "most", "highest", "lowest")


def _inside(start: int, end: int, quotes: tuple[tuple[int, int], ...]) -> bool:
    return any(a <= start and end <= b for a, b in quotes)


def _named(piece: Piece, normal: Normalised, quotes: tuple[tuple[int, int], ...], *, without_aggregated: bool) -> Piece | None:
    """A piece with the senses that count here, or None where nothing is left."""
    quoted = _inside(piece.start, piece.end, quotes)
    shown = normal.shown(piece.start, piece.end)
    senses = tuple(s for s in piece.senses if s.kind != "metric" or not _AGGREGATED.match(piece.text))
    around = normal.text[max(piece.start - 1, 0) : piece.start] + normal.text[piece.end : piece.end + 1]
    told = quoted or shown.isupper() or (len(around) > 1 and not any(map(str.isascii, around)))  # 用wx支付
    if len(piece.text) < _SHORTEST and piece.text.isascii() and not told:
        senses = tuple(s for s in senses if s.kind != "value")
    if piece.text in _UNITS and re.search(r"[0-9零一二两三四五六七八九十百千万几多少每]$", normal.text[: piece.start]):
        senses = ()  # 两名员工: no first names
    if any(s.kind == "behaviour" for s in senses):
        senses = tuple(s for s in senses if s.kind != "behaviour" or (s.value is None and not piece.text.isascii()))
    if piece.text.endswith(" by"):  # directed by: what a person did, said of the noun before it
        senses = tuple(s for s in senses if s.kind != "dimension")
    if without_aggregated and _AGGREGATED.match(piece.text):
        senses = tuple(s for s in senses if s.kind != "dimension")
    if piece.grain is not None and any(s.kind == "dimension" for s in senses):
        piece = replace(piece, grain=None)
    kept = replace(piece, senses=senses, ops=frozenset(), comparator=None)
    return kept if kept.is_content else None


def _without_units(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """`at least 2 orders` is a number and what it counts, wherever the model has a name for it."""
    named = {p.end: p.start for p in pieces if p.senses}

    def swallows(p: Piece) -> bool:
        unit = (p.comparison and p.comparison.unit) or (p.number and p.number.unit)
        beyond = any(p.start < start < p.end < end for end, start in named.items())  # 10 units in stock
        return bool(unit) and not p.senses and (p.start < named.get(p.end, -1) or beyond)

    return tuple(p for p in pieces if not swallows(p))


def _tokens(cover: Cover, normal: Normalised, world: World, quotes: tuple[tuple[int, int], ...]) -> Iterator[Token]:
    at = 0
    while at < len(cover):
        piece = cover[at]
        span = next(((a, b) for a, b in quotes if a <= piece.start < b), None)
        if span is not None and not (piece.start == span[0] and piece.end == span[1]):
            inside = [p for p in cover[at:] if p.end <= span[1]]
            text = normal.text[span[0] : span[1]]
            yield Token(at, Piece(span[0], span[1], text, role="unread"), quoted=True, shown=normal.shown(*span))
            at += max(len(inside), 1)
            continue
        yield _token(at, piece, normal, world, quoted=span is not None)
        at += 1


def _token(at: int, piece: Piece, normal: Normalised, world: World, *, quoted: bool) -> Token:
    shown = normal.shown(piece.start, piece.end)
    values = tuple((s.name, s.value) for s in piece.of("value") if s.value is not None)
    behaviours = tuple(dict.fromkeys(s.name for s in piece.of("behaviour")))
    noun = None if quoted and values else _noun(at, piece, world)
    flag = noun is not None and not noun.rows and bool(noun.dimensions)
    flag = flag and noun is not None and all(world.model.dimensions[d].type == "boolean" for d in noun.dimensions)
    return Token(at, piece, noun, values, behaviours, quoted, shown, piece.ops | {"flag"} if flag else piece.ops)


def _noun(at: int, piece: Piece, world: World) -> Noun | None:
    rows = [world.model.entities[s.name].table for s in piece.of("entity")]
    metrics = []
    for sense in piece.of("metric"):
        if world.is_count(sense.name):
            rows += world.tables_of(sense.name)[:1]
        else:
            metrics.append(sense.name)
    dimensions = tuple(dict.fromkeys(s.name for s in piece.of("dimension")))
    if not (rows or metrics or dimensions):
        return None
    numbered = bool(_COUNTED.match(piece.text)) and any(world.is_number(d) for d in dimensions)
    return Noun(at, tuple(dict.fromkeys(rows)), dimensions, tuple(dict.fromkeys(metrics)), numbered=numbered, text=piece.text)
