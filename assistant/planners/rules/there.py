"""Words for the place that was spoken of: sales in Guangdong, then tickets there; 投诉率哪个大区最高, then 那边上个月投诉了多少件.

In: a `Reading`. Out: whether its text has such a word. Never fails.
"""

import re

from assistant.planners.rules.reading import Reading


def says_there(r: Reading) -> bool:
    """Whether a message says there, which is where the message before was: are there, is there say of no place."""
    return _THERE.search(r.text.text) is not None


_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )(?<!out )(?<!hi )(?<!hey )(?<!hello )(?<!up )(?<!over )(?<![a-z])there"
    r"(?![a-z']| (?:is|are|was|were|any|been)(?![a-z]))"
    r"|那边|那里(?!面|头)|那儿|当地|该地区?|这里(?!面|头)"
)
