"""What was done after something else: 投诉之后又下单, complained and then bought, bought within 7 days of signing up, 先加购再付款.

In: a `Reading` before its verbs are read. Out: which two verbs follow each other in time, with the words that say so used up; later the
tests of the later verbs, each with the test of the earlier one inside. A word of order that ties no two deeds stays unread and is asked
about: to count both deeds whatever came first would be another question. Never fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.planners.rules.came_back import only_once
from assistant.planners.rules.clauses import is_verb
from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.going_on import still_after
from assistant.planners.rules.lengths import bare_days, tied_by_length
from assistant.planners.rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Tie:
    """Two verbs by their places; `words`: what says their order; `days`: at most so many later."""

    early: int
    late: int
    words: tuple[int, ...]
    days: int | None = None


def find_ties(r: Reading) -> list[Tie]:
    """The verbs that follow each other; their words of order and their windows are used up."""
    nouns = {t.verb for t in r.tests if isinstance(t, VerbTest)}  # September buyers
    verbs = [at for at in range(len(r.tokens)) if at in nouns or (is_verb(r, at) and not _helps(r, at))]
    found: list[Tie] = []
    for first, second in pairwise(verbs):
        tie = _tie(r, first, second) if _same_people(r, first, second) else None
        if tie is not None and all(tie.late != other.late for other in found):
            found.append(tie)
            r.take(*tie.words)
    found += [Tie(early, late, ()) for early, late in still_after(r, verbs) if not found]
    left = [at for at in r.where("after_deed", "before_deed") if _orders_deeds(r, at, verbs) or (verbs and _before_then(r, at))]
    r.strict.update(left)
    return found


def in_order(r: Reading, tests: Sequence[VerbTest], ties: Sequence[Tie]) -> list[VerbTest]:
    """The tests with every earlier one inside its later one; a tie of verbs with several tests each leaves its words unread."""
    left = list(tests)
    for tie in sorted(ties, key=lambda tie: tie.late):
        early, late = _of_verb(left, tie.early), _of_verb(left, tie.late)
        once = only_once(early[0], late[0]) if len(early) == len(late) == 1 and tie.days is None else None
        if once is not None:
            left = [once if t is late[0] else t for t in left if t is not early[0] or any(w.has("share") for w in r.tokens)]
            continue
        if len(early) != 1 or len(late) != 1 or not early[0].did or (early[0].at_least, early[0].at_most) != (1, None):
            r.strict.update(tie.words)
            r.used.difference_update(tie.words)
            continue
        whole = _is_whole(r, early[0], late[0])
        left = [
            replace(t, after=early[0], within_days=tie.days) if t is late[0] else t for t in left if whole or t is not early[0]
        ]
    return _said_twice(left, share=any(t.has("share") for t in r.tokens))


def _is_whole(r: Reading, early: VerbTest, late: VerbTest) -> bool:
    """of those who registered in H1, what share ordered within 30 days; 投诉过的客户后来又买的占多少: the whole that a share is of."""
    text = r.text.text[: r.tokens[early.at].start]
    shares = [t.start for t in r.tokens if t.has("share") and not t.senses]
    asked = any(start < r.tokens[late.at].start for start in shares)
    if early.first and shares and early.behaviours == late.behaviours and not _OF_EVERYBODY.search(r.text.text):
        return True  # 首单后30天内复购的占比: nobody else could have bought again
    if not r.text.text.isascii() and early.at < late.at and shares:
        return any(r.is_person(at) for at in r.between(early.at, late.at))
    return asked and early.at < late.at and _OF_THOSE.search(text) is not None


_OF_EVERYBODY = re.compile("[占在](?:全部|所有|全体|总)|(?<![a-z])of all (?:the |our )?(?:customers|members|people|users)")
_OF_THOSE = re.compile(
    r"(?<![a-z])of (?:the |our |all |those |these )?(?:people|customers|members|those|everyone|buyers)"
    r"(?: who(?:se)?| that)?(?: have| had)?(?: very)?\W*$"
)


def _said_twice(tests: list[VerbTest], *, share: bool) -> list[VerbTest]:
    """9月投诉过、投诉之后又下过单: the deed that the later one comes after is the one that was said before, in its time.

    `share`: of those who did it, so that it stays beside the later one, as the whole."""
    for later in tests:
        same = [t for t in tests if t.at < later.at and t.did and t.after is None and (t.at_least, t.at_most) == (1, None)]
        same = [t for t in same if later.after is not None and _is_said_again(later.after, t)]
        if len(same) == 1 and later.after != same[0]:
            told = replace(later, after=same[0])
            return [told if t is later else t for t in tests if share or t is not same[0]]
    return tests


def _is_said_again(after: VerbTest, told: VerbTest) -> bool:
    """received a coupon in September, …since they got it: the same deed, with nothing said of it that was not said before."""
    options = [getattr(o, "options", o) for o in told.objects]
    more = [o for o in after.objects if getattr(o, "options", o) not in options]
    return bool(set(told.behaviours) & set(after.behaviours)) and not more and after.period in (None, told.period)


def time_in_front(r: Reading) -> None:
    """in the last 90 days, which customers bought A and after that B: both then, where nothing else has a time."""
    if r.period is None or r.period_at is None or _timed(r) or r.follows is not None:
        return
    for place, test in enumerate(r.tests):
        early = test.after if isinstance(test, VerbTest) else None
        if not isinstance(test, VerbTest) or early is None or test.period is not None or early.period is not None:
            continue
        if r.period_at < min(test.verb, early.verb):
            r.tests[place] = replace(test, period=r.period, after=replace(early, period=r.period))
            r.period_used = True


def _timed(r: Reading) -> bool:
    """Whether a number is asked for that has a time of its own."""
    return any(not r.world.is_timeless(name) for a in r.asked for name in a.names)


def one_time_for_both(r: Reading) -> None:
    """9月里先买了A、后来又买B: both in September; bought A and later bought B this year: both this year, where it is said last.

    先买了鞋靴，后来又买了配饰的有多少客户，只看今年: in Chinese behind a break, as what stands before a verb is of it alone."""
    for place, test in enumerate(r.tests):
        early = test.after if isinstance(test, VerbTest) else None
        if not isinstance(test, VerbTest) or early is None or test.within_days is not None:
            continue
        times = [i for i, t in enumerate(r.tokens) if t.time is not None]
        if len(times) != 1:
            continue
        at = times[0]
        behind = next((t for t in r.tokens[at + 1 :] if not t.has("within")), None)  # 9月里先买了
        first = behind is not None and behind.has("deed_first")
        last = at > max(test.verb, early.verb) and not any(t.is_content for t in r.tokens[at + 1 :])
        last = last and (r.tokens[at].text.isascii() or any(r.is_break(i) for i in range(max(test.verb, early.verb), at)))
        if last and (test.period, early.period) == (None, None) and at == r.period_at and r.follows is None and not _timed(r):
            r.tests[place] = replace(test, period=r.period, after=replace(early, period=r.period))
            r.period_used = True  # bought A and later bought B, this year
        elif first and test.period is None and early.period is not None:
            r.tests[place] = replace(test, period=early.period)
        elif last and early.period is None and test.period is not None and set(test.behaviours) == set(early.behaviours):
            r.tests[place] = replace(test, after=replace(early, period=test.period))


def _of_verb(tests: Sequence[VerbTest], verb: int) -> list[VerbTest]:
    return [t for t in tests if t.verb == verb]


def _same_people(r: Reading, first: int, second: int) -> bool:
    """Whether nothing between two verbs speaks of others than who did the first."""
    for at in r.between(first, second):
        token = r.tokens[at]
        whose = r.is_person(at) and not token.has("refer") and AMONG.match(r.text.text, token.end) is None
        behind = at + 2 if at + 1 < second and r.tokens[at + 1].text == "," else at + 1  # …的客户，后来又下过单的
        whose = whose and not (behind < second and r.tokens[behind].has("afterwards") and not token.text.isascii())
        if whose or (token.role == "break" and token.text not in ",、") or (r.metrics(at) and not r.entities(at)):
            return False
    return True


AMONG = re.compile("(?:当中|之中|里面?|中)(?!国)")
"""收到过唤醒券的客户里，后来投诉过的: of those very people, as in 投诉过的客户后来又买的."""


def _helps(r: Reading, at: int) -> bool:
    """filed a ticket and have bought since, had complained before: have is no deed there."""
    token, behind = r.tokens[at], r.step(at, 1)
    helping = token.has("filler") and r.helps_only(at) and behind is not None and bool(r.behaviours(behind))
    return token.text.isascii() and (token.has("copula") or helping)


def once_more(r: Reading, verb: int) -> tuple[int, ...] | None:
    """The words beside a verb, none where it says so itself, that something came before: bought again, 又投诉了; None where none do."""
    if not 0 <= verb < len(r.tokens) or r.tokens[verb].has("again_verb"):
        return () if 0 <= verb < len(r.tokens) else None
    beside = tuple(at for at in (verb - 1, verb + 1) if 0 <= at < len(r.tokens) and _ONCE_MORE.fullmatch(r.tokens[at].text))
    return beside or None


_ONCE_MORE = re.compile(r"又|再|再次|again|once more|one more time")


def _same_again(r: Reading, first: int, second: int) -> tuple[int, ...] | None:
    """8月首单的客户里又买过的, bought in August and bought again: the same once more; 买过女装又买过鞋靴 is both, in any order.

    Another deed once more (投诉过的客户里又下单的) comes after the first where that is said of people of its own, and in English
    wherever it is said, as it does right behind it: returned an order and bought again, 退过货又下单; 又买过 may be no more than and."""
    told = [t for t in r.tests if isinstance(t, VerbTest) and t.verb == first]
    done = set(r.behaviours(first)) | {n for t in told for n in t.behaviours}
    before, verb = r.step(second, -1), r.tokens[second]
    near = (*_behind(r, second), *(at for at in (before,) if at is not None and r.step(first, 1) != at))
    said = {r.tokens[at].text for at in range(second) if at not in near}  # 买过鞋靴的客户里，又买过鞋靴的: the very same again
    values = any(t.of("value") and not t.of("behaviour") and t.text not in said for t in (r.tokens[at] for at in near))
    same = bool(done & set(r.behaviours(second)))
    others = verb.has("again_verb") and (verb.text.startswith(("又", "再")) or verb.text.endswith(" again"))
    straight = r.step(first, 1) == second and "过" not in verb.text  # 退过货又下单的: and ordered again after that
    straight = straight and not any(t.time for t in r.tokens)  # 上个月打开过又下单的: both of it in that month
    others = others and (verb.text.isascii() or straight or any(r.is_person(at) for at in r.between(first, second)))
    joined = any(r.world.count_of_joining(name) is not None for name in done)  # nobody signs up and then orders again
    there = any(r.tokens[at].has("same_period") for at in r.between(first, second))
    return once_more(r, second) if (same or others) and not (values or joined or there) else None


def since_alone(r: Reading, at: int) -> bool:
    """filed a ticket in September, how many have bought something since: since that, where nothing stands behind it."""
    return r.tokens[at].text == "since" and (at + 1 == len(r.tokens) or r.is_break(at + 1))


def _before_then(r: Reading, at: int) -> bool:
    """how many of them had complained before, before that: earlier than the other deed, where nothing of its own stands behind it."""
    behind = at + 1 if at + 1 < len(r.tokens) and r.tokens[at + 1].text in ("that", "then", "this") else at
    ends = behind + 1 == len(r.tokens) or r.is_break(behind + 1)
    return r.tokens[at].has("before_deed") and r.tokens[at].text.isascii() and ends


def _tie(r: Reading, first: int, second: int) -> Tie | None:
    between = [at for at in r.between(first, second) if r.free(at) and not r.tokens[at].is_content]
    behind = [at for at in _behind(r, second) if r.free(at) and not r.tokens[at].is_content and r.tokens[at].text.isascii()]
    later = [at for at in (*between, *behind) if r.tokens[at].has("afterwards") or since_alone(r, at)]
    if not _has_period(r, first, second):  # but then bought nothing between 1 and 7 October: when is said
        later += [at for at in between if r.tokens[at].has("then")]
    begin = [at for at in _before(r, first) if r.tokens[at].has("deed_first")]
    if begin:
        later += [at for at in between if r.tokens[at].has("then_after_first")]
    if later or (begin and r.tokens[second].text.startswith(("又", "再"))):  # 先买了鞋靴、30天内又买配饰
        return _with_window(r, first, second, (*later, *begin))
    if (again := _again_or_no_more(r, first, second, between)) is not None:
        return Tie(first, second, again)
    earlier = [at for at in (*between, *behind) if r.tokens[at].has("beforehand") or _before_then(r, at)]
    if earlier:
        return _with_window(r, second, first, earlier)
    for at in (at for at in between if r.step(at, 1) == second):
        if r.tokens[at].has("before_deed"):
            return _with_window(r, first, second, [at])
        if r.tokens[at].has("after_deed"):
            return _with_window(r, second, first, [at])
    return _by_window(r, first, second)


def _again_or_no_more(r: Reading, first: int, second: int, between: Sequence[int]) -> tuple[int, ...] | None:
    """The words that say that something was done once more, or no more, where nothing says when."""
    if _has_period(r, first, second) or _window(r, first, second):
        return None
    return () if any(_says_no_more(r, at) for at in (*between, second)) else _same_again(r, first, second)


def _by_window(r: Reading, first: int, second: int) -> Tie | None:
    """The tie that a length of time alone makes."""
    later = _window_of_second(r, first, second)
    if later is not None:
        return _with_window(r, first, second, later)
    near = tied_by_length(r, first, second)
    if near is not None and not _ends_now(r, first, near[1]):
        return Tie(first, second, (near[0],), near[1])
    window = next((at for at in r.between(first, second) if bare_days(r, at) is not None), None)
    tied = r.text.text[r.tokens[window].end : r.tokens[second].start].split() if window is not None else []
    return (
        _with_window(r, second, first, []) if tied[:1] == ["of"] and window is not None and r.step(window, 1) == second else None
    )


_NO_MORE = re.compile(r"(?:[没未不]|从未|没有|再也?)+再|(?:再也?|就再)[没未不]")
"""没再, 再也没: no more after what was done before. A time of its own (近30天没再来) says since when instead."""
_CAME_BACK = re.compile(r"(?:ca|co)m(?:e|ing) back|return(?:ed)? to us|又?回来")


def says_no_more(r: Reading) -> bool:
    """Whether any word says that something was not done any more: 没再买过的."""
    return any(_says_no_more(r, at) for at in range(len(r.tokens)))


def _says_no_more(r: Reading, at: int) -> bool:
    """Whether a denial, or a verb, only makes sense after something else: 没再, came back."""
    token = r.tokens[at]
    return (token.has("neg") and _NO_MORE.search(token.text) is not None) or (
        bool(token.of("behaviour")) and (_CAME_BACK.match(token.text) is not None or _NO_MORE.match(token.text) is not None)
    )


def _has_period(r: Reading, first: int, second: int) -> bool:
    """Whether the second of two verbs has a time of its own, other than a length: in front of it in Chinese, behind it in English."""
    near = _behind(r, second) if r.tokens[second].text.isascii() else r.between(first, second)
    return any(r.tokens[at].time is not None and bare_days(r, at) is None for at in near)


def _window(r: Reading, first: int, second: int) -> bool:
    return any(bare_days(r, at) is not None for at in (*r.between(first, second), *_behind(r, second)))


def _window_of_second(r: Reading, first: int, second: int) -> list[int] | None:
    """clicked but did not buy within a week, 点击了但一周内没下单: a length of time that has no beginning but the first deed.

    In Chinese only where the second was not done, or once more: 投诉过且30天内下单的 may mean the last 30 days."""
    latin = r.tokens[second].text.isascii()
    near = _behind(r, second) if latin else r.between(first, second)
    at = next((at for at in near if r.free(at) and bare_days(r, at) is not None), None)
    again = at is not None and once_more(r, second) is not None  # 打了1分、一个月内又买了
    if at is None or (not latin and not again and not any(r.tokens[i].has("neg") for i in r.between(at, second))):
        return None
    if not latin and _ends_now(r, first, bare_days(r, at) or 0):
        return None  # 最近7天浏览过、但60天内没成交: no 60 days have passed since
    if re.match(r"\s*(?:of|after|from|since)(?![a-z])", r.text.text[r.tokens[at].end :]):
        return None  # within 30 days of registering: what it begins with is said
    return [i for i in (at - 1,) if r.tokens[i].has("after_deed") and not r.tokens[i].is_content]


def _ends_now(r: Reading, verb: int, days: int) -> bool:
    """Whether a deed was done in days up to today, fewer than `days`."""
    times = [time.period for at in _before(r, verb) if (time := r.tokens[at].time) is not None]
    return any(p.start and p.end == r.today and (p.end - p.start).days < days for p in times)


def _with_window(r: Reading, early: int, late: int, words: Sequence[int]) -> Tie:
    """The tie with its window: 后7天内下单, and then bought within 30 days, within 7 days of complaining."""
    near = [*r.between(early, late), *_behind(r, max(early, late))]
    window = next((at for at in near if r.free(at) and bare_days(r, at) is not None), None)
    if window is None:
        return Tie(early, late, tuple(words))
    beside = [at for at in (window - 1, window + 1) if 0 <= at < len(r.tokens) and r.is_only(at, "within", "filler")]
    return Tie(early, late, (*words, window, *beside), bare_days(r, window))


def _behind(r: Reading, verb: int) -> Iterator[int]:
    """The places behind a verb up to the next verb or break."""
    for at in range(verb + 1, len(r.tokens)):
        if r.is_break(at) or is_verb(r, at) or r.is_person(at):
            return
        yield at


def _before(r: Reading, verb: int) -> Iterator[int]:
    """The places in front of a verb, back to a break."""
    for at in range(verb - 1, -1, -1):
        if r.is_break(at):
            return
        yield at


def _orders_deeds(r: Reading, at: int, verbs: Sequence[int]) -> bool:
    """Whether after or before is about deeds, not about a day: there is a verb in front of it and no time behind it."""
    behind = r.step(at, 1)
    token = r.tokens[behind] if behind is not None else None
    return any(verb < at for verb in verbs) and token is not None and bool(token.senses)
