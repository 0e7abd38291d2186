"""A question for yes or no about a group: are all tickets resolved, 上个月的工单都解决了吗, are gold members satisfied.

In: a finished `Reading` that goes on from nothing. Out: the same as the share of the group for whom it holds; two times of one number side
by side (did gold members buy more in September than in August), the number of what each of two groups did (do gold members order more
than silver). Where all of something are asked about and nothing is said of them that could be so or not, the word for all is asked about.
Never fails; whether there is anybody at all (did anyone complain) is no question about a group.
"""

import re

from assistant.planners.rules.draft import Asked, NumberTest, Test, VerbTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.several import asks_whether
from semantic_layer.query import Compare

_ENGLISH = re.compile(
    r"\s*(?:(?:so|and|but|ok|also),? )*(?:is|are|was|were|do|does|did|have|has|had)(?:n't|nt)? (?!there|we |you |i |they |it )"
)
_CHINESE = re.compile(r"(?:吗|么|没有?)[?？。!！\s]*$")
_ANYBODY = re.compile(
    r"(?<![a-z])(?:any|anyone|anybody|someone|somebody|some|who|which|what|how)(?![a-z])|有没有|有人|有谁|哪|谁|多少|几个|什么|怎|的[吗么]"
)
_REQUEST = re.compile(r"可以|能不?|可否|麻烦|[请帮]|方便")
_ALL = re.compile(r"(?:all|every|everyone|everybody|each)(?: .*)?|都|全都?|全部|所有|每[个家位]?")
_WHO = re.compile(r"\s*(?:who|that|which|with|in|from|of)(?![a-z])")


def of_whom_it_holds(r: Reading) -> None:
    """What is asked whether, as what there is an answer to."""
    if r.follows is not None or not is_whether(r):
        return
    if _two_times(r) or _both_did(r) or r.groups or r.share or r.compare or r.ranking or r.columns or r.listed:
        return
    every = next((i for i, t in enumerate(r.tokens) if _ALL.fullmatch(t.text) and not t.of("metric")), None)
    end = _subject_end(r)
    said = [t for t in r.tests if end is not None and _place(t) > end]
    if end is None or not said:
        metric = any(a.names and not r.world.is_count(a.names[0]) for a in r.asked)
        if every is not None and metric:
            r.strict.add(every)
            r.used.discard(every)
        return
    whom = [t for t in r.tests if t not in said]
    if r.head == "records" and (whom or every is not None):
        _share_of(r, said, end, r.world.counts.get(r.entity or r.world.model.domain.entity))
    elif r.head != "records" and len(r.asked) == 1 and (every is not None or r.text.text.isascii()):
        names = r.asked[0].names
        _share_of(r, said, end, names[0] if names and (r.world.is_count(names[0]) or r.world.counts_people(names[0])) else None)
    if every is not None:
        r.take(every)


def is_whether(r: Reading) -> bool:
    """Whether a question is for yes or no, about something that is named."""
    text = r.text.text
    asks = _ENGLISH.match(text) is not None or (_CHINESE.search(text) is not None and not _REQUEST.search(text))
    relative = re.sub(
        r"(?<![a-z])(?:people|everyone|everybody|customers|members|those|all|shoppers|buyers|users) (?:who|which)(?![a-z])",
        "",
        text,
    )
    return asks and not _ANYBODY.search(relative)


def is_yes_or_no(r: Reading) -> bool:
    """Whether a message is for yes or no, of whatever it goes on from: is it only in South China."""
    return asks_whether(r.text.text) or _ENGLISH.match(r.text.text) is not None or _CHINESE.search(r.text.text) is not None


def _place(test: Test) -> int:
    return max(test.at, test.verb) if isinstance(test, VerbTest) else test.at


def _subject_end(r: Reading) -> int | None:
    """The last token of whom or what it is asked of: everyone who added to cart | also pay; 上个月的工单 | 都解决了."""
    nouns = [i for i, t in enumerate(r.tokens) if r.is_person(i) or t.of("entity") or t.has("people")]
    nouns = [
        i
        for i in nouns
        if any(_place(t) > i for t in r.tests) and not (r.tokens[i].of("behaviour") and any(t.at == i for t in r.tests))
    ]
    if not nouns:
        return None
    if not r.text.text.isascii():
        every = next((i for i, t in enumerate(r.tokens) if t.text in ("都", "全都", "全") and i > nouns[0]), None)
        return every if every is not None else nouns[-1]
    noun = nouns[0]
    relative = r.tokens[noun].text.endswith((" who", " that")) or _WHO.match(r.text.text, r.tokens[noun].end)
    told = sorted(_place(t) for t in r.tests if _place(t) > noun)
    return told[0] if relative and len(told) > 1 else noun


def _share_of(r: Reading, said: list[Test], end: int, count: str | None) -> None:
    if count is None:
        return
    r.head, r.asked, r.listed = "aggregate", [Asked(end, (count,), firm=False)], False
    r.share, r.share_parts = True, {t.at for t in said}


def _two_times(r: Reading) -> bool:
    """did gold members buy more in September than in August: what they bought in both."""
    tests = [t for t in r.tests if isinstance(t, NumberTest) and t.against is not None and t.metrics and t.period is not None]
    if len(tests) != 1 or r.head != "records":
        return False
    test = tests[0]
    r.head, r.asked = "aggregate", [Asked(test.at, test.metrics[:1], firm=False)]
    r.period, r.compare = test.period, Compare(kind="period", period=test.against)
    r.tests = [t for t in r.tests if t is not test]
    return True


def _both_did(r: Reading) -> bool:
    """do gold members order more than silver: how often each of them did."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    more = any(t.has("comparative", "compare_high", "compare_low", "more_than_other") for t in r.tokens)
    if len(deeds) != 1 or not r.apart or not more or deeds[0].objects or deeds[0].at_least > 1 or not deeds[0].did:
        return False
    number = next((m for b in deeds[0].behaviours if (m := r.world.count_of_deeds(b)) is not None), None)
    if number is None or any(a.names and not r.world.counts_people(a.names[0]) for a in r.asked):
        return False
    r.head, r.asked = "aggregate", [Asked(deeds[0].at, (number,), firm=False)]
    r.tests = [t for t in r.tests if t is not deeds[0]]
    r.period = r.period or deeds[0].period
    return True
