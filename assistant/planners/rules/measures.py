"""Which measure is meant where words say less, or more, than a metric's name: money that was spent, a ratio per each, a unit of time.

In: a `Reading`. Out: metrics asked for: 人均花了多少 is spend per customer, how many sales are orders, 平均每个客户下几单 a declared
ratio, and monthly active users are broken down by month. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense, fold
from assistant.planners.rules.clauses import ends_in_number
from assistant.planners.rules.draft import Asked, Group
from assistant.planners.rules.journeys import grain_in_name
from assistant.planners.rules.kin import count_of_rows, is_rate, longer_names, names_of, ratio_to
from assistant.planners.rules.moments import in_whole_units
from assistant.planners.rules.money_nouns import is_money_noun
from assistant.planners.rules.numeric import money_spent
from assistant.planners.rules.reading import Reading, is_filler, says_kinds


def read_windows(r: Reading) -> None:
    """90 day spend: the attribute of people that holds a metric in so many days."""
    for at, token in enumerate(r.tokens[:-1]):
        number, behind = token.number, r.tokens[at + 1]
        if number is None or number.unit != "day" or not isinstance(number.plain, int) or token.senses or token.time:
            continue
        metrics = [s.name for s in behind.of("metric")]
        name = next((a for m in metrics if (a := r.world.attributes.windows.get((m, number.plain)))), None)
        if name is not None:
            swapped = replace(behind, senses=(Sense("dimension", name),), ops=frozenset())
            r.tokens = (*r.tokens[: at + 1], swapped, *r.tokens[at + 2 :])
            r.take(at)


def keep_names_whole(r: Reading) -> None:
    """3 or more refunded orders in the past year: refunded orders are one name, and no orders in the past year of who had a refund."""
    for at in range(1, len(r.tokens)):
        before, token = r.tokens[at - 1], r.tokens[at]
        head, inside, _ = token.text.partition(" in ")
        window = inside and any(r.world.attributes.window_of(s.name) for s in token.of("dimension"))
        joined = f"{before.text} {head}"
        if window and before.senses and any(joined in names_of(r.world, name) for name in r.world.model.metrics):
            r.tokens = (*r.tokens[:at], replace(token, senses=(), role="unread"), *r.tokens[at + 1 :])  # another cover has one


def read_counted_money(r: Reading) -> None:
    """how many sales: not how much money, but how many of the rows that it is the money of.

    Only an English plural can be counted so: 多少 is how much as well (一共多少销售额), and so is how many revenue.
    """
    for at, token in enumerate(r.tokens):
        if not (token.text.isascii() and token.text.endswith("s")):
            continue
        before = next((i for i in range(at - 1, -1, -1) if not r.tokens[i].of("value") and not is_filler(r.tokens[i])), None)
        counts = before is not None and r.tokens[before].has("count") and not r.tokens[before].has("how_much")
        names = [s.name for s in token.of("metric")] if counts and not token.of("entity") else []
        rows = count_of_rows(r.world, names[0]) if names else None
        if rows is not None:
            sense = Sense("metric", rows)
            r.tokens = (*r.tokens[:at], replace(token, senses=(sense,), ops=frozenset()), *r.tokens[at + 1 :])


_HOW_MUCH_BOUGHT = re.compile(
    r"(?<![a-z])how much (?:money )?(?:did|does|do|has|have) .+? (?P<verb>buy|bought|purchased?|ordered|order)(?: from us| with us)?"
    r"(?= *(?:$|[?.!,;]| (?:in|last|this|over|during|since|between|so far|yesterday|today|per|by)(?![a-z])))"
)


def read_bought_money(r: Reading) -> None:
    """how much did gold members buy this year: what people bought is asked for in money, and nobody is listed."""
    said = _HOW_MUCH_BOUGHT.search(r.text.text)
    people = said is not None and any(r.is_person(at) or t.has("who", "people", "refer") for at, t in enumerate(r.tokens))
    for at, token in enumerate(r.tokens):
        if said is not None and people and token.start <= said.start("verb") < token.end and token.of("behaviour"):
            spent = replace(token, senses=(), ops=frozenset({"money_verb"}))
            r.tokens = (*r.tokens[:at], spent, *r.tokens[at + 1 :])


def read_spending(r: Reading) -> None:
    """How much does a buyer spend on average, who spends more on average: money per member, where people are the subject of a verb
    for spending."""
    marks = [i for i in r.where("avg", "per_unit") if not r.tokens[i].is_content]
    for at in r.where("money_verb") if marks else ():
        before = r.beyond(at, -1, "per_unit", "avg")  # 男客女客谁人均花得多
        people = before is not None and (r.is_person(before) or any(map(r.world.counts_people, r.metrics(before))))
        asking = before is not None and r.tokens[before].has("who", "which") and not r.tokens[before].senses
        each = [i for i in marks if 0 < at - i < _NEAR and _OF_ONE.match(r.tokens[i].text)]  # 没投诉过的人均多花多少
        asking = asking or bool(each)
        if (people or asking) and before is not None:
            metric = money_spent(r, at)
            if metric is not None:
                r.asked = [asked for asked in r.asked if asked.at != at]
                r.asked.append(Asked(at, (metric,)))
                r.take(at, before, *each, *(i for i in r.where("how_much", "that_value") if not r.tokens[i].senses))
                r.take(*(i for i in (before - 1,) if i >= 0 and _ONE.fullmatch(r.tokens[i].text)))
            return


_NEAR = 3
_OF_ONE = re.compile("人均|平均每人|每个?人|per (?:head|person)")
_ONE = re.compile("一[个位名]|one|a|each")
"""平均一个客人花多少钱"""


def asks_money(r: Reading) -> bool:
    """多少, how much, what have they spent: not how many orders paid with Alipay."""
    things = any(t.of("entity") and not r.is_person(i) for i, t in enumerate(r.tokens))
    asks = ("how_much",) if things else ("count", "how_much")
    said = any(t.has(*asks) or (t.has("which") and t.text == "what") or t.text.endswith("是多少") for t in r.tokens)
    return r.share or said or _who_spends_more(r)


_SPENDS_MORE = re.compile("(?:谁|哪个|哪边|哪类人?|哪种人?)[^,，]{0,4}得更?[多少](?!的)")


def _who_spends_more(r: Reading) -> bool:
    """金卡和银卡谁花得多: which of those that are set side by side; 谁花得最多 is which person."""
    return _SPENDS_MORE.search(r.text.text) is not None and any(len(t.options[0][1]) > 1 for t in r.tests_of_values())


def money_asked(r: Reading) -> None:
    """一共花了多少, how much did they spend: the money that people paid."""
    told = asks_money(r)
    for at in r.where("money_verb"):
        if any(r.world.model.metrics[name].format == "currency" for asked in r.asked for name in asked.names):
            r.take(at, *(i for i in r.where("how_much", "that_value") if not r.tokens[i].senses))
            return  # 平均一单花多少钱: what the money is, is named
        if (r.asked and not _asks_beside(r, at)) or not (told or is_money_noun(r, at)):
            return
        metric = money_spent(r, at)
        if metric is not None and not r.metrics(at):
            r.asked.append(Asked(at, (metric,)))
            r.take(at, *(i for i in r.where("how_much", "that_value") if not r.tokens[i].senses))
            return
    _money_of_deed(r)
    plain = all(0 <= a.at < len(r.tokens) and r.tokens[a.at].of("entity") and not r.tokens[a.at].has("count") for a in r.asked)
    if plain and _BROUGHT_IN.search(r.text.text) and not any(t.of("metric") and not t.of("entity") for t in r.tokens):
        r.asked = []  # how much did orders above 1,000 bring in: no number of orders
        metric = money_spent(r, 0)
        if metric is not None:
            r.asked.append(Asked(0, (metric,), firm=False))
            r.take(*(i for i in r.where("how_much", "count") if not r.tokens[i].senses))


def _asks_beside(r: Reading, at: int) -> bool:
    """下了多少单，花了多少钱: money as the second number of the same rows, in a clause of its own."""
    before, behind = at - 1, r.step(at, 1)
    while (
        before >= 0 and r.tokens[before].has("total", "filler") and not (r.tokens[before].senses or r.tokens[before].has("and"))
    ):
        before -= 1
    opens = before >= 0 and (r.is_break(before) or r.tokens[before].has("and") or any(a.at == before for a in r.asked))
    people = any(r.world.counts_people(name) for asked in r.asked for name in asked.names)
    return opens and not people and behind is not None and r.tokens[behind].has("how_much")


_BEFORE_TIME = r"(?= (?:in|last|this|yesterday|on|during|over|between|since|so far)(?![a-z])|[?.!]?$)"

_BROUGHT_IN = re.compile(
    r"(?<![a-z])how much (?:money )?(?:was|were|has been|got) (?:paid|spent)(?![a-z])"
    r"|(?<![a-z])how much .+ (?:buy|bought|purchase[d]?|order(?:ed)?)(?![a-z]).* in (?:yuan|rmb|cny|money|value)(?![a-z])"
    r"|(?<![a-z])(?:how much (?:money )?|what )(?:did|does|do|has|have) .+ "
    r"(?:(?:bring|brought|pull|pulled|rake|raked|take|taken) in(?![a-z])"
    r"|(?:take|taken|make|made|earn|earned|gross|grossed)" + _BEFORE_TIME + r")"
    r"|(?<![a-z])how much (?:did|does|do|has|have) .+ (?:sell|sold)" + _BEFORE_TIME
)
"""how much did JD bring in: money, which no word names."""


def ratings_asked(r: Reading) -> None:
    """9月各触点的满意度打分: the average that is declared of what each row was given, where nothing else is asked of the groups."""
    spread = any(t.has("distribution", "list", "count", "median") and not t.is_content for t in r.pieces)
    if r.asked or spread or r.has_person() or r.ranking is not None or not any(g.dimensions or g.grain for g in r.groups):
        return
    for at in (i for i in range(len(r.tokens)) if r.free(i) and r.dimensions(i)):
        metrics = [m for m in r.world.model.metrics if r.world.number_of_rows(m) in r.dimensions(at)]
        if len(metrics) == 1:
            r.asked.append(Asked(at, (metrics[0],)))
            r.take(at)
            return


def amounts_too(r: Reading) -> None:
    """the ten best stores by sales, with amounts; 金额也带上, 要有数字: the number of what is asked for, which is shown anyway."""
    names = [name for a in r.asked for name in a.names]
    if not names or not (r.groups or r.ranking is not None):
        return
    money = any(r.world.model.metrics[name].format == "currency" for name in names)
    for at in range(len(r.tokens)):
        said = _AMOUNT.fullmatch(r.tokens[at].text) if r.free(at) else None
        again = {d for a in r.asked for d in a.dimensions} & set(r.dimensions(at)) if r.free(at) else set()
        if again and r.ranking is not None and not any(a.at == at for a in r.asked):
            r.take(at, at - 1 if at and r.tokens[at - 1].has("with", "add") else None)  # 标价最贵的5款，带上标价
            continue
        plain = said is not None and not r.metrics(at) and not any(a.at == at for a in r.asked)
        if said is not None and plain and (money or (said["money"] is None and said["m2"] is None)):
            r.take(at)


_AMOUNT = re.compile(
    r"(?:with |and )*(?:the |their )?(?:(?P<money>amounts?)|figures?|values?|current value|totals?|names?)"
    r"|(?:带|附|附上|含)?(?:名字|名称|(?:金额|数额|钱数|多少钱)(?P<m2>)|具体数值|具体数字|数值|数字|值)"
)


def things_counted(r: Reading) -> None:
    """超过3000块的订单有几笔，一共多少钱: how many there are stands behind what they are, and is asked for beside the money."""
    for at in range(len(r.tokens) - 1):
        token = r.tokens[at]
        things = [s.name for s in token.of("entity")] if ends_in_number(r, at) and not r.is_person(at) else []
        counts = [c for e in things if (c := r.world.counts.get(e)) is not None]
        others = [name for a in r.asked for name in a.names]
        grouped = at > 0 and says_kinds(r.tokens[at - 1]) and any(g.at in (at, at - 1) for g in r.groups)  # 各类工单有多少
        told = {s.name for s in token.of("metric")} <= set(counts)
        if counts and others and (r.free(at) or grouped) and told and counts[0] not in others:
            r.asked.append(Asked(at, (counts[0],)))
            r.take(at, at + 1)


def counted_alone(r: Reading) -> None:
    """tickets by channel: how many, share resolved and …; 9月各渠道订单：多少单、客单价: how many of the things that were named before."""
    for at in (i for i in r.count_words if r.asked):
        ends = at + 1 >= len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("and")
        if not (ends and at > 0 and r.is_break(at - 1)) or r.tokens[at].has("people", "each_other") or r.tokens[at].senses:
            continue
        shown = {name for a in r.asked for name in a.names}
        things = [s.name for i in range(at) if not r.is_person(i) for s in r.tokens[i].of("entity")]
        counts = [c for e in dict.fromkeys(things) if (c := r.world.counts.get(e)) is not None and c not in shown]
        if len(counts) == 1:
            r.asked.append(Asked(at, (counts[0],)))
            r.asked.sort(key=lambda a: a.at)
            return


def rates_beside(r: Reading) -> None:
    """发了多少条活动消息，转化率多少: the rate of what is counted beside it, where a longer name says so (活动转化率)."""
    for place, asked in enumerate(r.asked):
        if len(r.asked) < 2 or len(asked.names) != 1 or not is_rate(r.world, asked.names[0]):
            continue
        others = {t for a in r.asked if a is not asked for name in a.names for t in r.world.tables_of(name)[:1]}
        own, label = set(r.world.tables_of(asked.names[0])), r.world.model.metrics[asked.names[0]].label
        if len(others) != 1 or others & own:
            continue
        longer = (n for w in (label.zh, label.en) for n in longer_names(r.world, fold(w), asked.names) if is_rate(r.world, n))
        found = next((name for name in longer if others & set(r.world.tables_of(name)[:1])), None)
        if found is not None:
            r.asked[place] = replace(asked, names=(found,))


def _money_of_deed(r: Reading) -> None:
    """在天猫上买了多少钱: the money of what was done."""
    for at in r.where("that_value"):
        if r.asked or not r.tokens[at].has("how_much"):
            continue
        tables = [b.table for t in r.tokens for s in t.of("behaviour") if (b := r.world.behaviour(s.name))] or [
            *r.world.fact_tables()
        ]
        metric = next((m for table in tables if (m := r.world.money_of(table))), None)
        if metric is not None:
            r.asked.append(Asked(at, (metric,)))
            r.take(at)


def read_per_each(r: Reading) -> None:
    """平均每个客户下几单, average orders per customer, spends more per order: the declared ratio of a metric to the things it is of."""
    for at in (*r.where("avg", "per_unit"), *_pers(r)):
        if r.tokens[at].is_content:
            continue
        each = _each(r, at)
        if each is None:
            continue
        noun, entity = each
        metrics = [(i, m) for i in range(len(r.tokens)) if i != noun for m in r.metrics(i)]
        found = next(((i, ratio) for i, m in metrics if (ratio := ratio_to(r.world, m, entity))), None)
        if found is not None:
            r.asked.append(Asked(found[0], (found[1],)))
            r.take(at, found[0], noun, *_near_each(r, noun))
            return
        for place, asked in enumerate(r.asked):  # 每个会员平均下单几次: a number of deeds that was read before
            ratio = ratio_to(r.world, asked.names[0], entity) if asked.names else None
            if ratio is not None:
                r.asked[place] = replace(asked, names=(ratio,))
                r.take(at, noun, *_near_each(r, noun))
                return
    for at in _pers(r):
        noun, before = r.step(at, 1), r.step(at, -1)
        average = (
            before is not None and bool(r.tokens[before].of("metric")) and r.tokens[before].text.startswith(("average", "avg"))
        )
        if average and noun is not None and r.tokens[noun].of("entity"):
            r.strict.add(at)  # average sales per store by store type: no average order
        if noun is not None and r.free(at) and _is_counted(r, noun) and (r.asked or any(t.of("metric") for t in r.tokens[:at])):
            r.strict.add(at)  # revenue per active customer: a ratio that nobody declared, and no condition


def _is_counted(r: Reading, noun: int) -> bool:
    """Whether a word names what numbers are per, not what they are broken down by: customers, orders, visits, active customers."""
    token = r.tokens[noun]
    counted = any(map(r.world.counts_people, (s.name for s in token.of("metric")))) and not r.is_person(noun)
    things = r.is_person(noun) or bool(token.of("entity") or token.of("behaviour"))
    return counted or (things and not any(group.at == noun for group in r.groups) and not r.metrics(noun))


def _pers(r: Reading) -> list[int]:
    """Where something is said to be per something."""
    return [at for at in r.where("by", "per_unit") if r.tokens[at].text in ("per", "per each")]


def _each(r: Reading, at: int) -> tuple[int | None, str] | None:
    """What the average is per: the noun behind 平均每 or per; people, where 人均 says so itself."""
    main = r.world.model.domain.entity
    if r.tokens[at].has("per_unit") and (r.tokens[at].text.startswith("人") or r.tokens[at].text.isascii()):
        return None, main
    for mark in (i for i in range(len(r.tokens)) if r.tokens[i].has("per_group", "by", "per_unit", "avg")):
        noun = r.step(mark, 1)
        if noun is not None and r.is_person(noun) and not r.value_options(noun):
            return noun, main
        if noun is not None and r.entities(noun) and r.tokens[mark].text.endswith(("per", "each", "every", "每", "每个")):
            return noun, r.entities(noun)[0]
    return None


def _near_each(r: Reading, at: int | None) -> list[int]:
    """The words that tie the noun: per, 每个."""
    before = r.step(at, -1) if at is not None else None
    return [before] if before is not None and r.tokens[before].has("per_group", "by", "per_unit") else []


def average_of_average(r: Reading, asked: Asked) -> None:
    """平均折扣率最高的渠道, the average number of items per order: an average of what is an average already says nothing more."""
    if not asked.names or not r.world.is_average(asked.names[0]) or not 0 <= asked.at < len(r.tokens):
        return
    if is_rate(r.world, asked.names[0]):  # do diamond members repurchase more than gold ones? rate over the past year
        r.take(*(i for i, t in enumerate(r.tokens) if t.role == "unread" and t.text in ("rate", "rates", "percentage", "率")))
    for near in (r.beyond(asked.at, -1, "count", "total"), r.beyond(asked.at, 1, "how_is", "how_much")):
        if near is not None and r.free(near) and r.tokens[near].has("avg") and not r.tokens[near].is_content:
            r.take(near)


def read_own_grain(r: Reading) -> None:
    """monthly active users this year, 今年的月活: a metric whose name begins with a unit is broken down by it over more than one."""
    for asked in r.asked:
        text = r.tokens[asked.at].text if 0 <= asked.at < len(r.tokens) else ""
        grain = grain_in_name(text)
        days = _DAYS.get(grain or "day", 1)
        period = r.period
        if grain is None or r.compare is not None or any(g.grain or g.part for g in r.groups):
            continue
        if period is not None and (period.start is None or period.end is None or (period.end - period.start).days > days):
            r.groups.append(Group(asked.at, grain=grain))
            r.period = in_whole_units(r, r.mention) if r.mention is not None else period


_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
