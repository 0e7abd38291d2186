"""The rules planner: a question, the model as its asker may see it, and the conversation become an `Interpretation`.

In: a `Question`, a restricted `SemanticModel`, a `Context`. Out: complete queries, a description, a refusal or a clarification. It
never raises for anything a person can type and takes milliseconds: the text is cut at a bounded length, covers are few, and every
word is used or reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover, covers, spot
from assistant.language.text import Normalised, normalise
from assistant.language.values import ValueIndex
from assistant.planners.rules.build import Built, build
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import AnyOf, Asked, Group, NumberTest, Test
from assistant.planners.rules.filters import read_values
from assistant.planners.rules.groups import read_bare_groups, read_groups
from assistant.planners.rules.moments import fitting_grain, read_grains, read_period
from assistant.planners.rules.numeric import read_comparisons, read_loose_comparisons
from assistant.planners.rules.ranks import read_ranking
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.shares import default_growth, read_changes, read_frames, read_shares, read_trend
from assistant.planners.rules.subjects import read_aggregates, read_subject
from assistant.planners.rules.verbs import read_verbs
from assistant.planners.rules.world import Worlds
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.errors import SemanticLayerError
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, Change
from semantic_layer.resolve import resolve

MOST_CHARS = 600


@dataclass(slots=True)
class RulesPlanner:
    """Deterministic, embedded, without a key; see the module's text."""

    index: ValueIndex
    calendar: Calendar
    name: str = "rules"
    worlds: Worlds = field(default_factory=Worlds)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`, already restricted to the asker's scope."""
        text = normalise(question.text[:MOST_CHARS])
        world = self.worlds.of(model)
        best: tuple[float, Reading, Built | None] | None = None
        for cover in self._covers(text, model):
            reading = read(Reading(text, question.lang, world, question.today, cover), self.calendar)
            built = _built(reading)
            score = _score(reading, built)
            if best is None or score > best[0]:
                best = (score, reading, built)
            if built is not None and not reading.unread():
                break
        if best is None:
            return Interpretation(clarification=Issue("nothing-read"))
        return _decided(best[1], best[2])

    def _covers(self, text: Normalised, model: SemanticModel) -> tuple[Cover, ...]:
        return covers(text, spot(text, self.index, self.calendar))


def read(r: Reading, calendar: Calendar) -> Reading:
    """All passes over one cover, in order."""
    read_frames(r)
    read_grains(r)
    read_comparisons(r)
    read_trend(r)
    read_ranking(r)
    read_groups(r)
    read_verbs(r)
    read_values(r)
    read_loose_comparisons(r)
    read_shares(r)
    read_aggregates(r)
    read_subject(r)
    _own_periods(r)
    read_period(r, calendar)
    read_changes(r)
    default_growth(r)
    read_bare_groups(r)
    _join_or(r)
    _finish(r)
    return r


def _own_periods(r: Reading) -> None:
    """近一年消费超过1万: the period beside a number per member is its own."""
    people = r.head == "records" or not r.groups
    for place, test in enumerate(r.tests):
        if not isinstance(test, NumberTest) or not test.metrics or not people:
            continue
        for at in _beside(r, test.at):
            time = r.tokens[at].time
            if time is not None and r.free(at):
                r.tests[place] = _with_period(test, at, r)
                break


def _with_period(test: NumberTest, at: int, r: Reading) -> NumberTest:
    from dataclasses import replace

    time = r.tokens[at].time
    r.take(at)
    return replace(test, period=time.period if time is not None else None)


def _beside(r: Reading, at: int) -> Iterator[int]:
    """Free places up to three tokens around a comparison, nearest first, within its stretch."""
    for distance in (1, 2, 3):
        for by in (-1, 1):
            to: int | None = at
            for _ in range(distance):
                to = r.step(to, by) if to is not None else None
            if to is not None and r.free(to):
                yield to


def _join_or(r: Reading) -> None:
    """A or B: the tests on both sides of an `or` between conditions of different dimensions."""
    for at in r.where("or"):
        before = max((t for t in r.tests if t.at < at), key=lambda t: t.at, default=None)
        after = min((t for t in r.tests if t.at > at), key=lambda t: t.at, default=None)
        if before is None or after is None:
            continue
        r.take(at)
        rest: list[Test] = [t for t in r.tests if t is not before and t is not after]
        parts = (*(before.tests if isinstance(before, AnyOf) else (before,)), after)
        r.tests = [*rest, AnyOf(after.at, parts)]
    for at in r.where("either"):
        r.take(at)


def _finish(r: Reading) -> None:
    if r.trend and not any(g.grain or g.part for g in r.groups):
        r.groups.append(Group(-1, grain=fitting_grain(r.period)))
    if not r.asked and r.head == "change":
        first = next(iter(r.world.model.metrics), None)
        if first is not None:
            r.asked.append(Asked(0, (first,), firm=False))
            r.issues.append(Issue("assumed-metric", "assumption", params={"metric": r.world.model.label(first, r.lang)}))


def _built(r: Reading) -> Built | None:
    """The query of a reading, if the model can answer it."""
    try:
        built = build(r)
        if isinstance(built.query, Change):
            resolve(
                Aggregate.model_validate(
                    {"metrics": [{"metric": built.query.metric}], "period": built.query.period, "where": built.query.where}
                ),
                r.world.restricted,
            )
        else:
            resolve(built.query, r.world.restricted)
    except (Unbound, SemanticLayerError, ValueError):
        return None
    return built


def _score(r: Reading, built: Built | None) -> float:
    """Unread words weigh most, then whether it can be answered."""
    unread = sum(len(piece.text) for piece in r.unread())
    return (0 if built is None else 10) - 4 * unread


def _decided(r: Reading, built: Built | None) -> Interpretation:
    unread = r.unread()
    if unread:
        words = ", ".join(r.text.shown(p.start, p.end) for p in unread)
        return Interpretation(clarification=Issue("unread-words", params={"words": words}))
    if built is None:
        return Interpretation(clarification=Issue("missing-metric"))
    return Interpretation(queries=(built.query,), chart=r.chart, issues=built.issues, export=r.export)
