"""What was done after what a query before is about: how many complained in August?, then how many have bought since; 后来又买过的呢.

In: a fresh `Reading` of a message and the conditions of the query before it. Out: those conditions, with the one deed in them moved inside
the one deed of the message that came later, and the words that say so used up; the conditions as they were where nothing says an order
or where there is more than one deed to choose from: a word of order then stays unread, and is asked about. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import bare_days, once_more, says_no_more, since_alone
from semantic_layer.query import Behaviour, Filter


def since_then(r: Reading, where: Filter | None) -> Filter | None:
    """The conditions that are left beside the deed that came later; `r.tests` holds that one."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    before = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and (p.at_least, p.at_most) == (1, None)]
    if len(deeds) != 1 or len(before) != 1 or deeds[0].same or deeds[0].behind is not None:
        return where
    later, first = deeds[0], before[0]
    words = [at for at, t in enumerate(r.tokens) if (t.has("afterwards") and not t.is_content) or since_alone(r, at)]
    window = next((at for at in range(len(r.tokens)) if words and r.free(at) and bare_days(r, at) is not None), None)
    named = later.after is not None and _is_said(later.after, first)
    timed = window is None and (later.period is not None or r.period is not None)
    more = once_more(r, later.verb) if first.behaviour in later.behaviours or r.tokens[later.verb].has("again_verb") else None
    again = more is not None and not timed and not later.objects  # 其中又买过鞋靴的: those as well, in any order
    again = again or (not later.did and not timed and first.behaviour in later.behaviours and says_no_more(r))
    if (later.after is not None and not named) or not (words or named or again):
        return where
    days = later.within_days if window is None else bare_days(r, window)
    often = 1 if more is not None and (later.at_least, later.at_most) == (2, None) else later.at_least
    period = later.period if window is None else None
    told = replace(later, period=period, at_least=often, after=None, within_days=days, behind=first)
    r.tests = [told if t is later else t for t in r.tests]
    r.take(*words, *(more or ()), window)
    share = any(t.has("share") and not t.senses for t in r.tokens)  # of those: they are the whole
    return where if share else joined(tuple(p for p in parts_of(where) if p is not first))


def _is_said(after: VerbTest, first: Behaviour) -> bool:
    """今年投诉过的, then 他们投诉之后又下过单的: the deed that is said to come before is the one that was asked about."""
    return after.period is None and not after.objects and after.after is None and first.behaviour in after.behaviours
