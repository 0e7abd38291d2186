"""Rows by the noun of their kind: how many searches last week, inquiries by region, logins by channel, texts by month.

In: a fresh `Reading`. Out: an English plural of something that people do, or that is done to them, which is a kind of rows and has no
number of its own, counts the rows of that kind: the number of all rows, limited to the kind. So does a Chinese noun of such rows that
is counted of people (华南客户有多少物流工单): how many tickets, and not how many of the people had one. Never fails: what people are,
things that have names (stores, campaigns) and kinds that are no deed (deliveries, of tickets about them) are left to other passes.
"""

from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Scalar, Sense
from assistant.planners.rules.clauses import is_how_many
from assistant.planners.rules.draft import Asked, ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.model import SimpleMetric


def count_rows_of_kind(r: Reading) -> None:
    """The one noun of a kind of rows that is counted, or that a breakdown or a time is said of."""
    found = [(at, kind) for at, t in enumerate(r.tokens) if (kind := _kind(r, at, t)) is not None]
    if r.follows is not None or len(found) != 1 or any(t.has("who", "most", "least", "best", "worst") for t in r.tokens):
        return
    at, (dimension, value, count) = found[0]
    others = [i for i in range(len(r.tokens)) if i != at]
    if any(r.tokens[i].of("metric") or r.tokens[i].has("people", "share", "avg") or _is_noun(r, i) for i in others):
        return
    if _is_counted(r, at) or _opens(r, at):
        r.tokens = (*r.tokens[:at], replace(r.tokens[at], senses=(Sense("metric", count),)), *r.tokens[at + 1 :])
        r.asked.append(Asked(at, (count,)))
        r.tests.append(ValueTest(at, ((dimension, (value,)),)))
        r.take(at)


def count_rows_of_people(r: Reading) -> None:
    """华南客户今年每个月有多少物流工单, 钻石会员有多少退款订单: the rows, of people who are told in front."""
    for at in range(2, len(r.tokens)):
        counted = r.tokens[at - 1].has("count", "how_much") and not r.tokens[at - 1].is_content
        people = any(r.is_person(i) for i in range(at - 1)) and not r.is_person(at) and not r.tokens[at].of("metric")
        behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
        on = behind is not None and (behind.has("refer", "people", "who") or r.is_person(at + 1))
        found = _rows_named(r, r.tokens[at]) if counted and people and not on else None
        if found is not None and r.follows is None and not any(t.of("metric") for t in r.tokens):
            count, tests = found
            r.tokens = (*r.tokens[:at], replace(r.tokens[at], senses=(Sense("metric", count),)), *r.tokens[at + 1 :])
            r.asked.append(Asked(at, (count,), firm=True))
            r.tests += [ValueTest(at, ((dimension, (value,)),)) for dimension, value in tests]
            r.take(at, at - 1)
            return


def _rows_named(r: Reading, token: Piece) -> tuple[str, tuple[tuple[str, Scalar], ...]] | None:
    """The number of the rows that a value ends in the noun of (物流工单), and what else they are: none where it counts only those."""
    for sense in token.of("value"):
        table = r.world.model.dimensions[sense.name].table
        entity = next((e for e in r.world.model.entities.values() if e.table == table), None)
        nouns = (
            (entity.label.zh, *entity.synonyms.zh) if entity is not None and entity.name != r.world.model.domain.entity else ()
        )
        if (
            entity is None
            or sense.value is None
            or not any(token.text.endswith(n) and token.text != n for n in nouns if len(n) > 1)
        ):
            continue
        kinds = {
            n: r.world.value_where(table, m.where)
            for n, m in r.world.model.metrics.items()
            if isinstance(m, SimpleMetric) and m.where and r.world.is_count(n) and r.world.tables_of(n)[0] == table
        }
        alone = next((n for n, kind in kinds.items() if kind == (sense.name, sense.value)), None)
        if alone is not None:
            return alone, ()
        if (count := r.world.counts.get(entity.name)) is not None and r.world.usual_rows(table) is None:
            return count, ((sense.name, sense.value),)
    return None


def _is_noun(r: Reading, at: int) -> bool:
    """A noun of its own: searches per customer, logins per order; of whom or where is no noun (gold members, in stores)."""
    return bool(r.tokens[at].of("entity")) and not r.value_options(at)


def _kind(r: Reading, at: int, token: Piece) -> tuple[str, Scalar, str] | None:
    """What the rows of a plural noun are told apart by, their value there, and the number of all such rows."""
    rates = all(r.world.model.metrics[s.name].format == "percent" for s in token.of("metric"))  # how many add to carts
    if not (token.text.isascii() and token.text.endswith("s")) or not rates or token.of("entity") or r.is_person(at):
        return None
    for sense in token.of("value"):
        dimension = r.world.model.dimensions[sense.name]
        deeds = [b for b in r.world.model.behaviours.values() if b.table == dimension.table and b.where is not None]
        done = any(r.world.value_where(b.table, b.where or "") == (sense.name, sense.value) for b in deeds)
        count = _count_of(r, dimension.table) if done else None
        if count is not None and sense.value is not None:
            return sense.name, sense.value, count
    return None


def _count_of(r: Reading, table: str) -> str | None:
    """The number of all rows of a table whose members have no names."""
    if any(e.table == table and e.columns for e in r.world.model.entities.values()):
        return None
    for name, metric in r.world.model.metrics.items():
        measure = r.world.measure_of(metric)
        plain = isinstance(metric, SimpleMetric) and measure is not None and not (metric.where or measure.where)
        if plain and measure is not None and measure.table == table and measure.agg == "count":
            return name
    return None


def _is_counted(r: Reading, at: int) -> bool:
    """how many searches, number of logins."""
    before = r.step(at, -1)
    counted = before is not None and is_how_many(r, before)
    if counted:
        r.take(before)
    return counted


def _opens(r: Reading, at: int) -> bool:
    """logins by channel last week: the first word that means something, of which a time or a breakdown is said."""
    ahead = all(not t.is_content and t.has("list", "total", "filler", "count", "trend") for t in r.tokens[:at])
    behind = r.tokens[at + 1 : at + 2]
    return ahead and any(t.time is not None or t.grain is not None or t.has("by", "per_group", "trend") for t in behind)
