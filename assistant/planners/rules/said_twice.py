"""One list whose noun is said with each of its values: 华东的门店和华南的门店, stores in East China and stores in South China.

In: a `Reading` whose values are tests. Out: the tests of neighbours that differ in nothing but the value are one test of all of them, as
if the noun had been said once (华东和华南的门店); both at once would let nothing through. Never fails.
"""

from dataclasses import replace
from itertools import pairwise

from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading


def as_one_list(r: Reading) -> None:
    """Puts the second of two such tests into the first."""
    plain = sorted((t for t in r.tests_of_values() if not t.negated and t.rank is None), key=lambda t: t.at)
    for first, second in pairwise(plain):
        if first in r.tests and _is_list(r, first, second):
            values = {name: (*dict(first.options)[name], *own) for name, own in second.options}
            r.tests = [t for t in r.tests if t not in (first, second)]
            r.tests.append(replace(first, options=tuple(values.items())))
            r.take(*(at for at in r.between(first.at, second.at) if r.tokens[at].has("and") and not r.tokens[at].is_content))


def _is_list(r: Reading, first: ValueTest, second: ValueTest) -> bool:
    """Whether nothing stands between them but the noun of both and a word that joins."""
    if not first.hints or first.hints != second.hints or dict(first.options).keys() != dict(second.options).keys():
        return False
    between = [r.tokens[at] for at in r.between(first.at, second.at)]
    return any(t.has("and", "comma") for t in between) and not any(t.has("neg", "except", "or", "versus") for t in between)
