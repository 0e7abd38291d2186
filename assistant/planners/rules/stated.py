"""A value that is said to be the one of a dimension: customers who have beauty as their favourite category, JD as the main channel.

In: a `Reading` before its breakdowns are read. It gains a `ValueTest` of that dimension, which is then no breakdown. English only:
Chinese names the dimension first (偏好品类是美妆). Never fails: a noun behind `as` without such a value in front of it is left alone.
"""

import re

from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading

_AS = re.compile(r" as (?:their|the|an?|his|her|its|our|your)?(?: own| main| usual)? ?$")


def read_stated(r: Reading) -> None:
    """Each value with the dimension behind it."""
    for at in range(len(r.tokens)):
        said = _AS.search(r.text.text[: r.tokens[at].start]) if r.free(at) and r.dimensions(at) else None
        place = next((i for i in range(at) if said is not None and r.tokens[i].end == said.start()), None)
        if said is None or place is None or not r.free(place):
            continue
        options = [(d, (v,)) for d, v in r.value_options(place) if d in r.dimensions(at)]
        if not options:
            continue
        verb = r.step(place, -1)
        helps = verb is not None and r.helps_only(verb)
        r.tests.append(ValueTest(place, tuple(options[:1]), hints=(options[0][0],)))
        r.take(*range(place, at + 1), verb if helps else None)
