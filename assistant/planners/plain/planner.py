"""Plain questions first: over a model that nobody has tuned, what the plain reader reads whole; everything else is the rules'.

In: a question, the model as its asker may see it, the conversation. Out: an `Interpretation`. A question within a conversation
and any model with words of its own go straight to the rules. Never raises, as the rules never do.
"""

from dataclasses import dataclass

from assistant.planners.plain.reader import read_plain
from assistant.planners.rules.naming import named
from assistant.planners.rules.planner import MOST_CHARS, RulesPlanner
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.errors import SemanticLayerError
from semantic_layer.model import SemanticModel
from semantic_layer.resolve import resolve


@dataclass(slots=True)
class PlainFirst:
    """The rules, with the plain reader before them."""

    rules: RulesPlanner
    name: str = "rules"

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`."""
        if context.last is None and len(question.text) <= MOST_CHARS and is_plain(model):
            found = self._plain(question, model)
            if found is not None:
                return found
        return self.rules.plan(question, model, context)

    def _plain(self, question: Question, model: SemanticModel) -> Interpretation | None:
        world = self.rules.worlds.of(model)
        found = read_plain(question.text, self.rules.index, self.rules.calendar, world)
        if found is None:
            return None
        query, cover = found
        try:
            resolve(query, world.restricted)
        except (SemanticLayerError, ValueError):
            return None
        return Interpretation(queries=(query,), mentions=named(cover))


def is_plain(model: SemanticModel) -> bool:
    """Whether a model says no more than its database does: no tags, no segments, no values with names of their own."""
    return not (model.tags or model.segments or any(d.values for d in model.dimensions.values()))
