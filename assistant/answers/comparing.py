"""A value against another one, in words: up or down, by how much, for the better or the worse.

In: a `Speech`, a metric of its shape, two values. Out: phrases. The change of a rate is said in percentage points, of a score in
points, of everything else as a rate and a difference. `up_is_good` of the metric decides what is better. Nothing fails.
"""

from dataclasses import dataclass
from typing import Literal

from assistant.answers import format as words
from assistant.answers.shape import Measured
from assistant.answers.speech import Speech
from assistant.qa import Cell

FLAT = 0.0005
"""Relative changes below this are no change."""
Direction = Literal["up", "down", "flat"]


@dataclass(frozen=True, slots=True)
class Move:
    """From `previous` to `value`."""

    speech: Speech
    metric: Measured
    value: Cell
    previous: Cell

    @property
    def known(self) -> bool:
        """Whether both sides have a value."""
        return words.is_number(self.value) and words.is_number(self.previous)

    @property
    def difference(self) -> float:
        return float(self.value) - float(self.previous)

    @property
    def rate(self) -> float | None:
        """value / previous - 1; None where that says nothing."""
        if not self.known or float(self.previous) <= 0 or self.metric.column.format == "score":
            return None
        return float(self.value) / float(self.previous) - 1

    @property
    def direction(self) -> Direction:
        scale = abs(float(self.previous)) or 1.0
        if abs(self.difference) <= FLAT * scale:
            return "flat"
        return "up" if self.difference > 0 else "down"

    @property
    def weight(self) -> float:
        """By what moves are ranked: the rate, for rates and scores the difference."""
        if not self.known:
            return 0.0
        return self.difference if self.in_points else self.rate or 0.0

    @property
    def in_points(self) -> bool:
        return self.metric.column.format in ("percent", "score")

    @property
    def size(self) -> str:
        """By how much, without a sign: 12.4%, 1.2 个百分点."""
        if self.in_points or self.rate is None:
            return self._unsigned()
        return self.speech.percent(abs(self.rate))

    @property
    def judged(self) -> str:
        """ ", for the better" or nothing."""
        model = self.speech.model
        metric = model.metrics.get(self.metric.column.member or self.metric.name)
        part = self.metric.column.part == "share"  # more complaints are worse; a greater part of them resolved is not
        if part or metric is None or metric.up_is_good is None or self.direction == "flat":
            return ""
        better = (self.direction == "up") == metric.up_is_good
        return self.speech.say("compared.better" if better else "compared.worse")

    def brief(self) -> str:
        """Up 12.4% / 增长 12.4%, and nothing else."""
        if not self.known:
            return self.speech.say("compared.unknown")
        if self.direction == "flat":
            return self.speech.say("compared.flat_brief")
        return self.speech.say(f"compared.{self.direction}{self.suffix}", size=self.size)

    @property
    def suffix(self) -> str:
        """Levels rise and fall; amounts grow and shrink."""
        return "_points" if self.in_points else ""

    def sentence(self) -> str:
        """The whole comparison: which one, up or down, by how much, better or worse, from what."""
        speech = self.speech
        before = {"period": speech.previous_words, "value": speech.value(self.metric, self.previous)}
        if not words.is_number(self.previous):
            return speech.say("compared.nothing_before", **before)
        if not words.is_number(self.value):
            return speech.say("compared.only_before", **before)
        if self.direction == "flat":
            return speech.say("compared.flat", kind=self.kind, **before)
        if self.rate is None and not self.in_points:
            return speech.say("compared.no_rate", difference=speech.signed(self.metric, self.difference), **before)
        detail = [speech.signed(self.metric, self.difference)] if not self.in_points else []
        if self.metric.column.format == "percent" and self.rate is not None:
            detail.append(speech.say("compared.relative", rate=words.signed(self.rate, "percent", speech.lang)))
        extra = speech.say("compared.detail", detail=detail[0]) if detail else ""
        return speech.say(
            f"compared.sentence_{self.direction}{self.suffix}",
            kind=self.kind,
            size=self.size,
            detail=extra,
            judged=self.judged,
            **before,
        )

    @property
    def kind(self) -> str:
        """同比 / year on year, 环比 / on the period before, or nothing."""
        compare = self.speech.compare
        return self.speech.say(f"compared.kind.{compare.kind if compare is not None else 'period'}")

    def _unsigned(self) -> str:
        if self.metric.column.format == "percent":
            digits = words.number(abs(self.difference), "percent", self.speech.lang).removesuffix("%")
            return self.speech.say("points", value=digits)
        if self.metric.column.format == "score":
            unit = self.metric.column.unit
            digits = words.number(abs(self.difference), "score", self.speech.lang, unit=unit)
            return digits if unit else self.speech.say("score_points", value=digits.removeprefix("+"))
        return self.speech.value(self.metric, abs(self.difference))
