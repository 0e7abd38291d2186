"""What was read and a query does not hold, or holds otherwise: 门店注册的客户 as all customers, two numbers for one question.

In: a finished `Reading`, the query made of it, and every name and value that stands in the query. Out: the places of such words, for
`kept` to ask about. Never fails: a follow-up, which keeps what was shown, is not looked at.
"""

from typing import Any

from assistant.language.mentions import Piece
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric, SimpleMetric
from semantic_layer.query import Aggregate, Change, SemanticQuery


def unheld_values(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """The names of values that some rule used up and of which nothing stands in the query: 门店注册的客户, as all customers."""
    if r.follows is not None or isinstance(query, Change):
        return []
    plain = [
        i for i, t in enumerate(r.tokens) if i in r.used and t.of("value") and not (t.ops or t.of("behaviour") or t.of("metric"))
    ]
    told = {t.at for t in r.tests}  # each of which is looked for by itself
    limits = _limits(r, held)
    return [
        i
        for i in plain
        if i not in told
        and not _stands_in(r, r.tokens[i], held)
        and not any((v.name, v.value) in limits for v in r.tokens[i].of("value"))
    ]


def _limits(r: Reading, held: set[Any]) -> set[tuple[str, Any]]:
    """The values that the numbers of the query are limited to themselves: a cancellation rate is of what was cancelled."""
    metrics = r.world.model.metrics
    names = {name for name in held if isinstance(name, str) and name in metrics}
    names |= {part for n in names if isinstance(m := metrics[n], RatioMetric) for part in (m.numerator, m.denominator)}
    simple = [(n, one.where) for n in names if isinstance(one := metrics.get(n), SimpleMetric) and one.where]
    return {v for n, where in simple if (v := r.world.value_where((r.world.tables_of(n) or ("",))[0], where)) is not None}


def _stands_in(r: Reading, token: Piece, held: set[Any]) -> bool:
    """Whether anything that a word may mean is in the query: a name, a value, the things of a noun by whatever of theirs."""
    names = {s.name for s in token.senses} | {s.value for s in token.senses if s.value is not None}
    tables = {r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities}
    counts = {r.world.counts.get(s.name) for s in token.of("entity")}
    theirs = any(name in held and tables & set(r.world.homes(name)) for name in r.world.model.dimensions)
    return bool((names | counts) & held) or (bool(tables) and theirs)


def narrowed_twice(r: Reading) -> list[int]:
    """do dissatisfied customers spend less? spend per customer, satisfied vs dissatisfied: one of the two that are compared is no limit."""
    told = [t for t in r.tests_of_values() if not t.negated and t.rank is None and len(t.options) == 1]
    both = {t.options[0][0]: set(t.options[0][1]) for t in told if len(t.options[0][1]) > 1}
    alone = [t for t in told if len(t.options[0][1]) == 1 and set(t.options[0][1]) < both.get(t.options[0][0], set())]
    return [t.at for t in alone] if r.follows is None else []


def is_of_metric(r: Reading, held: set[Any], test: ValueTest) -> bool:
    """orders on the app, then only the refunded ones: the number that is shown is itself limited to them."""
    return r.follows is not None and any((name, v) in _limits(r, held) for name, values in test.options for v in values)


def counted_apart(r: Reading, query: SemanticQuery) -> list[int]:
    """how many members did we send a message to, as all members and all messages: two numbers that nothing ties to each other."""
    asked = list({one.names: one for one in sorted(r.asked, key=lambda one: -one.at)}.values())[
        ::-1
    ]  # each number where it is first
    if not isinstance(query, Aggregate) or len(query.metrics) != 2 or len(asked) != 2 or r.follows is not None:
        return []
    a, b = asked
    people = r.world.counts.get(r.world.model.domain.entity)
    inside = [r.tokens[i] for i in range(a.at + 1, b.at)]
    beside = not inside and not r.tokens[a.at].text.isascii()  # 客户数订单数
    tied = beside or any(t.has("and", "comma", "versus", "with", "by", "also") or t.role == "break" for t in inside)
    return [a.at] if people in a.names and people not in b.names and not tied else []
