"""What was done after what a query before is about: how many complained in August?, then how many have bought since; 后来又买过的呢.

In: a fresh `Reading` of a message and the conditions of the query before it. Out: those conditions, with the one deed in them moved inside
the one deed of the message that came later, and the words that say so used up; the conditions as they were where nothing says an order.
Raises `Unbound` where a word says an order and no deed before can be what it is after: a last order is an attribute, and no deed.
"""

from dataclasses import replace

from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.edits import each_part, joined, parts_of
from assistant.planners.rules.in_its_time import day_of_joining
from assistant.planners.rules.lengths import bare_days
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import once_more, says_no_more, since_alone
from semantic_layer.query import Behaviour, Filter, Predicate, SemanticQuery


def another_window(r: Reading, last: SemanticQuery | None) -> SemanticQuery | None:
    """首单后30天内复购的有多少, then 60天内呢: the same with that length of time; None where the message says anything else."""
    lengths = [at for at in range(len(r.tokens)) if bare_days(r, at) is not None]
    said = [t for at, t in enumerate(r.tokens) if at not in lengths and t.is_content]
    where = getattr(last, "where", None)
    tied = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.within_days is not None]
    if last is None or len(lengths) != 1 or said or len(tied) != 1:
        return None
    other = tied[0].model_copy(update={"within_days": bare_days(r, lengths[0])})
    return last.model_copy(update={"where": each_part(where, lambda p: other if p is tied[0] else p)})


def since_then(r: Reading, where: Filter | None) -> Filter | None:
    """The conditions that are left beside the deed that came later; `r.tests` holds that one."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    if len(deeds) != 1 or deeds[0].same or deeds[0].behind is not None:
        return where
    words = [at for at, t in enumerate(r.tokens) if (t.has("afterwards") and not t.is_content) or since_alone(r, at)]
    found = [(p, d) for p in parts_of(where) if (d := _deed(r, p)) is not None]
    before = [(p, d) for p, d in found if p is d] or found  # registered in May and bought: since they bought
    if len(before) != 1:
        dated = any(isinstance(p, Predicate) and p.op == "between" for p in parts_of(where))
        if words and deeds[0].after is None and (before or dated):
            raise Unbound(deeds[0].behaviours[0])  # their last order was in June, then who has complained since
        return where
    later, (part, first) = deeds[0], before[0]
    over = part is not first or (first.period is not None and first.period.end is not None and first.period.end < r.today)
    window = next((at for at in range(len(r.tokens)) if (words or over) and bare_days(r, at) is not None), None)
    window = window if words or (window is not None and r.tokens[window].time is not None) else None
    words = words or [
        at for at in (window,) if at is not None
    ]  # registered in May, then how many of them opened it within 30 days
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
    return where if share else joined(tuple(p for p in parts_of(where) if p is not part))


def _deed(r: Reading, part: Filter) -> Behaviour | None:
    """What was done, once and with nothing before it: a deed, or the day on which people joined."""
    if isinstance(part, Behaviour):
        return part if part.did and (part.at_least, part.at_most) == (1, None) else None
    found = day_of_joining(r.world, part)
    return Behaviour(behaviour=found[0], period=found[1]) if found is not None else None


def _is_said(after: VerbTest, first: Behaviour) -> bool:
    """今年投诉过的, then 他们投诉之后又下过单的: the deed that is said to come before is the one that was asked about."""
    return after.period is None and not after.objects and after.after is None and first.behaviour in after.behaviours
