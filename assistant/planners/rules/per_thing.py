"""Another number of what was shown, as a ratio: complaints by city…, then per order; orders by channel…, then per customer, 每个客户呢.

In: a fresh `Reading` of a message that goes on from numbers and says nothing but a noun behind per. Out: the declared ratio of the number
to those things, as the word for it, and all else stays as it was shown; where nobody declared one, `per_nothing` tells of the word, so
that the things are never counted in its place. A noun that is a breakdown as well (per store) stays one. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.kin import quotient, ratio_to
from assistant.planners.rules.reading import Reading

_PER = re.compile(r"(?:and |then |now |what about |how about )*(?:per|for each)|(?:那)?(?:平均)?每一?(?:个|位|名|笔|张|次)?")


def says_per(r: Reading) -> int | None:
    """The place of the noun, where a message says nothing but per and a noun that is no breakdown."""
    content = [at for at, t in enumerate(r.tokens) if t.is_content or t.role == "unread"]
    if len(content) != 1:
        return None
    token = r.tokens[content[0]]
    front = r.text.text[: token.start].strip()
    named = bool(token.of("entity") or token.of("metric")) and not token.of("dimension")
    return content[0] if named and front and _PER.fullmatch(front) else None


def read_per_thing(r: Reading) -> None:
    """Puts a ratio in place of a noun behind per."""
    noun = says_per(r)
    if r.follows != "aggregate" or noun is None or len(r.talk.metrics) != 1:
        return
    token = r.tokens[noun]
    shown = r.talk.metrics[0]
    found = [ratio_to(r.world, shown, s.name) for s in token.of("entity")]
    found += [quotient(r.world, shown, s.name) for s in token.of("metric")]
    ratio = next((name for name in found if name is not None), None)
    if ratio is None:
        return
    told = [replace(t, ops=frozenset(["filler"])) if at < noun else t for at, t in enumerate(r.tokens)]
    told[noun] = replace(token, senses=(Sense("metric", ratio),), ops=frozenset())
    r.tokens = tuple(told)


def per_nothing(r: Reading) -> list[int]:
    """sessions by channel, then per user: no such ratio is declared, and how many users there are is no answer."""
    noun = says_per(r) if r.follows == "aggregate" else None
    placed = noun is not None and all(s.kind == "metric" and r.world.is_average(s.name) for s in r.tokens[noun].senses)
    return [noun] if noun is not None and not placed else []
