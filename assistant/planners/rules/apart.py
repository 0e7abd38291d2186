"""Values set side by side: 华东和华南…对比, APP和小程序哪个…, A vs B, 比金卡高多少, 分别.

In: a `Reading` whose values are read. Out: a breakdown among values that the question compares with each other. Never fails.
"""

from assistant.planners.rules.draft import Group, ValueTest
from assistant.planners.rules.reading import Reading


def set_apart(r: Reading) -> None:
    """Values that are compared with each other become a breakdown among them: 华东和华南…对比, APP和小程序哪个…, A vs B, 分别."""
    _against(r)
    lists = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None and len(t.options[0][1]) > 1]
    for test in lists:
        if test.at in r.apart or _is_compared(r):
            names = tuple(
                d for d, values in test.options if len(values) > 1 and (d not in r.world.attributes.favourites or d in test.hints)
            )
            r.groups.append(Group(test.at, names, hints=test.hints))
            r.apart.append(test.at)


def _against(r: Reading) -> None:
    """a higher AOV than gold members, 比金卡高多少: the values on both sides of a comparing word belong together."""
    for at in r.where("versus", "more_than_other"):
        if r.tokens[at].is_content:
            continue
        plain = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None]
        before = max((t for t in plain if t.at < at), key=lambda t: t.at, default=None)
        after = min((t for t in plain if t.at > at), key=lambda t: t.at, default=None)
        if before is None or after is None:
            continue
        shared = [
            (d, (*v, *dict(after.options)[d]))
            for d, v in before.options
            if d in dict(after.options) and set(v) != set(dict(after.options)[d])
        ]
        if not shared:
            continue
        r.tests = [t for t in r.tests if t is not before and t is not after]
        r.tests.append(
            ValueTest(before.at, tuple((d, tuple(dict.fromkeys(v))) for d, v in shared), hints=(*before.hints, *after.hints))
        )
        r.apart.append(before.at)
        r.take(
            at,
            *(
                i
                for i in r.where("compare_high", "compare_low", "comparative", "most", "least", "best", "worst")
                if not r.tokens[i].senses
            ),
        )


def _is_compared(r: Reading) -> bool:
    """Whether the question sets things side by side: 对比, which is higher, respectively."""
    if any(r.tokens[at].text.startswith("各") for at in r.where("share")):
        return True
    for at in r.where("versus", "which", "each_other", "both", "who", "per_group"):
        token = r.tokens[at]
        if token.senses or token.text == "who":
            continue
        if token.has("versus", "each_other", "per_group") or (token.has("which", "who") and not _asks_dimension(r, at)):
            r.take(at)
            r.share = r.share or token.has("share")
            for other in r.where("compare_high", "compare_low", "most", "least", "best", "worst", "more_than_other"):
                if other > at:
                    r.take(other)
            return True
    return False


def _asks_dimension(r: Reading, at: int) -> bool:
    after = r.step(at, 1)
    return after is not None and bool(r.tokens[after].of("dimension"))
