"""How many of some rows are somebody's: 9月的订单里有多少是女客户下的, 今年的投诉里有多少是钻石会员提的.

In: a `Reading` before anything is counted. Out: the rows that stand in front are what is counted, those behind 是 are whose they are, and
the verb that closes the question says no more. Never fails: where the rows have no number of their own, all stays as it is.
"""

import re
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.reading import Reading

_OF_THOSE = re.compile(
    r"(?:里面|当中|之中|里|中)?(?P<how>一?共?有?多少)(?:[单个件张条笔份次])?(?:都?是|来自于?)(?P<who>[^,，。？?]{1,20}?)"
    r"(?P<did>[下买提发投]了?|提交|投诉|贡献|产生|打来|报)?的[呀啊呢]?[？?。!！]?$"
)


def read_whose_of_those(r: Reading) -> None:
    """Counts the rows, and lets whoever is named behind say whose they are."""
    said = _OF_THOSE.search(r.text.text)
    if said is None or r.follows is not None:
        return
    noun = max((i for i, t in enumerate(r.tokens) if t.end <= said.start("how") and _count(r, t)), default=None)
    who = [i for i, t in enumerate(r.tokens) if said.start("who") <= t.start < said.end("who")]
    told = [i for i in who if r.tokens[i].of("value") or r.tokens[i].of("segment")]
    if noun is None or not told or any(r.tokens[i].role == "unread" or r.tokens[i].of("dimension") for i in who):
        return
    count = _count(r, r.tokens[noun])
    tokens = list(r.tokens)
    tokens[noun] = replace(tokens[noun], senses=(Sense("metric", count or ""),), ops=frozenset())
    for i in told:
        tokens[i] = replace(tokens[i], senses=tuple(s for s in tokens[i].senses if s.kind in ("value", "segment")))
    for i, token in enumerate(tokens):
        asks = said.start("how") <= token.start < said.start("who") or said.start() <= token.start < said.start("how")
        if asks or (i > who[-1] and said.start("did") >= 0 and token.start >= said.start("did")):
            tokens[i] = replace(token, senses=(), ops=frozenset({"filler"}), role="meaning", number=None)
    r.tokens = tuple(tokens)


def _count(r: Reading, token: Piece) -> str | None:
    """The metric that counts the rows which a noun names, people apart."""
    main = r.world.model.domain.entity
    things = [s.name for s in token.of("entity") if s.name != main]
    counted = [s.name for s in token.of("metric") if r.world.is_count(s.name) and not r.world.counts_people(s.name)]
    deeds = [c for s in token.of("behaviour") if (c := r.world.count_of_deeds(s.name)) is not None]
    return next((c for c in (*counted, *(r.world.counts.get(e) for e in things), *deeds) if c is not None), None)
