"""The weekend, or the working days, of the week that is spoken of: 上周四…, then 周末呢; yesterday, then weekdays?

In: a fresh `Reading` of a message that goes on from a query of a few days, the calendar. Out: its word for such days as a time, as none
of the days before is such a day. Beside a longer time it stays the condition that it is (今年…, then 周末呢). Never fails.
"""

import re
from dataclasses import replace
from datetime import timedelta

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import floor
from semantic_layer.query import Period

_FEW = 3
"""Days of what is no week yet."""
_KINDS = re.compile(
    r"(?:on |at |over |during |in )?(?:the )?(?:(?P<off>周末|双休日?|weekends?)|(?P<on>工作日|平日|weekdays?|working days?))"
)


def read_days_of_week(r: Reading, calendar: Calendar) -> None:
    """Puts the days of that week in place of the word for them."""
    base = r.talk.period if r.follows is not None else None
    content = [at for at, t in enumerate(r.tokens) if t.is_content]
    said = _KINDS.fullmatch(r.tokens[content[0]].text) if len(content) == 1 else None
    if base is None or base.start is None or base.end is None or said is None or (base.end - base.start).days > _FEW:
        return
    at, token = content[0], r.tokens[content[0]]
    start = floor(base.start, "week")
    days = (5, 7) if said["off"] else (0, 5)
    week = start if start + timedelta(days=days[0]) < calendar.today else start - timedelta(days=7)
    whole = Period(start=week + timedelta(days=days[0]), end=week + timedelta(days=days[1]))
    period = whole if whole.end is None or whole.end <= calendar.today else Period(start=whole.start, end=calendar.today)
    mention = PeriodMention(token.start, token.end, period, "point", "day", days[1] - days[0], whole=whole)
    r.tokens = (*r.tokens[:at], replace(token, senses=(), ops=frozenset(), time=mention), *r.tokens[at + 1 :])
