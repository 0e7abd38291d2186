"""Words for a number of people that do not say of whom: 人数, 多少人, headcount.

In: a piece of a message. Out: yes or no. Never fails.
"""

from assistant.language.mentions import Piece

_HEADS = ("人数", "多少人", "几个人", "人头", "人头数", "headcount", "head count", "how many people")


def is_bare_head(token: Piece) -> bool:
    """人数, 分别多少人: how many people, and not which."""
    if token.has("people") and token.has("count") and not token.senses:
        return True
    return bool(token.of("metric")) and not token.of("entity") and token.text in _HEADS
