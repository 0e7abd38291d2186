"""Yet behind a denial: bought in Q3 but haven't bought anything yet in October; hasn't logged in yet this month.

In: a fresh `Reading`. Out: its tokens without such a word, which says no more than that it may still happen: the time behind it is that of
the denial. Never fails: a yet that sets something against what stands before it (bought in Q3 yet never opened a message) stays.
"""

from assistant.planners.rules.reading import Reading, is_light


def leave_out_yet(r: Reading) -> None:
    """Each yet behind a deed that is denied, before a time or the end of the clause."""
    r.tokens = tuple(t for at, t in enumerate(r.tokens) if not (t.text == "yet" and not t.senses and _is_not_yet(r, at)))


def _is_not_yet(r: Reading, at: int) -> bool:
    behind = at + 1
    while behind < len(r.tokens) and is_light(r.tokens[behind]) and r.tokens[behind].role != "break":
        behind += 1
    ends = behind == len(r.tokens) or r.tokens[behind].role == "break" or r.tokens[behind].time is not None
    deed = next((i for i in range(at - 1, -1, -1) if not is_light(r.tokens[i])), None)
    while deed is not None and deed > 0 and not r.tokens[deed].of("behaviour"):
        if r.tokens[deed].role == "break":
            return False
        deed -= 1
    before = [i for i in range(deed) if r.tokens[i].has("neg")] if deed is not None else []
    return ends and bool(before) and deed is not None and all(is_light(r.tokens[i]) for i in range(before[-1] + 1, deed))
