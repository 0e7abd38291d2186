"""The one month that a ranking of months showed: which month was best, then why, then that month by channel, 那天哪个店卖得最好.

In: the pieces of a message, its fresh `Reading`, the query before it, the time that its answer showed (`Conversation.moment`; None where
it showed none or several). Out: the pieces with that time in place of the words that stand for it; the query before of that time alone,
without its ranking, where the message points at it, asks why, or takes it apart. The next one, the worst, another year are of all the
months, whose query stays as it is. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.dates import PeriodMention
from assistant.language.mentions import Cover, Piece
from assistant.planners.rules.reading import Reading
from assistant.ports import Context
from semantic_layer.periods import shift
from semantic_layer.query import Aggregate, ByTime, Compare, Grain, Period, SemanticQuery

_ONE_TIME = re.compile(
    r"那一?个?(?:天|日|周|星期|月份?|季度?|年)里?|[当该](?:天|日|周|月|季度?|年)"
    r"|(?:(?:in|on|during|over|for|of) )?that (?:same )?(?:day|date|week|month|quarter|year)"
)
_GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")


def with_moment(found: tuple[Cover, ...], context: Context) -> tuple[Cover, ...]:
    """The covers of a message, with the time that was shown in place of the words for it."""
    moment = _moment(context)
    if moment is None:
        return found
    return tuple(tuple(_told(piece, moment) for piece in cover) for cover in found)


def _told(piece: Piece, moment: Period) -> Piece:
    assert moment.start is not None  # noqa: S101 - a bucket has a first day
    start, end = moment.start, moment.end
    plain = not piece.is_content and piece.has("same_period", "that_day")
    if not plain or _ONE_TIME.fullmatch(piece.text) is None:
        return piece
    grain: Grain = next((g for g in _GRAINS if end is not None and end <= shift(start, g, 1)), "year")
    mention = PeriodMention(piece.start, piece.end, moment, "absolute", grain, whole=moment)
    return replace(piece, time=mention, ops=frozenset())


def at_that_time(r: Reading, last: SemanticQuery, context: Context) -> SemanticQuery:
    """The query before a message, of the one time that its ranking showed."""
    moment = _moment(context)
    if moment is None or not isinstance(last, Aggregate) or not _chose_a_time(last):
        return last
    why = any(t.has("why") and not t.senses for t in r.tokens)
    if not _points(r, moment) and not (_says_no_other(r) and (why or _takes_it_apart(r))):
        return last
    compare = last.compare if last.compare is not None and last.compare.kind != "period" else None
    compare = compare or (Compare(kind="previous_period") if why else None)  # the month before, and not the year's
    alone = {"group_by": (), "order": (), "limit": None, "having": (), "share": None, "running_total": False}
    return last.model_copy(update={**alone, "period": moment, "compare": compare})


def goes_on_at_that_time(r: Reading, last: SemanticQuery, context: Context) -> bool:
    """Whether a message that could stand alone is of what was ranked there: 天猫哪个月最好, then 那个月客单价多少."""
    moment, where = _moment(context), getattr(last, "where", None)
    return moment is not None and where is not None and _points(r, moment)


def _moment(context: Context) -> Period | None:
    found = getattr(context, "moment", None)
    return found if isinstance(found, Period) and found.start is not None else None


def _chose_a_time(last: Aggregate) -> bool:
    return last.limit == 1 and len(last.group_by) == 1 and isinstance(last.group_by[0], ByTime)


def _points(r: Reading, moment: Period) -> bool:
    return any(t.time is not None and t.time.period == moment and _ONE_TIME.fullmatch(t.text) for t in r.tokens)


def _says_no_other(r: Reading) -> bool:
    """Whether no other time is said and nothing is ranked anew."""
    if any(t.time is not None or t.comparator is not None or t.grain is not None or t.number is not None for t in r.tokens):
        return False
    return not any(
        t.has("most", "least", "best", "worst", "versus", "reverse", "together", "total") and not t.senses for t in r.tokens
    )


def _takes_it_apart(r: Reading) -> bool:
    """by channel, 各渠道呢, what channel did they come from."""
    words = [t for t in r.pieces if t.role == "meaning"]
    return any(t.has("by", "which") and not t.is_content for t in words) and any(t.of("dimension") for t in words)
