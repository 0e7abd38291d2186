"""Rows and their money, asked for together: 有多少笔、多少钱; how many orders were refunded, and what were they worth.

In: a `Reading` whose first number is read. Out: the second number of the same rows as `Asked`, its words used; where the model declares
none, its words stay unread, so that they are asked about. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Asked
from assistant.planners.rules.kin import count_of_rows, money_of_rows
from assistant.planners.rules.reading import Reading

_HOW_MANY_ROWS = re.compile("[有共]?(?:多少|几)[笔单]")


def rows_beside_money(r: Reading) -> None:
    """有多少笔、多少钱: how many rows the money is of, as its first number."""
    at = next((i for i in r.count_words if _HOW_MANY_ROWS.fullmatch(r.tokens[i].text)), None)
    money = next((a for a in r.asked if len(a.names) == 1 and r.world.model.metrics[a.names[0]].format == "currency"), None)
    rows = count_of_rows(r.world, money.names[0]) if money is not None and len(r.asked) == 1 else None
    if at is not None and rows is not None:
        r.asked.insert(0, Asked(at, (rows,)))
        r.count_words = tuple(i for i in r.count_words if i != at)
    _money_beside_rows(r)
    _money_of_those(r)
    _money_from(r)


def _money_of_those(r: Reading) -> None:
    """转化的订单一共卖了多少钱: the money of those rows, and no second number of all; asked about where it is not declared."""
    a, b = (r.asked[0], r.asked[1]) if len(r.asked) == 2 else (None, None)
    if a is None or b is None or len(a.names) != 1 or len(b.names) != 1 or not a.at < b.at or r.tokens[a.at].text.isascii():
        return
    if r.world.model.metrics[b.names[0]].format != "currency" or r.world.counts_people(a.names[0]):
        return
    said = _TOTAL.sub("", r.text.text[r.tokens[a.at].start : r.tokens[b.at].start])
    nouns = [word for e in r.world.model.entities.values() for word in (e.label.zh, *e.synonyms.zh) if r.world.counts.get(e.name)]
    if not said.endswith(tuple(f"的{noun}" for noun in nouns)):
        return
    money = money_of_rows(r.world, a.names[0])
    if money is not None:
        r.asked = [replace(b, names=(money,))]
    else:
        r.strict.add(a.at)
        r.used.discard(a.at)


_TOTAL = re.compile("(?:一共|总共|共|总的)$")


_HOW_MUCH_MONEY = re.compile("(?:一?共|总共)?(?:多少|几)(?:钱|块钱?|元|金额)|金额(?:是?多少)?|(?:and )?how much(?: money)?")


_WORTH = re.compile(
    r"(?:what|how much) (?:were|are|was|is) (?:they|these|those|it|that) worth(?: in total| altogether| together)?"
)


def _money_beside_rows(r: Reading) -> None:
    """昨天成交了几单，多少钱; 退了多少单、多少钱; and what were they worth: the money of what is counted, as its second number."""
    rows = r.asked[0] if len(r.asked) == 1 and len(r.asked[0].names) == 1 else None
    money = money_of_rows(r.world, rows.names[0]) if rows is not None else None
    worth = _WORTH.search(r.text.text)
    asks = [i for i, t in enumerate(r.tokens) if worth is not None and worth.start() <= t.start < worth.end()]
    if worth is not None and money is not None:
        r.asked.append(Asked(asks[0], (money,)))
        r.take(*asks)
        return
    r.strict.update(i for i in asks if r.tokens[i].text.endswith("worth"))  # asked about, and not left out
    if rows is None or money is None:
        return
    for at in range(rows.at + 1, len(r.tokens)):
        said = r.free(at) and not r.tokens[at].senses and _HOW_MUCH_MONEY.fullmatch(r.tokens[at].text) is not None
        tied = r.is_break(at - 1) or r.tokens[at - 1].has("and", "comma")
        if said and tied and (at + 1 == len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("and", "comma")):
            r.asked.append(Asked(at, (money,)))
            r.take(at)
            return


def _money_from(r: Reading) -> None:
    """revenue from orders placed under a campaign: of which rows the money is, and no number of them."""
    a, b = (r.asked[0], r.asked[1]) if len(r.asked) == 2 else (None, None)
    if a is None or b is None or len(a.names) != 1 or len(b.names) != 1 or not 0 <= a.at < b.at:
        return
    money = r.world.model.metrics[a.names[0]].format == "currency"
    said = r.text.text[r.tokens[a.at].end : r.tokens[b.at].start].rstrip()
    if money and said.endswith((" from", " of")) and r.world.is_count(b.names[0]):
        r.asked = [a]
