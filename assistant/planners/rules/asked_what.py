"""Words that say more than the query: came back this month, AOV after discounts, 各省会城市, how many people are detractors.

In: a finished `Reading` and the query made of it. Out: the places of such words, for `misread`: since when they had been away, before or
behind what it is, that people are asked for was lost. Never fails.
"""

import re

from assistant.planners.rules.came_back import says_back
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery


def asked_what(r: Reading, query: SemanticQuery) -> list[int]:
    """The places of all such words."""
    if r.follows is not None:
        return []
    return [*_back_again(r), *_beside_values(r), *_part_of_a_word(r), *_no_people(r, query)]


def _back_again(r: Reading) -> list[int]:
    """how many customers came back this month, as all who were there: since when had they been away? Of the dormant it is told."""
    tests: list[Test] = r.tests
    only = tests[0] if len(tests) == 1 else None
    if not isinstance(only, VerbTest) or only.after is not None or not only.did or not 0 <= only.verb < len(r.tokens):
        return []
    return [only.verb] if says_back(r, only.verb) else []


_AFTER = re.compile(r"(?<!look )(?<!looks )(?<!looking )(?<![a-z])(?:after|before) (?:the |any |all |our )?$")
_TO_DO = re.compile(r"(?<![a-z])(?:to|(?:should|could|can|must|may) (?:we|i)|(?:we|i) (?:should|could|can|must|may)) $")


def _beside_values(r: Reading) -> list[int]:
    """AOV after discounts, as that of discount campaigns: what comes before or behind something is no part of it; customers to win back,
    as those who bought with a win-back coupon: what is yet to be done was done to nobody."""
    tests = [t for t in r.tests if isinstance(t, ValueTest) and 0 <= t.at < len(r.tokens) and t.at in r.used]
    before = {t.at: r.text.text[: r.tokens[t.at].start] for t in tests}
    found = [t.at for t in tests if _AFTER.search(before[t.at]) or (t.beside and _is_to_do(r, before[t.at]))]
    return found[:1]


def _is_to_do(r: Reading, before: str) -> bool:
    """customers to win back, who should we win back; sends to dissatisfied customers are theirs."""
    said = _TO_DO.search(before)
    front = [i for i, t in enumerate(r.tokens) if said is not None and t.end <= said.start() + 1]
    people = bool(front) and (r.is_person(front[-1]) or r.tokens[front[-1]].has("who", "people"))
    return said is not None and (people or said.group() != "to ")


_GLUED = re.compile("会(?=[的市们城]|$|[,，?？])")


def _part_of_a_word(r: Reading) -> list[int]:
    """各省会城市, as provinces and cities: one character of a longer word that nobody knows, and no verb behind it that 会 could help."""
    single = (i for i, t in enumerate(r.tokens) if len(t.text) == 1 and t.of("dimension") and i in r.used)
    return [i for i in single if _GLUED.match(r.text.text, r.tokens[i].end)]


_PEOPLE = re.compile("(?:多少|几)(?:个|位|名)?(?:人|客户|会员|用户|顾客)(?![数均次])")


def _no_people(r: Reading, query: SemanticQuery) -> list[int]:
    """NPS贬损者有多少人, as the number of surveys: people are asked for, and one of them may have filled in several."""
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)] if isinstance(query, Aggregate) else []
    rows = len(names) == 1 and r.world.is_count(names[0]) and not r.world.counts_people(names[0])
    return [a.at for a in r.asked] if rows and _PEOPLE.search(r.text.text) else []
