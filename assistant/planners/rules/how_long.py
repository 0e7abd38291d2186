"""How long something took, said like a window of time: tickets not resolved within 3 days, 48小时内解决的工单.

In: a `Reading` before its passes. Out: such a length is a word that nobody read, which is asked about: the state of a row has no time of
its own that would lie in the last three days. What people did within some days (投诉, bought) is a window, and stays. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.reading import Reading
from semantic_layer.model import SimpleMetric

_WITHIN = re.compile(r"(?:within|in|for) (?!the (?:last|past)).+|[^近过最前上这a-z]+")


def read_how_long(r: Reading) -> None:
    """Leaves the lengths of time beside the state of a row unread."""
    for at, token in enumerate(r.tokens):
        if token.time is None or token.time.kind != "rolling" or not _WITHIN.fullmatch(token.text):
            continue
        beside = r.beyond(at, -1 if token.text.isascii() else 1, "filler", "neg", "not_yet")
        if beside is not None and _is_state(r, beside):
            said = replace(token, senses=(), time=None, ops=frozenset(), number=None, role="unread")
            r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])


def _is_state(r: Reading, at: int) -> bool:
    """resolved, 处理中: a value of rows that take a time, and nothing that anybody did."""
    names = {s.name for s in r.tokens[at].of("value")} | {name for s in r.tokens[at].of("metric") if (name := _limit(r, s.name))}
    known = r.world.model.dimensions
    deeds = {(b.table, b.where.split("=")[0].strip()) for b in r.world.model.behaviours.values() if b.where}
    tables = {d.table for name in names if (d := known.get(name)) is not None and (d.table, d.expr or name) not in deeds}
    return any(d.table in tables and d.format == "minutes" and "date_diff" in (d.expr or "") for d in known.values())


def _limit(r: Reading, name: str) -> str | None:
    """The dimension of the one value that a metric counts: resolved tickets are those of a status."""
    metric = r.world.model.metrics.get(name)
    tables = r.world.tables_of(name)
    if not isinstance(metric, SimpleMetric) or metric.where is None or not tables:
        return None
    found = r.world.value_where(tables[0], metric.where)
    return found[0] if found is not None else None
