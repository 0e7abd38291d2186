"""The first time that something was done: 去年12月第一次下单的客户, who made their first purchase in August.

In: a `Reading` and the place of a verb; the deed that was read of it. Out: what says that it was the first time; the two deeds that this
means, done then and never before. 首单在天猫, whose first order was on Tmall, are of the first one of all, which `verbs` makes of it. Never
fails: what cannot be told stays unread, and is asked about.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

FIRST = re.compile(r"(?<![a-z])first(?![a-z])|首[次单购]|第一[次单笔回]")
_BEFORE = re.compile(r"(?:第一[次回笔]|首[次度]|头一[次回]|第一)(?:来|去)?$|(?<![a-z])first(?: ever)? $")


_FOR_THE_FIRST_TIME = re.compile(r"(?<![a-z])for (?:the|their) (?:very )?first time(?![a-z])")


def _for_the_first_time(r: Reading) -> tuple[int, ...]:
    found = _FOR_THE_FIRST_TIME.search(r.text.text)
    return tuple(i for i, t in enumerate(r.tokens) if found is not None and found.start() <= t.start < found.end())


def mark_first_time(r: Reading) -> None:
    """bought beauty for the first time in September: one word of the verb's, which stands between it and its time."""
    said = _for_the_first_time(r)
    r.strict.update(said)
    r.tokens = tuple(replace(t, senses=(), ops=frozenset({"filler"})) if i in said else t for i, t in enumerate(r.tokens))


def first_time(r: Reading, at: int) -> tuple[int, ...] | None:
    """The words that say that a deed was the first of its kind: none beside a verb that says so itself; None where nothing does."""
    if FIRST.search(r.tokens[at].text):
        return ()
    said = _for_the_first_time(r)
    if said and sum(bool(t.of("behaviour")) and not r.helps_only(i) for i, t in enumerate(r.tokens)) == 1:
        return said
    before = at - 1
    if before < 0 or not _BEFORE.search(r.text.text[: r.tokens[at].start].rstrip("地")):
        return None
    return (before,) if _BEFORE.search(r.tokens[before].text + (" " if r.tokens[before].text.isascii() else "")) else None


def is_told(test: VerbTest) -> bool:
    """Whether a first time can be told of a deed."""
    plain = test.did and not test.objects and (test.at_least, test.at_most) == (1, None)
    return plain and test.period is not None and test.period.start is not None


def never_before(test: VerbTest) -> VerbTest:
    """The same deed, not done before."""
    start = test.period.start if test.period is not None else None
    return replace(test, did=False, period=Period(end=start))
