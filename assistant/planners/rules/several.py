"""Several asks in one message: the sentences apart, each read after the one before it.

In: the text of a message that could not be read as one ask. Out: its parts, where there are several; the planner reads them in turn,
a later one may lean on an earlier one. Nothing fails.
"""

import re
from dataclasses import dataclass

from semantic_layer.query import SemanticQuery

_ENDS = re.compile(
    r"[?？。!！;；\n]+|(?:,|，|\s)*(?:另外|还有就是|顺便(?:再)?(?:看下|看看|问下)?|(?<![a-z])also,|(?<![a-z])and also(?![a-z])"
    r"|as well as (?=what|how|which))"
)
_MOST = 4


@dataclass(frozen=True, slots=True)
class After:
    """What a part may know of the conversation: the query of the part before it."""

    last: SemanticQuery | None = None
    history: tuple[SemanticQuery, ...] = ()


_WHETHER = re.compile(r"\s*(?:do|does|did|is|are|was|were|have|has)(?![a-z])|.*(?:是不是|有没有|是否|吗)", re.I)


def asks_whether(part: str) -> bool:
    """Whether a sentence is a yes-or-no question.

    >>> asks_whether("Do gold members spend more than the rest"), asks_whether("sales by region")
    (True, False)
    """
    return _WHETHER.match(part) is not None


def parts_of(text: str) -> tuple[str, ...]:
    """The sentences of a message; empty where it is only one, or too many.

    >>> parts_of("上个月销售额多少？按渠道看占比。")
    ('上个月销售额多少', '按渠道看占比')
    """
    found = tuple(part.strip(" ,，") for part in _ENDS.split(text) if part and part.strip(" ,，"))
    return found if 1 < len(found) <= _MOST else ()
