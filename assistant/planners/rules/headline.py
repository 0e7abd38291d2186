"""The number that is meant where none is named: why did it fall, which stores sold less in Q3 than in Q2, 哪些区域比上个月好.

In: a `Reading` whose metrics, rankings and words for change are read. Out: what was done, counted (投诉怎么比上月多), else the headline
metric of the domain, which is its first, with an issue that says so. Never fails; with a number or people named nothing happens.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Asked, Group, Ranking, VerbTest
from assistant.planners.rules.growth import word_of_change
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue


def _as_subject(r: Reading, at: int, metric: str) -> None:
    """投诉怎么比上月多: how often it was done; 这个月买东西的人比去年同期多了没: how many did it. Its time is that of the number."""
    behind = at + 1 if at + 1 < len(r.tokens) and r.tokens[at + 1].has("people") else None
    names = [s.name for s in r.tokens[at].of("behaviour")]
    people = next((m for name in names if behind is not None and (m := doers(r.world, name)) is not None), None)
    own = next((t for t in r.tests if t.at == at and isinstance(t, VerbTest)), None)
    r.asked.append(Asked(at, (people or metric,)))
    r.take(at, behind)
    r.tests = [t for t in r.tests if t.at != at]
    if own is not None and own.period is not None and r.period is None:
        r.period = own.period


def _rank_what_is_sold(r: Reading, ranking: Ranking) -> None:
    """what sold best in Guangzhou, our best sellers: the things that only the details of what is sold tell, by their name."""
    first = next(iter(r.world.model.metrics), "")
    names = [c for e in r.world.model.entities.values() for c in e.columns if r.world.is_groupable(c)]
    sold = next((c for c in names for table in r.world.tables_of(first)[:1] if r.world.is_detail(table, c)), None)
    if sold is not None:
        r.groups.append(Group(ranking.at, (sold,)))
        r.ranking = replace(ranking, target=(sold,))


def _measured_sold(r: Reading) -> bool:
    """5 best sellers in beauty by quantity: the number that orders them is said, and nobody and nothing else is named."""
    others = (i for i, t in enumerate(r.tokens) if t.of("entity") or r.is_person(i) or t.has("who", "people"))
    return len(r.asked) == 1 and bool(r.asked[0].names) and not (r.apart or r.listed or r.share) and not any(others)


_SPEED = re.compile("慢|快了|更久|变长|(?<![a-z])(?:slower|faster|longer|quicker)(?![a-z])")
_GROWTH = re.compile("涨|增|升|跌|降|掉|卖|(?<![a-z])(?:grow|grew|rise|rose|rising|fall|fell|drop|gr[eo]w)")


_SELLS = re.compile("卖得|(?<![a-z])(?:sell|sells|sold|selling)(?![a-z])")


def _moved_apart(r: Reading) -> bool:
    """which channels grew this year, 9月女装和男装哪个涨得多: each of some things, in a time."""
    moved = word_of_change(r) is not None or any(not r.tokens[at].is_content for at in r.where("grow", "shrink"))
    return moved and bool(r.groups or r.apart) and any(t.time is not None for t in r.tokens)


_COUNTED = re.compile("[单笔件](?:[数量]|都)?[最更]?[多少](?!少)")
_SOLD = re.compile("卖[的得](?:占比|比例|比重|份额|排名|排行|占|最[多少好差])|做了?多少[了啊呢]?(?=[,，。?？!！]|$)")


def _is_sold(r: Reading) -> bool:
    """各品类卖的占比, 天猫今年做了多少: of what was sold, though no number is named; takes how much."""
    found = _SOLD.search(r.text.text)
    if found is None or any(t.of("behaviour") for t in r.tokens):
        return False
    r.take(*(i for i, t in enumerate(r.tokens) if t.start >= found.start() and t.has("how_much") and not t.senses))
    return True


def default_subject(r: Reading) -> None:
    """Why, or how much growth, without a metric: the headline metric of the domain, which is its first."""
    if _COUNTED.search(r.text.text) or (_SPEED.search(r.text.text) and not _GROWTH.search(r.text.text)):
        return  # 怎么比二季度慢了这么多: no money is slow; 谁的单多: no money is counted
    growing = r.ranking is not None and r.ranking.part == "growth"
    changing = growing or word_of_change(r) is not None or any(not r.tokens[at].is_content for at in r.where("grow", "shrink"))
    changing = changing or any(t.has("comparative") and not t.is_content for t in r.tokens)  # 9月卖得比8月好吗
    named = r.asked or any(r.metrics(at) or r.entities(at) or r.is_person(at) for at in range(len(r.tokens)))
    sold = r.ranking is not None and any(t.has("sells_high", "sells_low") for t in r.tokens)
    how = [at for at, t in enumerate(r.tokens) if r.groups and r.free(at) and t.has("vague") and t.text.startswith("卖")]
    sold = sold or bool(how) or _is_sold(r)  # 9月各渠道卖得怎么样
    bare = not (r.groups or r.follows or any(t.of("dimension") for t in r.tokens))
    if sold and r.ranking is not None and bare and (not named or _measured_sold(r)):
        _rank_what_is_sold(r, r.ranking)
    compared = any(t.comparator is not None or (t.time is not None and t.time.ends is not None) for t in r.tokens)
    sold = sold or (bool(r.apart) and _SELLS.search(r.text.text) is not None)  # did Tmall sell more than JD
    compared = compared or _moved_apart(r)
    if named or r.follows is not None or not (r.head == "change" or sold or (changing and (compared or growing))):
        return
    deeds = ((at, sense.name) for at, t in enumerate(r.tokens) if not r.helps_only(at) for sense in t.of("behaviour"))
    done = next(((at, m) for at, name in deeds if (m := r.world.count_of_deeds(name))), None)
    if done is not None:  # 投诉怎么比上月多: how often it was done
        _as_subject(r, *done)
        return
    first = next(iter(r.world.model.metrics), None)
    if first is not None:
        r.take(*how)
        r.asked.append(Asked(0, (first,), firm=False))
        r.issues.append(Issue("assumed-metric", "assumption", params={"metric": r.world.model.label(first, r.lang)}))
