"""A number of those who were described in front of it: people who registered through Tmall: what's their repurchase rate.

In: a fresh `Reading`. Out: the words that only point back carry nothing, so that the number is of those people, and no column of a list
of them. Never fails; behind another question (how many of them …) nothing changes.
"""

import re
from dataclasses import replace

from assistant.planners.rules.reading import Reading

_POINTS_BACK = re.compile(r"[:;,] (?P<back>what(?:'s| is| are| was| were) their) ")


def read_their_number(r: Reading) -> None:
    """what's their, behind a stop and in front of a number."""
    found = _POINTS_BACK.search(r.text.text)
    if found is None or not any(
        r.is_person(i) or t.has("people", "who") for i, t in enumerate(r.tokens) if t.end <= found.start() + 1
    ):
        return
    inside = [i for i, t in enumerate(r.tokens) if found.start("back") <= t.start < found.end("back")]
    behind = r.tokens[inside[-1] + 1] if inside and inside[-1] + 1 < len(r.tokens) else None
    if behind is not None and behind.of("metric"):
        plain = frozenset({"filler"})
        r.tokens = tuple(replace(t, senses=(), ops=plain) if i in inside else t for i, t in enumerate(r.tokens))
