"""Rows and their money, asked for together: 有多少笔、多少钱; how many orders were refunded, and what were they worth.

In: a `Reading` whose first number is read. Out: the second number of the same rows as `Asked`, its words used; where the model declares
none and no condition says which rows they are, its words stay unread, so that they are asked about. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.clauses import is_how_many
from assistant.planners.rules.draft import Asked, ValueTest
from assistant.planners.rules.kin import count_of_rows, money_of_rows, own_limit
from assistant.planners.rules.of_special_rows import special_rows
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


_HOW_MUCH_MONEY = re.compile(
    "(?:一?共|总共|合计)?(?:是|有)?(?:多少|几)(?:钱|块钱?|元|金额)|总?金额(?:是?多少)?|总额|钱数|(?:and )?how much(?: money)?"
    "|(?:what |the |their |its )?(?:total |order )?(?:amounts?|values?|money)(?: of)?"
)
"""Money, of whatever was named before: no word of a number of its own."""


_WORTH = re.compile(
    r"(?:what|how much) (?:were|are|was|is) (?:they|these|those|it|that) worth(?: in total| altogether| together)?"
)


def _money_beside_rows(r: Reading) -> None:
    """昨天成交了几单，多少钱; 退了多少单、多少钱; and what were they worth: the money of what is counted, as its second number."""
    rows = r.asked[0] if len(r.asked) == 1 and len(r.asked[0].names) == 1 else None
    money = _money(r, rows.names[0]) if rows is not None else None
    worth = _WORTH.search(r.text.text)
    asks = [i for i, t in enumerate(r.tokens) if worth is not None and worth.start() <= t.start < worth.end()]
    if worth is not None and money is not None:
        r.asked = [_as_condition(r, r.asked[0]), Asked(asks[0], (money,))]
        r.take(*asks)
        return
    r.strict.update(i for i in asks if r.tokens[i].text.endswith("worth"))  # asked about, and not left out
    if rows is None or money is None:
        return
    for at in (at for at in range(len(r.tokens)) if at != rows.at):
        if (r.free(at) or r.tokens[at].text.endswith(" of")) and _says_money(r, at) and _is_tied(r, at, rows.at):
            r.asked = [_as_condition(r, rows), Asked(max(at, rows.at), (money,))]  # number and amount of …: in this order
            r.take(at)
            return


def _money(r: Reading, name: str) -> str | None:
    """The money of the rows that a metric counts; that of all the usual ones, where a condition can say which of them are counted."""
    special = special_rows(r, name)
    return money_of_rows(r.world, name) or (money_of_rows(r.world, special[0]) if special is not None else None)


def _as_condition(r: Reading, rows: Asked) -> Asked:
    """coupon orders, number and amount: what they are limits both numbers, where no metric is the money of those rows alone."""
    special = special_rows(r, rows.names[0]) if money_of_rows(r.world, rows.names[0]) is None else None
    if special is None:
        return rows
    r.tests.append(ValueTest(rows.at, ((special[1][0], (special[1][1],)),)))
    return replace(rows, names=(special[0],))


def _says_money(r: Reading, at: int) -> bool:
    """Whether a word says money and no more: 多少钱, amount, which is the name of a column as well."""
    token = r.tokens[at]
    bare = not token.senses or (token.has("that_value") and not token.of("metric"))
    return bare and _HOW_MUCH_MONEY.fullmatch(token.text) is not None


_OF = ("", "of", "of the", "of all", "the", "all", "for", "from")


def _is_tied(r: Reading, at: int, rows: int) -> bool:
    """Whether a word stands alone behind what is counted, or with the number of them in front of it: number and amount of …."""
    before, behind = at - 1, at + 1
    while before >= 0 and r.is_only(before, "total", "particle", "filler", "count") and not r.tokens[before].has("and", "comma"):
        before -= 1
    tied = before >= 0 and (r.is_break(before) or r.tokens[before].has("and", "comma", "count"))
    if at < rows:
        return tied and r.text.text[r.tokens[at].end : r.tokens[rows].start].strip() in (
            "",
            "of",
            "of the",
            "of all",
            "the",
            "all",
            "for",
            "from",
        )
    while behind < len(r.tokens) and is_how_many(r, behind) and not r.tokens[behind].text.isascii():
        behind += 1  # 金额多少
    return tied and (behind == len(r.tokens) or r.is_break(behind) or r.tokens[behind].has("and", "comma"))


_TOTAL_OF = re.compile(
    r"(?:the |their |our )?(?:total|combined|overall|full|whole) (?:order )?(?:amount|value|worth)s? of (?:the |all |our )?$"
)


def money_of_rows_asked(r: Reading) -> None:
    """The money of what is counted, once all numbers are known; where it is asked for and has none, its words stay unread."""
    if _total_of_rows(r):
        return
    _money_beside_rows(r)
    _money_of_special_rows(r)
    if r.asked and all(a.names and (r.world.is_count(a.names[0]) or r.world.counts_people(a.names[0])) for a in r.asked):
        r.strict.update(at for at in range(1, len(r.tokens)) if r.free(at) and _says_money(r, at) and _is_tied(r, at, -1))


def _total_of_rows(r: Reading) -> bool:
    """total amount of refunded orders: the money of those, and no number of them."""
    rows = r.asked[0] if len(r.asked) == 1 and len(r.asked[0].names) == 1 and 0 <= r.asked[0].at < len(r.tokens) else None
    said = rows is not None and _TOTAL_OF.search(r.text.text[: r.tokens[rows.at].start]) is not None
    money = _money(r, rows.names[0]) if said and rows is not None else None
    if rows is None or money is None:
        return False
    _as_condition(r, rows)
    r.asked = [replace(rows, names=(money,))]
    return True


def _money_of_special_rows(r: Reading) -> None:
    """refunds in September: number of orders and total amount, 9月退款：多少单、多少钱: a word of money alone is of those rows, and what
    they are is said of the number behind them."""
    if len(r.asked) != 2 or any(len(a.names) != 1 for a in r.asked):
        return
    rows, money = sorted(r.asked, key=lambda a: a.at)
    generic = 0 <= money.at < len(r.tokens) and _HOW_MUCH_MONEY.fullmatch(r.tokens[money.at].text) is not None
    wanted = _money(r, rows.names[0]) if generic and r.world.is_count(rows.names[0]) else None
    if wanted is not None and own_limit(r.world, rows.names[0]) and r.world.model.metrics[money.names[0]].format == "currency":
        r.asked = [_as_condition(r, rows), replace(money, names=(wanted,))]


def _money_from(r: Reading) -> None:
    """revenue from orders placed under a campaign: of which rows the money is, and no number of them."""
    a, b = (r.asked[0], r.asked[1]) if len(r.asked) == 2 else (None, None)
    if a is None or b is None or len(a.names) != 1 or len(b.names) != 1 or not 0 <= a.at < b.at:
        return
    money = r.world.model.metrics[a.names[0]].format == "currency"
    said = r.text.text[r.tokens[a.at].end : r.tokens[b.at].start].rstrip()
    usual = own_limit(r.world, b.names[0]) is False
    if money and said.endswith((" from", " of")) and r.world.is_count(b.names[0]) and usual:
        r.asked = [a]
