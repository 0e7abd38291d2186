"""以前买过、今年3到8月一单没下、9月又下单: bought before is before the first of the times that the same deed is said of.

In: a `Reading` whose verbs are read. Out: the deed with that time, the word for it used up; otherwise it stays unread. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def read_before_those(r: Reading) -> None:
    """The one word for before, right in front of a verb without a time."""
    words = [at for at in r.where("beforehand") if not r.tokens[at].is_content and not r.tokens[at].text.isascii()]
    if len(words) != 1 or r.follows is not None:
        return
    for place, test in enumerate(r.tests):
        bare = isinstance(test, VerbTest) and test.did and (test.period, test.after) == (None, None) and not test.same
        if not isinstance(test, VerbTest) or not bare or test.verb != words[0] + 1:
            continue
        others = [t for t in r.tests if isinstance(t, VerbTest) and t is not test and set(t.behaviours) & set(test.behaviours)]
        starts = [t.period.start for t in others if t.period is not None and t.period.start is not None]
        if starts:
            r.tests[place] = replace(test, period=Period(end=min(starts)))
            r.take(words[0])
