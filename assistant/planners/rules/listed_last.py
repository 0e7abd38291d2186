"""Columns that are said behind people, without a word for columns: 退过款的客户，把退款次数列出来; 花钱最多的10个客户都是哪个城市的.

In: a fresh `Reading`; later one whose conditions are read. Out: a question word in front of what the first so many people are like asks for
a column, and for no breakdown; the words for listing that end a clause of nothing but nouns. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.reading import Reading

_THEY_ARE = re.compile("(?:都|分别|各自|各|具体)?(?:是|在|来自|住在?|属于)$")
_ENDS = re.compile("(?:的|的人|的客户|的会员)?(?:呢|啊|呀|吗)?[?？。.]?$")


def settle_what_they_are(r: Reading) -> None:
    """花钱最多的10个客户都是哪个城市的: where each of those is from."""
    last = len(r.tokens) - 1
    while last > 0 and (r.is_break(last) or not r.tokens[last].is_content):
        last -= 1
    names = [s.name for s in r.tokens[last].of("dimension")] if last > 1 else []
    asks = r.tokens[last - 1] if last > 1 else None
    if asks is None or not asks.has("which") or not any(describes_members(r, d) for d in names):
        return
    which = re.search("(?:哪[个些几]?[个家座位]?|什么|啥)$", r.text.text[: r.tokens[last].start])
    before = r.text.text[: which.start()] if which is not None else ""
    people = [i for i in range(1, last) if r.is_person(i) and r.tokens[i - 1].number is not None]
    ends = _ENDS.fullmatch(r.text.text[r.tokens[last].end :]) is not None
    if not people or not ends or _THEY_ARE.search(before) is None or r.tokens[people[-1]].end > len(before):
        return
    r.tokens = (*r.tokens[: last - 1], replace(asks, ops=frozenset({"with"}), senses=()), *r.tokens[last:])


def lists_nouns(r: Reading) -> list[int]:
    """The words for listing that end a clause of nothing but what is to be listed, behind one about people."""
    found = []
    for at, token in enumerate(r.tokens):
        ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
        if not (ends and token.has("list") and not token.is_content) or token.text.isascii():
            continue
        start = next((i for i in range(at - 1, -1, -1) if r.is_break(i)), None)
        inside = range(start + 1, at) if start is not None else range(0)
        nouns = [i for i in inside if r.dimensions(i) or r.metrics(i)]
        plain = all(i in nouns or not r.tokens[i].is_content or r.tokens[i].time is not None for i in inside)
        people = start is not None and any(r.is_person(i) for i in range(start))
        if nouns and plain and people and not any(r.is_person(i) for i in inside):
            found.append(at)
    return found
