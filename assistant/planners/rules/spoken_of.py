"""People of whom a message says more, read as a question about people: 有几个已经下过单了, 没下单的按区域分一下.

In: the text of a message, the query before it, and how to read a question by itself. Out: what the message asks of people, of those whom
the last query was of: counted, listed or broken down as it says. None where the message does not speak of them, where nobody was spoken
of, or where it is no question about people. Never fails.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.planners.rules.after_unread import waiting_of
from assistant.planners.rules.conditions import Unbound, possible
from assistant.planners.rules.done_with import BY_IT
from assistant.planners.rules.edits import carried_over, joined, parts_of
from assistant.planners.rules.of_the_same import doers_of
from assistant.planners.rules.other_way import the_other_way
from assistant.planners.rules.people_measured import counts_people, people_asked, people_measured
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.rows_of_them import as_one_number, rows_of_them
from assistant.planners.rules.several import After
from assistant.planners.rules.those_counted import did, whom
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Predicate, SemanticQuery

Plan = Callable[[str, Context], Interpretation]
Read = Callable[[str], Reading]

_WHO = "(?:人|客户|会员|用户|顾客)"
_LEAD = r"(?:那|那么|请问|然后|再|帮我|看看|[,，])*"
_POINTED = (
    (
        re.compile(rf"^{_LEAD}[这那](?:些|批|部分)(?:(?P<what>[^,，这那的]{{1,6}})的)?{_WHO}(?:里面?|中|当中|之中|里头)?(?=.)"),
        "客户",
    ),
    (
        re.compile(
            r"(?:of|among|out of) (?:these|those|the) (?:(?P<what>[a-z]+) )?(?:customers|people|members|users|buyers|shoppers)(?![a-z])",
            re.I,
        ),
        "customers",
    ),
    (
        re.compile(
            r"(?:all )?(?:the |those |these )?(?:customers|people|members|users|buyers|shoppers) (?:are |is |were )?behind "
            r"(?:them|it|that|this|(?:all |the |these |those |all the )?(?P<what>[a-z]+))(?![a-z])",
            re.I,
        ),
        "all customers",
    ),
)
"""Words for the people of the rows that were counted: 这些投诉的人里, how many of these customers, the customers behind the complaints."""
_HOW_MANY = (
    (
        re.compile(rf"^{_LEAD}(?:其中|里面|这里面)?有?(?:几个|多少|几位)(?:人|{_WHO})?(?=[^人钱元件单次款家种类])"),
        "有多少客户",
    ),
    (
        re.compile(
            r"^(?:and |so |ok |then |now )*how many(?: of (?:them|those|these))? "
            r"(?=(?:have|has|had|haven't|never|already|also|did|didn't|do|are|were|[a-z]+ed|bought|got|made|came)(?![a-z]))",
            re.I,
        ),
        "how many customers ",
    ),
)
"""How a number of those people is asked for, and the same of customers."""
_LEFT_UNDONE = (
    (re.compile(rf"^{_LEAD}(?P<who>[没未]有?[^,，的]{{1,8}})的(?:{_WHO})?(?=按|分|各|都|主要|是|列|有)"), r"\g<who>的客户"),
    (
        re.compile(
            r"(?<![a-z])(?:the )?"
            r"(?:ones|those|people|rest) (?P<who>(?:who|that) (?:never|haven't|have not|didn't|did not) (?!by |in )[a-z]+)"
        ),
        r"customers \g<who>",
    ),
)  # fmt: skip
"""没下单的按区域分一下, the ones who never ordered: who did not, of whom more is asked."""
_ONLY = re.compile(rf"(?:and |now |just |but )*only(?![a-z])|{_LEAD}(?:只|仅)", re.I)
_AGAIN = re.compile(r"再|又|(?<![a-z])(?:again|since|any more|anymore)(?![a-z])")
"""投诉过的, then 没再投诉的: not after that, which is no never."""
_THIS_PART = re.compile(rf"的[这那](?:些|批|部分)新?(?P<who>{_WHO})(?:里面?|中|当中|之中|里头)(?=有?(?:多少|几[个位]))")
_NOT_READ = ("does-not-fit", "unread-words", "no-context", "no-place")


def of_people(
    question: Question, context: Context, read: Read, alone: Plan, plan: Callable[[], Interpretation]
) -> Interpretation:
    """A message as it is planned, or as one that is of the people of the last query."""
    text, last = question.text.strip(), context.last
    if not isinstance(last, Aggregate) or waiting_of(question, context) is not None:
        return plan()
    whole = _told_at_once(text, last, context, read, alone) or as_one_number(text, last, plan())
    impossible = any(_denies_itself(query) for query in whole.queries)
    if not impossible and (whole.clarification is None or whole.clarification.code not in _NOT_READ):
        return whole
    whole = Interpretation(clarification=Issue("does-not-fit")) if impossible else whole
    return _counted(text, last, read, alone) or people_measured(text, last, read, alone) or whole


def _told_at_once(text: str, last: Aggregate, context: Context, read: Read, alone: Plan) -> Interpretation | None:
    """What says by its words that it is of those people, and would be taken for a question of its own."""
    told = _pointed_at(text, last, read, alone) or people_measured(text, last, read, alone, sure=True)
    if told is None and _only_people(read(text), last):
        return Interpretation(clarification=Issue("limits-nothing", params={"words": text}))
    told = told or the_other_way(text, last, read, alone) or rows_of_them(text, last, lambda asked: alone(asked, context))
    return told or _others(text, last, read, alone) or _of_the_part(text, last, read, alone)


def _only_people(r: Reading, last: Aggregate) -> bool:
    """sales by channel, then only members: all of them are, so that it limits nothing; and no number of them is asked for."""
    words = [t for t in r.tokens if t.role != "break" and not (t.ops <= {"filler"} and not t.senses)]
    nouns = [t for t in words if t.senses]
    only = any(t.has("only") and not t.senses for t in words) and len(words) - len(nouns) == 1
    people = {s.name for t in nouns for s in t.of("entity")} == {r.world.model.domain.entity}
    bare = len(nouns) == 1 and not (nouns[0].of("value") or nouns[0].of("segment") or nouns[0].of("behaviour"))
    return only and people and bare and not counts_people(r, last)


def _of_the_part(text: str, last: Aggregate, read: Read, plan: Plan) -> Interpretation | None:
    """小程序占多少, then 小程序来的这批新会员里有多少人下过单: of the part that the share was of."""
    found = _THIS_PART.search(text) if last.share is not None and last.share.part is not None else None
    if found is None or not counts_people(read(text), last):
        return None
    return _of_those(f"{text[: found.start()]}的{found['who']}里{text[found.end() :]}", last, read, plan)


def _pointed_at(text: str, last: Aggregate, read: Read, plan: Plan) -> Interpretation | None:
    """A message that points at the people of rows that were counted, where those are no people themselves."""
    if counts_people(read(text), last):
        return None
    for pattern, noun in _POINTED:
        found = pattern.search(text)
        if found is None:
            continue
        named = _named(read(text), last, found["what"])
        asked = f"{text[: found.start()]}{noun}{text[found.end() :]}".strip(" ,，")
        if named is None:
            return None
        return _of_those(_with_noun(asked, noun), named, read, plan)
    return None


def _with_noun(asked: str, noun: str) -> str:
    """客户有几个是高价值客户, how many all customers are there: the number asked for in front of those whom it is of."""
    asked = re.sub(rf"^{noun}有?(?:几个|多少|几位)(?:人|{_WHO})?", "有多少客户", asked)
    return re.sub(r"how many (?:all )?customers", "how many customers", asked)


def _named(r: Reading, last: Aggregate, what: str | None) -> Aggregate | None:
    """The numbers whose people are meant: those that were shown, or of the rows that the message names among them; None of other rows."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    words = [t for t in r.tokens if what is not None and t.text in (what.lower(), what.lower().rstrip("s"))]
    said = [s.name for t in words for s in t.of("metric")]
    if what is None or set(said) & set(names) or not said or not names:
        return last if len(names) == len(last.metrics) == 1 else None
    tables = set(r.world.tables_of(names[0])[:1])
    same = next((name for name in said if tables & set(r.world.tables_of(name)[:1])), None)
    return last.model_copy(update={"metrics": (MetricUse(metric=same),)}) if same is not None else None


def _others(text: str, last: Aggregate, read: Read, plan: Plan) -> Interpretation | None:
    """没下单的按区域分一下, behind how many of them ordered: of the same people, those who did not; only those limits what was shown."""
    if not counts_people(read(text), last) or (last.group_by and _ONLY.match(text)) or _AGAIN.search(text):
        return None
    for pattern, instead in _LEFT_UNDONE:
        if (found := pattern.search(text)) is not None:
            asked = text[: found.start()] + found.expand(instead) + text[found.end() :]
            return _of_those(asked, last, read, plan)
    return None


def _counted(text: str, last: Aggregate, read: Read, plan: Plan) -> Interpretation | None:
    """有几个已经下过单了: how many of the people who were counted, where the words alone made no sense of it."""
    if not counts_people(read(text), last):
        return None
    asked = next((p.sub(instead, text, count=1) for p, instead in _HOW_MANY if p.search(text)), None)
    return _of_those(asked, last, read, plan) if asked is not None else None


def _of_those(asked: str, last: Aggregate, read: Read, plan: Plan) -> Interpretation | None:
    """What is asked of people, of those who were spoken of; None where it is nothing of people, or of what they did something with."""
    if BY_IT.search(asked):
        return None
    r = read(asked)
    told = plan(asked, After())
    query = people_asked(r, told)
    try:
        those = _who_they_are(r, last)
        if query is None or those is None:
            return None
        more = [_then(p, those) for p in parts_of(query.where) if p not in parts_of(those)]
        kept = (p for p in parts_of(those) if not any(_undoes(q, p) for q in more))
        where = possible(joined((*kept, *more)))
    except (Unbound, ValueError):
        return None
    made = query.model_copy(update={"where": where})
    return replace(told, queries=(made,), carried=carried_over(last, made))


def _then(new: Filter, those: Filter) -> Filter:
    """paid by WeChat in the last 90 days, then also by Alipay; 9月下单的, then 没下单的: a like deed is of the same time."""
    if not isinstance(new, Behaviour) or new.period is not None:
        return new
    same = {p.period for p in parts_of(those) if isinstance(p, Behaviour) and p.period is not None and _is_like(new, p)}
    return new.model_copy(update={"period": same.pop()}) if len(same) == 1 else new


def _is_like(new: Behaviour, old: Behaviour) -> bool:
    """Whether one deed denies the other, or is the same with another value of one thing."""
    if not new.did:
        return old.did and (new.behaviour, new.where) == (old.behaviour, old.where)
    both = isinstance(new.where, Predicate) and isinstance(old.where, Predicate)
    return both and getattr(new.where, "member", None) == getattr(old.where, "member", None)


def _undoes(new: Filter, old: Filter) -> bool:
    """Whether a deed that is denied now was said to be done, or the other way round: who never ordered, behind who bought beauty."""
    if not isinstance(new, Behaviour) or not isinstance(old, Behaviour) or new.behaviour != old.behaviour:
        return False
    wide = (new.where is None and new.period is None) or (new.where, new.period) == (old.where, old.period)
    return new.did != old.did and wide


def _denies_itself(query: SemanticQuery) -> bool:
    """Whether those who did something never did it: how many bought beauty, then how many never ordered."""
    deeds = [p for p in parts_of(getattr(query, "where", None)) if isinstance(p, Behaviour)]
    denied = {p.behaviour for p in deeds if not p.did and p.where is None and p.period is None and p.after is None}
    return any(p.did and p.behaviour in denied and p.after is None for p in deeds)


def _who_they_are(r: Reading, last: Aggregate) -> Filter | None:
    """The conditions of the people that the last numbers were of; none of a few groups, or of a part whose name is not said again."""
    if last.limit is not None or last.having or last.count_groups:
        return None
    part = last.share.part if last.share is not None else None
    if part is not None and not _says(r, part):
        return None
    plain = last.model_copy(update={"share": None, "compare": None, "group_by": ()})
    if counts_people(r, last):
        return whom(r, plain)
    return did(r, doers_of(r, plain), plain.where, plain.period)


def _says(r: Reading, part: Filter) -> bool:
    """Whether a message names the part that a share was of: 小程序占多少, then 小程序来的这批新会员里…."""
    values = {(part.member, v) for v in part.values} if isinstance(part, Predicate) else set()
    return any((s.name, s.value) in values for t in r.tokens for s in t.senses)
