"""Who did it most: 今年谁投诉最多, who spent the most last month, which customer returned the most in Q3.

In: a fresh `Reading` of a question that was not understood. Out: the person at that end, with the number that says so: the money of what
was bought, else how often it was done; None where anything else is said. Never fails.
"""

from assistant.language.mentions import Piece
from assistant.planners.rules.build import Built
from assistant.planners.rules.kin import is_of_usual_rows
from assistant.planners.rules.outcome import answered
from assistant.planners.rules.reading import Reading
from assistant.qa import Interpretation
from semantic_layer.query import MetricColumn, Order, Records

_PASSED = ("who", "which", "filler", "particle", "relative", "copula", "money_verb", "people", "total")

_ONE = ("which", "哪个", "哪位", "哪一个", "哪一位", "哪名")


def who_most(r: Reading) -> Interpretation | None:
    """The one person; None where the question asks for anything else."""
    words = [t for t in r.tokens if t.role != "break"]
    times = [t for t in words if t.time is not None]
    deeds = [t for t in words if t not in times and (t.of("behaviour") or t.has("money_verb"))]
    ends = [t for t in words if t.has("most") and not t.has("least") and not t.senses]
    asks = [at for at, t in enumerate(r.tokens) if t.has("who", "which") and not t.is_content and not t.text.startswith("what")]
    people = [at for at in range(len(r.tokens)) if r.is_person(at)]
    if len(deeds) != 1 or len(ends) != 1 or len(times) > 1 or not asks or not _is_who(r, asks[0], people):
        return None
    others = [t for at, t in enumerate(r.tokens) if t.role != "break" and at not in people and t not in (*times, *deeds, *ends)]
    if any(t.is_content or t.role == "unread" or not t.has(*_PASSED) for t in others):
        return None
    metric = _measure(r, deeds[0])
    if metric is None:
        return None
    column = MetricColumn(metric=metric, period=times[0].time.period if times and times[0].time is not None else None)
    first = Records(entity=r.world.model.domain.entity, columns=(column,), order=(Order(by=metric),), limit=1)
    return answered(r, Built(first), ())


def _is_who(r: Reading, at: int, people: list[int]) -> bool:
    """谁, who, which customer; not customers who."""
    if r.tokens[at].has("which"):
        return r.step(at, 1) in people and r.tokens[at].text in _ONE  # 哪类客户: a kind of them
    return not people and (at == 0 or not r.tokens[at].text.isascii() or all(r.is_break(i) for i in range(at)))


def _measure(r: Reading, deed: Piece) -> str | None:
    """What was spent, where it is of money; else how often it was done."""
    if deed.has("money_verb") and not deed.of("behaviour"):
        money = (m for table in r.world.fact_tables() if (m := r.world.money_of(table)) is not None)
        return next(money, None)
    for sense in deed.of("behaviour"):
        behaviour, often = r.world.behaviour(sense.name), r.world.count_of_deeds(sense.name)
        if behaviour is None or often is None:
            continue
        named = "单" in deed.text or "order" in deed.text or not is_of_usual_rows(r.world, behaviour)
        return often if named else r.world.money_of(behaviour.table) or often
    return None
