"""What is denied: excluding JD, 京东的单子不算, with the store channel taken out; deeds that were not done.

In: a `Reading`, the places of some values with the dimensions that they share, or the clause of a verb. Out: whether they are denied, the
word that denies the verb; the words that say so are used up. Never fails.
"""

import re
from collections.abc import Sequence

from assistant.planners.rules.clauses import NOTHING, Clause
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading, is_light

_DENYING = re.compile(r"(?:一.{1,2}[都也]?)?[没未不]")
"""Chinese verbs that deny themselves: 没来, 一单都没有."""
_NOT_ANY = re.compile("(?:啥|什么|任何|丁?点儿?|丝毫|半点).{1,3}[都也]没有?的?$")
"""啥动静都没有: a verb in front of the word that denies it."""


def twice_denied(r: Reading, at: int) -> bool:
    """remove anyone who hasn't consented: those who have are left."""
    out = r.beyond(at, -1, "who", "people", "list")
    if out is None or not r.free(out) or not r.tokens[out].has("drop", "except") or r.tokens[out].is_content:
        return False
    r.take(out)
    return True


_PARTICIPLE = re.compile(r"(?:taken|left|stripped|filtered|thrown|cut|carved|kept) |excluded$|removed$|deducted$|aside$")


def is_denied(r: Reading, places: Sequence[int], names: Sequence[str]) -> bool:
    """A word before the values, or behind them, that takes them out."""
    if _noun_taken_out(r, places[0], names):
        return True
    before = r.beyond(places[0], -1, "also", "within", "but")
    mark = r.beyond(places[0], -1, "also", "within", "but", "people", "who")
    if (
        mark is not None
        and mark != before
        and r.free(mark)
        and r.tokens[mark].has("drop", "except")
        and not r.tokens[mark].is_content
    ):
        before = mark  # remove everyone who churned
    if before is not None and r.free(before) and r.tokens[before].has("neg", "except", "drop") and not r.tokens[before].senses:
        r.take(before)
        r.take_near(places[-1], "except", reach=1)
        if twice_denied(r, before):
            return False
        noun = r.step(before, -1)
        if noun is not None and r.free(noun) and set(r.dimensions(noun)) & set(names) and not r.value_options(noun):
            r.take(noun)
        return True
    after = r.beyond(places[-1], 1, "also", "both", "and")
    noun = after if after is not None and r.entities(after) and not r.value_options(after) else None
    if noun is not None:  # 京东的单子不算: the noun of the values stands between
        after = r.beyond(noun, 1, "also", "both", "and")
        ends = after is not None and (r.step(after, 1) is None or not r.value_options(r.step(after, 1)))
        after = after if ends else None
    elif after is not None and set(r.dimensions(after)) & set(names) and r.tokens[after].text.isascii():
        noun, after = after, r.step(after, 1)  # with the store channel taken out
    out = r.tokens[after] if after is not None else None
    if out is not None and r.free(after) and out.has("except") and (not out.text.isascii() or _PARTICIPLE.match(out.text)):
        r.take(after, noun if noun is not None and r.dimensions(noun) and out.text.isascii() else None)
        return True
    return False


def _noun_taken_out(r: Reading, first: int, names: Sequence[str]) -> bool:
    """exclude the categories food and home: the noun of the values between them and what takes them out."""
    noun = r.beyond(first, -1, "also", "within")
    if noun is None or r.tokens[noun].of("value") or not {s.name for s in r.tokens[noun].of("dimension")} & set(names):
        return False
    out = r.beyond(noun, -1, "also", "within")
    if out is None or not r.free(out) or not r.tokens[out].has("drop", "except") or r.tokens[out].is_content:
        return False
    r.take(out, noun)
    return True


def exclude_rows(r: Reading) -> None:
    """不算退款和取消: without the rows of what a verb is about."""
    for mark in r.where("except"):
        at = r.step(mark, 1)
        found: list[tuple[int, str, str]] = []
        while at is not None and r.behaviours(at) and not r.tokens[at].of("metric"):
            behaviour = r.world.behaviour(r.behaviours(at)[0])
            value = r.world.value_where(behaviour.table, behaviour.where) if behaviour is not None and behaviour.where else None
            if value is None:
                break
            found.append((at, *value))
            to = r.step(at, 1)
            at = r.step(to, 1) if to is not None and r.tokens[to].has("and", "or") else None
        if found and len({d for _, d, _ in found}) == 1:
            r.tests.append(ValueTest(found[0][0], ((found[0][1], tuple(v for _, _, v in found)),), negated=True))
            r.take(mark, *(i for i, _, _ in found))


def denial(r: Reading, clause: Clause) -> int | None:
    """The word that denies the verb: one before it, within its clause; or the verb itself (没来, 一单都没有)."""
    if _DENYING.match(r.tokens[clause.at].text):
        return clause.at
    after = r.step(clause.at, 1)
    if (
        after is not None
        and r.free(after)
        and _NOT_ANY.search(r.text.text, 0, r.tokens[after].end)
        and r.tokens[after].has("neg")
    ):
        r.take(after)
        return after
    for place in clause.places:
        behind = place == r.step(clause.at, 1) and NOTHING.match(r.tokens[place].text) is not None
        if (place < clause.at or behind) and r.free(place) and r.tokens[place].has("neg"):
            r.take(place)
            return place
    return _taken_out(r, clause)


def _taken_out(r: Reading, clause: Clause) -> int | None:
    """minus those who bought in a store, 剔除近30天下过单的: people of whom the verb is true are left out."""
    behind = r.beyond(clause.at, 1, "also", "filler", "particle", "with")
    while behind is not None and r.value_options(behind) and not r.is_person(behind):
        behind = r.step(behind, 1)  # 近30天收到过短信的去掉
    if behind is not None and not r.tokens[clause.at].text.isascii() and _ends_there(r, behind):
        r.take(behind)
        return behind  # 同期门店也买过的要剔掉
    at, passed = clause.at - 1, list[int]()
    while at >= 0 and not r.is_break(at):
        token = r.tokens[at]
        if r.free(at) and token.has("except", "neg", "drop") and not token.senses and not token.text.startswith("除"):
            r.take(at, *passed)
            return at
        pointing = token.has("who", "people", "refer", "also", "list") and not token.is_content
        if not (pointing or at in clause.places or is_light(token)):
            return None
        passed += [at] if pointing else []
        at -= 1
    return None


def _ends_there(r: Reading, at: int) -> bool:
    """Whether a word that leaves out stands last in its sentence."""
    token = r.tokens[at]
    out = r.free(at) and token.has("except", "drop") and not token.is_content and not token.has("neg")
    return out and (r.step(at, 1) is None or r.is_break(at + 1))


_NONE = re.compile("no |没有|没|无|未")


def denied_in_time(r: Reading) -> None:
    """made no purchase this year: what was not done then, and no value of a tag, which is as of today; another cover has to say so."""
    for at, token in enumerate(r.tokens):
        tags = [s for s in token.of("value") if r.world.model.dimensions[s.name].tag]
        by = 1 if token.text.isascii() else -1
        then = r.beyond(at, by, "within") if tags and _NONE.match(token.text) else None
        both = at + 3 < len(r.tokens) and r.tokens[at + 1].text == "," and r.tokens[at + 2].has("both")
        then = (
            at + 3 if tags and then is None and by > 0 and both else then
        )  # a complaint and no purchase, both in the last 30 days
        if then is not None and r.tokens[then].time is not None and len(tags) == len(token.senses):
            r.strict.add(at)
            r.blocked.add(at)
