"""Days that are not meant: sales by month this year without October, 去掉10月, leave October out; not what was not done in October.

In: a `Reading` before its passes. Out: the time that is asked about, or that was asked about before, is what is left of it, and the
words that say so are used up. Days in the middle leave two stretches, and so do those that are no part of the time: the word for them
stays unread, and is asked about. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def read_time_left_out(r: Reading) -> None:
    """Shortens the one time that a word leaves a part out of."""
    if any(t.of("behaviour") and not (t.has("filler") or t.of("metric") or t.of("entity")) for t in r.tokens):
        return  # bought in September but not in October
    times = [at for at, t in enumerate(r.tokens) if t.time is not None]
    for at in times:
        word = _out(r, at)
        if word is None:
            continue
        others = [i for i in times if i != at and r.tokens[i].time is not None]
        of = others[0] if len(others) == 1 else at
        time, out = r.tokens[of].time, r.tokens[at].time
        whole = time.period if time is not None and of != at else r.base if r.follows is not None and not others else None
        rest = _without(whole, out.period) if whole is not None and out is not None else None
        if out is None or rest is None:
            _replace(r, at, unread=True)
            return
        kept = replace(time or out, period=rest, whole=rest, kind="range", running=False, calendar=None, shift=None, anchor=None)
        r.tokens = tuple(replace(t, time=kept) if i == of else t for i, t in enumerate(r.tokens))
        if of != at:
            _replace(r, at, unread=False)
        _replace(r, word, unread=False)
        return


def _out(r: Reading, at: int) -> int | None:
    """The word that leaves a time out: right before it, or right behind it."""
    before, after = r.beyond(at, -1, "filler", "within"), r.step(at, 1)
    ends = after is not None and (after + 1 == len(r.tokens) or r.is_break(after + 1))
    for place, fits in ((before, True), (after, ends)):
        token = r.tokens[place] if place is not None else None
        if fits and token is not None and token.has("except", "drop") and not (token.is_content or token.has("shrink")):
            return place
    return None


def _without(whole: Period, out: Period) -> Period | None:
    """What is left of a time without its beginning or its end; None where that is nothing, or two stretches."""
    if whole.start is None or whole.end is None or out.start is None or out.end is None:
        return None
    if whole.start < out.start < whole.end <= out.end:
        return Period(start=whole.start, end=out.start)
    if out.start <= whole.start < out.end < whole.end:
        return Period(start=out.end, end=whole.end)
    return None


def _replace(r: Reading, at: int, *, unread: bool) -> None:
    """Makes a token a word that nobody read, or one that says nothing more."""
    token = r.tokens[at]
    plain = replace(token, senses=(), time=None, ops=frozenset() if unread else frozenset({"filler"}), number=None)
    plain = replace(plain, role="unread") if unread else plain
    r.tokens = (*r.tokens[:at], plain, *r.tokens[at + 1 :])
