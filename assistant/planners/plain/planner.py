"""Plain questions first: over a model that was drafted, what the plain reader reads whole; everything else is the rules'.

In: a question, the model as its asker may see it, the conversation. Out: an `Interpretation`. What leans on the question before it
goes straight to the rules. Never raises, as the rules never do.
"""

from dataclasses import dataclass

from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover
from assistant.language.values import ValueIndex
from assistant.planners.plain.bind import query_of
from assistant.planners.plain.cut import cut
from assistant.planners.plain.frame import Unreadable
from assistant.planners.plain.reader import read, stands_alone
from assistant.planners.rules.naming import named
from assistant.planners.rules.planner import MOST_CHARS, RulesPlanner
from assistant.planners.rules.world import World
from assistant.ports import Context
from assistant.qa import Choice, Interpretation, Lang, Question
from semantic_layer.errors import QueryError, SemanticLayerError
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Records, SemanticQuery
from semantic_layer.resolve import resolve


@dataclass(slots=True)
class PlainFirst:
    """The rules, with the plain reader before them."""

    rules: RulesPlanner
    name: str = "rules"

    @property
    def index(self) -> ValueIndex:
        """The names and values of the domain."""
        return self.rules.index

    @property
    def calendar(self) -> Calendar:
        """What relative dates are counted from."""
        return self.rules.calendar

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`."""
        if len(question.text) <= MOST_CHARS:
            world = self.rules.worlds.of(model)
            found = read_plain(question.text, self.index, self.calendar, world, follows=context.last is not None)
            if found is not None:
                query, cover = found
                return Interpretation(queries=(query,), mentions=named(cover))
        ruled = self.rules.plan(question, model, context)
        return ruled if context.last is not None else _offered(ruled, model, question.lang)


def _offered(ruled: Interpretation, model: SemanticModel, lang: Lang) -> Interpretation:
    """A plain question that was not read whole is not answered: what the rules make of it is a choice. What only they can read
    (shares, comparisons, journeys, reasons) stays."""
    told = ruled.describe
    if ruled.refusal is not None and ruled.refusal.code == "refuse-outside":  # what a stranger's data are about nobody has said
        return Interpretation(clarification=Issue("unread-words", params=ruled.refusal.params), mentions=ruled.mentions)
    if told is not None and told.what == "define" and len(told.members) > 1:  # whose names are these, and not what do they mean
        words = ", ".join(_named(name, model, lang) for name in told.members)
        return Interpretation(clarification=Issue("unread-words", params={"words": words}), mentions=ruled.mentions)
    query = ruled.queries[0] if len(ruled.queries) == 1 and not ruled.rest else None
    if not isinstance(query, Aggregate | Records) or ruled.describe is not None:
        return ruled
    if isinstance(query, Aggregate) and (query.share or query.compare or query.running_total):
        return ruled
    choice = Choice(label=_label(query, model, lang), query=query)
    return Interpretation(clarification=Issue("read-in-part"), choices=(choice,), mentions=ruled.mentions)


def _named(name: str, model: SemanticModel, lang: Lang) -> str:
    """The label of a member."""
    found = model.metrics.get(name) or model.dimensions.get(name)
    return found.label[lang] if found is not None else name


def _label(query: Aggregate | Records, model: SemanticModel, lang: Lang) -> str:
    """What a query shows, by the names of its members."""
    if isinstance(query, Records):
        return model.entities[query.entity].label[lang]
    used = [model.metrics[m.metric] if isinstance(m, MetricUse) else model.dimensions[m.member] for m in query.metrics]
    by = [model.dimensions[g.member] for g in query.group_by if isinstance(g, ByDimension) and g.member in model.dimensions]
    return " · ".join(member.label[lang] for member in (*used, *by))


def read_plain(
    text: str, index: ValueIndex, calendar: Calendar, world: World, *, follows: bool = False
) -> tuple[SemanticQuery, Cover] | None:
    """The query of a plain question and how it was cut, or None. The text is taken as it is written: no slip is put right.

    `follows`: there is a question before it, so that it is only read where it does not lean on that one.
    """
    for without_aggregated in (False, True):
        tokens, cover = cut(text, index, calendar, world, without_aggregated=without_aggregated)
        if follows and not stands_alone(tokens):
            return None
        try:
            query = query_of(read(tokens, world, index), world)
            resolve(query, world.restricted)
        except QueryError as error:
            if any(issue.code != "personal-data" for issue in error.issues):
                continue  # who may see what is not decided here
        except (Unreadable, SemanticLayerError, ValueError):
            continue
        return query, cover
    return None
