"""A split that is asked for by that name is one into shares: how did sales split across channels, channel split of revenue.

In: a `Reading` whose numbers, breakdowns and shares are read. Out: the shares of what adds up; people are only counted, and what is
merely broken down (sales split by region) stays as it is. Never fails.
"""

import re

from assistant.planners.rules.reading import Reading

_ACROSS = re.compile(r"split (?:across|between|among)")
_OF = re.compile(r"(?<![a-z])split (?:of|in|for)(?: the| our| all| total| this| last)* ")


def split_into_shares(r: Reading) -> None:
    """What each came to, and how large a part that is."""
    said = any(_ACROSS.fullmatch(t.text) for t in r.tokens) or _OF.search(r.text.text) is not None
    names = (
        r.asked[0].names if len(r.asked) == 1 else ("",)
    )  # people are only counted: how do our unhappy customers split across ages
    adds_up = all(n in r.world.model.metrics and not (r.world.is_average(n) or r.world.is_timeless(n)) for n in names)
    if said and adds_up and r.groups and not (r.share or r.compare or r.ranking or r.trend) and r.follows is None:
        r.share = True
