"""The name of a number of people with what they are like inside it: new female members this year, active gold members vs last month.

In: a fresh `Reading`. Out: the word in front stands for the number, the values behind it are its conditions. Where the word in front is
also something done (active), only beside a comparison, which a list of those people has no place for. English only: Chinese says
新增金卡会员 with a verb. Never fails: a name that the model does not have stays as it was.
"""

from dataclasses import replace

from assistant.language.inflections import singular
from assistant.language.values import Sense
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading


def join_parted_names(r: Reading) -> None:
    """Gives the first word of such a name the sense of the whole."""
    compared = any(t.comparator is not None for t in r.tokens)
    for at in range(len(r.tokens) - 1):
        token = r.tokens[at]
        deeds = {s.kind for s in token.senses} == {"behaviour"} and compared
        if not token.text.isascii() or not (token.role == "unread" or deeds):
            continue
        noun = _noun_behind(r, at, lasting=not deeds)
        name = _number_called(r, f"{token.text} {singular(noun)}") if noun is not None else None
        if name is not None and not any(t.of("metric") and not r.is_person(i) for i, t in enumerate(r.tokens)):
            told = replace(token, role="meaning", senses=(Sense("metric", name),), ops=frozenset())
            r.tokens = (*r.tokens[:at], told, *r.tokens[at + 1 :])
            return


def _noun_behind(r: Reading, at: int, *, lasting: bool) -> str | None:
    """members, of gold members, of female gold members: the noun of people behind at least one value of theirs."""
    to = at + 1
    while to < len(r.tokens) and _is_like(r, to, lasting=lasting):
        last = r.tokens[to].text.split()
        if len(last) > 1 and r.is_person(to):
            return last[-1]
        to += 1
    people = to < len(r.tokens) and to > at + 1 and r.tokens[to].of("entity") and r.is_person(to)
    return r.tokens[to].text if people else None


def _is_like(r: Reading, at: int, *, lasting: bool) -> bool:
    """Whether a word says what people are like: gold, female, Shanghai. `lasting`: what nobody becomes, for new dormant customers, and
    new gold members, may be those who have just become it."""
    names = [s.name for s in r.tokens[at].of("value")]
    dimensions = [r.world.model.dimensions[d] for d in names]
    stays = not lasting or not any(d.tag or d.ordered for d in dimensions)
    return stays and bool(names) and any(describes_members(r, d) for d in names) and not r.tokens[at].of("behaviour")


def _number_called(r: Reading, name: str) -> str | None:
    """The number of people that goes by a name."""
    counts = (m for m in r.world.model.metrics if r.world.counts_people(m))
    return next((m for m in counts if any(singular(w) == name for w in names_of(r.world, m))), None)
