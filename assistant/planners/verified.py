"""Rules that also know the questions which a person verified: the same words, whatever their dates and values, mean the same query.

In: the rules, verified questions, the index and the calendar. Out: a planner that behaves as the rules but where a verified
question has just the words of what is asked, with values of the same dimensions. The asker is told that it was read so. Never
fails; milliseconds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from assistant.language.calendar import Calendar
from assistant.language.values import ValueIndex
from assistant.planners.agent.examples import Template, knows, of_verified, sorts
from assistant.planners.agent.members import alike
from assistant.planners.agent.veiling import veiled
from assistant.ports import Context, Planner
from assistant.qa import Interpretation, Question
from semantic_layer.issues import Issue
from semantic_layer.learned import Verified
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, from_json

_ALIKE = 0.3
"""Below this a question is not even looked at beside a verified one."""
_END = " ?!.。，,"


@dataclass(slots=True)
class VerifiedPlanner:
    """See the module's text. Safe for many threads."""

    floor: Planner
    index: ValueIndex
    calendar: Calendar
    model: SemanticModel
    questions: Sequence[Verified]
    name: str = "rules"
    _pairs: tuple[tuple[Verified, Template], ...] = field(init=False)

    def __post_init__(self) -> None:
        made = ((one, of_verified(one, self.index, self.calendar, self.model)) for one in self.questions)
        self._pairs = tuple((one, pair) for one, pair in made if pair is not None)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`, already restricted to the asker's scope."""
        ruled = self.floor.plan(question, model, context)
        if ruled.refusal is not None or ruled.describe is not None:
            return ruled
        found = self._known(question, model)
        if found is None or found in ruled.queries[:1]:
            return ruled
        return Interpretation(queries=(found,), issues=(Issue("verified-read", "assumption"),), planner=self.name)

    def _known(self, question: Question, model: SemanticModel) -> SemanticQuery | None:
        """The query of the verified question with the same words, with the literals of this one."""
        near = [pair for one, pair in self._pairs if alike(one.question, question.text) >= _ALIKE and knows(model, one.query)]
        if not near:
            return None
        asked = veiled(question.text, self.index, self.calendar, model, ())
        said = (asked.text.strip(_END), sorts(asked))
        pair = next((pair for pair in near if (pair.text.strip(_END), pair.sorts) == said), None)
        if pair is None:
            return None
        try:
            return from_json(json.dumps(asked.veil.restored(pair.query), ensure_ascii=False, default=str))
        except ValidationError:
            return None
