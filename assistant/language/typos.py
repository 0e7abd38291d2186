"""Spelling slips: a question with the words that nothing explains put right, where they are near misses of known names.

In: a normalised question, the pieces that its best cover left unread, the index of names. Out: the question as it was probably
meant, with a map back to the asker's own words, and what was taken for what. English: one or two letters off a known word (revnue,
catgory). Chinese: a name that sounds the same with a character changed (定单数, 消售额, 客但价), or with two neighbours swapped; one of
two characters only where nothing else is left unread beside it (各渠到). A word of plain English is no slip, however near (trails, trials).
Never fails; loads pypinyin only when Chinese was left unread, a list of English words only when English was.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.language.lexicon import load_lexicon
from assistant.language.mentions import Piece
from assistant.language.operators import operator_vocabulary
from assistant.language.refused import refused_vocabulary
from assistant.language.text import HAN, Normalised
from assistant.language.values import Scalar, ValueIndex

_LATIN = re.compile(r"[a-z]{4,}$")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_SHORTEST, _LONGEST = 3, 8
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Slip:
    """A stretch [start, end) of the normalised question, as it was written and as it is read."""

    start: int
    end: int
    written: str
    read: str


@dataclass(slots=True)
class Spelling:
    """Near misses against the names of one index."""

    index: ValueIndex
    _words: tuple[str, ...] = ()
    _sounds: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def slips(self, text: Normalised, unread: Sequence[Piece]) -> tuple[Slip, ...]:
        """What the unread pieces may have meant, without overlaps, in order."""
        found = [*self._english(unread), *self._chinese(text.text, unread)]
        kept: list[Slip] = []
        for slip in sorted(found, key=lambda s: (s.start, -s.end)):
            if not kept or slip.start >= kept[-1].end:
                kept.append(slip)
        return tuple(kept)

    def _english(self, unread: Sequence[Piece]) -> Iterator[Slip]:
        for piece in unread[:_MOST_WORDS]:
            word = self._meant(piece.text)
            if word is not None:
                yield Slip(piece.start, piece.end, piece.text, word)

    def _meant(self, text: str) -> str | None:
        """The known word that a Latin word is a slip of."""
        word = text.removesuffix("'s")
        if not _LATIN.match(word) or word in operator_vocabulary() or word in refused_vocabulary():
            return None
        if word.removesuffix("s") in load_lexicon("en").time.weekdays:
            return None  # on saturdays: each of them, and not the last one
        if not self._words:
            known = self.index.words.keys() | operator_vocabulary() | _time_words()
            self._words = tuple(sorted(w for w in known if len(w) > 3))
        most = 1 if len(word) < 8 else 2
        found = process.extract(word, self._words, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=5)
        near = [(distance, -self.index.words.get(other, 0), other) for other, distance, _ in found if _is_slip(word, other)]
        best = min(near)[2] if near and word not in self._words else None  # a word of some name is spelt as it should be
        alike = best is not None and (bool(_stems(word) & _stems(best)) or _single(word) == _single(best))
        plain = best is not None and not alike and word in _english_words()
        return None if plain else best  # trails is no slip of trials

    def _chinese(self, line: str, unread: Sequence[Piece]) -> Iterator[Slip]:
        stuck = {at for p in unread for at in range(p.start, p.end) if _HAN_RUN.fullmatch(line[at])}
        if not stuck:
            return
        if not self._sounds:
            self._sounds = _by_sound(self.index.terms)
        pairs = [(p.start, p.end) for p in unread if len(p.text) == _SHORTEST - 1 and _HAN_RUN.fullmatch(p.text)]
        for start, end in (*_windows(line, stuck), *pairs):
            meant = self._heard(line[start:end])
            if meant is not None:
                yield Slip(start, end, line[start:end], meant)

    def _heard(self, written: str) -> str | None:
        """The name that sounds like this, or has two of its characters swapped."""
        for name in self._sounds.get(sound(written), ()):
            if name != written and _differences(written, name) <= 1 + (len(name) > 3):
                return name
        return next((s for s in _swaps(written) if s in self.index.terms), None) if len(written) >= _SHORTEST else None


def corrected(text: Normalised, slips: Sequence[Slip]) -> Normalised:
    """The question with the slips put right; every character still knows where it came from."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for slip in slips:
        chars.append(text.text[at : slip.start])
        starts.extend(text.starts[at : slip.start])
        ends.extend(text.ends[at : slip.start])
        first, last = text.original_span(slip.start, slip.end)
        chars.append(slip.read)
        starts.extend([first] * len(slip.read))
        ends.extend([last] * len(slip.read))
        at = slip.end
    chars.append(text.text[at:])
    starts.extend(text.starts[at:])
    ends.extend(text.ends[at:])
    return Normalised(text.original, "".join(chars), tuple(starts), tuple(ends))


@cache
def _time_words() -> frozenset[str]:
    """The English time words that can be misspelt."""
    words = " ".join(str(value) for value in load_lexicon("en").time.model_dump().values())
    return frozenset(re.findall(r"[a-z]{4,}", words))


@cache
def _english_words() -> frozenset[str]:
    """Ordinary English words: spelt as they should be, whatever known word they are near to. Takes 0.4 s, once, at the first need."""
    from spellchecker import SpellChecker  # only where some word was not read

    return frozenset(SpellChecker(language="en").word_frequency.words())


def _single(word: str) -> str:
    """A word with its doubled letters written once, which people do whatever word that makes: Chanel overview, of channels."""
    return re.sub(r"([a-z])\1", r"\1", word)


def _stems(word: str) -> set[str]:
    """A word with and without its commonest endings: priced and price are the same word here."""
    return {word.removesuffix(end) for end in ("", "s", "es", "d", "ed")}


def _is_slip(word: str, other: str) -> bool:
    """Whether one word is likely a slip of the other: a short one only if it is cut short, a longer one if its edge is kept."""
    if len(word) == 4:
        return word[0] == other[0] and len(other) > 4
    return word[0] == other[0] or word[1:] == other[1:]


def _windows(line: str, stuck: set[int]) -> Iterator[tuple[int, int]]:
    """Stretches of Chinese characters, three to eight long, that hold an unexplained one; longest first."""
    for size in range(_LONGEST, _SHORTEST - 1, -1):
        for start in range(max(0, min(stuck) - size), min(len(line) - size, max(stuck)) + 1):
            if any(at in stuck for at in range(start, start + size)) and _HAN_RUN.fullmatch(line[start : start + size]):
                yield start, start + size


def _by_sound(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in names:
        if _SHORTEST - 1 <= len(name) <= _LONGEST and _HAN_RUN.fullmatch(name):
            found.setdefault(sound(name), []).append(name)
    return {key: tuple(group) for key, group in found.items()}


_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@lru_cache(maxsize=16384)
def _syllable(char: str) -> str:
    from pypinyin import lazy_pinyin

    spoken = str(lazy_pinyin(char)[0])
    for written, blurred in _BLURRED:
        spoken = spoken.replace(written, blurred)
    return spoken


def sound(text: str) -> str:
    """How Chinese characters sound, tones and the usual confusions left out: z/zh, s/sh, in/ing …

    >>> sound("消售额") == sound("销售额"), sound("定单数") == sound("订单数"), sound("退单数") == sound("订单数")
    (True, True, False)
    """
    return " ".join(_syllable(char) for char in text)


def _differences(a: str, b: str) -> int:
    return sum(1 for x, y in zip(a, b, strict=True) if x != y)


def _swaps(text: str) -> Iterator[str]:
    for at in range(len(text) - 1):
        if text[at] != text[at + 1]:
            yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]


_YEARS = re.compile(r"(?P<this>今年的?|this year's )|(?P<last>去年的?|last year's )|前年的?")


def dated_names(line: str, index: ValueIndex, year: int) -> Iterator[Slip]:
    """今年618年中大促, where 2026年618年中大促 is the name of something: the year in words stands for the one in the name."""
    for found in _YEARS.finditer(line):
        meant = year if found["this"] else year - 1 if found["last"] else year - 2
        written = f"{meant} " if found.group().isascii() else f"{meant}年"
        named = line[: found.start()] + written + line[found.end() :]
        begins, ends = found.start(), found.start() + len(written)
        if any(
            hit.start == begins and hit.end > ends and any(s.kind == "value" for s in hit.senses) for hit in index.find(named)
        ):
            yield Slip(found.start(), found.end(), found.group(), written)
    for found in _THIS_ONE.finditer(line):
        names = [found["name"][at:] for at in range(len(found["name"]) - 1)]
        name = next((n for n in names if len(_values_of(n, index)) > 1), None)
        latest = next((y for y in (year, year - 1) if name is not None and _values_of(f"{y}年{name}", index)), None)
        start = found.end("name") - len(name) if name is not None else 0
        if name is not None and latest is not None and not line[:start].endswith("年"):
            yield Slip(start, start + len(name), name, f"{latest}年{name}")


def _values_of(name: str, index: ValueIndex) -> set[Scalar]:
    """The values that the whole of a text is a name of."""
    hits = (hit for hit in index.find(name) if (hit.start, hit.end) == (0, len(name)))
    return {sense.value for hit in hits for sense in hit.senses if sense.kind == "value" and sense.value is not None}


_THIS_ONE = re.compile("(?P<name>[\u4e00-\u9fff0-9]{2,14}?)[这那]一?(?:场|次|个活动|档)")
"""国庆狂欢这场活动: the latest of those that are held every year."""


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?"
)
_AHEAD = re.compile(
    r"(?:(?<![a-z])(?:is|are|was|were|am|we|still|running|far|well|much|came|come|doing)(?= [^,.;?!]{0,60}?(?:ahead of|behind))"
    r"[^,.;?!]{0,60}? |[,;] ?)"
    r"(?P<said>(?:ahead of|behind) (?:(?P<year>(?:the same time |this time )?last year|a year ago)"
    rf"|(?=(?:last )?(?:{_MONTHS}|q[1-4])(?![a-z])|20[0-9]{{2}}(?![0-9])|last (?:month|quarter|week))))"
)
_MORE_EACH = re.compile(r"(?<![a-z])(?:more|less) (?P<said>each|on average|apiece)(?= than(?![a-z]))")
_AS_MANY = re.compile(
    r"(?:^|(?<![a-z])(?:did|do|have|has|are|were|is|was) (?:we |they |there |our customers |customers |people )?(?:[a-z]+ )?)"
    r"(?P<said>as (?:many|much)) (?P<what>[a-z][a-z' -]{2,60}?) (?P<than>as)(?= (?:in |during |on |over |for )?"
    rf"(?:{_MONTHS}|q[1-4]|last|the (?:month|week|quarter|year) before|this time|a year ago|yesterday|20[0-9]{{2}})(?![a-z]))"
)
_EACH_SCORE = re.compile(r"(?<![\w.])[0-9]{1,2}'?s(?:(?:,? and |, ?| ?& ?|, & ?|/)[0-9]{1,2}'?s){2,}(?![a-z])")
_UNDER_TENS = re.compile(
    r"(?<![\w.])(?P<said>(?:the )?(?P<how>under|over)[- ](?P<age>[1-9][0-9])'?s)(?![a-z]|[- ](?:and|or)[- ])"
)
_EACH_OF = re.compile("(?P<of>[\u4e00-\u9fff]{2,4}?)(?P<each>各个?|每个|哪个|不同)(?P<kind>[\u4e00-\u9fff]{2,4})")


_CHAT = {
    "em": "them",
    "u": "you",
    "ur": "your",
    "n": "and",
    "thru": "through",
    "b4": "before",
    "mth": "month",
    "mths": "months",
    "abt": "about",
}
"""How people type who have no time."""
_CHATTED = re.compile(rf"(?<![\w'./-])'?(?P<said>{'|'.join(_CHAT)})(?= [a-z0-9']|[,.;?!]?$)(?<!top n)(?<!bottom n)(?<!first n)")


_OVER_MUCH = re.compile("(?<![超不没经越])(?P<said>过)(?=(?P<number>[一二两三四五六七八九十几0-9.]{0,4})[百千]?万)")
"""近一年消费过一万, 消费过万: more than that."""


def other_words(line: str, index: ValueIndex) -> Iterator[Slip]:
    """is the website ahead of last year: against it, not before it; 客服各渠道: each of the 客服渠道, where that is a name; em: them."""
    for short in _CHATTED.finditer(line):
        if not index.terms.get(short["said"]):
            yield Slip(*short.span(), short.group(), _CHAT[short["said"]])
    for over in _OVER_MUCH.finditer(line):
        yield Slip(*over.span("said"), over["said"], "超过" if over["number"] else "超过一")
    for found in _AHEAD.finditer(line):
        yield Slip(*found.span("said"), found["said"].strip(), "year on year" if found["year"] else "vs ")
    for more in _MORE_EACH.finditer(line):  # do they spend more each than the others
        yield Slip(*more.span("said"), more["said"], "per person")
    yield from _as_many(line)
    yield from _times_to(line, index)
    yield from _parted_by_number(line, index)
    for start in range(len(line)):
        each = _EACH_OF.match(line, start)
        named = each is not None and _names_kind(each["of"], each["kind"], index)
        if each is not None and named and not index.terms.get(each["of"]):
            end = each.start("kind") + len(named)
            yield Slip(start, end, line[start:end], f"{each['each']}{each['of']}{named}")
            return


_UNTIL = re.compile(
    r"(?<![a-z])(?P<said>(?:average )?(?:time|minutes|hours|how long|(?:how many|average) (?:minutes|hours)|wait|waiting time)"
    r"(?: (?:it takes|does it take|is it|passed|passes))? (?:until|till|before|to) (?:(?:a|an|the|our|their|we|they) )?)"
    r"(?=(?P<what>[a-z]+(?: [a-z]+)?))"
)


def _times_to(line: str, index: ValueIndex) -> Iterator[Slip]:
    """minutes until we first replied, how long before the first answer: the time to that, where it is the name of a number."""
    for until in _UNTIL.finditer(line):
        names = (f"time to {until['what'].rsplit(' ', cut)[0]}" for cut in (0, 1))
        if until["said"] != "time to " and any(s.kind == "metric" for name in names for s in index.terms.get(name, ())):
            yield Slip(*until.span("said"), until["said"].strip(), "time to ")


_HOW_MANY_IN = re.compile("(?P<front>[\u4e00-\u9fff]{1,4}?)了?(?P<many>多少个?|几个|几位|几名)(?P<behind>[\u4e00-\u9fff]{1,4})")


def _parted_by_number(line: str, index: ValueIndex) -> Iterator[Slip]:
    """这个月新增多少患者: 新增患者, where that is the name of a number, and how many."""
    for start in range(len(line)):
        found = _HOW_MANY_IN.match(line, start)
        for length in range(len(found["behind"]), 0, -1) if found is not None else ():
            assert found is not None  # noqa: S101 - for the type checker
            name, end = found["front"] + found["behind"][:length], found.start("behind") + length
            things = any(s.kind == "entity" for s in index.terms.get(found["behind"][:length], ()))  # 平均多少分钟 is no 平均分
            whole = any(s.kind == "metric" for s in index.terms.get(line[start:end], ()))
            if things and not whole and any(s.kind == "metric" for s in index.terms.get(name, ())):
                yield Slip(start, end, line[start:end], f"{name}有{found['many']}")
                return


def _as_many(line: str) -> Iterator[Slip]:
    """did we sell as many pieces as in August: which of them were more; how many 1s, 2s, 3s, 4s and 5s: 1 to 5, of each."""
    for same in _AS_MANY.finditer(line):
        yield Slip(*same.span("said"), same["said"], "more")
        yield Slip(*same.span("than"), same["than"], "than")
    for ages in _UNDER_TENS.finditer(line):  # sales to under-25s
        yield Slip(*ages.span(), ages.group(), f"people {ages['how']} {ages['age']} years old")
    for row in _EACH_SCORE.finditer(line):
        scores = [int(one) for one in re.findall("[0-9]+", row.group())]
        if scores == list(range(scores[0], scores[-1] + 1)):
            yield Slip(*row.span(), row.group(), f"{scores[0]} to {scores[-1]} each")


def _names_kind(of: str, kind: str, index: ValueIndex) -> str:
    """The part of `kind` that makes a name of a dimension with the word for what it is of."""
    for length in range(len(kind), 1, -1):
        senses = index.terms.get(of + kind[:length], ())
        if any(sense.kind == "dimension" for sense in senses) and index.terms.get(kind[:length]):
            return kind[:length]
    return ""
