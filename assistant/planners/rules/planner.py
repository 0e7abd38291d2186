"""The rules planner: a question, the model as its asker may see it, and the conversation become an `Interpretation`.

In: a `Question`, a restricted `SemanticModel`, a `Context`. Out: complete queries, a description, a refusal or a clarification. It
never raises for anything a person can type and takes milliseconds: the text is cut at a bounded length, covers are few, and every
word is used or reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover, Piece, covers, spot, visible
from assistant.language.text import Normalised, normalise
from assistant.language.typos import Slip, Spelling, corrected
from assistant.language.values import ValueIndex
from assistant.planners.rules.build import Built, build
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.describe import description
from assistant.planners.rules.draft import AnyOf, Group, NumberTest, Test
from assistant.planners.rules.filters import read_values
from assistant.planners.rules.followup import follow, is_follow_up
from assistant.planners.rules.groups import read_bare_groups, read_distributed, read_groups
from assistant.planners.rules.moments import fitting_grain, read_period
from assistant.planners.rules.numeric import read_comparisons, read_loose_comparisons
from assistant.planners.rules.ranks import read_ranking
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.refuse import refusal
from assistant.planners.rules.shares import default_growth, read_changes, read_frames, read_shares, read_trend
from assistant.planners.rules.subjects import (
    default_subject,
    read_aggregates,
    read_dropped,
    read_subject,
    read_used_to,
    stands_alone,
)
from assistant.planners.rules.verbs import read_verbs
from assistant.planners.rules.world import World, Worlds
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.errors import SemanticLayerError
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, Change, MetricUse, Records
from semantic_layer.resolve import resolve

MOST_CHARS = 600


@dataclass(slots=True)
class RulesPlanner:
    """Deterministic, embedded, without a key; see the module's text."""

    index: ValueIndex
    calendar: Calendar
    name: str = "rules"
    worlds: Worlds = field(default_factory=Worlds)
    spelling: Spelling = field(init=False)

    def __post_init__(self) -> None:
        self.spelling = Spelling(self.index)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`, already restricted to the asker's scope."""
        if len(question.text) > MOST_CHARS:
            return Interpretation(clarification=Issue("too-long", params={"most": str(MOST_CHARS)}))
        text, found, slips = self._cut(normalise(question.text), model)
        if not any(piece.role == "meaning" for piece in found[0]) and not any(piece.role == "unread" for piece in found[0]):
            return Interpretation(clarification=Issue("nothing-read"))
        refused = refusal(text, found[0], model)
        if refused is not None:
            return Interpretation(refusal=refused)
        table = _Table(text, question, self.worlds.of(model), self.calendar, slips)
        return self._described(table, found) or self._followed(table, found, context) or self._asked(table, found)

    def _cut(self, text: Normalised, model: SemanticModel) -> tuple[Normalised, tuple[Cover, ...], tuple[Slip, ...]]:
        """The best covers, those of the question with its slips put right where that explains more."""
        found = covers(text, self._spotted(text, model))
        unread = [piece for piece in found[0] if piece.role == "unread"] if found else []
        slips = self.spelling.slips(text, unread) if unread else ()
        if not slips:
            return text, found or ((),), ()
        right = corrected(text, slips)
        better = covers(right, self._spotted(right, model))
        return right, better or ((),), slips

    def _spotted(self, text: Normalised, model: SemanticModel) -> tuple[Piece, ...]:
        """The pieces of a text; names that the asker may not see are no names."""
        return visible(spot(text, self.index, self.calendar), model)

    def _described(self, table: "_Table", found: tuple[Cover, ...]) -> Interpretation | None:
        described = description(table.reading(found[0]))
        return None if described is None else Interpretation(describe=described)

    def _followed(self, table: "_Table", found: tuple[Cover, ...], context: Context) -> Interpretation | None:
        last = context.last
        if last is None:
            return None
        alone = table.reading(found[0])
        if not is_follow_up(alone, alone=stands_alone(alone)):
            return None
        reading = table.reading(found[0])
        reading.follows = "records" if isinstance(last, Records) else "aggregate"
        reading.base = getattr(last, "period", None)
        read(reading, self.calendar)
        try:
            followed = follow(reading, last, tuple(getattr(context, "history", ())))
        except (Unbound, ValueError):
            return None
        if followed is None or reading.unread() or not table.holds(followed.built):
            return None if stands_alone(alone) else _not_understood(reading)
        return _answered(reading, followed.built, followed.carried)

    def _asked(self, table: "_Table", found: tuple[Cover, ...]) -> Interpretation:
        best: tuple[float, Reading, Built | None] | None = None
        for cover in found:
            reading = read(table.reading(cover), self.calendar)
            built = table.built(reading)
            score = _score(reading, built)
            if best is None or score > best[0]:
                best = (score, reading, built)
            if built is not None and not reading.unread():
                break
        if best is None:
            return Interpretation(clarification=Issue("nothing-read"))
        return _decided(best[1], best[2])


@dataclass(frozen=True, slots=True)
class _Table:
    """What all readings of one question share."""

    text: Normalised
    question: Question
    world: World
    calendar: Calendar
    slips: tuple[Slip, ...]

    def reading(self, cover: Cover) -> Reading:
        """A fresh reading of a cover."""
        reading = Reading(self.text, self.question.lang, self.world, self.question.today, cover)
        for slip in self.slips:
            reading.issues.append(Issue("assumed-spelling", "assumption", params={"written": slip.written, "read": slip.read}))
        return reading

    def built(self, r: Reading) -> Built | None:
        """The query of a reading, if the model can answer it."""
        try:
            built = build(r)
        except (Unbound, ValueError):
            return None
        return built if self.holds(built) else None

    def holds(self, built: Built) -> bool:
        """Whether the model can answer a query."""
        query = built.query
        if isinstance(query, Change):
            query = Aggregate(metrics=(MetricUse(metric=query.metric),), period=query.period, where=query.where)
        try:
            resolve(query, self.world.restricted)
        except (SemanticLayerError, ValueError):
            return False
        return True


def read(r: Reading, calendar: Calendar) -> Reading:
    """All passes over one cover, in order."""
    read_frames(r)
    read_dropped(r)
    read_used_to(r)
    read_comparisons(r)
    read_trend(r)
    read_ranking(r)
    read_groups(r)
    read_verbs(r)
    read_values(r)
    read_loose_comparisons(r)
    read_shares(r)
    read_aggregates(r)
    read_distributed(r)
    default_subject(r)
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


def _score(r: Reading, built: Built | None) -> float:
    """Unread words weigh most, then whether it can be answered."""
    unread = sum(len(piece.text) for piece in r.unread())
    return (0 if built is None else 10) - 4 * unread


def _decided(r: Reading, built: Built | None) -> Interpretation:
    if built is None or r.unread():
        return _not_understood(r)
    return _answered(r, built, ())


def _not_understood(r: Reading) -> Interpretation:
    unread = r.unread()
    if unread:
        words = ", ".join(r.text.shown(p.start, p.end) for p in unread)
        return Interpretation(clarification=Issue("unread-words", params={"words": words}))
    return Interpretation(clarification=Issue("missing-metric"))


def _answered(r: Reading, built: Built, carried: tuple[str, ...]) -> Interpretation:
    issues = (*built.issues, *_assumptions(r, built))
    return Interpretation(queries=(built.query,), chart=r.chart, issues=issues, export=r.export, carried=carried)


def _assumptions(r: Reading, built: Built) -> tuple[Issue, ...]:
    """No period named: all the data."""
    query = built.query
    if (
        isinstance(query, Aggregate)
        and query.period is None
        and any(isinstance(m, MetricUse) and not r.world.is_timeless(m.metric) for m in query.metrics)
    ):
        return (Issue("assumed-all-data", "assumption"),)
    return ()
