"""Chinese names that other words part: 下了5单, 下过至少3单 of 下单; 工单的满意度 of 工单满意度.

In: a normalised text, the index of a domain's names. Out: the spans of verbs without their object, with what the whole verb means (the
object stays with its number, which says how often), and of names with a 的 inside. Never fails.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.language.values import Hit, Sense, ValueIndex

_NUMBER = "(?:\\d+|[一二两三四五六七八九十百]+)"


def separated(line: str, index: ValueIndex) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
    """Each verb that a number stands inside of, in order."""
    verbs = index.parted
    if not verbs:
        return
    firsts, seconds = ("".join(sorted({verb[at] for verb in verbs})) for at in (0, 1))
    for match in re.finditer(f"([{firsts}])(?:了|过)*(?=[^,，。;；\\s]{{0,4}}?{_NUMBER}个?([{seconds}]))", line):
        senses = verbs.get(match[1] + match[2])
        if senses:
            yield *match.span(), senses


_LONGEST = 12
"""How many characters of a name stand on one side of a 的."""


def joined_by_de(line: str, hits: Sequence[Hit], index: ValueIndex) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
    """Each metric whose name has a 的 inside (工单的满意度, 消息的打开率); deeds in front of it (没下单的客户数) stay deeds."""
    deeds = {hit.end for hit in hits if any(s.kind in ("behaviour", "value", "segment") for s in hit.senses)}
    for match in re.finditer("(?<=[\u4e00-\u9fff])的(?=[\u4e00-\u9fff])", line):
        at = match.start()
        if at in deeds:
            continue
        before, after = line[max(0, at - _LONGEST) : at], line[at + 1 : at + 1 + _LONGEST]
        for hit in index.find(before + after):
            senses = tuple(s for s in hit.senses if s.kind == "metric")
            if senses and hit.start < len(before) < hit.end:
                yield at - len(before) + hit.start, at - len(before) + hit.end + 1, senses
