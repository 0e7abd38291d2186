"""Which of two times has more: 9月和8月哪个月订单多, 去年双11和618哪个卖得多; which sold more last year, 618 or Double 11?

In: a `Reading` before its times are read. Out: where two times stand side by side and a question word asks which of the two it was, that
word and the one for more carry nothing of their own: the times are compared, and no things are ranked. What was sold is money. Never
fails: a question with other times, or one that asks which things, stays as it is.
"""

import re
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.numeric import money_spent
from assistant.planners.rules.reading import Reading, is_light

_WHICH = re.compile(r"(?:是|看)?(?:哪一?[个边段期年月周天次场头]?月?|哪个(?:季度?|节|活动)?|哪一?个?季度?|谁)的?(?:更|比较)?")
_WHICH_EN = re.compile(r"which(?: one| of (?:the two|them|those)| month| week| day| quarter| year| period| half| was| had| did)*")
_SOLD = re.compile(r"(?<![a-z])(?:sell|sold|make|made|earn|earned|take|took|bring in|brought in|take in|took in)$")
_SELLS = re.compile("[卖销]得?(?:更|比较)?(?:[多少好差高低]|得多|得好)(?:[一些点]|一些|一点)?")
_MORE = ("compare_high", "compare_low", "comparative", "most", "least", "best", "worst")


def read_which_time(r: Reading) -> None:
    """Puts the words that only ask which of two times out of the way."""
    times = _two_times(r)
    if times is None:
        return
    which = _which(r, *times)
    more = _more(r, which, times)
    if more is None or (which is None and not _SOLD.search(_before(r, more))):
        return
    if which is not None:
        _replace(r, which, _nothing(r.tokens[which]))
    sold = _SELLS.fullmatch(r.tokens[more].text) is not None or _SOLD.search(_before(r, more)) is not None
    money = money_spent(r, more) if sold and not any(t.of("metric") for t in r.tokens) else None
    said = _nothing(r.tokens[more])
    _replace(r, more, said if money is None else replace(said, senses=(Sense("metric", money),), ops=frozenset()))


def _two_times(r: Reading) -> tuple[int, int] | None:
    """The places of the only two times, with nothing but words that join between them."""
    times = [
        i for i, t in enumerate(r.tokens) if t.time is not None or (t.comparator is not None and t.comparator.period is not None)
    ]
    if len(times) != 2 or r.tokens[times[0]].time is None:
        return None
    between = [r.tokens[i] for i in r.between(*times)]
    joined = all(is_light(t) or t.has("and", "or", "versus", "comma", "within") for t in between)
    either = (
        any(t.has("or") for t in between) or not r.tokens[times[0]].text.isascii()
    )  # in September than in August: of each shop
    return (times[0], times[1]) if joined and either and not any(t.is_content for t in between) else None


def _which(r: Reading, first: int, second: int) -> int | None:
    """The word that asks which: right behind the times in Chinese, in front of everything in English."""
    behind = second + 1
    while (
        behind < len(r.tokens) and (r.is_break(behind) or is_light(r.tokens[behind])) and not r.tokens[behind].has("which", "who")
    ):
        behind += 1
    if behind < len(r.tokens) and _WHICH.fullmatch(r.tokens[behind].text) and not _names(r, behind + 1):
        return behind
    english = [i for i in range(first) if _WHICH_EN.fullmatch(r.tokens[i].text) and not _names(r, i + 1)]
    return english[0] if english else None


def _names(r: Reading, at: int) -> bool:
    """9月比8月哪三个品牌涨得最猛, which stores: things are asked for."""
    token = r.tokens[at] if at < len(r.tokens) else None
    return token is not None and (bool(token.of("dimension")) or token.number is not None)


def _more(r: Reading, which: int | None, times: tuple[int, int]) -> int | None:
    """The word for more: the last one of a Chinese question, any in front of the times in English."""
    last = max((i for i, t in enumerate(r.tokens) if not r.is_break(i) and not is_light(t)), default=None)
    if which is not None and which > times[1]:
        return last if last is not None and last > which and _is_more(r.tokens[last]) else None
    return next((i for i in range(times[0]) if r.tokens[i].has("comparative") and _is_more(r.tokens[i])), None)


def _is_more(token: Piece) -> bool:
    plain = not any(sense.kind in ("metric", "dimension", "entity", "behaviour") for sense in token.senses)
    return token.has(*_MORE) and plain and token.number is None


def _before(r: Reading, at: int) -> str:
    return r.text.text[: r.tokens[at].start].rstrip()


def _nothing(token: Piece) -> Piece:
    return replace(token, senses=(), ops=frozenset({"filler"}), role="meaning", grain=None, number=None)


def _replace(r: Reading, at: int, token: Piece) -> None:
    r.tokens = (*r.tokens[:at], token, *r.tokens[at + 1 :])
