"""Whether a verb for spending is a noun: 金卡会员的消费, 各年龄段消费, 名单，带今年消费.

In: a `Reading` and the place of the word. Out: yes or no. Never fails.
"""

from assistant.planners.rules.reading import Reading


def is_money_noun(r: Reading, at: int) -> bool:
    """Whether a verb for spending is a noun: 金卡会员的消费, not 消费过的客户 or 近30天的消费客户."""
    token = r.tokens[at]
    after = r.step(at, 1)
    noun = r.text.text[: token.start].endswith("的") or _is_column(r, at) or _is_added(r, at) or _is_of_each(r, at)
    if not token.has("money_verb") or token.text.endswith(("过", "了")) or not noun:
        return False
    return not (after is not None and (r.is_person(after) or r.tokens[after].end == token.end))


def _is_of_each(r: Reading, at: int) -> bool:
    """各年龄段消费, 上月各等级会员消费: the end of a clause of which nothing else could be asked. 各渠道消费人数 counts people."""
    ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
    start = max((i + 1 for i in range(at) if r.is_break(i)), default=0)
    before = [i for i in range(start, at) if r.tokens[i].is_content]
    split = [i for i in before if r.tokens[i].of("dimension") and i and r.tokens[i - 1].has("by", "per_group")]
    plain = all(i in split or r.tokens[i].time is not None or r.is_person(i) for i in before)
    asked = any(r.tokens[i].has("count", "list", "who", "which", "share") for i in range(start, at) if i not in before)
    return ends and bool(split) and plain and not asked


def _is_column(r: Reading, at: int) -> bool:
    """名单，带今年消费: the end of a clause, behind a word for columns and a time."""
    ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
    time = r.step(at, -1)
    mark = r.step(time, -1) if time is not None and r.tokens[time].time is not None else None
    listed = any(t.has("list") and not t.is_content for t in r.tokens[:at])
    return ends and listed and mark is not None and r.tokens[mark].has("with", "and") and not r.tokens[mark].is_content


def _is_added(r: Reading, at: int) -> bool:
    """加上消费, 把消费也带上, behind a list of people: a column more. 再加上消费过的 are people."""
    token = r.tokens[at]
    if r.follows != "records" or r.text.text[token.end :].startswith(("的", "过", "了")):
        return False
    before, behind = r.step(at, -1), r.step(at, 1)
    if before is not None and r.tokens[before].time is not None:
        before = r.step(before, -1)
    while behind is not None and r.is_only(behind, "also"):
        behind = r.step(behind, 1)
    marks = [i for i in (before, behind) if i is not None and r.tokens[i].has("with", "add") and not r.tokens[i].is_content]
    ends = behind is None or r.is_break(behind) or r.tokens[behind].has("with", "add", "and")
    return bool(marks) and ends
