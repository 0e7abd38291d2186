"""Two numbers written as one word: 每单平均件数 is neither of them, but a third that we do not know; 打开率点击率 are two.

In: a `Reading` whose numbers are read. Out: yes or no. Never fails.
"""

from assistant.planners.rules.reading import Reading

_MEASURES = "率数额价量"
"""What the name of a metric ends in, and what it is no part of another one behind."""


def is_compound(r: Reading) -> bool:
    """Whether two of the numbers are one word."""
    places = {asked.at for asked in r.asked if asked.names and 0 <= asked.at < len(r.tokens)}
    chinese = [at for at in places if at + 1 in places and not r.tokens[at].text.isascii()]
    return any(r.tokens[at].end == r.tokens[at + 1].start and r.tokens[at].text[-1] not in _MEASURES for at in chinese)
