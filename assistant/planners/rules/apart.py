"""Values set side by side: 华东和华南…对比, APP和小程序哪个…, A vs B, 比金卡高多少, 分别.

In: a `Reading` whose values are read. Out: a breakdown among values that the question compares with each other, or between the two sides of
a yes-or-no. Never fails.
"""

import re

from assistant.planners.rules.draft import Group, ValueTest
from assistant.planners.rules.ids import asks_their_key
from assistant.planners.rules.reading import Reading


def set_apart(r: Reading) -> None:
    """Values that are compared with each other become a breakdown among them: 华东和华南…对比, APP和小程序哪个…, A vs B, 分别."""
    _against(r)
    _against_the_rest(r)
    plain = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None]
    lists = [t for t in plain if len(t.options[0][1]) > 1 and not _is_one_name(r, t) and not asks_their_key(r)]
    two = [t for t in lists if len(t.options[0][1]) == 2]
    r.take(
        *(at for at in r.where("both_of") if not r.tokens[at].is_content and any(t.at < at for t in two))
    )  # what did the two bring in
    together = [at for at in r.where("together") if not r.tokens[at].is_content]
    if together and lists:
        r.take(*together)  # 金卡和钻石会员合起来看
        return
    for test in lists:
        told_apart = (
            _marked_by(r, test) or _side_by_side(r, test) or _pointed_at(r, test) or _split_among(r, test) or _is_compared(r)
        )
        told_apart = told_apart or _is_both(r, test) or _over_time(r, test) or _is_sorted(r, test) or _is_split(r)
        if test.at in r.apart or told_apart or _of_rates(r, test):
            names = tuple(
                d for d, values in test.options if len(values) > 1 and (d not in r.world.attributes.favourites or d in test.hints)
            )
            r.groups.append(Group(test.at, names, hints=test.hints))
            r.apart.append(test.at)


def _is_sorted(r: Reading, test: ValueTest) -> bool:
    """上海、北京、广州今年销售额排个序: with nothing else to put in order; 普通或银卡会员，按消费排 are people, who are."""
    near = r.tokens[test.at : test.at + 4]
    if any(t.text in ("或", "或者", "or") for t in near) and any(map(r.is_person, range(len(r.tokens)))):
        return False
    return any(t.has("sort") and not t.is_content for t in r.tokens) and not r.groups and r.follows is None


def _is_split(r: Reading) -> bool:
    """split of buyers between men and women: each of them, by a word for a breakdown that stands in front."""
    marks = [at for at in r.where("breakdown") if not r.tokens[at].is_content and r.tokens[at].text.startswith("split")]
    r.take(*marks)
    return bool(marks)


def _marked_by(r: Reading, test: ValueTest) -> bool:
    """打开率 分短信/微信/邮件: a word for a breakdown right in front of the values."""
    own = {name for name, _ in test.options}
    first = test.at
    while first > 0 and (r.tokens[first - 1].has("and", "comma") or own & {s.name for s in r.tokens[first - 1].of("value")}):
        first -= 1
    mark = first - 1
    if (
        mark < 0
        or not r.free(mark)
        or not r.tokens[mark].has("by")
        or r.tokens[mark].is_content
        or not r.tokens[first].of("value")
    ):
        return False
    r.take(mark)
    return True


def _is_one_name(r: Reading, test: ValueTest) -> bool:
    """春日唤醒券, of which there is one every year: several values by one word are no list."""
    name, values = test.options[0]
    return set(values) <= {sense.value for sense in r.tokens[test.at].of("value") if sense.name == name}


_ENUMERATED = 2


def _of_rates(r: Reading, test: ValueTest) -> bool:
    """open rate and click rate for SMS, push, WeChat and email: their rates do not add up."""
    rates = any(r.world.is_average(name) for at in range(len(r.tokens)) for name in r.metrics(at))
    enough = len(test.options[0][1]) >= _ENUMERATED and not test.rank
    whose = any(r.is_person(at) for at in range(len(r.tokens)))  # 金卡和钻石会员每月的: of those people
    split = bool(r.groups) if whose else any(group.dimensions for group in r.groups)  # by month each has a course of its own
    return rates and enough and not (split or r.share or r.compare or r.where("or", "versus", "by"))


def each_of_the_rest(r: Reading) -> None:
    """除了现金以外的支付方式，订单数分别多少: a number for each of those that are left when some are taken out."""
    out = [t for t in r.tests_of_values() if t.negated and t.rank is None]
    marks = [at for at in r.where("each_other") if not r.tokens[at].is_content]
    kinds = [at for at in range(len(r.tokens)) if len(out) == 1 and set(r.dimensions(at)) & {d for d, _ in out[0].options}]
    if len(out) != 1 or not marks or len(kinds) != 1 or any(g.dimensions for g in r.groups) or r.follows is not None:
        return
    r.groups.append(Group(kinds[0], tuple(d for d, _ in out[0].options if d in r.dimensions(kinds[0]))))
    r.take(kinds[0], *marks)


def _is_both(r: Reading, test: ValueTest) -> bool:
    """有优惠和没优惠的销售额, 男性和女性的销售额: all that there can be limits nothing, so each of them is asked for."""
    kinds = {name: {value.value for value in r.world.model.dimensions[name].values} for name, _ in test.options}
    return any(set(values) == {True, False} or (kinds[name] and kinds[name] <= set(values)) for name, values in test.options)


def _over_time(r: Reading, test: ValueTest) -> bool:
    """天猫和京东今年每月销售额: a course over time of each of two or three things; gold and diamond members are people, together."""
    timed = any(g.grain for g in r.groups) or r.trend
    whose = any(r.is_person(at) for at in range(len(r.tokens)))
    put = r.share or r.running or any(t.has("or", "versus", "total") and not t.is_content for t in r.tokens)
    split = any(g.dimensions for g in r.groups) or any(t.comparator for t in r.tokens)
    return timed and len(test.options[0][1]) <= _FEW and not (whose or put or split)


_FEW = 4
"""So many lines at most are told apart in one chart."""


def each_of_values(r: Reading, at: int, mark: int) -> bool:
    """国庆那几天微信和支付宝每天各多少单: the second word for each is of the values that are listed in front of both."""
    last = r.step(at, -1)
    if mark != at + 1 or last is None or not r.tokens[mark].text.startswith("各") or r.tokens[at].grain is None:
        return False
    first = r.beyond(last, -1, "and", "comma") if r.tokens[last - 1].has("and", "comma") else None
    return first is not None and bool({d for d, _ in r.value_options(first)} & {d for d, _ in r.value_options(last)})


def asked_alone(r: Reading, at: int) -> bool:
    """frequent buyers who mostly shop in store: age groups? What people are is asked for behind who they are, and nothing else."""
    whose = r.beyond(at, 1, "within", "filler")
    plural = r.tokens[at].text.endswith("s") and r.text.text[r.tokens[at].end :].startswith(" of ")
    if at == 0 and plural and whose is not None and r.is_person(whose) and r.step(whose, 1) is None:
        return r.world.is_groupable(r.dimensions(at)[0])  # age groups of our loyal customers
    opened = at > 1 and r.is_break(at - 1) and r.tokens[at - 1].text in (":", "-")
    people = any(r.is_person(i) for i in range(at))
    return opened and people and r.text.text[r.tokens[at].end :].strip() == "?" and r.world.is_groupable(r.dimensions(at)[0])


def _pointed_at(r: Reading, test: ValueTest) -> bool:
    """售后、门店、APP这几个触点: what the values are is said behind them, with a word that points back at them."""
    for at in r.where("refer"):
        noun = r.step(at, 1)
        if noun is not None and any(g.at == noun and set(g.dimensions) & {d for d, _ in test.options} for g in r.groups):
            r.take(at)  # 电话、在线这几个渠道各多少工单
            return False
        between = [r.tokens[i] for i in r.between(test.at, at)]
        listed = at > test.at and all(t.of("value") or t.has("and", "comma") for t in between)
        if listed and not r.tokens[at].is_content and {d for d, _ in test.options} & set(r.dimensions(noun)):
            r.take(at, noun)
            return True
    return False


def _split_among(r: Reading, test: ValueTest) -> bool:
    """split between SMS, push and email; for men and for women: one number for each of the values."""
    before = r.step(test.at, -1)
    mark = r.tokens[before] if before is not None else None
    split = mark is not None and mark.has("by") and (_AMONG.search(mark.text) is not None or _BY.search(mark.text) is not None)
    again = any(t.text in ("and for", "and then for") for t in r.tokens[test.at :])
    if split and before is not None:
        r.take(before)
    return split or again or _FROM_EACH.search(r.text.text) is not None


_FROM_EACH = re.compile(r"(?<![a-z])(from|in|on|at) [^,;]{2,40} and \1 ")
"""sales from the one campaign and from the other."""


def _side_by_side(r: Reading, test: ValueTest) -> bool:
    """各年龄段男女会员人数: values of one character each, written as one word, are both sides of what they say."""
    a, b = test.at, test.at + 1
    if b >= len(r.tokens) or len(test.options[0][1]) != 2 or r.tokens[a].end != r.tokens[b].start:
        return False
    bare = [_WHOSE.sub("", r.tokens[i].text) for i in (a, b)]  # 男女客户的退款率
    return all(len(text) == 1 for text in bare) and all(r.tokens[i].of("value") for i in (a, b))


_WHOSE = re.compile("(?:客户|会员|用户|顾客)?的?$")


def set_sides(r: Reading) -> None:
    """early adopters against non early adopters, 早鸟和其他人比: both sides of a yes-or-no are a breakdown, no conditions."""
    marks = [at for at, t in enumerate(r.tokens) if t.has("versus", "more_than_other", "comparative") and not t.is_content]
    rest = next((at for at, t in enumerate(r.tokens) if t.has("rest") and marks), None)
    sides: dict[str, list[ValueTest]] = {}
    for test in r.tests_of_values():
        for name, values in test.options:
            if values in ((True,), (False,)) and test.rank is None:
                sides.setdefault(name, []).append(test)
    for name, tests in sides.items():
        grouped = any(name in g.dimensions for g in r.groups) and bool(marks)
        both = len({test.negated != (dict(test.options)[name] == (False,)) for test in tests}) > 1
        if not (both and marks) and not grouped and rest is None:
            continue
        r.tests = [t for t in r.tests if t not in tests and t.at != rest]
        if not grouped:
            r.groups.append(Group(tests[0].at, (name,)))
        r.apart.append(tests[0].at)
        r.take(rest, *marks)
        return


_BY = re.compile(r"(?<![a-z])by$")
_AMONG = re.compile(r"(?<![a-z])(?:between|among|amongst|across)(?: the| our)*$")
_LEADING = re.compile(r"i\.?e\.?|e\.?g\.?|namely|that is to say|such as|比如说?|比方说|例如|诸如|即")


def _such_as_these(r: Reading) -> None:
    """微信、支付宝这些支付方式各占多少: the kind of thing that the values are of, each of them; 这两种 are just those."""
    for at in (i for i, t in enumerate(r.tokens) if t.text in _THESE and not t.senses):
        noun = r.step(at, 1)
        kinds = {s.name for s in r.tokens[noun].of("dimension")} if noun is not None and not r.is_person(noun) else set()
        test = max((t for t in r.tests_of_values() if t.at < at), key=lambda t: t.at, default=None)
        if noun is None or test is None or test.negated or not kinds & {d for d, _ in test.options}:
            continue
        values = all(r.tokens[i].of("value") or r.tokens[i].has("and", "comma") for i in r.between(test.at, at))
        if values and len(test.options[0][1]) > 1:
            r.tests = [t for t in r.tests if t is not test]
            r.groups = [g for g in r.groups if g.at not in (test.at, noun)]
            r.groups.append(Group(noun, tuple(d for d, _ in test.options if d in kinds)))
            r.apart = [place for place in r.apart if place != test.at]
            r.take(at, noun)


_THESE = ("这些", "那些", "这类", "这些个")


def set_examples(r: Reading) -> None:
    """by sending channel (sms, wechat and so on), by how we sent them (sms, push...): values that only illustrate a breakdown."""
    _such_as_these(r)
    trailing = [at for at, t in enumerate(r.tokens) if t.role == "break" and ("..." in t.text or "…" in t.text)]
    these = [at for at in r.where("refer") if r.tokens[at].text in ("这些", "那些") and not r.tokens[at].is_content]
    for mark in (*r.where("examples"), *trailing, *these):
        if _LEADING.fullmatch(r.tokens[mark].text):  # by support channel, i.e. phone, online and in-store
            test = min((t for t in r.tests_of_values() if t.at > mark), key=lambda t: t.at, default=None)
        else:
            test = max((t for t in r.tests_of_values() if t.at < mark), key=lambda t: t.at, default=None)
        if test is None:
            continue
        grouped = any(name in g.dimensions for g in r.groups for name, _ in test.options)
        by = None if grouped else _by_what_they_are(r, test) or _by_some(r, test, mark)
        if grouped or by is not None:
            r.tests = [t for t in r.tests if t is not test]
            r.take(mark, by)
        if by is not None:
            r.groups.append(Group(test.at, tuple(d for d, _ in test.options), hints=test.hints))


def _by_what_they_are(r: Reading, test: ValueTest) -> int | None:
    """The word for a breakdown in front of values in brackets that nothing else stands behind."""
    by = max((i for i in r.where("by", "per_group") if i < test.at), default=None)
    between = [r.tokens[i] for i in r.between(by, test.at)] if by is not None else []
    bracketed = bool(between) and "(" in between[-1].text
    return by if bracketed and not any(t.senses or t.time or t.grain or t.role == "unread" for t in between) else None


def _by_some(r: Reading, test: ValueTest, mark: int) -> int | None:
    """分短信、微信这些看: the word for a breakdown that nothing but values stands behind, up to a word that they are some of them."""
    by = max((i for i in r.where("by", "per_group") if i < test.at), default=None)
    between = [r.tokens[i] for i in r.between(by, mark)] if by is not None else []
    return by if len(between) > 1 and all(t.of("value") or t.has("and", "comma") for t in between) else None


def _against(r: Reading) -> None:
    """a higher AOV than gold members, 比金卡高多少: the values on both sides of a comparing word belong together."""
    for at in r.where("versus", "more_than_other"):
        if r.tokens[at].is_content:
            continue
        plain = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None]
        before = max((t for t in plain if t.at < at), key=lambda t: t.at, default=None)
        after = min((t for t in plain if t.at > at), key=lambda t: t.at, default=None)
        if before is None or after is None:
            continue
        shared = [
            (d, (*v, *dict(after.options)[d]))
            for d, v in before.options
            if d in dict(after.options) and set(v) != set(dict(after.options)[d])
        ]
        if not shared:
            continue
        r.tests = [t for t in r.tests if t is not before and t is not after]
        r.tests.append(
            ValueTest(before.at, tuple((d, tuple(dict.fromkeys(v))) for d, v in shared), hints=(*before.hints, *after.hints))
        )
        r.apart.append(before.at)
        r.take(
            at,
            *(
                i
                for i in r.where(*_COMPARING)
                if not r.tokens[i].senses or (i == r.step(after.at, 1) and r.tokens[at].has("more_than_other"))  # 比女客户高
            ),
        )


_COMPARING = ("compare_high", "compare_low", "comparative", "most", "least", "best", "worst")
_THE_REST = re.compile(
    r"(?:of |for |with |to )?(?:the )?(?:those|ones|people|customers|members)?(?: (?:who|that))?"
    r" ?(?:didn't|don't|doesn't|did not|do not|haven't|have not|aren't|are not|without(?: it| one)?)(?![a-z])"
)


def _against_the_rest(r: Reading) -> None:
    """do those who agreed to marketing spend more than those who didn't: both sides of what is either so or not."""
    for at in (i for i in r.where("versus", "more_than_other") if not r.tokens[i].is_content):
        before = max((t for t in r.tests_of_values() if t.at < at and not t.negated), key=lambda t: t.at, default=None)
        said = _THE_REST.match(r.text.text[r.tokens[at].end :].lstrip())
        if before is None or said is None or any(r.world.model.dimensions[d].type != "boolean" for d, _ in before.options):
            continue
        behind = [
            i for i in range(at + 1, len(r.tokens)) if r.tokens[i].has("neg", "refer", "except", "what_about", "who", "people")
        ]
        r.tests = [t for t in r.tests if t is not before]
        r.groups.append(Group(before.at, tuple(d for d, _ in before.options), hints=before.hints))
        r.take(at, *behind, *(i for i in r.where(*_COMPARING) if not r.tokens[i].senses))


_WHAT_DID = re.compile("what (?:did|do|does|has|have|they|they've|each of them) ")
"""what did Tmall and JD bring in, gold and diamond members and what they spent: how much, of both together."""


def _is_compared(r: Reading) -> bool:
    """Whether the question sets things side by side: 对比, which is higher, respectively."""
    if any(r.tokens[at].text.startswith("各") for at in r.where("share")) or _which_of_two(r) or _of_each(r):
        return True
    for at in r.where("versus", "which", "each_other", "both", "who", "per_group"):
        token = r.tokens[at]
        relative = token.text.startswith("who") and (token.text == "who" or (at > 0 and not r.is_break(at - 1)))
        so_many = token.has("which") and at + 1 < len(r.tokens) and r.tokens[at + 1].number is not None  # which 5 flagships
        if token.senses or so_many or (relative and not _who_of_them(r, at)) or _WHAT_DID.match(r.text.text, token.start):
            continue
        sided = token.has("which", "who") and (token.text == "who" or not _asks_dimension(r, at))
        if token.has("versus", "each_other", "per_group") or sided:
            r.take(at)
            r.share = r.share or token.has("share")
            for other in r.where(*_MORE_OR_LESS):
                if other > at:
                    r.take(other)
            return True
    return False


def _of_each(r: Reading) -> bool:
    """Tmall and JD: orders of each in September: no noun stands behind the word, so that it is of the values that were named."""
    for at, token in enumerate(r.tokens):
        after = r.step(at, 1)
        bare = after is None or r.is_break(at + 1) or r.tokens[after].time is not None
        if r.free(at) and bare and token.text in ("of each", "for each", "in each", "each") and not token.senses:
            r.take(at)
            return True
    return False


_MORE_OR_LESS = (
    *("compare_high", "compare_low", "comparative", "most", "least", "best", "worst", "fastest", "slowest"),
    "more_than_other",
)


def _which_of_two(r: Reading) -> bool:
    """是APP高还是小程序高, did the app or the mini-program have the better rate: `or` between them, and a word that compares."""
    ops = ("compare_high", "compare_low", "comparative")
    words = [i for i, t in enumerate(r.tokens) if t.has(*ops) and (r.free(i) or i in r.used)]
    either = any(t.has("or") and not t.is_content for t in r.tokens)
    if not words or not either or r.ranking is not None or any(t.comparison for t in r.tokens):
        return False
    r.take(*(i for i in words if r.free(i)))
    return True


def _who_of_them(r: Reading, at: int) -> bool:
    """flagship or community stores, who had the bigger average order: which of the two, and nobody is spoken of."""
    people = any(r.is_person(i) or t.has("people") for i, t in enumerate(r.tokens) if i != at)
    return not people and any(r.tokens[i].has("comparative", "most", "least") for i in range(at, len(r.tokens)))


def _asks_dimension(r: Reading, at: int) -> bool:
    after = r.step(at, 1)
    return after is not None and bool(r.tokens[after].of("dimension"))
