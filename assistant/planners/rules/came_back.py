"""Coming back, said of people who bought, is buying again: last year's buyers came back this year, 只买过一次就没再来的客户.

In: a fresh `Reading`; later the tests of two verbs in order. Out: `came back` as the deed that is paid for and was said beside it; one
test of two that say the same. Never fails: of people who did anything else, coming back stays what it was.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading

_BACK = re.compile(
    r"(?:came|come|comes|coming|been) back(?: to us)?|return(?:ed|ing)? to us"
    r"|(?:就|也|又|都)*(?:再也?没(?:有)?|没有?再|再?[没未不]有?再?)?(?:再|又)?回?来(?:过|了)?"
)
_AGAIN = re.compile(r"再|又|回|back|return")
"""What a Chinese word has to say as well: 没来 alone is not to have been there at all."""


def buy_again(r: Reading) -> None:
    """Gives each word for coming back the sense of the one deed with money that is said of the same people."""
    _not_passed_over(r)
    for at, token in enumerate(r.tokens):
        if not _is_back(r, at):
            continue
        others = [found for to in range(len(r.tokens)) if to != at and (found := _deeds(r, to))]
        bought = {name for names in others for name in names if _is_paid(r, name)}
        if bought and all(names & bought for names in others) and not _has_verb_right_behind(r, at):
            senses = tuple(Sense("behaviour", name) for name in sorted(bought))
            again = replace(token, senses=senses, ops=token.ops - {"again_verb"}, role="meaning")
            r.tokens = (*r.tokens[:at], again, *r.tokens[at + 1 :])


def only_once(early: VerbTest, late: VerbTest) -> VerbTest | None:
    """bought (only once) and never came back, at no time that is said: bought exactly once; None where that is not what is said."""
    same = set(early.behaviours) & set(late.behaviours) and early.objects == late.objects
    bare = (early.period, late.period, late.after, late.within_days) == (None, None, None, None) and not early.first
    once = early.at_least == 1 and early.at_most in (None, 1)
    return replace(late, did=True, at_most=1) if same and bare and once and early.did and not late.did else None


_ENDS = re.compile(r"(?:过|了)?(?:的|$|[,，。;；?？]|有?多少|有?几|吗|没)")


def _not_passed_over(r: Reading) -> None:
    """投诉过的客户又回来的: a word that elsewhere says nothing is a token, where something was done before and nothing stands behind it."""
    for piece in (p for p in r.pieces if p not in r.tokens):
        word = piece.text.rstrip("的")
        place = next((i for i, t in enumerate(r.tokens) if t.start >= piece.end), len(r.tokens))
        said = word in ("回来", "又回来") and _ENDS.match(r.text.text, piece.start + len(word)) is not None
        if said and any(_deeds(r, at) for at in range(place)):
            back = replace(piece, end=piece.start + len(word), text=word, ops=frozenset(), role="unread")
            r.tokens = (*r.tokens[:place], back, *r.tokens[place:])


def says_back(r: Reading, at: int) -> bool:
    """Whether a word says no more than that somebody came back, in so many words: came back, 回来."""
    return _is_back(r, at) and _CAME.match(r.tokens[at].text) is not None


_CAME = re.compile(r"(?:came|come|comes|coming|been) back|return|[又再]?回来")


def _is_back(r: Reading, at: int) -> bool:
    """Whether a word says no more than that somebody came back: 再没 | 来过 with the word that denies it."""
    token = r.tokens[at]
    plain = all(s.kind == "behaviour" for s in token.senses) and not (token.time or token.number or token.comparison)
    denied = at > 0 and r.tokens[at - 1].has("neg") and not r.tokens[at - 1].is_content
    said = r.text.text[r.tokens[at - 1].start if denied else token.start : token.end]
    if not plain or _BACK.fullmatch(token.text) is None or _AGAIN.search(said) is None:
        return False
    return not any(_is_paid(r, s.name) for s in token.of("behaviour"))


def _deeds(r: Reading, at: int) -> set[str]:
    """The deeds that a word says were done, as a verb or as a noun of those who did it: bought, buyers."""
    token = r.tokens[at]
    verbs = {s.name for s in token.of("behaviour") if not s.stored}
    counted = {s.name for s in token.of("metric") if r.world.counts_people(s.name)}
    return verbs | {name for name in r.world.model.behaviours if doers(r.world, name) in counted}


def _is_paid(r: Reading, name: str) -> bool:
    """Whether rows of a deed are of those that money is counted of anyway: orders that are done."""
    behaviour = r.world.behaviour(name)
    if behaviour is None or behaviour.where is None or r.world.money_of(behaviour.table) is None:
        return False
    return r.world.value_where(behaviour.table, behaviour.where) == r.world.usual_rows(behaviour.table)


def _has_verb_right_behind(r: Reading, at: int) -> bool:
    """又回来下单: the deed is said itself."""
    to = at + 1
    while to < len(r.tokens) and not r.tokens[to].is_content and r.tokens[to].role != "break":
        to += 1
    return to < len(r.tokens) and bool(r.tokens[to].of("behaviour")) and not r.helps_only(to)
