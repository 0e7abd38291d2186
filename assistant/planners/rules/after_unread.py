"""Whether a message goes on from one that was not understood: 开学季活动发了多少 (asked back), then 多少人打开.

In: the `Reading` of a message and that of the message before it, which got no answer. Out: yes where the message alone would be asked
of everything there is, while the one before said of what. Never fails: a message with a time, a breakdown or a value beside its number,
and one that says again what the one before said, is a question of its own.
"""

from collections.abc import Callable

from assistant.language.mentions import Piece
from assistant.planners.rules.leaning import only_asks_on, refers, sets_a_limit, stands_alone
from assistant.planners.rules.outcome import lacks_time
from assistant.planners.rules.reading import Reading
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, MetricUse

_OWN = ("by", "per_group", "per_unit", "trend", "define", "help", "undo", "total", "why")
"""Words of a question that is whole without the one before."""
_FEW = 2
"""How many words with a meaning a message has at most that goes on from another one."""


def waiting_of(question: Question, context: Context) -> str | None:
    """The message before, not understood, where this is another one."""
    waiting = getattr(context, "waiting", None)
    return waiting if waiting and waiting != question.text else None


def with_time_told(
    question: Question, context: Context, read: Callable[[str], Reading], plan: Callable[[str, Context], Interpretation]
) -> Interpretation | None:
    """每天平均有多少投诉 (over which time?), then 上个月: the question that was open, in that time; None where it lacks no time."""
    waiting = waiting_of(question, context)
    said = read(question.text).pieces if waiting is not None else ()
    times = [t for t in said if t.time is not None]
    if waiting is None or len(times) != 1 or any((t.is_content and t.time is None) or t.role == "unread" for t in said):
        return None
    if any(t.time is not None for t in read(waiting).pieces):
        return None
    planned = plan(f"{question.text} {waiting}", context)
    return planned if planned.queries and planned.clarification is None else None


def with_metric_told(
    question: Question, context: Context, read: Callable[[str], Reading], plan: Callable[[str, Context], Interpretation]
) -> Interpretation | None:
    """top 3 cities (by which number?), then by orders, 按订单数: the question that was open, by that; None where it names a number."""
    waiting = waiting_of(question, context)
    pieces = read(question.text).pieces if waiting is not None else ()
    content = [t for t in pieces if t.is_content]
    plain = all(t.is_content or t.has("by", "sort", "filler", "particle", "what_about") or t.role == "break" for t in pieces)
    if waiting is None or not plain or len(content) != 1 or not content[0].of("metric"):
        return None
    before = read(waiting).pieces
    if any(t.of("metric") or t.role == "unread" for t in before) or not any(t.is_content for t in before):
        return None
    metric, names = content[0].text, {s.name for s in content[0].of("metric")}
    ways = (
        (f"{waiting} by {metric}", f"{metric} {waiting}")
        if question.lang == "en"
        else (f"{waiting}，按{metric}", f"{waiting}{metric}")
    )
    for text in ways:
        planned = plan(text, context)
        query = planned.queries[0] if len(planned.queries) == 1 and planned.clarification is None else None
        shown = {m.metric for m in query.metrics if isinstance(m, MetricUse)} if isinstance(query, Aggregate) else set()
        if shown and shown <= names:
            return planned
    return None


def misses_time(whole: Interpretation, question: Question, context: Context, read: Callable[[str], Reading]) -> str | None:
    """The message before, not understood, which had the time that this one does not say."""
    waiting = waiting_of(question, context)
    if waiting is None or not whole.queries:
        return None
    return waiting if lacks_time(whole, read(waiting)) else None


def left_open(waiting: str | None, said: str, read: Callable[[str], Reading]) -> Issue | None:
    """What to ask back where nothing was answered yet, and a message goes on from one that is still open."""
    if waiting is None:
        return None
    r = read(said)
    goes_on = only_asks_on(r) or sets_a_limit(r) or refers(r) or only_breaks_down(r) or goes_on_from(r, read(waiting))
    return Issue("after-unanswered", params={"words": waiting}) if goes_on else None


def missed(waiting: str | None, said: str, read: Callable[[str], Reading]) -> Issue | None:
    """The limit that the message before this one set and nobody read: what goes on from it is not what went before it."""
    if waiting is None:
        return None
    before, r = read(waiting), read(said)
    bare = not any(t.is_content or t.has("undo") for t in r.tokens)  # 名单给我: of what was said last, which nobody read
    bare = bare or goes_on_from(r, before)
    leaned = bare or sets_a_limit(before) or refers(before) or not stands_alone(before)  # it went on itself, and so does this
    return Issue("after-unanswered", params={"words": waiting}) if leaned else None


def goes_on_from(r: Reading, before: Reading) -> bool:
    """Whether what the message before was limited to is missed in this one."""
    content = [t for t in r.tokens if t.is_content and not (t.has("count") and t.has("people"))]
    own = any(t.time or t.grain or (t.has(*_OWN) and not t.is_content) for t in r.tokens)
    limits = [t for t in before.tokens if t.of("value") or t.of("segment")]
    kinds = ("value", "segment") if limits else ("metric", "entity", "dimension", "behaviour")
    told = {
        (s.kind, s.name) for t in limits or before.tokens for s in t.senses if s.kind in kinds
    }  # 北京的门店, then 哪家卖得最好
    again = any((s.kind, s.name) in told for t in content for s in t.senses)
    if own or again or len(content) > _FEW or not _is_limited(before):
        return False
    valued = [t for t in content if t.of("value") or t.of("segment")]
    return not valued or len(valued) == len(content)


def only_breaks_down(r: Reading) -> bool:
    """按会员等级, by ticket type: a breakdown of nothing, which is of what was asked and not understood; no number of all there is."""
    content = [t for t in r.tokens if t.is_content]
    other = any(t.role == "unread" or (t.has("count", "list", "who", "define") and not t.is_content) for t in r.tokens)
    named = all(t.of("dimension") and not (t.of("metric") or t.of("entity") or t.of("value") or t.time) for t in content)
    return bool(content) and named and not other


def _is_limited(before: Reading) -> bool:
    """Whether a message says of what it asks: a value, a deed, a time, a word that nobody knows."""
    return any(_limits(t) for t in before.tokens)


def _limits(token: Piece) -> bool:
    """Whether a token limits what is asked about."""
    named = token.of("value") or token.of("segment") or token.of("behaviour")
    return token.role == "unread" or bool(named or token.time or token.comparison or token.grain)
