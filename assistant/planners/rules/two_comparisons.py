"""Two comparisons of one number: 同比和环比都给我, year on year and month on month.

In: a `Reading` whose first comparison is read, the calendar. Out: the second one beside it (`also_compared`), its words used up; a query's
answer becomes two, `rest` the second. Never fails: a comparator that nothing ties to the first stays unread.
"""

from dataclasses import replace

from assistant.language.calendar import Calendar
from assistant.planners.rules.moments import before_it, comparing
from assistant.planners.rules.reading import Reading
from assistant.qa import Interpretation
from semantic_layer.query import Aggregate


def read_second_comparison(r: Reading, calendar: Calendar) -> None:
    """The comparator that stands beside the one which was read."""
    places = [at for at, t in enumerate(r.tokens) if t.comparator is not None]
    free = [at for at in places if r.free(at)]
    if r.compare is None or r.period is None or len(places) != 2 or len(free) != 1:
        return
    at, first = free[0], next(i for i in places if i != free[0])
    comparator, other = r.tokens[at].comparator, r.tokens[first].comparator
    between = [r.tokens[i] for i in r.between(at, first)]
    tied = all(not t.is_content and (t.has("and", "comma", "with", "filler", "also") or t.role == "break") for t in between)
    if comparator is None or other is None or not tied or comparator.kind == other.kind:
        return
    plain = comparator.kind == "previous_period" and comparator.shift is None
    r.also_compared = before_it(r) if plain else comparing(r.period, comparator, calendar)
    r.take(at)


def both_compared(r: Reading, told: Interpretation) -> Interpretation:
    """The answer with the second comparison as one of its own."""
    query = told.queries[0] if told.queries else None
    if r.also_compared is None or not isinstance(query, Aggregate) or query.compare is None:
        return told
    return replace(told, rest=(replace(told, queries=(query.model_copy(update={"compare": r.also_compared}),)),))
