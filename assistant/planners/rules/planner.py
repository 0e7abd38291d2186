"""The rules planner: a question, the model as its asker may see it, and the conversation become an `Interpretation`.

In: a `Question`, a restricted `SemanticModel`, a `Context`. Out: complete queries, a description, a refusal or a clarification. It
never raises for anything a person can type and takes milliseconds: the text is cut at a bounded length, covers are few, and every
word is used or reported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.language.asides import Span, asides, heading, musing
from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover
from assistant.language.text import Normalised, normalise
from assistant.language.values import ValueIndex
from assistant.planners.rules.after_unread import left_open, missed, misses_time, waiting_of, with_metric_told, with_time_told
from assistant.planners.rules.among_measured import among_measured
from assistant.planners.rules.amongst import leans_on, settle_kinds
from assistant.planners.rules.as_list import as_list
from assistant.planners.rules.begun_anew import anew
from assistant.planners.rules.best_people import best_people, cuts, who_they_are, with_list
from assistant.planners.rules.build import Built
from assistant.planners.rules.clarify import missing_metric, missing_period, no_metric, no_place, unread_words, unused_period
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.cutter import Cutter
from assistant.planners.rules.describe import defined_before, defined_of_shown, description, loose_definition
from assistant.planners.rules.drilling import drills
from assistant.planners.rules.followup import follow
from assistant.planners.rules.in_its_time import in_its_time
from assistant.planners.rules.kept import asks_how_many, lost
from assistant.planners.rules.leads import lead_and_then
from assistant.planners.rules.leaning import adds_columns, is_follow_up, is_fragment, narrows, only_metrics, stands_alone
from assistant.planners.rules.leftovers import lend_period, place_leftovers
from assistant.planners.rules.namesakes import of_other_time, values_alike
from assistant.planners.rules.naming import named
from assistant.planners.rules.new_or_all import new_or_all
from assistant.planners.rules.of_shown_alone import only_of_shown
from assistant.planners.rules.only_there import only_there
from assistant.planners.rules.outcome import answered, in_period_of, without_deeds
from assistant.planners.rules.passes import read
from assistant.planners.rules.places import at_place
from assistant.planners.rules.purposes import around_subject, not_those, told_ahead
from assistant.planners.rules.ranked_again import of_all_things
from assistant.planners.rules.reading import Reading, loses
from assistant.planners.rules.refuse import private_of_people, private_words, refusal, withholds
from assistant.planners.rules.resaid import resaid
from assistant.planners.rules.several import (
    After,
    after_lead,
    asks_which_most,
    is_timed,
    is_whole,
    measures_anew,
    parts_of,
    says_only_when,
    says_when,
    shows_more,
    so_many,
    takes_away,
)
from assistant.planners.rules.shown import points_at_groups
from assistant.planners.rules.since_then import another_window
from assistant.planners.rules.spoken_of import of_people
from assistant.planners.rules.table import Left, Table, put_instead
from assistant.planners.rules.talk import goes_on_from
from assistant.planners.rules.that_time import at_that_time, goes_on_at_that_time, with_moment
from assistant.planners.rules.traits import take_traits
from assistant.planners.rules.which_people import asks_whom, names_anybody, unanswerable, whom_asked
from assistant.planners.rules.who_most import who_most
from assistant.planners.rules.who_of_shown import said_of_shown
from assistant.planners.rules.why_of_it import lacks_its_time
from assistant.planners.rules.widened import of_others
from assistant.planners.rules.worlds import Worlds
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery

MOST_CHARS = 600


@dataclass(slots=True)
class RulesPlanner:
    """Deterministic, embedded, without a key; see the module's text."""

    index: ValueIndex
    calendar: Calendar
    name: str = "rules"
    worlds: Worlds = field(default_factory=Worlds)
    cutter: Cutter = field(init=False)

    def __post_init__(self) -> None:
        self.cutter = Cutter(self.index, self.calendar)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """The readings of `question` over `model`, already restricted to the asker's scope."""

        def told(asked: Question, within: Context) -> Interpretation:
            read, alone = partial(self._read_alone, question=asked, model=model), partial(self._alone, asked, model)
            return of_people(asked, within, read, alone, lambda: self._told(asked, model, within))

        return anew(question, context, told)

    def _told(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        parts = parts_of(question.text)
        alone = partial(self._alone, question, model)
        placed = at_place(question.text, context.last, context, alone)
        if placed is not None:
            return placed
        apart = len(parts) > 1 and all(is_whole(self._read_alone(part, question, model)) for part in parts)
        pair = parts or lead_and_then(question.text)
        lead = self._read_alone(pair[0], question, model) if len(pair) > 1 else None
        if lead is not None and (told := after_lead(pair, lead, alone, context)) is not None:
            return told
        leads = lead is not None and bool(parts) and not apart and asks_which_most(lead)
        several = self._in_parts(parts, question, model, context) if apart or leads else None
        if several is not None and (apart or not several.rest):
            return several
        read_alone = partial(self._read_alone, question=question, model=model)
        when = with_time_told(question, context, read_alone, alone) or with_metric_told(question, context, read_alone, alone)
        planned = when or self._plan(question, model, context, deep=True)
        whole = when or in_period_of(context.last, planned, question.text, self.worlds.of(model))
        if (waiting := misses_time(whole, question, context, read_alone)) is not None:
            return Interpretation(clarification=Issue("after-unanswered", params={"words": waiting}))
        if whole.clarification is None or len(parts) < 2:
            return whole
        return self._in_parts(parts, question, model, context) or whole

    def _alone(self, question: Question, model: SemanticModel, text: str, context: Context) -> Interpretation:
        return self._plan(replace(question, text=text), model, context, deep=False)

    def _in_parts(
        self, parts: tuple[str, ...], question: Question, model: SemanticModel, context: Context
    ) -> Interpretation | None:
        """Several asks of one message, each read after the one before it; None unless all of them are understood."""
        found: list[Interpretation] = []
        before: Context = context
        widened = False
        for part in parts:
            more = self._more(found[-1] if found else None, part, question, model)
            if more is not None:
                found[-1], widened = more, True
                before = After(more.queries[0])
                continue
            when = says_only_when(self._read_alone(part, question, model), found[-1]) if found else None
            if when is not None:
                both = replace(question, text=f"{parts[0]}, {when}")
                return self._plan(both, model, context, deep=False) if len(parts) == 2 else None
            planned = self._alone(question, model, part, before)
            if planned.clarification is not None or planned.refusal is not None:
                return None
            if found and says_when(self._read_alone(part, question, model)) and not is_timed(found[-1]):
                return None  # …有多大比例会加购？三季度的，按渠道分开: the time of the sentence before, which was read without it
            if found and measures_anew(found[-1], planned, self._read_alone(parts[0], question, model)):
                found, widened = [], True  # do they spend more? Spend per customer, both groups: what is wanted is said behind
                planned = in_period_of(before.last, without_deeds(planned))
            if found and takes_away(self._read_alone(part, question, model), found[-1], planned):
                return None  # the 5 cities …? skip cities with fewer than 1000 orders: a condition of the first
            planned = in_period_of(before.last, planned) if found else planned
            narrowed = narrows(self._read_alone(part, question, model)) and not asks_how_many(part)
            if found and (narrowed or shows_more(found[-1], planned)):
                found[-1], widened = planned, True  # 前5个省份？不足50张的就别算进来了: one ask, said in two sentences
            else:
                found.append(planned)
            before = After(planned.queries[0]) if planned.queries else before
        return replace(found[0], rest=tuple(found[1:])) if len(found) > 1 or widened else None

    def _read_alone(self, part: str, question: Question, model: SemanticModel) -> Reading:
        text, found, slips = self.cutter.cut(normalise(part), model)
        return Table(text, question, self.worlds.of(model), slips).reading(found[0])

    def _more(self, last: Interpretation | None, part: str, question: Question, model: SemanticModel) -> Interpretation | None:
        """…，顺便给下打开率: a further sentence that is nothing but metrics, shown beside those of the one before it."""
        query = last.queries[0] if last is not None and last.queries else None
        text, found, slips = self.cutter.cut(normalise(part), model)
        table = Table(text, replace(question, text=part), self.worlds.of(model), slips)
        if (many := so_many(last, table.reading(found[0]))) is not None:
            return many
        names = only_metrics(table.reading(found[0]))
        if last is None or not names or not isinstance(query, Aggregate) or query.share is not None:
            return None
        uses = tuple(dict.fromkeys((*query.metrics, *(MetricUse(metric=name) for name in names))))
        wider = query.model_copy(update={"metrics": uses})
        return None if table.problems(Built(wider)) else replace(last, queries=(wider,))

    def _plan(self, question: Question, model: SemanticModel, context: Context, *, deep: bool) -> Interpretation:
        """`deep`: questions back come with choices, which are planned in turn."""
        if len(question.text) > MOST_CHARS:
            return Interpretation(clarification=Issue("too-long", params={"most": str(MOST_CHARS)}))
        (text, found, slips), world = self.cutter.cut(normalise(question.text), model), self.worlds.of(model)
        found = with_moment(found, context)
        if all(piece.role == "break" for piece in found[0]):
            return Interpretation(clarification=Issue("nothing-read"))
        refused = refusal(text, found[0], written=normalise(question.text).text, follows=context.last is not None)
        ahead = told_ahead(text, found[0], world, question.today) if deep else ()
        if refused is not None:
            told = (ahead or around_subject(refused, text, found[0])) if deep else ()
            aside = self._without(told, text, question, model, context)
            return aside if aside is not None and aside.refusal is None else Interpretation(refusal=refused)
        private = private_words(found[0], model)
        table = Table(text, question, world, slips, timed=getattr(context.last, "period", None) is not None)
        described = defined_of_shown(table.reading(found[0]), context.last) or description(table.reading(found[0]), context.last)
        described = described or defined_before(table.reading(found[0]), context.last)
        if described is not None:
            return Interpretation(describe=described, mentions=named(found[0]))
        mused = musing(text, found[0]) if deep else None
        alone = self._without((mused,) if mused else ahead, text, question, model, context)
        alone = alone or self._anew(resaid(text, found[0], world, question.today, sure=True), question, model, context)
        outcome = (
            alone or self._followed(table, found, context) or self._of_best(table, found, context) or self._asked(table, found)
        )
        if private and withholds(outcome if isinstance(outcome, Interpretation) else None, text.text, found[0], model):
            return Interpretation(refusal=Issue("refuse-personal", params={"words": ", ".join(private)}))
        if isinstance(outcome, Interpretation):
            return outcome
        if private := private_of_people(found[0], model):
            return Interpretation(refusal=Issue("refuse-personal", params={"words": ", ".join(private)}))
        unread = outcome.reading.unread() if deep else ()
        loosely = loose_definition(table.reading(found[0])) if unread else None
        if loosely is not None:
            passed = Issue("set-aside", "assumption", params={"words": ", ".join(t.text for t in unread)})
            return Interpretation(describe=loosely, mentions=named(found[0]), issues=(passed,))
        told = (*(title for title in (heading(text, found[0]),) if title), *asides(text, found[0])) if unread else ()
        other = resaid(text, found[0], world, question.today)
        freed = self._without(told, text, question, model, context) or self._anew(other, question, model, context)
        return freed or self._asked_back(outcome, question, model, context, deep=deep)

    def _without(
        self, spans: Sequence[Span], text: Normalised, question: Question, model: SemanticModel, context: Context
    ) -> Interpretation | None:
        """The question read without what it tells of the asker's own situation, which is said; None where that does not help."""
        told = [text.original_span(*span) for span in spans]
        if not told:
            return None
        kept = "".join(" " if any(a <= at < b for a, b in told) else char for at, char in enumerate(text.original))
        planned = self._plan(replace(question, text=kept), model, context, deep=False)
        if planned.clarification is not None or planned.refusal is not None:
            return planned if planned.refusal is not None or asks_whom(planned) else None
        words = "; ".join(text.original[a:b].strip(" ,.，。;；:：!！") for a, b in told)
        if not_those(words, planned.queries):
            return None
        return replace(planned, issues=(*planned.issues, Issue("set-aside", "assumption", params={"words": words})))

    def _anew(self, other: str | None, question: Question, model: SemanticModel, context: Context) -> Interpretation | None:
        """A first question in other words, where those are understood."""
        first = other is not None and context.last is None and waiting_of(question, context) is None
        planned = self._plan(replace(question, text=other or ""), model, context, deep=False) if first else None
        return planned if planned is not None and planned.queries and planned.clarification is None else None

    def _asked_back(
        self, left: Left, question: Question, model: SemanticModel, context: Context, *, deep: bool
    ) -> Interpretation:
        """A reading that cannot be answered becomes a refusal or a question."""
        if any(issue.code == "personal-data" for issue in left.problems):
            return Interpretation(refusal=Issue("refuse-personal", params={"words": left.reading.text.original}))
        if not deep and not whom_asked(left.problems):
            return Interpretation(clarification=Issue("does-not-fit"))  # whoever tries this text asks back about his own
        return self._questions(left, question, model, context)

    def _questions(self, left: Left, question: Question, model: SemanticModel, context: Context) -> Interpretation:
        """What to ask back, with what can be chosen."""

        def again(text: str) -> Interpretation | None:
            return self._plan(replace(question, text=text), model, context, deep=False)

        def guess(text: str) -> Interpretation | None:
            return again(text) if question.guesses else None

        r = left.reading
        changing = [t for t in r.unread() if t.has("grow", "shrink") and not t.is_content]
        if r.asked and r.period is None and changing and len(changing) == len(r.unread()):
            return missing_period(r, guess)
        if r.unread():
            return unread_words(r, self.index, again, guesses=question.guesses)
        averaged = r.per is not None and r.per.grain is not None and any(p.code == "mean-needs-period" for p in left.problems)
        later = left.follows and lacks_its_time(r, context.last)
        if later or ((r.head == "change" or averaged) and r.asked and r.period is None):
            return missing_period(r, guess)
        if r.period_unused and r.period_at is not None:
            return unused_period(r, guess)
        if left.problems:
            return Interpretation(clarification=left.problems[0])
        if left.follows:
            return Interpretation(clarification=Issue("does-not-fit"))
        if no_metric(r):
            apart = context.last is None and bool(r.groups or r.tests)
            return (
                missing_metric(r, guess)
                if apart or stands_alone(r) or r.period or r.ranking is not None or not is_fragment(r)
                else Interpretation(clarification=Issue("no-context"))
            )
        return Interpretation(clarification=Issue("does-not-fit"))

    def _followed(self, table: Table, found: tuple[Cover, ...], context: Context) -> Interpretation | Left | None:
        last = context.last
        if last is None:
            open_yet = left_open(waiting_of(table.question, context), table.question.text, self._reader(table))
            return Interpretation(clarification=open_yet) if open_yet is not None else None
        first: Left | None = None
        for place, cover in enumerate(c for c in found if not loses(found[0], c)):
            followed = self._followed_by(table, cover, last, context)
            gone = missed(waiting_of(table.question, context), table.question.text, self._reader(table))
            if isinstance(followed, Interpretation) and gone is not None:
                return Interpretation(clarification=gone)
            if isinstance(followed, Interpretation) or (place == 0 and followed is None):
                return followed
            first = first or followed
        return first if first is None or first.leans else None

    def _reader(self, table: Table) -> Callable[[str], Reading]:
        return lambda text: self._read_alone(text, table.question, table.world.model)

    def _followed_by(self, table: Table, cover: Cover, last: SemanticQuery, context: Context) -> Interpretation | Left | None:
        """What one cover makes of the query before it; None where it is a question of its own."""
        alone = stands_alone(table.reading(cover))
        r = said_of_shown(table.reading(cover), last)
        last = among_measured(r, last)
        others, drilled = of_others(r, last), drills(r, last) or goes_on_at_that_time(r, last, context)
        if names_anybody(r) or (
            others is None
            and not (
                is_follow_up(r, alone=alone) or adds_columns(r, last) or leans_on(r, last) or points_at_groups(r, last) or drilled
            )
        ):
            return None
        if (same := others or only_there(r, last) or another_window(r, last) or of_other_time(r, last, self.index)) is not None:
            return answered(r, Built(same), ())
        last = as_list(r, in_its_time(r, at_that_time(r, last, context)), tuple(getattr(context, "history", ())))
        r, left = self._changes(table, cover, last, context)
        if not isinstance(left, Left):
            return left
        for one, other in table.fuller(r):  # touches, then 转化呢: of what was sent
            _, better = self._changes(table, cover, last, context, {one: other})
            if isinstance(better, Interpretation):
                return better
        leans = not alone or drilled or only_of_shown(r, last, left.problems)
        if leans or r.period_unused:
            return left
        return replace(left, leans=False) if r.unread() else None  # 平均|消费多少, where 平均消费|多少 may be of those

    def _changes(
        self, table: Table, cover: Cover, last: SemanticQuery, context: Context, instead: Mapping[str, str] | None = None
    ) -> tuple[Reading, Interpretation | Left]:
        """What a message makes of the last query. `instead`: metrics that are meant by the words of others."""
        history, r = tuple(getattr(context, "history", ())), said_of_shown(table.reading(cover), last)
        goes_on_from(r, last, context)
        r.alike = values_alike(self.index, last, *history[-1:])
        settle_kinds(r, last)
        last = of_all_things(r, last)
        take_traits(r, last)
        read(r, self.calendar)
        put_instead(r, instead or {})
        try:
            followed = follow(r, last, history)
        except (Unbound, ValueError):
            followed = None
        if followed is None or r.unread() or r.period_unused:
            return r, Left(r, (), True)
        problems = table.problems(followed.built)
        if not problems and (dropped := lost(r, followed.built.query)):
            problems = (no_place(r, dropped),)
        return r, Left(r, problems, True) if problems else new_or_all(r, last, answered(r, followed.built, followed.carried))

    def _of_best(self, table: Table, found: tuple[Cover, ...], context: Context) -> Interpretation | None:
        """What is asked of the first so many people, who are a list of their own."""
        r = table.reading(found[0])
        best = best_people(r) if context.last is None else None
        shorter = cuts(found, best, table.world.entity)
        if best is None or not shorter:
            return None
        told = self._plan(replace(table.question, text=who_they_are(r, best)), table.world.model, After(), deep=False)
        listed = with_list(best, told.queries)
        outcome = self._asked(replace(table, best=listed), shorter) if listed is not None else None
        return outcome if isinstance(outcome, Interpretation) else None

    def _asked(self, table: Table, found: tuple[Cover, ...]) -> Interpretation | Left:
        best: tuple[float, Left] | None = None
        for cover in (c for c in found if not loses(found[0], c)):
            r = read(table.reading(cover), self.calendar)
            built = table.built(r)
            if (r.unread() and place_leftovers(r)) or (built is not None and lend_period(r)):
                built = table.built(r)
            problems = table.problems(built) if built is not None else ()
            if built is None or problems:
                other = table.variant(r)
                built, problems = (other, ()) if other is not None else (built, problems)
            if (back := unanswerable(r, built)) is not None:
                return Left(r, (back,), False)
            whole = built is not None and not problems and not r.unread() and not r.period_unused
            if built is not None and whole and (dropped := lost(r, built.query)):
                problems = (no_place(r, dropped),)
            if built is not None and not problems and not r.unread() and not r.period_unused:
                return answered(r, built, ())
            score = -4.0 * len(r.unread()) - (0 if built is not None else 5) - len(problems)
            if best is None or score > best[0]:
                best = (score, Left(r, problems if built is not None else (), False))
        assert best is not None  # noqa: S101 - there is always a cover
        return who_most(table.reading(found[0])) or best[1]
