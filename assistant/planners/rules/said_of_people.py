"""Small words around people and their columns that say nothing more: 附上每人近一年的消费额, 流失风险又高, flagged as high risk.

In: a fresh `Reading`. Out: each such word, in its place only, without a meaning of its own: 每人 behind a word for columns, 又 between a
tag and its value, flagged as between people and what they are, 他们什么 in front of what they are; in that time behind a number of so many
days is that time. Never fails: elsewhere these words stay what they are (每人 alone is an average, flagged as asks for a definition).
"""

import re
from dataclasses import replace

from assistant.language.calendar import Calendar
from assistant.language.dates import find_periods
from assistant.language.mentions import Piece
from assistant.language.text import normalise
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.reading import Reading

_PLAIN = frozenset({"filler"})
_EACH = re.compile("[每各](?:一?个|一?位|一?名)?")
_SO = ("又", "也", "还", "都", "很", "比较", "较", "偏", "且", "处于", "属于", "为", "是")
_FLAGGED = re.compile(
    r"(?:(?:is|are|was|were|being|currently|get|gets) )*(?:flagged|marked|labelled|labeled|tagged|classed|classified|counted"
    r"|rated|regarded|shown)(?: as| with)?"
)
_ASKS = re.compile(
    r"(?:so |and |ok |hi,? |hey,? )*(?:how|what|why|when do(?:es)?|when (?:is|are)|explain|define|does|do|is|are)(?![a-z])"
)


def flagged_people(r: Reading) -> None:
    """diamond customers flagged as high churn risk: what they are, where no definition is asked for."""
    if _ASKS.match(r.text.text) is not None:
        return
    for at in range(1, len(r.tokens) - 1):
        token, before, behind = r.tokens[at], r.tokens[at - 1], r.tokens[at + 1]
        people = r.is_person(at - 1) or before.has("who", "people") or describes_people(r, at - 1)
        if _FLAGGED.fullmatch(token.text) and token.has("define") and people and (behind.of("value") or behind.of("segment")):
            _set(r, at, replace(token, ops=_PLAIN, senses=()))


def settle_said(r: Reading) -> None:
    """Each of the others."""
    for at in range(1, len(r.tokens) - 1):
        if at + 1 < len(r.tokens):
            _each_person(r, at)
    for at in range(1, len(r.tokens) - 1):
        _tag_and_value(r, at)
    _what_they_are(r)
    _in_that_time(r)


def _set(r: Reading, at: int, token: Piece) -> None:
    r.tokens = (*r.tokens[:at], token, *r.tokens[at + 1 :])


def _each_person(r: Reading, at: int) -> None:
    """附上每人近一年的消费额: of each of those listed."""
    token, before, behind = r.tokens[at], r.tokens[at - 1], r.tokens[at + 1]
    each = _EACH.fullmatch(token.text) and (behind.has("people") or r.is_person(at + 1)) and not behind.of("value")
    averaged = at + 2 < len(r.tokens) and r.tokens[at + 2].has("avg", "per_unit")  # 带上每人平均消费
    if (
        each
        and not averaged
        and before.has("with")
        and not before.is_content
        and any(r.is_person(i) or describes_people(r, i) for i in range(at))
    ):
        r.tokens = (*r.tokens[:at], *r.tokens[at + 2 :])


def _tag_and_value(r: Reading, at: int) -> None:
    """流失风险又高的客户: the value of the tag right in front, and no other tag's."""
    noun, value = r.tokens[at - 1], r.tokens[at + 1]
    names = {s.name for s in noun.of("dimension") if describes_members(r, s.name)} & {s.name for s in value.of("value")}
    if r.tokens[at].text in _SO and names and not noun.of("metric") and len(names) == 1:
        kept = tuple(s for s in value.senses if s.kind == "value" and s.name in names)
        _set(r, at - 1, replace(noun, senses=(), ops=_PLAIN))
        _set(r, at + 1, replace(value, senses=kept, ops=frozenset()))
        tied = at > 1 and (r.tokens[at - 2].has("and", "or") or r.is_break(at - 2))
        _set(r, at, replace(r.tokens[at], ops=_PLAIN if tied else frozenset({"and"})))


def _what_they_are(r: Reading) -> None:
    """是哪些人？他们什么等级、最后哪天买的: columns of those who were asked for."""
    for at in range(2, len(r.tokens) - 1):
        token, which = r.tokens[at], r.tokens[at + 1]
        noun = r.tokens[at + 2] if at + 2 < len(r.tokens) else None
        own = noun is not None and any(describes_members(r, s.name) for s in noun.of("dimension"))
        asked = any(t.has("who") or (t.has("list") and not t.is_content) for t in r.tokens[:at])
        pointed = token.text in ("他们", "她们", "这些人", "他们都", "他们是", "他们都是") and r.is_break(at - 1)
        if pointed and which.has("which") and not which.is_content and own and asked and r.follows is None:
            r.tokens = (*r.tokens[:at], replace(token, ops=frozenset({"with"}), senses=()), *r.tokens[at + 2 :])
            return


def _in_that_time(r: Reading) -> None:
    """2 or more orders in the last 90 days who got no message in that time: the days that the name of a number holds."""
    at = next((i for i, t in enumerate(r.tokens) if t.has("same_period") and not t.is_content), None)
    if at is None or r.follows is not None or any(t.time is not None for t in r.tokens[:at]):
        return
    windows = {found[1] for i in range(at) if (found := r.window_metric(i)) is not None}
    days = next(iter(windows)) if len(windows) == 1 else None
    times = find_periods(normalise(f"近{days}天"), Calendar(r.today)) if days is not None else ()
    if len(times) == 1:
        _set(r, at, replace(r.tokens[at], ops=frozenset(), time=times[0]))
