"""From a question to what may leave of it: which stretches are values, and of which sort.

In: a normalised question, the index of names, the calendar, the model as its asker sees it, the personal values that the data
knows in it. Out: the question with placeholders, and the `Veil` behind them. What the YAML declares stays as it is, and so
do words that are neither a number nor like a value. Never fails.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention
from assistant.language.mentions import Cover, covers, spot, visible
from assistant.language.names import likely_names, load_names
from assistant.language.numerals import numbers
from assistant.language.text import Normalised, normalise
from assistant.language.values import Sense, ValueIndex
from assistant.planners.agent.personal import pattern
from assistant.planners.agent.veil import Content, Kind, Veil, leftover_digits
from semantic_layer.model import SemanticModel

_MOBILE = r"(?<!\d)(?:\+?\d{1,3}[\s-]?)?1\d{2}[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
_LANDLINE = r"(?<!\d)\(?\d{3,4}\)?[\s-]\d{3,4}[\s-]?\d{4}(?!\d)"
_CODE = r"(?<![a-z\d])(?=[a-z\d_-]*\d[a-z\d_-]*\d[a-z\d_-]*\d)[a-z]+[_-]?[a-z\d_-]{3,}(?![a-z\d])"
_UUID = r"(?<![a-z\d])[a-f\d]{8}(?:-[a-f\d]{4}){3}-[a-f\d]{12}(?![a-z\d])"
_HEX = r"(?<![a-z\d])(?=[a-f]*\d)(?=\d*[a-f])[a-f\d]{12,}(?![a-z\d])"
_SHAPES = (
    ("e-mail", re.compile(r"[\w+-]+(?: ?\. ?[\w+-]+)*[.]? ?(?:@|[(\[] ?at ?[)\]]) ?[\w-]+(?: ?\. ?[\w-]+)*")),
    ("url", re.compile(r"https?://[^\s，。；）)]+|www\.[^\s，。；）)]+")),
    ("identity number", re.compile(r"(?<![a-z\d])\d{17}[\dx](?![a-z\d])|(?<!\d)\d{15}(?!\d)")),
    ("phone", re.compile(f"{_MOBILE}|{_LANDLINE}")),
    ("code", re.compile(rf"{_UUID}|{_HEX}|{_CODE}")),
    ("number of an account", re.compile(r"(?<!\d)(?:\d[\s-]?){12,19}(?!\d)")),
)
_QUOTED = re.compile(r"[\"「『《'](?!\s)([^\"」』》']{1,80})[\"」』》']")
_AFTER_NAME = r"(?=的|买|下|在|投|退|最|今|去|上|本|有|是|,|。|\?|$|\s)"
_ENGLISH = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|named|called|customer|client|member)\.?\s+((?:[A-Z][\w'’-]+)(?:\s+[A-Z][\w'’-]+)*)"
)
_DIGITS_WITH_SCALE = r"\d[\d,.]*\s*(?:万亿|[千百万亿]万?|k\b|m\b|w\b|bn?\b|%)?"
_HAN_NUMERAL = "[零一二两三四五六七八九十百千万亿点半成]+"
_CORE = re.compile(rf"{_DIGITS_WITH_SCALE}|百分之{_HAN_NUMERAL}|{_HAN_NUMERAL}|[a-z]+(?:[- ][a-z]+)*")
_SPELT_OUT = re.compile(
    "[〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]{4,}|[壹贰叁肆伍陆柒捌玖拾佰仟][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+"
)
"""Digits in words, one by one (一三八零…), and as cheques have them: no number that anybody reads."""
_WRITTEN_DAY = re.compile(r"\d|[〇零一二三四五六七八九十][年月日号]")
_LEAST_OF_A_NAME = 3


class Span(NamedTuple):
    """A stretch of the normalised question that is a value."""

    start: int
    end: int
    kind: Kind
    content: Content
    hint: str


@dataclass(frozen=True, slots=True)
class Veiled:
    """A question as it may leave. `cover`: the pieces of it, without those that are veiled."""

    text: str
    veil: Veil
    cover: Cover
    original: Normalised


def veiled(question: str, index: ValueIndex, calendar: Calendar, model: SemanticModel, personal: Sequence[str]) -> Veiled:
    """`question` as it may leave; `personal`: values of personal columns that stand in it."""
    text = normalise(question)
    found = covers(text, visible(spot(text, index, calendar), model))
    cover = found[0] if found else ()
    declared = _declared(text, index)
    private = (span for span in _private(text, question, personal, cover) if not _inside(span, declared))
    stored = (span for span in _stored(text, index) if not _inside(span, declared))
    spans = _apart((*private, *stored, *_periods(cover), *_numbers(text, cover), *_spelt_out(text)))
    veil = Veil()
    for value in personal:
        if not any(_known(text, value)):  # it is said, nobody knows where: nothing that holds it may leave
            veil.name("p", value, "personal value", needed=False)
    out, at, line = [], 0, text.text
    for span in spans:
        out += [line[at : span.start], veil.name(span.kind, span.content, span.hint, spelled=line[span.start : span.end])]
        at = span.end
    bare = tuple(p for p in cover if all(p.end <= span.start or p.start >= span.end for span in spans))
    return Veiled(_without_digits("".join((*out, line[at:])), veil), veil, bare, text)


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The spans that do not overlap an earlier one of the sequence, in order of the text."""
    kept: list[Span] = []
    for span in spans:
        if span.end > span.start and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept)


def _private(text: Normalised, question: str, personal: Sequence[str], cover: Cover) -> Iterator[Span]:
    """What is quoted, personal values that the data itself knows, shapes of personal data, what stands where names stand; and each
    of them wherever else it stands."""
    known = [span for value in sorted(personal, key=len, reverse=True) for span in _known(text, value)]
    names = [*known, *_shaped(text), *_people(text, question, cover)]
    exact = {(span.start, span.end) for span in names}
    quoted = [span for span in _quoted(text) if (span.start, span.end) not in exact]
    yield from (*quoted, *names)
    for span in (*quoted, *names):
        yield from _again(text, span)


def _known(text: Normalised, value: str) -> Iterator[Span]:
    """Where a personal value stands, in the one spelling or as it was typed: what a character is simplified to depends on those
    around it."""
    for found in pattern(value).finditer(text.text):
        yield Span(*found.span(), "p", value, "personal value")
    for found in re.finditer(re.escape(value), text.original, re.IGNORECASE):
        start, end = (bisect_left(text.starts, at) for at in found.span())
        yield Span(start, end, "p", value, "personal value")


def _shaped(text: Normalised) -> Iterator[Span]:
    for hint, shape in _SHAPES:
        for found in shape.finditer(text.text):
            yield Span(*found.span(), "p", text.shown(*found.span()), hint)


def _quoted(text: Normalised) -> Iterator[Span]:
    for found in _QUOTED.finditer(text.text):
        yield Span(*found.span(1), "x", text.shown(*found.span(1)), "quoted text")


@cache
def _wordings() -> tuple[re.Pattern[str], ...]:
    """Where Chinese names stand for certain: behind 叫 or 客户, before 先生."""
    surname = f"(?:{'|'.join(load_names().surnames_of_two)}|[{load_names().surnames}])"
    titled = rf"(?:叫做?|名叫|姓名[是为]?|客户|会员|用户|顾客):?\s*({surname}[一-鿿]{{1,3}}?){_AFTER_NAME}"
    return re.compile(titled), re.compile(rf"({surname}[一-鿿]{{0,2}})(?:先生|女士|小姐|总|老师)")


def _people(text: Normalised, question: str, cover: Cover) -> Iterator[Span]:
    """Names by what stands around them, and what looks like one and nothing reads."""
    for wording in _wordings():
        for found in wording.finditer(text.text):
            yield Span(*found.span(1), "p", text.shown(*found.span(1)), "name of a person")
    for found in _ENGLISH.finditer(question):
        wanted = normalise(found[1]).text
        at = text.text.find(wanted)
        if at >= 0:
            yield Span(at, at + len(wanted), "p", found[1], "name of a person")
    for start, end in likely_names(text, cover):
        yield Span(start, end, "p", text.shown(start, end), "name of a person")


def _again(text: Normalised, span: Span) -> Iterator[Span]:
    """The same words elsewhere; of an English name each of its words too."""
    words = text.text[span.start : span.end]
    parts = [part for part in words.split(" ") if len(part) >= _LEAST_OF_A_NAME] if span.hint == "name of a person" else []
    for part in dict.fromkeys((words, *parts)):
        if len(part) < 2:
            continue
        whole = rf"(?<![a-z\d]){re.escape(part)}(?![a-z\d])" if part.isascii() else re.escape(part)
        for found in re.finditer(whole, text.text):
            yield span._replace(start=found.start(), end=found.end())


def _spelt_out(text: Normalised) -> Iterator[Span]:
    for found in _SPELT_OUT.finditer(text.text):
        yield Span(*found.span(), "p", text.shown(*found.span()), "digits in words")


def _declared(text: Normalised, index: ValueIndex) -> list[tuple[int, int]]:
    """Where names and values stand that the YAML declares."""
    return [(hit.start, hit.end) for hit in index.find(text.text) if not _is_stored(hit.senses)]


def _is_stored(senses: Sequence[Sense]) -> bool:
    """Whether words mean nothing but a value that only the data knows."""
    return all(sense.kind == "value" and sense.stored for sense in senses)


def _inside(span: Span, others: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span.start and span.end <= end for start, end in others)


def _stored(text: Normalised, index: ValueIndex) -> Iterator[Span]:
    """Values that only the data knows, longest first."""
    found = (hit for hit in index.find(text.text) if _is_stored(hit.senses))
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start)):
        dimensions = ", ".join(dict.fromkeys(sense.name for sense in hit.senses))
        yield Span(hit.start, hit.end, "v", str(hit.senses[0].value), dimensions)


def _periods(cover: Cover) -> Iterator[Span]:
    for piece in cover:
        if piece.time is not None:
            yield Span(piece.start, piece.end, "t", piece.time.period, _period_hint(piece.text, piece.time))


def _period_hint(words: str, mention: PeriodMention) -> str:
    """How long a period is; its dates and words too where nobody wrote a day, month or year, in digits or words."""
    size = f"{mention.count} {mention.grain}" if mention.grain is not None else "days"
    if _WRITTEN_DAY.search(words):
        return size
    return f"{words}: {mention.period.start or '…'} to {mention.period.end or '…'}, {size}"


def _numbers(text: Normalised, cover: Cover) -> Iterator[Span]:
    """The numeral itself of each number, without the words around it; a name with a number in it (18-24) is a name."""
    named = [(piece.start, piece.end) for piece in cover if piece.senses and not _is_stored(piece.senses)]
    timed = [(piece.start, piece.end) for piece in cover if piece.time is not None or piece.grain is not None]
    compared = [(piece.start, piece.end) for piece in cover if piece.comparison is not None and piece.number is None]
    for number in numbers(text, timed):
        core = _CORE.search(text.text, number.start, number.end)
        if core is None or any(start <= core.start() < end for start, end in named):
            continue
        words = core[0].rstrip()
        if len(words) == 1 and not words.isdigit():
            continue  # 一个, 第一: wording, no value
        hint = f"{number.kind} {number.unit or ''}".strip()
        if any(start <= core.start() < end for start, end in compared):
            hint += " compared"  # a threshold, wherever a model would rather have it
        yield Span(core.start(), core.start() + len(words), "n", number.plain, hint)


def _without_digits(text: str, veil: Veil) -> str:
    """Digits that nothing explained are values too, but for those of declared names (18-24), which keep their spelling."""
    out, at = [], 0
    for start, end in leftover_digits(text):
        out += [text[at:start], text[start:end] if _is_name(text, start, end) else veil.name("x", text[start:end], "digits")]
        at = end
    return "".join((*out, text[at:]))


def _is_name(text: str, start: int, end: int) -> bool:
    """A digit that is part of a short word (q3, 618大促 reads as a period before this): at most two digits beside a letter."""
    before = text[start - 1 : start]
    return end - start <= 2 and before.isascii() and before.isalpha()
