"""What a number is not of: the word behind a conjunction, and the noun that says who is listed; and a measure that names a tag.

In: a `Reading` and the place of a comparison, or a reading before its comparisons are read. Out: whether a word is joined and not
compared; the comparison without the noun behind it; a measure right before one of the values of the tag called so is used up, as it
asks for no number (满意度不满意的客户). Never fails.
"""

from dataclasses import replace

from assistant.language.comparisons import Comparison
from assistant.planners.rules.reading import Reading


def is_joined(r: Reading, at: int, near: int) -> bool:
    """投诉2次以上且满意度不满意: in Chinese a number stands behind its word, and what a conjunction ties to it is said apart."""
    if r.text.text[r.tokens[at].start : r.tokens[at].end].isascii():
        return False
    return any(r.tokens[i].has("and", "but", "both") and not r.tokens[i].is_content for i in r.between(at, near))


def of_listed(r: Reading, at: int, c: Comparison) -> Comparison:
    """lifetime spend between 5k and 10k customers: who is listed, as something else is measured right before the number."""
    token, behind, before = r.tokens[at], at + 1, at - 1
    if c.unit != "person" or token.end >= c.end or not token.text.isascii() or r.follows is not None:
        return c
    opens = before >= 0 and not any(t.is_content and t.time is None for t in r.tokens[:before])
    while before >= 0 and r.tokens[before].time is not None:
        before -= 1
    ends = r.is_person(behind) and (behind + 1 == len(r.tokens) or r.is_break(behind + 1))
    names = r.metrics(before) if before >= 0 else ()
    measures = any(r.world.is_number(d) for d in r.dimensions(before)) if before >= 0 else False
    measures = measures or any(not r.world.counts_people(name) for name in names)
    return replace(c, unit=None, end=token.end) if opens and ends and measures else c


def read_named_tags(r: Reading) -> None:
    """Runs before anything is asked for."""
    for at in range(len(r.tokens) - 1):
        to = r.beyond(at, 1, "copula") if r.metrics(at) and r.free(at) else None
        if to is None or r.text.text[r.tokens[at].end : r.tokens[to].start].strip() not in ("", "为", "是", "is", "="):
            continue
        names = {d for d, _ in r.value_options(to)}
        if any(_is_called(r, name, r.tokens[at].text) for name in names):
            r.take(at)


def _is_called(r: Reading, dimension: str, words: str) -> bool:
    """Whether a tag is called as a measure is: 满意度标签, satisfaction tag."""
    label = r.world.model.dimensions[dimension].label
    return any(said.lower().startswith(words) for said in (label.zh, label.en) if said and len(words) > 1)


def left_to_deed(r: Reading, at: int, near: int) -> bool:
    """cancelled 2 or more orders in the last 90 days: how often that was done then, and not how many orders were completed; the words
    are left to another cut of the question."""
    verb, window = r.step(at, -1), r.window_metric(near)
    if verb is None or window is None or r.helps_only(verb):
        return False
    counted = {m for s in r.tokens[verb].of("behaviour") if (m := r.world.count_of_deeds(s.name)) is not None}
    if not counted or window[0] in counted:
        return False
    unread = replace(r.tokens[near], senses=(), role="unread")
    r.tokens = (*r.tokens[:near], unread, *r.tokens[near + 1 :])
    return True
