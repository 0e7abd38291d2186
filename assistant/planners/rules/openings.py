"""When things came to be: stores that opened this year, how many stores have we opened since January, 今年新开了几家店.

In: a fresh `Reading`. It gains a `DateTest`: a date of things (no people) in the period beside the word for it, where things of that kind
are named in the same stretch. Never fails: a word for a date with no such things, or no time, is left to other passes.
"""

from assistant.planners.rules.draft import DateTest
from assistant.planners.rules.new_things import leave_timeless, read_new_things
from assistant.planners.rules.reading import Reading

_REACH = 4


def read_openings(r: Reading) -> None:
    """Takes the word and its time; the things stay, to be counted or told apart."""
    read_new_things(r)
    for at, token in enumerate(r.tokens):
        names = tuple(s.name for s in token.of("dimension") if r.world.is_date(s.name)) if r.free(at) else ()
        main = r.world.model.domain.entity
        things = {e.table for e in r.world.model.entities.values() if e.name != main}
        names = tuple(d for d in names if set(r.world.homes(d)) <= things)
        if not names or token.of("metric") or not _things_near(r, at, names):
            continue
        time = _time_near(r, at)
        if time is None:
            continue
        mention = r.tokens[time].time
        if mention is not None and mention.period is not None:
            r.tests.append(DateTest(at, names, mention.period))
            r.take(at, time)
    leave_timeless(r)


def _things_near(r: Reading, at: int, names: tuple[str, ...]) -> bool:
    """Whether what the date is of is named in the same stretch, and nothing else is between that was opened or launched."""
    for to in _stretch(r, at) if not r.tokens[at].of("behaviour") else _right_beside(r, at):
        tables = {r.world.model.entities[s.name].table for s in r.tokens[to].of("entity")}
        tables |= {r.world.model.dimensions[s.name].table for s in r.tokens[to].of("value")}  # 今年上新的鞋靴
        counted = [e.table for e in r.world.model.entities.values() if r.world.counts.get(e.name) in _metrics(r, to)]
        if (tables | set(counted)) & {home for d in names for home in r.world.homes(d)}:
            return True
    return False


def _right_beside(r: Reading, at: int) -> list[int]:
    """stores we opened, 开了几家店: what a word that is also a deed of people is said of stands right beside it."""
    behind = r.step(at, 1)
    if behind is not None and r.is_only(behind, "count", "how_much", "how_is"):
        behind = r.step(behind, 1)
    before = r.beyond(at, -1, "filler", "refer", "relative") if r.tokens[at].text.isascii() else None  # each store that opened
    return [to for to in (before, behind) if to is not None]


def _metrics(r: Reading, at: int) -> set[str]:
    return {s.name for s in r.tokens[at].of("metric")}


def _stretch(r: Reading, at: int) -> list[int]:
    """The places around one, up to a stop on each side, nearest first."""
    found = []
    for by in (-1, 1):
        to = at + by
        while 0 <= to < len(r.tokens) and not r.is_break(to) and abs(to - at) <= _REACH:
            found.append(to)
            to += by
    return sorted(found, key=lambda place: abs(place - at))


def _time_near(r: Reading, at: int) -> int | None:
    """The period of the same stretch; none where more than one may be meant."""
    times = [to for to in _stretch(r, at) if r.tokens[to].time is not None and r.free(to)]
    close = {at - 1, at + 1, r.beyond(at, 1, "within", "filler")}  # sales last quarter of stores that opened in 2025
    return times[0] if len(times) == 1 else next((to for to in times if to in close), None)
