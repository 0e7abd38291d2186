"""The agent as a planner: rules first, a model where they did not understand, and rules again where the model is of no use.

In: a `Question`, the model as its asker sees it, a context in which queries can be tried. Out: the same `Interpretation` as rules
give. A provider that is down, slow or talks nonsense costs time and nothing else. What may fail: what the asker's own context
raises (a stop); anything that a provider does wrong is logged by its kind, without text, and ends in what the rules say.
"""

import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.errors import EngineError
from assistant.planners.agent.brief import Brief, brief
from assistant.planners.agent.examples import Examples
from assistant.planners.agent.kept import nodes
from assistant.planners.agent.line import Line
from assistant.planners.agent.spares import Spares
from assistant.planners.agent.turn import Turn
from assistant.planners.agent.veiling import Veiled, veiled
from assistant.planners.base import Grounds
from assistant.ports import Context, Workplace
from assistant.qa import Interpretation, Question
from assistant.settings import SHARE_OF_TIME
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import to_json

if TYPE_CHECKING:
    from assistant.planners.agent.wire import Way

logger = logging.getLogger(__name__)
MOST_KEPT = 256
_NOT_FOR_A_MODEL = frozenset({"too-long", "nothing-read"})
UNAVAILABLE = Issue("agent-unavailable", "assumption")
UNREACHABLE = Issue("agent-unreachable", "assumption")
_ADVICE: Mapping[int, str] = {
    401: "; llm.api_key may be wrong",
    403: "; llm.api_key may not do for llm.model",
    404: "; llm.base_url may lack /v1, or llm.model may not exist there",
}
"""What the log says of an HTTP status, for who set it up."""


@dataclass(slots=True)
class AgentPlanner:
    """See the module's text. Safe for many threads."""

    grounds: Grounds
    name: str = "agent"
    examples: Examples = field(init=False)
    _kept: OrderedDict[tuple[str, ...], Interpretation] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _spares: "Spares[Way]" = field(default_factory=Spares)
    """Ways to the model, each with its connections."""

    def __post_init__(self) -> None:
        self.examples = Examples(self.grounds)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`, already restricted to the asker's scope."""
        floor = self.grounds.floor
        if not isinstance(context, Workplace):
            return floor.plan(question, model, context)
        ruled = floor.plan(replace(question, guesses=False), model, context)
        if not self._wanted(ruled):
            return ruled
        key = self._key(question, context)
        found, failed = self._recalled(key), False
        if found is None:
            found, failed = self._asked(question, model, context, ruled)
            if found is not None:
                self._keep(key, found)
        if found is None:
            return self._without(question, model, context, ruled, failed=failed)
        return compared(found, ruled)

    def _without(
        self, question: Question, model: SemanticModel, context: Workplace, ruled: Interpretation, *, failed: bool
    ) -> Interpretation:
        """What rules say alone. What they can guess is for the asker then; a model would take it for what was said."""
        if understood(ruled):
            return replace(ruled, issues=(*ruled.issues, UNAVAILABLE))
        guessed = self.grounds.floor.plan(question, model, context)
        return replace(guessed, issues=(*guessed.issues, UNREACHABLE)) if failed else guessed

    def close(self) -> None:
        """Ends the connections that are kept for the next turn."""
        self._spares.close()

    def _wanted(self, ruled: Interpretation) -> bool:
        """Whether a model is asked at all: never about what is refused."""
        if ruled.refusal is not None:
            return False
        if ruled.clarification is not None:
            return ruled.clarification.code not in _NOT_FOR_A_MODEL
        return self.grounds.mode == "agent"

    # --- one turn ------------------------------------------------------------------------------------------------------

    def _asked(
        self, question: Question, model: SemanticModel, context: Workplace, ruled: Interpretation
    ) -> tuple[Interpretation | None, bool]:
        """What a model made of it, and whether nobody could be asked."""
        seconds = min(self.grounds.llm.seconds, SHARE_OF_TIME * context.seconds_left())
        asked = self._veiled(question, model)
        if asked is None or seconds <= 0:
            return None, False
        turn = Turn(question.lang, model, self.grounds.index, asked, context, question.text, _measured(ruled))
        examples = tuple(self.examples.near(asked, question, model, context.scope()))
        told = brief(question, asked, model, ruled, context.last, examples)
        self._talk(turn, told, seconds)
        logger.info("agent turn: %s", ", ".join(turn.trail))
        if turn.outcome is None:
            return None, turn.done == "failed"
        issues = (*turn.outcome.issues, *_read_by_model(asked)) if _answers(turn.outcome) else turn.outcome.issues
        made = replace(turn.outcome, chart=ruled.chart, export=ruled.export, mentions=ruled.mentions, issues=issues)
        return made, False

    def _talk(self, turn: Turn, told: Brief, seconds: float) -> None:
        """Lets the model work; afterwards the turn has ended."""
        from assistant.planners.agent.provider import Provider

        line = Line(seconds)
        turn.at_desk = line.at_desk
        opened: list[Provider] = []

        def work() -> None:  # opened here: a proxy of the environment that no client takes is a failure like others
            opened.append(Provider(turn, told, self.grounds.llm, self.grounds.egress, line, uuid.uuid4().hex[:12], self._spares))
            opened[0].converse()

        def leave() -> None:
            for provider in opened:
                provider.leave()

        failure = line.serve(work, turn.breathe, leave)
        if failure is not None:
            status = opened[0].status if opened else None
            logger.warning("agent turn failed: %s%s", failure, _ADVICE.get(status or 0, ""))
            turn.stop("failed")

    def _veiled(self, question: Question, model: SemanticModel) -> Veiled | None:
        """The question as it may leave; None where nobody can say what is personal in it."""
        whole = self.grounds
        try:
            personal = self.examples.personal.inside(question.text, whole.model)
        except EngineError:
            return None
        return veiled(question.text, whole.index, whole.calendar, model, personal)

    # --- what was asked before -----------------------------------------------------------------------------------------

    def _key(self, question: Question, context: Workplace) -> tuple[str, ...]:
        last = to_json(context.last) if context.last is not None else ""
        return (question.text, question.lang, question.today.isoformat(), self.grounds.key, context.scope(), last)

    def _recalled(self, key: tuple[str, ...]) -> Interpretation | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, ...], found: Interpretation) -> None:
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def understood(reading: Interpretation) -> bool:
    """Whether rules read the whole question."""
    return reading.refusal is None and reading.clarification is None and (bool(reading.queries) or reading.describe is not None)


def compared(found: Interpretation, ruled: Interpretation) -> Interpretation:
    """The model's reading beside that of rules: where both understood and differ, both are run, and the asker decides.

    SQL of a model never stands against a declared metric, and its questions not against an answer.
    """
    if not understood(ruled):
        return found
    if ruled.describe is not None or not found.queries:
        return ruled
    if set(found.queries) <= set(ruled.queries):
        return replace(ruled, planner=found.planner)
    rest = ruled.rest or found.rest
    return replace(found, queries=(*found.queries, *ruled.queries), rest=rest, issues=(*ruled.issues, *found.issues))


def _answers(outcome: Interpretation) -> bool:
    return bool(outcome.queries) or outcome.sql is not None


def _read_by_model(asked: Veiled) -> tuple[Issue, ...]:
    """The words that only the model can have understood: nobody can check that it did but the asker."""
    unread = dict.fromkeys(piece.text.strip() for piece in asked.cover if piece.role == "unread")
    return (Issue("agent-words", "assumption", params={"words": ", ".join(unread)}),) if unread else ()


def _measured(ruled: Interpretation) -> frozenset[str]:
    """The metrics that rules measure themselves, whatever a model does: both readings are shown."""
    queries = (query for each in (ruled, *ruled.rest) for query in each.queries)
    names = (getattr(node, "metric", None) for query in queries for node in nodes(query))
    return frozenset(name for name in names if name)
