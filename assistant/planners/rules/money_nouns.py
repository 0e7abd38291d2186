"""Whether a verb for spending is a noun: 金卡会员的消费, 名单，带今年消费.

In: a `Reading` and the place of the word. Out: yes or no. Never fails.
"""

from assistant.planners.rules.reading import Reading


def is_money_noun(r: Reading, at: int) -> bool:
    """Whether a verb for spending is a noun: 金卡会员的消费, not 消费过的客户 or 近30天的消费客户."""
    token = r.tokens[at]
    after = r.step(at, 1)
    noun = r.text.text[: token.start].endswith("的") or _is_column(r, at)
    if not token.has("money_verb") or token.text.endswith(("过", "了")) or not noun:
        return False
    return not (after is not None and (r.is_person(after) or r.tokens[after].end == token.end))


def _is_column(r: Reading, at: int) -> bool:
    """名单，带今年消费: the end of a clause, behind a word for columns and a time."""
    ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
    time = r.step(at, -1)
    mark = r.step(time, -1) if time is not None and r.tokens[time].time is not None else None
    listed = any(t.has("list") and not t.is_content for t in r.tokens[:at])
    return ends and listed and mark is not None and r.tokens[mark].has("with", "and") and not r.tokens[mark].is_content
