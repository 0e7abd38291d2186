"""Questions with their queries, without their literals: what a model is shown, and what the same wording means another time.

In: the domain's own questions as rules read them, and questions that a person verified, each on its day. Out: pairs of a text and
a query that share their placeholders (`<t1>各大区的销售额`, period `<t1>`), the likest first. A pair is only made where the words
say everything that the query holds and the query uses everything that the words say. Never fails but with the engine.
"""

import heapq
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from threading import Lock
from typing import Any

from assistant.errors import EngineError
from assistant.language.calendar import Calendar
from assistant.language.text import detect_language
from assistant.language.values import ValueIndex
from assistant.planners.agent.grammar import short
from assistant.planners.agent.likeness import Traits, likeness, shown, traits, worths
from assistant.planners.agent.members import alike
from assistant.planners.agent.personal import PersonalValues
from assistant.planners.agent.veil import Veil
from assistant.planners.agent.veiling import Veiled, veiled
from assistant.planners.base import Grounds
from assistant.qa import Question
from semantic_layer.learned import Verified
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

MOST_SHOWN = 3
MOST_TRIED = 20
MOST_KEPT = 1024
MOST_LOOKED_AT = 64
"""Verified questions, by the words they share with what is asked: to find the traits of one takes milliseconds, once."""
_NAMING = frozenset({"metric", "member", "segment", "behaviour", "entity"})
_NAMING_IN: Mapping[str, frozenset[str]] = {"retention": _NAMING | {"start", "back"}}
"""Keys whose text names a member, by the kind of what they stand in."""
VERIFIED_FIRST = 1.25
"""How much liker a question counts whose query a person found right."""


_Candidate = tuple[str, Verified | None, Traits]


@dataclass(frozen=True, slots=True)
class Template:
    """A question and its query with placeholders in the same places. `sorts`: what each stands for but a period: of which dimension a
    value is, of which unit a number."""

    text: str
    query: Mapping[str, Any]
    sorts: tuple[str, ...] = ()


def template(asked: Veiled, query: SemanticQuery, model: SemanticModel) -> Template | None:
    """The pair of a veiled question and its query; None where one of them says more than the other."""
    veil = Veil(dict(asked.veil.literals))
    declared: Mapping[str, frozenset[Any]] = {
        name: frozenset(value.value for value in dimension.values) for name, dimension in model.dimensions.items()
    }
    body = veil.veiled(short(query), declared)
    new = [known for name, known in veil.literals.items() if name not in asked.veil.literals]
    if any(known.kind != "n" for known in new):
        return None
    body = _put_back(body, {f"<{known.name}>": known.content for known in new})
    used = list(_placeholders(body))
    wanted = [f"<{name}>" for name, known in asked.veil.literals.items() if known.needed]
    numbers = [name for name in used if name.startswith("<n")]
    if any(name not in used for name in wanted) or len(numbers) != len(set(numbers)):
        return None
    return Template(asked.text, body, sorts(asked))


def sorts(asked: Veiled) -> tuple[str, ...]:
    """See `Template`."""
    return tuple(known.hint for known in asked.veil.literals.values() if known.kind != "t" and known.needed)


def day_before(calendar: Calendar, today: date) -> Calendar:
    """The calendar as it was on another day."""
    return replace(calendar, today=today, last_day=today - timedelta(days=1))


def of_verified(one: Verified, index: ValueIndex, calendar: Calendar, model: SemanticModel) -> Template | None:
    """The pair of a verified question, its dates counted from the day it was asked."""
    asked = veiled(one.question, index, day_before(calendar, one.as_of), model, ())
    return template(asked, one.query, model)


@dataclass(slots=True)
class Examples:
    """What a model is shown beside a question; safe for many threads. Pairs are made once for each scope and day."""

    grounds: Grounds
    personal: PersonalValues = field(init=False)
    _made: OrderedDict[tuple[str, str, str], Template | None] = field(default_factory=OrderedDict)
    _traits_of: OrderedDict[str, Traits] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.personal = PersonalValues(self.grounds.engine)

    def near(self, asked: Veiled, question: Question, model: SemanticModel, scope: str) -> Iterator[Template]:
        """The pairs most like the question, in its language, that this asker may see; each shows what those before it did not."""
        left = list(self._candidates(asked.text, question))
        wanted, worth = traits(asked), worths(each for _, _, each in left)

        def unlike(each: _Candidate) -> float:
            return -_favour(each[1]) * likeness(wanted, each[2], worth)

        left.sort(key=unlike)
        forms: set[frozenset[str]] = set()
        for _ in range(min(len(left), MOST_TRIED)):
            text, verified, own = left.pop(0)
            pair = self._pair(text, verified, question, model, scope)
            form = frozenset(_form(pair.query)) if pair is not None else None
            if pair is None or form is None or form in forms:
                continue
            yield pair
            forms.add(form)
            if len(forms) == MOST_SHOWN:
                return
            shown(worth, wanted, own)
            left.sort(key=unlike)

    def _candidates(self, text: str, question: Question) -> Sequence[_Candidate]:
        """The questions worth a look, with their traits: those verified that share words with `text`, and all of the domain's."""
        verified = [v for v in self.grounds.verified if v.lang == question.lang]
        verified = heapq.nlargest(MOST_LOOKED_AT, verified, key=lambda v: alike(v.question, text))
        known = {v.question for v in verified}
        own = (q for q in self.grounds.questions.get(question.lang, ()) if q not in known)
        found: list[tuple[str, Verified | None]] = [*((v.question, v) for v in verified), *((q, None) for q in own)]
        return [(q, v, self._traits(q, question.today)) for q, v in found]

    def _traits(self, text: str, today: date) -> Traits:
        """Of a known question; none of it leaves, so that names of all that the model has may count."""
        with self._lock:
            known = self._traits_of.get(text)
        if known is None:
            whole = self.grounds
            known = traits(veiled(text, whole.index, day_before(whole.calendar, today), whole.model, ()))
            with self._lock:
                self._traits_of[text] = known
                while len(self._traits_of) > MOST_KEPT:
                    self._traits_of.popitem(last=False)
        return known

    def _pair(self, text: str, verified: Verified | None, q: Question, model: SemanticModel, scope: str) -> Template | None:
        key = (text, q.today.isoformat(), scope)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = self._make(text, verified, q, model)
        with self._lock:
            self._made[key] = made
            while len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
        return made

    def _make(self, text: str, verified: Verified | None, question: Question, model: SemanticModel) -> Template | None:
        whole = self.grounds
        query, today = self._query(text, verified, question, model)
        if query is None or not knows(model, query):
            return None
        try:
            personal = self.personal.inside(text, whole.model)
        except EngineError:
            return None
        calendar = day_before(whole.calendar, today) if verified is not None else whole.calendar
        return template(veiled(text, whole.index, calendar, model, personal), query, model)

    def _query(
        self, text: str, verified: Verified | None, question: Question, model: SemanticModel
    ) -> tuple[SemanticQuery | None, date]:
        if verified is not None:
            return verified.query, verified.as_of
        asking = Question(text, detect_language(text), question.today, guesses=False)
        reading = self.grounds.floor.plan(asking, model, _Nothing())
        whole = reading.refusal is None and reading.clarification is None and len(reading.queries) == 1
        return (reading.queries[0] if whole else None), question.today


def _favour(verified: Verified | None) -> float:
    return VERIFIED_FIRST if verified is not None else 1.0


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A conversation that has not begun."""

    last: SemanticQuery | None = None


def knows(model: SemanticModel, query: SemanticQuery) -> bool:
    """Whether a restricted model has every member that a query names: what is hidden is no example."""
    rooms = (model.metrics, model.dimensions, model.segments, model.behaviours, model.entities)
    names = (name for name in _members(short(query)))
    return all(any(name in room for room in rooms) for name in names)


def _members(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of any shape
    if isinstance(node, Mapping):
        naming = _NAMING_IN.get(str(node.get("kind")), _NAMING)
        for key, item in node.items():
            if key in naming and isinstance(item, str):
                yield item
            else:
                yield from _members(item)
    elif isinstance(node, list):
        for item in node:
            yield from _members(item)


def _form(node: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON of any shape
    """What a query is like whatever it names: of two that differ in a name only, one shows all."""
    if isinstance(node, Mapping):
        for key, item in node.items():
            yield from _form(item, f"{path}.{key}")
    elif isinstance(node, list):
        for item in node:
            yield from _form(item, path)
    else:
        yield f"{path}={node}" if path.endswith((".kind", ".op", ".did")) else path


def _put_back(node: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if isinstance(node, Mapping):
        return {key: _put_back(item, known) for key, item in node.items()}
    if isinstance(node, list):
        return [_put_back(item, known) for item in node]
    return known.get(node, node) if isinstance(node, str) else node


def _placeholders(node: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(node, Mapping):
        for item in node.values():
            yield from _placeholders(item)
    elif isinstance(node, list):
        for item in node:
            yield from _placeholders(item)
    elif isinstance(node, str) and node[:1] == "<":
        yield node
