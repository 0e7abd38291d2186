"""The first of people: which customer spent the most, 哪位客户投诉最多, who is our biggest customer; and the first of each group.

In: a `Reading` whose ranking is read; for the guard the query made of it. Out: a ranking of one where one is asked for; the money they
spent as what orders, where only its size is said (biggest, 买得最多), with an issue that says so; the places of what ranks people within
each of some groups, which no query holds. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.inflections import singular
from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Records, SemanticQuery

_WHICH_ONE = re.compile("(?:哪一?[个位名]|哪)$")
_IS_WHO = re.compile("(?<![都有别些])(?:是谁|谁是)|是哪一?[个位名](?!数)")
BIGGEST = re.compile("(?:the )?(?:single )?(?:biggest|largest)|最大的?")


def rank_people(r: Reading) -> None:
    """Whether one of them is asked for, and what orders them where it is not said."""
    ranking = r.ranking
    if ranking is None or ranking.target != (r.world.model.domain.entity,):
        return
    ordered = any(t.has("sort", "list") and not t.senses for t in r.tokens)
    if ranking.limit is None and ranking.descending and r.follows is None and not ordered and _asks_one(r):
        r.ranking = ranking = replace(ranking, single=True)
    if not (ranking.metrics or ranking.dimensions):
        r.ranking = _by_money(r, ranking)


def _asks_one(r: Reading) -> bool:
    """which customer, 哪位会员, 消费最高的客户是谁, our top spender: one of them, and no number of something of theirs."""
    text = r.text.text
    people = [at for at, t in enumerate(r.tokens) if r.is_person(at) or (t.has("people") and t.has("money_verb"))]
    if not people:
        return False
    if not r.tokens[people[0]].text.isascii():
        return _IS_WHO.search(text) is not None or any(_WHICH_ONE.search(text[: r.tokens[at].start]) for at in people)
    nouns = [r.tokens[at].text.split()[-1] for at in people]
    behind = [r.tokens[at + 1] for at in people if at + 1 < len(r.tokens)]
    return all(singular(noun) == noun and noun != "people" for noun in nouns) and not any(
        (t.of("metric") or t.of("dimension")) and not t.of("behaviour") for t in behind
    )


def _by_money(r: Reading, ranking: Ranking) -> Ranking:
    """our biggest customers, 今年买得最多的10个客户: by what they spent, and it is said that this was taken."""
    word = next((at for at, t in enumerate(r.tokens) if t.has("most", "least") and not t.senses), None)
    verb = r.step(word, -1) if word is not None else None
    bought = verb is not None and r.free(verb) and r.text.text[r.tokens[verb].end :].startswith("得")
    tables = [b.table for name in r.behaviours(verb) if (b := r.world.behaviour(name))] if bought else []
    if word is not None and BIGGEST.fullmatch(r.tokens[word].text):
        tables = list(r.world.fact_tables())
    money = next((m for table in tables if (m := r.world.money_of(table)) is not None), None)
    if money is None or any(t.of("metric") and not r.is_person(at) for at, t in enumerate(r.tokens)):
        return ranking
    r.take(verb if bought else None)
    r.issues.append(Issue("assumed-metric", "assumption", params={"metric": r.world.model.label(money, r.lang)}))
    return replace(ranking, metrics=(money,))


def ranked_within(r: Reading, query: SemanticQuery) -> list[int]:
    """每个区域消费最高的5个客户, top customer in each city: people within each group, which is no ranking of the groups."""
    ranking = r.ranking
    if ranking is None or r.follows is not None or (isinstance(query, Records) and query.limit_per):
        return []
    if ranking.target != (r.world.model.domain.entity,):
        return [ranking.at] if _as_heads(r, ranking, query) else []
    grouped = bool(query.group_by) if isinstance(query, Aggregate) else bool(r.groups) or _within_each(r)
    return [ranking.at] if isinstance(query, Aggregate | Records) and grouped else []


_EACH = re.compile("[每各]|(?<![a-z])(?:each|every|per)(?![a-z])")


def _within_each(r: Reading) -> bool:
    """每个会员等级里消费前十的客户: each of something that groups could be of, and no column of a list."""
    marked = [i for i, t in enumerate(r.tokens[:-1]) if t.has("by", "per_group") and not t.senses and _EACH.search(t.text)]
    nouns = [i + 2 if r.is_person(i + 1) and i + 2 < len(r.tokens) else i + 1 for i in marked]  # 每个 | 会员 | 等级
    return any(r.world.is_groupable(s.name) for at in nouns for s in r.tokens[at].of("dimension"))


def _as_heads(r: Reading, ranking: Ranking, query: SemanticQuery) -> bool:
    """各门店的消费冠军是谁, as the number of people per store: what orders is named, and is no number of people."""
    by = query.order[0].by if isinstance(query, Aggregate) and query.order else ""
    return bool(ranking.metrics) and r.world.counts_people(by) and not any(map(r.world.counts_people, ranking.metrics))
