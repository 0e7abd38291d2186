"""Lists: whether members are asked for rather than numbers, of what, and with which columns.

In: a `Reading` whose conditions and order are read. Out: yes or no; `read_columns` and `list_entity` fill `columns` and `entity`. Never
fails: a noun that fits nothing stays unread.
"""

import re
from dataclasses import replace

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.deed_counts import asks_each, how_often, number_shown
from assistant.planners.rules.draft import Asked, NumberTest, VerbTest
from assistant.planners.rules.headless import describes_members, names_members
from assistant.planners.rules.listed_last import lists_nouns
from assistant.planners.rules.money_nouns import is_money_noun
from assistant.planners.rules.nouns import asks_how
from assistant.planners.rules.number_of import take_their_verbs
from assistant.planners.rules.numeric import money_spent
from assistant.planners.rules.reading import Reading, is_harmless
from assistant.planners.rules.things_with import shown_of_things

HIGH = ("most", "best", "fastest", "steepest", "sells_high")
LOW = ("least", "worst", "slowest", "sells_low")
"""Words of both ends of an order."""
_IS = re.compile(r" (?:is|are|was|were|equals|=)(?![a-z])")


def name_columns(r: Reading) -> None:
    """with city and store, 带上城市和门店: a noun among the columns is what it names, and no value that goes by the same word."""
    if r.follows is not None or not any(t.of("dimension") and t.of("value") for t in r.tokens):
        return
    if not any(r.is_person(at) or describes_people(r, at) for at in range(len(r.tokens))):
        return
    nouns = columns_asked(r)[1]
    if any(not r.tokens[at].of("value") for at in nouns):
        r.tokens = tuple(
            replace(t, senses=tuple(s for s in t.senses if s.kind != "value")) if at in nouns and t.of("dimension") else t
            for at, t in enumerate(r.tokens)
        )


def with_places_of(r: Reading) -> list[int]:
    """The nouns that `with`, 要, 带上 ask for beside a list; the words that ask are used up, up to the first with such a noun."""
    marks, found = columns_asked(r)
    r.take(*marks)
    return list(dict.fromkeys((*found, *_enumerated(r), *_what_they_spent(r), *number_shown(r))))


def columns_asked(r: Reading) -> tuple[list[int], list[int]]:
    """The words that ask for columns, and the nouns behind them."""
    marks: list[int] = []
    found: list[int] = []
    shown = [i for i in range(1, len(r.tokens)) if r.tokens[i].has("list") and not r.tokens[i].is_content and r.is_break(i - 1)]
    added = [i for i in range(1, len(r.tokens)) if r.tokens[i].text in ("+", "plus") and _is_list_word(r, i - 1)]
    for at in (*r.where("with"), *shown, *added, *lists_nouns(r), *(i for i in r.where("which") if shows_which(r, i))):
        if r.tokens[at].is_content and not r.tokens[at].of("dimension"):
            continue
        if _IS.match(r.text.text, r.tokens[at + 1].end) if at + 1 < len(r.tokens) else False:
            continue  # whose preferred channel is …: a condition, whatever comes
        to, gap = at + 1, 0
        while to < len(r.tokens) and gap < 3:
            if is_wanted(r, to):
                break
            if r.free(to) and (r.dimensions(to) or r.metrics(to) or _is_money_asked(r, to)) and not r.is_person(to):
                found.append(to)
                gap = 0
            elif r.tokens[to].time is not None or (r.tokens[to].has(*_BETWEEN) and not r.tokens[to].is_content):
                gap += 1
            else:
                break
            to += 1
        behind = _before(r, at) if at + 1 == len(r.tokens) or r.is_break(at + 1) else []
        found += behind
        then = (i for i in range(at + 1, to) if r.tokens[i].has("same_period") and r.free(i))  # 和这段时间的消费额
        marks += [at, *then] if found else []
    return marks, found


def _is_list_word(r: Reading, at: int) -> bool:
    """at-risk diamonds list + spend last 365 days."""
    return r.tokens[at].has("list") and not r.tokens[at].is_content


_BETWEEN = ("and", "comma", "with", "which", "also", "same_period", "total")
"""What may stand between columns: 带上城市、总订单数."""


def is_wanted(r: Reading, at: int) -> bool:
    """北京的钻石会员，要同意营销的: those who are so, and no column that says whether they are."""
    flag = bool(r.value_options(at)) and all(r.world.model.dimensions[d].type == "boolean" for d, _ in r.value_options(at))
    return flag and r.text.text[r.tokens[at].end :].startswith("的") and (at + 1 >= len(r.tokens) or r.is_break(at + 1))


def _is_money_asked(r: Reading, at: int) -> bool:
    """带上城市和近90天花了多少: what each of them spent."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    asked = behind is not None and behind.has("how_much") and not behind.senses
    spent = asked and r.tokens[at].has("money_verb") and not r.tokens[at].text.isascii()
    return spent or is_money_noun(r, at)  # 要城市和近一年的消费


def _before(r: Reading, at: int) -> list[int]:
    """把等级和工单数写上: the nouns in front of a word for showing that ends its clause."""
    found: list[int] = []
    for to in range(at - 1, -1, -1):
        asking = r.is_only(to, "count", "how_is", "how_much")
        if r.is_break(to) or not (asking or r.tokens[to].has("and", "also", "filler") or r.free(to)):
            break
        named = bool(r.dimensions(to) or r.metrics(to)) or _is_money_asked(r, to)  # 近一年花了多少也列上
        if named and not r.is_person(to):
            found.insert(0, to)
        elif not (asking or r.tokens[to].has("and", "also") or r.tokens[to].time is not None):
            break
    return found


_SHOW = re.compile(
    r"[.?!:;] *(?:and |please |pls |also |just )*"
    r"(?:show|include|give|add|display|columns?|fields?|i need|i'd like|i want|need|want|put|bring)(?![a-z])"
    r"|, *(?:and |please |pls |also |just )*(?:show|include|display)(?![a-z])"
)


def _enumerated(r: Reading) -> list[int]:
    """Gold members with two or more tickets. Show level, number of tickets and latest csat: nouns of a sentence of its own behind
    people, one at least of what they are themselves."""
    said = list(_SHOW.finditer(r.text.text))
    start = next((i for i, t in enumerate(r.tokens) if said and t.start >= said[-1].end()), None)
    if start is None or not any(r.is_person(i) or describes_people(r, i) for i in range(start)):
        return []
    nouns: list[int] = []
    for at in range(start, len(r.tokens)):
        token = r.tokens[at]
        spent = money_spent(r, at) if token.has("money_verb") and not r.metrics(at) else None
        named = bool(r.dimensions(at) or r.metrics(at) or spent)
        if at == start and token.text == ":":
            continue
        if (r.is_break(at) and token.text != ",") or token.has("descending", "ascending", "most", "least"):
            break
        if not named and not is_harmless(token) and token.time is None and token.text not in ("what", "how much"):
            return []
        nouns += [at] if named and r.free(at) else []
    about = any(describes_members(r, d) for at in nouns for d in r.dimensions(at))
    ranked = r.ranking is not None and r.ranking.target == (
        r.world.model.domain.entity,
    )  # top 15 customers by spend, show the spend
    return nouns if (about and len(nouns) > 1) or ranked else []


_AND_SPENT = re.compile(
    r"(?:,|(?<![a-z])(?:and|plus|with|also|including|along with|as well as|add|include|show)(?![a-z]))[a-z ]*?(?<![a-z])"
    r"(?:what|how much)(?: money)? (?:they|each(?: one)?(?: of them)?)(?:'ve| have)? (?=(?:spen[dt]|paid)(?![a-z]))"
)
_WANTED = re.compile(
    r"(?:please |pls |can you |could you |hi,? |hello,? )*"
    r"(?:i(?:'d| would)? (?:need|like|want)|give me|send me|get me|show me|pull)(?![a-z])"
)


_EACH_SPENT = re.compile("[,，、](?:并|另外)?(?:[^,，。]{0,6})?(?:每人|各自|各|分别|每位|每个人)都?(?=花|消费)")


def _each_spent(r: Reading) -> int | None:
    """…是哪几位，近一年各花了多少钱: what each of those spent that are listed."""
    said = _EACH_SPENT.search(r.text.text)
    at = next((i for i, t in enumerate(r.tokens) if said is not None and t.start == said.end()), None)
    apart = all(g.at in r.apart for g in r.groups)  # 金卡、钻石 are whose, and not told apart by 各
    if said is None or at is None or not apart or not (r.free(at) and r.tokens[at].has("money_verb")):
        return None
    listed = any(t.has("who") or (t.has("list") and not t.is_content) for t in r.tokens[:at] if t.end <= said.start() + 1)
    asks = at + 1 < len(r.tokens) and r.tokens[at + 1].has("how_much")
    if not (listed and asks):
        return None
    r.groups = []
    r.take(at + 1, at - 1 if r.tokens[at - 1].has("per_group", "each_other") else None)
    return at


_ASKING = re.compile(r"(?:and |so |hi,? )*(?:what|how|who|which|when|is|are|do|does|did|total|sum|average)(?![a-z])")


def _what_they_spent(r: Reading) -> list[int]:
    """I need the loyal customers in Sichuan …, plus what they spent over the past year: of each of those that are listed."""
    if (each := _each_spent(r)) is not None:
        return [each]
    said = _AND_SPENT.search(r.text.text)
    at = next((i for i, t in enumerate(r.tokens) if said is not None and t.start == said.end()), None)
    if (
        said is None
        or at is None
        or not r.free(at)
        or not r.tokens[at].has("money_verb")
        or any(t.has("count") for t in r.tokens)
    ):
        return []
    listed = any(r.tokens[i].has("list") and not r.tokens[i].is_content for i in range(at))
    wanted = (
        listed or bool(_WANTED.match(r.text.text)) or not _ASKING.match(r.text.text)
    )  # promo-sensitive customers in Chengdu, with what they spent
    people = any(r.is_person(i) or describes_people(r, i) for i in range(at))
    known = r.follows == "records"  # add what they spent in the last 90 days
    if not (known or (wanted and people)) or r.groups:
        return []
    r.take(*(i for i in range(at) if r.tokens[i].has("how_much") and not r.tokens[i].senses and r.tokens[i].end > said.start()))
    return [at]


def lists_people(r: Reading) -> bool:
    """A list of people in some order: 客户给个名单，按近一年消费从高到低."""
    described = r.listed and not any(t.of("metric") for t in r.tokens)
    if r.groups or not any(r.is_person(at) or (described and describes_people(r, at)) for at in range(len(r.tokens))):
        return False
    columns = columns_asked(r)[1]
    beside = (
        columns if any(describes_members(r, d) for at in columns for d in r.dimensions(at)) else []
    )  # with level and number of orders
    numbers = [
        at for at in range(len(r.tokens)) if r.metrics(at) and not r.entities(at) and not _orders(r, at) and at not in beside
    ]
    sorts = any(t.has("sort", "descending", "ascending") for t in r.tokens)
    return r.listed or (sorts and not r.counted and not numbers)


_BY = ("按", "按照", "照", "根据", "依", "依据")
_SORTED = ("sort", "descending", "ascending")


def _orders(r: Reading, at: int) -> bool:
    """highest spend first: the number between the two words of an order."""
    before, after = at - 1, at + 1
    if before >= 0 and r.tokens[before].text in _BY and (after == len(r.tokens) or r.tokens[after].has(*_SORTED)):
        return True  # 退货超过3次的客户，按退货次数倒序
    ends = before >= 0 and after < len(r.tokens) and r.tokens[after].text == "first"
    return ends and r.tokens[before].has(*HIGH, *LOW) and r.tokens[after].has("descending", "ascending")


def shows_which(r: Reading, at: int) -> bool:
    """pull everyone who …, and which channel they registered through: of each of those listed, no breakdown."""
    people = [i for i in range(at) if r.is_person(i) or r.tokens[i].has("people", "who")]
    return r.listed and not r.counted and bool(people) and at > 0 and r.tokens[at - 1].has("and", "comma", "with")


def is_list(r: Reading, firm: list[int], with_places: list[int]) -> bool:
    """Whether members are listed rather than numbers told."""
    if _lists_with_numbers(r) or asks_each(r):
        return True
    if asks_how(r) and not (with_places or any(t.of("metric") for t in r.tokens)):
        return False
    if _asks_money(r) and not any(r.tokens[at].has("money_verb") for at in with_places):
        return False
    if r.follows == "records" and not (r.groups or r.counted) and not _refers_to_metric(r):
        return True
    if r.head == "change" or r.follows == "aggregate" or r.groups or r.share or r.compare is not None or r.asked or r.counted:
        return False
    if any(at not in with_places for at in firm) or any(
        is_money_noun(r, at) for at in r.where("money_verb") if at not in with_places
    ):
        return False
    subject = _subject_entities(r)
    people = r.ranking is not None and (r.ranking.anyhow or r.ranking.target == (r.world.model.domain.entity,))
    named = people or r.has_person() or ((r.listed or with_places or r.columns) and about_people(r))
    named = named or names_members(r)
    if not subject and not named:
        return False
    if not subject and not (r.tests or r.ranking or r.columns or with_places):
        return False
    if r.columns or r.listed or with_places or (r.ranking is not None and r.ranking.target == (r.world.model.domain.entity,)):
        return True
    main = r.world.model.domain.entity
    return bool(r.tests) and (not subject or subject[0] == main)


def _asks_money(r: Reading) -> bool:
    """Whether it is asked how much they spent."""
    deeds = any(t.of("behaviour") for t in r.tokens)
    if deeds and any(r.tokens[at].has("how_much") for at in r.where("that_value")):
        return True
    spent = [at for at in r.where("money_verb") if not r.value_options(at)]
    if any(t.has("money_verb") for t in r.tokens) and any(t.has("how_much") and not t.senses for t in r.tokens):
        return True
    return any(r.tokens[before].has("which") and r.tokens[before].text == "what" for at in spent for before in range(at))


def _lists_with_numbers(r: Reading) -> bool:
    """把这些人列出来，最近一年花了多少也带上: numbers beside a list of those before are columns of it."""
    if r.follows != "records" or not r.listed or r.groups or r.counted:
        return False
    r.columns.extend(r.asked or _money_columns(r))
    r.take(*(r.where("money_verb", "how_much") if r.columns else ()))
    r.asked.clear()
    return True


def _money_columns(r: Reading) -> list[Asked]:
    """最近一年花了多少: what each of them spent."""
    asking = [at for at in r.where("money_verb") if (to := r.step(at, 1)) is not None and r.tokens[to].has("how_much")]
    return [Asked(at, (metric,)) for at in asking if (metric := money_spent(r, at)) is not None]


def _refers_to_metric(r: Reading) -> bool:
    """他们的客单价, their AOV: a number of the people listed, no column of the list."""
    return any(t.has("refer") for t in r.pieces) and not any(
        t.has("add", "with") and not t.is_content and "filler" not in t.ops for t in r.pieces
    )


def _subject_entities(r: Reading) -> list[str]:
    return [e for at in range(len(r.tokens)) for e in r.entities(at)] or ([r.entity] if r.entity else [])


def about_people(r: Reading) -> bool:
    """Whether the conditions are about the domain's entity, which needs no noun then (快要流失的钻石会员)."""
    if r.has_person():
        return True
    names = [d for t in r.tests_of_values() for d, _ in t.options] + [
        d for t in r.tests if isinstance(t, NumberTest) for d in t.dimensions
    ]
    return any(describes_members(r, d) for d in names) or any(isinstance(t, VerbTest) for t in r.tests)


def list_entity(r: Reading) -> None:
    """Whose members are listed."""
    if r.entity is not None:
        return
    main = r.world.model.domain.entity
    found = [(at, e) for at in range(len(r.tokens)) for e in r.entities(at) if not shown_of_things(r, at)]
    wanted = r.ranking.target[0] if r.ranking and r.ranking.target and r.ranking.target[0] in r.world.model.entities else None
    names = [e for _, e in found] or _things(r)
    done = {b.table for t in r.tests if isinstance(t, VerbTest) for n in t.behaviours if (b := r.world.behaviour(n)) is not None}
    theirs = [at for at, e in found if e != main and r.world.model.entities[e].table in done]
    if theirs and wanted is None and (main in names or r.tokens[0].text == "who"):
        r.take(*theirs)  # who has an open logistics ticket: who it is
        names = [main]
    if wanted is None and main not in names and found and _shown_with(r, found[0][0]):
        names = [main]
        found = []
    r.entity = wanted or (main if main in names or not names else names[0])
    r.take(*(at for at, e in found if e in (r.entity, main)))


def _shown_with(r: Reading, at: int) -> bool:
    """list gold members with level and tickets: people stand in front, and how many of the things they have is shown."""
    people = next((i for i in range(at) if r.is_person(i)), None)
    return people is not None and any(r.tokens[i].has("with") and not r.tokens[i].is_content for i in range(people + 1, at))


def _things(r: Reading) -> list[str]:
    """list all stores in Shanghai: things that a condition is of, where nobody is spoken of."""
    people = any(r.is_person(at) or t.has("people", "who") for at, t in enumerate(r.tokens))
    if people or any(isinstance(t, VerbTest) for t in r.tests):
        return []
    values = {t.at for t in r.tests}
    return [s.name for at, t in enumerate(r.tokens) if at not in values and t.of("dimension") for s in t.of("entity")]


def read_columns(r: Reading, with_places: list[int]) -> None:
    """The columns that were asked for, then nouns that nothing else explains."""
    for at in r.where("that_value"):
        ranked = r.ranking is not None and (r.ranking.metrics or r.ranking.dimensions)
        told = at in with_places or not r.tokens[at].is_content
        told = told or (at + 1 < len(r.tokens) and r.tokens[at + 1].has("with", "add"))  # 按累计消费排，金额也列上
        if ranked and r.ranking is not None and told:
            r.columns.append(Asked(at, r.ranking.metrics, None, r.ranking.dimensions))
            r.take(at)
        numbers = [t for t in r.tests if isinstance(t, NumberTest)]
        marks = [i for i in (at - 1, at + 1) if 0 <= i < len(r.tokens) and r.tokens[i].has("with", "add", "also")]
        beside = next((i for i in marks if not r.tokens[i].is_content), None)
        if not ranked and len(numbers) == 1 and (r.tokens[at].text.startswith("with ") or beside is not None):
            only = numbers[0]  # who spent over 3000 in the past year, with the amount
            r.columns.append(Asked(at, only.metrics, None, only.dimensions))
            r.take(at, beside)
    how_often(r)
    for at in range(len(r.tokens)):
        spent = money_spent(r, at) if at in with_places and r.free(at) and r.tokens[at].has("money_verb") else None
        if spent is not None and not r.metrics(at):
            time = r.tokens[at + 1].time if at + 1 < len(r.tokens) else None
            r.columns.append(Asked(at, (spent,), period=time.period if time is not None else None))
            r.take(at, at + 1 if _is_money_asked(r, at) else None)  # columns: city, and what they spent over the last 365 days
        if not r.free(at) or not (r.dimensions(at) or r.metrics(at)):
            continue
        if at in with_places or (r.dimensions(at) and _is_listed_noun(r, at)) or (r.metrics(at) and _is_listed_noun(r, at)):
            r.columns.append(Asked(at, r.metrics(at), None, r.dimensions(at)))
            r.take(at)
    take_their_verbs(r)


def each_person(r: Reading) -> None:
    """把名单列出来，每个人的累计消费: of each, in a list of them."""
    for at in r.where("by", "per_group", "per_unit"):
        to = r.step(at, 1)
        if to is not None and not r.tokens[at].is_content and (r.tokens[to].has("people") or r.is_person(to)):
            r.take(at, to)


def _is_listed_noun(r: Reading, at: int) -> bool:
    """A noun without a mark in a list: a column, unless people say it with the entity itself (会员 等级)."""
    return not r.entities(at)
