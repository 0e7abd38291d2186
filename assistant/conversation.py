"""What a conversation remembers: the last complete query, the ones before it, a question of ours that waits for its answer.

In: what was asked and the answer that was given. Out: a new frozen `Conversation`, which also serialises to JSON and back (a
thread in a file, in the chat's history). It holds no identity and no rows: rights are looked at again with every ask. What may
fail: JSON that is no conversation (`ConfigError` `thread-invalid`).
"""

import re
import unicodedata
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ConfigError
from assistant.qa import Answer, ChartKind, Choice, Lang
from semantic_layer.periods import shift
from semantic_layer.query import Aggregate, ByTime, Grain, Period, SemanticQuery

MOST_REMEMBERED = 20
_BARE_NUMBER = re.compile(r"[(\[#]?(\d{1,2})[)\].。、]?")


class Pending(BaseModel):
    """A clarification that waits: what was asked, and the ways to go on that were offered. `code`: why it was asked back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    choices: tuple[Choice, ...]
    code: str | None = None

    def picked(self, text: str) -> Choice | None:
        """The choice that `text` names by its number or its label, or None: then it is a question like any other.

        >>> Pending(question="?", choices=(Choice("销售额"), Choice("GMV"))).picked("２").label
        'GMV'
        """
        said = _folded(text)
        number = _BARE_NUMBER.fullmatch(said)
        if number is not None:
            index = int(number[1]) - 1
            return self.choices[index] if 0 <= index < len(self.choices) else None
        return next((choice for choice in self.choices if _folded(choice.label) == said), None)


class Settled(BaseModel):
    """What somebody meant by a question that was asked back: it is not asked back again. `as_of`: the last day of the data then;
    on another day "last month" is another month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    query: SemanticQuery
    as_of: date | None


class Conversation(BaseModel):
    """The state of a thread. `last`: the last complete query (what a follow-up changes), `unit` that of its running period where it
    was named, `when` the words for its time, `moment` the one day or month that a ranking of them showed; `chart`: the kind someone
    asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last: SemanticQuery | None = None
    unit: Grain | None = None
    when: str | None = None
    moment: Period | None = None
    chart: ChartKind | None = None
    history: tuple[SemanticQuery, ...] = ()
    pending: Pending | None = None
    settled: tuple[Settled, ...] = ()
    lang: Lang | None = None

    def language_of(self, text: str) -> Lang | None:
        """The language spoken so far, for a text without a letter ("2"); else None."""
        return None if any(char.isalpha() for char in text) else self.lang

    def meant(self, text: str, as_of: date) -> SemanticQuery | None:
        """What was chosen when `text` was asked back in this conversation, with the same data; else None."""
        said = _folded(text)
        return next((s.query for s in self.settled if (_folded(s.question), s.as_of) == (said, as_of)), None)

    def after(self, question: str, answer: Answer) -> "Conversation":
        """The state once `answer` was given to `question`. A failure or a refusal leaves what was known as it is."""
        if answer.status == "clarify" and answer.error_code == "after-unanswered" and self.pending is not None:
            return self.model_copy(update={"lang": answer.lang})  # it is still the one before that waits for an answer
        if answer.status == "clarify":
            choices = tuple(choice for choice in answer.choices if choice.query is not None or choice.question)
            pending = Pending(question=question, choices=choices, code=answer.error_code)
            return self.model_copy(update={"pending": pending, "lang": answer.lang})
        query = answer.interpretation.query if answer.interpretation is not None else None
        if answer.status != "answered" or query is None:
            return self.model_copy(update={"pending": None})
        earlier = self.history if self.last is None or self.last == query else (*self.history, self.last)
        chart = answer.chart.kind if answer.chart is not None else None
        settled = (*self.settled, *self._settles(question, query, answer.as_of))[-MOST_REMEMBERED:]
        return Conversation(
            last=query,
            unit=self._unit_of(answer, query),
            when=self._when_of(answer, query),
            moment=_moment_of(answer, query) or self._moment_kept(query),
            chart=chart,
            history=earlier[-MOST_REMEMBERED:],
            settled=settled,
            lang=answer.lang,
        )

    def _unit_of(self, answer: Answer, query: SemanticQuery) -> Grain | None:
        named = answer.interpretation.unit if answer.interpretation is not None else None
        kept = getattr(self.last, "period", None) == getattr(query, "period", None)
        return named or (self.unit if kept else None)

    def _when_of(self, answer: Answer, query: SemanticQuery) -> str | None:
        said = answer.interpretation.when if answer.interpretation is not None else None
        kept = getattr(self.last, "period", None) == getattr(query, "period", None)
        return said or (self.when if kept else None)

    def _moment_kept(self, query: SemanticQuery) -> Period | None:
        return self.moment if getattr(query, "period", None) == self.moment else None

    def _settles(self, question: str, query: SemanticQuery, as_of: date | None) -> tuple[Settled, ...]:
        if self.pending is None or self.pending.picked(question) is None:
            return ()
        return (Settled(question=self.pending.question, query=query, as_of=as_of),)

    def to_json(self) -> str:
        """The state as JSON text; `from_json(to_json())` equals it."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Conversation":
        """The state that `text` holds.

        Raises:
            ConfigError: `thread-invalid`.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
            raise ConfigError("thread-invalid", problem=problem) from None


def _moment_of(answer: Answer, query: SemanticQuery) -> Period | None:
    """The one time that a ranking of times showed, as far as it lies in the query's own: which month was best."""
    by = query.group_by[0] if isinstance(query, Aggregate) and len(query.group_by) == 1 else None
    if not isinstance(query, Aggregate) or not isinstance(by, ByTime) or query.limit != 1 or len(answer.rows) != 1:
        return None
    first = answer.rows[0][0]
    first = first.date() if isinstance(first, datetime) else first
    if not isinstance(first, date):
        return None
    within = query.period or Period()
    end = shift(first, by.grain, 1)
    return Period(start=max(first, within.start or first), end=min(end, within.end or end))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
