"""Words in a list of values mean values too: only logistics and returns (types of tickets), 物流和投诉.

In: a fresh `Reading`. Out: its tokens, those that stand beside a value of a dimension and may be another value of it having no other
meaning left. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.listed_last import settle_what_they_are
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.totals_shown import settle_totals


def settle_listed(r: Reading) -> None:
    """Leaves such words only what they mean in the list, and joins those of one column of it."""
    settle_totals(r)
    settle_what_they_are(r)
    for at, token in enumerate(r.tokens):
        other = token.of("metric") or token.of("behaviour")
        if token.of("value") and other and (shared := _shared(r, at) or _named(r, at)):
            kept = tuple(s for s in token.senses if s.kind == "value" and s.name in shared)
            r.tokens = (*r.tokens[:at], replace(token, senses=kept), *r.tokens[at + 1 :])


def _named(r: Reading, at: int) -> set[str]:
    """生命周期是新客: the dimension that stands right in front, with nothing but `is` between."""
    before = r.tokens[at - 1] if at else None
    between = r.text.text[before.end : r.tokens[at].start] if before is not None else ""
    if before is None or before.of("metric") or between not in ("是", "为", "=", "等于"):
        return set()
    return {s.name for s in before.of("dimension")} & {s.name for s in r.tokens[at].of("value")}


def _shared(r: Reading, at: int) -> set[str]:
    """The dimensions that a word has a value of, and the one that `and`, `or` ties it to has nothing but a value of."""
    own = {s.name for s in r.tokens[at].of("value")}
    for by in (-1, 1):
        mark = at + by
        if not (0 <= mark < len(r.tokens) and r.tokens[mark].has("and", "or") and not r.tokens[mark].is_content):
            continue
        near = r.tokens[mark + by] if 0 <= mark + by < len(r.tokens) else None
        if near is not None and near.senses and all(s.kind == "value" for s in near.senses):
            return own & {s.name for s in near.senses}
    return set()
