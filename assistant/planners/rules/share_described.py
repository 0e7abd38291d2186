"""A share of what is described by a number: 单价100以下的商品占销量多少, 4分以上的问卷占比，按门店类型.

In: a `Reading` whose shares and breakdowns are read. Out: things that a number describes are no breakdown, where nothing says each of
them; what a number says of what is counted is the part, within each of the groups that are named apart. Never fails.
"""

import re

from assistant.planners.rules.draft import DateTest, Group, NumberTest, ValueTest
from assistant.planners.rules.reading import Reading

_EACH = re.compile(r"[各每哪]|分别|逐|挨个|(?<![a-z])(?:each|every|which|per|by|respectively)(?![a-z])")
_FROM = re.compile(r"(?<![a-z])(?:from|of|in) (?:the |our |all )*$")


def read_described(r: Reading) -> None:
    """The one share of described things, else the part of what is counted within each group."""
    if not r.share or r.follows is not None or r.ranking is not None or r.compare is not None:
        return
    things = [g for g in r.groups if g.dimensions and _is_described(r, g)]
    if len(things) == len(r.groups) == 1 and not _EACH.search(r.text.text):
        r.groups = []
    elif r.groups and not r.share_parts and not r.share_within:
        _within_each(r)


def _is_described(r: Reading, group: Group) -> bool:
    """Whether a breakdown is by things that a condition right beside them describes, in front of 占 or behind from."""
    if not 0 <= group.at < len(r.tokens) or not r.tokens[group.at].of("entity"):
        return False
    told = {t.at for t in r.tests if (isinstance(t, NumberTest) and t.dimensions) or isinstance(t, DateTest | ValueTest)}
    shares = [i for i, t in enumerate(r.tokens) if t.has("share") and not t.senses]
    if r.tokens[group.at].text.isascii():
        behind = r.text.text[: r.tokens[group.at].start]
        return _FROM.search(behind) is not None and any(at > group.at for at in told)
    before = r.text.text[: r.tokens[group.at].start].endswith("的")
    return before and group.at - 1 in told and any(at > group.at for at in shares)


def _within_each(r: Reading) -> None:
    """500元以上的订单占比，按渠道: of each channel's; the breakdown stands behind, in a clause of its own."""
    share = next((i for i, t in enumerate(r.tokens) if t.has("share") and not t.senses and not t.text.isascii()), None)
    if share is None or not all(g.at > share for g in r.groups):
        return
    numbers = {t.at for t in r.tests if isinstance(t, NumberTest) and t.dimensions and t.at < share}
    if numbers and numbers == {t.at for t in r.tests}:
        r.share_parts, r.share_within = numbers, True
