"""A definition said beside the name that it is of: satisfied share (4 or 5), refund rate (refunded orders / uncancelled ones).

In: a fresh `Reading`. Out: its tokens without such a definition, where the model says the same of the metric in front of it: its numbers
are those of a condition of the metric, its words are what the metric is made of. Never fails: what says anything else, or less than
all of it, stays, and is read as a condition or asked back.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.planners.rules.kin import rows_where, scale_of
from assistant.planners.rules.reading import Reading, is_filler, is_light
from semantic_layer.model import DerivedMetric, MembersMetric, RatioMetric, SimpleMetric

Stretch = tuple[int, range, range]
"""The place of a name, of the words that explain it, and of all that can go with them: brackets, stops."""
_MEANS = re.compile(
    r"(?:[,;]|-)? ?(?<![a-z])(?:i\.?e\.?|that is(?: to say)?|that's|meaning|which means|in other words|so|defined as|measured as)"
    r",?(?: the| those| these)? ?$|[,;]? ?(?:即|也就是说?|就是说?|指的?是?)$"
    r"|[,;]? ?(?:(?:也?就是|口径是|算法是|公式是)?[按用拿以]|口径是|算法是|公式是)$"
)
_DIVIDED = re.compile(
    r"/|÷|除以|占|(?<![a-z])(?:divided by|out of|over|as an? (?:share|percentage|percent|part) of|per|among|minus|less|of all)(?![a-z])| - "
)
_WORDS = re.compile(r"[a-z]{3,}")
_TIES = ("and", "or", "filler", "particle", "rated", "people", "who", "total", "within", "among")
_HIGHEST = 10


def drop_glosses(r: Reading) -> None:
    """Takes every definition that says nothing new out of the tokens."""
    _drop_halves(r)
    for name_at, inner, outer in reversed(list(_stretches(r))):
        metrics = [s.name for s in r.tokens[name_at].of("metric")]
        if len(metrics) != 1 or not inner:
            continue
        if _is_definition(r, metrics[0], inner):
            r.tokens = tuple(t for i, t in enumerate(r.tokens) if i not in outer)
        elif outer[0] <= name_at + 2 and _is_another(r, metrics[0], inner):
            r.tokens = tuple(_unread(t) if i in inner and not t.has("filler") else t for i, t in enumerate(r.tokens))


_MORE, _LESS = "above|bigger|higher|larger|greater|more|over", "below|smaller|lower|less|under|fewer"
_HALF = r"(?:the )?(?:other )?half(?: of)?(?: the| all| them| our)*(?: [a-z]+)?(?: that)?(?: are| is| being| lie| were| cost)?"
_THAN = r"(?: than)?(?: it| that)?"
_HALVES = re.compile(
    rf"[,;(-]? ?(?:so that |that is,? |where |with )?{_HALF} (?:{_MORE}|{_LESS}){_THAN},? (?:and )?{_HALF} (?:{_MORE}|{_LESS}){_THAN}[):]?"
)


def _drop_halves(r: Reading) -> None:
    """the middle order amount, half the orders bigger and half smaller: what a median is."""
    said = _HALVES.search(r.text.text) if any(t.has("median") for t in r.tokens) else None
    if said is not None:
        r.tokens = tuple(t for t in r.tokens if t.end <= said.start() or t.start >= said.end())


def _unread(token: Piece) -> Piece:
    return replace(token, senses=(), ops=frozenset(), role="unread", number=None, comparison=None)


# --- where a definition stands -------------------------------------------------------------------------------------------


def _stretches(r: Reading) -> Iterator[Stretch]:
    for at, token in enumerate(r.tokens):
        name = at - 1
        while name > 0 and not r.is_break(name) and (is_light(r.tokens[name]) or r.is_only(name, "rate_word")):
            name -= 1
        if name < 0 or r.is_break(name) or not r.tokens[name].of("metric"):
            continue
        if token.text in ("(", "（", "["):
            end = next((i for i in range(at + 1, len(r.tokens)) if r.tokens[i].text in (")", "）", "]")), None)
            if end is not None:
                yield name, range(at + 1, end), range(at, end + 1)
        elif not r.is_break(at) or token.text in (",", "，", "-", "—"):
            yield from _told(r, name, at)


def _told(r: Reading, name: int, at: int) -> Iterator[Stretch]:
    """satisfied share, i.e. 4 or 5 points, by region: up to the next stop."""
    stops = (i for i in range(at + 2, len(r.tokens)) if r.is_break(i) or r.tokens[i].has("by") or r.tokens[i].time)
    end = next((i for i in stops if not _divides(r, i)), len(r.tokens))
    for start in range(at, end):
        between = r.text.text[r.tokens[name].end : r.tokens[start].start]
        if _MEANS.fullmatch(between.strip(" ") and between.lstrip()):
            yield name, range(start, end), range(at, end)
            return


# --- what it says --------------------------------------------------------------------------------------------------------


def _is_definition(r: Reading, metric: str, inner: range) -> bool:
    """Whether the words say nothing but what the metric is."""
    parts = _parts(r, metric)
    told = "".join(r.text.text[r.tokens[inner[0]].start : r.tokens[inner[-1]].end])
    numbers = [i for i in inner if r.tokens[i].number is not None or r.tokens[i].comparison is not None]
    if any(r.tokens[i].time is not None for i in inner):
        return False
    if numbers and not _are_its_numbers(r, parts, numbers, told):
        return False
    rest = [i for i in inner if i not in numbers and not _is_word(r, i)]
    meant = {i: _named(r, i, parts) or _others_of(r, i, parts) for i in rest}
    meant |= {i: meant.get(i + 1, []) for i in rest if not meant[i] and _leaves_out(r, i) and _others_of(r, i + 1, parts)}
    named = {name for names in meant.values() for name in names}
    divided = _DIVIDED.search(told) is not None and len(named) > 1
    return bool(divided or numbers) and all(meant.values())


def _is_another(r: Reading, metric: str, inner: range) -> bool:
    """satisfied share (3 or more), repurchase rate (at least three orders): another definition, which nothing is known by."""
    limits = [low for part in _parts(r, metric) for low, _ in _limits(r, part)]
    numbers = [i for i in inner if r.tokens[i].number is not None or r.tokens[i].comparison is not None]
    said = [_said(r, i) for i in numbers]
    rest = [i for i in inner if i not in numbers and not _is_word(r, i)]
    small = bool(said) and all(one and min(one) <= _HIGHEST for one in said)
    named = [_named(r, i, _parts(r, metric)) or _others_of(r, i, _parts(r, metric)) for i in rest]
    quotient = _DIVIDED.search(r.text.text[r.tokens[inner[0]].start : r.tokens[inner[-1]].end]) is not None and any(named)
    return (bool(limits) and small and all(named)) or quotient


def _is_word(r: Reading, at: int) -> bool:
    """A word that ties or divides; none that asks for more or leaves something out, but the sign that divides."""
    token = r.tokens[at]
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    if token.has("total") and behind is not None and behind.of("entity") and not behind.of("metric"):
        return False  # 退款订单除以全部订单: of all orders, which the refund rate is not
    signs = _divides(r, at) or _MEANS.fullmatch(token.text) is not None
    plain = not token.is_content and token.role != "unread"
    return r.is_break(at) or signs or (plain and (is_filler(token) or token.has(*_TIES)))


def _divides(r: Reading, at: int) -> bool:
    """Whether a word is the sign that divides, or a part of it: 除以."""
    token = r.tokens[at]
    return any(sign.start() <= token.start and token.end <= sign.end() for sign in _DIVIDED.finditer(r.text.text))


def _leaves_out(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    return token.has("neg", "except") and not token.is_content and not _divides(r, at)


def _others_of(r: Reading, at: int, parts: tuple[str, ...]) -> list[str]:
    """non-cancelled ones, all but cancelled: the rows that a part counts are all but these."""
    if at >= len(r.tokens) or at == 0 or not _leaves_out(r, at - 1):
        return []
    known = ((part, m.where) for part in parts if isinstance(m := r.world.model.metrics[part], SimpleMetric) and m.where)
    values = {f"{_column(r, s.name)}<>'{s.value}'" for s in r.tokens[at].of("value")}
    return [part for part, where in known if "".join(where.replace("!=", "<>").split()) in values]


def _parts(r: Reading, name: str, depth: int = 0) -> tuple[str, ...]:
    """A metric and all that it is made of."""
    metric = r.world.model.metrics.get(name)
    match metric:
        case RatioMetric():
            inner: tuple[str, ...] = (metric.numerator, metric.denominator)
        case DerivedMetric():
            inner = tuple(metric.metrics)
        case MembersMetric():
            inner = (metric.metric,)
        case _:
            inner = ()
    deeper = (part for one in inner for part in _parts(r, one, depth + 1)) if depth < 4 else ()
    return tuple(dict.fromkeys((name, *inner, *deeper)))


def _named(r: Reading, at: int, parts: tuple[str, ...]) -> list[str]:
    """The parts that a word may be: by their name, by the rows that they count, by a word of their definition."""
    token = r.tokens[at]
    names = {s.name for s in token.of("metric")} | {s.name for s in token.of("behaviour")}
    values = {(s.name, s.value) for s in token.of("value")}
    other = bool(token.of("metric")) and not names & set(parts)  # all orders, of a rate of those that were not cancelled
    tables = {r.world.model.entities[s.name].table for s in token.of("entity") if not other}
    ratings = {d for d in (r.world.number_of_rows(s.name) for s in token.of("metric")) if d is not None}
    ratings |= {s.name for s in token.of("dimension")}
    found = []
    for part in parts:
        metric = r.world.model.metrics[part]
        measured = r.world.tables_of(part)[:1]
        where = metric.where if isinstance(metric, SimpleMetric) else None
        limit = rows_where(r.world, measured[0], where) if where and measured else None
        rated = where is not None and any(_column(r, d) in where for d in ratings)
        deeds = any(r.world.count_of_deeds(n) == part for n in names)
        written = not token.senses and _is_in(r, token.text, part)
        if part in names or deeds or rated or limit in values or tables & set(measured) or written:
            found.append(part)
    return found


def _column(r: Reading, dimension: str) -> str:
    return r.world.model.dimensions[dimension].expr or dimension


def _is_in(r: Reading, text: str, metric: str) -> bool:
    """Whether a word stands in what the model writes of a metric."""
    known = r.world.model.metrics[metric]
    written = " ".join((known.label.en, known.definition.en if known.definition else "", *known.synonyms.en)).lower()
    words = _WORDS.findall(text)
    return bool(words) and text.isascii() and set(words) <= set(_WORDS.findall(written))


# --- its numbers ---------------------------------------------------------------------------------------------------------

_LIMIT = re.compile(r"(\w+) *(>=|>|<=|<|=) *(\d+)")


def _are_its_numbers(r: Reading, parts: tuple[str, ...], places: list[int], told: str) -> bool:
    """Whether the numbers are those of a condition of a part: all of them together, or each of another one."""
    known = [limit for part in parts for limit in _limits(r, part)]
    said = [_said(r, at) for at in places]
    if not known or any(one is None for one in said):
        return False
    sets = [one for one in said if one is not None]
    scale = max(high for _, high in known)
    if len(sets) > 1 and re.search(rf"(?:out of|of|满分) ?{scale}\D*$", told):
        sets.pop()  # 4 or 5 out of 5
    conditions = [values for values, _ in known]
    together = frozenset().union(*sets)
    return any(_is_same(together, c) for c in conditions) or all(any(_is_same(one, c) for c in conditions) for one in sets)


def _is_same(said: frozenset[int], condition: frozenset[int]) -> bool:
    """4 or 5 of 4 and up; 1 to 6 of at most 6, where nobody counts the 0."""
    top = max(condition)
    return {n for n in said if n <= top} - {0} == condition - {0} and (max(said) == top or max(said) == _MANY)


_MANY = 99


def _said(r: Reading, at: int) -> frozenset[int] | None:
    token = r.tokens[at]
    c, number = token.comparison, token.number
    if c is None:
        whole = number is not None and number.kind == "cardinal" and isinstance(number.plain, int) and not token.senses
        return frozenset((int(number.plain),)) if whole and number is not None else None
    if c.kind != "cardinal" or c.unit == "currency" or any(v != int(v) for v in c.plain):
        return None
    low, high = int(c.plain[0]), int(c.plain[-1])
    spans = {
        ">=": (low, _MANY),
        ">": (low + 1, _MANY),
        "<=": (0, low),
        "<": (0, low - 1),
        "=": (low, low),
        "between": (low, high),
    }
    span = spans.get(c.op)
    return frozenset(range(span[0], span[1] + 1)) if span is not None and span[1] <= _MANY else None


def _limits(r: Reading, part: str) -> Iterator[tuple[frozenset[int], int]]:
    """The numbers that a part counts, and the highest there is: 4 and 5 of 5; 2 and more."""
    metric = r.world.model.metrics[part]
    if isinstance(metric, MembersMetric) and metric.at_least is not None:
        yield frozenset(range(int(metric.at_least), _MANY + 1)), _MANY
    found = _LIMIT.fullmatch(metric.where.strip()) if isinstance(metric, SimpleMetric) and metric.where else None
    table = next(iter(r.world.tables_of(part)), "")
    for name in (
        d.name for d in r.world.model.dimensions.values() if found and d.table == table and (d.expr or d.name) == found[1]
    ):
        scale, number = int(scale_of(r.world, name, table)), int(found[3]) if found else 0
        tests = {">=": range(number, scale + 1), ">": range(number + 1, scale + 1), "<=": range(number + 1), "<": range(number)}
        values = tests.get(found[2], range(number, number + 1)) if found else range(0)
        if scale and values:
            yield frozenset(values), scale
