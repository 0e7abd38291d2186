"""Money, and then nothing: more than 15000 spent in the last 365 days but nothing in the last 90, 一年花了5000以上但近90天没了.

In: a fresh `Reading`. Out: behind such a `but nothing`, in front of a time, the verb of what the money was for, so that it is what they did
not do then. Never fails: where a verb stands behind already, or no money in front, nothing changes.
"""

import re
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.kin import count_of_rows
from assistant.planners.rules.reading import Reading

_NOTHING = re.compile(r"(?:but |and |yet |with )?(?:nothing|none|zero|not a thing|not a cent|nothing at all)")


def nothing_since(r: Reading) -> None:
    """Puts the verb behind it."""
    for at in range(1, len(r.tokens) - 1):
        token = r.tokens[at]
        behind = r.tokens[at + 1 :]
        spent = any(t.has("money_verb") or r.window_metric(i) is not None for i, t in enumerate(r.tokens[:at]))
        first = next((t for t in behind if not (t.has("within") and not t.is_content)), None)
        if not (_NOTHING.fullmatch(token.text) and not token.senses and spent) or first is None or first.time is None:
            continue
        deed = _deed(r)
        if deed is None or any(t.of("behaviour") or _counts(r, t) for t in (*behind, *r.tokens[:at])):
            return
        verb = replace(token, start=token.end, end=token.end, text="bought", senses=(Sense("behaviour", deed),), ops=frozenset())
        r.tokens = (*r.tokens[:at], replace(token, ops=frozenset({"neg"})), verb, *behind)
        return


def _counts(r: Reading, token: Piece) -> bool:
    """Whether a word is a number of something else than money, which could be what there was none of."""
    return any(r.world.model.metrics[s.name].format != "currency" for s in token.of("metric") if not token.of("entity"))


def _deed(r: Reading) -> str | None:
    """What people do for whose money: the deed that is counted by the rows which the money is the sum of."""
    for table in r.world.fact_tables():
        money = r.world.money_of(table)
        rows = count_of_rows(r.world, money) if money is not None else None
        found = next((b for b in r.world.model.behaviours if rows is not None and r.world.count_of_deeds(b) == rows), None)
        if found is not None:
            return found
    return None
