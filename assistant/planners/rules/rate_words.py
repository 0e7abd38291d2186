"""The kind of number, said for itself: show the rates, and what rate was it, opens, clicks and conversions as rates.

In: a `Reading` whose metrics are asked for. Out: such a word is used up where all that is asked for are rates, or counts that are what
a declared rate is made of (which channel gets opened most? show the rates), which then become those rates. Never fails: beside numbers
that no rate is of, the word stays unread.
"""

import re
from dataclasses import replace

from assistant.planners.rules.kin import is_rate, rate_of
from assistant.planners.rules.reading import Reading


def rates_in_front(r: Reading, part: int) -> list[tuple[int, str]]:
    """The metrics that a list has in front of its last one, each with its rate: opens, clicks and conversions in percent."""
    found: list[tuple[int, str]] = []
    at = part - 1
    while at > 0 and (r.tokens[at].has("and", "comma") and not r.tokens[at].is_content):
        while at > 0 and r.tokens[at].has("and", "comma") and not r.tokens[at].is_content:
            at -= 1
        rate = next((q for m in r.metrics(at) if (q := rate_of(r.world, m)) is not None), None)
        if rate is None:
            break
        found.append((at, rate))
        at -= 1
    return found


def read_rate_words(r: Reading) -> None:
    """Each word that only says that the numbers are rates; right behind a metric it is the end of a longer name (conversion rate)."""
    marks = [at for at in r.where("rate_word") if not (r.tokens[at].is_content or (at and r.tokens[at - 1].of("metric")))]
    asked = [a for a in r.asked if a.names]
    if not marks or not asked or len(asked) < len(r.asked) or r.follows is not None:
        return
    if not all(is_rate(r.world, name) for a in asked for name in a.names):
        rates = [rate_of(r.world, a.names[0]) for a in asked]
        if any(rate is None for rate in rates):
            return
        known = {a.names[0]: rate for a, rate in zip(asked, rates, strict=True) if rate is not None}
        r.asked = [replace(a, names=(known[a.names[0]],)) for a in asked]
        if r.ranking is not None:
            r.ranking = replace(r.ranking, metrics=tuple(known.get(m, m) for m in r.ranking.metrics))
    if r.ranking is not None and r.ranking.single and any(_SHOWN.search(r.text.text[: r.tokens[at].start]) for at in marks):
        r.ranking = replace(r.ranking, single=False)  # which gets opened most? show the rates: those of all of them
    r.take(*marks)


_SHOWN = re.compile(r"(?<![a-z])(?:show|list|give|see|want|need)(?: me| us)?(?: all)?(?: the| their)? $")
