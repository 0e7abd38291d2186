"""A verb said once for two deeds in order: bought skincare and then perfume, bought shoes this year and came back later for bags.

In: a fresh `Reading`. Out: the verb again in front of the second value, so that each deed has its own and what says their order stands
between them; `after the complaint` behind complained is after that. Never fails: where another verb stands there already nothing changes.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.nothing_since import nothing_since
from assistant.planners.rules.reading import Reading

_ORDER = ("then", "afterwards")
_BACK = re.compile(r"(?:came|come|coming|returned) back|returned")


def repeat_verb(r: Reading) -> None:
    """Puts the verb in front of a value that a word of order ties to the value of that verb."""
    _both_of_them(r)
    _back_for(r)
    _in_another(r)
    _later_behind(r)
    _after_it(r)
    _object_again(r)
    _in_two_times(r)
    _parted(r)
    _one_verb(r)
    _no_noun(r)
    nothing_since(r)
    for mark in range(1, len(r.tokens) - 1):
        token, behind = r.tokens[mark], mark + 1
        while behind < len(r.tokens) and r.is_only(behind, "filler", "also", "and", *_ORDER):
            behind += 1
        if not token.has(*_ORDER) or token.senses or behind >= len(r.tokens) or r.tokens[behind].of("behaviour"):
            continue
        verb = _verb_before(r, mark)
        named = _homes(r, behind)
        said = {home for i in range(verb + 1, mark) for home in _homes(r, i)} if verb is not None else set()
        beyond = (t for t in r.tokens[behind + 1 :] if t.of("behaviour") or not (t.has("also") and not t.is_content))
        after = next(beyond, None)  # 后来在小程序也买过
        own = after is not None and after.of("behaviour") and not after.has("filler")  # 后来女装买得多: a verb behind it
        if verb is None or own or not named & said:
            continue
        start = r.tokens[behind].start
        again = replace(r.tokens[verb], start=start, end=start)
        r.tokens = (*r.tokens[:behind], again, *r.tokens[behind:])
        return


def _both_of_them(r: Reading) -> None:
    """又买女装又买童装: both, and nothing that was done once more."""
    marks = [at for at, t in enumerate(r.tokens) if t.text.startswith("又") and (t.has("again_verb") or t.text == "又")]
    for at, to in pairwise(marks):
        if r.tokens[at].has("again_verb") and not any(r.is_break(i) for i in r.between(at, to)):
            plain = replace(r.tokens[at], ops=r.tokens[at].ops - {"again_verb"})
            r.tokens = (*r.tokens[:at], plain, *r.tokens[at + 1 :])


def _homes(r: Reading, at: int) -> set[str]:
    """The tables that the values of a word are of: dresses are a subcategory, shoes a category, both of products."""
    return {home for s in r.tokens[at].of("value") for home in r.world.homes(s.name)}


def _back_for(r: Reading) -> None:
    """bought shoes and came back later for bags: they bought again, where what they came for is of the kind of what they bought."""
    for at, token in enumerate(r.tokens):
        verb = _verb_before(r, at) if _BACK.match(token.text) and token.of("behaviour") else None
        said = {home for i in range(verb + 1, at) for home in _homes(r, i)} if verb is not None else set()
        behind = {home for i in range(at + 1, min(at + 5, len(r.tokens))) for home in _homes(r, i)}  # a dress, and then shoes
        if verb is not None and said & behind:
            again = replace(token, senses=r.tokens[verb].senses, ops=token.ops - {"again_verb"})
            r.tokens = (*r.tokens[:at], again, *r.tokens[at + 1 :])


def _in_another(r: Reading) -> None:
    """and later, in another order, bought beauty: another one is what is later anyway."""
    for at, token in enumerate(r.tokens[:-3]):
        start = at + 2 if r.tokens[at + 1].text == "," else at + 1
        words = r.tokens[start : start + 3]
        said = [t.text for t in words[:2]] == ["in", "another"] or [t.text for t in words[:2]] == ["in", "a different"]
        if token.has("afterwards") and not token.senses and said and words[2:] and words[2].of("entity"):
            r.tokens = (*r.tokens[: at + 1], *r.tokens[start + 3 :])
            return


def _later_behind(r: Reading) -> None:
    """bought beauty this year and food in a later order: the same verb before the second thing, and what says the order before that."""
    for mark in range(3, len(r.tokens)):
        verb, thing = _verb_before(r, mark), mark - 1
        tied = r.tokens[mark].has("afterwards") and not r.tokens[mark].senses and r.tokens[thing - 1].has("and")
        if verb is None or not tied or not r.tokens[mark].text.isascii() or verb >= thing - 2:
            continue
        said = {home for i in range(verb + 1, thing - 1) for home in _homes(r, i)}
        if _homes(r, thing) & said:
            start = r.tokens[thing].start
            again = replace(r.tokens[verb], start=start, end=start)
            order = replace(r.tokens[mark], start=start, end=start)
            r.tokens = (*r.tokens[:thing], order, again, r.tokens[thing], *r.tokens[mark + 1 :])
            return


def _after_it(r: Reading) -> None:
    """complained in September and bought again after the complaint: a noun of the deed that was said, which is after that."""
    for at in range(1, len(r.tokens) - 1):
        to = at + 2 if r.tokens[at + 1].text in ("their", "the", "that", "this") and at + 2 < len(r.tokens) else at + 1
        noun = r.tokens[to]
        if not r.tokens[at].has("after_deed") or not r.tokens[at].text.isascii() or noun.of("behaviour"):
            continue
        verbs = [i for i in range(at) if r.tokens[i].of("behaviour") and not r.helps_only(i)]
        if len(verbs) > 1 and any(_is_noun_of(r, noun, s.name) for s in r.tokens[verbs[0]].of("behaviour")):
            after = replace(r.tokens[at], end=noun.end, senses=(), ops=frozenset(["afterwards"]))
            r.tokens = (*r.tokens[:at], after, *r.tokens[to + 1 :])
            return


_PRONOUN = re.compile(
    r" (?:another(?: one)?|one|any|it|them|these|those|that one|any of (?:it|them|these|those))"
    r"(?= yet| later| again| since| either| so far|\W*$|[,.;?])"
)


def _object_again(r: Reading) -> None:
    """viewed women's coats and have never bought one, added shoes to the cart but did not buy them: what was named before."""
    for verb in range(len(r.tokens) - 1, 0, -1):
        token = r.tokens[verb]
        if not token.of("behaviour") or not token.text.isascii() or _PRONOUN.match(r.text.text, token.end) is None:
            continue
        earlier = next((i for i in range(verb - 1, -1, -1) if r.tokens[i].of("behaviour") and not r.helps_only(i)), None)
        tables = {b.table for s in token.of("behaviour") if (b := r.world.behaviour(s.name))}
        kept = [
            replace(t, start=token.end, end=token.end)
            for i, t in enumerate(r.tokens[:verb])
            if earlier is not None and t.of("value") and not t.of("behaviour") and not r.is_person(i) and _is_bought(r, t, tables)
        ]
        if kept:
            r.tokens = (*r.tokens[: verb + 1], *kept, *r.tokens[verb + 1 :])
            return


def _in_two_times(r: Reading) -> None:
    """bought women's wear in July and shoes in August: the second thing, in a time of its own, was bought as well."""
    for mark in range(2, len(r.tokens) - 2):
        verb, behind = _verb_before(r, mark), mark + 1
        if verb is None or not (r.tokens[mark].has("and") or r.is_break(mark)) or not r.tokens[mark].text.isascii():
            continue
        said = {home for i in range(verb + 1, mark) for home in _homes(r, i)}
        own = r.beyond(behind, 1, "within")
        timed = own is not None and r.tokens[own].time is not None and any(t.time is not None for t in r.tokens[verb:mark])
        if timed and _homes(r, behind) & said and not r.tokens[behind].of("behaviour") and not r.tokens[verb].of("metric"):
            start = r.tokens[behind].start
            again = replace(r.tokens[verb], start=start, end=start)
            r.tokens = (*r.tokens[:behind], again, *r.tokens[behind:])
            return


def _one_verb(r: Reading) -> None:
    """后来又下单买了家居: two words right behind each other for one deed."""
    for at in range(len(r.tokens) - 1):
        a, b = r.tokens[at], r.tokens[at + 1]
        both = {s.name for s in a.of("behaviour")} & {s.name for s in b.of("behaviour")}
        if both and a.end == b.start and not a.text.isascii() and not (a.of("metric") or b.of("metric")):
            senses = tuple(s for s in b.senses if s.kind != "behaviour" or s.name in both)
            one = replace(b, start=a.start, text=a.text + b.text, senses=senses, ops=a.ops | b.ops)
            r.tokens = (*r.tokens[:at], one, *r.tokens[at + 2 :])
            return


def _no_noun(r: Reading) -> None:
    """placed no order: the noun says what was not done, and the verb in front of it nothing more."""
    for at in range(len(r.tokens) - 2):
        verb, denied, noun = r.tokens[at : at + 3]
        both = {s.name for s in verb.of("behaviour")} & {s.name for s in noun.of("behaviour")}
        if both and verb.has("filler") and denied.text == "no" and denied.has("neg") and noun.of("entity"):
            r.tokens = (*r.tokens[:at], *r.tokens[at + 1 :])
            return


def _parted(r: Reading) -> None:
    """added shoes to the cart, were never sent this coupon: a verb of several words with others between them."""
    for at, token in enumerate(r.tokens):
        if token.senses or token.ops or not token.text.isascii() or not token.text.isalpha():
            continue
        names = [n for n, b in r.world.model.behaviours.items() if any(_begins(w, token.text) for w in b.verbs.en)]
        there = [s.name for t in r.tokens[at + 1 : at + 5] for s in t.of("behaviour") if s.name in names]
        before = r.tokens[at - 1] if at else None
        been = before is not None and before.has("neg") and _BEEN.match(before.text) is not None
        passive = [n for n, b in r.world.model.behaviours.items() if been and any(w == f"been {token.text}" for w in b.verbs.en)]
        if there:
            r.tokens = (*r.tokens[:at], replace(token, ops=frozenset(["filler"]), role="meaning"), *r.tokens[at + 1 :])
        elif passive:
            senses = tuple(Sense("behaviour", n) for n in passive)
            r.tokens = (*r.tokens[:at], replace(token, senses=senses, role="meaning"), *r.tokens[at + 1 :])


_BEEN = re.compile(r"(?:and |but |who )*(?:were|was|have|has)(?:n't| not| never)(?: ever)?(?: been)?$")


def _begins(phrase: str, word: str) -> bool:
    return phrase.startswith(f"{word} to ")


def _is_bought(r: Reading, token: Piece, tables: set[str]) -> bool:
    """Whether a value is of something that rows of a deed have beside people: a product, a campaign."""
    people = r.world.entity.table if r.world.entity is not None else ""
    names = [s.name for s in token.of("value")]
    return any(r.world.distance(table, d) is not None and people not in r.world.homes(d) for table in tables for d in names)


def _is_noun_of(r: Reading, noun: Piece, deed: str) -> bool:
    """Whether a word names what a deed leaves behind: a complaint, an order, a ticket."""
    behaviour = r.world.behaviour(deed)
    if behaviour is None:
        return False
    value = r.world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
    entities = {r.world.model.entities[s.name].table for s in noun.of("entity") if s.name in r.world.model.entities}
    return behaviour.table in entities or (value is not None and value in {(s.name, s.value) for s in noun.of("value")})


def _verb_before(r: Reading, mark: int) -> int | None:
    """The last verb in front of a word of order, of the same clause."""
    for at in range(mark - 1, -1, -1):
        if r.tokens[at].of("behaviour") and not r.helps_only(at) and not r.tokens[at].of("value"):
            return at
        if r.is_break(at) and r.tokens[at].text not in (",", "、"):
            return None
    return None
