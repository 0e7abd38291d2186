"""Which conditions say the part of an English share, and where its whole ends: what share of X were Y, for A and B each.

In: a `Reading` whose conditions are read, and the place of the word for a share. Out: places of conditions or tokens; nothing is
changed. Never fails: an empty set, or None, where the words do not say.
"""

import re

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading


def said_of_counted(r: Reading, at: int) -> set[int]:
    """what share of orders were refunded, for app and Tmall each: what is said of the things counted, in their own clause."""
    whole = next((i for i in range(at + 1, len(r.tokens)) if r.metrics(i) or r.entities(i) or r.is_person(i)), None)
    if whole is None or not r.tokens[at].text.isascii():
        return set()
    said = (t.at for t in r.tests if t.at > whole and t.at not in r.apart)
    return {to for to in said if not any(r.is_break(i) for i in range(whole, to))}


_WHERE = re.compile(r"(?<![a-z])(?:in|on|at|for|among|via|through|within)(?: the| our| all)* $")


_IS = re.compile(r" (?:(?:are|is|were|was|come|comes|came) )(?:(?:about|from|on|in|at|of|for|via|through|the|our|an?) )*$")


_DONE = re.compile(r"(?:(?:were|was|got|are|is|been|being) )*(?:[a-z]+ed|paid|sent|sold|bought|led|made)(?![a-z])")


def done_where(r: Reading, at: int) -> set[int]:
    """what share of tickets were resolved last month in Shanghai: what became of them is the part; where that was is of the whole."""
    whole = next((i for i in range(at + 1, len(r.tokens)) if r.metrics(i) or r.entities(i)), None)
    behind = sorted((t for t in r.tests if whole is not None and t.at > whole), key=lambda t: t.at)
    if whole is None or len(behind) < 2 or any(r.is_break(i) for i in range(whole, behind[0].at)):
        return set()
    first = r.tokens[behind[0].at]
    deed = bool(first.of("behaviour")) or _DONE.match(first.text) is not None
    deed = deed or _IS.fullmatch(r.text.text[r.tokens[whole].end : first.start]) is not None  # are about logistics in South China
    where = all(isinstance(t, ValueTest) and stands_where(r, t.at) for t in behind[1:])
    return {behind[0].at} if deed and where else set()


def stands_where(r: Reading, at: int) -> bool:
    """on the app, in Shanghai: the preposition may be part of the name."""
    said = r.text.text[: r.tokens[at].start] + r.tokens[at].text.split()[0] + " "
    return _WHERE.search(said) is not None or _WHERE.search(r.text.text[: r.tokens[at].start]) is not None


def part_among(r: Reading, at: int) -> tuple[int | None, set[int]]:
    """share of women among gold members, early adopters among gold members share: the place of the among, and the conditions in front of
    it, where there are some behind."""
    among = next((i for i in range(len(r.tokens)) if r.tokens[i].has("among")), None)
    if among is None:
        return None, set()
    first, last = (at, len(r.tokens)) if among > at else (-1, at)
    front = {t.at for t in r.tests if first < t.at < among}
    return among, front if any(among < t.at < last for t in r.tests) else set()


def part_in_whole(r: Reading, at: int) -> int | None:
    """share of women's wear in sales: the value between the share and the metric that it is a part of."""
    part = next((t.at for t in sorted(r.tests_of_values(), key=lambda t: t.at) if t.at > at), None)
    whole = next((i for i in range(part + 1, len(r.tokens)) if r.metrics(i)), None) if part is not None else None
    if part is None or whole is None:
        return None
    nearest = next((t.at for t in r.tests_of_values() if part < t.at < whole), whole)  # share of East China in women's wear sales
    between = r.text.text[r.tokens[part].end : r.tokens[nearest].start].strip()
    return part if re.fullmatch(r"(?:in|of|within|out of)(?: our| the| all| total| overall)*", between) else None


_WHOLE = re.compile(r"(?:^|[;:.] ?)(?:among|amongst|of (?:the|all|those|our|this|last)|out of)(?![a-z])[^,;]*,")


def whole_told(r: Reading, at: int) -> int | None:
    """of the diamond members, how many spent over 10,000 this year, in percent: the last token of the whole that opens the question."""
    found = _WHOLE.search(r.text.text[: r.tokens[at].start])
    if found is None:
        return None
    end = max((i for i, t in enumerate(r.tokens) if t.end < found.end()), default=-1)
    return end if any(t.at <= end for t in r.tests) and any(end < t.at < at for t in r.tests) else None


def is_described(r: Reading, at: int) -> bool:
    """return tickets: share that got resolved. The whole was named before."""
    behind = at + 1
    relative = behind < len(r.tokens) and r.tokens[behind].text.split()[0] in ("that", "which", "who")
    return relative and any(r.metrics(i) or r.entities(i) for i in range(at))


def subject_end(r: Reading, at: int) -> int | None:
    """The last token of the whole in `what share of customers with two complaints are high value`: what stands before the verb."""
    verbs = [p for p in r.pieces if p.has("copula") and p.start > r.tokens[at].end]
    for verb in reversed(verbs):
        before = [i for i in range(at + 1, len(r.tokens)) if r.tokens[i].end <= verb.start]
        relative = any(p.has("relative") and r.text.text[p.end : verb.start].strip() == "" for p in r.pieces)
        both = any(t.at in before for t in r.tests) and any(t.at > before[-1] for t in r.tests) if before else False
        if both and not relative:
            return before[-1]
    return None


def head_of_whole(r: Reading, ordered: list[Test]) -> int | None:
    """上半年西南新注册的人，30天内下单的占多少: the noun that ends the clause of the whole; the part is in the one behind it."""
    stops = [i for i in range(len(r.tokens)) if r.is_break(i) or r.tokens[i].has("comma")]
    nouns = [i for i, t in enumerate(r.tokens) if (t.has("people") or r.is_person(i)) and i + 1 in stops]
    mark = next((i for i, t in enumerate(r.tokens) if t.has("share") and not t.senses), -1)
    if len(nouns) != 1 or len(stops) != 1 or r.tokens[mark].text.isascii():
        return None
    return nouns[0] if ordered[0].at < nouns[0] < ordered[-1].at < mark else None


def part_before_whole(r: Reading, at: int) -> set[int]:
    """女装占APP销售额的比例, 投诉后还下过单的占投诉客户的几成: the part in front of 占, and behind it a whole that is limited itself."""
    mark = r.tokens[at]
    if not mark.text.startswith("占") or mark.text.startswith("占比") or r.groups:
        return set()
    behind = {t.at for t in r.tests if t.at > at and not any(r.is_break(i) for i in range(at, t.at))}
    whole = any(r.metrics(i) or r.entities(i) or r.is_person(i) for i in range(at + 1, len(r.tokens)))
    first = next((i for i in range(at, -1, -1) if r.is_break(i)), -1)
    return {t.at for t in r.tests if first < t.at < at} if behind and whole else set()


def who_did(r: Reading, first: int, second: int) -> bool:
    """what % of the people who signed up in Q2 made a purchase: those of whom it is, and what they did."""
    between = [r.tokens[i] for i in r.between(first, second)]
    if not r.tokens[first].text.isascii():  # 去年买过的客户，今年又买的占多大比例
        people = [i for i in r.between(first, second) if r.is_person(i) or r.tokens[i].has("people")]
        head = len(people) == 1 and r.text.text[: r.tokens[people[0]].start].endswith("的")
        return head and sum(t.role == "break" for t in between) <= 1 and not any(t.has("but", "or") for t in between)
    asked = any(t.has("who", "people") for t in r.tokens[:first]) and r.tokens[first].text.isascii()
    return asked and not any(t.has("and", "but", "or", "who") or t.role == "break" for t in between)


def after_whole(tests: list[Test]) -> list[Test]:
    """首单后30天内复购的占比: what was done after a deed that is a condition of its own is the part of those who did that."""
    return [t for t in tests if isinstance(t, VerbTest) and t.after is not None and t.after.first and t.after in tests]
