"""Ranges of one number that nobody can be in at once: 30到35岁和40到45岁的客户, orders under 100 and over 500: those of either.

In: a `Reading` whose comparisons are read. Out: two tests of one number that exclude each other, tied by nothing but `and` or a comma,
become one of which either holds. Never fails.
"""

from assistant.planners.rules.draft import AnyOf, NumberTest
from assistant.planners.rules.reading import Reading

_ENDLESS = float("inf")


def read_either_of(r: Reading) -> None:
    """Each pair of such tests, in the order of the words."""
    tests = sorted((t for t in r.tests if isinstance(t, NumberTest)), key=lambda t: t.at)
    while len(tests) > 1:
        first = tests.pop(0)
        joined = [first]
        while tests and _tied(r, joined[-1], tests[0]) and all(_excludes(t, tests[0]) for t in joined):
            joined.append(tests.pop(0))
        if len(joined) > 1:
            r.tests = [*(t for t in r.tests if t not in joined), AnyOf(first.at, tuple(joined))]
            r.take(
                *(i for i in r.between(first.at, joined[-1].at) if r.tokens[i].has("and", "or") and not r.tokens[i].is_content)
            )


def _excludes(a: NumberTest, b: NumberTest) -> bool:
    """Whether no number passes both, of the same thing."""
    same = (a.dimensions, a.metrics, a.period) == (b.dimensions, b.metrics, b.period) and bool(a.dimensions or a.metrics)
    plain = a.part == b.part == "value" and a.against is b.against is None and not (a.objects or b.objects)
    (low, low_in, high, high_in), (from_, from_in, to, to_in) = _range(a), _range(b)
    below = high < from_ or (high == from_ and not (high_in and from_in))
    above = to < low or (to == low and not (to_in and low_in))
    return same and plain and a.op != "!=" and b.op != "!=" and (below or above)


def _range(test: NumberTest) -> tuple[float, bool, float, bool]:
    value = test.values[0]
    match test.op:
        case "<" | "<=":
            return -_ENDLESS, False, value, test.op == "<="
        case ">" | ">=":
            return value, test.op == ">=", _ENDLESS, False
        case "between":
            return min(test.values), True, max(test.values), True
        case _:
            return value, True, value, True


def _tied(r: Reading, a: NumberTest, b: NumberTest) -> bool:
    aged = set(a.dimensions)  # 30到35岁和40到45岁
    between = [r.tokens[i] for i in r.between(a.at, b.at) if not (i in r.used and aged & {s.name for s in r.tokens[i].senses})]
    plain = all(
        t.role == "break" or (not t.is_content and t.has("and", "comma", "or", "both", "filler", "particle")) for t in between
    )
    return a.at != b.at and bool(between) and plain and not any(t.has("but") for t in between)
