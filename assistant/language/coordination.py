"""Names that share their last word: open and click rates, 打开和点击率 are two rates each.

In: the names that were found in a normalised text, and those of the model. Out: further ones, which stand for the whole name of what is cut
short: metrics, and English values of one dimension (women's and men's wear); 男装和女装 are no such names. Never fails.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.language.inflections import singular
from assistant.language.values import Hit, Sense

_TIE_EN = re.compile(r"(?<![a-z])([a-z]+(?:-[a-z]+)*(?:'s)?)(?:, ?(?:and )?| and | or | & |/| vs\.? | versus )$")
_TIE_ZH = re.compile("(?:[和与跟及、]|以及|还有)$")
_HEADS_ZH = "率量数额"
_LONGEST_ZH = 5


def shared_heads(line: str, hits: Sequence[Hit], terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    """The metrics in front of a metric that gives them its last word."""
    for hit in hits:
        text = line[hit.start : hit.end]
        if any(sense.kind == "segment" for sense in hit.senses):
            yield from _people(line, hit, text, terms)
        if not any(sense.kind == "metric" for sense in hit.senses):
            yield from (_values if text.isascii() else _values_zh)(line, hit, text, terms)
            continue
        yield from _english(line, hit, text, terms) if text.isascii() else _chinese(line, hit, text, terms)


def _english(line: str, hit: Hit, text: str, terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    head, start = text.rpartition(" ")[2], hit.start
    if head == text:
        return
    while (tie := _TIE_EN.search(line, 0, start)) is not None:
        forms = (f"{tie[1]} {head}", f"{tie[1]} {singular(head)}")
        senses = next((found for form in forms if (found := _metrics(terms, form))), ())
        if not senses or _metrics(terms, tie[1]):
            return
        start = tie.start(1)
        yield Hit(start, tie.end(1), senses)


def _values(line: str, hit: Hit, text: str, terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    """women's and men's wear: what is cut short is a value of the same dimension, which its own word is not."""
    owns = {sense.name for sense in hit.senses if sense.kind == "value"}
    tie = _TIE_EN.search(line, 0, hit.start) if " " in text and owns else None
    if tie is None:
        return
    whole = _of(terms, f"{tie[1]} {text.rpartition(' ')[2]}", owns)
    if whole and not _of(terms, tie[1], owns):
        yield Hit(tie.start(1), tie.end(1), whole)


def _values_zh(line: str, hit: Hit, text: str, terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    """金、银卡会员; 高、中流失风险: what is cut short is, with the end of this one, a value of the same dimension."""
    owns = {sense.name for sense in hit.senses if sense.kind == "value"}
    start = hit.start
    while owns and (tie := _TIE_ZH.search(line, 0, start)) is not None:
        found = next(_cut_short(line, tie.start(), text, terms, owns), None)
        if found is None:
            return
        start = found.start
        yield found


def _cut_short(line: str, end: int, text: str, terms: Mapping[str, Sequence[Sense]], owns: set[str]) -> Iterator[Hit]:
    """The names that end there and are whole with some end of `text`; as many characters are cut from it as they have."""
    for length in range(min(_LONGEST_ZH, len(text) - 1, end), 0, -1):
        word = line[end - length : end]
        senses = _of(terms, word + text[length:], owns)
        if senses:
            yield Hit(end - length, end, senses)


def _people(line: str, hit: Hit, text: str, terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    """new vs existing customers, 新、老客户, 新老客: those in front have the people of the name behind; not how many they are."""
    if text.isascii():
        tie = _TIE_EN.search(line, 0, hit.start) if " " in text else None
        span, name = (tie.span(1), f"{tie[1]} {text.rpartition(' ')[2]}") if tie is not None else ((0, 0), "")
    else:
        tied = _TIE_ZH.search(line, 0, hit.start)
        end = tied.start() if tied is not None else hit.start
        span, name = (max(end - 1, 0), end), line[max(end - 1, 0) : end] + text[1:]
    cut = line[span[0] : span[1]]
    whole = tuple(sense for sense in terms.get(name, ()) if sense.kind in ("segment", "value"))
    if cut and whole and not terms.get(cut):
        yield Hit(span[0], span[1], whole)


def _of(terms: Mapping[str, Sequence[Sense]], name: str, dimensions: set[str]) -> tuple[Sense, ...]:
    return tuple(sense for sense in terms.get(name, ()) if sense.kind == "value" and sense.name in dimensions)


def _chinese(line: str, hit: Hit, text: str, terms: Mapping[str, Sequence[Sense]]) -> Iterator[Hit]:
    start = hit.start
    while text[-1] in _HEADS_ZH and (tie := _TIE_ZH.search(line, 0, start)) is not None:
        end = tie.start()
        found = next(
            ((at, s) for at in range(max(end - _LONGEST_ZH, 0), end - 1) if (s := _metrics(terms, line[at:end] + text[-1]))), None
        )
        if found is None or _metrics(terms, line[found[0] : end]):
            return
        start = found[0]
        yield Hit(start, end, found[1])


def _metrics(terms: Mapping[str, Sequence[Sense]], name: str) -> tuple[Sense, ...]:
    return tuple(sense for sense in terms.get(name, ()) if sense.kind == "metric")
