"""A number of money cut short behind a limit of money: more than 100 yuan off, 50 yuan or more off.

In: a fresh `Reading`. Out: the word as the one number of rows that "money" with this word behind it is a name of (money off, a discount).
Never fails: a word that completes no name, or those of several numbers, stays unread.
"""

from dataclasses import replace

from assistant.language.values import Sense, fold
from assistant.planners.rules.reading import Reading


def read_money_off(r: Reading) -> None:
    """Puts the number in place of the word."""
    for at in range(1, len(r.tokens)):
        limit, word = r.tokens[at - 1].comparison, r.tokens[at]
        if word.role != "unread" or limit is None or limit.unit != "currency":
            continue
        name = f"money {word.text}"
        found = [
            d.name
            for d in r.world.model.dimensions.values()
            if r.world.is_number(d.name) and name in (fold(w) for w in (d.label.en, *d.synonyms.en))
        ]
        if len(found) == 1:
            one = replace(word, role="meaning", senses=(Sense("dimension", found[0]),))
            r.tokens = (*r.tokens[: at - 1], one, r.tokens[at - 1], *r.tokens[at + 1 :])
            return
