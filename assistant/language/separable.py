"""Chinese verbs that a number parts: 下了5单, 下过至少3单 of 下单.

In: a normalised text, the index of a domain's names. Out: the spans of such verbs without their object, with what the whole verb means;
the object stays with its number, which says how often. Never fails.
"""

import re
from collections.abc import Iterator

from assistant.language.values import Sense, ValueIndex

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
