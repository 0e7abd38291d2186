"""Ranges of a number in words: what a bucket is called, and which of its two ends belongs to it.

In: a `ByBucket`, the cells of its key, the model, a language. Out: labels by the key of each bucket (under ¥200, 2–3, over 45), and one
line that says where it is cut (under ¥200; ¥200 to ¥500, both in; over ¥500). Nothing fails.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from assistant.answers import format as words
from assistant.qa import Cell, Lang
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.query import ByBucket


@dataclass(frozen=True, slots=True)
class _Range:
    """From `low` to `high`; None where it has no end there. `low_in`, `high_in`: the end itself belongs to it."""

    low: float | None
    high: float | None
    low_in: bool = True
    high_in: bool = False

    def whole(self) -> "_Range":
        """The same range of whole numbers, both ends in."""
        low = self.low if self.low is None or self.low_in else self.low + 1
        high = self.high if self.high is None or self.high_in or self.low is None else self.high - 1
        return _Range(low, high, True, self.high_in or self.low is not None)


@dataclass(frozen=True, slots=True)
class _Teller:
    """How the ends of ranges are written."""

    bucket: ByBucket
    model: SemanticModel
    lang: Lang

    def edge(self, edge: float | None, style: words.Style) -> str:
        measured = self.model.dimensions.get(self.bucket.member or "") or self.model.metrics.get(self.bucket.metric or "")
        fmt = measured.format if measured is not None else None
        fmt = "number" if fmt == "score" and self.bucket.member is not None else fmt  # a rating given, not a balance of many
        unit = self.model.domain.currency if fmt == "currency" else None
        return words.number(edge, fmt, self.lang, unit=unit, style=style)

    def label(self, r: _Range) -> str:
        """2–3, under ¥200: short, for a table and a chart."""
        low, high = self.edge(r.low, "short"), self.edge(r.high, "short")
        if r.low is None:
            return render(f"answers.{'most' if r.high_in else 'below'}", self.lang, edge=high)
        if r.high is None:
            return render(f"answers.{'at_least_edge' if r.low_in else 'above'}", self.lang, edge=low)
        if r.low == r.high:
            return low
        return render(f"answers.{'between' if r.low_in else 'between_over'}", self.lang, low=low, high=high)

    def said(self, r: _Range) -> str:
        """¥200 to under ¥500: with the ends that belong to it."""
        if r.low is None or r.high is None or r.low == r.high:
            return self.label(r)
        ends = f"{'in' if r.low_in else 'out'}_{'in' if r.high_in else 'out'}"
        return render(f"answers.range.{ends}", self.lang, low=self.edge(r.low, "stated"), high=self.edge(r.high, "stated"))


def range_labels(bucket: ByBucket, keys: Iterable[Cell], model: SemanticModel, lang: Lang) -> tuple[tuple[Cell, str], ...]:
    """What each bucket is called, by its key; `keys`: those that occur, where they are as wide as each other."""
    teller = _Teller(bucket, model, lang)
    width = bucket.width
    lows = sorted(k for k in keys if isinstance(k, int | float | Decimal)) if width is not None else []
    equal = [_Range(float(low), float(low) + width) for low in lows] if width is not None else []
    known: list[Cell] = [*lows] if width is not None else [None, *bucket.edges]
    return tuple((key, teller.label(r)) for key, r in zip(known, _ranges(bucket, model, equal), strict=True))


def ranges_said(bucket: ByBucket, model: SemanticModel, lang: Lang) -> str:
    """Where it is cut, and which end of each range belongs to it."""
    teller = _Teller(bucket, model, lang)
    if bucket.width is not None:
        return render("answers.range.steps", lang, width=teller.edge(bucket.width, "stated"))
    said = [teller.said(r) for r in _ranges(bucket, model)]
    return render("answers.range.separator", lang).join(said)


def _ranges(bucket: ByBucket, model: SemanticModel, equal: Iterable[_Range] = ()) -> list[_Range]:
    measured = model.dimensions.get(bucket.member or "") or model.metrics.get(bucket.metric or "")
    counted = measured is not None and (getattr(measured, "type", None) == "integer" or measured.format == "integer")
    ends = ((edge, edge not in bucket.below) for edge in bucket.edges)
    bounds: list[tuple[float | None, bool]] = [(None, True), *ends, (None, True)]
    cut = [_Range(low, high, low_in, not high_in) for (low, low_in), (high, high_in) in pairwise(bounds)]
    found = cut if bucket.edges else list(equal)
    return [r.whole() if counted and _has_room(r) else r for r in found]


def _has_room(r: _Range) -> bool:
    """Whether the ends of a range are whole, so that it can be told by the numbers in it."""
    return all(end is None or float(end).is_integer() for end in (r.low, r.high))
